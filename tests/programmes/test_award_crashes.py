"""Killed between any two steps on disk: what was decided is done once by the next start, the rest left no trace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.programmes.awarding import PLAIN, draw, plan, project_of, prove, read, stands
from tests.programmes.offices import DAY_NS, Bureau, bureau
from tokenry.programmes import (
    Programme,
    Reporting,
    Tranches,
    Wish,
    accept_report,
    amend_at_once,
    close_award,
    finish_begun,
    go_round,
    grant_directly,
    reports_of,
    resume_award,
    submit_report,
    suspend_award,
)
from tokenry.storage import AppDb, tables

pytestmark = pytest.mark.anyio
MOVES = ("grant", "release", "transfer", "withdraw", "close_award")


class Killed(BaseException):
    """The process is no more."""


class Fuse:
    """Kills at the start of the n-th step that reaches a disk."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def burn(self) -> None:
        if self.left == 0:
            raise Killed
        self.left -= 1


@contextmanager
def burning(office: Bureau, fuse: Fuse, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every transaction in app.db and every act in the ledger is a step."""
    with monkeypatch.context() as patch:
        whole = AppDb.write

        def write(db: AppDb) -> Any:
            fuse.burn()
            return whole(db)

        patch.setattr(AppDb, "write", write)
        for name in MOVES:
            patch.setattr(office.ledger, name, _burnt(fuse, getattr(office.ledger, name)), raising=False)
        yield


def _burnt(fuse: Fuse, act: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def burnt(*args: Any, **more: Any) -> None:
        fuse.burn()
        await act(*args, **more)

    return burnt


TERMS = PLAIN.replace(tranches=Tranches(2, "date", 30), reporting=Reporting(every_days=60, final=False))
BY_REPORT = PLAIN.replace(tranches=Tranches(2, "report"), reporting=Reporting(every_days=60, final=False))


async def grants(office: Bureau, programme: Programme, project: str) -> None:
    new = [plan(office, programme, project_id=project, terms=terms) for terms in (TERMS, BY_REPORT)]
    await grant_directly(office, office.actor("officer"), new)


async def changes(office: Bureau, first: str, second: str) -> None:
    by = office.actor("officer")
    await amend_at_once(office, by, Wish("supplement", first, "more", 100))
    await amend_at_once(office, by, Wish("transfer", first, "moved", 50, second))
    await amend_at_once(office, by, Wish("withdrawal", second, "idle", 25))
    until = read(office, first).ends_at + DAY_NS
    await amend_at_once(office, by, Wish("extension", first, "late", until=until))
    await suspend_award(office, by, first, "a leak")
    await resume_award(office, by, first, None)


async def hand_out(office: Bureau, first: str, second: str) -> None:
    office.clock.advance(s=31 * 86_400)
    with office.desk.db.read() as connection:
        report = reports_of(connection, second)[0].id
    await go_round(office)
    submit_report(office, office.actor("member"), report, "It went well.")
    await accept_report(office, office.actor("officer"), report)
    await go_round(office)


async def end(office: Bureau, first: str, second: str) -> None:
    for award_id in (first, second):
        await close_award(office, office.actor("officer"), award_id, "done")


def newest(office: Bureau) -> list[str]:
    with office.desk.db.read() as connection:
        rows = connection.execute(tables.awards.select().order_by(tables.awards.c.created_at, tables.awards.c.id))
        return [row.id for row in rows]


def half_done(office: Bureau) -> list[str]:
    with office.desk.db.read() as connection:
        states = [row.state for row in connection.execute(tables.awards.select())]
        states += [row.state for row in connection.execute(tables.tranches.select())]
        states += [row.state for row in connection.execute(tables.amendments.select())]
    return [state for state in states if state in {"granting", "releasing", "doing"}]


def told_once(office: Bureau) -> None:
    with office.desk.db.read() as connection:
        occasions = [row.occasion for row in connection.execute(tables.news.select())]
    assert len(occasions) == len(set(occasions))
    for award_id in newest(office):
        assert f"award.granted:{award_id}" in occasions


async def prepared(office: Bureau, story: str) -> tuple[Programme, str]:
    programme = await office.programme()
    for role in ("officer", "member"):
        office.actor(role)  # type: ignore[arg-type] # a tuple of literals widens to text
    project = project_of(office)
    if story != "grants":
        await grants(office, programme, project)
    if story == "end":
        await changes(office, *newest(office))
        await draw(office, read(office, newest(office)[0]), 40)
    return programme, project


async def act_out(office: Bureau, story: str, programme: Programme, project: str) -> None:
    if story == "grants":
        await grants(office, programme, project)
    else:
        await {"changes": changes, "hand_out": hand_out, "end": end}[story](office, *newest(office))


@pytest.mark.parametrize("story", ["grants", "changes", "hand_out", "end"])
async def test_killed_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, story: str) -> None:
    for steps in range(200):
        folder = tmp_path / str(steps)
        folder.mkdir()
        killed = False
        with bureau(folder) as office:
            programme, project = await prepared(office, story)
            try:
                with burning(office, Fuse(steps), monkeypatch):
                    await act_out(office, story, programme, project)
            except Killed:
                killed = True
            now_ns = office.clock.now_ns()
        with bureau(folder) as office:
            office.clock.advance(ns=now_ns - office.clock.now_ns())
            await finish_begun(office)
            await go_round(office)
            assert half_done(office) == [], steps
            told_once(office)
            prove(office)
            if not killed:
                assert steps > 3
                if story == "end":
                    pool = office.ledger.pool_balance(programme.pool_id)
                    assert (pool.committed, pool.left) == (0, pool.cap - 40)
                    assert {stands(office, one).left for one in newest(office)} == {0}
                return
    raise AssertionError("the story has no end")
