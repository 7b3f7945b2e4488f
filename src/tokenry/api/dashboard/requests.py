"""Requests one by one: `/v1/tokenry/requests`, a list with filters, in pages, and the receipt of each in full.

The route `/v1/tokenry/receipts/{request_id}` shows a project's key the same receipt; these are for people.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tokenry.access import Actor
from tokenry.api.dashboard.names import Names
from tokenry.api.dashboard.table import requests_csv
from tokenry.api.guarded import Call, Form, Guarded, Query
from tokenry.api.money import name_of
from tokenry.api.organization.spans import Seconds
from tokenry.api.receipts import RequestReceipt, receipt_json
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import is_id
from tokenry.base.units import usd_to_nano
from tokenry.ledger import HOLD_TTL_NS, Browser, Facts, Hold, Meant, Outcome, PageBounds, Receipt, Selection, Span
from tokenry.storage import Narrowed

LIMIT_MAX = 500
LOOKED_MAX = 5000  # receipts looked at for one page; then it is short, and its cursor goes on
Name = Annotated[str, Meta(max_length=200)]


class AskRequests(Query, kw_only=True, frozen=True):
    """Which requests. `state=running` lists those that have not ended; `whose=mine` one's own, wherever they were.

    `charge_from_usd`: those that awards of dollars paid at least so much for.
    """

    whose: Literal["visible", "mine"] = "visible"
    project_id: Name | None = None
    user_id: Name | None = None
    api_key_id: Name | None = None
    model: Name | None = None
    deployment: Name | None = None
    state: Outcome | Literal["running"] | None = None
    charge_from_usd: Annotated[str, Meta(max_length=40)] | None = None
    start_time: Seconds | None = None
    end_time: Seconds | None = None
    cursor: Annotated[str, Meta(max_length=20)] | None = None
    limit: Annotated[int, Meta(ge=1, le=LIMIT_MAX)] = 50
    format: Literal["json", "csv"] | None = None


class RequestShape(msgspec.Struct, kw_only=True):
    """One request in a line. Names are those of today; null for what is gone. A running one has no figures yet."""

    id: str
    at: Annotated[int, Meta(description="When it ended, or began while it runs; seconds since the epoch.")]
    state: Outcome | Literal["running"]
    status: int | None
    endpoint: str
    model: str
    stream: bool
    project_id: str
    project_name: str | None
    user_id: str | None
    user_name: str | None
    api_key_id: str
    api_key_name: str | None
    deployment: str | None
    input_tokens: int
    output_tokens: int
    charge_nanousd: int
    charge_tokens: int
    estimated: bool
    first_token_ms: int | None
    duration_ms: int | None
    object: Literal["tokenry.request"] = "tokenry.request"


class RequestsShape(msgspec.Struct, kw_only=True):
    """One page, newest first. `next` is the `cursor` of the page after it; a page may be short and go on.

    `detail_since`: earlier requests are no longer kept one by one, only their sums; null while all are.
    """

    data: list[RequestShape]
    has_more: bool
    next: str | None
    detail_since: int | None
    object: Literal["list"] = "list"


class NamedReceipt(RequestReceipt, kw_only=True):
    """A receipt, and what people call what it names."""

    project_name: str | None
    user_name: str | None
    api_key_name: str | None
    price_effective_from: Annotated[int | None, Meta(description="Since when its price version is in force.")]
    account_names: Annotated[dict[str, str], Meta(description="What those of `accounts` are called that have a name.")]


async def listing(call: Call) -> RequestsShape:
    """List requests. The newest first: of the projects whose usage you may see, and your own."""
    ask: AskRequests = call.query
    selection, span = _selection(call, ask), _span(call, ask)
    base = call.rooms.journal.base()
    since = None if base is None else base.at // NS_PER_S
    if ask.state == "running":
        held = [one.hold for one in call.rooms.ledger.books.holds.values()]
        running = await asyncio.to_thread(_running, call, held, selection)
        return RequestsShape(data=running[: ask.limit], has_more=False, next=None, detail_since=since)

    def look() -> RequestsShape:
        meant = Meant(selection, _narrowed(selection), span, ask.cursor)
        browser = Browser(call.rooms.journal, call.rooms.buckets.db)
        page = browser.page(meant, PageBounds(ask.limit, LOOKED_MAX))
        names = Names(call)
        lines = [_ended(one, names) for one in page.receipts]
        return RequestsShape(data=lines, has_more=page.next is not None, next=page.next, detail_since=since)

    return await asyncio.to_thread(look)


def retrieve(call: Call) -> NamedReceipt:
    """Retrieve a request's receipt. What was used, what it cost by which price, who paid, who answered, who saw it."""
    request_id = call.path["request_id"]
    found = call.rooms.ledger.receipt(request_id) if is_id(request_id, "req") else None
    if found is None or not visible(call.actor, found.facts):
        raise NotFound(
            f"There is no receipt {request_id[:64]!r}; a request that still runs has none yet.", param="request_id"
        )
    return named(call, found)


def visible(actor: Actor, facts: Facts) -> bool:
    """Whether somebody may see a request: their own, or as `usage.read` says."""
    if facts.organization_id != actor.organization_id:
        return False
    own = actor.kind != "api_key" and actor.user_id is not None and facts.user_id == actor.user_id
    return own or actor.may("usage.read", facts.project_id)


