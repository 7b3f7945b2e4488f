"""Lines of a JSONL file, whatever it is: bounded, numbered, found again by their place. Knows nothing of what they say.

A byte order mark, CRLF and blank lines are nothing to complain of; a line has the number that an editor shows.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

_BOM = b"\xef\xbb\xbf"
_BLANKS = b" \t\r\n"


class Line(msgspec.Struct, frozen=True):
    """One line that is not blank.

    Args:
        number: from 1. at: bytes from the file's beginning. size: bytes, with its end.
        data: without blanks around it; None = it is longer than may be.
    """

    number: int
    at: int
    size: int
    data: bytes | None


def lines(file: BinaryIO, size_max: int) -> Iterator[Line]:
    """All lines of a file that are not blank, in order; none of more than `size_max` bytes is read whole."""
    at, number = 0, 0
    while piece := file.readline(size_max + 2):
        number += 1
        start, size, rest = at, len(piece), piece
        while rest[-1:] != b"\n" and len(rest) == size_max + 2:  # what more there is of it is of no use
            rest = file.readline(size_max + 2)
            size += len(rest)
        at += size
        data = (piece.removeprefix(_BOM) if number == 1 else piece).strip(_BLANKS)
        if size > len(piece) or len(data) > size_max:
            yield Line(number, start, size, None)
        elif data:
            yield Line(number, start, size, data)


class Index:
    """Where the lines of a file lie, by their numbers, in order; 24 bytes of memory for each. Read from any thread."""

    def __init__(self, file: BinaryIO, size_max: int) -> None:
        self.numbers = array("Q")
        self._at = array("Q")
        self._sizes = array("Q")
        self._file = file
        for line in lines(file, size_max):
            self.numbers.append(line.number)
            self._at.append(line.at)
            self._sizes.append(line.size)

    def __len__(self) -> int:
        return len(self.numbers)

    def read(self, place: int) -> bytes:
        """The line at a place in `numbers`, without blanks around it."""
        data = os.pread(self._file.fileno(), self._sizes[place], self._at[place])
        return (data.removeprefix(_BOM) if self._at[place] == 0 else data).strip(_BLANKS)
