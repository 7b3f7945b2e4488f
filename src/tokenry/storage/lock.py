"""One process owns a data folder. Knows flock and the lock file; knows nothing of what lies in the folder."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from types import TracebackType

from tokenry.base.clock import Clock, SystemClock, isoformat
from tokenry.storage.errors import StorageError

try:
    import fcntl
except ImportError:  # Windows, where the command line refuses what needs it
    fcntl = None  # type: ignore[assignment] # no verb gets this far there

LOCK_NAME = "lock"
_WORDS_SIZE_MAX = 4096  # bytes read back from a lock file


class FolderLocked(StorageError):
    """Another process owns the data folder; the message names it."""

    status = 409
    code = "folder_locked"


class FolderLock:
    """An exclusive flock on `DATA/lock`, with the owner's pid and since when written in it.

    The kernel drops the lock with the process, however it ends, so that a stale file never locks anybody out; the words
    in the file are for people and for `FolderLocked`, and are believed only while the lock is held.
    """

    def __init__(self, data_dir: Path, *, clock: Clock | None = None) -> None:
        """Args:
        data_dir: an existing folder.
        clock: where `since` is read from; the machine's clock when absent.
        """
        self.path = data_dir / LOCK_NAME
        self._clock = clock or SystemClock()
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._fd is not None

    def acquire(self) -> FolderLock:
        """Take the lock at once or not at all.

        Raises:
            FolderLocked: another process, or another FolderLock of this one, holds it.
            StorageError: the lock file cannot be made, or the file system has no locks.
        """
        assert self._fd is None, "this lock is already held"
        try:
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StorageError(
                f"cannot open {self.path}: {error.strerror}; check the folder's owner and mode"
            ) from error
        try:
            self._take(fd)
        except BaseException:
            os.close(fd)
            raise
        self._fd = fd
        return self

    def release(self) -> None:
        """Let go. Harmless when not held. The file stays: removing it would race with the next owner."""
        if self._fd is None:
            return
        fd, self._fd = self._fd, None
        os.ftruncate(fd, 0)
        os.close(fd)

    def __enter__(self) -> FolderLock:
        return self if self.held else self.acquire()

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.release()

    def _take(self, fd: int) -> None:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise FolderLocked(_who(self.path, fd)) from None
            raise StorageError(f"cannot lock {self.path}: {error.strerror}; keep the data on a local disk") from error
        words = json.dumps({"pid": os.getpid(), "since": isoformat(self._clock.now_ns())})
        try:
            os.ftruncate(fd, 0)
            os.pwrite(fd, words.encode() + b"\n", 0)
        except OSError as error:
            raise StorageError(f"cannot write {self.path}: {error.strerror}; make room on the disk") from error


def take(handle: int) -> bool:
    """Lock an open file or folder for as long as it is open; False when somebody else has it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _who(path: Path, fd: int) -> str:
    try:
        words = json.loads(os.pread(fd, _WORDS_SIZE_MAX, 0))
        owner = f"process {int(words['pid'])} (since {words['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        owner = "another process"  # it holds the lock and has not yet written its name
    return f"{path.parent} is in use by {owner}; stop it, or choose another data folder"
