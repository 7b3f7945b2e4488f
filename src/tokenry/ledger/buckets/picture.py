"""What became of some time, as a dashboard tells it: sums by stretch, by who or what used most, and how long it took.

Read from the same sums as statements, so that a picture adds up to the ledger. A stretch is an hour, or a day in a time
zone; where a zone lies off whole hours, its days begin with the full hour before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

from tokenry.ledger.buckets.latency import FIRST_TOKEN, WHOLE, Latency, latency_of
from tokenry.ledger.buckets.tally import DAY_S, HOUR_S, first_of
from tokenry.ledger.budgets import zone
from tokenry.storage import MEASURES, GroupColumn, Grouping, Narrowed, RankedBy, Slots, UsageDb, ranked, summed, timed

Step = Literal["hour", "day"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING = (0,) * len(MEASURES)


@dataclass(frozen=True, slots=True)
class Sketched:
    """What a picture is to show.

    Args:
        slots: its stretches of time.
        narrowed: whose use.
        column: by what it is divided, if at all.
        by: what is compared to find those that stand alone, and how many do.
    """

    slots: Slots
    narrowed: Narrowed
    column: GroupColumn | None = None
    by: tuple[RankedBy, int] = ("cost", 10)


@dataclass(slots=True)
class Sums:
    """Sums of one stretch or group, in the order of MEASURES, and how long its requests took."""

    measures: list[int] = field(default_factory=lambda: list(_NOTHING))
    first_token: Latency = field(default_factory=lambda: latency_of(()))
    whole: Latency = field(default_factory=lambda: latency_of(()))

    def add(self, measures: Sequence[int]) -> None:
        """Count more in."""
        for n, amount in enumerate(measures):
            self.measures[n] += amount


@dataclass(slots=True)
class Line:
    """One group, or all: the sum of the whole time, and of each stretch."""

    total: Sums
    slots: list[Sums]


@dataclass(slots=True)
class Picture:
    """Everything, and each group that stands alone, the largest first; `rest`: the `others` that do not."""

    all: Line
    groups: dict[str, Line]
    rest: Line | None
    others: int


def slots_between(start: int, end: int, step: Step, timezone: str) -> Slots:
    """The hours, or the days of a zone, that `start` up to `end` (seconds since the epoch) lie in, whole.

    Raises:
        ZoneInfoNotFoundError, ValueError, OSError: there is no such zone.
    """
    if step == "hour":
        first, last = first_of(start, HOUR_S), first_of(end - 1, HOUR_S)
        return Slots(tuple(range(first, last + HOUR_S + 1, HOUR_S)), HOUR_S)
    where = zone(timezone)
    day, last_day = (_on(at, where).date() for at in (start, end - 1))
    bounds = [_midnight(day, where)]
    while day <= last_day:
        day += timedelta(days=1)
        bounds.append(_midnight(day, where))
    return Slots(tuple(bounds), DAY_S if all(bound % DAY_S == 0 for bound in bounds) else HOUR_S)


def days_before(at: int, days: int, timezone: str) -> int:
    """The midnight with which the last so many days of a zone began, the one that `at` lies in counted in."""
    where = zone(timezone)
    return _midnight(_on(at, where).date() - timedelta(days=days - 1), where)


def picture(db: UsageDb, asked: Sketched) -> Picture:
    """The picture, as far as is counted in. Blocks for a few passes over the cells of that time."""
    with db.steady():
        alone = [] if asked.column is None else ranked(db, asked.slots, asked.narrowed, asked.column, asked.by)
        grouping = Grouping(asked.column, tuple(value for value, _ in alone))
        lines = _summed(db, asked, grouping)
        _timed(db, asked, lines)
        _timed_by_group(db, asked, grouping, lines)
    everything = lines.pop(_ALL)
    rest = lines.pop(None, None)
    others = (alone[0][1] if alone else 0) - len(alone)
    groups = {value: lines[value] for value, _ in alone}
    return Picture(everything, groups, rest if others else None, others)


def total_of(db: UsageDb, slots: Slots, narrowed: Narrowed) -> Sums:
    """The sum of some time alone."""
    with db.steady():
        whole = Sketched(slots.whole, narrowed)
        lines = _summed(db, whole, Grouping())
        _timed(db, whole, lines)
    return lines[_ALL].total


_ALL = "\0"  # no name is that
_Lines = dict[str | None, Line]


def _summed(db: UsageDb, asked: Sketched, grouping: Grouping) -> _Lines:
    lines: _Lines = {_ALL: _empty(asked.slots.count)}
    for slot, group, *measures in summed(db, asked.slots, asked.narrowed, grouping):
        for name in (_ALL, group) if asked.column is not None else (_ALL,):
            line = lines.get(name)
            if line is None:
                line = lines[name] = _empty(asked.slots.count)
            line.total.add(measures)
            line.slots[slot].add(measures)
    return lines


def _timed(db: UsageDb, asked: Sketched, lines: _Lines) -> None:
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for slot, _, what, step, requests in timed(db, asked.slots, asked.narrowed, Grouping()):
        found.setdefault((slot, what), []).append((step, requests))
    line = lines[_ALL]
    for (slot, what), counts in found.items():
        _put(line.slots[slot], what, counts)
    for what in (FIRST_TOKEN, WHOLE):
        _put(line.total, what, [one for (_, of), counts in found.items() if of == what for one in counts])


def _timed_by_group(db: UsageDb, asked: Sketched, grouping: Grouping, lines: _Lines) -> None:
    if grouping.column is None:
        return
    found: dict[tuple[str | None, int], list[tuple[int, int]]] = {}
    for _, group, what, step, requests in timed(db, asked.slots.whole, asked.narrowed, grouping):
        found.setdefault((group, what), []).append((step, requests))
    for (group, what), counts in found.items():
        if group in lines:
            _put(lines[group].total, what, counts)


def _put(sums: Sums, what: int, counts: list[tuple[int, int]]) -> None:
    if what == FIRST_TOKEN:
        sums.first_token = latency_of(counts)
    else:
        sums.whole = latency_of(counts)


def _empty(slots: int) -> Line:
    return Line(Sums(), [Sums() for _ in range(slots)])


def _on(at: int, where: tzinfo) -> datetime:
    return (_EPOCH + timedelta(seconds=at)).astimezone(where)


def _midnight(day: date, where: tzinfo) -> int:
    moment = datetime(day.year, day.month, day.day, tzinfo=where)
    return first_of((moment - _EPOCH) // timedelta(seconds=1), HOUR_S)
