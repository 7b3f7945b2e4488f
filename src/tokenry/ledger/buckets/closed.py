"""What is kept of the sums when rows are given up: each day's hours, lines and flows, beside the sums of `closing`.

With them and the rows that are left, all sums can be made again. Minutes are not kept so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from tokenry.base.clock import NS_PER_S, to_datetime
from tokenry.ledger.buckets import tally
from tokenry.ledger.buckets.tally import DAY_S, HOUR_S, MINUTE_S
from tokenry.ledger.model import Record
from tokenry.storage import MEASURES, Place, Row, UsageSums

PREFIX = "buckets/"  # how the names of days begin among the sums
MINUTES = "minutes"  # the name of the first minute that is whole in the rows that are left


class _Day(msgspec.Struct, array_like=True):
    """One day (seconds since the epoch); cells, lines and flows name places by their index."""

    start: int
    places: list[Place]
    hours: list[tuple[int, int, list[int]]]  # start, place, measures
    lines: list[tuple[int, str, str, int, list[int]]]  # place, meter, version, rate, [quantity, amount]
    flows: list[tuple[str, str, int]]
    token_lines: list[
        tuple[int, str, str, int, list[int]]
    ] = []  # place, meter, version, rate, [quantity, amount, drawn]
    latencies: list[tuple[int, int, int, int, int]] = []  # hour, place, what was measured, step, requests


class Closed:
    """Sums of rows that are about to be given up."""

    def __init__(self, moved: set[str]) -> None:
        """Args:
        moved: the keys of transfers made before these rows.
        """
        self._moved = frozenset(moved)
        self._sums = UsageSums()
        self._last = 0

    def add(self, row: Row, record: Record) -> None:
        """Count a row of the journal in."""
        self._last = max(self._last, row.at // NS_PER_S)
        tally.add(self._sums, row, record, HOUR_S, self._moved.__contains__)

    def merged(self, kept: Callable[[str], dict[str, bytes]]) -> dict[str, bytes]:
        """These and what is kept already of the same days, by name, as the journal keeps them.

        Args:
            kept: what the journal keeps, of names that begin so.

        Raises:
            msgspec.MsgspecError: that cannot be read.
        """
        found = {}
        days = _by_day(self._sums)
        for start in sorted(days):
            name = PREFIX + f"{to_datetime(start * NS_PER_S):%Y-%m-%d}"
            sums, before = days[start], kept(name).get(name)
            if before is not None:
                whole = UsageSums()
                _unpack(whole, msgspec.msgpack.decode(before, type=_Day))
                merge(whole, sums)
                sums = whole
            found[name] = msgspec.msgpack.encode(_pack(start, sums))
        first_whole = tally.first_of(self._last, MINUTE_S) + MINUTE_S
        found[MINUTES] = msgspec.msgpack.encode(max(first_whole, minutes_from(kept(MINUTES))))
        return found


def minutes_from(kept: dict[str, bytes]) -> int:
    """The first minute (seconds since the epoch) that the rows which are left tell whole; 0 = every one."""
    return msgspec.msgpack.decode(kept[MINUTES], type=int) if MINUTES in kept else 0


def closed_sums(kept: dict[str, bytes]) -> Iterator[UsageSums]:
    """The sums of rows that are no longer kept: hours and days, a day at a time. `kept` is what is under PREFIX."""
    for name in sorted(kept):
        sums = UsageSums()
        _unpack(sums, msgspec.msgpack.decode(kept[name], type=_Day))
        tally.widen(sums, HOUR_S, DAY_S)
        yield sums


def merge(into: UsageSums, more: UsageSums) -> None:
    """Count more sums in."""
    for cell, measures in more.cells.items():
        _add(into.cells.setdefault(cell, [0] * len(measures)), measures)
    for line, amounts in more.lines.items():
        _add(into.lines.setdefault(line, [0, 0]), amounts)
    for line, amounts in more.token_lines.items():
        _add(into.token_lines.setdefault(line, [0, 0, 0]), amounts)
    for key, requests in more.latencies.items():
        into.latencies[key] = into.latencies.get(key, 0) + requests
    for flow, amount in more.flows.items():
        into.flows[flow] = into.flows.get(flow, 0) + amount
    into.moved |= more.moved


def _add(into: list[int], more: list[int]) -> None:
    for n, amount in enumerate(more):
        into[n] += amount


def _by_day(sums: UsageSums) -> dict[int, UsageSums]:
    days: dict[int, UsageSums] = {}
    for cell, measures in sums.cells.items():
        days.setdefault(tally.first_of(cell[1], DAY_S), UsageSums()).cells[cell] = measures
    for key, requests in sums.latencies.items():
        days.setdefault(tally.first_of(key[1], DAY_S), UsageSums()).latencies[key] = requests
    for line, amounts in sums.lines.items():
        days.setdefault(line[0], UsageSums()).lines[line] = amounts
    for line, amounts in sums.token_lines.items():
        days.setdefault(line[0], UsageSums()).token_lines[line] = amounts
    for flow, amount in sums.flows.items():
        days.setdefault(flow[0], UsageSums()).flows[flow] = amount
    return days


def _pack(start: int, sums: UsageSums) -> _Day:
    lines = (*sums.lines, *sums.token_lines)
    named = dict.fromkeys(
        [*(key[2] for key in sums.cells), *(key[2] for key in sums.latencies), *(line[1] for line in lines)]
    )
    places = {place: n for n, place in enumerate(named)}
    return _Day(
        start,
        list(places),
        [(hour, places[place], measures) for (_, hour, place), measures in sums.cells.items()],
        _packed(sums.lines, places),
        [(account, code, amount) for (_, account, code), amount in sums.flows.items()],
        _packed(sums.token_lines, places),
        [(hour, places[place], what, step, n) for (_, hour, place, what, step), n in sums.latencies.items()],
    )


def _packed(
    lines: dict[tuple[int, Place, str, str, int], list[int]], places: dict[Place, int]
) -> list[tuple[int, str, str, int, list[int]]]:
    return [(places[place], meter, version, rate, found) for (_, place, meter, version, rate), found in lines.items()]


def _unpack(sums: UsageSums, day: _Day) -> None:
    for hour, place, measures in day.hours:
        # What was written by a version with fewer measures has none of those that came later.
        sums.cells[HOUR_S, hour, day.places[place]] = measures + [0] * (len(MEASURES) - len(measures))
    for hour, place, what, step, requests in day.latencies:
        sums.latencies[HOUR_S, hour, day.places[place], what, step] = requests
    for place, meter, version, rate, found in day.lines:
        sums.lines[day.start, day.places[place], meter, version, rate] = found
    for place, meter, version, rate, found in day.token_lines:
        sums.token_lines[day.start, day.places[place], meter, version, rate] = found
    for account, code, amount in day.flows:
        sums.flows[day.start, account, code] = amount
