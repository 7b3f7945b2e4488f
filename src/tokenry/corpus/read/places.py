"""Where an input's bytes are: how a file is opened, and how its survey learns its sha256 on the way."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from tokenry.corpus.read.source import Damaged, Found, Loss

PIECE = 1 << 20  # bytes
Alive = Callable[[], None]
"""Called now and then while bytes are waited for."""


def opened(file: Found, alive: Alive) -> BinaryIO:
    """A file to be read and moved about in.

    Raises:
        Damaged: it cannot be read.
    """
    try:
        alive()
        return Path(file.path).open("rb")
    except OSError as error:
        raise Damaged(Loss("unreadable", error.strerror or str(error))) from error


class Hashed(io.RawIOBase):
    """A file whose sha256 comes about while it is read, in whatever order.

    Args:
        file: to read from; who opened it closes it, for what reads through this one may close it too soon.
        alive: called with each read.
    """

    def __init__(self, file: BinaryIO, alive: Alive) -> None:
        super().__init__()
        self._file = file
        self._alive = alive
        self._sum = hashlib.sha256()
        self._summed = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The byte where one is."""
        return self._file.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another byte; answers which it is."""
        return self._file.seek(offset, whence)

    def close(self) -> None:
        """Nothing is closed."""

    def readinto(self, buffer: object) -> int:
        """Fill the beginning of a buffer; answers with how many bytes."""
        into = memoryview(cast(bytearray, buffer)).cast("B")
        at = self._file.tell()
        if at > self._summed:
            self._catch_up(at)
            self._file.seek(at)
        data = self._file.read(min(len(into), PIECE))
        self._alive()
        into[: len(data)] = data
        fresh = at + len(data) - self._summed
        if fresh > 0:
            self._sum.update(data[len(data) - fresh :])
            self._summed += fresh
        return len(data)

    def ended(self) -> tuple[int, str]:
        """Read what was not read; the file's size in bytes and its sha256 as hex."""
        self._catch_up(None)
        return self._summed, self._sum.hexdigest()

    def _catch_up(self, end: int | None) -> None:
        self._file.seek(self._summed)
        while (left := PIECE if end is None else min(PIECE, end - self._summed)) and (data := self._file.read(left)):
            self._alive()
            self._sum.update(data)
            self._summed += len(data)
