"""JSON, one document a line, plain or packed with gzip or zstd. Knows which fields hold what only from the recipe.

Packed files cannot be entered in the middle. A process that reads the next part of the file it read last goes on where
it stopped, so that each worker unpacks a file once.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import msgspec
import pyarrow as pa

from tokenry.corpus.read.places import PIECE, opened
from tokenry.corpus.read.source import RECORD_SIZE_MAX, Damaged, Loss, Mark, Part, Record, Watch
from tokenry.corpus.read.unpacked import Unpacked

_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}


class LinesReader:
    """A line is a record; a position is a line's number, from 0."""

    def __init__(self) -> None:
        self._path = ""
        self._line = 0
        self._packed = False
        self._alive: Callable[[], None] = _nothing
        self._file: BinaryIO | None = None

    def survey(self, file: BinaryIO) -> Iterator[Mark]:
        """Each record's place and size, in order."""
        packed = packing(file) is not None
        at = 0
        for size, _ in _lines(unpacking(file)):
            yield Mark(0 if packed else at, size)
            at += size

    def read(self, part: Part, watch: Watch) -> Iterator[Record]:
        """The records of a part, in order."""
        self._alive = watch.alive
        lines = _lines(self._at(part))
        for number in range(part.first, part.first + part.count):
            loss = watch.look(number - part.first)
            try:
                _, line = next(lines)
            except StopIteration:
                raise Damaged(Loss("truncated", "fewer lines than a moment ago")) from None
            self._line = number + 1
            yield _record(line, number, part) if loss is None else Record(position=number, loss=loss)

    def close(self) -> None:
        """Let go of the file that was read last."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _at(self, part: Part) -> BinaryIO:
        if self._file is None or self._path != part.file.path or self._line > part.first:
            self.close()
            raw = opened(part.file, self._still_alive)
            self._packed = packing(raw) is not None
            self._file, self._path, self._line = unpacking(raw), part.file.path, 0
        if self._packed:
            for _ in zip(range(part.first - self._line), _lines(self._file), strict=False):
                self._alive()
        else:
            self._file.seek(part.offset)
        self._line = part.first
        return self._file

    def _still_alive(self) -> None:
        self._alive()  # of whoever reads now: the file was opened for another


def _nothing() -> None:
    pass


def packing(file: BinaryIO) -> str | None:
    """How a file is packed, by its first bytes: a name may lie."""
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    return next((name for magic, name in _MAGIC.items() if start.startswith(magic)), None)


def unpacking(file: BinaryIO) -> BinaryIO:
    """The file's unpacked bytes, from its beginning; closing them closes the file.

    Raises:
        Damaged: they are packed once more.
    """
    name = packing(file)
    if name is None:
        return file
    raw = Unpacked(file) if name == "gzip" else pa.CompressedInputStream(pa.PythonFile(file, "r"), name)
    found = io.BufferedReader(raw, PIECE)
    try:
        inner = found.peek(4)[:4]
    except OSError as error:
        raise Damaged(Loss("damaged", str(error))) from error
    if any(inner.startswith(magic) for magic in _MAGIC):
        raise Damaged(Loss("packed_twice", f"{name} in {name}: unpack the file once"))
    return found


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Each line's size in bytes and its bytes, of which one too many is read when it is too large."""
    try:
        while line := file.readline(RECORD_SIZE_MAX + 1):
            size = len(line)
            while not line.endswith(b"\n") and len(line) > RECORD_SIZE_MAX and (rest := file.readline(1 << 20)):
                size += len(rest)
                if rest.endswith(b"\n"):
                    break
            yield size, line
    except OSError as error:
        raise Damaged(Loss("truncated" if "runcated" in str(error) else "damaged", str(error))) from error


def _record(line: bytes, number: int, part: Part) -> Record:
    made = Record(position=number)
    if len(line) > RECORD_SIZE_MAX:
        made.loss = Loss("too_large", f"more than {RECORD_SIZE_MAX} bytes")
        return made
    try:
        fields = _decoded(line)
    except (ValueError, RecursionError) as error:
        made.loss = Loss("not_json", str(error))
        return made
    return from_fields(made, fields, part)


def _decoded(line: bytes) -> Any:
    try:
        return msgspec.json.decode(line)
    except msgspec.DecodeError:
        return json.loads(line)  # which lets half a surrogate pair pass, as some crawlers write


def from_fields(made: Record, fields: Any, part: Part) -> Record:
    """Fill a record from a row of named values."""
    origin = part.file.origin
    text = fields.get(origin.text) if isinstance(fields, dict) else None
    if not isinstance(text, str):
        made.loss = Loss("no_text", f"no text in the field {origin.text!r}")
        return made
    made.text = text
    made.url = _string(fields.get(origin.url))
    made.date = _string(fields.get("date"))
    made.licence = _string(fields.get("licence")) or _string(fields.get("license"))
    return made


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None
