"""What was written before there were awards of tokens reads as it did: records, snapshots, and bases under them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.ledger.examples import Room, award, budget, facts
from tests.ledger.sameness import difference, fold
from tokenry.ledger import Unit, check
from tokenry.ledger.model import DefineAward, Hold, Settle, decode, encode
from tokenry.ledger.recovery import dump, is_older, load, load_or_none
from tokenry.storage import Row

AWARD_FIELDS, FACTS_FIELDS, RECEIPT_FIELDS, SNAPSHOT_FIELDS = 12, 12, 20, 8  # as they were


def older(kind: str, body: bytes) -> bytes:
    """A record with only the fields that there were."""
    raw: list[Any] = msgspec.msgpack.decode(body)
    if kind == "award":
        raw = [raw[0][:AWARD_FIELDS], raw[1]]
    if kind == "hold":
        raw[3] = raw[3][:FACTS_FIELDS]
    if kind == "settle":
        raw[3] = raw[3][:RECEIPT_FIELDS]
        raw[3][2] = raw[3][2][:FACTS_FIELDS]
    return msgspec.msgpack.encode(raw)


def story() -> Room:
    room = Room().furnish(10**6, budget(limit=10**6))
    room.run(room.ledger.grant(award("b", expires_at=room.clock.now_ns() + 10**9), 500))
    for n in range(3):
        room.settle(room.hold(f"r{n}", 400), 100, 50 * n)
    room.loop.advance(2)
    room.run_sync(room.ledger.sweep)
    room.hold("open", 400)
    room.run_sync(room.ledger.snapshot)
    return room


def older_snapshot(body: bytes) -> bytes:
    raw: list[Any] = msgspec.msgpack.decode(body)
    raw = raw[:SNAPSHOT_FIELDS]
    raw[0] = [account for account in raw[0] if not account[0].startswith("tokens:")]
    return msgspec.msgpack.encode(raw)


def test_older_records_read_as_they_did() -> None:
    rows = story().disk.rows
    before = [Row(row.seq, row.kind, row.ref, row.at, older(row.kind, row.body)) for row in rows]
    assert [decode(row.kind, row.body) for row in before] == [decode(row.kind, row.body) for row in rows]
    assert any(len(old.body) < len(new.body) for old, new in zip(before, rows, strict=True))
    assert check(before).ok
    assert difference(fold(before), fold(rows)) == []


@pytest.mark.parametrize("kind", ["award", "hold", "settle"])
def test_what_was_left_out_has_its_defaults(kind: str) -> None:
    row = next(row for row in story().disk.rows if row.kind == kind)
    record = decode(kind, older(kind, row.body))
    if isinstance(record, DefineAward):
        assert (record.committed, record.key, record.award.unit, record.award.pool) == (0, None, Unit.CREDIT, None)
    elif isinstance(record, Hold):
        assert record.facts == facts()
    else:
        assert isinstance(record, Settle)
        assert (record.receipt.charge_tokens, record.receipt.covered) == (0, 0)
    assert decode(kind, encode(record)) == record


def test_an_older_snapshot_is_no_shortcut_and_is_no_breach() -> None:
    room = story()
    seq, body = room.disk.snapshots[-1]
    old = older_snapshot(body)
    assert is_older(old)
    assert not is_older(body)
    assert load_or_none(old) is None
    assert check(room.disk.rows, (seq, old)).ok
    room.disk.snapshots = [(seq, old)]
    room.open()
    assert room.ledger.balance("b").expired == 500 - room.ledger.balance("b").spent
    assert difference(room.ledger.books, fold(room.disk.rows)) == []


def test_a_base_of_older_books_loads_and_tells_what_it_can() -> None:
    room = story()
    books = load(older_snapshot(dump(room.ledger.books)))
    assert {"tokens:issuance", "tokens:expired"} <= books.accounts.keys()
    assert books.share("award:a").issued == 10**6
    assert books.pools == {}
