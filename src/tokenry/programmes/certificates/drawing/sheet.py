"""The certificate as a picture: A4, landscape. Knows where everything stands; not how letters or files are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil, cos, sin
from typing import Final

import segno

from tokenry.programmes.certificates.drawing import ornament
from tokenry.programmes.certificates.drawing.lettering import Line, clean, of_face, of_name
from tokenry.programmes.certificates.drawing.shapes import (
    Outline,
    Picture,
    Point,
    Step,
    Words,
    circle,
    line,
    polar,
    rectangle,
    turn,
)
from tokenry.programmes.certificates.numerals import short, spelled

WIDTH: Final = 841.89  # points: A4, landscape
HEIGHT: Final = 595.28
MIDDLE: Final = WIDTH / 2
PAPER, INK, SOFT = "#fcfaf5", "#1b2436", "#6a6a6e"
_NAME_WIDTH, _NAME_TOP, _NAME_BOTTOM = 600.0, 158.0, 238.0
_NAME_SIZES = (38.0, 34.0, 30.0, 27.0, 24.0, 21.0, 18.0, 15.0, 12.5, 10.5)
_LINES_MAX = 3
_NOBODY = "-"
_BLANK = 0.24  # of the size: a blank between words
QR_SIDE: Final = 74.0
QR_AT: Final = (WIDTH - 78.0 - QR_SIDE, 438.0)


@dataclass(frozen=True, slots=True)
class Printed:
    """What a certificate shows.

    Args:
        day: as people write it, `22 November 2026`.
        fingerprint: of the signature, in groups. seed: bytes that the ornament takes its form from.
        url: where it is verified; None = nowhere that is known.
        faces: font files of the house, for what the faces that come along do not have.
    """

    organization: str
    issuer: str
    tokens: int
    day: str
    id: str
    fingerprint: str
    seed: bytes
    url: str | None
    faces: Sequence[str] = ()


def sheet(printed: Printed) -> Picture:
    """The picture. Raises OSError when a font file of the house cannot be read."""
    picture = Picture(WIDTH, HEIGHT)
    accent = accent_of(printed.tokens)
    _ground(picture, printed.seed, accent)
    _head(picture, accent)
    _name(picture, printed)
    _number(picture, printed, accent)
    _foot(picture, printed, accent)
    _seal(picture, printed, accent)
    picture.spoken = _spoken(printed)
    return picture


def accent_of(tokens: int) -> str:
    """The metal of a milestone: copper, steel, gold, and a deep violet beyond."""
    if tokens >= 10**13:
        return "#5b3f86"
    if tokens >= 10**12:
        return "#9a7420"
    return "#4f6478" if tokens >= 10**11 else "#99572f"


def tint(colour: str, part: float) -> str:
    """A colour on the paper: `part` of it, the rest paper."""
    mixed = [round(int(colour[n : n + 2], 16) * part + int(PAPER[n : n + 2], 16) * (1 - part)) for n in (1, 3, 5)]
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _ground(picture: Picture, seed: bytes, accent: str) -> None:
    picture.fill([rectangle(0, 0, WIDTH, HEIGHT)], PAPER)
    lobes, strands = ornament.form_of(seed)
    centre = (MIDDLE, 285.0)
    pale = tint(accent, 0.15)
    picture.stroke(ornament.rosette(centre, (150, 214), lobes, strands), pale, 0.4)
    picture.stroke(ornament.rosette(centre, (88, 160), lobes // 2 + 3, strands), pale, 0.4)
    _frame(picture, accent)


def _frame(picture: Picture, accent: str) -> None:
    left, top, depth, corner = 37.0, 37.0, 17.0, 15.0
    right, bottom = WIDTH - left, HEIGHT - top
    band = tint(accent, 0.75)
    for y in (top, bottom):
        long = ornament.band((left + corner, y), right - left - 2 * corner, depth, 60)
        picture.stroke(long, band, 0.38)
    for x in (left, right):
        upright = ornament.band((x, top + corner), bottom - top - 2 * corner, depth, 40, upright=True)
        picture.stroke(upright, band, 0.38)
    half = depth / 2
    for inset, width in ((-half - 3.6, 0.9), (half + 3.6, 0.45)):
        edge = rectangle(left + inset, top + inset, right - left - 2 * inset, bottom - top - 2 * inset)
        picture.stroke([edge], accent, width)
    for x in (left, right):
        for y in (top, bottom):
            centre = (x, y)
            picture.fill([circle(centre, corner + 4)], PAPER)
            picture.stroke(ornament.rosette(centre, (3.6, corner + 0.6), 10, 5), accent, 0.36)
            picture.stroke(ornament.rings(centre, corner + 3, 2.2), accent, 0.5)


def _head(picture: Picture, accent: str) -> None:
    _centred(picture, of_face("display", "CERTIFICATE OF ACHIEVEMENT", 15.5, spaced=4.6), 98, accent)
    width = 150.0
    for side in (-1, 1):
        picture.stroke([line(MIDDLE + side * 12, 112, MIDDLE + side * width / 2, 112)], accent, 0.5)
    diamond = Outline((MIDDLE, 108.6), ((MIDDLE + 3.4, 112), (MIDDLE, 115.4), (MIDDLE - 3.4, 112), ()))
    picture.fill([diamond], accent)
    _centred(picture, of_face("italic", "This is to certify that", 17), 145, INK)


def _name(picture: Picture, printed: Printed) -> None:
    lines = fitted(clean(printed.organization) or _NOBODY, _NAME_WIDTH, printed.faces)
    leading = lines[0].size * 1.16
    middle = (_NAME_TOP + _NAME_BOTTOM) / 2
    first = middle - leading * (len(lines) - 1) / 2 + lines[0].size * 0.31
    for n, one in enumerate(lines):
        y = first + n * leading
        if one.missing:
            picture.boxed[len(picture.shapes)] = Words(one.text, MIDDLE, y, one.size, _NAME_WIDTH, INK)
        _centred(picture, one, y, INK)


def fitted(name: str, width: float, faces: Sequence[str] = ()) -> list[Line]:
    """A name in as large a size as lets it stand in one line, else in two or three."""
    words = name.split(" ")
    wide = [of_name(word, 1.0, faces).width for word in words]
    for size in _NAME_SIZES:
        lines_max = 1 if size > 30 else 2 if size > 18 else _LINES_MAX
        lines = _broken(words, [one * size for one in wide], width, size * _BLANK)
        if len(lines) <= lines_max and max(wide) * size <= width:
            return [_within(partial(of_name, one, faces=faces), size, width) for one in lines]
    count = min(ceil(sum(wide) * _NAME_SIZES[-1] / width), _LINES_MAX)
    piece = ceil(len(name) / count)
    lines = [name[n : n + piece].strip() for n in range(0, len(name), piece)]
    size = min(width / of_name(one, 1.0, faces).width for one in lines)
    return [of_name(one, min(size, _NAME_SIZES[-1]), faces=faces) for one in lines]


def _number(picture: Picture, printed: Printed, accent: str) -> None:
    _centred(picture, of_face("italic", "has processed", 17), 262, INK)
    digits = f"{printed.tokens:,}"
    _centred(picture, _within(lambda size: of_face("display", digits, size, spaced=size * 0.012), 66, 640), 329, accent)
    words = f"{spelled(printed.tokens)} tokens".upper()
    if len(words) <= 48:
        _centred(picture, of_face("display", words, 16, spaced=4.2), 360, INK)
    told = "counted one by one, each with its receipt, in a ledger of double entry"
    _centred(picture, of_face("italic", told, 13.5), 389, SOFT)


def _foot(picture: Picture, printed: Printed, accent: str) -> None:
    left, wide = 78.0, 232.0
    issuer = _within(partial(of_name, clean(printed.issuer) or _NOBODY, faces=printed.faces), 17, wide)
    picture.fill(issuer.moved(left, 462), INK)
    picture.stroke([line(left, 471, left + wide, 471)], accent, 0.5)
    picture.fill(of_face("italic", "Issued by", 11).moved(left, 484), SOFT)
    picture.fill(of_face("text", printed.day, 14).moved(left, 508), INK)
    small = [f"No. {printed.id.removeprefix('cert_')}", f"Signature {printed.fingerprint}"]
    for n, words in enumerate(small):
        picture.fill(of_face("text", words, 7.4, spaced=0.25).moved(left, 526 + 10.5 * n), SOFT)
    if printed.url is not None:
        _code(picture, printed.url)
    else:
        place = of_name(f"/verify/{printed.id}", 7.4)
        picture.fill(place.moved(QR_AT[0] + QR_SIDE - place.width, 536.5), SOFT)


def _code(picture: Picture, url: str) -> None:
    rows = [list(row) for row in segno.make(url, error="m", micro=False).matrix]
    side = QR_SIDE / len(rows)
    found = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                found.append(rectangle(QR_AT[0] + x * side, QR_AT[1] + y * side, (end - x) * side, side))
            x = max(end, x + 1)
    picture.fill(found, INK)
    shown = url.partition("://")[2]
    place, _, rest = shown.rpartition("/")
    right = QR_AT[0] + QR_SIDE
    for n, words in enumerate((f"{place}/", rest)):
        one = of_name(words if len(words) <= 60 else words[:59] + "…", 7.4)
        picture.fill(one.moved(right - one.width, 526 + 10.5 * n), SOFT)


def _seal(picture: Picture, printed: Printed, accent: str) -> None:
    centre, radius = (MIDDLE, 472.0), 54.0
    picture.fill([ornament.scalloped(centre, radius, 2.0, 48)], tint(accent, 0.10))
    picture.stroke([ornament.scalloped(centre, radius, 2.0, 48)], accent, 0.6)
    lobes, _ = ornament.form_of(printed.seed[2:])
    picture.stroke(ornament.rosette(centre, (24, radius - 18), lobes, 7), tint(accent, 0.55), 0.32)
    picture.stroke(ornament.rings(centre, radius - 4.5, radius - 16.5), accent, 0.5)
    picture.fill([circle(centre, 24)], PAPER)
    picture.stroke(ornament.rings(centre, 24, 21.8), accent, 0.5)
    _around(picture, "TOKENS METERED AND STOOD BEHIND · ", centre, (radius - 13.4, 7.4), accent)
    words = short(printed.tokens)
    one = _within(lambda size: of_face("display", words, size), 21 if len(words) < 6 else 11, 36)
    _centred(picture, one, centre[1] + (6.6 if len(words) < 6 else 3.6), accent)


def _around(picture: Picture, text: str, centre: Point, how: tuple[float, float], colour: str) -> None:
    """Letters on a circle, evenly over all of it. `how`: its radius, and their size."""
    radius, size = how
    letters = [of_face("display", letter, size) for letter in text]
    advance = [letter.width if char != " " else size * 0.35 for letter, char in zip(letters, text, strict=True)]
    spare = (turn(1) * radius - sum(advance)) / len(text)
    at = 0.0
    for letter, width in zip(letters, advance, strict=True):
        angle = turn(-0.25) + (at + width / 2) / radius
        picture.fill([_turned(one, centre, (radius, angle, width)) for one in letter.outlines], colour)
        at += width + spare


def _turned(one: Outline, centre: Point, where: tuple[float, float, float]) -> Outline:
    radius, angle, width = where
    x, y = polar(centre, radius, angle)
    lean = angle + turn(0.25)

    def at(px: float, py: float) -> Point:
        px -= width / 2
        return x + px * cos(lean) - py * sin(lean), y + px * sin(lean) + py * cos(lean)

    def step(values: Step) -> Step:
        return tuple(value for n in range(0, len(values), 2) for value in at(values[n], values[n + 1]))

    return Outline(at(*one.start), tuple(step(values) for values in one.steps))


def _centred(picture: Picture, letters: Line, y: float, colour: str) -> None:
    picture.fill(letters.moved(MIDDLE - letters.width / 2, y), colour)


def _within(make: Callable[[float], Line], size: float, width: float) -> Line:
    one = make(size)
    return one if one.width <= width else make(size * width / one.width)


def _broken(words: Sequence[str], wide: Sequence[float], width: float, blank: float) -> list[str]:
    """Words in lines of at most this width, each as full as can be."""
    lines: list[str] = []
    used = 0.0
    for word, its in zip(words, wide, strict=True):
        if lines and used + blank + its <= width:
            lines[-1], used = f"{lines[-1]} {word}", used + blank + its
        else:
            lines.append(word)
            used = its
    return lines


def _spoken(printed: Printed) -> list[str]:
    who, count = clean(printed.organization), f"{printed.tokens:,} tokens"
    told = [
        f"Certificate of achievement: {count}",
        f"This is to certify that {who} has processed {count}, in words: {spelled(printed.tokens)}.",
        f"Issued by {clean(printed.issuer)}, {printed.day}.",
        f"No. {printed.id}. Signature {printed.fingerprint}.",
    ]
    return told if printed.url is None else [*told, f"Verify it at {printed.url}."]
