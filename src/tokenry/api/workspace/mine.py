"""What one may chat with, where, and what is left for it: `/v1/tokenry/me/models`, `/me/projects`, `/me/standing`; and
one's own receipts, `/me/receipts/{request_id}`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.access import Principal, keeps_content, withheld
from tokenry.api.guarded import Call, Guarded, Query
from tokenry.api.money import standing
from tokenry.api.money.shapes import BudgetShape, shape
from tokenry.api.receipts import RequestReceipt, receipt_json
from tokenry.api.workspace.person import whose
from tokenry.api.workspace.place import project_of, projects, room
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import NotFound
from tokenry.ledger import Budget, Rates, Unit
from tokenry.objects import KeepsNothing
from tokenry.router import ModelEntry
from tokenry.workspace import MayNotChat, SeenBy, seen_by, sees

Tier = Literal["default", "flex", "priority", "batch"]
_KEEPS_NOTHING = "This project's data retention says that no content is kept, so it can have no chats."
_TIERS: tuple[Literal["flex", "priority", "batch"], ...] = ("flex", "priority", "batch")


class InProject(Query, kw_only=True, frozen=True):
    """In which project; left out = the first of yours."""

    project_id: Annotated[str, Meta(max_length=128)] | None = None


class ChatProject(msgspec.Struct, kw_only=True):
    """A project that your chats can be charged to. `refusal`: why no chat can be had in it, in words."""

    id: str
    name: str
    refusal: str | None
    object: Literal["tokenry.chat.project"] = "tokenry.chat.project"


class ChatProjects(msgspec.Struct, kw_only=True):
    """Where you may chat. New chats go to the first unless they say otherwise."""

    data: list[ChatProject]
    object: Literal["list"] = "list"


class ModelPrice(msgspec.Struct, kw_only=True):
    """What a model costs at a tier of service: nano-USD per 1,000,000 tokens. Chats use the tier `default`."""

    tier: Tier
    input: int
    output: int
    cached_input: int


class ChatModel(msgspec.Struct, kw_only=True):
    """A model to chat with. No prices = it is free of charge. `seen_by`: who may be sent the prompt. `context_tokens`:
    what it can read, null = nobody said. `images`: whether it takes pictures. `refusal`: why you may not ask it here.
    """

    id: str
    aliases: list[str]
    kind: str
    starter: bool
    label: str
    context_tokens: int | None
    max_output_tokens: int
    images: bool
    tools: bool
    prices: list[ModelPrice]
    seen_by: list[SeenBy]
    refusal: str | None
    object: Literal["tokenry.chat.model"] = "tokenry.chat.model"


class ChatModels(msgspec.Struct, kw_only=True):
    """The models you may chat with, the one that a chat begins with first. `transcription`: what turns your speech into
    text, null = nothing does. `refusal`: why you may not chat at all."""

    project_id: str | None
    data: list[ChatModel]
    refusal: str | None
    transcription: str | None
    object: Literal["list"] = "list"


class AwardLeft(msgspec.Struct, kw_only=True):
    """What an award of the project has left: dollars, or tokens. `ends_at`: seconds since the epoch."""

    id: str
    name: str
    unit: Literal["usd", "tokens"]
    left_nanousd: int | None
    left_tokens: int | None
    ends_at: int | None


class Standing(msgspec.Struct, kw_only=True):
    """What is left for your chats in a project: by its awards, and by every budget that counts them.

    Args:
        project_id: null when there is none that your chats can be charged to.
        left_nanousd: what could still be spent now; null when no award of dollars pays here.
        tightest: the budget with least left; null when none counts.
    """

    project_id: str | None
    left_nanousd: int | None
    tightest: BudgetShape | None
    budgets: list[BudgetShape]
    awards: list[AwardLeft]
    object: Literal["tokenry.standing"] = "tokenry.standing"


def my_projects(call: Call) -> ChatProjects:
    """List the projects you may chat in. Those you have a role in first; new chats go to the first."""
    person, work = whose(call), room(call)
    found = []
    organization = call.rooms.people.roster.organizations[person.organization_id]
    for project in projects(call, person):
        refusal = None if keeps_content(organization, project) else _KEEPS_NOTHING
        try:
            work.keyring.require_open(person, project.id)
        except MayNotChat as error:
            refusal = error.message
        found.append(ChatProject(id=project.id, name=project.name, refusal=refusal))
    return ChatProjects(data=found)


def my_models(call: Call) -> ChatModels:
    """List the models you may chat with. What each costs, who sees the prompt, and how much it can read."""
    person, work = whose(call), room(call)
    project_id = _project(call)
    try:
        principal = work.outlook(person, project_of(call, person, project_id))
    except (MayNotChat, KeepsNothing) as error:
        return ChatModels(project_id=project_id, data=[], refusal=error.message, transcription=None)
    heard = work.choices(call.rooms.router.catalogue, principal, "transcription")
    offered = work.choices(call.rooms.router.catalogue, principal)
    return ChatModels(
        project_id=project_id,
        data=[_model(call, entry, principal) for entry in offered],
        refusal=principal.rules.refusal,
        transcription=next((one.name for one in heard), None),
    )


def my_standing(call: Call) -> Standing:
    """Retrieve what is left. In one project: its awards, and the budgets that count your chats, the tightest first."""
    project_id = _project(call)
    if project_id is None:
        return Standing(project_id=None, left_nanousd=None, tightest=None, budgets=[], awards=[])
    rooms, now_ns = call.rooms, call.rooms.clock.now_ns()
    budgets = sorted(_budgets(call, project_id), key=lambda one: standing.stand_of(rooms.ledger, one, now_ns).left)
    awards = _awards(call, project_id)
    lefts = [one.left_nanousd for one in awards if one.left_nanousd is not None]
    hard = [standing.stand_of(rooms.ledger, one, now_ns).left for one in budgets if one.hard]
    shapes = [shape(rooms, one) for one in budgets]
    return Standing(
        project_id=project_id,
        left_nanousd=min([sum(lefts), *hard]) if lefts else None,
        tightest=shapes[0] if shapes else None,
        budgets=shapes,
        awards=awards,
    )


def my_receipt(call: Call) -> RequestReceipt:
    """Retrieve a receipt. Of a request of your own; of others' with the permission `usage.read` in its project."""
    request_id, actor = call.path["request_id"], call.actor
    receipt = call.rooms.ledger.receipt(request_id)
    if receipt is not None and receipt.facts.organization_id == call.organization_id:
        own = receipt.facts.user_id is not None and receipt.facts.user_id == whose(call).user_id
        if own or actor.may("usage.read", receipt.facts.project_id):
            return receipt_json(receipt, costs=actor.may("costs.read"))
    raise NotFound(f"There is no receipt {request_id[:100]!r}.", param="request_id")


