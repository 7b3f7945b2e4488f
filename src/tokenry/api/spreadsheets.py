"""Text in CSV that people open in a spreadsheet: names come from people, and none may become a formula there."""

from __future__ import annotations

from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet compute what somebody wrote


def harmless(value: object) -> str:
    """A cell's text, nothing for None; what a spreadsheet would take for a formula stands behind an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not isinstance(value, int) else text
