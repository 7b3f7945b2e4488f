"""Feeds of news: what somebody may see of it, and how it looks as Atom. The reading blocks for one transaction.

Source of the format: https://www.rfc-editor.org/rfc/rfc4287
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import msgspec

from tokenry import storage
from tokenry.base.clock import isoformat
from tokenry.notify.news import TEST, TYPES
from tokenry.storage import Transaction

table = storage.tables.news
NEWS_MAX = 1000  # that a feed goes back
# Who reviews whom is read by the reviewer alone: an applicant may be in charge of something else.
_PERSONAL = frozenset({"review.assigned", "review.overdue", "content_grant.given"})
_FOR_ALL = frozenset({"call.opened"})  # every member
_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Told:
    """A piece of news that was told. `created_at` is nanoseconds since the epoch."""

    id: str
    organization_id: str
    project_id: str | None
    user_id: str | None
    type: str
    occasion: str
    data: dict[str, Any]
    created_at: int


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: what concerns themselves, and the news of projects; None = all of the organization's.

    `statements` are the projects whose statements they may read, `projects` those whose other news.
    """

    organization_id: str
    user_id: str | None
    projects: Collection[str] | None
    statements: Collection[str] = ()

    def sees(self, told: Told) -> bool:
        """Whether it is for them."""
        if told.organization_id != self.organization_id:
            return False
        if told.type in _PERSONAL:
            return told.user_id == self.user_id
        if told.type in _FOR_ALL:
            return self.user_id is not None
        if self.projects is None or (told.user_id is not None and told.user_id == self.user_id):
            return True
        projects = self.statements if told.type == "statement.issued" else self.projects
        return told.user_id is None and told.project_id is not None and told.project_id in projects


def read(connection: Transaction, reader: Reader) -> list[Told]:
    """What they may see, the newest first, at most NEWS_MAX."""
    query = (
        table.select()
        .where(table.c.organization_id == reader.organization_id, table.c.type != TEST)
        .order_by(table.c.created_at.desc(), table.c.id.desc())
    )
    found: list[Told] = []
    for row in connection.execute(query):
        told = Told(**row._asdict())
        if reader.sees(told):
            found.append(told)
        if len(found) == NEWS_MAX:
            break
    return found


def atom(title: str, news: Iterable[Told], updated_ns: int) -> str:
    """A feed as XML.

    Args:
        updated_ns: when there is no news: nanoseconds since the epoch.
    """
    items = list(news)
    feed = ElementTree.Element("feed", xmlns=_ATOM)
    for name, text in (
        ("title", title), ("id", "urn:tokenry:news"),
        ("updated", isoformat(items[0].created_at if items else updated_ns)),
    ):  # fmt: skip
        _add(feed, name, text)
    _add(ElementTree.SubElement(feed, "author"), "name", "Tokenry")
    for told in items:
        entry = ElementTree.SubElement(feed, "entry")
        _add(entry, "title", TYPES.get(told.type, told.type))
        _add(entry, "id", f"urn:tokenry:{told.id}")
        _add(entry, "updated", isoformat(told.created_at))
        ElementTree.SubElement(entry, "category", term=told.type)
        _add(entry, "content", msgspec.json.encode(told.data).decode()).set("type", "text")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="unicode")


def _add(parent: ElementTree.Element, name: str, text: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, name)
    # XML has no words for control characters, not even escaped ones.
    child.text = "".join(char if char.isprintable() or char in "\n\t" else " " for char in text)
    return child
