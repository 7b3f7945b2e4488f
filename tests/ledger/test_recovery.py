"""From the journal back to the books: at every prefix, with and without snapshots, after crashes at any record (6)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ledger.examples import Room, award, budget
from tests.ledger.memory_disk import MemoryDisk
from tests.ledger.oracle import Oracle
from tests.ledger.sameness import difference, fold, state
from tokenry.base.limits import CHECKPOINT_TOKENS
from tokenry.ledger import Usage, bound, check
from tokenry.ledger.recovery import dump, load, replay
from tokenry.storage import Row, StorageError


def busy_room() -> Room:
    """A journal with records of every kind, some holds open at the end, and snapshots on the way."""
    room = Room(milestones=(500, 5000)).furnish(100_000, budget(limit=5000), budget("soft", limit=9, hard=False))
    room.run(room.ledger.grant(award("late", effective_at=room.clock.now_ns() + 10**9, expires_at=2**62), 700))
    for number in range(12):
        held = room.hold(f"r{number}", 400, model=("small", "odd")[number % 2])
        if number % 3 == 0:
            room.mark(held, Usage(100, number * 10, 0, 0, "events"))
        if number % 4 or number < 8:
            room.settle(held, 100, number * 100)
        if number == 6:
            room.run_sync(room.ledger.snapshot)
            room.run(room.ledger.set_budget(budget(limit=4500)))
            room.loop.advance(86_400)
            room.run_sync(room.ledger.sweep)
    room.run_sync(lambda: room.ledger.bear("retry", "acme", 7))
    room.run_sync(room.ledger.snapshot)
    room.settle(room.hold("last", 400), 1, 1)
    room.write()
    assert {row.kind for row in room.disk.rows} == {
        "open", "close", "move", "hold", "mark", "settle", "award", "budget", "prices",
    }  # fmt: skip  # all of them
    return room


def test_6_recovery_at_every_prefix_of_the_journal_ends_every_hold_and_keeps_every_receipt() -> None:
    room = busy_room()
    rows = room.disk.rows
    for length in range(len(rows) + 1):
        oracle = Oracle(receipts={}, holds={row.ref for row in rows[:length] if row.kind == "hold"})
        oracle.receipts = {row.ref: room.ledger.receipt(row.ref) for row in rows[:length] if row.kind == "settle"}
        for row in rows[:length]:
            if row.kind == "award":
                oracle.asked[row.ref] = 10**9
        snapshots = [snapshot for snapshot in room.disk.snapshots if snapshot[0] <= length]
        again = Room(MemoryDisk(rows[:length], snapshots), start_ns=room.clock.now_ns(), milestones=(500, 5000))
        oracle.judge(again.disk.rows, ended=True)
        report = check(again.disk.rows)
        assert report.ok, (length, report.breaches)
        assert difference(again.ledger.books, fold(again.disk.rows)) == []
        # A process that dies at once, again and again, changes nothing more.
        rows_then = list(again.disk.rows)
        again.open()
        assert again.disk.rows == rows_then


def test_a_snapshot_and_the_tail_are_the_full_fold() -> None:
    room = busy_room()
    assert len(room.disk.snapshots) == 2
    for seq, body in room.disk.snapshots:
        books = load(body)
        assert difference(books, fold(room.disk.rows[:seq])) == []
        assert replay(books, room.disk.rows[seq:]) == len(room.disk.rows) - seq
        assert difference(books, room.ledger.books) == []


def test_dump_and_load_are_a_round_trip_at_every_prefix() -> None:
    rows = busy_room().disk.rows
    for length in range(len(rows) + 1):
        books = fold(rows[:length])
        body = dump(books)
        assert difference(load(body), books) == []
        assert dump(load(body)) == body


def test_a_dump_holds_what_outgrew_63_bits() -> None:
    room = Room().furnish()
    room.ledger.books.accounts["issuance"].debits_posted = 2**80
    assert load(dump(room.ledger.books)).accounts["issuance"].debits_posted == 2**80


def test_a_snapshot_of_another_versions_making_is_passed_over() -> None:
    room = busy_room()
    room.disk.snapshots.append((len(room.disk.rows), b"\xc1 not ours"))
    expected = state(fold(room.disk.rows))
    again = MemoryDisk(list(room.disk.rows), list(room.disk.snapshots))
    other = Room(again, start_ns=room.clock.now_ns())
    assert difference(other.ledger.books, fold(again.rows)) == []
    assert expected["awards"] == state(other.ledger.books)["awards"]


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("settle", b"\xc1", "broken settle record"),
        ("who knows", b"", "unknown kind 'who knows'"),
        ("close", b"\x91\xa8issuance", "does not fit the books: the account has pending amounts or something left"),
    ],
)
def test_a_damaged_journal_is_refused_in_one_line_that_says_what_to_do(kind: str, body: bytes, words: str) -> None:
    room = busy_room()
    rows = [*room.disk.rows, Row(len(room.disk.rows) + 1, kind, "x", 0, body)]
    with pytest.raises(StorageError, match=words) as raised:
        Room(MemoryDisk(rows))
    assert f"journal row {len(rows)}" in raised.value.message
    assert "backup" in raised.value.message
    assert "\n" not in raised.value.message


def test_a_journal_with_a_row_missing_is_refused() -> None:
    room = Room().furnish()
    room.settle(room.hold("r", 100), 1, 1)
    rows = [row for row in room.disk.rows if row.kind != "hold"]
    with pytest.raises(StorageError, match="there is no such hold"):
        Room(MemoryDisk(rows))


# --- what a crash costs whom -----------------------------------------------------------------------------------------


def crashed(room: Room, *marks: Usage, amount: int = 2000, **changed: Any) -> Any:
    held = room.hold("r", amount, **changed)
    for usage in marks:
        room.mark(held, usage)
    room.open()
    return room.ledger.receipt("r")


def test_before_the_first_checkpoint_the_customer_pays_nothing_and_the_house_bears_the_prompt() -> None:
    room = Room().furnish(10_000)
    receipt = crashed(room, input_bound=1000)
    assert (receipt.charge, receipt.outcome, receipt.status, receipt.estimated) == (0, "crash", 500, True)
    assert room.columns("award:a") == (0, 0, 0, 10_000)
    assert room.columns("house:crash")[1] == bound(1000, 0, room.ledger.rates("small"))


def test_after_one_the_customer_pays_to_the_last_and_the_house_at_most_one_interval_more() -> None:
    room = Room().furnish(10_000)
    first, last = Usage(1000, 256, 0, 0, "events"), Usage(1000, 512, 0, 0, "events")
    receipt = crashed(room, first, last)
    assert receipt.usage == last
    assert receipt.charge == 100 + 205
    assert room.columns("writeoff:crash")[1] == bound(0, CHECKPOINT_TOKENS, room.ledger.rates("small"))
    assert check(room.disk.rows).ok


def test_nobody_bears_more_than_was_held() -> None:
    room = Room().furnish(10_000)
    receipt = crashed(room, Usage(1000, 500, 0, 0, "events"), amount=310)
    assert receipt.charge == 300
    assert room.columns("writeoff:crash")[1] == 10
    room = Room().furnish(10_000)
    crashed(room, amount=50, input_bound=1000)
    assert room.columns("house:crash")[1] == 50


def test_a_checkpoint_above_the_hold_is_paid_like_any_excess() -> None:
    room = Room().furnish(400)
    receipt = crashed(room, Usage(0, 1500, 0, 0, "events"), amount=100)
    assert (receipt.charge, receipt.writeoff) == (400, 200)
    assert check(room.disk.rows).ok


def test_a_crash_of_an_unpriced_request_costs_nobody() -> None:
    room = Room().furnish(1000)
    receipt = crashed(room, Usage(10, 10, 0, 0, "events"), price_version=None)
    assert (receipt.charge, receipt.usage.total_tokens) == (0, 20)
    assert room.columns("house:crash") == (0, 0, 0, 0)


def test_a_request_that_ended_is_not_ended_again() -> None:
    room = Room().furnish(1000)
    receipt = room.settle(room.hold("r", 100), 10, 10).result()
    room.open()
    assert room.ledger.receipt("r") == receipt
    assert room.ledger.stats.recovered == 0


def test_what_was_free_before_the_crash_is_free_after_it() -> None:
    room = Room().furnish(1000)
    room.hold("r", 1000)
    room.open()
    assert room.hold("s", 1000).record.legs[0].amount == 1000
