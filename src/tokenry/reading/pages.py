"""HTML as Markdown: what a reader would see of a page, without scripts, styles and the rest that is not text.

Knows the elements of the HTML standard that give a text its form, and passes over all others' tags, not their text.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from tokenry.reading.found import Found, Script
from tokenry.reading.kinds import MEDIA
from tokenry.reading.plain import decoded, heading_path

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_HIDDEN = frozenset({"script", "style", "template", "noscript", "svg", "canvas", "iframe"})
_OF_BLOCKS = (
    "address article aside blockquote body dd details div dl dt fieldset figcaption figure footer form header hr html "
    "li main nav ol p section summary table tbody td tfoot th thead title tr ul"
)
_BLOCKS = frozenset(_OF_BLOCKS.split())
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BREAK = "\v"  # a line's end that is meant, among those that are none
_FED_AT_ONCE = 64 * 1024  # characters
_LISTS_MAX = 20  # within each other
_CELLS_MAX = 1_000  # of one row


def read_page(data: bytes) -> Found:
    """The text of a page. Raises Unreadable: it is no text."""
    told = _CHARSET.search(data[:4096])
    text, parser = decoded(data, None if told is None else told[1].decode("ascii", "replace")), _Page()
    for at in range(0, len(text), _FED_AT_ONCE):
        parser.feed(text[at : at + _FED_AT_ONCE])
        if parser.script.full:
            break
    parser.close()
    parser.end_block()
    script = parser.script
    return Found(kind="html", mime_type=MEDIA["html"], text=script.text, marks=tuple(script.marks), note=script.note)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.script = Script()
        self._hidden = 0
        self._hiding = ""
        self._words: list[str] = []
        self._lists: list[int] = []  # numbers of ordered ones, -1 of others
        self._lead = ""
        self._kind = self._last = ""  # of this block and the one before: item, row, or nothing
        self._path: list[tuple[int, str]] = []
        self._heading = 0
        self._pre = 0
        self._cells: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        if self._hiding:
            self._hidden += tag == self._hiding
        elif tag in _HIDDEN:
            self.end_block()
            self._hiding, self._hidden = tag, 1
        elif tag == "br":
            self._words.append(_BREAK)
        elif tag == "img":
            alt = next((value for name, value in attrs if name == "alt" and value), None)
            self._words.append(f" {alt} " if alt else "")
        elif tag in {"ul", "ol"}:
            self.end_block()
            if len(self._lists) < _LISTS_MAX:
                self._lists.append(0 if tag == "ol" else -1)
        elif tag == "tr":
            self.end_block()
            self._cells = []
        elif tag in {"td", "th"} and self._cells is not None:
            self._end_cell()
        elif tag == "pre":
            self.end_block()
            self._pre += 1
        elif tag in _BLOCKS or tag in _HEADINGS:
            self._begin(tag)

    def _begin(self, tag: str) -> None:
        if self._cells is not None:
            self._words.append(" ")
            return
        self.end_block()
        self._heading = _HEADINGS.get(tag, 0)
        if tag == "li":
            self._lead, self._kind = self._bullet(), "item"

    def _bullet(self) -> str:
        if not self._lists:
            return "- "
        if self._lists[-1] < 0:
            return "  " * (len(self._lists) - 1) + "- "
        self._lists[-1] += 1
        return "  " * (len(self._lists) - 1) + f"{self._lists[-1]}. "

    def handle_endtag(self, tag: str) -> None:
        """See HTMLParser."""
        if self._hiding:
            self._hidden -= tag == self._hiding
            if not self._hidden:
                self._hiding = ""
            return
        if tag in {"td", "th"} and self._cells is not None:
            self._end_cell()
        elif tag in {"tr", "table"} and self._cells is not None:
            self._end_cell()
            cells, self._cells = self._cells, None
            self._kind = "row"
            self._put("| " + " | ".join(cells) + " |" if any(cells) else "")
            self._last = self._last if tag == "tr" else ""
        elif tag in {"ul", "ol"}:
            self.end_block()
            if self._lists:
                self._lists.pop()
        elif tag == "pre":
            self.end_block()
            self._pre = max(0, self._pre - 1)
        elif (tag in _BLOCKS or tag in _HEADINGS) and self._cells is None:
            self.end_block()

    def handle_data(self, data: str) -> None:
        """See HTMLParser."""
        if not self._hiding:
            self._words.append(data.replace(_BREAK, " "))

    def _end_cell(self) -> None:
        words, self._words = " ".join("".join(self._words).split()), []
        if self._cells is not None and words and len(self._cells) < _CELLS_MAX:
            self._cells.append(words.replace("|", "\\|"))

    def end_block(self) -> None:
        """What was gathered is a paragraph."""
        if self._cells is not None:
            return
        said, self._words = "".join(self._words), []
        text = said.replace(_BREAK, "\n").strip("\n") if self._pre else _flowed(said)
        if not text.strip():
            return
        if self._pre:
            text = f"```\n{text}\n```"
        level, self._heading = self._heading, 0
        if level:
            text = " ".join(text.split())
            self._path = [one for one in self._path if one[0] < level] + [(level, text)]
            text = "#" * level + " " + text
        self._put(self._lead + text)

    def _put(self, text: str) -> None:
        kind, self._kind, self._lead = self._kind, "", ""
        if text:
            glue = "\n" if kind and kind == self._last else "\n\n"
            self._last = kind
            self.script.add(text, glue, heading=heading_path([words for _, words in self._path]) or None)


def _flowed(said: str) -> str:
    """Spaces and line ends are one space each, but for those that are meant."""
    return "\n".join(" ".join(line.split()) for line in said.split(_BREAK)).strip()
