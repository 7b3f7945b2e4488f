"""The results of a batch that runs: a file of its own that grows line by line, and survives whatever happens to us.

Each row is a checksum, the input line's number, how it ended, and the line of the file that it will stand in. What a
kill tore is cut off when the file is opened; what `add` returned for is there.
"""

from __future__ import annotations

import os
import threading
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

from tokenry.objects.batches.batch import Use
from tokenry.objects.batches.results import Kind, Result, use
from tokenry.objects.batches.states import Outcome
from tokenry.storage import StorageError, sync_folder

_KINDS: dict[bytes, Kind] = {kind.encode(): kind for kind in get_args(Kind)}
_CHECKSUM_LENGTH = 8


class Partial:
    """Results so far. Calls block; one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()
        self._completed = 0
        self._usage = Use()
        self._expired = False
        self._places: dict[int, int] = {}  # number of the input's line -> where its row begins
        try:
            fresh = not path.exists()
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            if fresh:
                sync_folder(path.parent)
            self._end = self._read()
            os.ftruncate(self._fd, self._end)
        except OSError as error:
            raise _unwritable(error) from error

    def __contains__(self, number: int) -> bool:
        """Whether an input line has its result."""
        return number in self._places

    def _read(self) -> int:
        """Take in the rows that are whole; where they end."""
        end = 0
        with self._path.open("rb") as file:
            for row in file:
                result = _parsed(row)
                if result is None or result.number in self:
                    break
                self._count(result, end)
                end += len(row)
        return end

    def add(self, results: Iterable[Result]) -> None:
        """More results; durable when it returns. Those of lines that have one already are left out.

        Raises:
            StorageError: the disk takes no more; what was there is there, and the same may be added again.
        """
        fresh = {result.number: result for result in results if result.number not in self}
        rows = [(result, _row(result)) for result in fresh.values()]
        with self._writing:
            try:
                _write_all(self._fd, b"".join([row for _, row in rows]), self._end)
                os.fsync(self._fd)
            except OSError as error:
                raise _unwritable(error) from error  # what of it is there is written over, or cut off
        for result, row in rows:
            self._count(result, self._end)
            self._end += len(row)

    def _count(self, result: Result, at: int) -> None:
        self._places[result.number] = at
        if result.kind == "ok":
            self._completed += 1
            self._usage = self._usage.plus(use(result))
        self._expired = self._expired or result.kind == "expired"

    def outcome(self) -> Outcome:
        """What came of the lines so far, without files."""
        failed = len(self._places) - self._completed
        return Outcome(completed=self._completed, failed=failed, usage=self._usage, expired=self._expired)

    def results(self) -> Iterator[Result]:
        """All of them, in the order of the input's lines."""
        with self._path.open("rb") as file:
            for number in sorted(self._places):
                file.seek(self._places[number])
                result = _parsed(file.readline())
                if result is None:
                    raise StorageError(f"{self._path} is damaged: the row of line {number} is not what was written")
                yield result

    def close(self) -> None:
        """Give the file back, once whoever writes is done: its number may be another file's the next moment."""
        with self._writing:
            os.close(self._fd)
            self._fd = -1


def _row(result: Result) -> bytes:
    rest = b"%d %s %s" % (result.number, result.kind.encode(), result.text)
    return b"%08x %s\n" % (zlib.crc32(rest), rest)


def _parsed(row: bytes) -> Result | None:
    """The result that a row holds; None when it is torn."""
    if row[-1:] != b"\n" or row[:_CHECKSUM_LENGTH] != b"%08x" % zlib.crc32(row[_CHECKSUM_LENGTH + 1 : -1]):
        return None
    number, kind, text = row[_CHECKSUM_LENGTH + 1 : -1].split(b" ", 2)
    return Result(int(number), _KINDS[kind], text)


def _write_all(fd: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(fd, view, at)
        view, at = view[written:], at + written


def _unwritable(error: OSError) -> StorageError:
    return StorageError(f"a batch's results cannot be written ({error.strerror or error}); make room or mend the disk")
