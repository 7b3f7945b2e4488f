"""What the organization's lists have in common: their order, and what is answered when something is deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeVar

import msgspec

from tokenry.api.guarded import Paged
from tokenry.base.clock import NS_PER_S

T = TypeVar("T")


class Ordered(Paged, kw_only=True, frozen=True):
    """Which page, and whether the oldest comes first (`asc`) or the newest."""

    order: Literal["asc", "desc"] = "asc"


class Deleted(msgspec.Struct, kw_only=True):
    """That something is gone."""

    id: str
    object: str
    deleted: Literal[True] = True


def in_order(rows: Iterable[T], asked: Ordered) -> list[T]:
    """Rows that come oldest first, as they are asked for."""
    found = list(rows)
    return found[::-1] if asked.order == "desc" else found


def seconds(at_ns: int) -> int:
    """A time as OpenAI tells it: seconds since the epoch."""
    return at_ns // NS_PER_S


def seconds_or_none(at_ns: int | None) -> int | None:
    """The same for a time that may not be."""
    return None if at_ns is None else at_ns // NS_PER_S
