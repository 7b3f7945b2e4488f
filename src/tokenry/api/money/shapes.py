"""Budgets as they are shown and asked for over HTTP: amounts in dollars as exact text, times in seconds since 1970."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.api.money.places import name_of, source_of
from tokenry.api.money.standing import stand_of
from tokenry.api.rooms import Rooms
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest
from tokenry.base.units import nano_to_usd, usd_to_nano
from tokenry.ledger import THRESHOLDS, Budget, Scope, Window

_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
Usd = Annotated[str, Meta(max_length=40, description="dollars as exact text, as in 12.50")]
Percent = Annotated[int, Meta(ge=1, le=1000)]
Thresholds = Annotated[tuple[Percent, ...], Meta(max_length=10)]


class BudgetShape(msgspec.Struct, kw_only=True):
    """A budget and how its present window stands.

    `source` says where the limit comes from: `default`, `group NAME`, `override`, or `budget`, its own word. `default`
    is the id of the default that a member's own budget, or a group's value, belongs to.
    """

    id: str
    scope: Scope
    scope_id: str
    scope_name: str | None
    model: str | None
    window: Window
    timezone: str
    hard: bool
    state: Literal["open", "closed"]
    limit_usd: str
    source: str
    spent_usd: str
    held_usd: str
    left_usd: str
    resets_at: int | None
    thresholds: tuple[int, ...]
    default: str | None
    created_at: int
    object: Literal["tokenry.budget"] = "tokenry.budget"


def shape(rooms: Rooms, budget: Budget) -> BudgetShape:
    """A budget as it is shown."""
    roster, stand = rooms.people.roster, stand_of(rooms.ledger, budget, rooms.clock.now_ns())
    return BudgetShape(
        id=budget.id,
        scope=budget.scope,
        scope_id=budget.scope_id,
        scope_name=name_of(roster, rooms.keys, budget),
        model=budget.model,
        window=budget.window,
        timezone=budget.timezone,
        hard=budget.hard,
        state="closed" if budget.closed else "open",
        limit_usd=nano_to_usd(budget.limit),
        source=source_of(roster, budget),
        spent_usd=nano_to_usd(stand.spent),
        held_usd=nano_to_usd(stand.held),
        left_usd=nano_to_usd(stand.left),
        resets_at=None if stand.resets_at is None else stand.resets_at // NS_PER_S,
        thresholds=THRESHOLDS if budget.thresholds is None else budget.thresholds,
        default=budget.of,
        created_at=budget.created_at // NS_PER_S,
    )


def nano(text: str, param: str = "limit_usd") -> int:
    """Nano-USD for dollars. Raises InvalidRequest."""
    if _PLAIN.fullmatch(text) is None:
        raise InvalidRequest(f"{param}: {text[:40]!r} is not an amount in dollars; write it like 12.50", param=param)
    try:
        return usd_to_nano(text)
    except ValueError as error:
        raise InvalidRequest(f"{param}: {error}", param=param) from None
