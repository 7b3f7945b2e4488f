"""Costs: `/v1/organization/costs`. What customers were charged, by the day, from the same lines as their statements.

`amount.value` is a number for OpenAI's shape alone; the exact integer of nano-USD stands beside it. A line item is
`model, meter`; what the house bore of a price stands under the meter `written_off`, below zero. What awards of tokens
paid stands under `model, meter, award_tokens`, at no dollars, with the tokens drawn and what they would have cost.
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
BY_TOKENS = ", award_tokens"  # after the line item of what awards of tokens paid
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
    """What was charged in one day, of one group. `award_tokens`: what awards of tokens paid; `covered_nano_usd`: its
    price, which nobody was charged.
    """

    amount: Amount
    line_item: str | None = None
    project_id: str | None = None
    user_id: str | None = None
    api_key_id: str | None = None
    api_source: str | None = None
    quantity: float | None = None
    quantity_unit: str | None = None
    award_tokens: int = 0
    covered_nano_usd: int = 0
    object: Literal["organization.costs.result"] = "organization.costs.result"


@dataclass(slots=True)
class _Sum:
    amount: int = 0
    quantity: int = 0
    tokens: int = 0
    covered: int = 0
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
    for start, values, line in lines:
        item = f"{line.model}, {line.meter}{BY_TOKENS if line.by_tokens else ''}"
        if ask.line_items is None or item in ask.line_items:
            known = {**dict(zip(columns, values, strict=True)), "line_item": item, "api_source": "unlabeled"}
            key = tuple([known[_COLUMNS.get(name, name)] or None for name in by])
            one = found.setdefault(start, {}).setdefault(key, _Sum())
            one.amount += line.amount
            one.quantity += line.quantity
            one.tokens += line.tokens
            one.covered += line.covered
            one.meters.add(line.meter)
    return span.paged(lambda start: [_shape(by, key, one) for key, one in found.get(start, {}).items()])


@dataclass(frozen=True, slots=True)
class _Line:
    """Of a model and a meter: the quantity and nano-USD that were charged; or what awards of tokens paid."""

    model: str
    meter: str
    quantity: int
    amount: int
    by_tokens: bool = False
    tokens: int = 0
    covered: int = 0


def _lines(
    call: Call, span: tuple[int, int], where: Narrowed, columns: tuple[str, ...]
) -> Iterable[tuple[int, tuple[str, ...], _Line]]:
    """(day, values of the columns, line): charges, what was written off of them, and what awards of tokens paid."""
    db, many = call.rooms.buckets.db, len(columns)
    heads = ("start", *columns, "model", "meter")
    for start, *row in bounded(db.lines(span, where, heads, ROWS_MAX + 1)):
        yield start, tuple(row[:many]), _Line(*row[many:])
    for start, *row in bounded(db.token_lines(span, where, heads, ROWS_MAX + 1)):
        model, meter, quantity, covered, tokens = row[many:]
        yield start, tuple(row[:many]), _Line(model, meter, quantity, 0, by_tokens=True, tokens=tokens, covered=covered)
    written_off = many + 1 + MEASURES.index("writeoff")
    for start, *row in bounded(db.cells(86_400, span, where, (*columns, "model"), ROWS_MAX + 1)):
        if row[written_off]:
            yield start, tuple(row[:many]), _Line(row[many], WRITTEN_OFF, 0, -row[written_off])


def _shape(by: tuple[str, ...], key: tuple[Any, ...], one: _Sum) -> Costs:
    units = {_UNITS.get(meter, "tokens") for meter in one.meters}
    unit = units.pop() if "line_item" in by and len(units) == 1 else None
    return Costs(
        amount=Amount(value=float(Decimal(one.amount).scaleb(-9)), nano_usd=one.amount),
        quantity=None if unit is None else float(one.quantity),
        quantity_unit=unit,
        award_tokens=one.tokens,
        covered_nano_usd=one.covered,
        **dict(zip(by, key, strict=True)),
    )


ROUTES = (Guarded("GET", "/v1/organization/costs", None, costs, asks=AskCosts),)
