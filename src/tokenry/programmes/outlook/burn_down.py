"""How an award goes down, day by day, and what a year of days looks like in one small picture. Pure.

Days are those of UTC, as the sums of usage are. Amounts are whole units of the award: tokens, or nano-USD.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DAY_S = 86_400
IDLE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Day:
    """One day: `start` in seconds since the epoch, what was drawn on it, what was left at its end."""

    start: int
    drawn: int
    left: int


def first_of_day(at_s: int) -> int:
    """The first second of the day (UTC) that an instant falls into."""
    return at_s - at_s % DAY_S


def days(drawn: Mapping[int, int], net: Mapping[int, int], begins_s: int, now_s: int) -> list[Day]:
    """Every day from the award's first to today, those without use among them.

    Args:
        drawn: units drawn by day (its first second). net: what the award gained, less what it lost, by day.
        begins_s: when the award begins; days before it that changed something count, too.
    """
    known = [*drawn, *net]
    first = first_of_day(min([begins_s, now_s, *known]))
    found, left = [], 0
    for start in range(first, first_of_day(now_s) + DAY_S, DAY_S):
        left += net.get(start, 0)
        found.append(Day(start, drawn.get(start, 0), left))
    return found


def whole_days(history: list[Day], now_s: int) -> list[int]:
    """What was drawn on each whole day since the first use, oldest first; today is not whole. For a forecast."""
    amounts = [day.drawn for day in history if day.start < first_of_day(now_s)]
    first = next((n for n, amount in enumerate(amounts) if amount), len(amounts))
    return amounts[first:]


def idle_days(history: list[Day]) -> int | None:
    """How many days ago something was last drawn, 0 = today; None = never."""
    for n, day in enumerate(reversed(history)):
        if day.drawn:
            return n
    return None
