"""The routes: of all that somebody may see, and of one's own use."""

from __future__ import annotations

from typing import Any, Literal

from tokenry.access import PermissionDenied
from tokenry.api.dashboard.asked import (
    AskDashboard,
    AskMine,
    before,
    mine,
    sketched,
    slots_of,
    timezone_of,
    whose,
)
from tokenry.api.dashboard.names import Names
from tokenry.api.dashboard.shapes import DashboardShape, UsageGroupShape, UsageRestShape, all_series, figures, series
from tokenry.api.dashboard.table import as_csv
from tokenry.api.guarded import Call, Form, Guarded
from tokenry.api.organization.spans import narrowed
from tokenry.base.clock import NS_PER_S
from tokenry.ledger.buckets import HOUR_S, Picture, picture, total_of
from tokenry.storage import Narrowed, Slots


def dashboard(call: Call) -> DashboardShape:
    """Retrieve the dashboard. Requests, tokens, charges, failures and waiting times by hour or day, as JSON or CSV.

    An owner, admin, officer or auditor sees the whole organization, a project's owner the project, everybody their own
    use. Every figure is summed from the same rows as statements.
    """
    ask: AskDashboard = call.query
    return _shown(call, ask, whose(call, ask))


def my_usage(call: Call) -> DashboardShape:
    """Retrieve your own usage. What you asked for with any key and in chats, in every project, as the dashboard."""
    return _shown(call, call.query, mine(person(call), call, call.query))


def person(call: Call) -> str:
    """Whoever asks for what is their own. Raises PermissionDenied: a project's key lies in too many hands."""
    if call.actor.user_id is None or call.actor.kind == "api_key":
        raise PermissionDenied("this is shown to people who signed in and to admin keys, not to a project's key")
    return call.actor.user_id


def _shown(call: Call, ask: AskMine, meant: Narrowed) -> DashboardShape:
    slots = slots_of(call, ask)
    buckets, costs = call.rooms.buckets, call.actor.may("costs.read")
    buckets.catch_up()
    found = picture(buckets.db, sketched(ask, slots, meant))
    earlier = total_of(buckets.db, before(slots), meant)
    return DashboardShape(
        start_time=slots.bounds[0],
        end_time=min(slots.bounds[-1], call.rooms.clock.now_ns() // NS_PER_S + 1),
        time_zone=timezone_of(call),
        step=_step(slots),
        starts=list(slots.bounds[:-1]),
        whose=_whose(narrowed(call, None)),
        group_by=ask.group_by,
        total=figures(found.all.total, costs=costs),
        before=figures(earlier, costs=costs),
        series=all_series(found.all),
        groups=_groups(call, ask, found, costs=costs),
        rest=None
        if found.rest is None
        else UsageRestShape(
            groups=found.others, figures=figures(found.rest.total, costs=costs), series=series(found.rest)
        ),
    )


def _groups(call: Call, ask: AskMine, found: Picture, *, costs: bool) -> list[UsageGroupShape]:
    if ask.group_by is None:
        return []
    names, kind = Names(call), ask.group_by
    return [
        UsageGroupShape(
            id=ident,
            name=names.of(kind, ident),
            within=names.within(kind, ident),
            figures=figures(line.total, costs=costs),
            series=series(line),
        )
        for ident, line in found.groups.items()
    ]


def _step(slots: Slots) -> Literal["hour", "day"]:
    """By the first stretch; a day is never one hour long."""
    return "hour" if slots.bounds[1] - slots.bounds[0] == HOUR_S else "day"


def _whose(meant: Narrowed) -> Literal["organization", "projects", "own"]:
    if meant.within is None:
        return "organization"
    return "projects" if meant.within else "own"


def _attached(_call: Call, given: Any) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="usage-{given.start_time}-{given.end_time}.csv"'}


_FORMS = (Form("csv", "text/csv; charset=utf-8", lambda _call, given: as_csv(given), _attached),)
ROUTES: tuple[Guarded, ...] = (
    Guarded("GET", "/v1/tokenry/dashboard", None, dashboard, asks=AskDashboard, forms=_FORMS),
    Guarded("GET", "/v1/tokenry/me/usage", None, my_usage, asks=AskMine, forms=_FORMS),
)
