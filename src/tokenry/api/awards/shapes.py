"""How awards, their tranches, reports and changes look as JSON.

Times are seconds since the epoch; amounts are whole units of the award: tokens, or nano-USD.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from tokenry.api.rooms import Rooms
from tokenry.base.clock import NS_PER_S
from tokenry.programmes import (
    Amendment,
    AmendmentKind,
    AmendmentState,
    AwardTerms,
    ClosingItem,
    ProgrammeAward,
    Report,
    ReportKind,
    ReportState,
    Step,
    Tranche,
    TrancheState,
    UnitName,
)

Status = Literal[
    "granting", "scheduled", "active", "suspended", "exhausted", "expired", "closing", "closed"
]  # fmt: skip


class UnitsShape(msgspec.Struct, kw_only=True):
    """`issued` = `spent` + `held` + `left` + `returned` + `expired`; `committed` is promised beside it."""

    issued: int
    committed: int
    held: int
    spent: int
    left: int
    returned: int
    expired: int


class AwardShape(msgspec.Struct, kw_only=True):
    """An award of a programme. `amount` is of all its tranches; `units` is how it stands, null until it is granted.

    `programme`, `project` and `awardee` are names.
    """

    id: str
    name: str
    programme_id: str
    programme: str
    project_id: str
    project: str
    application_id: str | None
    renews: str | None
    awardee_id: str | None
    awardee: str | None
    unit: UnitName
    status: Status
    amount: int
    units: UnitsShape | None
    terms: AwardTerms
    begins_at: int
    ends_at: int
    created_at: int
    changed_at: int
    closed_at: int | None
    object: Literal["tokenry.award"] = "tokenry.award"


class TrancheShape(msgspec.Struct, kw_only=True):
    """A part of an award. `due_at` null = it waits for the report `report_id` to be accepted."""

    id: str
    award_id: str
    number: int
    amount: int
    due_at: int | None
    report_id: str | None
    state: TrancheState
    released_at: int | None
    object: Literal["tokenry.award_tranche"] = "tokenry.award_tranche"


class ReportShape(msgspec.Struct, kw_only=True):
    """A report. `late`: it came after its day, or has not come and should have."""

    id: str
    award_id: str
    kind: ReportKind
    number: int
    due_at: int
    late: bool
    state: ReportState
    text: str | None
    links: list[str]
    submitted_by: str | None
    submitted_at: int | None
    decided_by: str | None
    words: str | None
    decided_at: int | None
    object: Literal["tokenry.award_report"] = "tokenry.award_report"


class AmendmentShape(msgspec.Struct, kw_only=True):
    """A change of an award that was asked for or made. `until` is the new end, `words` are of whoever decided."""

    id: str
    award_id: str
    kind: AmendmentKind
    state: AmendmentState
    amount: int | None
    other_award_id: str | None
    until: int | None
    reason: str
    words: str | None
    asked_by: str
    decided_by: str | None
    created_at: int
    decided_at: int | None
    object: Literal["tokenry.award_amendment"] = "tokenry.award_amendment"


class StepShape(msgspec.Struct, kw_only=True):
    """What was done to an award. `state` is the award's after it; `details` are ids and amounts."""

    id: str
    step: str
    state: str
    actor_id: str
    words: str | None
    details: dict[str, Any]
    at: int
    object: Literal["tokenry.award_step"] = "tokenry.award_step"


class ItemShape(msgspec.Struct, kw_only=True):
    """A line of the checklist before an award is closed."""

    name: str
    done: bool
    words: str


class WholeAward(AwardShape, kw_only=True):
    """An award with all that belongs to it. `closing` is what has to be done before it is closed."""

    tranches: list[TrancheShape]
    reports: list[ReportShape]
    amendments: list[AmendmentShape]
    closing: list[ItemShape]


def award_fields(rooms: Rooms, award: ProgrammeAward, programme: str) -> dict[str, Any]:
    """The members of an award as it is shown. `programme`: the name of its programme."""
    roster = rooms.people.roster
    project, awardee = roster.projects.get(award.project_id), roster.users.get(award.awardee_id or "")
    return {
        "programme": programme,
        "project": award.project_id if project is None else project.name,
        "awardee": None if awardee is None else awardee.name or awardee.email,
        "id": award.id,
        "name": award.name,
        "programme_id": award.programme_id,
        "project_id": award.project_id,
        "application_id": award.application_id,
        "renews": award.renews,
        "awardee_id": award.awardee_id,
        "unit": award.unit,
        "status": status_of(rooms, award),
        "amount": award.amount,
        "units": units_of(rooms, award),
        "terms": award.terms,
        "begins_at": award.begins_at // NS_PER_S,
        "ends_at": award.ends_at // NS_PER_S,
        "created_at": award.created_at // NS_PER_S,
        "changed_at": award.changed_at // NS_PER_S,
        "closed_at": seconds(award.closed_at),
    }


def award_shape(rooms: Rooms, award: ProgrammeAward, programme: str) -> AwardShape:
    """An award as it is listed. `programme`: the name of its programme."""
    return AwardShape(**award_fields(rooms, award, programme))


def units_of(rooms: Rooms, award: ProgrammeAward) -> UnitsShape | None:
    """How it stands in the ledger."""
    if award.id not in rooms.ledger.books.awards:
        return None
    stands = rooms.ledger.balance(award.id)
    return UnitsShape(**{name: getattr(stands, name) for name in UnitsShape.__struct_fields__})


def status_of(rooms: Rooms, award: ProgrammeAward) -> Status:
    """What it is worth now, in one word."""
    if award.state != "active":
        return award.state
    now_ns = rooms.clock.now_ns()
    if award.ends_at <= now_ns:
        return "expired"
    if now_ns < award.begins_at:
        return "scheduled"
    known = rooms.ledger.books.awards.get(award.id)
    spent = known is not None and rooms.ledger.books.accounts[known.account].unspent <= 0
    return "exhausted" if spent else "active"


def tranche_shape(one: Tranche) -> TrancheShape:
    """A tranche as it is shown."""
    values = {name: getattr(one, name) for name in Tranche.__slots__}
    return TrancheShape(**values | {"due_at": seconds(one.due_at), "released_at": seconds(one.released_at)})


def report_shape(one: Report, now_ns: int) -> ReportShape:
    """A report as it is shown."""
    values = {name: getattr(one, name) for name in Report.__slots__}
    values |= {name: seconds(values[name]) for name in ("due_at", "submitted_at", "decided_at")}
    return ReportShape(**values | {"late": one.late(now_ns), "links": one.links or []})


def amendment_shape(one: Amendment) -> AmendmentShape:
    """A change as it is shown."""
    values = {name: getattr(one, name) for name in Amendment.__slots__}
    return AmendmentShape(**values | {name: seconds(values[name]) for name in ("until", "created_at", "decided_at")})


def step_shape(one: Step) -> StepShape:
    """A step as it is shown."""
    return StepShape(
        id=one.id, step=one.step, state=one.state, actor_id=one.actor_id, words=one.words, details=one.details or {},
        at=one.at // NS_PER_S,
    )  # fmt: skip  # one line of names


def item_shape(one: ClosingItem) -> ItemShape:
    """A line of the checklist as it is shown."""
    return ItemShape(name=one.name, done=one.done, words=one.words)


def seconds(at_ns: int | None) -> Any:
    """Seconds since the epoch; None for never."""
    return None if at_ns is None else at_ns // NS_PER_S