# --- what they are made of -----------------------------------------------------------------------------------------


def _project(call: Call) -> str | None:
    """The project that is meant; None = they have none. Raises NotFound for one that is named and not theirs."""
    try:
        return project_of(call, whose(call), call.query.project_id)
    except MayNotChat:
        return None


def _model(call: Call, entry: ModelEntry, principal: Principal) -> ChatModel:
    rates = call.rooms.ledger.rates(entry.name)
    return ChatModel(
        id=entry.name,
        aliases=list(entry.aliases),
        kind=entry.kind,
        starter="starter" in entry.aliases,
        label=entry.name.rpartition("/")[2],
        context_tokens=entry.context_length,
        max_output_tokens=entry.max_output_tokens,
        images=sees(entry),
        tools=False,
        prices=[] if rates is None else _prices(rates),
        seen_by=seen_by(call.rooms.config, [one.provider for one in entry.deployments]),
        refusal=None if entry.deployments else withheld(principal, entry.name).message,
    )


def _prices(rates: Rates) -> list[ModelPrice]:
    tiers: list[tuple[Tier, Rates]] = [("default", rates)]
    tiers += [(name, rates.at_tier(name)) for name in _TIERS if rates.has_tier(name)]
    return [
        ModelPrice(
            tier=name, input=one.input, output=one.output,
            cached_input=one.input if one.cached_input is None else one.cached_input,
        )
        for name, one in tiers
    ]  # fmt: skip


def _budgets(call: Call, project_id: str) -> list[Budget]:
    """The open budgets that count what the person asks in a project, whoever they are made for."""
    person, rooms = whose(call), call.rooms
    touched = {
        ("organization", person.organization_id),
        ("project", project_id),
        ("user", person.user_id),
        *(("group", group.id) for group in rooms.people.roster.groups_of(person.user_id, person.organization_id)),
    }
    with suppress(MayNotChat):  # what is left for others there is told all the same
        touched.add(("key", room(call).keyring.outlook(person, project_id).key_id))
    found = []
    for budget in standing.budgets_of(rooms, person.organization_id):
        if budget.closed:
            continue
        if budget.is_default:
            found.append(standing.own_budget_of(rooms, budget, person.user_id))
        elif (budget.scope, budget.scope_id) in touched:
            found.append(budget)
    return found


def _awards(call: Call, project_id: str) -> list[AwardLeft]:
    """The awards that pay in a project now."""
    books, now_ns = call.rooms.ledger.books, call.rooms.clock.now_ns()
    found = []
    for award in books.awards_of.get(project_id, ()):
        over = award.expires_at is not None and award.expires_at <= now_ns
        if award.state != "active" or award.effective_at > now_ns or over:
            continue
        left = max(0, books.accounts[award.account].available)
        in_tokens = award.unit is Unit.TOKENS
        found.append(
            AwardLeft(
                id=award.id, name=award.name, unit="tokens" if in_tokens else "usd",
                left_nanousd=None if in_tokens else left, left_tokens=left if in_tokens else None,
                ends_at=None if award.expires_at is None else award.expires_at // NS_PER_S,
            )
        )  # fmt: skip
    return found


ROUTES = (
    Guarded("GET", "/v1/tokenry/me/projects", None, my_projects),
    Guarded("GET", "/v1/tokenry/me/models", None, my_models, asks=InProject),
    Guarded("GET", "/v1/tokenry/me/standing", None, my_standing, asks=InProject),
    Guarded("GET", "/v1/tokenry/me/receipts/{request_id}", None, my_receipt),
)
