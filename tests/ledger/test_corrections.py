"""Corrections net to the re-rated amount (13), and nothing that was written is edited."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings

from tests.ledger.examples import Room, award
from tests.ledger.sameness import difference, fold
from tokenry.ledger import PriceVersion, Rates, amount, check
from tokenry.ledger.corrections import correction
from tokenry.ledger.model import Move, Settle, decode

rate = st.integers(0, 3_000_000)
versions = st.lists(st.builds(Rates, rate, rate), min_size=1, max_size=4)


def settled(room: Room, request_id: str = "r") -> Settle:
    record = next(decode(row.kind, row.body) for row in room.disk.rows if (row.kind, row.ref) == ("settle", request_id))
    assert isinstance(record, Settle)
    return record


def correct(room: Room, before: list[Move], rates: Rates) -> Move | None:
    """Ask for the correction, and write it."""
    version = PriceVersion(f"c{len(before)}", 0, {"small": rates}, {})
    at = room.clock.now_ns()
    move = correction(room.ledger.books, settled(room), before, version, at)
    if move is not None:
        room.run_sync(lambda: room.ledger._pen.write(move, at))
    return move


@settings(deadline=None)
@given(st.integers(0, 900), st.integers(0, 900), st.integers(0, 3000), versions)
def test_13_corrections_net_to_the_re_rated_amount(first: int, second: int, tokens: int, rates: list[Rates]) -> None:
    room = Room().furnish(first)
    room.run(room.ledger.grant(award("b", priority=200), second))
    held = room.hold("r", min(300, first + second))
    receipt = room.settle(held, tokens, 100).result()
    before: list[Move] = []
    for one in rates:
        move = correct(room, before, one)
        if move is not None:
            before.append(move)
        owed = amount(receipt.usage, one)
        assert net(room, "revenue:small") == owed
        # Nobody gets back more than was paid, and nobody pays what is not there.
        paid = first + second - sum(room.ledger.books.accounts[f"award:{name}"].available for name in "ab")
        assert 0 <= paid <= first + second
        assert paid - net(room, "writeoff:overrun") == owed
        assert correct(room, before, one) is None
    assert check(room.disk.rows).ok
    assert difference(room.ledger.books, fold(room.disk.rows)) == []
    assert settled(room).receipt == receipt


def net(room: Room, account: str) -> int:
    a = room.ledger.books.accounts[account]
    return a.credits_posted - a.debits_posted


def test_13_what_is_too_much_goes_back_to_the_house_first_and_then_to_the_last_payer() -> None:
    room = Room().furnish(100)
    room.run(room.ledger.grant(award("b", priority=200), 50))
    room.settle(room.hold("r", 150), 0, 500)  # 200: 100 by a, 50 by b, 50 by the house
    move = correct(room, [], Rates(0, 160_000))  # 80
    assert move is not None
    assert [(leg.credit, leg.amount) for leg in move.legs] == [
        ("writeoff:overrun", 50),
        ("award:b", 50),
        ("award:a", 20),
    ]


def test_13_a_correction_asked_twice_moves_money_once() -> None:
    room = Room().furnish(1000)
    room.settle(room.hold("r", 400), 0, 1000)
    first: Any = correct(room, [], Rates(0, 100_000))
    again: Any = correct(room, [], Rates(0, 100_000))
    assert first.key == again.key
    assert room.columns("award:a") == (0, 400, 0, 1300)


def test_13_what_the_house_bore_of_a_crash_is_left_alone() -> None:
    room = Room().furnish(1000)
    room.hold("r", 400)
    room.open()
    borne = room.columns("house:crash")
    assert borne[1] == 101
    assert correct(room, [], Rates(500_000, 500_000)) is None
    assert room.columns("house:crash") == borne


def test_13_a_model_that_lost_its_price_is_paid_back() -> None:
    room = Room().furnish(1000)
    room.settle(room.hold("r", 400), 0, 1000)
    move = correction(room.ledger.books, settled(room), [], PriceVersion("c", 0, {}, {}), 0)
    assert move is not None
    assert [(leg.credit, leg.amount) for leg in move.legs] == [("award:a", 400)]
