"""The proof finds every planted kind of damage, names its rule and its row, and is silent about sound books."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tests.ledger.examples import USD, Room, award, budget
from tests.ledger.memory_disk import MemoryDisk
from tokenry.ledger import Report, Usage, check
from tokenry.ledger.model import Leg, Settle, decode, encode
from tokenry.ledger.recovery import dump, load
from tokenry.storage import Row


def room_with_a_story() -> Room:
    room = Room(milestones=(1000,)).furnish(10 * USD, budget(limit=5000))
    for number in range(6):
        held = room.hold(f"r{number}", 600)
        if number != 5:
            room.settle(held, 900, 100 * number, cached_tokens=100)
    room.mark(held, Usage(900, 10, 0, 0, "events"))
    room.run(room.ledger.grant(award("b", expires_at=room.clock.now_ns() + 1), 77))
    room.loop.advance(1)
    room.run_sync(room.ledger.sweep)
    room.settle(room.hold("over", 10), 900, 900)
    room.run_sync(lambda: room.ledger.bear("retry", "acme", 5))
    room.run_sync(room.ledger.snapshot)
    return room


STORY = room_with_a_story()
ROWS = STORY.disk.rows
SNAPSHOT = STORY.disk.snapshots[-1]


def rows_with(kind: str, ref: str, change: Callable[[Any], Any]) -> list[Row]:
    """The story with one record changed as a hand in the file would."""
    found = [row for row in ROWS if (row.kind, row.ref) == (kind, ref)]
    assert found
    record = change(decode(kind, found[0].body))
    return [Row(r.seq, r.kind, r.ref, r.at, encode(record)) if r is found[0] else r for r in ROWS]


def replace(**changed: Any) -> Callable[[Any], Any]:
    return lambda record: msgspec.structs.replace(record, **changed)


def receipt(**changed: Any) -> Callable[[Any], Any]:
    return lambda record: msgspec.structs.replace(record, receipt=msgspec.structs.replace(record.receipt, **changed))


def renumbered(rows: list[Row]) -> list[Row]:
    return [Row(seq, r.kind, r.ref, r.at, r.body) for seq, r in enumerate(rows, 1)]


def without(*refs: tuple[str, str]) -> list[Row]:
    return [row for row in ROWS if (row.kind, row.ref) not in refs]


def both(settle: Settle) -> Settle:
    """The customer's post and receipt raised together: only the price of the usage gives it away."""
    posts = tuple(post + 1 for post in settle.posts)
    changed = receipt(charge=settle.receipt.charge + 1, accounts=tuple(
        msgspec.structs.replace(line, posted=line.posted + 1) for line in settle.receipt.accounts
    ))(settle)  # fmt: skip  # a record in a record
    return msgspec.structs.replace(changed, posts=posts)


DAMAGE: dict[str, tuple[list[Row], str]] = {
    "a row is missing": (without(("settle", "r1")), "rows without gaps"),
    "a row is missing and nobody sees the gap": (renumbered(without(("hold", "r1"))), "the books take every row"),
    "two rows changed places": (sorted(ROWS, key=lambda r: r.seq + 2.5 * (r.ref == "r2")), "rows without gaps"),
    "bytes that are no record": (
        [Row(r.seq, r.kind, r.ref, r.at, b"\xc1" if r.seq == 9 else r.body) for r in ROWS],
        "rows that can be read",
    ),
    "a kind that nobody knows": (
        [Row(r.seq, "new" if r.seq == 9 else r.kind, r.ref, r.at, r.body) for r in ROWS],
        "rows that can be read",
    ),
    "a post above its hold": (rows_with("settle", "r1", replace(posts=(601, 601))), "the books take every row"),
    "a post raised": (rows_with("settle", "r1", replace(posts=(200, 200))), "receipt = books"),
    "a receipt lowered": (rows_with("settle", "r1", receipt(charge=1)), "receipt = books"),
    "a post and its receipt raised": (rows_with("settle", "r1", both), "charge = price of the usage"),
    "tokens added to a receipt": (
        rows_with("settle", "r1", receipt(usage=Usage(900, 9000, 100, 0, "engine"))),
        "charge = price of the usage",
    ),
    "a line of the charge changed": (rows_with("settle", "r1", receipt(lines=())), "lines = price of the usage"),
    "a receipt of somebody else": (rows_with("settle", "r1", receipt(request_id="r2")), "receipt = books"),
    "a receipt of another key": (
        rows_with(
            "settle", "r1", lambda s: receipt(facts=msgspec.structs.replace(s.receipt.facts, key_id="else"))(s)
        ),
        "receipt = books",
    ),
    "a receipt that hides an account": (rows_with("settle", "r1", receipt(accounts=())), "receipt = books"),
    "a budget that counts less than was paid": (
        rows_with("settle", "r1", lambda s: replace(posts=(s.posts[0], s.posts[1] - 1))(s)),
        "budgets count the charge",
    ),
    "a settlement twice": (
        renumbered([r for row in ROWS for r in ([row, row] if (row.kind, row.ref) == ("settle", "r1") else [row])]),
        "the books take every row",
    ),
    "a request id that is charged twice": (
        renumbered(
            [*ROWS, *[row for row in ROWS if row.ref == "r3" and row.kind in ("hold", "settle")]],
        ),
        "a request is charged once",
    ),
    "a grant that was never made": (renumbered(without(("award", "a"))), "the books take every row"),
    "more expired than there was": (
        rows_with("move", "b", replace(legs=(Leg("award:b", "expired", 78),))),
        "the books take every row",
    ),
    "money to an account that pays the house": (
        rows_with("move", "b", replace(legs=(Leg("award:b", "house:crash", 77),))),
        "issued = available + pending + spent + expired",
    ),
    "a milestone before its tokens": (
        rows_with("settle", "r0", replace(milestones=(10**9,))), "the books take every row"
    ),
    "a milestone twice": (rows_with("settle", "r2", replace(milestones=(1000,))), "the books take every row"),
}  # fmt: skip  # a table


