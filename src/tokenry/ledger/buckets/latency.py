"""How long requests took, as counts by a fixed scale of milliseconds: counts of any two stretches add up. Pure.

The scale is exact up to 15 ms; from there on each doubling has eight steps, so what is read from it is off by a
sixteenth at most. Integers alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FIRST_TOKEN, WHOLE = 0, 1  # what is measured: up to the first token of a stream, and up to the end
_STEPS = 8  # of each doubling
_MS_MAX = 2**31 - 1  # 24 days; what lasted longer is counted as that
ANSWERED = frozenset({"completed", "cut"})  # how requests ended whose whole time says something of the engine


@dataclass(frozen=True, slots=True)
class Latency:
    """What half of the requests stayed below, and 95 of 100; milliseconds. None = nothing was measured."""

    p50_ms: int | None
    p95_ms: int | None
    requests: int


def step_of(ms: int) -> int:
    """The step of the scale that a time lies in."""
    bounded = min(max(ms, 0), _MS_MAX)
    shift = max(0, bounded.bit_length() - _STEPS.bit_length())
    return _STEPS * shift + (bounded >> shift)


def middle_of(step: int) -> int:
    """The time in the middle of a step, in milliseconds."""
    shift = max(0, step // _STEPS - 1)
    return ((step - _STEPS * shift) << shift) + ((1 << shift) >> 1)


def latency_of(counts: Iterable[tuple[int, int]]) -> Latency:
    """What counts by step say.

    Args:
        counts: (step, requests); a step may come several times.
    """
    by_step: dict[int, int] = {}
    for step, requests in counts:
        by_step[step] = by_step.get(step, 0) + requests
    total = sum(by_step.values())
    return Latency(_percentile(by_step, total, 50), _percentile(by_step, total, 95), total)


def _percentile(by_step: Mapping[int, int], total: int, percent: int) -> int | None:
    """The least step that so many of a hundred requests lie in or below."""
    rank, seen = -(-total * percent // 100), 0
    for step in sorted(by_step):
        seen += by_step[step]
        if seen >= rank:
            return middle_of(step)
    return None
