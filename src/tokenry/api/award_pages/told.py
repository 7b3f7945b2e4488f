"""The same as the pages, for programs: an award day by day with what is to be expected, and a programme's uptake.

The uptake can be had as CSV, too, a line an award.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Literal

import msgspec

from tokenry.api.award_pages.reading import find_visible_award, funder_page, histories
from tokenry.api.guarded import Call, Guarded, Query
from tokenry.api.guarded.forms import Form
from tokenry.api.spreadsheets import harmless
from tokenry.base.units import nano_to_usd
from tokenry.programmes import get_programme
from tokenry.programmes.outlook import AwardUse, Span


class DayShape(msgspec.Struct, kw_only=True):
    """One day (UTC), by its first second since the epoch: what was drawn on it, what was left at its end."""

    start: int
    drawn: int
    left: int


class SpanShape(msgspec.Struct, kw_only=True):
    """The interval that holds four times out of five, and its middle; null = later than can be said."""

    low: int | None
    middle: int | None
    high: int | None


class OutlookShape(msgspec.Struct, kw_only=True):
    """An award day by day, and what is to be expected of it. Amounts are whole units: tokens, or nano-USD.

    `used_up_in_days` counts from today; `rest` is what is left at its end.
    """

    award_id: str
    unit: str
    days: list[DayShape]
    state: Literal["unknown", "used_up", "idle", "estimated"]
    used_up_in_days: SpanShape | None
    rest: SpanShape | None
    words: str
    object: Literal["tokenry.award.outlook"] = "tokenry.award.outlook"


class UseShape(msgspec.Struct, kw_only=True):
    """One award: what it was given, what became of it, and what providers asked for that (null = unknown)."""

    award_id: str
    name: str
    project: str
    tier: str
    state: str
    granted: int
    drawn: int
    held: int
    left: int
    requests: int
    percent: int
    idle_days: int | None
    idle: bool
    cost_usd: str | None
    energy_wh: str | None
    outlook: str
    begins_at: int
    ends_at: int


class UptakeShape(msgspec.Struct, kw_only=True):
    """A programme's awards and the sums over them. Amounts are whole units: tokens, or nano-USD."""

    programme_id: str
    name: str
    unit: str
    cap: int
    left: int
    granted: int
    drawn: int
    percent: int
    living: int
    idle: int
    unused: int
    cost_usd: str | None
    data: list[UseShape]
    object: Literal["tokenry.programme.uptake"] = "tokenry.programme.uptake"


class AskUptake(Query, kw_only=True, frozen=True):
    """In which form."""

    format: Literal["json", "csv"] | None = None


def outlook(call: Call) -> OutlookShape:
    """An award day by day, and how long it lasts. With an interval that holds four times out of five."""
    projects = None if call.actor.may("awards.read") else frozenset(call.actor.within)
    award = find_visible_award(call.rooms, call.organization_id, call.path["award_id"], projects)
    history = histories(call.rooms, [award])[award.id]
    return OutlookShape(
        award_id=award.id,
        unit=award.unit,
        days=[DayShape(start=day.start, drawn=day.drawn, left=day.left) for day in history.days],
        state=history.expected.state,
        used_up_in_days=_span(history.expected.used_up_in),
        rest=_span(history.expected.rest),
        words=history.words,
    )


def uptake(call: Call) -> UptakeShape:
    """How a programme is taken up. Each award with its use, idle ones marked, cost and outlook; as JSON or CSV."""
    programme = get_programme(call.rooms.desk.db, call.organization_id, call.path["programme_id"])
    shown = funder_page(call.rooms, programme, costs=call.actor.may("costs.read"), public_url=None)
    sums = shown.sums
    return UptakeShape(
        programme_id=programme.id,
        name=programme.name,
        unit=programme.unit,
        cap=shown.pool.cap,
        left=shown.pool.left,
        granted=sums.granted,
        drawn=sums.drawn,
        percent=sums.percent,
        living=sums.living,
        idle=sums.idle,
        unused=sums.unused,
        cost_usd=_usd(sums.cost),
        data=[_use(use, shown.now_s) for use in shown.uses],
    )


def as_csv(shown: UptakeShape) -> str:
    """The awards as CSV. A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    names = UseShape.__struct_fields__
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([harmless(getattr(use, name)) for name in names] for use in shown.data)
    return out.getvalue()


def _use(use: AwardUse, now_s: int) -> UseShape:
    return UseShape(
        award_id=use.id, name=use.name, project=use.project, tier=use.tier, state=use.state, granted=use.granted,
        drawn=use.drawn, held=use.held, left=use.left, requests=use.requests, percent=use.percent,
        idle_days=use.idle, idle=use.is_idle(now_s), cost_usd=_usd(use.cost), energy_wh=None, outlook=use.outlook,
        begins_at=use.begins_s, ends_at=use.ends_s,
    )  # fmt: skip


def _usd(nano: int | None) -> str | None:
    return None if nano is None else nano_to_usd(nano)


def _span(span: Span | None) -> SpanShape | None:
    return None if span is None else SpanShape(low=span.low, middle=span.middle, high=span.high)


_FORMS: Sequence[Form] = (Form("csv", "text/csv; charset=utf-8", lambda _call, given: as_csv(given)),)
ROUTES = (
    Guarded("GET", "/v1/tokenry/me/awards/{award_id}/outlook", None, outlook),
    Guarded(
        "GET", "/v1/tokenry/programmes/{programme_id}/uptake", "awards.read", uptake, asks=AskUptake,
        forms=tuple(_FORMS),
    ),
)  # fmt: skip
