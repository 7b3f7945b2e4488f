"""ledger.db as a file: its schema, how it is opened and refused, and the statements of one transaction.

Knows nothing of queues, threads and event loops.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import apsw

from tokenry.storage.errors import StorageError
from tokenry.storage.folder import sync_folder
from tokenry.storage.records import Entry, Snapshot

LEDGER_DB_NAME = "ledger.db"
APPLICATION_ID = 0x746F6B65  # "toke", in the file's header
SCHEMA_VERSION = 1
BUSY_TIMEOUT_MS = 5000
QUICK_CHECK_SIZE_MAX = 64 * 1024 * 1024  # bytes; larger files are checked by `tokenry doctor`, not at every start
SNAPSHOTS_KEPT = 3
PRUNE_ANSWERS_MAX = 200  # expired answers removed in one transaction, so that pruning never stretches a commit much

# seq is the rowid: appending touches one leaf. `by_ref` grows at its right edge, because refs are time-ordered.
# The seq of an answer and of a snapshot says which entry it stands with, so that both can be undone with it.
_SCHEMA = """
CREATE TABLE journal (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, ref TEXT NOT NULL, at INTEGER NOT NULL,
  body BLOB NOT NULL) STRICT;
CREATE INDEX by_ref ON journal (ref, kind);
CREATE TABLE answers (seq INTEGER PRIMARY KEY, scope TEXT NOT NULL, key TEXT NOT NULL, fingerprint BLOB NOT NULL,
  status INTEGER NOT NULL, content_type TEXT NOT NULL, body BLOB NOT NULL, expires_at INTEGER NOT NULL,
  UNIQUE (scope, key)) STRICT;
CREATE INDEX answers_by_expiry ON answers (expires_at);
CREATE TABLE snapshots (seq INTEGER PRIMARY KEY, sha256 BLOB NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE probes (id INTEGER PRIMARY KEY CHECK (id = 1), count INTEGER NOT NULL) STRICT;
INSERT INTO probes VALUES (1, 0);
"""


@dataclass(slots=True)
class Batch:
    """What one transaction writes.

    Args:
        after: the last seq that was acknowledged; the first entry gets the next one.
        items: entries and snapshots in the order they were appended.
        probe: whether this transaction first removes every row beyond `after`.
        prune_before: remove answers that expired at this time (ns since the epoch) or before; None = not now.
    """

    after: int
    items: list[Entry | Snapshot]
    probe: bool = False
    prune_before: int | None = None


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """Where ledger.db lies and how it is reached.

    Args:
        path: the file. vfs: name of a registered SQLite VFS, the default one when None.
        synchronous: SQLite's setting; anything below FULL loses acknowledged entries and is for tests alone.
    """

    path: Path
    vfs: str | None = None
    synchronous: str = "FULL"

    def prepare(self) -> None:
        """Make the file if it is not there; refuse one that is damaged, not ours, or of a newer schema.

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
        connection = apsw.Connection(str(self.path), flags=flags, vfs=self.vfs)
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        for setting in (
            f"synchronous = {self.synchronous}",
            "wal_autocheckpoint = 0",
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
        version = connection.execute("PRAGMA user_version").get
        owner = connection.execute("PRAGMA application_id").get
        empty = connection.execute("SELECT count(*) FROM sqlite_schema").get == 0
        if owner != APPLICATION_ID and not (empty and owner == 0 and version == 0):
            raise StorageError(f"{self.path} is not Tokenry's ledger; move it away, or choose another data folder")
        if version > SCHEMA_VERSION:
            raise StorageError(
                f"{self.path} was written by a newer Tokenry (schema {version}, this one knows {SCHEMA_VERSION}); "
                "install that version, or put back the backup from before its upgrade"
            )
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        if version == 0:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_SCHEMA)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION}")
            connection.execute("COMMIT")
        size = connection.execute("PRAGMA page_count").get * connection.execute("PRAGMA page_size").get
        if size > QUICK_CHECK_SIZE_MAX:
            return
        found = connection.execute("PRAGMA quick_check(1)").get
        if found == "ok" and last_seq(connection) != connection.execute("SELECT count(*) FROM journal").get:
            found = "entries are missing"
        if found != "ok":
            raise StorageError(f"{self.path} is damaged ({_one_line(found)}); put a backup in its place")


def last_seq(connection: apsw.Connection) -> int:
    """The seq of the newest entry in the file, 0 when there is none."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM journal").get)


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
        if isinstance(item, Snapshot):
            _write_snapshot(connection, seq, item.body)
            continue
        seq += 1
        rows.append((seq, item.kind, item.ref, item.at, item.body))
        if item.answer is not None:
            connection.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (seq, *astuple(item.answer))
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
    connection.executemany("INSERT INTO journal VALUES (?, ?, ?, ?, ?)", rows)


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


def _one_line(text: object) -> str:
    return " ".join(str(text).split())[:200]
