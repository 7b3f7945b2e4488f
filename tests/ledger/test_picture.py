"""A picture of usage adds up to the receipts, whatever it is divided by; its days are a zone's; its times are near."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.examples import ending, facts
from tests.ledger.life import Life
from tokenry.ledger import Attempt, Buckets, Receipt, receipt_of
from tokenry.ledger.buckets import DAY_S, HOUR_S, Picture, Sketched, Sums, days_before, picture, slots_between, total_of
from tokenry.ledger.buckets.latency import latency_of, middle_of, step_of
from tokenry.storage import LEDGER_DB_NAME, MEASURES, GroupColumn, Narrowed, Slots, UsageDb

pytestmark = pytest.mark.anyio
ORG = Narrowed("org")
KOLKATA, BERLIN = "Asia/Kolkata", "Europe/Berlin"


class Seen:
    """Ten days of requests, their receipts and their sums."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.buckets = Buckets(UsageDb.in_memory(), life.journal)
        self.buckets.catch_up()
        self.receipts = [receipt_of(row) for row in life.journal.read() if row.kind == "settle"]
        self.now = life.clock.now_ns() // 10**9 + 1

    def picture(
        self, column: GroupColumn | None = None, most: int = 10, slots: Slots | None = None, narrowed: Narrowed = ORG
    ) -> Picture:
        meant = slots or slots_between(self.now - 12 * DAY_S, self.now, "day", "UTC")
        return picture(self.buckets.db, Sketched(meant, narrowed, column, ("cost", most)))


@pytest.fixture
async def seen(tmp_path: Path) -> AsyncIterator[Seen]:
    life = await Life(tmp_path / LEDGER_DB_NAME).live()
    for n, (model, ttft_ms) in enumerate([("large", 900), ("small", 40), ("small", None)]):
        held = await life.ledger.hold(f"req_more{n}", facts(model=model, key_id="other", user_id="user"), 100_000)
        tried = (Attempt("p/m", "ok", 1),)
        await life.ledger.settle(held, ending(10, 10, ttft_ms=ttft_ms, duration_ms=1000 * (n + 1), attempts=tried))
    await life.journal.flush()
    seen = Seen(life)
    yield seen
    seen.buckets.db.close()
    life.journal.close()


def of(sums: Sums, measure: str) -> int:
    return sums.measures[MEASURES.index(measure)]


def charged(receipts: list[Receipt]) -> int:
    return sum(one.charge for one in receipts)


@pytest.mark.parametrize("column", [None, "model", "key_id", "user_id", "project_id", "endpoint", "tier"])
@pytest.mark.parametrize("most", [1, 10])
async def test_it_adds_up_to_the_receipts(seen: Seen, column: GroupColumn | None, most: int) -> None:
    found = seen.picture(column, most)
    assert of(found.all.total, "requests") == len(seen.receipts)
    assert of(found.all.total, "charge") == charged(seen.receipts) > 0
    lines = [*found.groups.values(), *([] if found.rest is None else [found.rest])]
    for measure in MEASURES:
        whole = of(found.all.total, measure)
        assert sum(of(slot, measure) for slot in found.all.slots) == whole
        assert not lines or sum(of(line.total, measure) for line in lines) == whole
        assert all(sum(of(slot, measure) for slot in line.slots) == of(line.total, measure) for line in lines)
    assert (found.rest is not None) == (found.others > 0)
    earlier = total_of(seen.buckets.db, slots_between(seen.now - 12 * DAY_S, seen.now, "hour", "UTC"), ORG)
    assert earlier.measures == found.all.total.measures, "by hours as by days"
    assert (earlier.whole, earlier.first_token) == (found.all.total.whole, found.all.total.first_token)


async def test_those_that_used_most_come_first(seen: Seen) -> None:
    found = seen.picture("model", 2)
    charges = [of(line.total, "charge") for line in found.groups.values()]
    assert charges == sorted(charges, reverse=True)
    assert next(iter(found.groups)) == "large"
    assert found.others == 1
    assert found.rest is not None


async def test_only_whose_use_may_be_seen(seen: Seen) -> None:
    mine = seen.picture(narrowed=Narrowed("org", user_ids=("user",)))
    assert of(mine.all.total, "requests") == 3
    assert of(seen.picture(narrowed=Narrowed("elsewhere")).all.total, "requests") == 0
    assert of(seen.picture(narrowed=Narrowed("org", within=(), user_own="user")).all.total, "requests") == 3


