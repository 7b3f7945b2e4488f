"""An app.db with one organization, and what is told in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tokenry.base.clock import ManualClock
from tokenry.notify import Notices
from tokenry.storage import AppDb, tables


@pytest.fixture
def notices(tmp_path: Path) -> Iterator[Notices]:
    db = AppDb.open(tmp_path / "app.db")
    with db.write() as connection:
        connection.execute(tables.organizations.insert(), {"id": "org_1", "name": "lab", "created_at": 1})
    yield Notices(db, ManualClock())
    db.close()
