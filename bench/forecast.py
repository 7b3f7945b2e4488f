"""`python -m bench.forecast`: how often the forecast of an award's end holds, by kind of history, beside a naive one.

The histories are made by rules that the forecast does not assume: people who come and go, campaigns, deadlines, Pareto
days. Each is cut somewhere; the forecast sees what is before the cut, and what is after it says whether it held.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import exp, inf, sin, sqrt, tau
from random import Random

from tokenry.programmes.outlook.forecast import HORIZON_DAYS, Forecast, Span, forecast

UNIT = 1_000_000  # tokens of an ordinary day
SEEN_DAYS = (21, 200)
ENDS_IN_DAYS = (120, 700)
SEED = 20261122
EACH = 25
Daily = Callable[[int], int]


@dataclass(frozen=True)
class History:
    """One award: what was used before the cut and after it, what is left at the cut, when it ends."""

    kind: str
    seen: list[int]
    later: list[int]
    left: int
    ends_in_days: int

    @property
    def used_up_in(self) -> float:
        """The day after the cut on which the rest is used up; infinite when it is not before the end."""
        total = 0
        for day, used in enumerate(self.later[: self.ends_in_days], start=1):
            total += used
            if total >= self.left:
                return day
        return inf

    @property
    def ample(self) -> int:
        """More than twice as much as would be used until the end at today's pace, so that something is left."""
        return round(2.5 * sum(self.seen[-56:]) / len(self.seen[-56:]) * self.ends_in_days)

    @property
    def rest(self) -> int:
        """What is left at the end."""
        return max(self.left - sum(self.later[: self.ends_in_days]), 0)


def _week(chance: Random, depth: float) -> Daily:
    """A factor in thousandths for the day of the week: five days of work, two of rest, more or less."""
    shape = [1000] * 5 + [round(1000 * (1 - depth)), round(1000 * (1 - depth * chance.uniform(0.6, 1.0)))]
    start = chance.randrange(7)
    return lambda day: shape[(day + start) % 7]


def _users(chance: Random) -> Iterator[int]:
    """People who join and leave; each works on some days, and asks for a little or a lot."""
    rate, stay = chance.uniform(0.02, 0.12), chance.uniform(60, 300)
    people = [chance.lognormvariate(0, 0.8) for _ in range(chance.randint(4, 25))]
    week = _week(chance, chance.uniform(0.3, 0.95))
    day = 0
    while True:
        people = [one for one in people if chance.random() > 1 / stay]
        people += [chance.lognormvariate(0, 0.8) for _ in range(sum(chance.random() < rate for _ in range(4)))]
        used = sum(one * chance.expovariate(1) for one in people if chance.random() < 0.6)
        yield round(used * UNIT * week(day) / 1000)
        day += 1


def _steady(chance: Random) -> Iterator[int]:
    """A service: the same every week, with a little noise."""
    level, week = chance.uniform(0.5, 20), _week(chance, chance.uniform(0.1, 0.9))
    for day in range(10**6):
        yield round(level * UNIT * week(day) / 1000 * max(chance.gauss(1, 0.2), 0))


def _growth(chance: Random) -> Iterator[int]:
    """Something that catches on, and is known to all at last: a logistic curve."""
    top, middle, pace = chance.uniform(5, 50), chance.uniform(80, 320), chance.uniform(25, 80)
    week = _week(chance, chance.uniform(0.2, 0.8))
    for day in range(10**6):
        yield round(top * UNIT / (1 + exp(-(day - middle) / pace)) * week(day) / 1000 * chance.gammavariate(6, 1 / 6))


def _bursts(chance: Random) -> Iterator[int]:
    """Experiments: idle days, then a campaign of some days, and another."""
    gap, length = chance.uniform(3, 18), chance.uniform(2, 9)
    wait, size, running = chance.expovariate(1 / gap), 0.0, 0.0
    while True:
        if running <= 0:
            wait -= 1
            if wait <= 0:
                running, size = max(chance.expovariate(1 / length), 1), chance.lognormvariate(1.0, 0.7)
                wait = chance.expovariate(1 / gap)
            yield round(UNIT * 0.05 * chance.random())
        else:
            running -= 1
            yield round(size * UNIT * chance.uniform(0.6, 1.4))


def _idle_start(chance: Random) -> Iterator[int]:
    """Nothing for weeks, then a ramp to a level."""
    idle, ramp, level = chance.randint(7, 60), chance.randint(5, 45), chance.uniform(1, 15)
    week = _week(chance, chance.uniform(0.2, 0.9))
    for day in range(10**6):
        reached = min(max((day - idle) / ramp, 0), 1)
        yield round(level * reached * UNIT * week(day) / 1000 * chance.gammavariate(4, 0.25))