async def test_how_long_it_took(seen: Seen) -> None:
    mine = seen.picture("model", narrowed=Narrowed("org", user_ids=("user",)))
    assert mine.all.total.first_token.requests == 2
    assert mine.all.total.whole.requests == 3
    assert near(mine.all.total.first_token.p50_ms, 40)
    assert near(mine.all.total.first_token.p95_ms, 900)
    assert near(mine.all.total.whole.p50_ms, 2000)
    assert near(mine.groups["large"].total.first_token.p95_ms, 900)
    assert mine.groups["small"].total.first_token.requests == 1
    last = mine.all.slots[-1]
    everybody = seen.picture("model").all
    within = seen.picture("model", narrowed=Narrowed("org", within=("proj",))).all
    assert [(s.whole, s.first_token) for s in within.slots] == [(s.whole, s.first_token) for s in everybody.slots]
    by_hours = slots_between(seen.now - 12 * DAY_S, seen.now, "day", BERLIN)
    assert seen.picture("key_id", slots=by_hours).groups["other"].total.whole == mine.all.total.whole
    assert last.whole == mine.all.total.whole
    assert mine.all.slots[0].whole.p50_ms is None


def near(found: int | None, meant: int) -> bool:
    return found is not None and abs(found - meant) * 16 <= meant


# --- time --------------------------------------------------------------------------------------------------------


def test_days_are_those_of_the_zone() -> None:
    spring = 1_774_738_800  # 2026-03-29T00:00 in Berlin, the day on which clocks go forward
    slots = slots_between(spring - DAY_S, spring + 2 * DAY_S, "day", BERLIN)
    assert [b - a for a, b in zip(slots.bounds, slots.bounds[1:], strict=False)] == [24 * HOUR_S, 23 * HOUR_S] + [
        24 * HOUR_S
    ] * 2
    assert slots.width == HOUR_S
    assert slots_between(0, 3 * DAY_S, "day", "UTC") == Slots((0, DAY_S, 2 * DAY_S, 3 * DAY_S), DAY_S)
    assert days_before(spring + 5, 1, BERLIN) == spring
    assert days_before(spring + 5, 2, BERLIN) == spring - DAY_S


def test_days_of_a_zone_off_whole_hours_begin_with_the_full_hour_before() -> None:
    midnight = 1_774_722_600  # 2026-03-29T00:00 in Kolkata, 18:30 in UTC
    assert slots_between(midnight, midnight + 1, "day", KOLKATA).bounds[0] == midnight - 1800


@given(st.integers(0, 2**33), st.integers(1, 40 * DAY_S), st.sampled_from(["UTC", BERLIN, KOLKATA, "Asia/Kathmandu"]))
def test_stretches_follow_each_other_and_cover_what_is_asked_for(start: int, length: int, timezone: str) -> None:
    for step in ("hour", "day"):
        slots = slots_between(start, start + length, step, timezone)  # type: ignore[arg-type] # both are steps
        assert list(slots.bounds) == sorted(set(slots.bounds))
        assert all(bound % slots.width == 0 for bound in slots.bounds)
        assert slots.bounds[0] <= start
        assert slots.bounds[-1] >= start + length - HOUR_S, "but for the half hour of a zone"


# --- the scale ---------------------------------------------------------------------------------------------------


@given(st.integers(-5, 2**40))
def test_the_scale_is_off_by_a_sixteenth_at_most(ms: int) -> None:
    meant = min(max(ms, 0), 2**31 - 1)
    found = middle_of(step_of(ms))
    assert abs(found - meant) * 16 <= meant
    assert step_of(found) == step_of(ms)


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=200))
def test_percentiles_are_those_of_the_sorted_list_to_within_a_step(times: list[int]) -> None:
    found = latency_of((step_of(ms), 1) for ms in times)
    ordered = sorted(times)
    for told, percent in ((found.p50_ms, 50), (found.p95_ms, 95)):
        assert told == middle_of(step_of(ordered[-(-len(times) * percent // 100) - 1]))
    assert found.requests == len(times)


def test_of_nothing_nothing_is_told() -> None:
    assert (latency_of(()).p50_ms, latency_of(()).p95_ms, latency_of(()).requests) == (None, None, 0)
