"""The demonstration: told through the public API, whole or not there, and its figures are what its books came to."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tokenry.app.demo import make_demo
from tokenry.app.demo.traffic import OUTAGE, questions
from tokenry.app.house import House, opened, read_config
from tokenry.base.clock import MovedClock, SystemClock
from tokenry.base.errors import Conflict
from tokenry.cli.ledger import prove
from tokenry.storage import is_demo, tables

pytestmark = pytest.mark.anyio
DAYS = 45


def names_in(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_the_same_seed_tells_the_same_story() -> None:
    told = [[questions(day, 100, day % 7, random.Random(day)) for day in range(100)] for _ in range(2)]
    assert told[0] == told[1]
    assert sum(map(len, told[0])) > 300
    for day in told[0]:
        assert [one.hour for one in day] == sorted(one.hour for one in day)
    (broken,) = [day for day, asked in enumerate(told[0]) if any("error=503" in one.words for one in asked)]
    assert broken == int(100 * OUTAGE[0])


def test_a_moved_clock_goes_on_and_never_back() -> None:
    clock = MovedClock(5_000)
    before, since = clock.now_ns(), clock.monotonic_ns()
    assert 5_000 <= before < 5_000 + 10**9
    clock.move_to(before + 10**15)
    assert clock.now_ns() >= before + 10**15
    assert clock.monotonic_ns() - since >= 10**15 - 10**9
    later = clock.now_ns()
    clock.move_to(0)
    assert clock.now_ns() >= later


async def test_no_folder_that_holds_something_is_filled(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine")
    with pytest.raises(Conflict, match="holds something else"):
        await make_demo(tmp_path)
    assert names_in(tmp_path) == ["kept"]


async def test_no_folder_of_somebodys_is_removed_for_its_name(tmp_path: Path) -> None:
    part = tmp_path / "demo.filling"
    part.mkdir()
    (part / "thesis.txt").write_text("mine")
    with pytest.raises(Conflict):
        await make_demo(tmp_path / "demo", 30)
    assert (part / "thesis.txt").read_text() == "mine"


async def test_what_is_broken_off_leaves_nothing(tmp_path: Path) -> None:
    def stop(done: int, _of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await make_demo(tmp_path / "demo", DAYS, stop)
    assert not names_in(tmp_path)


async def test_every_room_has_life_and_every_figure_folds(tmp_path: Path) -> None:
    folder, told = tmp_path / "demo", []
    await make_demo(folder, DAYS, lambda done, of: told.append((done, of)))
    assert told[-1] == (DAYS, DAYS)
    assert is_demo(folder)
    assert names_in(tmp_path) == ["demo"]
    assert prove(folder)["ok"]
    config, path = read_config(folder, None)
    async with opened(folder, config, path, MovedClock(SystemClock.now_ns())) as house:
        assert house.people.roster.organizations[house.first.organization.id].name == "Demonstration University"
        assert house.ledger.books.milestones
        await _rooms(house)


async def _rooms(house: House) -> None:
    least = {
        tables.users: 14, tables.invites: 13, tables.groups: 1, tables.limit_requests: 2, tables.statements: 1,
        tables.programmes: 1, tables.calls: 2, tables.applications: 5, tables.assignments: 9, tables.awards: 2,
        tables.certificates: 1, tables.chats: 4, tables.chat_messages: 8, tables.folders: 1, tables.prompts: 1,
        tables.amendments: 1, tables.news: 3, tables.audit: 60,
    }  # fmt: skip
    with house.desk.db.read() as connection:
        found = {table: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in least}
    assert {table.name: count for table, count in found.items() if count < least[table]} == {}
