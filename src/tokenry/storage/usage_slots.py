"""Questions to usage.db for a picture of some time: sums by stretches of any length, by who or what used most.

Knows columns; what they are sums of is the ledger's business. Each question is one pass over the cells it is about.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from tokenry.storage.usagedb import MEASURES, PLACE, Narrowed, UsageDb, where_of

DAY_S = 86_400
GroupColumn = Literal["project_id", "user_id", "key_id", "model", "endpoint", "tier"]
_SUMS = ", ".join(f"sum({name})" for name in MEASURES)
_SLOTS = (
    "json_each(?) AS slot CROSS JOIN cells AS counted ON counted.width = ? AND counted.start >= slot.value ->> 0"
    " AND counted.start < slot.value ->> 1 JOIN places ON places.id = counted.place"
)
_RANKS = {
    "cost": "sum(charge + covered) DESC, sum(input_tokens + output_tokens) DESC, sum(requests) DESC",
    "tokens": "sum(input_tokens + output_tokens) DESC, sum(requests) DESC",
    "requests": "sum(requests) DESC, sum(input_tokens + output_tokens) DESC",
    "failed": "sum(failed) DESC, sum(requests) DESC",
}
RankedBy = Literal["cost", "tokens", "requests", "failed"]


@dataclass(frozen=True, slots=True)
class Slots:
    """Stretches of time that follow each other: from each bound up to the next one; seconds since the epoch.

    Args:
        width: of the cells that are summed up; every bound lies on one's beginning.
    """

    bounds: tuple[int, ...]
    width: int

    @property
    def count(self) -> int:
        return len(self.bounds) - 1

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Beginning and end of each."""
        return list(zip(self.bounds, self.bounds[1:], strict=False))

    @property
    def pieces(self) -> list[tuple[int, int, int, int]]:
        """(beginning, end, width of cells, slot) of each; in one long stretch by hours, the days of UTC are days."""
        start, end = self.bounds[0], self.bounds[-1]
        first, last = start + -start % DAY_S, end - end % DAY_S
        if self.count > 1 or self.width == DAY_S or first >= last:
            return [(*pair, self.width, slot) for slot, pair in enumerate(self.pairs)]
        return [(start, first, self.width, 0), (first, last, DAY_S, 0), (last, end, self.width, 0)]

    @property
    def whole(self) -> Slots:
        """The same time as one stretch."""
        return Slots((self.bounds[0], self.bounds[-1]), self.width)


@dataclass(frozen=True, slots=True)
class Grouping:
    """By which column, and which of its values stand alone; the others are told together, under None."""

    column: GroupColumn | None = None
    alone: tuple[str, ...] = ()


def ranked(
    db: UsageDb, slots: Slots, narrowed: Narrowed, column: GroupColumn, by: tuple[RankedBy, int]
) -> list[tuple[str, int]]:
    """(value, how many there are in all) of those that used most, the most first.

    Args:
        by: what is compared, and how many are told.
    """
    assert column in PLACE
    where, values = where_of(narrowed)
    query = (
        f"SELECT {column}, count(*) OVER () FROM {_SLOTS} WHERE {where}"  # noqa: S608 - our own names
        f" GROUP BY {column} ORDER BY {_RANKS[by[0]]}, {column} LIMIT ?"
    )
    found: list[Any] = db.ask(query, (*_asked(slots.whole), *values, by[1]))
    return found


def summed(db: UsageDb, slots: Slots, narrowed: Narrowed, by: Grouping) -> list[tuple[Any, ...]]:
    """(slot, group, *MEASURES), where anything was counted; `group` None = all that do not stand alone."""
    where, values = where_of(narrowed)
    group = "NULL"
    if by.column is not None:
        assert by.column in PLACE
        group = f"iif({by.column} IN (SELECT value FROM json_each(?)), {by.column}, NULL)"  # noqa: S608 - our own names
    alone = () if by.column is None else (json.dumps(by.alone),)
    query = f"SELECT slot.key AS at, {group} AS grp, {_SUMS} FROM {_SLOTS} WHERE {where} GROUP BY at, grp"  # noqa: S608 - our own names
    return db.ask(query, (*alone, *_asked(slots), *values))


def timed(db: UsageDb, slots: Slots, narrowed: Narrowed, by: Grouping) -> list[tuple[Any, ...]]:
    """(slot, group, what was measured, step of the scale, requests), of those that stand alone where there are groups.

    A look at everything reads what is counted by model alone (places without a project); any other reads places.
    """
    where, values = where_of(narrowed)
    everything = _is_everything(narrowed) and by.column in {None, "model"}
    group, alone = "NULL", tuple[str, ...]()
    if by.column is not None:
        assert by.column in PLACE
        group, alone = by.column, (json.dumps(by.alone),)
        where += f" AND {group} IN (SELECT value FROM json_each(?))"  # noqa: S608 - our own names
    query = (
        "SELECT slot.value ->> 3 AS at, grp, what, step, sum(requests)"  # noqa: S608 - our own names
        f" FROM (SELECT id, {group} AS grp FROM places WHERE {where} AND project_id {'=' if everything else '<>'} '')"
        " AS mine CROSS JOIN json_each(?) AS slot CROSS JOIN latencies AS counted ON counted.width = slot.value ->> 2"
        " AND counted.place = mine.id AND counted.start >= slot.value ->> 0 AND counted.start < slot.value ->> 1"
        " GROUP BY at, grp, what, step"
    )
    return db.ask(query, (*values, *alone, json.dumps(slots.pieces)))


def _is_everything(narrowed: Narrowed) -> bool:
    return narrowed == Narrowed(narrowed.organization_id, models=narrowed.models)


def busy_starts(db: UsageDb, width: int, span: tuple[int, int], narrowed: Narrowed, most: int) -> list[int]:
    """The newest starts of cells in `span` (its end not included) in which anything was counted, newest first."""
    where, values = where_of(narrowed)
    query = (
        "SELECT DISTINCT start FROM cells JOIN places ON places.id = place"  # noqa: S608 - our own names
        f" WHERE width = ? AND start >= ? AND start < ? AND {where} ORDER BY start DESC LIMIT ?"
    )
    return [start for (start,) in db.ask(query, (width, *span, *values, most))]


def _asked(slots: Slots) -> tuple[str, int]:
    return json.dumps(slots.pairs), slots.width
