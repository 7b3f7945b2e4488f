"""Text in CSV that people open in a spreadsheet: names come from people, and none may become a formula there."""

from __future__ import annotations

from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last four are wide, of East Asia
_BLANKS: Final = ("\t", "\r", "\n")  # that a spreadsheet passes over, and then computes what somebody wrote


def harmless(value: object) -> str:
    """A cell's text, nothing for None; what a spreadsheet would take for a formula stands behind an apostrophe."""
    text = "" if value is None else str(value)
    if isinstance(value, int):
        return text
    return f"'{text}" if text.startswith(_BLANKS) or text.lstrip().startswith(_FORMULA) else text
