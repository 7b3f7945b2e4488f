"""ledger.db as a file: how it is opened and refused, and the statements of one transaction.

Knows nothing of queues, threads and event loops; the tables and how older ones become them are `schema`'s.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import apsw

from tokenry.storage import schema
from tokenry.storage.errors import StorageError
from tokenry.storage.folder import sync_folder
from tokenry.storage.records import Entry, Item, Snapshot, Upkeep
from tokenry.storage.schema import last_seq

LEDGER_DB_NAME = "ledger.db"
BUSY_TIMEOUT_MS = 5000
QUICK_CHECK_SIZE_MAX = 64 * 1024 * 1024  # bytes; larger files are checked by `tokenry doctor`, not at every start
SNAPSHOTS_KEPT = 3
FREE_SHARE_MAX = 0.25  # of the file; as long as less is free, later rows find their place in it
LOG_SIZE_MAX = 64 * 1024 * 1024  # bytes; a write-ahead log that grew beyond is cut to this when it is used over
PRUNE_ANSWERS_MAX = 200  # expired answers removed in one transaction, so that pruning never stretches a commit much


@dataclass(slots=True)
class Batch:
    """What one transaction writes.

    Args:
        after: the last seq that was acknowledged; the first entry gets the next one.
        items: entries, snapshots and upkeep in the order they were appended.
        probe: whether this transaction first removes every row beyond `after`.
        prune_before: remove answers that expired at this time (ns since the epoch) or before; None = not now.
    """

    after: int
    items: list[Item]
    probe: bool = False
    prune_before: int | None = None


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """Where ledger.db lies and how it is reached.

    Args:
        path: the file. vfs: name of a registered SQLite VFS, the default one when None.
        synchronous: SQLite's setting; anything below FULL loses acknowledged entries and is for tests alone.
        immutable: nobody writes it and nothing is made beside it, as it is with the file of a backup.
    """

    path: Path
    vfs: str | None = None
    synchronous: str = "FULL"
    immutable: bool = False

    def prepare(self) -> None:
        """Make the file if it is not there; refuse one that is damaged, not ours, or of a newer schema.

        One of an older schema is first copied whole to `<name>.before-<schema>`; bringing it up to date is one
        transaction, all or nothing.

        Raises:
            StorageError: in one line that says what to do.
        """
        try:
            if not self.path.exists():
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            with self.saying_why(), contextlib.closing(self.connect()) as connection:
                self._check(connection)
            # SQLite syncs the folder for a new log, but neither for the file itself nor for the removal of the rollback
            # journal that the turn to write-ahead logging went through; if that came back, it would empty the file.
            sync_folder(self.path.parent)
        except OSError as error:
            raise StorageError(f"cannot make {self.path}: {error.strerror}; check the folder") from error

    def connect(self, *, read_only: bool = False) -> apsw.Connection:
        """A connection for one thread at a time; it checkpoints only when told to. Raises apsw.Error."""
        flags = apsw.SQLITE_OPEN_READONLY if read_only else apsw.SQLITE_OPEN_READWRITE
        where = str(self.path)
        if self.immutable:
            where, flags = (
                f"{self.path.absolute().as_uri()}?immutable=1",
                apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI,
            )
        connection = apsw.Connection(where, flags=flags, vfs=self.vfs)
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        for setting in (
            f"synchronous = {self.synchronous}",
            "wal_autocheckpoint = 0",
            f"journal_size_limit = {LOG_SIZE_MAX}",
            "fullfsync = ON",  # macOS: an fsync that reaches the platter; nothing elsewhere
            "checkpoint_fullfsync = ON",
        ):
            connection.execute(f"PRAGMA {setting}").fetchall()
        return connection

    @contextlib.contextmanager
    def saying_why(self) -> Iterator[None]:
        """Turn SQLite's errors into a StorageError that names this file."""
        try:
            yield
        except (apsw.NotADBError, apsw.CorruptError) as error:
            raise StorageError(f"{self.path} is damaged ({error}); put a backup in its place") from error
        except apsw.Error as error:
            raise StorageError(f"{self.path} cannot be used ({error}); mend the disk, then try again") from error

    def _check(self, connection: apsw.Connection) -> None:
        version = schema.version(connection)
        if version is None:
            raise StorageError(f"{self.path} is not Tokenry's ledger; move it away, or choose another data folder")
        if version > schema.VERSION:
            raise StorageError(
                f"{self.path} was written by a newer Tokenry (schema {version}, this one knows {schema.VERSION}); "
                "install that version, or put back the backup from before its upgrade"
            )
        if version == 0:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL").fetchall()
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        size = connection.execute("PRAGMA page_count").get * connection.execute("PRAGMA page_size").get
        small = version > 0 and size <= QUICK_CHECK_SIZE_MAX
        if small:
            self._refuse_damage(connection.execute("PRAGMA quick_check(1)").get)
        if version == 0:
            schema.create(connection)
        elif version < schema.VERSION:
            schema.back_up(connection, self.path, self.vfs)
            schema.upgrade(connection, version)
        if small and schema.rows_missing(connection):
            self._refuse_damage("entries are missing")

    def _refuse_damage(self, found: object) -> None:
        if found != "ok":
            raise StorageError(f"{self.path} is damaged ({_one_line(found)}); put a backup in its place")


