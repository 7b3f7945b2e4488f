"""Where records begin in a WARC, found by their bytes alone: to go on behind damage, and to tell how it is packed.

Knows gzip's members and the first line of a record. A place is believed only when a record's header can be read there.
"""

from __future__ import annotations

import io
import re
import zlib
from typing import Any, BinaryIO, Final

from tokenry.corpus.read.places import PIECE
from tokenry.corpus.read.source import Damaged, Loss
from tokenry.corpus.read.unpacked import PACKED, Unpacked

_MEMBER: Final = b"\x1f\x8b\x08"
_LINE = re.compile(rb"WARC/1\.[01]\r?\n(?=[A-Za-z][A-Za-z-]*:)")
_LENGTH = re.compile(rb"\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r?\n", re.IGNORECASE)
_HEAD = 64 * 1024  # bytes of a record that its header is looked for in
_START = 4096  # packed bytes that a record's first line is unpacked from
TRIES_MAX = 10_000  # places that look like a beginning and are none, before the rest is given up
_SMALL = 1 << 20  # bytes of a first record that is unpacked to see what follows it


class Members:
    """The beginnings of a file's records.

    Args:
        file: can be moved about in; its position is lost.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, io.SEEK_END)
        file.seek(0)
        self._packed = file.read(3) == _MEMBER

    def after(self, last: int) -> int | None:
        """The first byte behind `last` where a record begins; None when there is none, or too much looks like one."""
        sign = _MEMBER if self._packed else b"WARC/1."
        at, held, tries = last + 1, b"", 0
        self._file.seek(at)
        while piece := self._file.read(PIECE):
            held += piece
            found = held.find(sign)
            while found >= 0:
                tries += 1
                if tries > TRIES_MAX:
                    return None
                if self._begins(at + found):
                    return at + found
                found = held.find(sign, found + 1)
            kept = len(sign) - 1
            at += len(held) - kept
            held = held[-kept:]
            self._file.seek(at + kept)
        return None

    def ending(self, last: int) -> str | None:
        """How a file ends whose last whole record is at `last`: None when well, else `truncated` or `damaged`."""
        self._file.seek(last)
        return self._ending_of_members() if self._packed else self._ending_of_lines()

    def _begins(self, place: int) -> bool:
        self._file.seek(place)
        start = self._file.read(_START)
        if self._packed:
            try:
                start = zlib.decompressobj(31).decompress(start, 1024)
            except zlib.error:
                return False
        return _LINE.match(start) is not None

    def _ending_of_members(self) -> str | None:
        stream = zlib.decompressobj(31)
        begun = False
        try:
            while data := self._file.read(PACKED):
                while data:
                    if stream.eof:
                        stream, begun = zlib.decompressobj(31), False
                    stream.decompress(data, PIECE)
                    begun = not stream.eof
                    data = stream.unconsumed_tail or stream.unused_data
        except zlib.error:
            return "damaged"
        return "truncated" if begun else None

    def _ending_of_lines(self) -> str | None:
        here = self._file.tell()
        head = self._file.read(_HEAD)
        body = re.search(rb"\r?\n\r?\n", head)
        length = _LENGTH.search(head)
        if body is None or length is None:
            return "truncated" if head.strip() else None
        end = here + body.end() + int(length[1])
        self._file.seek(min(end, self.size))
        return "truncated" if end > self.size or self._file.read(PIECE).strip() else None


def whole(file: BinaryIO) -> Unpacked | None:
    """A file that was gzipped as a whole and not by record, unpacked; None for all others. The position is lost.

    Raises:
        Damaged: it was gzipped twice.
    """
    file.seek(0)
    packed = file.read(_HEAD)
    file.seek(0)
    if not packed.startswith(_MEMBER):
        return None
    stream = zlib.decompressobj(31)
    try:
        start = stream.decompress(packed, _HEAD)
        if start.startswith(_MEMBER):
            raise Damaged(Loss("packed_twice", "gzip in gzip: unpack the file once"))
        body, length = re.search(rb"\r?\n\r?\n", start), _LENGTH.search(start)
        if body is None or length is None or int(length[1]) > _SMALL:
            return None
        end = body.end() + int(length[1])
        start += _more(file, stream, end + 100 - len(start), len(packed))
    except zlib.error:
        return None
    return Unpacked(file) if start[end:].lstrip().startswith(b"WARC/1.") else None


def _more(file: BinaryIO, stream: Any, wanted: int, read: int) -> bytes:
    """So many bytes more of the member that was begun, or as many as it has."""
    pieces = []
    data = stream.unconsumed_tail
    file.seek(read)
    while wanted > 0 and not stream.eof and (data or (data := file.read(_HEAD))):
        pieces.append(stream.decompress(data, wanted))
        wanted -= len(pieces[-1])
        data = stream.unconsumed_tail
    file.seek(0)
    return b"".join(pieces)
