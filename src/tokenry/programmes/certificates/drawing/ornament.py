"""Ornament made by rule: woven bands and rosettes of fine lines, as on banknotes. Pure.

A rosette takes its form from bytes that it is given, so that no two certificates have the same one.
"""

from __future__ import annotations

from functools import lru_cache, partial
from math import cos, pi, sin

from tokenry.programmes.certificates.drawing.shapes import Outline, Point, circle, polar, traced, turn

_PIECES_A_WAVE = 4  # of a cubic each: more cannot be seen


@lru_cache(maxsize=64)
def rosette(centre: Point, radii: tuple[float, float], lobes: int, strands: int) -> tuple[Outline, ...]:
    """Closed waves around a centre, each turned against the one before, that touch two circles of these radii."""
    middle, swing = sum(radii) / 2, (radii[1] - radii[0]) / 2

    def way(shift: float, angle: float) -> Point:
        return polar(centre, middle + swing * sin(lobes * angle + shift), angle)

    shifts = [turn(strand / strands) for strand in range(strands)]
    return tuple([traced(partial(way, shift), turn(1), lobes * _PIECES_A_WAVE, closed=True) for shift in shifts])


@lru_cache(maxsize=16)
def band(start: Point, length: float, depth: float, waves: int, *, upright: bool = False) -> tuple[Outline, ...]:
    """A woven band from a point on, to the right or downwards: strands of one wave, and their mirror images.

    Args:
        start: on the band's middle line. depth: from edge to edge. waves: half ones, along its length.
    """

    def way(reach: float, shift: float, along: float) -> Point:
        away = reach * cos(pi * along / length * waves + shift)
        return (start[0] + away, start[1] + along) if upright else (start[0] + along, start[1] + away)

    strands = [
        (side * depth / 2 * (0.28 + 0.24 * n), pi / 2 if n % 2 else 0.0) for n in range(4) for side in (1.0, -1.0)
    ]
    return tuple([traced(partial(way, *strand), length, waves * _PIECES_A_WAVE // 2) for strand in strands])


@lru_cache(maxsize=4)
def scalloped(centre: Point, radius: float, depth: float, teeth: int) -> Outline:
    """A seal's edge: a circle with rounded teeth."""
    return traced(
        lambda angle: polar(centre, radius + depth * cos(teeth * angle), angle),
        turn(1), teeth * _PIECES_A_WAVE, closed=True,
    )  # fmt: skip


def rings(centre: Point, *radii: float) -> list[Outline]:
    """Circles around one centre."""
    return [circle(centre, radius) for radius in radii]


def form_of(seed: bytes) -> tuple[int, int]:
    """How many lobes and strands a rosette has: of a few dozen that all look well."""
    lobes = (18, 20, 21, 24, 27, 28, 30, 32, 33, 35, 36)
    return lobes[seed[0] % len(lobes)], 9 + seed[1] % 6
