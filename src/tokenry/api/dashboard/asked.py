"""What a dashboard is asked for: which time, whose use, divided by what. Days are those of the organization's zone."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final, Literal

from msgspec import Meta

from tokenry.api.guarded import Call, Query
from tokenry.api.organization.spans import Names, Seconds, narrowed
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest
from tokenry.ledger.buckets import DAY_S, HOUR_S, Sketched, days_before, slots_between
from tokenry.storage import GroupColumn, Narrowed, RankedBy, Slots

GROUPS_MAX = 50
HOURS_MAX = 31 * 24  # stretches of one picture
DAYS_MAX = 732
STEP_HOURS_MAX = 3  # days, up to which hours are told when nobody says how wide stretches are
COLUMNS: Final[dict[str, GroupColumn]] = {
    "model": "model", "project": "project_id", "member": "user_id", "key": "key_id", "endpoint": "endpoint",
    "tier": "tier",
}  # fmt: skip
_DAYS: Final = {"24h": 1, "7d": 7, "30d": 30, "90d": 90}

Window = Literal["24h", "7d", "30d", "90d"]
GroupBy = Literal["model", "project", "member", "key", "endpoint", "tier"]


class AskMine(Query, kw_only=True, frozen=True):
    """Which time, in which steps, divided by what. `window` ends now; `start_time` and `end_time` go before it.

    `groups` is how many stand alone; the others are told together.
    """

    window: Window = "7d"
    start_time: Seconds | None = None
    end_time: Seconds | None = None
    step: Literal["hour", "day"] | None = None
    group_by: GroupBy | None = None
    order: RankedBy = "cost"
    groups: Annotated[int, Meta(ge=1, le=GROUPS_MAX)] = 10
    project_ids: Names | None = None
    api_key_ids: Names | None = None
    models: Names | None = None
    format: Literal["json", "csv"] | None = None


class AskDashboard(AskMine, kw_only=True, frozen=True):
    """The same of everybody whose use may be seen, or of some members."""

    user_ids: Names | None = None


def timezone_of(call: Call) -> str:
    """Where the organization's days begin."""
    organization = call.rooms.people.roster.organizations.get(call.organization_id)
    return (organization.timezone if organization else None) or "UTC"


def slots_of(call: Call, ask: AskMine) -> Slots:
    """The stretches of time that are meant. Raises InvalidRequest."""
    now = call.rooms.clock.now_ns() // NS_PER_S + 1  # so that the second that has just begun is in it
    zone = timezone_of(call)
    if ask.start_time is None and ask.end_time is not None:
        raise InvalidRequest(
            "give `start_time` with `end_time`, or neither for a window that ends now", param="end_time"
        )
    end = now if ask.end_time is None else min(ask.end_time, now)
    if ask.start_time is None:
        start = now - DAY_S + HOUR_S if ask.window == "24h" else days_before(now - 1, _DAYS[ask.window], zone)
    else:
        start = ask.start_time
    if start >= end:
        raise InvalidRequest("`start_time` must lie before `end_time`, and not in the future", param="start_time")
    step = ask.step or ("hour" if end - start <= STEP_HOURS_MAX * DAY_S else "day")
    width, most = (HOUR_S, HOURS_MAX) if step == "hour" else (DAY_S, DAYS_MAX)
    if end - start > width * most:
        raise InvalidRequest(
            f"that is more than {most} {step}s; ask for less time, or for days instead of hours", param="step"
        )
    return slots_between(start, end, step, zone)


def before(slots: Slots) -> Slots:
    """As much time as these stretches take, just before them."""
    start, end = slots.bounds[0], slots.bounds[-1]
    return Slots((start - (end - start), start), HOUR_S)


def whose(call: Call, ask: AskDashboard) -> Narrowed:
    """Whose use is meant, as far as it may be seen. Raises as `narrowed`."""
    return replace(narrowed(call, ask.project_ids, ask.api_key_ids), user_ids=ask.user_ids, models=ask.models)


def mine(user_id: str, call: Call, ask: AskMine) -> Narrowed:
    """A person's own use, wherever it was."""
    return Narrowed(
        call.organization_id, project_ids=ask.project_ids, user_ids=(user_id,), key_ids=ask.api_key_ids,
        models=ask.models,
    )  # fmt: skip


def sketched(ask: AskMine, slots: Slots, meant: Narrowed) -> Sketched:
    """What the picture is to show."""
    column = None if ask.group_by is None else COLUMNS[ask.group_by]
    return Sketched(slots, meant, column, (ask.order, ask.groups))
