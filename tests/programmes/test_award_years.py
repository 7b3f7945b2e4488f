"""Five years of a programme under a clock that is turned by hand: periods, tranches, renewals, reports that are late.

It begins on the last day of a January and runs over the leap day of 2028. The books are proved after every month.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.programmes.awarding import PLAIN, draw, granted, plan, project_of, prove, read, stands
from tests.programmes.offices import DAY_NS, Bureau
from tokenry.base.clock import NS_PER_S, to_datetime
from tokenry.programmes import (
    ProgrammeAward,
    Report,
    Reporting,
    Tranches,
    accept_report,
    close_award,
    go_round,
    grant_directly,
    list_awards,
    reports_of,
    submit_report,
    tranches_of,
)
from tokenry.programmes.awards.awards import Wanted
from tokenry.storage import tables

pytestmark = pytest.mark.anyio

FIRST, LAST = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC), datetime(2031, 6, 30, tzinfo=UTC)
STEP_DAYS = 10
LATE_DAYS = 9  # after which reports of every second award come
DRAWN = 700
TERMS = PLAIN.replace(tranches=Tranches(4, "date", 91), reporting=Reporting(every_days=100, final_within_days=30))


class Years:
    """One project's awards, each the renewal of the one before."""

    def __init__(self, office: Bureau) -> None:
        self.office = office
        self.awardee, self.officer = office.actor("member", "ada"), office.actor("officer")
        self.chain: list[ProgrammeAward] = []
        self.released: dict[str, int] = {}  # tranche -> when it was first seen released

    async def begin(self) -> None:
        self.programme = await self.office.programme(cap=100_000)
        self.project = project_of(self.office, self.awardee)
        first = await granted(
            self.office, self.programme, amount=1003, terms=TERMS, project_id=self.project, awardee_id=None, days=366
        )
        self.chain.append(first)

    async def step(self) -> None:
        """What people do on this day; then what time does."""
        now_ns = self.office.clock.now_ns()
        self.office.ledger.sweep()
        await go_round(self.office)
        self.see_tranches(now_ns)
        await self.report(now_ns)
        await self.spend()
        newest = read(self.office, self.chain[-1].id)
        if newest.ends_at <= now_ns and newest.ends_at < LAST.timestamp() * NS_PER_S - 200 * DAY_NS:
            more = plan(
                self.office, self.programme, amount=1003, terms=TERMS, project_id=self.project, renews=newest.id,
                days=365,
            )  # fmt: skip
            self.chain += await grant_directly(self.office, self.officer, [more])
        for award in [read(self.office, one.id) for one in self.chain]:
            if award.state == "active" and award.ends_at + 60 * DAY_NS < now_ns:
                await close_award(self.office, self.officer, award.id, "its time is over")

    def see_tranches(self, now_ns: int) -> None:
        with self.office.desk.db.read() as connection:
            running = [one for one in list_awards(connection, Wanted()) if one.ends_at > now_ns]
            parts = [part for one in running for part in tranches_of(connection, one.id)]
        for part in parts:
            if part.state == "released" and part.id not in self.released:
                self.released[part.id] = now_ns
            due = part.due_at is not None and part.due_at <= now_ns
            assert due == (part.state == "released"), part

    async def report(self, now_ns: int) -> None:
        with self.office.desk.db.read() as connection:
            for place, award in enumerate(self.chain):
                wait = LATE_DAYS * DAY_NS if place % 2 else -DAY_NS * STEP_DAYS
                due = [r for r in reports_of(connection, award.id) if r.state == "due" and r.due_at + wait <= now_ns]
                for report in due:
                    await self.hand_in(award, report)

    async def hand_in(self, award: ProgrammeAward, report: Report) -> None:
        late = report.due_at < self.office.clock.now_ns()
        handed_in = submit_report(self.office, self.awardee, report.id, "This is what we did.")
        assert handed_in.late(self.office.clock.now_ns()) is late
        await accept_report(self.office, self.officer, report.id)

    async def spend(self) -> None:
        newest = read(self.office, self.chain[-1].id)
        if newest.state != "active" or newest.ends_at <= self.office.clock.now_ns():
            return
        balance = stands(self.office, newest.id)
        if balance.left and balance.spent < DRAWN:
            await draw(self.office, newest, min(10, balance.left))


async def test_five_years(office: Bureau) -> None:
    office.clock.advance(ns=int(FIRST.timestamp()) * NS_PER_S - office.clock.now_ns())
    years = Years(office)
    await years.begin()
    month = FIRST.month
    while to_datetime(office.clock.now_ns()) < LAST:
        today = to_datetime(office.clock.now_ns())
        await years.step()
        if today.month != month:
            month = today.month
            prove(office)
        office.clock.advance(s=STEP_DAYS * 86_400)
    prove(office)
    assert len(years.chain) == 5
    assert [one.renews for one in years.chain] == [None, *(one.id for one in years.chain[:-1])]
    with office.desk.db.read() as connection:
        assert {award.state for award in list_awards(connection, Wanted())} == {"closed"}
    for part, seen_at in years.released.items():
        with office.desk.db.read() as connection:
            row = connection.execute(tables.tranches.select().where(tables.tranches.c.id == part)).one()
        assert row.due_at <= row.released_at <= seen_at < row.due_at + STEP_DAYS * DAY_NS + NS_PER_S
    assert len(years.released) == 20
    spent = sum(stands(office, one.id).spent for one in years.chain)
    pool = office.ledger.pool_balance(years.programme.pool_id)
    assert spent > 0
    assert (pool.cap, pool.left, pool.committed) == (100_000, 100_000 - spent, 0)
    told = Counter(kind for kind in kinds(office))
    # Three progress reports and a final one a year; in the second and fourth year all of them are late.
    assert told["report.overdue"] == 2 * 4
    assert told["report.due"] == 5 * 4
    assert told["award.granted"] == told["award.closed"] == 5
    assert told["award.tranche_released"] == 5 * 3
    assert told["award.expiring"] == 5 * 2


def kinds(office: Bureau) -> list[str]:
    with office.desk.db.read() as connection:
        rows = connection.execute(tables.news.select()).all()
    assert len({row.occasion for row in rows}) == len(rows)
    return [row.type for row in rows]


async def test_the_leap_day_and_month_ends(office: Bureau) -> None:
    """A year from the leap day on has 365 days; a part that is due at midnight is there at midnight, not before."""
    office.clock.advance(ns=int(datetime(2028, 2, 29, tzinfo=UTC).timestamp()) * NS_PER_S - office.clock.now_ns())
    programme, project = await office.programme(), project_of(office)
    terms = PLAIN.replace(tranches=Tranches(2, "date", 31), reporting=Reporting(final_within_days=1))
    award = await granted(office, programme, project_id=project, terms=terms, days=365)
    assert to_datetime(award.ends_at) == datetime(2029, 2, 28, tzinfo=UTC)
    office.clock.advance(ns=31 * DAY_NS - 1)
    await go_round(office)
    assert stands(office, award.id).left == 500
    office.clock.advance(ns=1)
    assert to_datetime(office.clock.now_ns()) == datetime(2028, 3, 31, tzinfo=UTC)
    await go_round(office)
    assert stands(office, award.id).left == 1000
    office.clock.advance(ns=award.ends_at - office.clock.now_ns() - 1)
    office.ledger.sweep()
    assert stands(office, award.id).left == 1000
    office.clock.advance(ns=1)
    office.ledger.sweep()
    assert (stands(office, award.id).left, stands(office, award.id).returned) == (0, 1000)
