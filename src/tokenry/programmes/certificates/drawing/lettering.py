"""Letters as outlines, so that a certificate looks the same wherever it is looked at, and no name is ever markup.

Knows the faces that come along and those that a configuration names; shaping (kerning, ligatures, joined and stacked
scripts) is HarfBuzz's. A character that no face has is drawn as a thin box, and told of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal
from unicodedata import category, combining, normalize

import uharfbuzz as hb

from tokenry.programmes.certificates.drawing.direction import base_level, levels, visual
from tokenry.programmes.certificates.drawing.shapes import Outline, Point, Step, rectangle

Face = Literal["display", "italic", "text"]
SCRIPTS: Final = ("text", "hebrew", "arabic", "devanagari", "thai", "armenian", "georgian")
NAME_LENGTH_MAX = 200  # characters; what is longer is cut, with dots
_JOINERS = "\u200c\u200d"
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FEATURES = {"kern": True, "liga": True, "lnum": True}
_BOX = 0.62  # of the size: what stands for a character that no face has


@dataclass(frozen=True)
class Font:
    """An open font file. `spans` are its characters."""

    font: Any
    em: float
    characters: frozenset[int]


@dataclass(slots=True)
class Line:
    """Letters in a line: their outlines from (0, 0) on, the baseline at y = 0, and how wide they are, in points.

    `missing` are the characters that no face has.
    """

    text: str
    size: float
    width: float = 0.0
    outlines: list[Outline] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)

    def moved(self, x: float, y: float) -> list[Outline]:
        """The outlines at a place."""
        return [_moved(one, x, y) for one in self.outlines]


def clean(name: str) -> str:
    """A name as it can be drawn: composed, without what is invisible, blanks as one, and not without end."""
    kept = "".join(
        " " if char.isspace() else char
        for char in normalize("NFC", name)
        if char in _JOINERS or char.isspace() or category(char) not in _INVISIBLE
    )
    words = " ".join(kept.split())
    return words if len(words) <= NAME_LENGTH_MAX else words[: NAME_LENGTH_MAX - 1].rstrip() + "…"


def of_face(face: Face, text: str, size: float, *, spaced: float = 0.0) -> Line:
    """Words of ours in one face. `spaced`: points between letters."""
    return _set(text, (_open(str(_of_ours(face))),), size, spaced=spaced)


def of_name(text: str, size: float, faces: Sequence[str] = ()) -> Line:
    """A name that has been through `clean`, in whatever script it is.

    Args:
        faces: font files of the house, used for what the faces that come along do not have.

    Raises:
        OSError: one of them cannot be read.
    """
    return _set(text, (*(_open(str(_of_ours(one))) for one in SCRIPTS), *(_open(one) for one in faces)), size)


def _of_ours(name: str) -> Path:
    return Path(str(files("tokenry.base") / "fonts" / f"{name}.otf"))


@lru_cache(maxsize=32)
def _open(path: str) -> Font:
    face = hb.Face(hb.Blob(Path(path).read_bytes()))
    if not face.unicodes:
        raise OSError(f"{path} holds no font")
    return Font(hb.Font(face), float(face.upem), frozenset(face.unicodes))


def _set(text: str, fonts: Sequence[Font], size: float, *, spaced: float = 0.0) -> Line:
    base = base_level(text)
    runs = _runs(text, [_font_of(text, n, fonts) for n in range(len(text))], levels(text, base))
    made = Line(text, size)
    for n in visual([level for _, _, level in runs]):
        part, font, level = runs[n]
        if font is None:
            _draw_boxes(made, part, size)
        else:
            _draw(made, part, font, _Set(size, spaced, rtl=bool(level % 2)))
    made.width -= spaced if text else 0.0
    return made


def _font_of(text: str, n: int, fonts: Sequence[Font]) -> Font | None:
    char = text[n]
    if n and (combining(char) or char in _JOINERS or category(char).startswith("M")):
        return _font_of(text, n - 1, fonts)
    if char in _JOINERS:
        return fonts[0]
    return next((font for font in fonts if ord(char) in font.characters), None)


def _runs(text: str, fonts: list[Font | None], order: list[int]) -> list[tuple[str, Font | None, int]]:
    """Stretches of one font and one direction; a blank goes with what stands before it, if that has one."""
    found: list[tuple[str, Font | None, int]] = []
    for n, char in enumerate(text):
        font, level = fonts[n], order[n]
        if found and found[-1][2] == level:
            last = found[-1][1]
            if char == " " and last is not None and ord(" ") in last.characters:
                font = last
            if last is font:
                found[-1] = (found[-1][0] + char, font, level)
                continue
        found.append((char, font, level))
    return found


@dataclass(frozen=True, slots=True)
class _Set:
    size: float
    spaced: float
    rtl: bool


def _draw(made: Line, text: str, font: Font, how: _Set) -> None:
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if how.rtl else "ltr"
    hb.shape(font.font, buffer, _FEATURES)
    scale = how.size / font.em
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions or (), strict=True):
        pen = _Pen(made.width + place.x_offset * scale, -place.y_offset * scale, scale)
        font.font.draw_glyph_with_pen(info.codepoint, pen)
        made.outlines += pen.outlines
        made.width += place.x_advance * scale + how.spaced


def _draw_boxes(made: Line, text: str, size: float) -> None:
    made.missing |= set(text)
    for _ in text:
        outer = rectangle(made.width + size * 0.06, -size * _BOX, size * 0.44, size * _BOX)
        x, y = made.width + size * 0.085, -size * (_BOX - 0.025)
        inner = Outline((x, y), ((x, -size * 0.025), (x + size * 0.39, -size * 0.025), (x + size * 0.39, y), ()))
        made.outlines += [outer, inner]  # the other way round, so that what lies between is filled
        made.width += size * 0.56


class _Pen:
    """Takes a glyph's outline, in units of the em with y upwards, and keeps it in points with y downwards."""

    def __init__(self, x: float, y: float, scale: float) -> None:
        self.outlines: list[Outline] = []
        self._x, self._y, self._scale = x, y, scale
        self._start: Point = (0.0, 0.0)
        self._steps: list[Step] = []
        self._last: Point = (0.0, 0.0)

    def _at(self, point: Point) -> Point:
        return self._x + point[0] * self._scale, self._y - point[1] * self._scale

    def moveTo(self, point: Point) -> None:  # noqa: N802 - the pen protocol's name
        """Begin."""
        self._start = self._last = self._at(point)
        self._steps = []

    def lineTo(self, point: Point) -> None:  # noqa: N802 - the pen protocol's name
        """A straight line."""
        self._last = self._at(point)
        self._steps.append(self._last)

    def curveTo(self, *points: Point) -> None:  # noqa: N802 - the pen protocol's name
        """A cubic curve."""
        a, b, end = (self._at(point) for point in points)
        self._steps.append((*a, *b, *end))
        self._last = end

    def qCurveTo(self, *points: Point) -> None:  # noqa: N802 - the pen protocol's name
        """A quadratic curve, as the cubic that it is."""
        (hx, hy), end = (self._at(point) for point in points)
        (x, y), (ex, ey) = self._last, end
        self._steps.append(
            (x + (hx - x) * 2 / 3, y + (hy - y) * 2 / 3, ex + (hx - ex) * 2 / 3, ey + (hy - ey) * 2 / 3, ex, ey)
        )
        self._last = end

    def closePath(self) -> None:  # noqa: N802 - the pen protocol's name
        """Back to the beginning."""
        if self._steps:
            self.outlines.append(Outline(self._start, (*self._steps, ())))

    endPath = closePath  # noqa: N815 - the pen protocol's name


def _moved(one: Outline, x: float, y: float) -> Outline:
    steps = tuple(tuple(value + (y if n % 2 else x) for n, value in enumerate(step)) for step in one.steps)
    return Outline((one.start[0] + x, one.start[1] + y), steps)
