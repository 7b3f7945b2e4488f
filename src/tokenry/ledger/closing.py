"""What is left of rows that are no longer kept: the books as they stood after them, and the sums of each day.

The books let everything go on and be proven from there; the sums let usage be told for good, only no longer request by
request. Knows nothing of when rows are given up, which is `retention`'s.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tokenry.base.clock import NS_PER_S, to_datetime
from tokenry.ledger.books import Books
from tokenry.ledger.model import Record, Settle
from tokenry.ledger.receipts import Receipt
from tokenry.ledger.recovery import load
from tokenry.ledger.usage import GroupBy, HouseShare, UsageRow
from tokenry.storage import Base, Journal, Row, StorageError

DAY_NS = 86_400 * NS_PER_S
DAY = "day/"  # how the names of days begin among the sums
GROUPS: tuple[GroupBy, ...] = ("key", "model", "project", "user", "endpoint")


class Closing(msgspec.Struct, frozen=True, array_like=True):
    """The body of a base: a snapshot of the books, and how much was counted up to there."""

    books: bytes
    requests: int
    input_tokens: int
    output_tokens: int


class Group(msgspec.Struct, array_like=True):
    """Sums over the requests of one day that have all of GROUPS in common, in the order of `UsageRow.sums()`."""

    values: tuple[str, ...]
    sums: list[int]


class Day(msgspec.Struct, array_like=True):
    """One day (UTC) by its number since 1970: its requests in groups; what the house bore by account, nano-USD."""

    number: int
    groups: list[Group]
    house: dict[str, int]

    @property
    def start(self) -> int:
        """Its first instant, nanoseconds since the epoch."""
        return self.number * DAY_NS

    @property
    def name(self) -> str:
        """As in 2026-11-22."""
        return _name(self.number)


def read_base(base: Base) -> tuple[Closing, Books]:
    """What a base says. Raises ValueError when it is none of ours."""
    try:
        closing = msgspec.msgpack.decode(base.body, type=Closing)
    except msgspec.DecodeError as error:
        raise ValueError(f"not a base of the books: {error}") from None
    return closing, load(closing.books)


def foundation(journal: Journal) -> tuple[int, Books]:
    """Where the journal's oldest row stands: the seq before it, and the books as of then.

    Raises:
        StorageError: the base is damaged.
    """
    base = journal.base()
    if base is None:
        return 0, Books.empty()
    try:
        return base.seq, read_base(base)[1]
    except ValueError as error:
        raise StorageError(f"{journal.path} is damaged ({error}); restore the data folder from a backup") from None


class Days:
    """Sums by day, of rows that are about to be given up."""

    def __init__(self) -> None:
        self._groups: dict[int, dict[tuple[str, ...], UsageRow]] = {}
        self._house: dict[int, HouseShare] = {}

    def add(self, row: Row, record: Record) -> None:
        """Count a row of the journal in."""
        if row.kind in {"settle", "move"}:
            self._house.setdefault(row.at // DAY_NS, HouseShare()).add(row)
        if isinstance(record, Settle):
            groups = self._groups.setdefault(record.receipt.at // DAY_NS, {})
            groups.setdefault(_values(record.receipt), UsageRow({})).add(record.receipt)

    def merged(self, before: dict[str, bytes]) -> dict[str, bytes]:
        """These and what the sums say already of the same days, by name, as the journal keeps them."""
        merged = {}
        for number in sorted(self._groups.keys() | self._house.keys()):
            name, rows = DAY + _name(number), dict(self._groups.get(number, {}))
            house = HouseShare(dict(self._house.get(number, HouseShare()).by_account))
            if name in before:
                known = msgspec.msgpack.decode(before[name], type=Day)
                for group in known.groups:
                    add_sums(rows.setdefault(group.values, UsageRow({})), group.sums)
                add_shares(house, known.house)
            groups = [Group(values, [getattr(row, name) for name in UsageRow.sums()]) for values, row in rows.items()]
            merged[name] = msgspec.msgpack.encode(Day(number, groups, house.by_account))
        return merged


def closed_days(journal: Journal, start: int, end: int) -> list[Day]:
    """The days that lie whole between two times (ns since the epoch) and have rows that are no longer kept."""
    days = [msgspec.msgpack.decode(body, type=Day) for body in journal.sums(DAY).values()]
    return [day for day in days if start <= day.start and day.start + DAY_NS <= end]


def with_closed(rows: list[UsageRow], days: Iterable[Day], by: tuple[GroupBy, ...]) -> list[UsageRow]:
    """The sums of kept requests, with those of days gone by counted in; largest price first."""
    found = {tuple([row.group[name] for name in by]): row for row in rows}
    for day in days:
        for group in day.groups:
            known = {**dict(zip(GROUPS, group.values, strict=True)), "day": day.name}
            values = tuple([known[name] for name in by])
            row = found.setdefault(values, UsageRow(dict(zip(by, values, strict=True))))
            add_sums(row, group.sums)
    return sorted(found.values(), key=lambda row: (-row.charge - row.covered, -row.requests, tuple(row.group.values())))


def add_sums(row: UsageRow, sums: list[int]) -> None:
    """Count sums in, which stand in the order of `UsageRow.sums()`; what was written before the last ones came lacks
    them."""
    for name, amount in zip(UsageRow.sums(), sums, strict=False):
        setattr(row, name, getattr(row, name) + amount)


def add_shares(house: HouseShare, by_account: dict[str, int]) -> None:
    """Count in what the house bore elsewhere, nano-USD by account."""
    for account, amount in by_account.items():
        house.by_account[account] = house.by_account.get(account, 0) + amount


def _name(number: int) -> str:
    return f"{to_datetime(number * DAY_NS):%Y-%m-%d}"


def _values(receipt: Receipt) -> tuple[str, ...]:
    facts = receipt.facts
    return facts.key_id, facts.model, facts.project_id, facts.user_id or "-", facts.endpoint
