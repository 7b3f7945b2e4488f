"""A picture as SVG: outlines, no script, no font and nothing from elsewhere; its words in title and description."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from unicodedata import east_asian_width

from tokenry.programmes.certificates.drawing.shapes import Outline, Picture, Words


def svg(picture: Picture, attached: str = "") -> str:
    """The picture.

    Args:
        attached: what its file carries along unseen; the certificate itself, so that a copy can still be verified.
    """
    width, height = _number(picture.width), _number(picture.height)
    title, *rest = (escape(_printable(words)) for words in picture.spoken or [""])
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_number(picture.width / 72 * 25.4)}mm" '
        f'height="{_number(picture.height / 72 * 25.4)}mm" viewBox="0 0 {width} {height}" role="img" '
        'aria-labelledby="title words">'
        f'<title id="title">{title}</title><desc id="words">{" ".join(rest)}</desc>'
    )
    parts = [head]
    if attached:
        parts.append(f"<metadata>{escape(_printable(attached), quote=False)}</metadata>")
    for n, shape in enumerate(picture.shapes):
        if n in picture.boxed:
            parts.append(_words(picture.boxed[n]))
            continue
        look = f'fill="{shape.fill or "none"}"'
        if shape.stroke is not None:
            look += f' stroke="{shape.stroke}" stroke-width="{_number(shape.width)}"'
        parts.append(f'<path {look} d="{_path(shape.outlines)}"/>')
    parts.append("</svg>\n")
    return "".join(parts)


def _words(words: Words) -> str:
    """A line in the fonts of whoever looks, squeezed if theirs are wide."""
    likely = sum(1.0 if east_asian_width(char) in "WF" else 0.6 for char in words.text) * words.size
    squeezed = f' textLength="{_number(words.width)}" lengthAdjust="spacingAndGlyphs"' if likely > words.width else ""
    return (
        f'<text x="{_number(words.x)}" y="{_number(words.y)}" font-size="{_number(words.size)}" text-anchor="middle" '
        f'font-family="serif" fill="{words.colour}"{squeezed}>{escape(_printable(words.text))}</text>'
    )


def _path(outlines: Iterable[Outline]) -> str:
    """Absolute starts and relative steps, which take half the room."""
    words: list[str] = []
    for one in outlines:
        x, y = round(one.start[0], 2), round(one.start[1], 2)
        words.append(f"M{_number(x)} {_number(y)}")
        for step in one.steps:
            if not step:
                words.append("z")
                continue
            ends = [round(value, 2) for value in step]
            away = [_number(value - (y if n % 2 else x)) for n, value in enumerate(ends)]
            words.append(("c" if len(step) == 6 else "l") + " ".join(away).replace(" -", "-"))
            x, y = ends[-2], ends[-1]
    return "".join(words)


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _printable(text: str) -> str:
    """XML has no words for control characters, not even escaped ones."""
    return "".join(char if char.isprintable() or char in "\n\t" else " " for char in text)
