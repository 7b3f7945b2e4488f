"""Requests that awards of both units pay for: when the power goes (6), and when a hand was in the file."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.ledger.examples import Room, award, budget
from tests.ledger.sameness import difference, fold
from tokenry.ledger import Budget, Unit, Usage, Weights, check
from tokenry.ledger.model import Settle, decode, encode
from tokenry.storage import Row

TOKENS = Unit.TOKENS


def mixed_room(*budgets: Budget) -> Room:
    """400 weighted tokens first, then 1000 nano-USD; a token of `small` costs 0.1 as input, and 0.4 as output."""
    room = Room().furnish(1000, *budgets)
    room.run(room.ledger.grant(award("t", priority=1, unit=TOKENS, weights=Weights(output=2000)), 400))
    return room


def test_6_a_crash_charges_both_units_to_the_last_checkpoint() -> None:
    room = mixed_room(budget(limit=1000))
    marked = room.hold("marked", 400, input_bound=0, output_bound=1000)  # 400 of 2000: a fifth; 320 of 400 nano-USD
    assert [leg.amount for leg in marked.record.legs] == [400, 320, 400]
    room.mark(marked, Usage(0, 500, 0, 0, "events"))
    room.run(room.ledger.grant(award("t", priority=1, unit=TOKENS, weights=Weights(output=2000)), 50))
    room.hold("unmarked", 10, input_bound=25, output_bound=0)
    room.open()
    receipt = room.ledger.receipt("marked")
    assert receipt is not None
    # 500 used: 1000 weighted tokens and 200 nano-USD. 400 of 1000 are paid in tokens, 120 nano-USD in dollars.
    assert (receipt.charge, receipt.charge_tokens, receipt.covered, receipt.writeoff) == (120, 400, 80, 0)
    assert receipt.outcome == "crash"
    assert room.columns("writeoff:crash") == (0, 102, 0, 0)  # one interval more: 256 tokens
    receipt = room.ledger.receipt("unmarked")
    assert receipt is not None
    assert (receipt.charge, receipt.charge_tokens) == (0, 0)
    assert room.columns("house:crash") == (0, 4, 0, 0)  # the prompt: 25 tokens, rounded up
    report = check(room.disk.rows)
    assert report.ok, report.breaches
    assert difference(room.ledger.books, fold(room.disk.rows)) == []


def test_6_what_a_crash_forgot_of_an_unpriced_model_is_borne_in_tokens() -> None:
    room = mixed_room()
    room.hold("unmarked", 0, model="new", input_bound=30, output_bound=10)
    marked = room.hold("marked", 0, model="new", input_bound=10, output_bound=100)
    room.mark(marked, Usage(10, 60, 0, 0, "events"))
    room.open()
    assert room.ledger.balance("t").spent == 130
    assert room.columns("tokens:crash") == (0, 30 + 40, 0, 0)
    report = check(room.disk.rows)
    assert report.ok, report.breaches
    assert (report.served_tokens, report.written_off_tokens) == (130, 70)


def spoiled(change: Any) -> set[str]:
    """The rules that the proof finds broken when a mixed settlement is changed by a hand in the file."""
    room = mixed_room(budget(limit=1000))
    room.settle(room.hold("r", 400, input_bound=0, output_bound=1000), 0, 900)
    rows = list(room.disk.rows)
    n = next(n for n, row in enumerate(rows) if (row.kind, row.ref) == ("settle", "r"))
    record = decode("settle", rows[n].body)
    assert isinstance(record, Settle)
    assert (record.posts, record.receipt.charge, record.receipt.covered) == ((400, 280, 360), 280, 80)
    changed = change(record)
    told = zip(changed.receipt.accounts, changed.posts, strict=True)
    lines = tuple(msgspec.structs.replace(line, posted=post) for line, post in told)
    changed = msgspec.structs.replace(changed, receipt=msgspec.structs.replace(changed.receipt, accounts=lines))
    rows[n] = Row(rows[n].seq, "settle", "r", rows[n].at, encode(changed))
    return {breach.rule for breach in check(rows).breaches}


def changed(posts: tuple[int, ...], **receipt: int) -> Any:
    def change(record: Settle) -> Settle:
        return msgspec.structs.replace(record, posts=posts, receipt=msgspec.structs.replace(record.receipt, **receipt))

    return change


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (changed((399, 280, 360), charge_tokens=399), "awards pay for the whole"),  # a token too few
        (changed((400, 279, 360), charge=279, covered=81), "awards pay for the whole"),  # tokens said to cover more
        (changed((400, 281, 360), charge=281, covered=79), "awards pay for the whole"),  # a nano-dollar too many
        (changed((399, 280, 360)), "receipt = books"),
        (changed((400, 280, 360), charge_tokens=401), "receipt = books"),
        (changed((400, 280, 360), covered=79), "charge = price of the usage"),
        (changed((400, 280, 359)), "budgets count the charge"),
        (changed((0, 280, 360), charge_tokens=0), "awards in draw order"),
        (changed((400, 280, 360), writeoff_tokens=1), "receipt = books"),
    ],
)  # fmt: skip  # one damage a line
def test_the_proof_sees_a_hand_in_a_mixed_settlement(change: Any, rule: str) -> None:
    assert rule in spoiled(change)


def test_the_proof_is_silent_about_a_mixed_settlement_that_nobody_touched() -> None:
    assert spoiled(lambda record: record) == set()
