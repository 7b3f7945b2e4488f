"""Questions to usage.db for a picture of some time: sums by stretches of any length, by who or what used most.

Knows columns; what they are sums of is the ledger's business. Each question is one pass over the cells it is about.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tokenry.storage.usagedb import MEASURES, PLACE, Narrowed, UsageDb, where_of

GroupColumn = Literal["project_id", "user_id", "key_id", "model", "endpoint", "tier"]
_SUMS = ", ".join(f"sum({name})" for name in MEASURES)
_SLOTS = (
    "json_each(?) AS slot CROSS JOIN {table} AS counted ON counted.width = ? AND counted.start >= slot.value ->> 0"
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
        f"SELECT {column}, count(*) OVER () FROM {_SLOTS.format(table='cells')} WHERE {where}"  # noqa: S608 - our own names
        f" GROUP BY {column} ORDER BY {_RANKS[by[0]]}, {column} LIMIT ?"
    )
    found: list[Any] = db.ask(query, (*_asked(slots.whole), *values, by[1]))
    return found


def summed(db: UsageDb, slots: Slots, narrowed: Narrowed, by: Grouping) -> list[tuple[Any, ...]]:
    """(slot, group, *MEASURES), where anything was counted; `group` None = all that do not stand alone."""
    return _grouped(db, "cells", _SUMS, (slots, narrowed, by))


def timed(db: UsageDb, slots: Slots, narrowed: Narrowed, by: Grouping) -> list[tuple[Any, ...]]:
    """(slot, group, what was measured, step of the scale, requests), likewise."""
    return _grouped(db, "latencies", "what, step, sum(counted.requests)", (slots, narrowed, by), ", what, step")


def busy_starts(db: UsageDb, width: int, span: tuple[int, int], narrowed: Narrowed, most: int) -> list[int]:
    """The newest starts of cells in `span` (its end not included) in which anything was counted, newest first."""
    where, values = where_of(narrowed)
    query = (
        "SELECT DISTINCT start FROM cells JOIN places ON places.id = place"  # noqa: S608 - our own names
        f" WHERE width = ? AND start >= ? AND start < ? AND {where} ORDER BY start DESC LIMIT ?"
    )
    return [start for (start,) in db.ask(query, (width, *span, *values, most))]


def _grouped(
    db: UsageDb, table: str, told: str, asked: tuple[Slots, Narrowed, Grouping], more: str = ""
) -> list[tuple[Any, ...]]:
    slots, narrowed, by = asked
    where, values = where_of(narrowed)
    group = "NULL"
    if by.column is not None:
        assert by.column in PLACE
        group = f"iif({by.column} IN (SELECT value FROM json_each(?)), {by.column}, NULL)"  # noqa: S608 - our own names
    query = (
        f"SELECT slot.key AS at, {group} AS grp, {told} FROM {_SLOTS.format(table=table)}"  # noqa: S608 - our own names
        f" WHERE {where} GROUP BY at, grp{more}"
    )
    alone = () if by.column is None else (json.dumps(by.alone),)
    return db.ask(query, (*alone, *_asked(slots), *values))


def _asked(slots: Slots) -> tuple[str, int]:
    pairs: Sequence[tuple[int, int]] = list(zip(slots.bounds, slots.bounds[1:], strict=False))
    return json.dumps(pairs), slots.width
