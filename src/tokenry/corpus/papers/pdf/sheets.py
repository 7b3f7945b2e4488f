"""Pages that text flows over: words into lines, lines down a page, links, tables, bars, a contents list.

Measures are points (1/72 inch); y grows upwards, as in PDF.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, NamedTuple

from tokenry.corpus.papers.links import links
from tokenry.corpus.papers.pdf.face import Face, Faces, Run
from tokenry.corpus.papers.pdf.file import File, text, uri

WIDTH, HEIGHT, MARGIN, FOOT = 595.0, 842.0, 54.0, 62.0
INNER: Final = WIDTH - 2 * MARGIN
LEADING: Final = 1.36
_LETTERS_MOST: Final = 400  # of one line
INK, SOFT, BLUE, ORANGE, LINE, GROUND = "0.11", "0.42", "0.17 0.37 0.50", "0.60 0.20 0.07", "0.85", "0.94 0.93 0.91"
BAR, GONE = "0.25 0.44 0.56", "0.79 0.54 0.35"


class Style(NamedTuple):
    """How words look: size in points, a colour as PDF says it, and whether they are a heading."""

    size: float = 10.5
    colour: str = INK
    heading: bool = False


PLAIN: Final = Style()


class Word(NamedTuple):
    """Shaped; `width` in thousandths of the size."""

    runs: Sequence[Run]
    width: int
    link: str


@dataclass(slots=True)
class Page:
    """What is drawn on one page so far."""

    drawn: list[str] = field(default_factory=list)
    links: list[tuple[float, float, float, float, str]] = field(default_factory=list)


class Sheets:
    """The pages of one document.

    Args:
        title: of the document.
        foot: words at the foot of every page, beside its number.
    """

    def __init__(self, title: str, foot: str) -> None:
        self.faces = Faces()
        self._title, self._foot = title, foot
        self._pages = [Page()]
        self._y = HEIGHT - MARGIN
        self._contents: list[tuple[int, str, int, float]] = []  # level, words, page, y

    def room(self, height: float) -> None:
        """A new page, unless so much is left on this one."""
        if self._y - height < FOOT:
            self._pages.append(Page())
            self._y = HEIGHT - MARGIN

    def skip(self, height: float) -> None:
        """Leave so much free."""
        self._y -= height

    def heading(self, words: str, level: int) -> None:
        """In the contents list, too. Never alone at the foot of a page."""
        size = (19.0, 15.0, 12.5)[level]
        self.room(size * LEADING + (60, 110, 50)[level])
        self.skip((0.0, 16.0, 9.0)[level])
        self._contents.append((level, words, len(self._pages) - 1, self._y))
        self.paragraph(words, Style(size, heading=True))
        self.skip(3)

    def paragraph(self, words: str, style: Style = PLAIN, *, left: float = 0.0, width: float = INNER) -> None:
        """Words under each other from `left` on, over pages; a line ends where the text has one."""
        for line in self._lines(words, style, width):
            self.room(style.size * LEADING)
            self._line(line, style, MARGIN + left)
            self._y -= style.size * LEADING

    def columns(self, cells: Sequence[tuple[str, Style, float, float, bool]], *, ruled: bool) -> None:
        """A row of cells side by side: words, style, left, width, and whether they stand at the right.

        A row that is higher than a page goes on over the next ones, cell by cell line by line.
        """
        laid = [
            (self._lines(words, style, width), style, left, width, right) for words, style, left, width, right in cells
        ]
        count = max(len(lines) for lines, *_ in laid)
        step = max(style.size for _, style, *_ in cells) * LEADING
        self.room(min(count, 6) * step + 6)
        for at in range(count):
            self.room(step)
            for lines, style, left, width, right in laid:
                if at < len(lines):
                    spare = width - _width(lines[at], style) if right else 0.0
                    self._line(lines[at], style, MARGIN + left + spare)
            self._y -= step
        if ruled:
            self._rule()

    def bar(self, parts: Iterable[tuple[float, str]], *, width: float = INNER, height: float = 6.0) -> None:
        """Shares of a width side by side, each in its colour, on a ground."""
        self.room(height)
        self._box(MARGIN, width, height, GROUND)
        left = MARGIN
        for share, colour in parts:
            self._box(left, share * width, height, colour)
            left += share * width
        self._y -= height

    def file(self) -> bytes:
        """The document."""
        file = File()
        tree, fonts = file.number(), file.number()
        pages = [file.number() for _ in self._pages]
        for at, page in enumerate(self._pages):
            self._number(at, page)
            drawn = file.stream("\n".join(page.drawn).encode("latin-1"))
            notes = " ".join(
                f"<< /Type /Annot /Subtype /Link /Border [0 0 0] /Rect [{x:.2f} {y:.2f} {x2:.2f} {y2:.2f}] "
                f"/A << /S /URI /URI {uri(link)} >> >>"
                for x, y, x2, y2, link in page.links
            )
            file.put(
                f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {WIDTH:.0f} {HEIGHT:.0f}] /Resources << /Font "
                f"{fonts} 0 R "
                f">> /Contents {drawn} 0 R /Annots [{notes}] >>",
                pages[at],
            )
        file.put(f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{one} 0 R' for one in pages)}] >>", tree)
        names = " ".join(f"/{face.name} {_font(file, face)} 0 R" for face in self.faces.all())
        file.put(f"<< {names} >>", fonts)
        outline = self._outline(file, pages)
        root = file.put(
            f"<< /Type /Catalog /Pages {tree} 0 R /Outlines {outline} 0 R /Lang (en) /PageMode /UseOutlines "
            "/ViewerPreferences << /DisplayDocTitle true >> >>"
        )
        return file.whole(root, file.put(f"<< /Title {text(self._title)} /Producer (Tokenry) >>"))

    def _lines(self, words: str, style: Style, width: float) -> list[list[Word]]:
        lines: list[list[Word]] = []
        room = width / style.size * 1000
        space = self._space(style)
        for paragraph in words.split("\n"):
            line: list[Word] = []
            used = 0.0
            for part in paragraph.split():
                for word in self._pieces(part, style, room):
                    if line and used + space + word.width > room:
                        lines.append(line)
                        line, used = [], 0.0
                    used += word.width + (space if line else 0)
                    line.append(word)
            lines.append(line)
        return lines

    def _pieces(self, part: str, style: Style, room: float) -> Iterable[Word]:
        """A word, in pieces where it is wider than the line."""
        link = next((one for _, one in links(part)), "")
        while part:
            count = min(len(part), _LETTERS_MOST)
            runs = self.faces.word(part[:count], style.heading)
            while (width := sum(run.width for run in runs)) > room and count > 1:
                count = min(max(int(count * room / width), 1), count - 1)
                runs = self.faces.word(part[:count], style.heading)
            yield Word(runs, width, link)
            part = part[count:]

    def _space(self, style: Style) -> int:
        return sum(run.width for run in self.faces.word(" ", style.heading))

    def _line(self, line: Sequence[Word], style: Style, left: float) -> None:
        """One line; words that are read from the right stand in that order beside each other."""
        page, baseline = self._pages[-1], self._y - style.size
        for word in _ordered(line):
            colour = BLUE if word.link else style.colour
            wide = word.width * style.size / 1000
            if word.link:
                page.links.append((left, baseline - style.size * 0.25, left + wide, baseline + style.size, word.link))
            at = left
            for run in (*word.runs, *self.faces.word(" ", style.heading)):  # a blank, for whoever copies the text
                page.drawn.append(_shown(run, style.size, colour, at, baseline))
                at += run.width * style.size / 1000
            left += wide + self._space(style) * style.size / 1000

    def _rule(self) -> None:
        self._y -= 2
        self._pages[-1].drawn.append(
            f"{LINE} G 0.5 w {MARGIN:.2f} {self._y:.2f} m {WIDTH - MARGIN:.2f} {self._y:.2f} l S"
        )
        self._y -= 3

    def _box(self, left: float, width: float, height: float, colour: str) -> None:
        self._pages[-1].drawn.append(
            f"{colour} {_fill(colour)} {left:.2f} {self._y - height:.2f} {width:.2f} {height:.2f} re f"
        )

    def _number(self, at: int, page: Page) -> None:
        words = f"{self._foot} · {at + 1} of {len(self._pages)}"
        held, self._y = self._y, FOOT - 22
        style = Style(8, SOFT)
        current, self._pages[-1] = self._pages[-1], page
        self._line(self._lines(words, style, INNER)[0], style, MARGIN)
        self._pages[-1], self._y = current, held

    def _outline(self, file: File, pages: Sequence[int]) -> int:
        root = file.number()
        tops = [one for one in self._contents if one[0] <= 1]
        numbers = [file.number() for _ in tops]
        for at, (_, words, page, y) in enumerate(tops):
            before = f"/Prev {numbers[at - 1]} 0 R" if at else ""
            after = f"/Next {numbers[at + 1]} 0 R" if at + 1 < len(tops) else ""
            place = f"/Dest [{pages[page]} 0 R /XYZ 0 {y + 6:.2f} null]"
            file.put(f"<< /Title {text(words)} /Parent {root} 0 R {place} {before} {after} >>", numbers[at])
        ends = f"/First {numbers[0]} 0 R /Last {numbers[-1]} 0 R" if numbers else ""
        file.put(f"<< /Type /Outlines /Count {len(tops)} {ends} >>", root)
        return root


def _ordered(line: Sequence[Word]) -> list[Word]:
    def from_right(word: Word) -> bool:
        return any(run.from_right for run in word.runs)

    ordered: list[Word] = []
    for reverse, group in groupby(line, key=from_right):
        words = list(group)
        ordered += reversed(words) if reverse else words
    return ordered


def _width(line: Sequence[Word], style: Style) -> float:
    gaps = max(len(line) - 1, 0) * 250
    return (sum(word.width for word in line) + gaps) * style.size / 1000


def _fill(colour: str) -> str:
    return "rg" if " " in colour else "g"


def _shown(run: Run, size: float, colour: str, left: float, baseline: float) -> str:
    """Glyphs in one array; what moves on by other than the font says is mended between them."""
    parts: list[str] = []
    for glyph in run.glyphs:
        if glyph.up:
            parts.append(f"] TJ {glyph.up * size / 1000:.2f} Ts [")
        parts.append(f"{-glyph.right} <{glyph.number:04X}> " if glyph.right else f"<{glyph.number:04X}>")
        spare = run.face.width(glyph.number) - glyph.advance + glyph.right
        parts.append(f" {spare} " if spare else "")
        if glyph.up:
            parts.append("] TJ 0 Ts [")
    shown = "".join(parts).replace("><", "")
    return f"{colour} {_fill(colour)} BT /{run.face.name} {size:.2f} Tf {left:.2f} {baseline:.2f} Td [{shown}] TJ ET"


def _font(file: File, face: Face) -> int:
    kind, outlines = face.outlines
    frame = face.frame
    if kind == "CFF ":
        embedded, program = "CIDFontType0", f"/FontFile3 {file.stream(outlines, '/Subtype /CIDFontType0C')} 0 R"
    else:
        embedded, program = "CIDFontType2", f"/FontFile2 {file.stream(outlines, f'/Length1 {len(outlines)}')} 0 R"
    name = f"TKNRY{face.name[0].upper()}+Tokenry-{face.name}"
    about = file.put(
        f"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [-500 {frame['descent']} 2000 "
        f"{frame['ascent']}] "
        f"/ItalicAngle 0 /Ascent {frame['ascent']} /Descent {frame['descent']} /CapHeight 650 /StemV 80 {program} >>"
    )
    widths = " ".join(f"{glyph} [{face.width(glyph)}]" for glyph in sorted(face.used))
    same = "/CIDToGIDMap /Identity" if embedded == "CIDFontType2" else ""
    descendant = file.put(
        f"<< /Type /Font /Subtype /{embedded} /BaseFont /{name} /CIDSystemInfo << /Registry (Adobe) /Ordering "
        "(Identity) "
        f"/Supplement 0 >> /FontDescriptor {about} 0 R /DW 0 /W [{widths}] {same} >>"
    )
    letters = file.stream(face.to_unicode())
    return file.put(
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H /DescendantFonts [{descendant} 0 R] "
        f"/ToUnicode {letters} 0 R >>"
    )
