"""Usage: sums of receipts, grouped; always the same total however it is grouped."""

from __future__ import annotations

from tests.ledger.examples import Room
from tokenry.ledger import HouseShare, by, check
from tokenry.ledger.receipts import Receipt


def receipts() -> tuple[Room, list[Receipt]]:
    room = Room().furnish(10**6)
    found = []
    for number in range(12):
        held = room.hold(
            f"r{number}",
            600,
            model=("small", "odd")[number % 2],
            key_id=("k1", "k2", "k3")[number % 3],
            user_id=None if number % 4 else "u",
        )
        found.append(room.settle(held, 100 * number, 10, cached_tokens=number).result())
        room.loop.advance(3 * 3600)
    return room, found


def test_one_row_with_the_total_when_nothing_is_asked_for() -> None:
    room, found = receipts()
    (total,) = by(found, ())
    report = check(room.disk.rows)
    assert (total.group, total.requests) == ({}, 12)
    assert (total.charge, total.input_tokens, total.output_tokens) == (
        report.charged,
        report.input_tokens,
        report.output_tokens,
    )
    assert total.cached_tokens == sum(range(12))
    assert total.cost == sum(receipt.cost or 0 for receipt in found)


def test_groups_add_up_to_the_total_and_the_dearest_stands_first() -> None:
    _, found = receipts()
    (total,) = by(found, ())
    for names in (("key",), ("model",), ("project",), ("user",), ("day",), ("endpoint",), ("key", "model", "day")):
        rows = by(found, names)
        assert {tuple(row.group) for row in rows} == {names}
        assert sum(row.charge for row in rows) == total.charge
        assert sum(row.requests for row in rows) == 12
        assert [row.charge for row in rows] == sorted((row.charge for row in rows), reverse=True)


def test_groups_are_named() -> None:
    _, found = receipts()
    assert {row.group["key"]: row.requests for row in by(found, ("key",))} == {"k1": 4, "k2": 4, "k3": 4}
    assert {row.group["user"] for row in by(found, ("user",))} == {"u", "-"}
    assert {row.group["day"] for row in by(found, ("day",))} == {"2025-12-31", "2026-01-01"}


def test_no_receipts_no_rows() -> None:
    assert by([], ("key",)) == []


def test_what_the_house_bears_is_what_the_proof_of_the_books_says() -> None:
    room = Room().furnish(1000)
    room.hold("lost", 100)
    room.settle(room.hold("over", 100), 9000, 900).result()  # the award covers a part, an overrun the rest
    room.run_sync(lambda: room.ledger.bear("retry", "acme", 7))
    room.run_sync(lambda: room.ledger.bear("io", "acme", 5))
    room.open()  # a crash before its first checkpoint
    share = HouseShare()
    for row in room.disk.rows:
        if row.kind in {"settle", "move"}:
            share.add(row)
    report = check(room.disk.rows)
    assert (share.written_off, share.borne) == (report.written_off, report.borne_by_house)
    assert set(share.by_account) == {"writeoff:overrun", "house:retry", "house:io", "house:crash"}
    assert (share.by_account["house:retry"], share.by_account["house:io"]) == (7, 5)
    assert share.written_off > 0


def test_what_cost_is_known_and_what_rests_on_estimates() -> None:
    room = Room().furnish(10**6)
    counted = room.settle(room.hold("r1", 600), 100, 10).result()
    guessed = room.settle(room.hold("r2", 600, model="odd"), 100, 10, estimated=True).result()
    nothing = room.settle(room.hold("r3", 600, model="odd")).result()
    (total,) = by([counted, guessed, nothing], ())
    assert (total.cost, total.cost_unknown, total.estimated) == (counted.cost, 1, 1)
