"""The feed of news: `/v1/tokenry/news`, as JSON or as Atom. What somebody sees of it depends on their roles."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from tokenry.access import Actor
from tokenry.api.guarded import Call, Form, Guarded, Page, Paged, listed
from tokenry.base.clock import NS_PER_S
from tokenry.notify import Reader, Told, feeds


class NewsShape(msgspec.Struct, kw_only=True):
    """A piece of news. `created_at` is seconds since the epoch."""

    id: str
    type: str
    created_at: int
    project_id: str | None
    user_id: str | None
    data: dict[str, Any]
    object: Literal["tokenry.news"] = "tokenry.news"


class ListNews(Paged, kw_only=True, frozen=True):
    """Which page, and in which form."""

    format: Literal["json", "atom"] | None = None


def reader_of(actor: Actor) -> Reader:
    """Who reads: who may read limits or the audit log sees all, others what is their own and what concerns projects
    whose limits or statements they may read. A project's key is in too many hands to read anything.
    """
    if actor.kind == "api_key":
        return Reader(actor.organization_id, None, frozenset())
    if actor.may("limits.read") or actor.may("audit.read"):
        return Reader(actor.organization_id, actor.user_id, None)
    limits = frozenset(project for project, may in actor.within.items() if "limits.read" in may)
    statements = frozenset(project for project, may in actor.within.items() if "statements.read" in may)
    return Reader(actor.organization_id, actor.user_id, limits, statements)


def listing(call: Call) -> Page[NewsShape]:
    """List news. Your own, that of projects whose limits you may read, or all; the newest first, or as an Atom feed."""
    ask: ListNews = call.query
    with call.rooms.notices.db.read() as connection:
        found = feeds.read(connection, reader_of(call.actor))
    return listed(found, ask, lambda one: one.id, shape)


def shape(told: Told) -> NewsShape:
    """A piece of news as it is shown."""
    return NewsShape(
        id=told.id, type=told.type, created_at=told.created_at // NS_PER_S, project_id=told.project_id,
        user_id=told.user_id, data=told.data,
    )  # fmt: skip


def _atom(call: Call, page: Page[NewsShape]) -> str:
    told = [
        Told(
            one.id, call.organization_id, one.project_id, one.user_id, one.type, one.id, one.data,
            one.created_at * NS_PER_S,
        )
        for one in page.data
    ]  # fmt: skip
    place = call.rooms.people.roster.organizations.get(call.organization_id)
    return feeds.atom(f"Tokenry: {place.name if place else 'news'}", told, call.rooms.clock.now_ns())


ROUTES = (
    Guarded(
        "GET", "/v1/tokenry/news", None, listing, asks=ListNews,
        forms=(Form("atom", "application/atom+xml; charset=utf-8", _atom),),
    ),
)  # fmt: skip
