"""Statements: they add up, follow from each other, are issued once, and say the same when put together again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.examples import DAY_NS, award, ending, facts
from tests.ledger.life import Life
from tests.ledger.test_buckets import _correct
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.ledger import Buckets, receipt_of
from tokenry.ledger.model import Leg, Move, Unit
from tokenry.ledger.retention import Policy
from tokenry.ledger.statements import Around, Issued, Place, Statements, checked_month, month_span
from tokenry.ledger.statements.months import GRACE_S, following, last_closed, month_of, months
from tokenry.storage import LEDGER_DB_NAME, AppDb, StorageError, UsageDb, UsageSums, tables

pytestmark = pytest.mark.anyio
ORG, PROJ = Place("org", None), Place("org", "proj")


@dataclass
class Bureau:
    """Ten days around the turn of a year, and who states them."""

    life: Life
    db: AppDb
    buckets: Buckets
    told: list[Issued] = field(default_factory=list)
    places: list[tuple[Place, int | None]] = field(default_factory=lambda: [(ORG, None), (PROJ, None)])

    def __post_init__(self) -> None:
        around = Around(
            awards=self.life.ledger.books.awards.values,
            places=lambda: self.places,
            told=lambda _, issued: self.told.append(issued),
        )
        self.statements = Statements(self.db, self.buckets, self.life.clock, around)


@pytest.fixture
async def bureau(tmp_path: Path) -> AsyncIterator[Bureau]:
    life = await Life(tmp_path / LEDGER_DB_NAME).live()
    await _correct(life, "req_0304")
    app, usage = AppDb.open(tmp_path / "app.db"), UsageDb.open(tmp_path / "usage.db")
    with app.write() as connection:
        connection.execute(tables.organizations.insert(), {"id": "org", "name": "org", "created_at": 1})
    yield Bureau(life, app, Buckets(usage, life.journal))
    usage.close()
    app.close()
    life.journal.close()


async def to_february(bureau: Bureau, days: int = 25) -> None:
    """Time goes on, with a request now and then."""
    life = bureau.life
    for day in range(days):
        life.clock.advance(ns=DAY_NS)
        if day % 5 == 0:
            held = await life.ledger.hold(f"req_late_{day:02d}", facts(model="odd"), 100_000)
            await life.ledger.settle(held, ending(77 + day, 50, cached_tokens=day))
    await life.journal.flush()


async def test_what_is_stated_is_what_the_books_say(bureau: Bureau) -> None:
    await to_february(bureau)
    issued = bureau.statements.issue()
    assert [(one.month, one.project_id, one.number) for one in issued] == [
        ("2025-12", None, 1), ("2026-01", None, 2), ("2025-12", "proj", 1), ("2026-01", "proj", 2),
    ]  # fmt: skip
    december, january = (bureau.statements.rebuilt(one) for one in issued[:2])
    books = bureau.life.ledger.books
    receipts = [receipt_of(row) for row in bureau.life.journal.read() if row.kind == "settle"]
    start, end = (at * 10**9 for at in month_span("2026-01"))
    mine = [r for r in receipts if start <= r.at < end]
    assert 0 < december.requests < january.requests == len(mine)
    assert january.usage == sum(line.amount for r in mine for line in r.lines)
    assert january.corrections != 0
    assert january.total == january.usage + january.corrections - january.written_off
    assert january.closing == books.accounts["award:a"].unspent + sum(r.charge for r in receipts if r.at >= end)
    assert (december.opening, december.closing) == (0, january.opening)
    (award_month,) = january.awards
    assert award_month.charged + award_month.corrected == -january.total
    lines = {(line.model, line.meter, line.price_version): line for line in january.lines}
    assert ("large", "cached_input", "v1") in lines
    assert [key for key in lines if key[1] == "correction"] == [("large", "correction", "v2")]
    small = lines["small", "output", "v1"]
    assert small.quantity == sum(r.usage.output_tokens for r in mine if r.facts.model == "small")
    assert msgspec.json.decode(january.canonical)["previous"] == issued[0].hash.hex()


async def test_issued_once_and_told_once(bureau: Bureau) -> None:
    await to_february(bureau)
    first = bureau.statements.issue("2025-12")
    assert {one.month for one in first} == {"2025-12"}
    rest = bureau.statements.issue()
    assert {one.month for one in rest} == {"2026-01"}
    assert bureau.statements.issue() == bureau.statements.issue("2026-01") == []
    assert bureau.told == [*first, *rest]
    assert bureau.statements.verify() == []
    with pytest.raises(InvalidRequest, match="can be stated from 2026-03-01T01:00"):
        bureau.statements.issue("2026-02")


async def test_the_same_bytes_after_retention_and_from_new_sums(bureau: Bureau) -> None:
    await to_february(bureau)
    issued = bureau.statements.issue()
    before = [bureau.statements.rebuilt(one).canonical for one in issued]
    for days in (20, 8, 2):
        await bureau.life.retention.run(Policy(days * DAY_NS))
        bureau.buckets.rebuild()
        assert [bureau.statements.rebuilt(one).canonical for one in issued] == before
        assert bureau.statements.verify() == []
    assert bureau.life.journal.find("req_0001", "settle") is None


async def test_an_installation_without_its_statements_issues_the_same(bureau: Bureau) -> None:
    """app.db was put back from a backup: the chain comes out as it was, but for ids and times of issue."""
    await to_february(bureau)
    issued = bureau.statements.issue()
    with bureau.db.write() as connection:
        connection.execute(tables.statements.delete())
    again = bureau.statements.issue()
    assert [one.hash for one in again] == [one.hash for one in issued]
    assert [one.id for one in again] != [one.id for one in issued]


async def test_a_process_that_dies_while_it_tells_has_issued_nothing(bureau: Bureau) -> None:
    await to_february(bureau)

    def die(_: object, issued: Issued) -> None:
        if issued.number == 2:
            raise KeyboardInterrupt
        bureau.told.append(issued)

    around = bureau.statements._around
    bureau.statements._around = Around(around.awards, around.places, die)
    with pytest.raises(KeyboardInterrupt):
        bureau.statements.issue()
    assert [one.number for one in bureau.statements.listing()] == [1]
    bureau.statements._around = around
    assert len(bureau.statements.issue()) == 3
    assert len(bureau.told) == 4
    assert bureau.statements.verify() == []


async def test_what_was_changed_is_found(bureau: Bureau) -> None:
    await to_february(bureau)
    first, second = bureau.statements.issue()[:2]
    with bureau.db.write() as connection:
        table = tables.statements
        connection.execute(table.update().where(table.c.id == first.id), {"total": first.total + 1})
    assert [(f.id, "something else" in f.what) for f in bureau.statements.verify()] == [(first.id, True)]
    with bureau.db.write() as connection:
        connection.execute(table.delete().where(table.c.id == first.id))
    assert [(f.id, "follow" in f.what) for f in bureau.statements.verify()] == [(second.id, True)]


async def test_a_row_filed_into_a_stated_month_is_found(bureau: Bureau) -> None:
    await to_february(bureau)
    issued = bureau.statements.issue()
    held = await bureau.life.ledger.hold("req_back", facts(), 1000)
    bureau.life.clock._now_ns -= 10 * DAY_NS  # far more than the grace
    await bureau.life.ledger.settle(held, ending(5, 5))
    bureau.life.clock._now_ns += 10 * DAY_NS
    faults = bureau.statements.verify()
    assert {fault.id for fault in faults} == {one.id for one in issued if one.month == "2026-01"}


async def test_what_does_not_add_up_is_not_stated(bureau: Bureau) -> None:
    bureau.buckets.catch_up()
    bureau.buckets.db.add(
        UsageSums(flows={(month_span("2025-12")[0], "award:a", "charge"): -1}), bureau.buckets.db.state
    )
    await to_february(bureau)
    with pytest.raises(StorageError, match="does not add up"):
        bureau.statements.issue()
    assert bureau.statements.listing() == []


async def test_awards_that_begin_end_and_pass_on(bureau: Bureau) -> None:
    life = bureau.life
    now = life.clock.now_ns()
    await life.ledger.grant(award("b", expires_at=now + 3 * DAY_NS), 5000)
    await life.ledger.grant(award("c", project_id="other"), 700)
    await life.ledger.grant(award("elsewhere", organization_id="not ours"), 10)
    life.ledger._pen.ensure_account("award:a", Unit.CREDIT, "award")
    life.ledger._pen.write(Move("awd", (Leg("award:a", "award:c", 50),), "pass_on"), now)
    life.clock.advance(ns=5 * DAY_NS)
    life.ledger.sweep()
    bureau.places.append((Place("org", "other"), None))
    await to_february(bureau)
    stated = {
        one.project_id: bureau.statements.rebuilt(one) for one in bureau.statements.issue() if one.month == "2026-01"
    }
    ours = {a.award_id: a for a in stated[None].awards}
    assert set(ours) == {"a", "b", "c"}
    assert (ours["b"].issued, ours["b"].expired, ours["b"].closing) == (5000, -5000, 0)
    assert (ours["c"].other, ours["a"].other, ours["c"].closing) == (50, -50, 750)
    assert [a.award_id for a in stated["other"].awards] == ["c"]
    for statement in stated.values():
        for a in statement.awards:
            assert a.opening + a.issued + a.charged + a.corrected + a.expired + a.other == a.closing
        assert statement.closing == sum(a.closing for a in statement.awards)


async def test_an_archived_project_with_nothing_left_is_stated_no_more(bureau: Bureau) -> None:
    life = bureau.life
    await life.ledger.grant(award("c", project_id="gone"), 700)
    life.ledger._pen.write(Move("awd", (Leg("award:c", "award:a", 700),), "pass_on"), life.clock.now_ns())
    await life.journal.flush()
    bureau.places.append((Place("org", "gone"), life.clock.now_ns()))
    await to_february(bureau)
    life.clock.advance(ns=30 * DAY_NS)
    issued = bureau.statements.issue()
    assert [one.month for one in issued if one.project_id == "gone"] == ["2026-01"]
    assert [one.month for one in issued if one.project_id is None] == ["2025-12", "2026-01", "2026-02"]


async def test_one_by_its_id(bureau: Bureau) -> None:
    await to_february(bureau)
    issued = bureau.statements.issue()[0]
    assert bureau.statements.find(issued.id) == bureau.statements.find(issued.id, "org") == issued
    for statement_id, organization in ((issued.id, "elsewhere"), ("stmt_x", None), ("\0", None), ("ü", None)):
        with pytest.raises(NotFound):
            bureau.statements.find(statement_id, organization)


def test_months() -> None:
    assert following("2026-12") == "2027-01"
    assert list(months("2026-11", "2027-02")) == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert list(months("2026-11", "2026-10")) == []
    start, end = month_span("2028-02")
    assert end - start == 29 * 86_400
    assert last_closed((end + GRACE_S) * 10**9) == "2028-02"
    assert last_closed((end + GRACE_S) * 10**9 - 1) == "2028-01"
    for text in ("2026-13", "2026-1", "26-10", "2026-10\n", "١٩٩٩-10", "", "2026-10-01"):
        with pytest.raises(InvalidRequest):
            checked_month(text)


@given(st.integers(0, 6_000_000_000))
def test_every_instant_lies_in_its_month(at_s: int) -> None:
    start, end = month_span(month_of(at_s))
    assert start <= at_s < end
    assert month_of(end) == following(month_of(at_s))
