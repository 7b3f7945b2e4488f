"""Where an input's bytes are: how a file is opened, and how its survey learns its sha256 on the way."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from tokenry.corpus.durable import write_whole
from tokenry.corpus.errors import RunFolderError
from tokenry.corpus.read import s3, web
from tokenry.corpus.read.far import Buffered, Far, Listed
from tokenry.corpus.read.source import Damaged, Found, Loss

PIECE = 1 << 20  # bytes
Alive = Callable[[], None]
"""Called now and then while bytes are waited for."""


def is_far(path: str) -> bool:
    """Whether an input is on a network."""
    return path.startswith((s3.SCHEME, *web.SCHEMES))


def listed(pattern: str) -> list[Listed]:
    """Files on a network that an address or a pattern means.

    Raises:
        RemoteError: they cannot be listed.
    """
    return s3.listed(pattern) if pattern.startswith(s3.SCHEME) else web.listed(pattern)


def stamp(path: str) -> list[int | str]:
    """What tells an input from what it was: its size in bytes, and when or by which mark it changed. Empty: it is gone.

    Raises:
        RemoteError: it cannot be asked for.
    """
    if is_far(path):
        now = s3.version(path) if path.startswith(s3.SCHEME) else web.version(path)
        return [now.size, now.version]
    try:
        status = Path(path).stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]


def etag(file: Found) -> str:
    """A remote file's ETag; empty for what lies here.

    Raises:
        RemoteError: it cannot be asked for.
    """
    return s3.etag(file.path) if file.path.startswith(s3.SCHEME) else file.version


def opened(file: Found, alive: Alive, *, keep: bool = False) -> BinaryIO:
    """A file to be read and moved about in.

    Args:
        file: which.
        alive: called while bytes are waited for.
        keep: copy a remote one to its spool, if it has one, and read from there.

    Raises:
        Damaged: it cannot be read.
        RemoteError: a remote one cannot be had.
        RunFolderError: its copy cannot be written.
    """
    path = Path(file.spool or file.path)
    if is_far(file.path):
        if keep and file.spool and _size(path) != file.size:
            _copy(file, path, alive)
        if not file.spool or _size(path) != file.size:
            return _far(file, alive)
    try:
        alive()
        return path.open("rb")
    except OSError as error:
        raise Damaged(Loss("unreadable", error.strerror or str(error))) from error


def _far(file: Found, alive: Alive) -> BinaryIO:
    raw: Far
    if file.path.startswith(s3.SCHEME):
        raw = s3.Object(file.path, file.size, alive)
    else:
        raw = web.Page(file.path, file.size, file.version, alive)
    return Buffered(raw)


def _copy(file: Found, path: Path, alive: Alive) -> None:
    def fill(to: BinaryIO) -> None:
        with _far(file, alive) as source:
            while piece := source.read(PIECE):
                to.write(piece)
                alive()

    try:
        path.parent.mkdir(exist_ok=True)
        write_whole(path, fill)
    except OSError as error:
        raise RunFolderError(
            f"{path.parent}: {error.strerror or error}; make room, or let `spool_mb` be less, and start the same build "
            "again: what is done stays done"
        ) from error


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


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