def named(call: Call, receipt: Receipt) -> NamedReceipt:
    """A receipt as a person is shown it."""
    facts, names = receipt.facts, Names(call)
    shown = receipt_json(receipt, costs=call.actor.may("costs.read"))
    version = next((one for one in call.rooms.ledger.books.prices if one.id == facts.price_version), None)
    fields = {name: getattr(shown, name) for name in RequestReceipt.__struct_fields__}
    return NamedReceipt(
        **fields,
        project_name=names.project(facts.project_id),
        user_name=names.member(facts.user_id),
        api_key_name=names.key(facts.key_id),
        price_effective_from=None if version is None else version.effective_from // NS_PER_S,
        account_names={one.account: name for one in receipt.accounts if (name := _account_name(call, one.account))},
    )


def _account_name(call: Call, account: str) -> str | None:
    """An award's name, or what a budget limits."""
    kind, _, rest = account.partition(":")
    ident, books = rest.partition(":")[0], call.rooms.ledger.books
    if kind == "award" and ident in books.awards:
        return books.awards[ident].name
    if kind == "budget" and ident in books.budgets:
        return name_of(call.rooms.people.roster, call.rooms.keys, books.budgets[ident])
    return None


def _selection(call: Call, ask: AskRequests) -> Selection:
    """Which receipts are meant, as far as they may be seen. Raises NotFound for a project that is not to be seen."""
    actor = call.actor
    if ask.project_id is not None:
        actor.require("projects.read", ask.project_id)
        project = call.rooms.people.roster.projects.get(ask.project_id)
        if project is None or project.organization_id != actor.organization_id:
            raise NotFound(f"There is no project {ask.project_id[:100]!r}.", param="project_id")
    within = None
    if ask.whose == "mine":
        within = frozenset[str]()
    elif not actor.may("usage.read"):
        within = frozenset(one for one in actor.within if actor.may("usage.read", one))
    try:
        charge = None if ask.charge_from_usd is None else usd_to_nano(ask.charge_from_usd)
    except ValueError as error:
        raise InvalidRequest(f"charge_from_usd: {error}", param="charge_from_usd") from None
    return Selection(
        key_id=ask.api_key_id, project_id=ask.project_id, model=ask.model, deployment=ask.deployment,
        outcome=None if ask.state == "running" else ask.state, charge_min=charge,
        organization_id=actor.organization_id, user_id=ask.user_id, within=within,
        own=None if actor.kind == "api_key" else actor.user_id,
    )  # fmt: skip


def _narrowed(selection: Selection) -> Narrowed:
    """The places of what is selected, as the sums of usage know them."""

    def only(name: str | None) -> tuple[str, ...] | None:
        return None if name is None else (name,)

    return Narrowed(
        selection.organization_id or "", project_ids=only(selection.project_id), user_ids=only(selection.user_id),
        key_ids=only(selection.key_id), models=only(selection.model),
        within=None if selection.within is None else tuple(sorted(selection.within)), user_own=selection.own,
    )  # fmt: skip


def _span(call: Call, ask: AskRequests) -> Span:
    end = call.rooms.clock.now_ns() + NS_PER_S if ask.end_time is None else ask.end_time * NS_PER_S
    start = (ask.start_time or 0) * NS_PER_S
    if start >= end:
        raise InvalidRequest("`start_time` must lie before `end_time`, and not in the future", param="start_time")
    return Span(start, end)


def _ended(receipt: Receipt, names: Names) -> RequestShape:
    return RequestShape(
        id=receipt.request_id, at=receipt.at // NS_PER_S, state=receipt.outcome, status=receipt.status,
        deployment=receipt.deployment, input_tokens=receipt.usage.input_tokens,
        output_tokens=receipt.usage.output_tokens, charge_nanousd=receipt.charge, charge_tokens=receipt.charge_tokens,
        estimated=receipt.estimated, first_token_ms=receipt.ttft_ms, duration_ms=receipt.duration_ms,
        **_asked(receipt.facts, names),
    )  # fmt: skip


def _running(call: Call, held: Iterable[Hold], selection: Selection) -> list[RequestShape]:
    """Those that have not ended, the newest first."""
    names = Names(call)
    meant = [hold for hold in held if selection.meets(hold.facts)]
    return [
        RequestShape(
            id=hold.id, at=(hold.timeout_at - HOLD_TTL_NS) // NS_PER_S, state="running", status=None, deployment=None,
            input_tokens=0, output_tokens=0, charge_nanousd=0, charge_tokens=0, estimated=False, first_token_ms=None,
            duration_ms=None, **_asked(hold.facts, names),
        )
        for hold in sorted(meant, key=lambda hold: -hold.timeout_at)
    ]  # fmt: skip


def _asked(facts: Facts, names: Names) -> dict[str, Any]:
    return {
        "endpoint": facts.endpoint,
        "model": facts.model,
        "stream": facts.stream,
        "project_id": facts.project_id,
        "project_name": names.project(facts.project_id),
        "user_id": facts.user_id,
        "user_name": names.member(facts.user_id),
        "api_key_id": facts.key_id,
        "api_key_name": names.key(facts.key_id),
    }


def _as_csv(_call: Call, given: RequestsShape) -> str:
    return requests_csv(given.data, tuple(name for name in RequestShape.__struct_fields__ if name != "object"))


def _attached(_call: Call, _given: RequestsShape) -> dict[str, str]:
    return {"content-disposition": 'attachment; filename="requests.csv"'}


_ALL = "/v1/tokenry/requests"
_FORMS = (Form("csv", "text/csv; charset=utf-8", _as_csv, _attached),)
ROUTES: tuple[Guarded, ...] = (
    Guarded("GET", _ALL, None, listing, asks=AskRequests, forms=_FORMS),
    Guarded("GET", f"{_ALL}/{{request_id}}", None, retrieve),
)
