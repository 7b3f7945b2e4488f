"""Past requests put right: once however often it is asked, whole after a kill, and the books add up at every step."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from tests.ledger.examples import Room, award
from tokenry.ledger import PriceVersion, Rates, Rerating, amount, check, receipt_of
from tokenry.ledger.corrections import CORRECTION
from tokenry.ledger.model import Move, decode

HALF = PriceVersion("half", 0, {"small": Rates(50_000, 200_000)}, {}, "correction")
DOUBLE = PriceVersion("double", 0, {"small": Rates(200_000, 800_000)}, {}, "correction")


def busy(requests: int = 6, amount: int = 10**9) -> Room:
    """A room whose project has spent some of its award."""
    room = Room().furnish(amount)
    for n in range(requests):
        room.settle(room.hold(f"r{n}", 1000), 100 + n, 500)
    return room


def rerate(room: Room, version: PriceVersion, *, confirmed: bool = True, most: int | None = None) -> Rerating:
    """Put all requests right, or only the first `most` corrections of them."""
    made = Rerating(room.ledger, version, None, confirmed)

    def work() -> None:
        rows = list(room.disk.rows)
        made.learn(rows)
        for row in rows:
            if most is not None and made.total().requests >= most:
                return
            made.take(row)

    room.run_sync(work)
    return made


def moves(room: Room) -> list[Move]:
    records = [decode(row.kind, row.body) for row in room.disk.rows if row.kind == "move"]
    return [record for record in records if isinstance(record, Move) and record.code == CORRECTION]


def revenue(room: Room) -> int:
    account = room.ledger.books.accounts["revenue:small"]
    return account.credits_posted - account.debits_posted


def owed(room: Room, version: PriceVersion) -> int:
    receipts = [receipt_of(row) for row in room.disk.rows if row.kind == "settle"]
    return sum(amount(one.usage, version.prices["small"]) for one in receipts)


@pytest.mark.parametrize("version", [HALF, DOUBLE])
def test_13_all_of_a_time_nets_to_the_other_price_and_asking_twice_corrects_once(version: PriceVersion) -> None:
    room = busy()
    paid = revenue(room)
    made = rerate(room, version)
    assert revenue(room) == owed(room, version)
    assert made.total().net == owed(room, version) - paid == made.total().charged - made.total().returned
    assert (made.looked, made.total().requests, len(moves(room))) == (6, 6, 6)
    again = rerate(room, version)
    assert (again.looked, again.projects, len(moves(room))) == (6, {}, 6)
    assert check(room.disk.rows).ok
    assert {move.price_version for move in moves(room)} == {version.id}


def test_nothing_moves_until_it_is_confirmed_and_the_sum_is_known_before() -> None:
    room = busy()
    dry = rerate(room, HALF, confirmed=False)
    assert moves(room) == []
    done = rerate(room, HALF)
    assert dry.total().net == done.total().net < 0
    assert (dry.total().returned, done.total().returned) == (0, -done.total().net)
    assert list(dry.projects) == list(done.projects) == [("org", "proj")]


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 6), st.integers(0, 6), st.sampled_from([HALF, DOUBLE]))
def test_13_killed_anywhere_and_begun_anew_it_ends_where_it_would_have(first: int, then: int, to: PriceVersion) -> None:
    room = busy()
    for most in (first, then):
        rerate(room, to, most=most)
        room.open()  # the process died and started again
        assert check(room.disk.rows).ok
    rerate(room, to)
    assert revenue(room) == owed(room, to)
    assert len(moves(room)) == 6
    assert len({move.key for move in moves(room)}) == 6


def test_13_a_correction_that_was_not_on_disk_when_the_power_went_is_made_again() -> None:
    room = busy()
    room.disk.delay = lambda: None
    rerate(room, HALF, most=3)
    room.disk = room.disk.lose_power()
    room.open()
    assert moves(room) == []
    rerate(room, HALF)
    assert revenue(room) == owed(room, HALF)
    assert len(moves(room)) == 6


def test_what_an_award_cannot_pay_the_house_bears_and_gets_back_first() -> None:
    room = busy(amount=6000)
    left = room.ledger.books.accounts["award:a"].available
    up = rerate(room, PriceVersion("dear", 0, {"small": Rates(10**9, 10**9)}, {}, "correction")).total()
    assert (up.charged, up.house) == (left, up.more - left)
    down = rerate(room, HALF).total()
    assert down.house == -up.house
    assert revenue(room) == owed(room, HALF)
    assert check(room.disk.rows).ok


def test_models_without_a_price_in_the_version_and_requests_without_one_are_left_alone() -> None:
    room = busy()
    room.settle(room.hold("l", 10**7, model="large"), 100, 100)
    room.settle(room.hold("n", 0, price_version=None), 100, 100)
    made = rerate(room, HALF)
    assert (made.looked, made.unpriced, made.total().requests) == (8, 2, 6)


def test_room_that_a_correction_makes_is_given_to_who_waits() -> None:
    room = Room().furnish(400)
    room.settle(room.hold("r0", 200), 0, 500)  # 200
    held = room.hold("r1", 200)
    waiting = room.loop.do(room.ledger.hold("r2", held.facts, 100))
    assert not waiting.done()
    rerate(room, HALF)
    assert waiting.done()
    assert waiting.result().record.legs[0].debit == award().account
