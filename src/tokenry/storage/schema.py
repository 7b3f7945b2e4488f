"""The tables of ledger.db, what an empty file gets, and how a file of an older schema gets them too.

A step that shipped is never edited: a change of the tables is another step, and `_TABLES` what all steps lead to.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

import apsw

from tokenry.storage.errors import StorageError
from tokenry.storage.folder import sync_folder

APPLICATION_ID = 0x746F6B65  # "toke", in the file's header
VERSION = 2
COPY_PAGES = 1024  # pages copied at a time

# seq is the rowid: appending touches one leaf. `by_ref` grows at its right edge, because refs are time-ordered.
# The seq of an answer and of a snapshot says which entry it stands with, so that both can be undone with it.
_JOURNAL = """
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
# base: what the rows stand upon once older ones are gone. sums: what is still known of those.
_BASE = """
CREATE TABLE base (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, at INTEGER NOT NULL,
  sha256 BLOB NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE sums (name TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;
"""
_TABLES = _JOURNAL + _BASE
_STEPS = {1: _BASE}  # from this version to the next


def version(connection: apsw.Connection) -> int | None:
    """The schema's version; 0 for an empty file, None for somebody else's."""
    found = int(connection.execute("PRAGMA user_version").get)
    owner = connection.execute("PRAGMA application_id").get
    empty = connection.execute("SELECT count(*) FROM sqlite_schema").get == 0
    if owner != APPLICATION_ID and not (empty and owner == 0 and found == 0):
        return None
    return found


def create(connection: apsw.Connection) -> None:
    """Give an empty file its tables. Raises apsw.Error."""
    _carry_out(connection, _TABLES + f"PRAGMA application_id = {APPLICATION_ID};")


def upgrade(connection: apsw.Connection, since: int) -> None:
    """Every step from this version to the newest, in one transaction. Raises apsw.Error; then nothing was changed."""
    _carry_out(connection, "".join(_STEPS[step] for step in range(since, VERSION)))


def _carry_out(connection: apsw.Connection, statements: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(statements)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def back_up(connection: apsw.Connection, path: Path, vfs: str | None) -> Path:
    """A whole copy beside the file, `<name>.before-<version>`, complete and durable under that name or not there.

    Raises:
        StorageError: the disk has no room for it. apsw.Error, OSError: it could not be written.
    """
    target = path.with_name(f"{path.name}.before-{VERSION}")
    part = target.with_name(target.name + ".part")
    size = connection.execute("PRAGMA page_count").get * connection.execute("PRAGMA page_size").get
    free = shutil.disk_usage(path.parent).free
    if free < size * 5 // 4:
        raise StorageError(
            f"{path} must be brought up to date, and its backup needs {size * 5 // 4 // 2**20 + 1} MiB: "
            f"{free // 2**20} MiB are free. Make room, then start again"
        )
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with contextlib.closing(apsw.Connection(str(part), vfs=vfs)) as copy:
        copy.execute("PRAGMA synchronous = FULL").fetchall()
        with copy.backup("main", connection, "main") as work:
            while not work.done:
                work.step(COPY_PAGES)
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(target)
    sync_folder(target.parent)
    return target


def has_base(connection: apsw.Connection) -> bool:
    """Whether the file's schema knows of a base."""
    return int(connection.execute("PRAGMA user_version").get) >= 2


def base_seq(connection: apsw.Connection) -> int:
    """The newest row that the base stands for; 0 when the journal goes back to its first row."""
    if not has_base(connection):
        return 0
    return int(connection.execute("SELECT coalesce((SELECT seq FROM base), 0)").get)


def last_seq(connection: apsw.Connection) -> int:
    """The seq of the newest entry in the file, or of the base when no later one is there; 0 when there is nothing."""
    return max(int(connection.execute("SELECT coalesce(max(seq), 0) FROM journal").get), base_seq(connection))


def rows_missing(connection: apsw.Connection) -> bool:
    """Whether there are gaps in the rows that stand upon the base."""
    base = base_seq(connection)
    rows = connection.execute("SELECT count(*) FROM journal WHERE seq > ?", (base,)).get
    return bool(last_seq(connection) - base != rows)


def free_share(connection: apsw.Connection) -> float:
    """How much of the file is free pages, 0 to 1."""
    free = int(connection.execute("PRAGMA freelist_count").get)
    return free / max(1, int(connection.execute("PRAGMA page_count").get))


def sizes(connection: apsw.Connection) -> tuple[int, int]:
    """Bytes of the file that are in use, and bytes of the file."""
    page = int(connection.execute("PRAGMA page_size").get)
    pages, free = (int(connection.execute(f"PRAGMA {name}_count").get) for name in ("page", "freelist"))
    return (pages - free) * page, pages * page