def _stops(chance: Random) -> Iterator[int]:
    """A project that ends one day, or pauses, with the award still open."""
    level, end = chance.uniform(1, 10), chance.randint(60, 700)
    pause = range(end, end + chance.randint(20, 90)) if chance.random() < 0.5 else range(end, 10**6)
    week = _week(chance, chance.uniform(0.2, 0.9))
    for day in range(10**6):
        yield 0 if day in pause else round(level * UNIT * week(day) / 1000 * chance.gammavariate(3, 1 / 3))


def _heavy(chance: Random) -> Iterator[int]:
    """Days of Pareto's law: most are small, some are huge."""
    alpha, level = chance.uniform(1.5, 2.6), chance.uniform(0.3, 3)
    while True:
        yield round(level * UNIT * min(chance.paretovariate(alpha), 60)) if chance.random() < 0.85 else 0


def _seasons(chance: Random) -> Iterator[int]:
    """Terms and holidays, and a rush before each deadline."""
    level, period, phase = chance.uniform(1, 10), chance.uniform(90, 180), chance.random()
    week = _week(chance, chance.uniform(0.3, 0.9))
    for day in range(10**6):
        swing = 1 + 0.45 * sin(tau * (day / period + phase))
        yield round(level * UNIT * swing * week(day) / 1000 * chance.gammavariate(5, 0.2))


KINDS: dict[str, Callable[[Random], Iterator[int]]] = {
    "steady": _steady, "people": _users, "growth": _growth, "bursts": _bursts, "idle start": _idle_start,
    "stops": _stops, "heavy tails": _heavy, "seasons": _seasons,
}  # fmt: skip


def histories(seed: int = SEED, each: int = EACH) -> Iterator[History]:
    """`each` of every kind. The same seed makes the same."""
    for kind, make in KINDS.items():
        for number in range(each):
            chance = Random(f"{seed}/{kind}/{number}")
            yield _cut(kind, make(chance), chance)


def _cut(kind: str, daily: Iterator[int], chance: Random) -> History:
    """Cut where there is something to go by; what is left would last from a week to most of a year at today's pace."""
    seen = [next(daily) for _ in range(chance.randint(*SEEN_DAYS))]
    while len(seen) < 400 and not isinstance(forecast(seen, 1).used_up_in, Span):
        seen.append(next(daily))
    later = [next(daily) for _ in range(ENDS_IN_DAYS[1])]
    recent = seen[-56:]
    pace = max(sum(recent) / len(recent), 0.02 * UNIT)
    left = round(pace * exp(chance.uniform(2.0, 5.5)))
    return History(kind, seen, later, max(left, 1), chance.randint(*ENDS_IN_DAYS))


def naive(history: History) -> Forecast:
    """The mean of the last 30 days, with the interval that a mean of independent days would have."""
    recent = history.seen[-30:]
    mean = sum(recent) / len(recent)
    error = sqrt(sum((one - mean) ** 2 for one in recent) / max(len(recent) - 1, 1) / len(recent)) * 1.2816

    def day(pace: float) -> int | None:
        due = round(history.left / pace) if pace > 0 else HORIZON_DAYS
        return due if due <= history.ends_in_days else None

    return Forecast("estimated", Span(day(mean + error), day(mean), day(mean - error)), None, "")


def held(history: History, expected: Forecast) -> bool:
    """Whether the day on which it was used up lies in the interval."""
    span = expected.used_up_in
    assert span is not None
    low, high = (inf if end is None else end for end in (span.low, span.high))
    return low <= history.used_up_in <= high


def rest_held(history: History, expected: Forecast) -> bool:
    """Whether what was left at the end lies in the interval."""
    span = expected.rest
    assert span is not None
    assert span.low is not None
    assert span.high is not None
    return span.low <= history.rest <= span.high


def _table(seed: int, each: int) -> Iterator[tuple[str, list[bool], list[bool], list[bool]]]:
    rows: dict[str, tuple[list[bool], list[bool], list[bool]]] = {}
    for history in histories(seed, each):
        expected = forecast(history.seen, history.left, history.ends_in_days)
        ample = replace(history, left=history.left + history.ample)
        ends, rests, naives = rows.setdefault(history.kind, ([], [], []))
        ends.append(held(history, expected))
        rests.append(rest_held(ample, forecast(ample.seen, ample.left, ample.ends_in_days)))
        naives.append(held(history, naive(history)))
    for kind, columns in rows.items():
        yield kind, *columns
    yield "all", *([one for row in rows.values() for one in row[n]] for n in range(3))  # type: ignore[misc] # three columns, as above


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--each", type=int, default=EACH, help="histories of each kind")
    given = parser.parse_args()
    print(f"How often an 80 % interval held; seed {given.seed}, {given.each} histories of each kind.\n")
    print(f"{'kind':<12} {'n':>5} {'used up in':>11} {'rest at end':>12} {'naive: used up in':>18}")
    for kind, *columns in _table(given.seed, given.each):
        shares = [f"{100 * sum(column) / len(column):.0f} %" for column in columns]
        print(f"{kind:<12} {len(columns[0]):>5} {shares[0]:>11} {shares[1]:>12} {shares[2]:>18}")


if __name__ == "__main__":
    main()