def write(connection: apsw.Connection, batch: Batch) -> int:
    """Everything of one transaction but its COMMIT; answers the last seq that it holds.

    Raises:
        apsw.Error: SQLite could not. StorageError: rows that were acknowledged are gone.
    """
    connection.execute("BEGIN IMMEDIATE")
    if batch.probe:
        _undo(connection, batch.after)
    seq = batch.after
    rows: list[tuple[int, str, str, int, bytes]] = []
    for item in batch.items:
        if not isinstance(item, Entry):
            if isinstance(item, Snapshot):
                _write_snapshot(connection, seq, item.body)
            else:
                _keep_up(connection, item)
            continue
        seq += 1
        rows.append((seq, item.kind, item.ref, item.at, item.body))
        if item.answer is not None:
            connection.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (seq, *astuple(item.answer)[:7])
            )
    if rows:
        _insert(connection, rows)
    if batch.prune_before is not None:
        connection.execute(
            "DELETE FROM answers WHERE seq IN (SELECT seq FROM answers WHERE expires_at <= ? LIMIT ?)",
            (batch.prune_before, PRUNE_ANSWERS_MAX),
        )
    return seq


def _insert(connection: apsw.Connection, rows: Sequence[tuple[int, str, str, int, bytes]]) -> None:
    """Many rows a statement: each step of a statement gives the interpreter's lock away and must win it back from the
    busy event loop, which costs more than the row."""
    for first in range(0, len(rows), ROWS_A_STATEMENT):
        some = rows[first : first + ROWS_A_STATEMENT]
        connection.execute(_INSERTS[len(some)], [value for row in some for value in row])


ROWS_A_STATEMENT = 64
_INSERTS = [
    "INSERT INTO journal VALUES " + ", ".join(["(?, ?, ?, ?, ?)"] * n)  # noqa: S608 - question marks only
    for n in range(ROWS_A_STATEMENT + 1)
]


def _undo(connection: apsw.Connection, after: int) -> None:
    """Remove what was never acknowledged. Writes in any case: a probe that writes nothing proves nothing."""
    if last_seq(connection) < after:
        raise StorageError("ledger.db has lost acknowledged entries; stop, and put a backup in its place")
    connection.execute("DELETE FROM journal WHERE seq > ?", (after,))
    connection.execute("DELETE FROM answers WHERE seq > ?", (after,))
    connection.execute("DELETE FROM snapshots WHERE seq > ?", (after,))
    connection.execute("UPDATE probes SET count = count + 1")


def _write_snapshot(connection: apsw.Connection, seq: int, body: bytes) -> None:
    connection.execute("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?)", (seq, hashlib.sha256(body).digest(), body))
    connection.execute(
        "DELETE FROM snapshots WHERE seq NOT IN (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT ?)",
        (SNAPSHOTS_KEPT,),
    )


def _keep_up(connection: apsw.Connection, item: Upkeep) -> None:
    """Let the journal stand on another base, then remove some of what lies below; see `Upkeep`."""
    base = item.base
    if base is not None:
        if schema.base_seq(connection) != item.instead_of:
            item.refused = True
            return
        connection.execute(
            "INSERT OR REPLACE INTO base VALUES (1, ?, ?, ?, ?)",
            (base.seq, base.at, hashlib.sha256(base.body).digest(), base.body),
        )
        connection.executemany("INSERT OR REPLACE INTO sums VALUES (?, ?)", list(item.sums.items()))
    if item.answers_of is not None:
        connection.execute(
            "DELETE FROM answers WHERE seq IN (SELECT seq FROM answers WHERE scope = ? LIMIT ?)",
            (item.answers_of, PRUNE_ANSWERS_MAX),
        )
        item.removed = connection.changes()
    if item.rows_max:
        connection.execute(
            "DELETE FROM journal WHERE seq IN (SELECT seq FROM journal WHERE seq <= (SELECT seq FROM base)"
            " ORDER BY seq LIMIT ?)",
            (item.rows_max,),
        )
        item.removed = connection.changes()
    if item.pages_max and not item.removed and schema.free_share(connection) > FREE_SHARE_MAX:
        item.given_back = sum(1 for _ in connection.execute(f"PRAGMA incremental_vacuum({int(item.pages_max)})"))


def _one_line(text: object) -> str:
    return " ".join(str(text).split())[:200]
