"""The verb requests: the newest requests that a filter lets through, page by page; those that still run; each as it
ends. The journal is read in worker threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from tokenry.api.admin import shown
from tokenry.api.admin.asked import Asked, money, read, since
from tokenry.api.admin.shown import Json, Names, usd, when
from tokenry.api.rooms import Rooms
from tokenry.base.errors import Conflict, InvalidRequest
from tokenry.ledger import HOLD_TTL_NS, Hold, Outcome, PageBounds, Selection, Span, Unit, newest, receipt_of, statuses

REQUESTS_MAX = 1000  # of one page
LOOKED_AT_MAX = 50_000  # receipts looked at for one page; then it is short and its cursor goes on
FOLLOW_EVERY_S = 0.25
FOLLOWED_AT_ONCE = 200  # rows of the journal, read in one go


class ListRequests(Asked, kw_only=True, frozen=True):
    """The newest `count` requests that fit all that is said; the page after another by that one's `next`.

    `key` and `project` are ids or names (a key's prefix, too); `since` and `until` spans back or times; `status` as 404
    or 4xx; `unsettled` lists those that still run instead, oldest first.
    """

    count: int = 20
    key: str | None = None
    project: str | None = None
    model: str | None = None
    provider: str | None = None
    deployment: str | None = None
    status: str | None = None
    outcome: Outcome | None = None
    min_usd: str | None = None
    since: str | None = None
    until: str | None = None
    unsettled: bool = False
    cursor: str | None = None


async def requests(rooms: Rooms, ask: ListRequests) -> Json:
    """The newest requests, newest first, and the cursor of those before them (`next`, null when there are none)."""
    if not 1 <= ask.count <= REQUESTS_MAX:
        raise InvalidRequest(f"count must be from 1 to {REQUESTS_MAX}", param="count")
    which, times = selection(ask, await _who(rooms, ask)), span(ask, rooms.clock.now_ns())
    if ask.unsettled:
        _refuse_endings(ask)
        running = [held.hold for held in rooms.ledger.books.holds.values() if _may_fit(held.hold, which)]
        names = await asyncio.to_thread(Names, rooms)
        within = [hold for hold in running if times.start <= _began(hold) < times.end]
        return {"requests": [_running(rooms, hold, names) for hold in within[: ask.count]], "next": None}

    def look() -> Json:
        found = newest(rooms.journal, which, times, PageBounds(ask.count, LOOKED_AT_MAX), ask.cursor)
        names = Names(rooms)
        return {"requests": [shown.request(one, names) for one in found.receipts], "next": found.next}

    return await asyncio.to_thread(look)


async def tail(rooms: Rooms, ask: ListRequests) -> AsyncGenerator[Json]:
    """The newest requests, oldest first, then each as it ends, until whoever listens goes away."""
    if not rooms.serving:
        raise Conflict("no server runs on this data folder, so no request will end; leave --follow out")
    if ask.unsettled or ask.until is not None or ask.cursor is not None:
        raise InvalidRequest("what is followed has no end: leave out unsettled, until and cursor")
    which = selection(ask, await _who(rooms, ask))
    journal = rooms.journal
    seq = journal.last_seq
    for one in reversed((await requests(rooms, ask))["requests"]):
        yield one
    while True:
        await asyncio.sleep(FOLLOW_EVERY_S)
        while (last := min(journal.last_seq, seq + FOLLOWED_AT_ONCE)) > seq:
            for one in await asyncio.to_thread(_ended, rooms, (seq, last), which):
                yield one
            seq = last


def _ended(rooms: Rooms, rows: tuple[int, int], which: Selection) -> list[Json]:
    settled = [receipt_of(row) for row in rooms.journal.read(*rows) if row.kind == "settle"]
    receipts = [one for one in settled if which.fits(one)]
    names = Names(rooms) if receipts else None
    return [shown.request(one, names) for one in receipts] if names is not None else []


async def _who(rooms: Rooms, ask: ListRequests) -> Who:
    project = None if ask.project is None else await asyncio.to_thread(rooms.directory.project, ask.project)
    key = None if ask.key is None else rooms.keys.get(ask.key)
    return Who(None if key is None else key.id, None if project is None else project.id)


# --- what is asked -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Who:
    """The ids that `key` and `project` of a filter mean."""

    key_id: str | None
    project_id: str | None


def wanted(args: dict[str, Any], who: Who, now_ns: int) -> tuple[Selection, Span]:
    """What a filter means to whoever reads the journal without the rooms. Raises InvalidRequest."""
    ask = read(ListRequests, args)
    return selection(ask, who), span(ask, now_ns)


def selection(ask: ListRequests, who: Who) -> Selection:
    """Which receipts are meant. Raises InvalidRequest."""
    try:
        status = None if ask.status is None else statuses(ask.status)
    except ValueError as error:
        raise InvalidRequest(f"status: {error}", param="status") from None
    return Selection(
        key_id=who.key_id,
        project_id=who.project_id,
        model=ask.model,
        provider=ask.provider,
        deployment=ask.deployment,
        statuses=status,
        outcome=ask.outcome,
        charge_min=None if ask.min_usd is None else money(ask.min_usd, "min_usd"),
    )


def span(ask: ListRequests, now_ns: int) -> Span:
    """Between which times. Raises InvalidRequest."""
    start = 0 if ask.since is None else since(ask.since, now_ns, "since")
    end = 2**63 - 1 if ask.until is None else since(ask.until, now_ns, "until")
    if start >= end:
        raise InvalidRequest("`since` must lie before `until`", param="since")
    return Span(start, end)


# --- requests that still run -------------------------------------------------------------------------------------


def _refuse_endings(ask: ListRequests) -> None:
    for name in ("provider", "deployment", "status", "outcome", "min_usd", "cursor"):
        if getattr(ask, name) is not None:
            raise InvalidRequest(f"a request that still runs has no {name} yet; leave it out", param=name)


def _may_fit(hold: Hold, selection: Selection) -> bool:
    facts = hold.facts
    return (
        selection.key_id in {None, facts.key_id}
        and selection.project_id in {None, facts.project_id}
        and selection.model in {None, facts.model}
    )


def _began(hold: Hold) -> int:
    """When it was held, ns since the epoch."""
    return hold.timeout_at - HOLD_TTL_NS


def _running(rooms: Rooms, hold: Hold, names: Names) -> Json:
    """A request without its end, with the members of one that has ended."""
    facts, accounts = hold.facts, rooms.ledger.books.accounts
    held = sum(leg.amount for leg in hold.legs if accounts[leg.debit].unit == Unit.CREDIT)
    unknown = ("deployment", "input_tokens", "cached_tokens", "output_tokens", "charge_usd", "ttft_ms", "duration_ms")
    return {
        "id": hold.id,
        "at": when(_began(hold)),
        "outcome": "running",
        "status": None,
        "endpoint": facts.endpoint,
        "model": facts.model,
        "stream": facts.stream,
        "key": facts.key_id,
        "key_name": names.of(facts.key_id),
        "project": facts.project_id,
        **dict.fromkeys(unknown),
        "held_usd": usd(held),
    }
