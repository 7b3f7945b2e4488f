"""Lists in pages, in the shapes of OpenAI's: a cursor is the id of the last thing seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Generic, Literal, TypeVar

import msgspec
from msgspec import Meta

from tokenry.api.guarded.route import Query
from tokenry.base.errors import InvalidRequest

T = TypeVar("T")
R = TypeVar("R")
LIMIT_MAX = 100


class Paged(Query, kw_only=True, frozen=True):
    """Which page of a list."""

    after: str | None = None
    limit: Annotated[int, Meta(ge=1, le=LIMIT_MAX)] = 20


class Page(msgspec.Struct, Generic[T], kw_only=True):
    """One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same."""

    data: list[T]
    has_more: bool
    first_id: str | None
    last_id: str | None
    next: str | None
    object: Literal["list"] = "list"


def listed(
    things: Iterable[R], asked: Paged, key: Callable[[R], str], show: Callable[[R], T], limit: int | None = None
) -> Page[T]:
    """The page asked for of all things, which come in the list's order.

    Raises:
        InvalidRequest: `after` is the id of none of them.
    """
    rows, size = list(things), limit or asked.limit
    if asked.after is not None:
        ids = [key(row) for row in rows]
        if asked.after not in ids:
            raise InvalidRequest("`after` names nothing in this list", param="after")
        rows = rows[ids.index(asked.after) + 1 :]
    page, more = rows[:size], len(rows) > size
    last = key(page[-1]) if page else None
    return Page(
        data=[show(row) for row in page],
        has_more=more,
        first_id=key(page[0]) if page else None,
        last_id=last,
        next=last if more else None,
    )
