"""A text cut into passages: short enough to be a source, whole enough to be understood. Pure.

A passage ends where a page ends, at a heading when it is long enough by then, and else between paragraphs, sentences or
words, whatever comes first. One that is cut within a paragraph begins a little before the cut, so that a sentence that
was torn apart is whole in one of the two.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import msgspec

from tokenry.reading import Kind, Mark

SIZE = 1_000  # characters that a passage should have
SIZE_MAX = 1_400  # that it may have, rather than leave a stump
SIZE_MIN = 300  # from which it may end at a heading
OVERLAP = 120  # characters that a passage repeats of the one that it was torn from
_BY_LINES = frozenset({"csv", "code", "json"})  # whose lines are their paragraphs
_NUMBERED = frozenset({"text", "markdown", "code", "json"})  # whose lines are told
_PARAGRAPH = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_SENTENCE = re.compile(r"[.!?\u2026][\"'\u201d\u2019)\]]*\s+|[\u3002\uff01\uff1f]|\n")

Span = tuple[int, int]


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """One passage.

    Args:
        starts_at: character in the file's text. page, line: from 1. heading: those that it stands under. time_ms: of
            speech, from its beginning.
    """

    starts_at: int
    text: str
    page: int | None = None
    line: int | None = None
    heading: str | None = None
    time_ms: int | None = None


def cut(text: str, marks: Sequence[Mark], kind: Kind) -> list[Passage]:
    """All passages of a text, in order. Every character that is no blank is in one of them."""
    places = [mark.at for mark in marks]
    found, line, counted = [], 1, 0
    for start, end in _packed(text, marks, kind):
        held = max(0, bisect_right(places, start) - 1)
        mark = marks[held] if marks and places[held] <= start else None
        number = None if mark is None else mark.line
        if number is None and kind in _NUMBERED:
            line += text.count("\n", counted, start)
            counted, number = start, line
        page, heading, time_ms = (None, None, None) if mark is None else (mark.page, mark.heading, mark.time_ms)
        found.append(
            Passage(starts_at=start, text=text[start:end], page=page, line=number, heading=heading, time_ms=time_ms)
        )
    return found


def joined(passages: Sequence[Passage], start: int, end: int) -> str:
    """The text between two of its characters, put together again from the passages that reach into it."""
    out: list[str] = []
    at = start
    for passage in passages:
        last = passage.starts_at + len(passage.text)
        if last <= at or passage.starts_at >= end:
            continue
        if passage.starts_at > at:
            out.append("\n\n" if passage.starts_at - at > 1 else "\n")
            at = passage.starts_at
        out.append(passage.text[at - passage.starts_at : end - passage.starts_at])
        at = min(last, end)
    return "".join(out).strip("\n")


def _packed(text: str, marks: Sequence[Mark], kind: Kind) -> Iterator[Span]:
    """Where passages begin and end."""
    pages = {mark.at for before, mark in zip([None, *marks], marks, strict=False) if _turns(before, mark)}
    headings = {mark.at for before, mark in zip([None, *marks], marks, strict=False) if _leads(before, mark)}
    start = end = -1
    for unit in _units(text, kind, sorted(pages)):
        if start >= 0 and not _belongs((start, end), unit, pages, headings):
            yield start, end
            start = -1
        if unit[1] - unit[0] > SIZE_MAX:
            if start >= 0:
                yield start, end
            *whole, (start, end) = _torn(text, unit)
            yield from whole
            continue
        start, end = unit[0] if start < 0 else start, unit[1]
    if start >= 0:
        yield start, end


def _turns(before: Mark | None, mark: Mark) -> bool:
    return before is not None and before.page != mark.page


def _leads(before: Mark | None, mark: Mark) -> bool:
    return before is not None and before.heading != mark.heading


def _belongs(passage: Span, unit: Span, pages: set[int], headings: set[int]) -> bool:
    """Whether a paragraph goes on with the passage before it."""
    size = passage[1] - passage[0]
    if unit[0] in pages or (unit[0] in headings and size >= SIZE_MIN):
        return False
    whole = unit[1] - passage[0]
    return whole <= SIZE or (size < SIZE_MIN and whole <= SIZE_MAX)


def _units(text: str, kind: Kind, pages: Sequence[int]) -> Iterator[Span]:
    """Paragraphs, or lines where those are what a text is made of; none goes over a page's end."""
    parting = re.compile(r"\n") if kind in _BY_LINES else _PARAGRAPH
    for left, right in zip([0, *pages], [*pages, len(text)], strict=True):
        at = left
        for gap in parting.finditer(text, left, right):
            yield from _trimmed(text, at, gap.start())
            at = gap.end()
        yield from _trimmed(text, at, right)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    said = text[start:end]
    inner = said.strip("\n")
    if inner.strip():
        start += len(said) - len(said.lstrip("\n"))
        yield start, start + len(inner)


def _torn(text: str, unit: Span) -> list[Span]:
    """A long paragraph in pieces that end with sentences, else with words; each begins a little before its cut."""
    pieces, at = list[Span](), unit[0]
    while unit[1] - at > SIZE_MAX:
        end = _break(text, at + SIZE // 2, at + SIZE)
        pieces.append((at, end))
        back = text.find(" ", end - OVERLAP, end)
        at = end if back < 0 else back + 1
    return [*pieces, (at, unit[1])]


def _break(text: str, least: int, most: int) -> int:
    """The best place to break at, between two characters."""
    ends = [found.end() for found in _SENTENCE.finditer(text, least, most)]
    if ends:
        return ends[-1]
    blank = text.rfind(" ", least, most)
    return most if blank < 0 else blank + 1
