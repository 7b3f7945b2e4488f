"""Fonts of a PDF: letters become glyphs by HarfBuzz, and only the glyphs that were used go into the file.

Glyphs keep their numbers when a font is cut down, and stand in the page by them (Identity-H); a ToUnicode map leads
back to the letters, so that text can be searched and copied. Source: ISO 32000-2, 9.7 (composite fonts).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

import uharfbuzz as hb

UNITS: Final = 1000  # of a letter's size, in the fonts that come along and in PDF
_NAMES: Final = ("text", "arabic", "hebrew", "devanagari", "thai", "armenian", "georgian")
_FIGURES: Final = {"lnum": True, "tnum": True}  # of one height and width, where the font has such
_BATCH: Final = 100  # lines of a map at most


class Glyph(NamedTuple):
    """One glyph: its number, how far it moves on, and how far it stands off, in thousandths of the size."""

    number: int
    advance: int
    right: int
    up: int


class Run(NamedTuple):
    """Glyphs of one font, from left to right."""

    face: Face
    glyphs: Sequence[Glyph]
    from_right: bool

    @property
    def width(self) -> int:
        return sum(one.advance for one in self.glyphs)


class Face:
    """One font, and which of its glyphs were used for which letters."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._face = hb.Face(hb.Blob((files("tokenry.base") / "fonts" / f"{name}.otf").read_bytes()))
        self._font = hb.Font(self._face)
        self.characters = frozenset(self._face.unicodes)
        self.used: dict[int, str] = {}
        assert self._face.upem == UNITS

    def shaped(self, text: str) -> Run:
        """Letters of one script as glyphs."""
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        hb.shape(self._font, buffer, _FIGURES)
        infos, places = buffer.glyph_infos, buffer.glyph_positions
        starts = sorted({one.cluster for one in infos})
        ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
        told: set[int] = set()
        for one in infos:
            letters = "" if one.cluster in told else text[one.cluster : ends[one.cluster]]
            told.add(one.cluster)
            self.used.setdefault(one.codepoint, letters if one.codepoint else "")
        glyphs = [
            Glyph(info.codepoint, place.x_advance, place.x_offset, place.y_offset)
            for info, place in zip(infos, places, strict=True)
        ]
        return Run(self, glyphs, buffer.direction == "rtl")

    def width(self, glyph: int) -> int:
        """How far the font says that a glyph moves on."""
        return int(self._font.get_glyph_h_advance(glyph))

    @property
    def outlines(self) -> tuple[str, bytes]:
        """The kind of its outlines, `CFF ` or `glyf`, and the font with the used glyphs alone, as PDF embeds it."""
        wanted = hb.SubsetInput()
        wanted.glyph_set.update(self.used)
        wanted.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DESUBROUTINIZE
        small = hb.subset(self._face, wanted)
        if bare := bytes(small.reference_table("CFF ").data):
            return "CFF ", bare
        return "glyf", bytes(small.blob.data)

    @property
    def frame(self) -> Mapping[str, int]:
        """Ascent and descent."""
        told = self._font.get_font_extents("ltr")
        return {"ascent": int(told.ascender), "descent": int(told.descender)}

    def to_unicode(self) -> bytes:
        """Which letters each glyph stands for, as a CMap."""
        known = sorted((glyph, letters) for glyph, letters in self.used.items() if letters)
        parts = [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def",
            "/CMapName /Adobe-Identity-UCS def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
        ]
        for at in range(0, len(known), _BATCH):
            rows = known[at : at + _BATCH]
            lines = [f"<{glyph:04X}> <{letters.encode('utf-16-be').hex().upper()}>" for glyph, letters in rows]
            parts += [f"{len(rows)} beginbfchar", *lines, "endbfchar"]
        return "\n".join([*parts, "endcmap CMapName currentdict /CMap defineresource pop end end"]).encode()


class Faces:
    """All fonts of one document. What none of them can write is a box."""

    def __init__(self) -> None:
        self.text, self.display = Face("text"), Face("display")
        self._others = [Face(name) for name in _NAMES[1:]]
        self.word = lru_cache(maxsize=50_000)(self._word)

    def all(self) -> list[Face]:
        """Those that were used."""
        return [one for one in (self.text, self.display, *self._others) if one.used]

    def _word(self, word: str, heading: bool) -> tuple[Run, ...]:
        order = [self.display, self.text, *self._others] if heading else [self.text, *self._others]
        return tuple(face.shaped(part) for face, part in self._parts(word, order))

    def _parts(self, word: str, order: Sequence[Face]) -> Iterator[tuple[Face, str]]:
        whole = next((one for one in order if all(ord(char) in one.characters for char in word)), None)
        if whole is not None:
            yield whole, word
            return
        held: tuple[Face, str] | None = None
        for char in word:
            face = next((one for one in order if ord(char) in one.characters), None)
            face = face or self.text  # which draws its box
            if held is not None and held[0] is face:
                held = face, held[1] + char
            else:
                if held is not None:
                    yield held
                held = face, char
        if held is not None:
            yield held
