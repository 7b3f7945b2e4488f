"""What the programs of the demonstration ask, day by day: seeded, so that each demonstration is the same story.

An application has a rhythm (hours of the day, days of the week, growth over the year) and a size. Sizes are the
engine's to say (`[[usage=…]]`): the scripted engine counts what it is told to count.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

SCHOOL_DAYS: Final = (1.0, 1.0, 1.0, 1.0, 0.8, 0.1, 0.15)  # Monday first
EVERY_DAY: Final = (1.0,) * 7
OUTAGE: Final = (0.62, 9.0, 13.5)  # share of the year, and hours of that day, in which one engine is down


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How an application asks.

    Args:
        model: which.
        daily: questions on a full day at the end of the year.
        week: share of a full day by weekday, Monday first.
        hours: from when to when it asks.
        growth: share of the questions at the beginning of the year.
        tokens: typical tokens in and out.
        begins: share of the year after which it begins.
    """

    model: str
    daily: float
    week: tuple[float, ...] = EVERY_DAY
    hours: tuple[float, float] = (7.0, 20.0)
    growth: float = 0.4
    tokens: tuple[int, int] = (900, 300)
    begins: float = 0.0


@dataclass(frozen=True, slots=True)
class Question:
    """One request: when in the day, and what is said."""

    hour: float
    application: str
    model: str
    words: str
    more: dict[str, object]


RHYTHMS: Final[dict[str, Rhythm]] = {
    "help desk": Rhythm("scripted-small", 6, EVERY_DAY, (6, 23), 0.3, (5200, 1500)),
    "course tutor": Rhythm("scripted-large", 5, SCHOOL_DAYS, (8, 18), 0.2, (5200, 1900), 0.08),
    "catalogue": Rhythm("scripted-small", 3, SCHOOL_DAYS, (1, 5), 0.8, (9800, 700), 0.3),
}


def questions(day: int, days: int, weekday: int, luck: random.Random) -> list[Question]:
    """What is asked on one day, in order.

    Args:
        day: from 0, of `days`.
        weekday: 0 = Monday.
        luck: decides; the same seed tells the same story.
    """
    through = day / max(1, days - 1)
    found = [
        question
        for name, rhythm in RHYTHMS.items()
        if through >= rhythm.begins
        for question in _of(name, rhythm, _count(rhythm, through, weekday, luck), luck)
    ]
    if day == int(days * OUTAGE[0]):
        found = [_broken(one) if OUTAGE[1] <= one.hour < OUTAGE[2] else one for one in found]
    return sorted(found, key=lambda one: one.hour)


def is_outage(day: int, days: int) -> bool:
    """Whether the engine that all share fails on this day."""
    return day == int(days * OUTAGE[0])


def _count(rhythm: Rhythm, through: float, weekday: int, luck: random.Random) -> int:
    grown = rhythm.growth + (1 - rhythm.growth) * through
    wanted = rhythm.daily * grown * rhythm.week[weekday] * luck.uniform(0.6, 1.4)
    return int(wanted) + (luck.random() < wanted % 1)


def _of(name: str, rhythm: Rhythm, count: int, luck: random.Random) -> list[Question]:
    return [
        asked(name, rhythm.model, luck.uniform(*rhythm.hours), _sizes(rhythm.tokens, luck), luck) for _ in range(count)
    ]


def _sizes(tokens: tuple[int, int], luck: random.Random) -> tuple[int, int]:
    return int(tokens[0] * luck.lognormvariate(0, 0.4)) + 20, int(tokens[1] * luck.lognormvariate(0, 0.5)) + 10


def asked(name: str, model: str, hour: float, sizes: tuple[int, int], luck: random.Random) -> Question:
    """A question of so many tokens in and out."""
    into, out = min(sizes[0], 12_000), min(sizes[1], 4000)
    cached = into * luck.choice((0, 0, 3, 6)) // 10
    said = f"[[usage={into}:{out}:{cached}; first_ms={luck.randint(0, 12)}; text=Done.]]"
    return Question(hour, name, model, said + "\n" + "word " * (into // 4), {"max_tokens": out + 64})


def _broken(question: Question) -> Question:
    """The same while the engine is down."""
    words = "[[error=503; message=the machine room has no power]]"
    return Question(question.hour, question.application, question.model, words, {"max_tokens": 64})
