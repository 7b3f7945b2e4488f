"""Buckets follow the journal, survive what rows do not, and made anew are the same to the last row."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.ledger.examples import DAY_NS, ending, facts
from tests.ledger.life import DAYS, PER_DAY, Life
from tokenry.base.errors import Unavailable
from tokenry.ledger import Buckets, PriceVersion, Rates, receipt_of
from tokenry.ledger.buckets import CHARGE, DAY_S, HOUR_S, ISSUED, MINUTE_S, WAITED_FOR, Pace
from tokenry.ledger.buckets import buckets as following
from tokenry.ledger.buckets.tally import first_of
from tokenry.ledger.corrections import correction
from tokenry.ledger.model import Move, Settle, decode
from tokenry.ledger.retention import Policy
from tokenry.storage import LEDGER_DB_NAME, MEASURES, Base, Narrowed, Row, UsageDb, UsageSums

pytestmark = pytest.mark.anyio
EVERYTHING = (0, 2**40)
ORG = Narrowed("org")


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    life = await Life(tmp_path / LEDGER_DB_NAME).live()
    await _correct(life, "req_0304")
    yield life
    life.journal.close()


@pytest.fixture
def buckets(life: Life, tmp_path: Path) -> Iterator[Buckets]:
    db = UsageDb.open(tmp_path / "usage.db")
    yield Buckets(db, life.journal)
    db.close()


async def _correct(life: Life, request: str, times: int = 1) -> Move:
    """Rate one request anew; the same row may be written more than once, and counts once."""
    row = life.journal.find(request, "settle")
    assert row is not None
    settled = decode(row.kind, row.body)
    assert isinstance(settled, Settle)
    model = settled.receipt.facts.model
    move = correction(life.ledger.books, settled, [], PriceVersion("v2", 0, {model: Rates(7_000, 9_000)}, {}), row.at)
    assert move is not None
    for _ in range(times):
        life.ledger._pen.write(move, life.clock.now_ns())
    await life.journal.flush()
    return move


def charged(life: Life) -> int:
    """By the books: what awards have paid in all."""
    accounts = life.ledger.books.accounts
    return sum(a.debits_posted for a in accounts.values() if a.kind == "award") - sum(
        a.credits_posted for a in accounts.values() if a.kind == "award"
    ) + 10 * 10**9  # fmt: skip


def total(buckets: Buckets, width: int, narrowed: Narrowed = ORG) -> dict[str, int]:
    rows = buckets.db.cells(width, EVERYTHING, narrowed, ())
    return {name: sum(row[1 + n] for row in rows) for n, name in enumerate(MEASURES)}


async def test_sums_are_those_of_the_receipts_and_the_books(life: Life, buckets: Buckets) -> None:
    buckets.catch_up()
    receipts = [receipt_of(row) for row in life.journal.read() if row.kind == "settle"]
    assert len(receipts) == DAYS * PER_DAY - 1
    for width in (MINUTE_S, HOUR_S, DAY_S):
        found = total(buckets, width)
        assert found["requests"] == len(receipts)
        assert found["input_tokens"] == sum(r.usage.input_tokens for r in receipts)
        assert found["output_tokens"] == sum(r.usage.output_tokens for r in receipts)
        assert found["cached_tokens"] == sum(r.usage.cached_tokens for r in receipts)
        assert found["charge"] == charged(life)
        assert found["cost"] == sum(r.cost or 0 for r in receipts)
    by_lines = sum(row[-1] for row in buckets.db.lines(EVERYTHING, ORG, ("model", "meter")))
    assert by_lines == total(buckets, DAY_S)["charge"] + total(buckets, DAY_S)["writeoff"]
    award = life.ledger.books.accounts["award:a"]
    middle = first_of(life.clock.now_ns() // 10**9, DAY_S) - 5 * DAY_S
    flows = buckets.db.flows((middle, 2**40), ["award:a", "award:none"])
    assert sum(before + within for _, _, before, within in flows) == award.unspent
    assert [(before, within) for _, code, before, within in flows if code == ISSUED] == [(10 * 10**9, 0)]
    assert all(before and within for _, code, before, within in flows if code == CHARGE)


async def test_they_follow_in_any_portions(life: Life, buckets: Buckets, monkeypatch: pytest.MonkeyPatch) -> None:
    buckets.catch_up()
    whole = buckets.db.rows()
    for chunk in (1, 7, 50):
        monkeypatch.setattr(following, "ALONE", Pace(chunk))
        buckets.rebuild()
        assert buckets.db.rows() == whole
        assert buckets.db.state.seq == life.journal.last_seq


async def test_a_process_that_dies_anywhere_goes_on_where_the_sums_say(life: Life, tmp_path: Path) -> None:
    class Died(BaseException):
        pass

    rng = Random(5)
    path, deaths = tmp_path / "dying.db", 0
    while True:
        db, left = UsageDb.open(path), rng.randrange(1, 150)

        def dying(*_: object) -> bool:
            nonlocal left
            left -= 1
            if left == 0:
                raise Died
            return True

        db._connection.exec_trace = dying
        try:
            Buckets(db, life.journal).catch_up(Pace(20))
            break
        except Died:
            deaths += 1
        finally:
            db._connection.exec_trace = None
            db.close()
    assert deaths > 3
    db, fresh = UsageDb.open(path), UsageDb.open(tmp_path / "fresh.db")
    Buckets(fresh, life.journal).catch_up()
    assert db.rows() == fresh.rows()
    db.close()
    fresh.close()


async def test_what_retention_takes_is_still_told(life: Life, buckets: Buckets) -> None:
    buckets.catch_up()
    before = buckets.db.rows()
    for days in (8, 6, 4, 2):
        await life.retention.run(Policy(days * DAY_NS))
        buckets.rebuild()
        after = buckets.db.rows()
        assert [row for row in after["cells"] if row[0] != MINUTE_S] == [
            row for row in before["cells"] if row[0] != MINUTE_S
        ]
        assert after["lines"] == before["lines"]
        assert after["latencies"] == before["latencies"] != []
        assert after["flows"] == before["flows"]
    minutes = [row for row in after["cells"] if row[0] == MINUTE_S]
    assert 0 < len(minutes) < DAYS * PER_DAY / 2
    assert minutes == [row for row in before["cells"] if row[0] == MINUTE_S and row[1] >= buckets.minutes_from]


async def test_following_beside_retention_gives_what_making_anew_gives(life: Life, buckets: Buckets) -> None:
    buckets.catch_up()
    await life.retention.run(Policy(5 * DAY_NS))
    life.clock.advance(ns=DAY_NS)
    held = await life.ledger.hold("req_later", facts(), 100_000)
    await life.ledger.settle(held, ending(3, 4))
    buckets.catch_up()
    followed = buckets.db.rows()
    buckets.rebuild()
    assert buckets.db.rows() == followed


async def test_rows_given_up_before_they_were_counted_are_counted_all_the_same(life: Life, buckets: Buckets) -> None:
    await life.retention.run(Policy(5 * DAY_NS))
    buckets.catch_up()
    assert total(buckets, DAY_S)["charge"] == charged(life)
    assert total(buckets, HOUR_S)["requests"] == DAYS * PER_DAY - 1


async def test_a_correction_written_twice_counts_once(life: Life, buckets: Buckets) -> None:
    await _correct(life, "req_0505", times=3)
    buckets.catch_up()
    assert total(buckets, DAY_S)["charge"] == charged(life)
    await life.retention.run(Policy(2 * DAY_NS))
    move = await _correct(life, "req_0904", times=2)
    life.ledger._pen.write(move, life.clock.now_ns())
    await life.journal.flush()
    buckets.rebuild()
    assert total(buckets, DAY_S)["charge"] == charged(life)


async def test_sums_of_another_journal_are_made_anew(life: Life, tmp_path: Path) -> None:
    path = tmp_path / "usage.db"
    db = UsageDb.open(path)
    Buckets(db, life.journal).catch_up()
    whole, state = db.rows(), db.state
    db.add(UsageSums(), replace(state, digest=b"another's"))
    Buckets(db, life.journal).catch_up()
    assert db.rows() == whole
    db.add(UsageSums(), replace(state, seq=state.seq + 1000))  # a backup was put in place
    Buckets(db, life.journal).catch_up()
    assert db.rows() == whole
    assert db.state == state
    db.close()


@pytest.mark.parametrize("harm", [b"", b"no database at all" * 100, None])
async def test_a_file_that_is_damaged_is_made_anew(life: Life, tmp_path: Path, harm: bytes | None) -> None:
    path = tmp_path / "usage.db"
    db = UsageDb.open(path)
    Buckets(db, life.journal).catch_up()
    whole = db.rows()
    db.close()
    if harm is None:
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(os.urandom(8192))
    else:
        path.write_bytes(harm)
    db = UsageDb.open(path)
    Buckets(db, life.journal).catch_up()
    assert db.rows() == whole
    db.close()


async def test_damage_that_is_met_later_is_mended_too(
    life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "usage.db"
    db = UsageDb.open(path)
    Buckets(db, life.journal).catch_up()
    whole, size = db.rows(), path.stat().st_size
    db.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(bytes(size - 4096))
    monkeypatch.setattr("tokenry.storage.usagedb.QUICK_CHECK_SIZE_MAX", 0)
    db = UsageDb.open(path)
    Buckets(db, life.journal).catch_up()
    assert db.rows() == whole
    db.close()


async def test_what_is_asked_for_is_all_that_is_told(life: Life, buckets: Buckets) -> None:
    buckets.catch_up()
    assert total(buckets, DAY_S, Narrowed("elsewhere"))["requests"] == 0
    assert total(buckets, DAY_S, Narrowed("org", models=("small", "odd")))["requests"] == 40
    assert total(buckets, DAY_S, Narrowed("org", project_ids=()))["requests"] == 0
    assert total(buckets, DAY_S, Narrowed("org", within=()))["requests"] == 0
    assert total(buckets, DAY_S, Narrowed("org", within=("proj",)))["requests"] == DAYS * PER_DAY - 1
    by_model = buckets.db.cells(DAY_S, EVERYTHING, ORG, ("model",))
    assert {row[1] for row in by_model} == {"small", "large", "odd"}
    assert buckets.db.first_day("org", "proj", ()) == by_model[0][0]
    assert buckets.db.first_day("elsewhere", None, ()) is None


class _Long:
    """A journal that is very long, and is not read."""

    last_seq, base_seq = 5_000_000, 0

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Row]:
        raise AssertionError("it is read")

    def base(self) -> Base | None:
        return None

    def sums(self, prefix: str) -> dict[str, bytes]:
        return {}


def test_nobody_waits_for_minutes(tmp_path: Path) -> None:
    db = UsageDb.open(tmp_path / "usage.db")
    with pytest.raises(Unavailable, match="5000000 rows are still to be counted"):
        Buckets(db, _Long()).catch_up(WAITED_FOR)
    with pytest.raises(AssertionError, match="it is read"):
        Buckets(db, _Long()).catch_up()  # alone, nobody else would ever count them
    db.close()
