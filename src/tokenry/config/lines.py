"""On which line of a TOML document each key stands.

`tomllib` gives values without places. This scanner walks a document that `tomllib` has already accepted, so it may
trust its grammar: it knows where keys and values begin and end, and reads no value. Source: https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from contextlib import suppress

from tokenry.config.problems import Path

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_TEXT = re.compile(
    r"""
    \"\"\"(?:\\.|[^\\])*?"{3,5}   # up to two quotes may stand before the closing three
    | '''.*?'{3,5}
    | "(?:\\.|[^"\\\n])*"
    | '[^'\n]*'
    | [^,\]}\n\#]+               # numbers, dates, true and false
    """,
    re.DOTALL | re.VERBOSE,
)


def lines_of(text: str) -> dict[Path, int]:
    """Line numbers (from 1) by path; empty as far as the scanner lost its way, since a line is a courtesy."""
    scanner = _Scanner(text)
    with suppress(_LostError, RecursionError):  # what was found so far still helps
        scanner.document()
    return scanner.lines


class _LostError(Exception):
    """The document is not what the scanner expects here."""


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._tables: dict[Path, int] = {}  # how many [[tables]] of each name so far

    def document(self) -> None:
        here: Path = ()
        while self._next():
            if self.text.startswith("[", self.at):
                here = self._header()
            else:
                self._pair(here)

    def _header(self) -> Path:
        start = self.at
        is_list = self.text.startswith("[[", start)
        self.at += 2 if is_list else 1
        names = self._names()
        path: Path = ()
        for name in names[:-1]:
            path = self._latest((*path, name))
        path = (*path, names[-1])
        if is_list:
            self._mark(path, start)
            self._tables[path] = self._tables.get(path, 0) + 1
        path = self._latest(path)
        self._mark(path, start)
        self._skip("]]" if is_list else "]")
        return path

    def _latest(self, path: Path) -> Path:
        count = self._tables.get(path)
        return path if count is None else (*path, count - 1)

    def _pair(self, here: Path) -> None:
        start = self.at
        for name in self._names():
            here = (*here, name)
            self._mark(here, start)
        self._skip("=")
        self._value(here)

    def _names(self) -> list[str]:
        names = []
        while True:
            names.append(_unquoted(self._match(_KEY)))
            self._match(_SPACE)
            if not self.text.startswith(".", self.at):
                return names
            self.at += 1
            self._match(_SPACE)

    def _value(self, path: Path) -> None:
        self._next()
        opening = self.text[self.at : self.at + 1]
        if opening == "[":
            self._list(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            self._match(_TEXT)

    def _list(self, path: Path) -> None:
        self.at += 1
        index = 0
        while self._next() and not self.text.startswith("]", self.at):
            self._mark((*path, index), self.at)
            self._value((*path, index))
            index += 1
            self._comma()
        self._skip("]")

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while self._next() and not self.text.startswith("}", self.at):
            self._pair(path)
            self._comma()
        self._skip("}")

    def _comma(self) -> None:
        self._next()
        if self.text.startswith(",", self.at):
            self.at += 1

    def _next(self) -> bool:
        self._match(_BLANK)
        return self.at < len(self.text)

    def _skip(self, token: str) -> None:
        self._match(_SPACE)
        if not self.text.startswith(token, self.at):
            raise _LostError
        self.at += len(token)

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise _LostError
        self.at = found.end()
        return found.group()

    def _mark(self, path: Path, at: int) -> None:
        self.lines.setdefault(path, bisect_right(self._starts, at))


def _unquoted(key: str) -> str:
    if key.startswith('"'):
        return str(tomllib.loads(f"k = {key}")["k"]) if "\\" in key else key[1:-1]
    return key[1:-1] if key.startswith("'") else key
