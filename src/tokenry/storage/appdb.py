"""app.db: people, projects, keys and settings, through SQLAlchemy Core. Knows how the file is opened and migrated.

What its rows mean is the business of the rooms that keep them. Calls block: from the event loop, use a thread.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib import import_module
from pathlib import Path

from sqlalchemy import URL, ColumnElement, Connection, Engine, create_engine, event, func, select
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from tokenry.storage.errors import StorageError
from tokenry.storage.folder import sync_folder
from tokenry.storage.joining import joined

APP_DB_NAME = "app.db"
BUSY_TIMEOUT_MS = 5000
Transaction = Connection  # what a room that keeps rows here holds in its hand
_MIGRATIONS = Path(__file__).parent / "migrations"
_READS_ONLY = "tokenry_reads_only"


class AppDb:
    """An open app.db at the newest revision of its schema.

    A revoked key that comes back after a power cut is a hole, so every commit is fsynced (synchronous=FULL).
    """

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self.engine = engine

    @classmethod
    def open(cls, path: Path) -> AppDb:
        """Open or make the file, and bring its schema up to date.

        A file of an older schema is first copied whole to `<name>.before-<revision>`; the migration itself is one
        transaction, all or nothing.

        Raises:
            StorageError: the file is damaged, not ours, of a newer Tokenry, or cannot be written.
        """
        try:
            if not path.exists():
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
                sync_folder(path.parent)
            engine = _engine(path)
        except OSError as error:
            raise StorageError(f"cannot open {path}: {error.strerror}; check the folder's owner and mode") from error
        try:
            if not is_current(path):
                # Only now is what knows how loaded: it takes a third of a start's time, and a start in a year needs it.
                import_module("tokenry.storage.migrating").migrate(path, engine, _MIGRATIONS)
        except DatabaseError as error:
            engine.dispose()
            raise StorageError(
                f"{path} cannot be used ({error.orig}); if it is damaged, put a backup in its place"
            ) from error
        except BaseException:
            engine.dispose()
            raise
        return cls(path, engine)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of all tables; never waits for a writer."""
        with self.engine.connect().execution_options(**{_READS_ONLY: True}) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: durable when the block ends well, undone when it raises. Waits 5 s for another writer.

        What is `joining` now writes into it first.

        Raises:
            StorageError: the other one took longer; nothing was done.
        """
        beside = joined.get()
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(self.engine.begin())
            except OperationalError as error:
                raise StorageError(
                    f"{self.path.name} cannot be written now ({error.orig}); nothing was changed, try again",
                    headers={"retry-after": "2"},
                ) from error
            if beside is not None:
                beside.join(connection)
            yield connection
        if beside is not None:
            beside.committed()

    def forget_deleted(self) -> None:
        """Leave no trace of deleted rows in the write-ahead log; the file itself overwrites them as they go.

        As far as readers allow: what a read that runs now can still see goes with the next call, or at the end.
        """
        with closing(sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()

    def close(self) -> None:
        """Give the file back."""
        self.engine.dispose()


def _engine(path: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})

    @event.listens_for(engine, "connect")
    def _connected(dbapi: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        dbapi.isolation_level = None  # the driver's own BEGIN skips schema changes and reads; ours is in _begin
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            dbapi.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its lock first: a transaction that reads and then writes would otherwise fail when another
        # one committed in between.
        reads_only = connection.get_execution_options().get(_READS_ONLY, False)
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")

    return engine


def total(connection: Connection, column: ColumnElement[int], *where: ColumnElement[bool]) -> int:
    """The sum of a column of whole numbers over the rows that are meant; 0 when there are none."""
    found: int = connection.execute(select(func.coalesce(func.sum(column), 0)).where(*where)).scalar_one()
    return found


def revisions() -> set[str]:
    """All revisions that this Tokenry knows."""
    return {file.name[:5] for file in _MIGRATIONS.glob("versions/r*.py")}


def is_current(path: Path) -> bool:
    """Whether the file has the newest schema, so that opening it changes nothing."""
    return revision(path) == max(revisions())


def revision(path: Path) -> str | None:
    """The revision that the file says it has; None when it says none, or nothing that can be read."""
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000)) as file:
            found = file.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.Error:
        return None  # new, somebody else's, or damaged: the migration looks closer and says which
    return str(found[0][0]) if len(found) == 1 else None
