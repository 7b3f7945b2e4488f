"""The verb backup: a copy of the installation while it serves, told of as it grows. The copying is a thread's."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from pathlib import Path

from tokenry import __version__
from tokenry.api.admin.asked import Asked
from tokenry.api.admin.shown import Json, when
from tokenry.api.rooms import Rooms
from tokenry.base.errors import InvalidRequest
from tokenry.storage import Backup, BackupOrder, RowsMoved, Watch, back_up, thin

LOOK_S = 0.1
REST = 0.5  # seconds of rest after each second of work, while requests are served
KEEP_MAX = 10_000
TRIES = 3


class MakeBackup(Asked, kw_only=True, frozen=True):
    """`into`: the absolute path of the folder that backups lie in. `keep`: how many of the newest there may stay."""

    into: str
    keep: int | None = None


async def backup(rooms: Rooms, ask: MakeBackup) -> AsyncGenerator[Json]:
    """How far it is, again and again; at last where it lies and what is in it."""
    into = Path(ask.into)
    if not into.is_absolute() or "\0" in ask.into:
        raise InvalidRequest("into must be an absolute path", param="into")
    if ask.keep is not None and not 1 <= ask.keep <= KEEP_MAX:
        raise InvalidRequest(f"keep must be from 1 to {KEEP_MAX}", param="keep")
    work = _Work(rooms, into)
    task = asyncio.create_task(asyncio.to_thread(work.run))
    try:
        told = None
        while not task.done():
            await asyncio.wait((task,), timeout=LOOK_S)
            if work.progress != told:
                told = work.progress
                yield {"doing": told[0], "done": told[1], "of": told[2]}
        made = task.result()
    finally:
        work.stop.set()
        await asyncio.wait((task,))
        if not task.cancelled():
            task.exception()  # whoever left is not told
    gone = [] if ask.keep is None else await asyncio.to_thread(thin, into, ask.keep)
    yield {**_shown(made), "removed": [str(path) for path in gone]}


class _Work:
    """The thread's half, and what it tells of itself."""

    def __init__(self, rooms: Rooms, into: Path) -> None:
        self.progress = ("beginning", 0, 1)
        self.stop = threading.Event()
        self._rooms = rooms
        self._into = into

    def run(self) -> Backup:
        """Raises StorageError."""
        rooms = self._rooms
        watch = Watch(self._tell, self.stop.is_set, REST if rooms.serving else 0.0)
        for n in range(TRIES):
            order = BackupOrder(
                data_dir=rooms.data_dir, config_path=rooms.config_path, into=self._into,
                until=rooms.journal.last_seq, tokenry=__version__, now_ns=rooms.clock.now_ns(),
                frozen=rooms.objects.ground.blobs.frozen,
            )  # fmt: skip
            try:
                return back_up(order, watch)
            except RowsMoved:
                if n == TRIES - 1:
                    raise
        raise AssertionError

    def _tell(self, what: str, done: int, total: int) -> None:
        self.progress = (what, done, total)


def _shown(made: Backup) -> Json:
    manifest = made.manifest
    return {
        "backup": str(made.path),
        "made_at": when(manifest.made_at),
        "newest_at": when(manifest.newest_at) if manifest.newest_at else None,
        "rows": manifest.last_seq,
        "size_bytes": sum(part.size for part in manifest.files) + manifest.blobs_size,
        "files": [part.name for part in manifest.files],
        "blobs": manifest.blobs,
        "blobs_missing": list(manifest.blobs_missing),
    }
