"""Versions of the price book: announced ahead, in force at their instant, never overlapping; slips refused."""

from __future__ import annotations

import asyncio
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tests.ledger.examples import PRICES, START_NS, Room
from tests.ledger.sameness import difference, fold
from tokenry.ledger import PriceRefused, PriceVersion, Rates, check
from tokenry.ledger.prices import coming, in_force, refuse_jumps, refuse_negative, timetable
from tokenry.ledger.rates import Above, More

HOUR_NS = 3600 * 10**9


def version(name: str, begins: int, rate: int = 1, **more: Any) -> PriceVersion:
    return PriceVersion(name, begins, {"small": Rates(rate, rate)}, {}, **more)


def announced(name: str, begins: int, rate: int = 1) -> PriceVersion:
    return version(name, begins, rate, kind="announced")


class TestInForce:
    def test_an_announced_version_takes_its_turn_to_the_nanosecond(self) -> None:
        book = [version("a", 10), announced("b", 20), version("c", 15)]
        assert [v.id if (v := in_force(book, at)) else None for at in (10, 19, 20, 99)] == ["c", "c", "b", "b"]
        assert [v.id for v in coming(book, 19)] == ["b"]
        assert coming(book, 20) == []

    def test_one_for_corrections_never_is(self) -> None:
        assert in_force([version("a", 1), version("x", 5, kind="correction")], 9) == version("a", 1)
        assert in_force([], 9) is None

    def test_a_clock_that_was_set_back_forgets_no_price(self) -> None:
        assert in_force([version("a", 10), version("b", 20)], 5) == version("b", 20)

    @given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=8), st.integers(0, 60))
    def test_it_is_the_last_that_began(self, made: list[tuple[int, bool]], at: int) -> None:
        book = [announced(str(n), t) if later else version(str(n), t) for n, (t, later) in enumerate(made)]
        begun = [v for v in book if v.kind == "regular" or v.effective_from <= at]
        found = in_force(book, at)
        assert (found is None) == (not begun)
        assert found is None or found.effective_from == max(v.effective_from for v in begun)


class TestTimetable:
    def test_nothing_is_written_twice(self) -> None:
        book = [version("a", 1), announced("b", 50, 2)]
        assert timetable(book, 10, version("x", 10), [announced("y", 50, 2)]) == []

    def test_what_is_no_longer_named_is_replaced_by_what_changes_nothing(self) -> None:
        book = [version("a", 1), announced("b", 50, 2)]
        (made,) = timetable(book, 10, version("x", 10))
        assert (made.effective_from, made.prices, made.instead_of) == (50, version("a", 1).prices, "b")

    def test_what_is_named_otherwise_takes_its_place(self) -> None:
        (made,) = timetable([version("a", 1), announced("b", 50, 2)], 10, version("x", 10), [announced("y", 50, 3)])
        assert (made.id, made.instead_of) == ("y", "b")

    def test_two_for_one_instant_overlap(self) -> None:
        with pytest.raises(PriceRefused, match="for one instant"):
            timetable([], 10, version("a", 10), [announced("b", 50), announced("c", 50, 2)])
        with pytest.raises(PriceRefused, match="two versions never begin at one instant"):
            timetable([version("a", 10)], 10, version("b", 10, 2))

    def test_none_begins_before_one_that_was_used(self) -> None:
        with pytest.raises(PriceRefused, match="before version a, which was used"):
            timetable([version("a", 10)], 20, version("b", 9, 2))
        with pytest.raises(PriceRefused, match="in the past"):
            timetable([version("a", 10)], 20, version("x", 20), [announced("b", 15, 2)])


