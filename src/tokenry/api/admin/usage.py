"""The verbs usage and receipt: sums over receipts, what the house bore, and one receipt. Read in worker threads."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from tokenry.api.admin import shown
from tokenry.api.admin.asked import Asked, since
from tokenry.api.admin.shown import Json, Names, usd, when
from tokenry.api.rooms import Rooms
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.ledger import (
    HOUSE_TOKENS,
    REST_S,
    GroupBy,
    HouseShare,
    Receipt,
    Span,
    UsageRow,
    add_shares,
    between,
    by,
    closed_days,
    receipt_of,
    with_closed,
)
from tokenry.storage import Row


class AskUsage(Asked, kw_only=True, frozen=True):
    """Sums of the receipts between two times, grouped."""

    by: tuple[GroupBy, ...] = ("model",)
    since: str | None = None
    until: str | None = None


class OneReceipt(Asked, kw_only=True, frozen=True):
    """The receipt of one request by its id."""

    request: str


async def usage(rooms: Rooms, ask: AskUsage) -> Json:
    """Sums per group, largest price first, and the total.

    Of requests that are no longer kept one by one (before `detail_since`) only whole days are counted in.
    """
    now_ns = rooms.clock.now_ns()
    start = 0 if ask.since is None else since(ask.since, now_ns, "since")
    end = now_ns + 1 if ask.until is None else since(ask.until, now_ns, "until")
    if start >= end:
        raise InvalidRequest("`since` must lie before `until`", param="since")

    def count() -> tuple[list[UsageRow], HouseShare, Names]:
        house = HouseShare()
        rows = by(_receipts(between(rooms.journal, Span(start, end), REST_S if rooms.serving else 0), house), ask.by)
        days = closed_days(rooms.journal, start, end)
        for day in days:
            add_shares(house, day.house)
        return with_closed(rows, days, ask.by), house, Names(rooms)

    rows, house, names = await asyncio.to_thread(count)
    return {
        "since": when(start) if start else None,
        "until": when(end - 1 if ask.until is None else end),
        "by": list(ask.by),
        "rows": [_sums(row, names) for row in rows],
        "total": _sums(_total(rows), names),
        "house": _house(house),
        "detail_since": when(base.at) if (base := rooms.journal.base()) is not None else None,
    }


async def receipt(rooms: Rooms, ask: OneReceipt) -> Json:
    """Everything about one request, or about the one that ended last (`last`). Raises NotFound."""
    if not ask.request.isascii():
        raise NotFound("a request's id is plain ASCII, as the x-request-id header says it", param="request")
    if ask.request == "last":
        newest = await asyncio.to_thread(rooms.journal.find_latest, ("settle",), 1)
        found = receipt_of(newest[0]) if newest else None
    else:
        found = await asyncio.to_thread(rooms.ledger.receipt, ask.request)
    if found is None:
        raise NotFound(
            f"there is no receipt of {ask.request[:100]!r}: the request is unknown, still running, was refused "
            "before it began, or is too old to be kept; `tokenry requests` lists the newest",
            param="request",
        )
    return shown.receipt(found, await asyncio.to_thread(Names, rooms))


def _receipts(rows: Iterator[Row], house: HouseShare) -> Iterator[Receipt]:
    """The receipts among the rows; what the house bears beside them is counted on the way."""
    for row in rows:
        if row.kind == "settle":
            house.add(row)
            yield receipt_of(row)
        elif row.kind == "move":
            house.add(row)


def _house(house: HouseShare) -> Json:
    return {
        "written_off_usd": usd(house.written_off),
        "borne_usd": usd(house.borne),
        "by_account": {name: usd(n) for name, n in sorted(house.by_account.items()) if name not in HOUSE_TOKENS},
        "tokens_by_account": {name: n for name, n in sorted(house.by_account.items()) if name in HOUSE_TOKENS},
    }


def _total(rows: list[UsageRow]) -> UsageRow:
    total = UsageRow({})
    for row in rows:
        for name in UsageRow.sums():
            setattr(total, name, getattr(total, name) + getattr(row, name))
    return total


def _sums(row: UsageRow, names: Names) -> Json:
    named = {f"{kind}_name": names.of(value) for kind, value in row.group.items() if kind in ("key", "project", "user")}
    return {
        **row.group,
        **named,
        "requests": row.requests,
        "input_tokens": row.input_tokens,
        "cached_tokens": row.cached_tokens,
        "output_tokens": row.output_tokens,
        "charge_usd": usd(row.charge),
        "writeoff_usd": usd(row.writeoff),
        "cost_usd": usd(row.cost),
        "cost_unknown_requests": row.cost_unknown,
        "estimated_requests": row.estimated,
        "charge_tokens": row.charge_tokens,
        "covered_usd": usd(row.covered),
        "writeoff_tokens": row.writeoff_tokens,
    }
