"""A fresh app.db with the first organization and project in it, under a clock that the test turns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.town import Town
from tokenry.access import Directory, First, Keys
from tokenry.base.clock import ManualClock
from tokenry.storage import AppDb


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[AppDb]:
    opened = AppDb.open(tmp_path / "app.db")
    yield opened
    opened.close()


@pytest.fixture
def directory(db: AppDb, clock: ManualClock) -> Directory:
    return Directory(db, clock)


@pytest.fixture
def first(directory: Directory) -> First:
    return directory.ensure_first()


@pytest.fixture
def keys(db: AppDb, clock: ManualClock, first: First) -> Keys:
    made = Keys(db, clock)
    assert made.load() == 0
    return made


@pytest.fixture
def town(db: AppDb, clock: ManualClock) -> Town:
    return Town(db, clock)
