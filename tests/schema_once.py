"""A new app.db for a test in a millisecond: the steps of its schema run once a process, and are copied from then on.

Alembic needs some 50 ms for a new file, and thousands of tests begin with one. What is copied is what the product's own
migration made; a file that has tables already is migrated by the product as ever. `tests/storage`, where migrations are
what is tested, has no part in this.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, Engine, create_engine

from tokenry.storage import AppDb

_migrating = import_module("tokenry.storage.migrating")
_appdb = import_module("tokenry.storage.appdb")
_STEPS = Path(_migrating.__file__ or "").parent / "migrations"
_migrate = _migrating.migrate


class Schema:
    """A new app.db, closed, as bytes; and how statements read to SQLite, which is the same for every file."""

    def __init__(self, folder: Path) -> None:
        self._dialect: Dialect | None = None
        self._compiled: dict[Any, Any] = {}
        path = folder / "app.db"
        AppDb.open(path).close()
        assert [file.name for file in folder.iterdir()] == ["app.db"], "closing leaves nothing in a log beside the file"
        self.whole = path.read_bytes()

    def migrate(self, path: Path, engine: Engine, steps: Path) -> None:
        """Stands in for the migration of AppDb."""
        if steps == _STEPS and path.stat().st_size == 0:
            path.write_bytes(self.whole)
        else:
            _migrate(path, engine, steps)

    def engine(self, *of: Any, **named: Any) -> Engine:
        """Stands in for `create_engine`: a statement that was compiled for one file is compiled for all."""
        engine = create_engine(*of, **named)
        if self._dialect is None:
            self._dialect = engine.dialect
        engine.dialect = self._dialect
        engine.update_execution_options(compiled_cache=self._compiled)
        return engine


_in_force: list[Schema | None] = [None]


def put(schema: Schema | None) -> Schema | None:
    """Have new files copied from now on; None = made by the product itself again. Answers what was in force before."""
    before, _in_force[0] = _in_force[0], schema
    _migrating.migrate = _migrate if schema is None else schema.migrate
    _appdb.create_engine = create_engine if schema is None else schema.engine
    return before
