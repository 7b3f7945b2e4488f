"""How an app.db gets the schema of this version: a backup first, then all steps in one transaction.

Loaded only when a file is new or old: what knows the steps is large.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine

from tokenry.storage.errors import StorageError
from tokenry.storage.folder import sync_folder


def migrate(path: Path, engine: Engine, steps: Path) -> None:
    """Bring the schema up to date; nothing is changed when it is.

    Args:
        path: the file.
        engine: its engine, as AppDb opens it.
        steps: the folder with Alembic's `versions`.

    Raises:
        StorageError: the file is not ours, or of a newer Tokenry.
        DatabaseError: it is damaged, or a step failed; then nothing was changed.
    """
    scripts = ScriptDirectory(str(steps))
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
    config.set_main_option("script_location", str(steps).replace("%", "%%"))
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
