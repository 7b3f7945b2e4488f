"""The input of a custom tool, which stands as a text inside its function's arguments, told as these come."""

from __future__ import annotations

import re

import msgspec

from tokenry.api.responses.tools import custom_input

_OPENS = re.compile(r'\s*\{\s*"input"\s*:\s*"')
_OPENING_LENGTH_MAX = 100
_UNITS = re.compile(r'(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*')
_HALF = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\Z")  # of a character; the other half follows


class CustomInput:
    """Takes arguments, piece by piece.

    Arguments that do not begin as they should are told whole at the end, as they are.
    """

    def __init__(self) -> None:
        self._raw: list[str] = []
        self._rest = ""  # not told yet
        self._told: list[str] = []
        self._open = False
        self._over = False  # nothing that follows belongs to the input, or can be told before the end

    def more(self, text: str) -> str:
        """What of the input can be told now."""
        self._raw.append(text)
        if self._over:
            return ""
        self._rest += text
        if not self._open:
            opening = _OPENS.match(self._rest)
            if opening is None:
                self._over = len(self._rest) > _OPENING_LENGTH_MAX
                return ""
            self._open, self._rest = True, self._rest[opening.end() :]
        return self._decoded()

    def end(self) -> tuple[str, str]:
        """What was not told yet, and the whole input."""
        if not self._open:
            whole = custom_input("".join(self._raw))
            return whole, whole
        return "", "".join(self._told)

    def _decoded(self) -> str:
        units = _UNITS.match(self._rest)
        assert units is not None, "it fits nothing at all, too"
        ready, rest = units[0], self._rest[units.end() :]
        half = _HALF.search(ready)
        if half is not None and rest[:1] != '"':
            ready, rest = ready[: half.start()], ready[half.start() :] + rest
        self._rest = rest
        self._over = rest[:1] == '"'
        if not ready:
            return ""
        try:
            told: str = msgspec.json.decode(f'"{ready}"'.encode(), type=str)
        except (ValueError, UnicodeEncodeError):  # half of a character alone
            self._over = True
            return ""
        self._told.append(told)
        return told
