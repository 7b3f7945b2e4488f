"""Copies of the two databases while others write them, each whole in a file of its own.

ledger.db is copied row by row in short turns, not page by page in one long one: what was acknowledged never changes, so
the copy is of one instant all the same, no reader holds the write-ahead log back from being used over, and the copy has
no free pages. app.db is small: `VACUUM INTO` reads it as of one instant.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import apsw

from tokenry.storage import schema
from tokenry.storage.errors import StorageError
from tokenry.storage.ledgerdb import LedgerFile

ROWS_PER_TURN = 4000
SYNC_EVERY = (
    4 * 1024 * 1024
)  # bytes; what is not yet on disk stays little, so that no commit elsewhere waits long for it
BUSY_TIMEOUT_MS = 5000


class Stopped(StorageError):
    """Whoever asked for it has gone."""


class RowsMoved(StorageError):
    """Old rows were given up while they were copied; the next try will do."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How a long work is told of, slowed down and ended.

    Args:
        tell: called with what is being done and how much of how many bytes or rows; from the working thread.
        stopped: asked between two turns; True ends the work with Stopped.
        rest: seconds of rest after each second of work.
    """

    tell: Callable[[str, int, int], None] = lambda _what, _done, _total: None
    stopped: Callable[[], bool] = lambda: False
    rest: float = 0.0

    def turn(self, what: str, done: int, total: int, began_s: float) -> None:
        """Between two turns: tell, rest, and end if nobody wants it any more."""
        if self.stopped():
            raise Stopped(f"{what} was stopped; nothing of it is left")
        self.tell(what, done, total)
        if self.rest:
            time.sleep((time.monotonic() - began_s) * self.rest)


def copy_ledger(source: Path, target: Path, until: int, watch: Watch) -> None:
    """Everything of ledger.db up to the row `until`, which must be acknowledged, into a new file.

    Raises:
        StorageError: it cannot be read or written. RowsMoved: see there. Stopped: `watch` says so.
    """
    file = LedgerFile(target)
    file.prepare()
    with file.saying_why(), contextlib.closing(_beside(source, target)) as connection:
        base = int(connection.execute("SELECT coalesce((SELECT seq FROM src.base), 0)").get)
        with _synced(target) as sync:
            for after in range(base, until, ROWS_PER_TURN):
                began_s = time.monotonic()
                upto = min(until, after + ROWS_PER_TURN)
                connection.execute(
                    "INSERT INTO main.journal SELECT * FROM src.journal WHERE seq > ? AND seq <= ?", (after, upto)
                )
                sync()
                watch.turn("copying the ledger", upto - base, until - base, began_s)
            connection.execute("BEGIN")
            connection.execute("INSERT INTO main.base SELECT * FROM src.base")
            connection.execute("INSERT INTO main.sums SELECT * FROM src.sums")
            connection.execute("INSERT INTO main.answers SELECT * FROM src.answers WHERE seq <= ?", (until,))
            connection.execute("INSERT INTO main.snapshots SELECT * FROM src.snapshots WHERE seq <= ?", (until,))
            connection.execute("COMMIT")
        missing = schema.rows_missing(connection) or schema.last_seq(connection) != until
        moved = base != int(connection.execute("SELECT coalesce((SELECT seq FROM src.base), 0)").get)
        if missing or moved:
            raise RowsMoved("old rows were given up while they were copied; back up again")
    _sync(target)


def copy_app(source: Path, target: Path) -> None:
    """app.db as of now into a new file. Raises StorageError."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with contextlib.closing(sqlite3.connect(source, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}").close()
            connection.execute("VACUUM INTO ?", (str(target),)).close()
    except sqlite3.Error as error:
        raise StorageError(f"{source} cannot be copied to {target} ({error}); mend the disk, then try again") from error
    _sync(target)


def sound(path: Path) -> str:
    """What SQLite finds wrong with a file that nobody writes, in one line; nothing when it is sound."""
    try:
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        with contextlib.closing(apsw.Connection(f"{path.absolute().as_uri()}?immutable=1", flags=flags)) as file:
            found = str(file.execute("PRAGMA integrity_check(1)").get)
    except apsw.Error as error:
        found = str(error)
    return "" if found == "ok" else " ".join(found.split())[:200]


def _beside(source: Path, target: Path) -> apsw.Connection:
    """A connection that writes `target` and reads `source`, as `src`."""
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_URI
    connection = apsw.Connection(str(target), flags=flags)
    connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    # Nobody knows of the copy before it is whole and synced, so that it needs no log of its own on the way.
    connection.execute(
        "PRAGMA journal_mode = DELETE; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF"
    ).fetchall()
    connection.execute("ATTACH ? AS src", (f"{source.absolute().as_uri()}?mode=ro",))
    return connection


@contextlib.contextmanager
def _synced(path: Path) -> Iterator[Callable[[], None]]:
    """A call that sees to it that never much of the file is in memory alone."""
    fd = os.open(path, os.O_RDONLY)
    synced = 0

    def sync() -> None:
        nonlocal synced
        size = os.fstat(fd).st_size
        if size - synced >= SYNC_EVERY:
            os.fsync(fd)
            synced = size

    try:
        yield sync
    finally:
        os.close(fd)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
