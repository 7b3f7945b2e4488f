"""The text of a DOCX as Markdown: headings, lists, tables, foot- and endnotes. What was deleted stays deleted.

Source: ECMA-376 part 1, §17.3 (paragraphs, runs), §17.4 (tables), §17.11 (notes), part 3 (alternate content).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tokenry.reading.found import Script
from tokenry.reading.markup import Attributes
from tokenry.reading.plain import heading_path
from tokenry.reading.styles import Numbering, Styles, local, said, whole

_FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SEPARATORS = frozenset({"separator", "continuationSeparator", "continuationNotice"})


@dataclass(slots=True)
class _Paragraph:
    words: list[str] = field(default_factory=list)
    style: str = ""
    list_id: str | None = None
    list_level: int = 0
    outline: int = -1


@dataclass(slots=True)
class _Table:
    rows: list[list[str]] = field(default_factory=list)
    cell: list[str] | None = None


class Body:
    """Listens to a document, or to its notes.

    Args:
        script: what its text goes into.
    """

    def __init__(self, script: Script, styles: Styles, numbering: Numbering) -> None:
        self._script = script
        self._styles = styles
        self._numbering = numbering
        self._paragraphs: list[_Paragraph] = []
        self._tables: list[_Table] = []
        self._path: list[tuple[int, str]] = []
        self._skipped = 0
        self._in_text = False
        self._note = ""
        self._was_list = False

    def begin(self, name: str, attributes: Attributes) -> None:
        """See Listener."""
        own = local(name)
        if self._skipped or name == _FALLBACK or own in {"del", "moveFrom"}:
            self._skipped += 1
            return
        match own:
            case "p":
                self._paragraphs.append(_Paragraph())
            case "t":
                self._in_text = True
            case "tbl":
                self._tables.append(_Table())
            case "tr" if self._tables:
                self._tables[-1].rows.append([])
            case "tc" if self._tables:
                self._tables[-1].cell = []
            case "footnote" | "endnote":
                self._note = "" if said(attributes, "type") in _SEPARATORS else f"[^{said(attributes, 'id')}]: "
            case _ if self._paragraphs:
                self._within(own, attributes, self._paragraphs[-1])

    def _within(self, own: str, attributes: Attributes, paragraph: _Paragraph) -> None:
        match own:
            case "pStyle":
                paragraph.style = said(attributes, "val")
            case "numId":
                paragraph.list_id = said(attributes, "val")
            case "ilvl":
                paragraph.list_level = whole(said(attributes, "val"), 0)
            case "outlineLvl":
                paragraph.outline = whole(said(attributes, "val"), -1)
            case "footnoteReference" | "endnoteReference":
                paragraph.words.append(f"[^{said(attributes, 'id')}]")
            case _ if own in _SIGNS:
                paragraph.words.append(_SIGNS[own])

    def end(self, name: str) -> None:
        """See Listener."""
        if self._skipped:
            self._skipped -= 1
            return
        match local(name):
            case "p" if self._paragraphs:
                self._end_paragraph(self._paragraphs.pop())
            case "t":
                self._in_text = False
            case "tc" if self._tables:
                self._end_cell(self._tables[-1])
            case "tbl" if self._tables:
                self._end_table(self._tables.pop())

    def words(self, text: str) -> None:
        """See Listener."""
        if self._in_text and not self._skipped and self._paragraphs and not self._script.full:
            self._paragraphs[-1].words.append(text)

    def _end_paragraph(self, paragraph: _Paragraph) -> None:
        text = "".join(paragraph.words).strip()
        if not text:
            return
        if self._tables:
            if self._tables[-1].cell is not None:
                self._tables[-1].cell.append(" ".join(text.split()))
            return
        level = self._level(paragraph)
        if level:
            text = " ".join(text.split())
            self._path = [one for one in self._path if one[0] < level] + [(level, text)]
            self._put("#" * level + " " + text)
            return
        list_id, depth = paragraph.list_id, paragraph.list_level
        if list_id is None:
            list_id, depth = self._styles.listed(paragraph.style)
        if list_id and list_id != "0":
            self._put(self._numbering.lead(list_id, depth) + text, listed=True)
        else:
            note, self._note = self._note, ""
            self._put(note + text)

    def _level(self, paragraph: _Paragraph) -> int:
        if 0 <= paragraph.outline < 9:
            return min(6, paragraph.outline + 1)
        return self._styles.heading(paragraph.style)

    def _end_cell(self, table: _Table) -> None:
        cell, table.cell = table.cell, None
        if cell is not None and table.rows:
            table.rows[-1].append(" ".join(cell).replace("|", "\\|"))

    def _end_table(self, table: _Table) -> None:
        rows = [row for row in table.rows if any(row)]
        if self._tables:  # a table within a cell is text of the cell
            outer = self._tables[-1]
            if outer.cell is not None:
                outer.cell.extend(word for row in rows for word in row if word)
            return
        for number, row in enumerate(rows):
            self._put("| " + " | ".join(row) + " |", listed=number > 0)
            if not number:
                self._put("|" + " --- |" * len(row), listed=True)
        self._was_list = False

    def _put(self, text: str, *, listed: bool = False) -> None:
        glue = "\n" if listed and self._was_list else "\n\n"
        self._script.add(text, glue, heading=heading_path([words for _, words in self._path]) or None)
        self._was_list = listed or text.startswith("| ")
