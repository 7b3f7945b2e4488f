"""The verbs about requests for a higher limit: list, approve, deny."""

from __future__ import annotations

import asyncio

from tokenry.api.admin.asked import Asked, money
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import Json, usd, when
from tokenry.api.money import (
    LimitRequest,
    State,
    approve,
    budget_asked_for,
    deny,
    find_request,
    listed_requests,
    source_of,
)
from tokenry.api.rooms import Rooms
from tokenry.base.errors import NotFound


class ListLimits(Asked, kw_only=True, frozen=True):
    """Requests that wait for a decision; with `every` decided ones too."""

    every: bool = False


class ApproveLimit(Asked, kw_only=True, frozen=True):
    """A request by id; the limit from now on, when it is not the one that was asked for; words for whoever asked."""

    request: str
    limit: str | None = None
    note: str | None = None


class DenyLimit(Asked, kw_only=True, frozen=True):
    """A request by id, and words for whoever asked."""

    request: str
    note: str | None = None


async def listing(rooms: Rooms, ask: ListLimits) -> Json:
    """Requests, newest first."""
    state: State | None = None if ask.every else "pending"
    organization = by_hand(rooms).organization_id
    found = await asyncio.to_thread(listed_requests, rooms.desk.db, organization, state)
    return {"requests": [_shown(rooms, request) for request in found]}


async def approve_one(rooms: Rooms, ask: ApproveLimit) -> Json:
    """Grant a request; the limit is in force when this answers."""
    by, request = by_hand(rooms), await _find(rooms, ask.request)
    await approve(rooms, by, request, None if ask.limit is None else money(ask.limit, "limit"), ask.note)
    return _shown(rooms, await _find(rooms, ask.request))


async def deny_one(rooms: Rooms, ask: DenyLimit) -> Json:
    """Say no to a request."""
    by, request = by_hand(rooms), await _find(rooms, ask.request)
    await asyncio.to_thread(deny, rooms, by, request, ask.note)
    return _shown(rooms, await _find(rooms, ask.request))


async def _find(rooms: Rooms, ref: str) -> LimitRequest:
    return await asyncio.to_thread(find_request, rooms.desk.db, ref, by_hand(rooms).organization_id)


def _shown(rooms: Rooms, request: LimitRequest) -> Json:
    try:
        budget = budget_asked_for(rooms, request)
    except NotFound:
        budget = None
    user = rooms.people.roster.users.get(request.user_id)
    return {
        "id": request.id,
        "budget": request.budget_id,
        "user": request.user_id,
        "user_name": None if user is None else user.name,
        "state": request.state,
        "limit_usd": None if budget is None else usd(budget.limit),
        "source": None if budget is None else source_of(rooms.people.roster, budget),
        "asked_usd": usd(request.asked),
        "granted_usd": usd(request.granted),
        "reason": request.reason,
        "note": request.note,
        "created_at": when(request.created_at),
        "decided_at": when(request.decided_at),
    }
