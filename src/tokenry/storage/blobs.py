"""Contents of any size beside the databases, each under its SHA-256: the same content lies there once.

A blob is written under a passing name, fsynced, and renamed; only then does its keeper write the row that makes it
somebody's. A crash between the two leaves an orphan, which `sweep` finds. Knows files; which blobs are needed says
whoever keeps the rows. Calls block: from the event loop, use a thread.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from tokenry.base.clock import NS_PER_S, Clock
from tokenry.storage.errors import StorageError
from tokenry.storage.folder import sync_folder

BLOBS_NAME = "blobs"
ORPHAN_AGE_S = 3600
_PASSING = "tmp"
_NAME = re.compile(r"[0-9a-f]{64}")
_PREFIX = re.compile(r"[0-9a-f]{2}")
_CHUNK = 1024 * 1024

Step = Callable[[str], None]


class BlobMissing(StorageError):
    """A row names a content that is not there: the disk lost it, or somebody removed it by hand."""


class Draft:
    """A content that is still being written; nobody's until `Blobs.kept`.

    Attributes:
        size: bytes so far.
    """

    def __init__(self, folder: Path) -> None:
        handle, name = mkstemp(dir=folder)  # mode 0600
        self.path = Path(name)
        self.size = 0
        self._file = os.fdopen(handle, "wb")
        self._digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """More of it. Raises StorageError: the disk takes no more."""
        try:
            self._file.write(data)
        except OSError as error:
            raise _unwritable(error) from error
        self._digest.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        """Of what was written so far, in hexadecimal."""
        return self._digest.hexdigest()

    def settle(self) -> None:
        """All of it is on disk when this returns. Raises StorageError."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise _unwritable(error) from error

    def discard(self) -> None:
        """It is not wanted any more; nothing happens when it was kept."""
        with suppress(OSError):  # a full disk has the last bytes still in memory; they go with it
            self._file.close()
        self.path.unlink(missing_ok=True)


class Blobs:
    """The blobs of one data folder, which is ours alone.

    Args:
        folder: the data folder.
        clock: tells how old an orphan is.
        step: called with the name of each step just before it, for whoever wants to know that a crash there does no
            harm.
    """

    def __init__(self, folder: Path, clock: Clock, step: Step = lambda _name: None) -> None:
        self.folder = folder / BLOBS_NAME
        self._passing = self.folder / _PASSING
        self._clock = clock
        self._step = step
        self._lock = threading.Lock()
        self._pinned: Counter[str] = Counter()  # blobs whose rows are being written
        self._frozen = 0  # copies of the folder that are being made
        self._clear()

    def _clear(self) -> None:
        """What earlier processes were writing is of no use to anybody."""
        try:
            for left in self._passing.iterdir() if self._passing.is_dir() else ():
                left.unlink()
        except OSError as error:
            raise _unwritable(error) from error

    def draft(self) -> Draft:
        """A fresh content to write. Raises StorageError."""
        try:
            if not self._passing.is_dir():
                for each in (self.folder, self._passing):
                    each.mkdir(mode=0o700, exist_ok=True)
                sync_folder(self.folder.parent)
            return Draft(self._passing)
        except OSError as error:
            raise _unwritable(error) from error

    @contextmanager
    def kept(self, draft: Draft) -> Iterator[str]:
        """Make a draft a blob, durable when the block begins; yields its name. The block writes the row that names it.

        Raises:
            StorageError: it cannot be kept.
        """
        sha256 = draft.sha256
        self._step("settle the draft")
        draft.settle()
        with self._lock:
            self._pinned[sha256] += 1
        try:
            self._step("rename the draft")
            self._place(draft.path, sha256)
            self._step("write the row")
            yield sha256
        finally:
            with self._lock:
                self._pinned[sha256] -= 1
                if not self._pinned[sha256]:
                    del self._pinned[sha256]

    def _place(self, draft: Path, sha256: str) -> None:
        path, now_ns = self.path(sha256), self._clock.now_ns()
        try:
            os.utime(draft, ns=(now_ns, now_ns))
            if not path.parent.is_dir():
                path.parent.mkdir(mode=0o700, exist_ok=True)
                sync_folder(self.folder)
            draft.replace(path)  # over the same content, should it be there: then it is young again
            sync_folder(path.parent)
        except OSError as error:
            raise _unwritable(error) from error

    def path(self, sha256: str) -> Path:
        """Where a blob lies. Raises ValueError: that is no name of one."""
        if _NAME.fullmatch(sha256) is None:
            raise ValueError("no SHA-256")
        return self.folder / sha256[:2] / sha256

    def open(self, sha256: str) -> BinaryIO:
        """Read a blob; it can be read to its end whatever becomes of it meanwhile. Raises BlobMissing."""
        try:
            return self.path(sha256).open("rb")
        except OSError as error:
            words = f"the content {sha256[:12]}… cannot be read ({error.strerror}); restore {self.folder} from a backup"
            raise BlobMissing(words) from error

    def read(self, sha256: str) -> Iterator[bytes]:
        """A blob in pieces. Raises BlobMissing."""
        with self.open(sha256) as file:
            while piece := file.read(_CHUNK):
                yield piece

    def release(self, names: Iterable[str], needed: Callable[[str], bool]) -> None:
        """Rows are gone: remove those of their blobs that nobody needs. What cannot go now is swept later.

        Args:
            needed: whether a row names this blob.
        """
        for sha256 in set(names):
            with self._lock:
                if not (self._frozen or sha256 in self._pinned or needed(sha256)):
                    self.path(sha256).unlink(missing_ok=True)

    def sweep(self, named: Callable[[str], frozenset[str]], needed: Callable[[str], bool]) -> int:
        """Remove blobs that no row names and that have had an hour for one; how many those were.

        Args:
            named: the blobs of these two first letters that rows name.
            needed: whether a row names this blob; asked once more about those that are to go.
        """
        gone, before_ns = 0, self._clock.now_ns() - ORPHAN_AGE_S * NS_PER_S
        for folder in self._folders():
            known = named(folder.name)
            for path in [one for one in folder.iterdir() if one.name not in known and _NAME.fullmatch(one.name)]:
                with self._lock:
                    if self._frozen or path.name in self._pinned or not _older(path, before_ns) or needed(path.name):
                        continue
                    path.unlink(missing_ok=True)
                    gone += 1
        return gone

    def blobs(self) -> Iterator[Path]:
        """Every blob there is, in no order."""
        for folder in self._folders():
            yield from (path for path in folder.iterdir() if _NAME.fullmatch(path.name))

    def _folders(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return sorted(path for path in self.folder.iterdir() if _PREFIX.fullmatch(path.name) and path.is_dir())

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """While the block runs no blob is removed: it is copying them."""
        with self._lock:
            self._frozen += 1
        try:
            yield
        finally:
            with self._lock:
                self._frozen -= 1


def _older(path: Path, than_ns: int) -> bool:
    try:
        return path.stat().st_mtime_ns < than_ns
    except FileNotFoundError:
        return False


def _unwritable(error: OSError) -> StorageError:
    return StorageError(
        f"the content cannot be kept ({error.strerror or error}); nothing was changed, tell your administrator"
    )
