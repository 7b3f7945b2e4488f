"""Limit requests: `/v1/tokenry/limit_requests`, those of a project, and one's own under `/v1/tokenry/me`."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.money.asking import Asked, approve, budget_asked_for, deny, file_request
from tokenry.api.money.places import budget_in, place_of, source_of
from tokenry.api.money.shapes import Usd, nano
from tokenry.api.money.standing import budgets_over
from tokenry.api.money.wishes import LimitRequest, State, find_request, listed_requests
from tokenry.api.rooms import Rooms
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import NotFound
from tokenry.base.units import nano_to_usd
from tokenry.ledger import Budget

Text = Annotated[str, Meta(max_length=1000)]


class LimitRequestShape(msgspec.Struct, kw_only=True):
    """A request for a higher limit. `limit_usd` and `source` are the limit as it is now and where it comes from."""

    id: str
    budget_id: str
    user_id: str
    asked_usd: str
    reason: str
    state: State
    limit_usd: str | None
    source: str | None
    granted_usd: str | None
    decided_by: str | None
    note: str | None
    created_at: int
    decided_at: int | None
    object: Literal["tokenry.limit_request"] = "tokenry.limit_request"


class ListRequests(Paged, kw_only=True, frozen=True):
    """Which page, and only those in this state."""

    state: State | None = None


class Ask(Taken, kw_only=True, frozen=True):
    """For which budget, how much, and why."""

    budget_id: Annotated[str, Meta(max_length=128)]
    limit_usd: Usd
    reason: Annotated[str, Meta(min_length=1, max_length=1000)]


class Approve(Taken, kw_only=True, frozen=True):
    """The limit from now on, the one that was asked for when it is not named; and words for whoever asked."""

    limit_usd: Usd | None = None
    note: Text | None = None


class Deny(Taken, kw_only=True, frozen=True):
    """Words for whoever asked."""

    note: Text | None = None


def listing(call: Call) -> Page[LimitRequestShape]:
    """List limit requests. Newest first; of the organization, or for budgets of one project."""
    return _page(call, [one for one in _requests(call) if _is_here(call, one)])


def mine(call: Call) -> Page[LimitRequestShape]:
    """List the caller's own limit requests. Newest first."""
    user_id = call.actor.user_id
    return _page(call, [one for one in _requests(call) if user_id is not None and one.user_id == user_id])


def ask(call: Call) -> LimitRequestShape:
    """Ask for a higher limit of a project's budget. Those who may decide are told."""
    asked: Ask = call.body
    return _file(call, budget_in(call.rooms, asked.budget_id, call.organization_id, call.path["project_id"]))


def ask_for_mine(call: Call) -> LimitRequestShape:
    """Ask for a higher limit of one's own. For any of the budgets that /v1/tokenry/me/budgets names."""
    asked: Ask = call.body
    over = {budget.id: budget for budget in budgets_over(call.rooms, call.actor)}
    if asked.budget_id not in over:
        raise NotFound(f"There is no budget {asked.budget_id[:100]!r} over you.", param="budget_id")
    return _file(call, over[asked.budget_id])


async def approve_one(call: Call) -> LimitRequestShape:
    """Approve a limit request. The limit is in force at once; of a default it becomes the user's own. Decided once."""
    given: Approve = call.body
    request = await asyncio.to_thread(_find, call)
    limit = None if given.limit_usd is None else nano(given.limit_usd)
    await approve(call.rooms, call.actor, request, limit, given.note)
    return shape(call.rooms, await asyncio.to_thread(_find, call))


def deny_one(call: Call) -> LimitRequestShape:
    """Deny a limit request. Nothing changes but that whoever asked is told. Decided once."""
    given: Deny = call.body
    deny(call.rooms, call.actor, _find(call), given.note)
    return shape(call.rooms, _find(call))


def shape(rooms: Rooms, request: LimitRequest) -> LimitRequestShape:
    """A request as it is shown."""
    budget = _budget(rooms, request)
    return LimitRequestShape(
        id=request.id,
        budget_id=request.budget_id,
        user_id=request.user_id,
        asked_usd=nano_to_usd(request.asked),
        reason=request.reason,
        state=request.state,
        limit_usd=None if budget is None else nano_to_usd(budget.limit),
        source=None if budget is None else source_of(rooms.people.roster, budget),
        granted_usd=None if request.granted is None else nano_to_usd(request.granted),
        decided_by=request.decided_by,
        note=request.note,
        created_at=request.created_at // NS_PER_S,
        decided_at=None if request.decided_at is None else request.decided_at // NS_PER_S,
    )


def _file(call: Call, budget: Budget) -> LimitRequestShape:
    asked: Ask = call.body
    wish = Asked(budget, nano(asked.limit_usd), asked.reason)
    return shape(call.rooms, file_request(call.rooms, call.actor, wish))


def _budget(rooms: Rooms, request: LimitRequest) -> Budget | None:
    try:
        return budget_asked_for(rooms, request)
    except NotFound:
        return None


def _requests(call: Call) -> list[LimitRequest]:
    return listed_requests(call.rooms.desk.db, call.organization_id, call.query.state)


def _find(call: Call) -> LimitRequest:
    request = find_request(call.rooms.desk.db, call.path["request_id"], call.organization_id)
    if not _is_here(call, request):
        raise NotFound(f"There is no limit request {request.id!r}.", param="request_id")
    return request


def _is_here(call: Call, request: LimitRequest) -> bool:
    """Whether a request is about a budget of the project that the path names, if it names one."""
    project_id = call.path.get("project_id")
    if project_id is None:
        return True
    budget = _budget(call.rooms, request)
    place = None if budget is None else place_of(call.rooms.people.roster, call.rooms.keys, budget)
    return place is not None and place.project_id == project_id


def _page(call: Call, requests: list[LimitRequest]) -> Page[LimitRequestShape]:
    return listed(requests, call.query, lambda request: request.id, lambda request: shape(call.rooms, request))


_ASK = {"budget_id": "bud_01kdx3c8v2", "limit_usd": "50.00", "reason": "the evaluation runs until Friday"}
_BASES = ("/v1/tokenry/limit_requests", "/v1/tokenry/projects/{project_id}/limit_requests")
_MINE = "/v1/tokenry/me/limit_requests"
ROUTES = (
    *(
        route
        for base in _BASES
        for route in (
            Guarded("GET", base, "limits.read", listing, asks=ListRequests),
            Guarded(
                "POST", f"{base}/{{request_id}}/approve", "limits.write", approve_one, takes=Approve,
                example={"note": "until the end of the term"},
            ),
            Guarded(
                "POST", f"{base}/{{request_id}}/deny", "limits.write", deny_one, takes=Deny,
                example={"note": "the small model will do"},
            ),
        )
    ),
    Guarded("POST", _BASES[1], "limits.ask", ask, takes=Ask, example=_ASK),
    Guarded("GET", _MINE, None, mine, asks=ListRequests),
    Guarded("POST", _MINE, None, ask_for_mine, takes=Ask, example=_ASK),
)  # fmt: skip  # a route a line where it fits
