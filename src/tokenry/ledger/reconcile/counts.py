"""Why a provider's requests and tokens may differ from ours, tried in turn; exact causes before those with room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import combinations
from typing import Final

from tokenry.ledger.reconcile.report import Line
from tokenry.ledger.reconcile.side import Room
from tokenry.ledger.reconcile.statement import COUNTS, Tally

# What made the tokens of some requests uncertain, in the order in which differences are laid at their door.
ROOMS: Final = {
    "hung_up": "whose client hung up before the provider told the tokens",
    "cut": "cut off before the provider told the tokens",
    "estimate": "whose tokens are an estimate, since the provider told none",
    "retry": "tried in vain before they went elsewhere; the house bears such tries",
    "nothing_came": "sent that brought nothing",
    "crash": "cut off by a crash",
}


def over_midnight(lines: Iterable[Line]) -> None:
    """Requests that began on one day and ended on the next may stand under either: move those that make days agree.

    We count a request on the day on which it ended. Tried are: none of them, all of them (a provider that counts by
    the beginning), and then midnight by midnight whether some others bring the two days nearer.
    """
    chains: dict[str, dict[date, Line]] = {}
    for line in lines:
        chains.setdefault(line.model, {})[line.day] = line
    for chain in chains.values():
        if any(line.ours.over_midnight for line in chain.values()) and any(
            line.counts_left() for line in chain.values()
        ):
            _Midnights(chain).explain()


class _Midnights:
    """The days of one model; `moved`: what is counted for the day before, by the day on which it ended."""

    def __init__(self, chain: dict[date, Line]) -> None:
        self._chain = chain
        nothing = {day: Tally() for day in chain}
        everything = {day: _sum(line.ours.over_midnight) for day, line in chain.items()}
        self._moved = min(nothing, everything, key=self._whole)
        for day in sorted(chain, reverse=True):
            self._moved = min(self._others(day), key=partial(self._around, day=day))

    def explain(self) -> None:
        """Say so where something was moved."""
        for day, moved in self._moved.items():
            if moved == Tally():
                continue
            words = f"{moved.requests:,} request{'' if moved.requests == 1 else 's'} that ran over midnight"
            self._chain[day].explain("midnight", words, Tally().minus(moved))
            before = self._chain.get(day - timedelta(days=1))
            if before is not None:
                before.explain("midnight", words, moved)

    def _others(self, day: date) -> Iterator[dict[date, Tally]]:
        """As it is, and then with every other choice at the midnight before this day."""
        yield self._moved
        over = self._chain[day].ours.over_midnight
        for size in range(len(over) + 1):
            for some in combinations(over, size):
                yield {**self._moved, day: _sum(some)}

    def _whole(self, moved: dict[date, Tally]) -> int:
        return sum(self._distance(moved, day) for day in self._chain)

    def _around(self, moved: dict[date, Tally], day: date) -> int:
        return self._distance(moved, day) + self._distance(moved, day - timedelta(days=1))

    def _distance(self, moved: dict[date, Tally], day: date) -> int:
        """How far a day is from agreeing."""
        line = self._chain.get(day)
        if line is None:
            return 0
        left = line.left.copy().add(moved[day])
        after = moved.get(day + timedelta(days=1))
        return (left if after is None else left.add(after, -1)).distance(line.known)


def _sum(some: Iterable[Tally]) -> Tally:
    total = Tally()
    for one in some:
        total.add(one)
    return total


def other_key(line: Line) -> None:
    """All that is too much is what one of the provider's keys used: it is not ours."""
    if not line.counts_left() or len(line.keys) < 2:
        return
    for key, cell in sorted(line.keys.items()):
        if all(line.left.count(name) == cell.tally.count(name) for name in COUNTS if name in line.known):
            line.explain("other_key", f"used by the provider's key {key}, not through this house", cell.tally)
            return


def cached_class(line: Line) -> None:
    """The same input, and none of it cached as far as the answers told."""
    cached = line.left.cached_tokens
    if cached > 0 and line.left.input_tokens == 0 and line.ours.tally.cached_tokens == 0:
        words = "the provider's answers told no cached tokens, its export does; the input is the same"
        line.explain("cached_class", words, Tally(cached_tokens=cached))


def within_rooms(line: Line) -> None:
    """What uncertain requests leave room for. A count that they cannot explain whole stays unexplained, whole.

    Where requests are missing or too many, their tokens may be, too, so nothing more is laid at anybody's door.
    """
    for name in COUNTS:
        left = line.left.count(name)
        if not left:
            continue
        if line.left.requests and name != "requests":
            return
        parts: list[tuple[str, Room, int]] = []
        for why in ROOMS:
            room = line.ours.rooms.get(why)
            if room is not None and left:
                part = min(max(left, room.low.count(name)), room.high.count(name))
                left -= part
                if part:
                    parts.append((why, room, part))
        if left == 0:
            for why, room, part in parts:
                line.explain(why, room_words(why, room), _only(name, part))


def room_words(why: str, room: Room) -> str:
    """Which requests, and how much they leave room for."""
    span = f"up to {room.high.input_tokens:,} in and {room.high.output_tokens:,} out more"
    return f"{room.requests:,} request{'' if room.requests == 1 else 's'} {ROOMS[why]} ({span})"


def unfinished(line: Line, today: date) -> None:
    """A day that is not over may still grow at the provider's."""
    if line.day >= today:
        for name in COUNTS:
            if line.left.count(name) < 0:
                words = "the day is not over; providers' reports come late"
                line.explain("unfinished_day", words, _only(name, line.left.count(name)))


def _only(name: str, value: int) -> Tally:
    return Tally(**{name: value})
