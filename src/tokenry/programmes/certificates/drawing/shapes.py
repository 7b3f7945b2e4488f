"""What a picture is made of: outlines that are filled or stroked, on a page measured in points. Pure.

Knows no letters and no file formats. The origin is the page's upper left corner, as SVG has it; a point is 1/72 inch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import cos, pi, sin

Point = tuple[float, float]
Step = tuple[float, ...]  # () closes, (x, y) draws a line, (x1, y1, x2, y2, x, y) a cubic curve
_ROUND = 0.5522847498  # how far a cubic's handles reach that draws a quarter of a circle


@dataclass(frozen=True, slots=True)
class Outline:
    """One connected line: where it begins, and its steps."""

    start: Point
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Outlines that are drawn as one. Colours are `#rrggbb`, widths points."""

    outlines: tuple[Outline, ...]
    fill: str | None = None
    stroke: str | None = None
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Words:
    """A line that no face at hand can draw, left to the fonts of whoever looks. Its middle, its baseline, its size."""

    text: str
    x: float
    y: float
    size: float
    width: float  # that it may have at most
    colour: str


@dataclass(slots=True)
class Picture:
    """A page and what is on it, the lowest first.

    Args:
        boxed: for each line that has boxes in it, where they lie in `shapes`, and the line, for those that have fonts.
        spoken: what it says, line by line, for those who cannot see it and for those who search in it.
    """

    width: float
    height: float
    shapes: list[Shape] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    boxed: dict[int, Words] = field(default_factory=dict)

    def fill(self, outlines: Iterable[Outline], colour: str) -> None:
        """Fill outlines as one."""
        self._add(Shape(tuple(outlines), fill=colour))

    def stroke(self, outlines: Iterable[Outline], colour: str, width: float) -> None:
        """Draw along outlines."""
        self._add(Shape(tuple(outlines), stroke=colour, width=width))

    def _add(self, shape: Shape) -> None:
        if shape.outlines:
            self.shapes.append(shape)


def rectangle(x: float, y: float, width: float, height: float) -> Outline:
    """A rectangle by its upper left corner."""
    return Outline((x, y), ((x + width, y), (x + width, y + height), (x, y + height), ()))


def line(x1: float, y1: float, x2: float, y2: float) -> Outline:
    """A straight line."""
    return Outline((x1, y1), ((x2, y2),))


def circle(centre: Point, radius: float) -> Outline:
    """A circle."""
    (x, y), r, k = centre, radius, radius * _ROUND
    return Outline(
        (x + r, y),
        (
            (x + r, y + k, x + k, y + r, x, y + r),
            (x - k, y + r, x - r, y + k, x - r, y),
            (x - r, y - k, x - k, y - r, x, y - r),
            (x + k, y - r, x + r, y - k, x + r, y),
            (),
        ),
    )


def traced(way: Callable[[float], Point], end: float, pieces: int, *, closed: bool = False) -> Outline:
    """A curve that is given by a rule, in cubic pieces that leave and reach each point as the rule does.

    Args:
        way: where the curve is, for a value from 0 to `end`.
    """
    step, near = end / pieces, end / pieces / 1000
    steps: list[Step] = []
    x1, y1 = way(0.0)
    for n in range(pieces):
        (ax, ay), (bx, by) = _pace(way, n * step, near), _pace(way, (n + 1) * step, near)
        x2, y2 = way((n + 1) * step)
        third = step / 3
        steps.append((x1 + ax * third, y1 + ay * third, x2 - bx * third, y2 - by * third, x2, y2))
        x1, y1 = x2, y2
    return Outline(way(0.0), (*steps, ()) if closed else tuple(steps))


def _pace(way: Callable[[float], Point], at: float, near: float) -> Point:
    (x1, y1), (x2, y2) = way(at - near), way(at + near)
    return (x2 - x1) / (2 * near), (y2 - y1) / (2 * near)


def polar(centre: Point, radius: float, angle: float) -> Point:
    """The point at an angle in radians, clockwise from the right."""
    return centre[0] + radius * cos(angle), centre[1] + radius * sin(angle)


def turn(part: float) -> float:
    """A part of a full turn, in radians."""
    return 2 * pi * part
