"""Really Simple Licensing: what an RSL document says about training on a page.

Source: RSL 1.0 (https://rslstandard.org/rsl): of the `content` elements the one whose `url` fits most exactly speaks;
its licences are offers beside each other; a prohibition wins over a permission, unless the permission is the more exact
of the two; where permitted uses are listed, all others are not; a `server` hands out licences that must be had first.
The names of uses before 1.0 (`train-ai`) count as well.

A document is hostile: one with a DTD, and so with entities, is not read at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from xml.parsers import expat

from tokenry.corpus.evidence.robots import fits

MEDIA: Final = "application/rsl+xml"
SIGN: Final = b"rslstandard.org/rsl"  # stands in every such document: its namespace
_SPACES = frozenset({"https://rslstandard.org/rsl", "http://rslstandard.org/rsl", ""})
_TRAINING: Final = {"all": 1, "ai-all": 2, "ai-train": 2, "train-ai": 2, "train-genai": 2, "ai": 2}  # how exactly
_FREE = frozenset({"", "free", "attribution"})
_READ = ("permits", "prohibits", "payment")


@dataclass(slots=True)
class Licence:
    """One offer: uses by `permits` and `prohibits`, and what is to be given for them."""

    permits: list[str] | None = None  # None: it lists none
    prohibits: list[str] = field(default_factory=list)
    payments: list[str] = field(default_factory=list)
    limited: bool = False  # to users or regions


@dataclass(slots=True)
class Content:
    """What some addresses stand under."""

    pattern: str
    server: str
    licences: list[Licence] = field(default_factory=list)


class Terms(NamedTuple):
    """What is said about training on a page."""

    refused: bool
    words: str


class Unread(ValueError):
    """It is no RSL document that can be read."""


def read(body: str) -> list[Content]:
    """The contents of a document.

    Raises:
        Unread: it is broken, or has a DTD.
    """
    found = _Reading()
    parser = expat.ParserCreate("utf-8", " ")
    parser.StartDoctypeDeclHandler = found.refuse
    parser.StartElementHandler = found.begin
    parser.EndElementHandler = found.end
    parser.CharacterDataHandler = found.say
    try:
        parser.Parse(body.strip().encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise Unread(str(error)) from error
    return found.contents


def terms(contents: Iterable[Content], url: str) -> Terms | None:
    """What a document says about training on a page; None when nothing.

    Args:
        contents: of the document.
        url: the page's.
    """
    about = [one for one in contents if _about(one.pattern, url)]
    if not about:
        return None
    longest = max(len(one.pattern) for one in about)
    said = [_said(one) for one in about if len(one.pattern) == longest]
    return next((one for one in said if one is not None and one.refused), next(filter(None, said), None))


def _about(pattern: str, url: str) -> bool:
    if not pattern:  # inside a page: the page itself
        return True
    try:
        parts = urlsplit(url)
    except ValueError:  # a broken IPv6 address
        return False
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if "://" in pattern:
        host, slash, path = pattern.partition("://")[2].partition("/")
        return host.lower() == parts.netloc.rpartition("@")[2].lower() and fits(slash + path, target)
    return fits(pattern, target)


def _said(content: Content) -> Terms | None:
    for one in content.licences:
        if (word := _prohibited(one)) is not None:
            return Terms(True, f"prohibits {word}")
    if content.server and content.licences:
        return Terms(True, f"a licence of {content.server[:200]} is needed")
    listed = [one for one in content.licences if one.permits is not None]
    granted = [one for one in listed if _exactness(one.permits or [])]
    free = [one for one in granted if set(one.payments) <= _FREE and not one.limited]
    if free:
        return Terms(False, f"permits {' '.join(free[0].permits or [])}")
    if granted:
        return Terms(True, f"permits {' '.join(granted[0].permits or [])} under conditions: {_conditions(granted[0])}")
    if listed:
        return Terms(True, f"permits {' '.join(listed[0].permits or []) or 'nothing'} only")
    if content.licences and all(set(one.payments) - _FREE for one in content.licences):
        return Terms(True, f"any use under conditions: {_conditions(content.licences[0])}")
    return None


def _prohibited(one: Licence) -> str | None:
    prohibited, permitted = _exactness(one.prohibits), _exactness(one.permits or [])
    if not prohibited or prohibited < permitted:
        return None
    return " ".join(use for use in one.prohibits if use in _TRAINING)


def _exactness(uses: Iterable[str]) -> int:
    """How exactly training is named among uses; 0 when it is not."""
    return max((_TRAINING.get(use, 0) for use in uses), default=0)


def _conditions(one: Licence) -> str:
    named = [*(kind for kind in one.payments if kind not in _FREE), *(["users or regions"] if one.limited else [])]
    return ", ".join(named)[:200]


class _Reading:
    """Takes a document's elements as expat meets them."""

    def __init__(self) -> None:
        self.contents: list[Content] = []
        self._licence: Licence | None = None
        self._kind = ""  # of the element whose words are gathered
        self._type = ""
        self._words: list[str] = []

    def refuse(self, *_: object) -> None:
        raise Unread("it has a DTD")

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if space not in _SPACES:
            return
        if local == "content":
            self.contents.append(Content(attributes.get("url", "").strip(), attributes.get("server", "").strip()))
        elif local == "license" and self.contents:
            self._licence = Licence()
            self.contents[-1].licences.append(self._licence)
        elif local in _READ and self._licence is not None:
            self._kind, self._words = local, []
            self._type = attributes.get("type", "" if local == "payment" else "usage").strip().lower()
            if local == "payment":
                self._licence.payments.append(self._type)

    def end(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        if local == "license":
            self._licence = None
        if local != self._kind or self._licence is None:
            return
        uses = "".join(self._words).replace(",", " ").lower().split()
        if self._type != "usage":
            self._licence.limited = self._licence.limited or self._kind != "payment"
        elif self._kind == "permits":
            self._licence.permits = [*(self._licence.permits or []), *uses]
        elif self._kind == "prohibits":
            self._licence.prohibits += uses
        self._kind = ""

    def say(self, words: str) -> None:
        if self._kind:
            self._words.append(words)
