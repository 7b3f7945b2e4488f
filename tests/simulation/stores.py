"""The app.db of a made-up house, with an owner, a project and three keys.

It lies in memory and outlives power cuts whole: each commit of it is one fsynced transaction of SQLite, which
`tests/storage` looks after. It is made once by the real code; every seed begins with a copy of its rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import StaticPool, create_engine, event

from tests.simulation.asks import Key
from tests.simulation.chance import drawn_from
from tokenry.access import Directory, Keys, NewKey
from tokenry.base.clock import ManualClock
from tokenry.storage import AppDb, tables

FOLDER = Path("/simulated")  # nothing is ever read or written there
START_NS = 1_767_225_600 * 10**9  # 2026-01-01T00:00:00Z


@dataclass(frozen=True)
class _Template:
    engine: Any
    rows: tuple[tuple[str, list[tuple[Any, ...]]], ...]  # insert statements and their values
    keys: tuple[tuple[str, str], ...]  # text, id


@cache
def _template() -> _Template:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _connected(dbapi: Any, _entry: Any) -> None:
        dbapi.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    tables.metadata.create_all(engine)
    db, clock = AppDb(FOLDER / "app.db", engine), ManualClock(START_NS)
    with drawn_from(Random(1), clock.now_ns):
        project = Directory(db, clock).ensure_first().project.id
        keys = Keys(db, clock)
        keys.load()
        made = [keys.create(NewKey(name=f"first {number}", project_id=project)) for number in range(3)]
    rows = []
    with engine.begin() as connection:
        for table in tables.metadata.sorted_tables:
            found = [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table.name}")]
            marks = ", ".join("?" * len(table.columns))
            rows.append((f"INSERT INTO {table.name} VALUES ({marks})", found))
    return _Template(engine, tuple(rows), tuple((text, record.id) for record, text in made))


def fresh_app_db() -> AppDb:
    """An app.db as after a first start and three keys."""
    template = _template()
    with template.engine.begin() as connection:
        dbapi = connection.connection.dbapi_connection
        for table in reversed(tables.metadata.sorted_tables):
            dbapi.execute(f"DELETE FROM {table.name}")
        for statement, values in template.rows:
            if values:
                dbapi.executemany(statement, values)
    return AppDb(FOLDER / "app.db", template.engine)


def first_keys() -> list[Key]:
    """One that never was, and those three."""
    unknown = Key("sk-tok-23456789-" + "A" * 43, real=False, revoked=True)
    return [unknown, *[Key(text, key_id) for text, key_id in _template().keys]]
