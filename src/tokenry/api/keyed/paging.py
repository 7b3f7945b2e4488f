"""Lists of a project's things in pages, in the shapes of OpenAI's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, TypeVar

from msgspec import Meta

from tokenry.api.guarded import Page, Query
from tokenry.objects import LIMIT_MAX, Wish

T = TypeVar("T")
R = TypeVar("R")
Order = Literal["asc", "desc"]


class Leafed(Query, kw_only=True, frozen=True):
    """Which page of a list. The newest come first unless `order` says otherwise."""

    after: str | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    order: Order = "desc"


def wish(asked: Any) -> Wish:
    """The page that a query asks for: any with `after`, `limit` and `order`."""
    return Wish(asked.after, min(asked.limit, LIMIT_MAX), asked.order == "desc")


def paged(rows: Sequence[R], more: bool, show: Callable[[R], T], key: Callable[[T], str]) -> Page[T]:
    """A page of rows that come in the list's order."""
    data = [show(row) for row in rows]
    last = key(data[-1]) if data else None
    return Page(
        data=data, has_more=more, first_id=key(data[0]) if data else None, last_id=last, next=last if more else None
    )
