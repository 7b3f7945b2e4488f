"""app.db: people, projects, keys and settings, through SQLAlchemy Core. Knows how the file is opened and migrated.

What its rows mean is the business of the rooms that keep them. Calls block: from the event loop, use a thread.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry

from tokenry.storage.errors import StorageError
from tokenry.storage.folder import sync_folder

APP_DB_NAME = "app.db"
BUSY_TIMEOUT_MS = 5000
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
            _migrate(path, engine)
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
        """One transaction: durable when the block ends well, undone when it raises. Waits 5 s for another writer."""
        with self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give the file back."""
        self.engine.dispose()


def _engine(path: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})

    @event.listens_for(engine, "connect")
    def _connected(dbapi: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        dbapi.isolation_level = None  # the driver's own BEGIN skips schema changes and reads; ours is in _begin
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            dbapi.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its lock first: a transaction that reads and then writes would otherwise fail when another
        # one committed in between.
        reads_only = connection.get_execution_options().get(_READS_ONLY, False)
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")

    return engine


def _migrate(path: Path, engine: Engine) -> None:
    scripts = ScriptDirectory(str(_MIGRATIONS))
    head = scripts.get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar_one()
    if current == head:
        return
    if current is None and tables:
        raise StorageError(f"{path} is not Tokenry's app.db; move it away, or choose another data folder")
    if current is not None:
        _refuse_newer(path, scripts, current, head)
        _back_up(path, path.with_name(f"{path.name}.before-{head}"))
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    attributes: dict[str, Any] = config.attributes
    with engine.begin() as connection:
        attributes["connection"] = connection
        command.upgrade(config, "head")


def _refuse_newer(path: Path, scripts: ScriptDirectory, current: str, head: str | None) -> None:
    try:
        known = scripts.get_revision(current) is not None
    except CommandError:
        known = False
    if not known:
        raise StorageError(
            f"{path} was written by a newer Tokenry (revision {current}, this one knows {head}); "
            "install that version, or put back the backup from before its upgrade"
        )


def _back_up(path: Path, target: Path) -> None:
    """A whole copy that is either complete and durable under its name or not there."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    source = sqlite3.connect(path, isolation_level=None)
    try:
        source.execute("VACUUM INTO ?", (str(part),))
    finally:
        source.close()
    part.chmod(0o600)
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(target)
    sync_folder(target.parent)
