"""What is left between price and cost: `/v1/tokenry/margins`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Call, Guarded, Query
from tokenry.api.pricing.shapes import MarginShape, margin_shown
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest
from tokenry.ledger import REST_S, MarginBy, Span, between, margin_total, margins

Seconds = Annotated[int, Meta(ge=0, le=2**33)]  # since the epoch


class AskMargins(Query, kw_only=True, frozen=True):
    """The time that is meant, in seconds since the epoch, and what is summed up."""

    start_time: Seconds = 0
    end_time: Seconds | None = None
    by: MarginBy = "model"


class MarginsShape(msgspec.Struct, kw_only=True):
    """What was earned, largest margin first. Requests older than `detail_since` are no longer kept one by one."""

    start_time: int
    end_time: int
    by: MarginBy
    data: list[MarginShape]
    total: MarginShape
    detail_since: int | None
    object: Literal["tokenry.margins"] = "tokenry.margins"


def retrieve(call: Call) -> MarginsShape:
    """Retrieve margins. What the organization's requests were charged, what they cost, and what is left."""
    call.actor.require("usage.read")
    ask: AskMargins = call.query
    rooms = call.rooms
    end = rooms.clock.now_ns() // NS_PER_S + 1 if ask.end_time is None else ask.end_time
    if ask.start_time >= end:
        raise InvalidRequest("`start_time` must lie before `end_time`", param="start_time")
    span = Span(ask.start_time * NS_PER_S, end * NS_PER_S)
    found = margins(between(rooms.journal, span, REST_S), ask.by, call.organization_id)
    base = rooms.journal.base()
    return MarginsShape(
        start_time=ask.start_time,
        end_time=end,
        by=ask.by,
        data=[margin_shown(name, margin) for name, margin in found.items()],
        total=margin_shown("all", margin_total(found.values())),
        detail_since=None if base is None else base.at // NS_PER_S,
    )


ROUTES = (Guarded("GET", "/v1/tokenry/margins", "costs.read", retrieve, asks=AskMargins),)
