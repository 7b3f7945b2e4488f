"""Costs: `/v1/organization/costs`. What customers were charged, by the day, from the same lines as their statements.

`amount.value` is a number for OpenAI's shape alone; the exact integer of nano-USD stands beside it. A line item is
`model, meter`; what the house bore of a price stands under the meter `written_off`, below zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Call, Guarded
from tokenry.api.organization.spans import ROWS_MAX, Buckets, Names, Timed, bounded, narrowed, span_of
from tokenry.storage import MEASURES, Narrowed

LIMIT_MAX = 180
WRITTEN_OFF = "written_off"
_UNITS: Final = {"audio_second": "duration_seconds", "image": "images", "correction": None, WRITTEN_OFF: None}
_COLUMNS: Final = {"project_id": "project_id", "user_id": "user_id", "api_key_id": "key_id"}

CostsBy = Literal["project_id", "user_id", "line_item", "api_key_id", "api_source"]


class AskCosts(Timed, kw_only=True, frozen=True):
    """Which days, whose costs, and how they are grouped."""

    bucket_width: Literal["1d"] = "1d"
    limit: Annotated[int, Meta(ge=1, le=LIMIT_MAX)] | None = None
    api_key_ids: Names | None = None
    line_items: Names | None = None
    group_by: tuple[CostsBy, ...] = ()


class Amount(msgspec.Struct, kw_only=True):
    """Dollars as a number, and exactly: nano-USD."""

    value: float
    nano_usd: int
    currency: Literal["usd"] = "usd"


class Costs(msgspec.Struct, kw_only=True):
    """What was charged in one day, of one group."""

    amount: Amount
    line_item: str | None = None
    project_id: str | None = None
    user_id: str | None = None
    api_key_id: str | None = None
    api_source: str | None = None
    quantity: float | None = None
    quantity_unit: str | None = None
    object: Literal["organization.costs.result"] = "organization.costs.result"


@dataclass(slots=True)
class _Sum:
    amount: int = 0
    quantity: int = 0
    meters: set[str] = field(default_factory=set)


def costs(call: Call) -> Buckets[Costs]:
    """Get costs. By the day (UTC); `group_by=line_item` tells them by model and meter."""
    ask: AskCosts = call.query
    where = narrowed(call, ask.project_ids, ask.api_key_ids)
    call.rooms.buckets.catch_up()
    span, by = span_of(call, ask, "1d", LIMIT_MAX), tuple(dict.fromkeys(ask.group_by))
    columns = tuple(_COLUMNS[name] for name in by if name in _COLUMNS)
    found: dict[int, dict[tuple[Any, ...], _Sum]] = {}
    with call.rooms.buckets.db.steady():
        lines = list(_lines(call, (span.start, span.end), where, columns))
    for start, values, model, meter, quantity, amount in lines:
        item = f"{model}, {meter}"
        if ask.line_items is None or item in ask.line_items:
            known = {**dict(zip(columns, values, strict=True)), "line_item": item, "api_source": "unlabeled"}
            key = tuple([known[_COLUMNS.get(name, name)] or None for name in by])
            one = found.setdefault(start, {}).setdefault(key, _Sum())
            one.amount += amount
            one.quantity += quantity
            one.meters.add(meter)
    return span.paged(lambda start: [_shape(by, key, one) for key, one in found.get(start, {}).items()])


def _lines(
    call: Call, span: tuple[int, int], where: Narrowed, columns: tuple[str, ...]
) -> Iterable[tuple[int, tuple[str, ...], str, str, int, int]]:
    """(day, values of the columns, model, meter, quantity, nano-USD): charges, and what was written off of them."""
    db, many = call.rooms.buckets.db, len(columns)
    for start, *row in bounded(db.lines(span, where, ("start", *columns, "model", "meter"), ROWS_MAX + 1)):
        yield start, tuple(row[:many]), *row[many:]
    written_off = many + 1 + MEASURES.index("writeoff")
    for start, *row in bounded(db.cells(86_400, span, where, (*columns, "model"), ROWS_MAX + 1)):
        if row[written_off]:
            yield start, tuple(row[:many]), row[many], WRITTEN_OFF, 0, -row[written_off]


def _shape(by: tuple[str, ...], key: tuple[Any, ...], one: _Sum) -> Costs:
    units = {_UNITS.get(meter, "tokens") for meter in one.meters}
    unit = units.pop() if "line_item" in by and len(units) == 1 else None
    return Costs(
        amount=Amount(value=float(Decimal(one.amount).scaleb(-9)), nano_usd=one.amount),
        quantity=None if unit is None else float(one.quantity),
        quantity_unit=unit,
        **dict(zip(by, key, strict=True)),
    )


ROUTES = (Guarded("GET", "/v1/organization/costs", None, costs, asks=AskCosts),)
