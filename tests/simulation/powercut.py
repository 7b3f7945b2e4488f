"""A disk whose power can be cut: an SQLite VFS that knows which bytes would still be there.

The process sees ordinary files in an ordinary folder, with real locks and real shared memory. Beside each file stands
what a power cut would leave: the durable bytes, and the writes, truncations and the name itself that no sync has made
durable yet. `image(rng)` draws one possible outcome: of the unsynced operations of each file none, all, a prefix or any
subset reached the disk, each write perhaps torn at 512-byte sectors.

Faults: `fault` is asked before every operation and may raise SQLite's own errors (`apsw.FullError`, `apsw.IOError`). A
sync that fails has written some of the bytes and forgotten the rest for good, as Linux does: a later sync that succeeds
says nothing about them.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import TracebackType

import apsw

SECTOR = 512
_names = itertools.count()


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes for a place in the file."""

    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A new size for the file."""

    size: int


Operation = Write | Truncate


@dataclass(slots=True)
class Twin:
    """What the platter holds of one file, and what is only in memory.

    Args:
        named: whether the file's name would survive a cut.
        deleted: whether the file was removed and the folder not synced since.
        ghost: the removed file that bore this name before, which may come back while this one's name is not durable.
    """

    durable: bytearray = field(default_factory=bytearray)
    unsynced: list[Operation] = field(default_factory=list)
    named: bool = False
    deleted: bool = False
    ghost: Twin | None = None

    def sync(self) -> None:
        """Every byte is on the platter."""
        for operation in self.unsynced:
            _apply(self.durable, operation)
        self.unsynced.clear()

    def outcome(self, rng: Random) -> bytes | None:
        """One content that a cut could leave; None = no such file."""
        if (not self.named or self.deleted) and rng.random() < 0.5:
            return self.ghost.outcome(rng) if self.ghost is not None else None
        content = bytearray(self.durable)
        for operation in _survivors(self.unsynced, rng):
            for piece in _torn(operation, rng):
                _apply(content, piece)
        return bytes(content)


class Disk:
    """A folder under a VFS of its own. Use as a context manager; pass `vfs` to whatever opens SQLite files there."""

    def __init__(self, folder: Path, rng: Random) -> None:
        self.folder = folder
        self.rng = rng
        self.vfs = f"powercut-{os.getpid()}-{next(_names)}"
        self.operations = 0
        self.fault: Callable[[str, str], None] | None = None
        self.watch: Callable[[str, str], None] | None = None
        self._twins: dict[str, Twin] = {}
        self._lock = threading.RLock()
        self._registered: _Vfs | None = None

    def __enter__(self) -> Disk:
        self._registered = _Vfs(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        assert self._registered is not None
        self._registered.unregister()

    def image(self, rng: Random | None = None) -> dict[str, bytes]:
        """File name → content after one possible power cut at this instant."""
        with self._lock:
            outcomes = {name: twin.outcome(rng or self.rng) for name, twin in self._twins.items()}
        return {name: content for name, content in outcomes.items() if content is not None}

    def cut(self, target: Path, rng: Random | None = None) -> None:
        """Write `image(rng)` into the folder `target`, where the files can be opened as after a reboot."""
        restore(self.image(rng), target)

    def before(self, what: str, name: str) -> None:
        """Count one operation (`write`, `sync`, `truncate`, `delete`); watchers first, then faults."""
        with self._lock:
            self.operations += 1
            if self.watch is not None:
                self.watch(what, name)
            if self.fault is not None:
                self.fault(what, name)

    def twin(self, path: str) -> Twin:
        """The twin of a file that is being opened, made from what lies there now."""
        name = os.path.basename(path)
        with self._lock:
            found = self._twins.get(name)
            if found is None or found.deleted:
                real = Path(path)
                there = real.exists() and found is None
                content = bytearray(real.read_bytes() if there else b"")
                found = self._twins[name] = Twin(content, named=there, ghost=found)
            return found

    def wrote(self, twin: Twin, operation: Operation) -> None:
        """Remember an operation that no sync has covered yet."""
        with self._lock:
            twin.unsynced.append(operation)

    def synced(self, twin: Twin) -> None:
        """A sync went well. With the first one of a new file SQLite syncs the folder too."""
        with self._lock:
            twin.sync()
            if not twin.named:
                self._sync_folder()

    def sync_failed(self, twin: Twin) -> None:
        """Some of the unsynced bytes reached the platter; the rest never will, and no later sync will say so."""
        with self._lock:
            for operation in _survivors(twin.unsynced, self.rng):
                for piece in _torn(operation, self.rng):
                    _apply(twin.durable, piece)
            twin.unsynced.clear()

    def deleted(self, path: str, *, durable: bool) -> None:
        """A file was removed; `durable`: the folder was synced too."""
        with self._lock:
            twin = self._twins.get(os.path.basename(path))
            if twin is None:
                return
            twin.deleted = True
            if durable:
                self._sync_folder()

    def _sync_folder(self) -> None:
        self._twins = {name: twin for name, twin in self._twins.items() if not twin.deleted}
        for twin in self._twins.values():
            twin.named, twin.ghost = True, None


class _Vfs(apsw.VFS):
    """The default VFS, told to the disk."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        super().__init__(disk.vfs, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path is None:  # a temporary file: nobody looks for it after a cut
            return apsw.VFSFile("", name, flags)
        return _File(self._disk, path, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802 - SQLite's name
        self._disk.before("delete", os.path.basename(filename))
        super().xDelete(filename, syncdir)
        self._disk.deleted(filename, durable=syncdir)


class _File(apsw.VFSFile):
    """One open file: every change goes to the real file and, as unsynced, to its twin."""

    def __init__(self, disk: Disk, path: str, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        self._disk = disk
        self._name = os.path.basename(path)
        self._twin = disk.twin(path)
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        self._disk.before("write", self._name)
        super().xWrite(data, offset)
        self._disk.wrote(self._twin, Write(offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 - SQLite's name
        self._disk.before("truncate", self._name)
        super().xTruncate(newsize)
        self._disk.wrote(self._twin, Truncate(newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        try:
            self._disk.before("sync", self._name)
        except apsw.Error:
            self._disk.sync_failed(self._twin)
            raise
        self._disk.synced(self._twin)  # the real file is only memory here, so it need not be synced


def restore(image: dict[str, bytes], target: Path) -> None:
    """Write the files of an image into `target`, as found after a reboot: no shared memory, no locks."""
    target.mkdir(parents=True, exist_ok=True)
    for name, content in image.items():
        (target / name).write_bytes(content)


def _survivors(operations: list[Operation], rng: Random) -> list[Operation]:
    fate = rng.randrange(4)
    if fate == 0:
        return []
    if fate == 1:
        return list(operations)
    if fate == 2:
        return operations[: rng.randint(0, len(operations))]
    share = rng.random()
    return [operation for operation in operations if rng.random() < share]


def _torn(operation: Operation, rng: Random) -> list[Operation]:
    """The pieces of an operation that reached the platter: usually all of it, else some of its sectors."""
    if isinstance(operation, Truncate) or rng.random() < 0.8:
        return [operation]
    pieces: list[Operation] = []
    start, end = operation.offset, operation.offset + len(operation.data)
    while start < end:
        stop = min((start // SECTOR + 1) * SECTOR, end)
        if rng.random() < 0.5:
            pieces.append(Write(start, operation.data[start - operation.offset : stop - operation.offset]))
        start = stop
    return pieces


def _apply(content: bytearray, operation: Operation) -> None:
    size = operation.size if isinstance(operation, Truncate) else operation.offset
    if len(content) < size:
        content.extend(bytes(size - len(content)))
    if isinstance(operation, Truncate):
        del content[operation.size :]
    else:
        content[operation.offset : operation.offset + len(operation.data)] = operation.data