def rules(report: Report) -> set[str]:
    return {breach.rule for breach in report.breaches}


@pytest.mark.parametrize(("rows", "rule"), DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_found(rows: list[Row], rule: str) -> None:
    assert rule in rules(check(rows))


def test_sound_books_are_summed_up_and_nothing_is_said_against_them() -> None:
    report = check(ROWS, SNAPSHOT)
    assert report.breaches == []
    assert report.ok
    assert report.rows == len(ROWS)
    assert (report.requests, report.open_holds) == (6, 1)
    assert report.issued == 10 * USD + 77
    assert report.expired == 77
    assert report.pending == 600
    assert report.charged == sum(STORY.ledger.receipt(f"r{n}").charge for n in range(5)) + 450
    assert report.borne_by_house == 5
    assert report.issued == report.available + report.pending + report.charged + report.expired
    assert (report.input_tokens, report.output_tokens) == (6 * 900, 1900)


def test_the_breach_names_the_row() -> None:
    rows = rows_with("settle", "r1", receipt(charge=1))
    seq = next(row.seq for row in rows if (row.kind, row.ref) == ("settle", "r1"))
    breach = check(rows).breaches[0]
    assert breach.seq == seq
    assert "r1" in breach.what


def test_an_empty_journal_is_sound() -> None:
    assert check([]).ok


def test_a_broken_file_is_told_in_a_hundred_breaches_at_most() -> None:
    report = check([Row(n, "new", "x", 0, b"") for n in range(1, 500)])
    assert len(report.breaches) == 100
    assert report.rows == 499


# --- snapshots -------------------------------------------------------------------------------------------------------


def snapshot_with(change: Callable[[Any], object]) -> tuple[int, bytes]:
    books = load(SNAPSHOT[1])
    change(books)
    return SNAPSHOT[0], dump(books)


def add_to(account: str, column: str) -> Callable[[Any], object]:
    return lambda books: setattr(books.accounts[account], column, getattr(books.accounts[account], column) + 1)


SPOILED: dict[str, tuple[Callable[[Any], object], str]] = {
    "a column": (add_to("award:a", "debits_posted"), "columns = sum of entries"),
    "a pending column": (add_to("award:a", "debits_pending"), "columns = sum of entries"),
    "an account gone": (lambda books: books.accounts.pop("house:retry"), "columns = sum of entries"),
    "a hold gone": (lambda books: books.holds.pop("r5"), "the same holds are open"),
    "a checkpoint gone": (lambda books: setattr(books.holds["r5"], "mark", None), "snapshot = books"),
    "tokens": (lambda books: books.tokens.update(org=1), "tokens = sum of receipts"),
    "a milestone gone": (lambda books: books.milestones.clear(), "tokens = sum of receipts"),
    "an award gone": (lambda books: books.awards.pop("b"), "snapshot = books"),
    "a budget gone": (lambda books: books.budgets.clear(), "snapshot = books"),
    "prices gone": (lambda books: books.prices.clear(), "snapshot = books"),
    "a key too many": (lambda books: books.keys.add("k"), "snapshot = books"),
    "a limit lifted": (lambda books: setattr(books.accounts["award:a"], "limited", False), "snapshot = books"),
}


@pytest.mark.parametrize(("change", "rule"), SPOILED.values(), ids=SPOILED.keys())
@pytest.mark.parametrize("further", [0, 1])
def test_a_spoiled_snapshot_is_found_at_the_end_and_on_the_way(
    change: Callable[[Any], object], rule: str, further: int
) -> None:
    rows = [*ROWS[: SNAPSHOT[0]], *[Row(SNAPSHOT[0] + 1, "move", "x", 0, b"\x94\xa1x\x90\xa1x\xc0")][:further]]
    assert check(rows, SNAPSHOT).ok
    report = check(rows, snapshot_with(change))
    assert rule in rules(report)


def test_a_snapshot_that_cannot_be_read_is_found() -> None:
    assert rules(check(ROWS, (SNAPSHOT[0], b"\xc1"))) == {"snapshots that can be read"}


# --- the proof is another's work -------------------------------------------------------------------------------------


@pytest.mark.parametrize("mistake", ["release", "single"], ids=["posts go astray", "transfers go astray"])
def test_a_mistake_in_the_books_own_code_is_found_by_the_second_fold(
    mistake: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tokenry.ledger import transfers

    right = getattr(transfers, mistake)

    def wrong(books: Any, *how: Any, **more: Any) -> None:
        right(books, *how, **more)
        books.accounts["issuance"].credits_posted += 1

    monkeypatch.setattr(transfers, mistake, wrong)
    assert "columns = sum of entries" in rules(check(ROWS))


def test_the_story_survives_its_own_disk() -> None:
    assert check(Room(MemoryDisk(list(ROWS)), milestones=(1000,)).disk.rows).ok
