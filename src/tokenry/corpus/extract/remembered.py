"""Trafilatura's own paths, answered from memory: which elements to keep or prune depends on a few attributes alone.

Much of its time goes into regular expressions that it asks of every element anew, and a page's elements share few
classes. Here the same question, in its own text, is asked once for each set of attributes. A path of another shape is
left as it came. The answers are the same: `tests/corpus/test_remembered.py` holds them side by side.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from lxml.etree import Element, ElementDefaultClassLookup, XPath
from lxml.html import HtmlComment, HtmlElement, HtmlEntity, HtmlProcessingInstruction
from trafilatura import utils, xpaths

ANSWERS_MAX = 50_000  # of a path
LENGTH_MAX = 300  # characters of attributes that are worth a place
_SPACES = {"re": xpaths.REGEXP_NS}
_PATH = re.compile(r"\s*(?P<one>\(?)\s*\.//\*(?P<asked>\[.*?\])\s*(?P<end>(?:\)\s*\[1\])?)\s*", re.DOTALL)
_TAGS = re.compile(r"\s*self::\w+(?:\s+or\s+self::\w+)*\s*")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_PIECES = re.compile(r"""[^\[\]'"]+|'[^']*'|"[^"]*"|[\[\]]""")
_ATTRIBUTE = re.compile(r"@([a-z-]+)")
_OWN = re.compile(r"(?:re:test|contains|starts-with|translate|not|or|and|self::\w+|[=|,()\s])*")


class Shape(NamedTuple):
    """What a path asks of the elements inside another.

    Args:
        tags: of elements with these names; none: of all.
        asked: about their own attributes and names alone.
        more: about anything, of those that are left.
        attributes: those that `asked` looks at.
        first: "all" that are found, the first "of a parent", or the first of "all" as "one".
    """

    tags: tuple[str, ...]
    asked: str
    more: str
    attributes: frozenset[str]
    first: str


def shape(path: str) -> Shape | None:
    """A path taken apart; None where there is nothing to gain or its order counts in other ways."""
    found = _PATH.fullmatch(path)
    if found is None or bool(found["one"]) != bool(found["end"]):
        return None
    asked = _predicates(found["asked"])
    tags: tuple[str, ...] = ()
    if asked and _TAGS.fullmatch(asked[0]):
        tags = tuple(re.findall(r"self::(\w+)", asked.pop(0)))
    first = "one" if found["one"] else "all"
    if asked and asked[-1].strip() == "1" and first == "all":
        first = "of a parent"
        asked.pop()
    bare = [_QUOTED.sub("", one) for one in asked]
    own = [_OWN.fullmatch(_ATTRIBUTE.sub("", one)) is not None for one in bare]
    if not asked or not own[0] or any(re.search(r"position|last|^\s*\d+\s*$", one) for one in bare):
        return None
    count = own.index(False) if False in own else len(own)
    names = frozenset(name for one in bare[:count] for name in _ATTRIBUTE.findall(one))
    return Shape(tags, _joined(asked[:count]), _joined(asked[count:]), names, first)


class Remembered:
    """As the compiled path that it stands for: called with an element, it gives those inside that answer."""

    def __init__(self, path: str, asks: Shape) -> None:
        self.path = path
        self._asks = asks
        self._tags = asks.tags or ("*",)
        self._own = XPath(f"boolean(self::*{asks.asked})", namespaces=_SPACES)
        self._more = XPath(f"boolean(self::*{asks.more})", namespaces=_SPACES) if asks.more else None
        self._answers: dict[tuple[object, ...], bool] = {}
        self._bare = any(self._own(Element(tag)) for tag in asks.tags) if asks.tags else "self::" in asks.asked

    def __call__(self, tree: Any) -> list[Any]:
        """The elements inside, in the document's order."""
        found: list[Any] = []
        parents = set()
        names, answers, first = self._asks.attributes, self._answers, self._asks.first
        for element in tree.iterdescendants(*self._tags):
            told = element.items()
            if not told and not self._bare:
                continue
            key = (element.tag, *[pair for pair in told if pair[0] in names])
            answer = answers.get(key)
            if answer is None:
                answer = self._asked(element, key)
            if not answer or (self._more is not None and not self._more(element)):
                continue
            if first == "of a parent":
                if (parent := element.getparent()) in parents:
                    continue
                parents.add(parent)
            found.append(element)
            if first == "one":
                break
        return found

    def _asked(self, element: Any, key: tuple[object, ...]) -> bool:
        answer = bool(self._own(element))
        if sum(map(len, element.values())) <= LENGTH_MAX:
            if len(self._answers) >= ANSWERS_MAX:
                self._answers.clear()
            self._answers[key] = answer
        return answer


def remember() -> None:
    """From now on trafilatura's paths are answered so in this process. A second time does nothing."""
    for name, paths in vars(xpaths).items():
        if not name.endswith("_XPATH"):
            continue
        for at, path in enumerate(paths):
            if isinstance(path, XPath) and (asks := shape(path.path)) is not None:
                paths[at] = Remembered(path.path, asks)
    # lxml.html looks up the class of each element in Python, for what forms can do besides; one class does for all.
    utils.HTML_PARSER.set_element_class_lookup(
        ElementDefaultClassLookup(
            element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction, entity=HtmlEntity
        )
    )


def _predicates(text: str) -> list[str]:
    """What stands in square brackets one after another; brackets in quotes are words."""
    whole: list[str] = []
    depth = 0
    for piece in _PIECES.findall(text):
        if piece == "[":
            depth += 1
            if depth == 1:
                whole.append("")
                continue
        elif piece == "]":
            depth -= 1
            if depth == 0:
                continue
        if depth:
            whole[-1] += piece
        elif piece.strip():
            return []
    return whole


def _joined(predicates: list[str]) -> str:
    return "".join(f"[{one}]" for one in predicates)
