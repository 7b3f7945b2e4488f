"""What paragraphs of a DOCX look like: which are headings, which stand in lists, and how those count.

Sources: ECMA-376 part 1, §17.7 (styles), §17.9 (numbering). Both the transitional and the strict namespace are read.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tokenry.reading.markup import Attributes

_SPACES = frozenset(
    (
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
)
LEVELS_MAX = 9
_BASES_MAX = 20  # styles that a style may be based on, one on the other


def local(name: str) -> str:
    """An element's name within the namespace of documents; empty for every other one."""
    space, _, own = name.rpartition(" ")
    return own if space in _SPACES else ""


def said(attributes: Attributes, name: str) -> str:
    """An attribute in the namespace of documents; empty when it is not there."""
    return next((value for key, value in attributes.items() if local(key) == name), "")


def whole(text: str, fallback: int) -> int:
    """A small number that is not negative, as XML has it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else fallback


@dataclass(slots=True)
class _Style:
    name: str = ""
    based_on: str = ""
    outline: int = -1
    list_id: str = ""
    list_level: int = 0


class Styles:
    """Listens to `styles.xml`."""

    def __init__(self) -> None:
        self._known: dict[str, _Style] = {}
        self._now = _Style()

    def begin(self, name: str, attributes: Attributes) -> None:
        """See Listener."""
        match local(name):
            case "style":
                self._now = self._known[said(attributes, "styleId")] = _Style()
            case "name":
                self._now.name = said(attributes, "val").lower()
            case "basedOn":
                self._now.based_on = said(attributes, "val")
            case "outlineLvl":
                self._now.outline = whole(said(attributes, "val"), -1)
            case "numId":
                self._now.list_id = said(attributes, "val")
            case "ilvl":
                self._now.list_level = whole(said(attributes, "val"), 0)

    def end(self, name: str) -> None:
        """See Listener."""

    def words(self, text: str) -> None:
        """See Listener."""

    def heading(self, style: str) -> int:
        """The level of a heading, from 1; 0 = it is none."""
        for one in self._line(style):
            if one.name == "title":
                return 1
            if one.name.startswith("heading ") and one.name[8:9].isdigit():
                return min(6, max(1, int(one.name[8:9])))
            if 0 <= one.outline < LEVELS_MAX:
                return min(6, one.outline + 1)
        return 0

    def listed(self, style: str) -> tuple[str, int]:
        """The list that a style stands in, and how deep; empty = in none."""
        return next(((one.list_id, one.list_level) for one in self._line(style) if one.list_id), ("", 0))

    def _line(self, style: str) -> list[_Style]:
        line: list[_Style] = []
        while style in self._known and len(line) < _BASES_MAX:
            line.append(self._known[style])
            style = line[-1].based_on
        return line


@dataclass(slots=True)
class Numbering:
    """Listens to `numbering.xml`; then counts."""

    _bullets: set[tuple[str, int]] = field(default_factory=set)
    _lists: dict[str, str] = field(default_factory=dict)  # of an instance, what it is one of
    _counts: dict[tuple[str, int], int] = field(default_factory=dict)
    _abstract: str = ""
    _instance: str = ""
    _level: int = 0

    def begin(self, name: str, attributes: Attributes) -> None:
        """See Listener."""
        match local(name):
            case "abstractNum":
                self._abstract = said(attributes, "abstractNumId")
            case "lvl":
                self._level = whole(said(attributes, "ilvl"), 0)
            case "numFmt" if said(attributes, "val") in {"bullet", "none"}:
                self._bullets.add((self._abstract, self._level))
            case "num":
                self._instance = said(attributes, "numId")
            case "abstractNumId":
                self._lists[self._instance] = said(attributes, "val")

    def end(self, name: str) -> None:
        """See Listener."""

    def words(self, text: str) -> None:
        """See Listener."""

    def lead(self, list_id: str, level: int) -> str:
        """What stands before the next paragraph of a list at this depth."""
        level = min(level, LEVELS_MAX)
        kind = self._lists.get(list_id)
        indent = "  " * level
        if kind is None or (kind, level) in self._bullets:
            return f"{indent}- "
        count = self._counts[kind, level] = self._counts.get((kind, level), 0) + 1
        for deeper in range(level + 1, LEVELS_MAX + 1):
            self._counts.pop((kind, deeper), None)
        return f"{indent}{count}. "
