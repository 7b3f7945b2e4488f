"""The verbs that read receipts: usage, receipt, requests. All of them read the journal in worker threads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

from tokenry.api.admin import shown
from tokenry.api.admin.asked import Asked, since
from tokenry.api.admin.rooms import Rooms
from tokenry.api.admin.shown import Json, Names, usd, when
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.ledger import GroupBy, Receipt, UsageRow, by, receipt_of
from tokenry.storage import Journal

REQUESTS_MAX = 1000
ROWS_LOOKED_AT_MAX = 200_000  # newest settlements searched for the few that a filter lets through
PAGE = 2000  # rows of the journal at a time
FOLLOW_EVERY_S = 0.25
CLOCK_SLACK_NS = 3600 * NS_PER_S  # a clock set back by less does not hide rows from `since`


class AskUsage(Asked, kw_only=True, frozen=True):
    """Sums of the receipts between two times, grouped."""

    by: tuple[GroupBy, ...] = ("model",)
    since: str | None = None
    until: str | None = None


class OneReceipt(Asked, kw_only=True, frozen=True):
    """The receipt of one request by its id."""

    request: str


class ListRequests(Asked, kw_only=True, frozen=True):
    """The newest `count` requests of a key (id, prefix or name) and of a model."""

    count: int = 20
    key: str | None = None
    model: str | None = None


async def usage(rooms: Rooms, ask: AskUsage) -> Json:
    """Sums per group, largest charge first, and the total."""
    now_ns = rooms.clock.now_ns()
    start = 0 if ask.since is None else since(ask.since, now_ns, "since")
    end = now_ns + 1 if ask.until is None else since(ask.until, now_ns, "until")
    if start >= end:
        raise InvalidRequest("`since` must lie before `until`", param="since")

    def count() -> tuple[list[UsageRow], UsageRow, Names]:
        rows = by(_receipts(rooms.journal, start, end), ask.by)
        return rows, _total(rows), Names(rooms)

    rows, total, names = await asyncio.to_thread(count)
    return {
        "since": when(start) if start else None,
        "until": when(end - 1 if ask.until is None else end),
        "by": list(ask.by),
        "rows": [_sums(row, names) for row in rows],
        "total": _sums(total, names),
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
            f"there is no receipt of {ask.request[:100]!r}: the request is unknown, still running, or was refused "
            "before it began; `tokenry requests` lists the newest",
            param="request",
        )
    return shown.receipt(found, await asyncio.to_thread(Names, rooms))


async def requests(rooms: Rooms, ask: ListRequests) -> Json:
    """The newest requests, newest first."""
    if not 1 <= ask.count <= REQUESTS_MAX:
        raise InvalidRequest(f"count must be from 1 to {REQUESTS_MAX}", param="count")
    key_id = None if ask.key is None else rooms.keys.get(ask.key).id

    def look() -> list[Json]:
        names = Names(rooms)
        found: list[Json] = []
        before, looked = None, 0
        while len(found) < ask.count and looked < ROWS_LOOKED_AT_MAX:
            size = ask.count if ask.key is None and ask.model is None else PAGE
            page = rooms.journal.find_latest(("settle",), size, before)
            receipts = [receipt_of(row) for row in page]
            found += [shown.request(r, names) for r in receipts if _fits(r, key_id, ask.model)]
            if len(page) < size:
                break
            before, looked = page[-1].seq, looked + len(page)
        return found[: ask.count]

    return {"requests": await asyncio.to_thread(look)}


async def tail(rooms: Rooms, ask: ListRequests) -> AsyncIterator[Json]:
    """The newest requests, oldest first, then each as it ends, until whoever listens goes away."""
    if not rooms.serving:
        raise Conflict("no server runs on this data folder, so no request will end; leave --tail out")
    key_id = None if ask.key is None else rooms.keys.get(ask.key).id
    journal = rooms.journal
    seq = journal.last_seq
    for one in reversed((await requests(rooms, ask))["requests"]):
        yield one
    while True:
        await asyncio.sleep(FOLLOW_EVERY_S)
        while (last := min(journal.last_seq, seq + PAGE)) > seq:
            for one in await asyncio.to_thread(_ended, rooms, (seq, last), (key_id, ask.model)):
                yield one
            seq = last


def _ended(rooms: Rooms, span: tuple[int, int], which: tuple[str | None, str | None]) -> list[Json]:
    rows = rooms.journal.read(*span)
    receipts = [r for r in (receipt_of(row) for row in rows if row.kind == "settle") if _fits(r, *which)]
    names = Names(rooms) if receipts else None
    return [shown.request(one, names) for one in receipts] if names is not None else []


def _fits(one: Receipt, key_id: str | None, model: str | None) -> bool:
    return key_id in {None, one.facts.key_id} and model in {None, one.facts.model}


def _receipts(journal: Journal, start: int, end: int) -> Iterator[Receipt]:
    for row in journal.read(_seq_before(journal, start - CLOCK_SLACK_NS)):
        if row.at > end + CLOCK_SLACK_NS:
            return
        if row.kind == "settle":
            one = receipt_of(row)
            if start <= one.at < end:
                yield one


def _seq_before(journal: Journal, at: int) -> int:
    """A seq with no row of `at` (ns since the epoch) or later before it, by halving: rows lie in order of time."""
    low, high = 0, journal.last_seq
    while low < high:
        middle = (low + high) // 2
        row = next(iter(journal.read(middle, middle + 1)), None)
        if row is None or row.at >= at:
            high = middle
        else:
            low = middle + 1
    return low


def _total(rows: list[UsageRow]) -> UsageRow:
    total = UsageRow({})
    for row in rows:
        for name in ("requests", "input_tokens", "cached_tokens", "output_tokens", "charge", "writeoff", "cost"):
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
    }
