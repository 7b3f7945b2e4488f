"""A project's things in pages, by when they were made. Knows tables with `project_id`, `created_at` and `id`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tokenry.base.errors import InvalidRequest
from tokenry.storage import Transaction

LIMIT_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Wish:
    """Which page of a list.

    Args:
        after: the id that it begins after; None = at the list's beginning.
        limit: how many at most, 1 to LIMIT_MAX.
        newest_first: whether the list descends.
    """

    after: str | None = None
    limit: int = 20
    newest_first: bool = True


def page(
    connection: Transaction, table: Any, where: tuple[Any, ...], wish: Wish, only: tuple[Any, ...] = ()
) -> tuple[list[Any], bool]:
    """The rows of a page, and whether more come after it.

    Args:
        where: which rows are in the list at all; names the project.
        only: columns to read, `id` and `created_at` among them; none = all.

    Raises:
        InvalidRequest: `after` names none of them.
    """
    column = table.c
    found = table.select().where(*where)
    if only:
        found = found.with_only_columns(*only)
    if wish.after is not None:
        at = connection.execute(found.where(column.id == wish.after)).one_or_none()
        if at is None:
            raise InvalidRequest("`after` names nothing in this list", param="after")
        made, same = column.created_at, column.created_at == at.created_at
        if wish.newest_first:
            found = found.where((made < at.created_at) | (same & (column.id < at.id)))
        else:
            found = found.where((made > at.created_at) | (same & (column.id > at.id)))
    order = (column.created_at, column.id)
    found = found.order_by(*(one.desc() for one in order) if wish.newest_first else order)
    rows = list(connection.execute(found.limit(wish.limit + 1)))
    return rows[: wish.limit], len(rows) > wish.limit
