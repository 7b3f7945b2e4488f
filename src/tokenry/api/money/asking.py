"""Asking for a higher limit, and deciding about it: each step audited, told, and whole in both books or in neither."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import msgspec

from tokenry.access import Act, Actor, PermissionDenied
from tokenry.api.money.intents import carry_out
from tokenry.api.money.making import allowed, decision
from tokenry.api.money.places import Place, in_charge, place_of
from tokenry.api.money.standing import own_budget_of
from tokenry.api.money.wishes import LimitRequest, Verdict, add_request, decide_request
from tokenry.api.rooms import Rooms
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.base.units import nano_to_usd
from tokenry.ledger import OVERRIDE, Budget
from tokenry.notify import News


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wishes: another limit in nano-USD for this budget, and why."""

    budget: Budget
    limit: int
    reason: str


def file_request(rooms: Rooms, by: Actor, asked: Asked) -> LimitRequest:
    """Keep a request, and tell those in charge. Blocks for one transaction.

    Raises:
        InvalidRequest: the limit is no higher than what there is, or nobody stands behind the caller's key.
        Conflict: as `add_request`.
    """
    budget, now_ns = asked.budget, rooms.clock.now_ns()
    if by.user_id is None:
        raise InvalidRequest("ask with a key of your own: this one belongs to nobody who could be answered")
    if budget.closed or not budget.hard:
        raise InvalidRequest("this budget refuses nothing, so there is nothing to ask for", param="budget_id")
    if asked.limit <= budget.limit:
        raise InvalidRequest(
            f"limit_usd: the limit is ${nano_to_usd(budget.limit)} already; ask for more than that", param="limit_usd"
        )
    request = LimitRequest(
        new_id("lrq", at_ns=now_ns), by.organization_id, budget.id, by.user_id, asked.limit, asked.reason, "pending",
        None, None, None, now_ns, None,
    )  # fmt: skip
    place = place_of(rooms.people.roster, rooms.keys, budget) or Place(by.organization_id)
    news = _news(rooms, request, budget, "created")
    with rooms.desk.act(by, "limit_request.created", request.id, place.project_id) as act:
        act.details |= {"budget_id": budget.id, "asked_nanousd": asked.limit}
        add_request(act.connection, request)
        rooms.notices.tell_within(act.connection, news, in_charge(rooms.people.roster, place))
    rooms.notices.on_waiting()
    return request


async def approve(rooms: Rooms, by: Actor, request: LimitRequest, limit: int | None, note: str | None) -> None:
    """Grant what was asked for, or another limit. It is in force when this returns.

    Raises:
        PermissionDenied: as `require_judge`, or it is not theirs to lift.
        Conflict: it was decided before, or the budget is closed.
        NotFound: there is no such budget any more.
    """
    require_judge(by, request)
    verdict = Verdict(
        "approved", request.asked if limit is None else limit, by.user_id or by.id, note, rooms.clock.now_ns()
    )
    budget = budget_asked_for(rooms, request)
    if budget.closed:
        raise Conflict("the budget is closed and refuses nothing; deny the request", param="request_id")
    granted = verdict.granted
    assert granted is not None
    changed = msgspec.structs.replace(budget, limit=granted)
    if budget.of is not None:
        changed = msgspec.structs.replace(changed, source=OVERRIDE)
    changed = allowed(rooms, by, budget, changed)

    def write(act: Act) -> None:
        _decide(rooms, act, request, budget, verdict)

    step = decision(rooms, by, "limit_request.approved", changed, {"limit_before_nanousd": budget.limit})
    await carry_out(rooms.desk, rooms.ledger, replace(step, resource_id=request.id, key=request.id, write=write))
    rooms.notices.on_waiting()


def deny(rooms: Rooms, by: Actor, request: LimitRequest, note: str | None) -> None:
    """Say no. Blocks for one transaction. Raises Conflict when it was decided before, and as `require_judge`."""
    require_judge(by, request)
    verdict = Verdict("denied", None, by.user_id or by.id, note, rooms.clock.now_ns())
    budget = rooms.ledger.books.budgets.get(request.budget_id)
    place = None if budget is None else place_of(rooms.people.roster, rooms.keys, budget)
    with rooms.desk.act(by, "limit_request.denied", request.id, place.project_id if place else None) as act:
        act.details["budget_id"] = request.budget_id
        _decide(rooms, act, request, budget, verdict)
    rooms.notices.on_waiting()


def require_judge(by: Actor, request: LimitRequest) -> None:
    """Raise PermissionDenied when somebody would decide on their own request without being in charge of everything."""
    if by.user_id == request.user_id and not by.may("limits.write"):
        raise PermissionDenied("somebody else decides on your request: an owner or admin of the organization")


def budget_asked_for(rooms: Rooms, request: LimitRequest) -> Budget:
    """The budget that a request is about; a member's own of a default also when nothing has touched it yet.

    Raises:
        NotFound: there is none any more.
    """
    budgets = rooms.ledger.books.budgets
    default = budgets.get(request.budget_id.removesuffix(f".{request.user_id}"))
    if default is not None and default.is_default:
        return own_budget_of(rooms, default, request.user_id)
    budget = budgets.get(request.budget_id)
    if budget is None:
        raise NotFound(f"There is no budget {request.budget_id[:100]!r} any more.", param="request_id")
    return budget


def _decide(rooms: Rooms, act: Act, request: LimitRequest, budget: Budget | None, verdict: Verdict) -> None:
    decide_request(act.connection, request.id, verdict)
    user = rooms.people.roster.users.get(request.user_id)
    address = (user.email,) if user is not None and user.email is not None else ()
    more: dict[str, Any] = {"state": verdict.state}
    if verdict.granted is not None:
        more["granted_nanousd"] = verdict.granted
    rooms.notices.tell_within(act.connection, _news(rooms, request, budget, "decided", more), address)


def _news(
    rooms: Rooms, request: LimitRequest, budget: Budget | None, step: str, more: dict[str, Any] | None = None
) -> News:
    place = None if budget is None else place_of(rooms.people.roster, rooms.keys, budget)
    data = {
        "request_id": request.id,
        "budget_id": request.budget_id,
        "asked_nanousd": request.asked,
        "limit_nanousd": None if budget is None else budget.limit,
        **(more or {}),
    }
    return News(
        request.organization_id,
        f"limit_request.{step}",
        f"limit_request:{request.id}:{step}",
        data,
        project_id=None if place is None else place.project_id,
        user_id=request.user_id if step == "decided" else None,
    )