class TestInTheLedger:
    def test_a_request_is_held_and_charged_by_the_version_at_its_admission(self) -> None:
        room = Room().furnish()
        begins = room.clock.now_ns() + HOUR_NS
        dearer = PRICES | {"small": Rates(200_000, 800_000)}
        later = PriceVersion("v2", begins, dearer, {}, "announced")
        now = PriceVersion("x", room.clock.now_ns(), PRICES, room.ledger.prices.costs)
        assert room.run(room.ledger.set_prices(now, later)) is True
        held = room.hold("before", 1000)
        assert room.ledger.prices.id == "v1"
        room.run(asyncio.sleep(3600))
        assert room.clock.now_ns() >= begins
        assert room.ledger.prices.id == "v2"
        assert room.ledger.rates("small") == Rates(200_000, 800_000)
        assert room.settle(held, 10, 1000).result().charge == 401
        after = room.hold("after", 2000, price_version="v2")
        assert room.ledger.rates_for(after.facts) == Rates(200_000, 800_000)
        assert room.settle(after, 10, 1000).result().charge == 802
        assert check(room.disk.rows).ok
        room.open()
        assert room.ledger.prices.id == "v2"

    def test_a_replaced_version_is_gone_after_a_restart_too(self) -> None:
        room = Room().furnish()
        now = PriceVersion("x", room.clock.now_ns(), PRICES, room.ledger.prices.costs)
        for name, rate in (("v2", 2), ("v3", 3)):
            later = PriceVersion(name, START_NS + HOUR_NS, {"small": Rates(rate, rate)}, {}, "announced")
            assert room.run(room.ledger.set_prices(now, later)) is True
        assert [v.id for v in room.ledger.books.prices] == ["v1", "v3"]
        assert difference(room.ledger.books, fold(room.disk.rows)) == []

    def test_rates_for_corrections_are_noted_once(self) -> None:
        room = Room().furnish()
        first = room.run(room.ledger.keep_for_corrections(version("c1", 5, kind="correction")))
        again = room.run(room.ledger.keep_for_corrections(version("c2", 6, kind="correction")))
        assert first is again or first == again
        assert room.ledger.prices.id == "v1"


FULL = Rates(10, 10, 10, More(10, 10, 10, 10, None, (Above(100, Rates(10, 10)),), (("batch", Rates(10, 10)),)))
SLIPS = [
    Rates(10, 10, 10, More(10_000, 10, 10, 10)),
    Rates(10, 10, 10, More(10, 10_000, 10, 10)),
    Rates(10, 10, 10, More(10, 10, 10_000, 10)),
    Rates(10, 10, 10, More(10, 10, 10, 10_000)),
    Rates(10, 10, 10, More(embedding=10_000)),
    Rates(10, 10, 10, More(above=(Above(100, Rates(10_000, 10)),))),
    Rates(10, 10, 10, More(above=(Above(7, Rates(10, 10_000)),))),
    Rates(10, 10, 10, More(tiers=(("batch", Rates(10, 10_000)),))),
    Rates(10, 10, 10, More(tiers=(("priority", Rates(10_000, 10)),))),
]


@pytest.mark.parametrize("new", SLIPS)
def test_a_slip_in_any_meter_tier_or_size_is_refused_of_prices_and_of_costs(new: Rates) -> None:
    book = PriceVersion("v", 0, {"m": FULL}, {"m": FULL})
    with pytest.raises(PriceRefused, match="price of m would rise from"):
        refuse_jumps(book, {"m": new})
    with pytest.raises(PriceRefused, match="cost of m would rise from"):
        refuse_jumps(book, {"m": FULL}, {"m": new})
    refuse_jumps(book, {"m": FULL}, {"other": new})


@pytest.mark.parametrize(
    "bad",
    [
        Rates(0, 0, 0, More(cache_write=-1)),
        Rates(0, 0, 0, More(image=-1)),
        Rates(0, 0, 0, More(above=(Above(1, Rates(0, -1)),))),
        Rates(0, 0, 0, More(tiers=(("flex", Rates(0, 0, 0, More(reasoning=-1))),))),
    ],
)
def test_no_rate_anywhere_is_negative(bad: Rates) -> None:
    with pytest.raises(PriceRefused, match="negative"):
        refuse_negative(PriceVersion("v", 0, {"m": bad}, {}))
