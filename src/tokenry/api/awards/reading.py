"""Awards as officers read them: `/v1/tokenry/awards`, and what an award would mean before it is made."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.api.awards.shapes import (
    AmendmentShape,
    AwardShape,
    ReportShape,
    StepShape,
    TrancheShape,
    WholeAward,
    amendment_shape,
    award_fields,
    award_shape,
    item_shape,
    report_shape,
    step_shape,
    tranche_shape,
)
from tokenry.api.guarded import Call, Guarded, Page, Paged, Query, listed
from tokenry.api.rooms import Rooms
from tokenry.base.units import AMOUNT_MAX
from tokenry.programmes import (
    AmendmentState,
    AwardState,
    ProgrammeAward,
    ReportState,
    Supply,
    WantedAwards,
    amendments_in,
    amendments_of,
    checklist,
    find_award,
    find_programme,
    get_programme,
    list_awards,
    programme_names,
    reports_in,
    reports_of,
    steps_of,
    supply_of,
    tranches_of,
)

Id = Annotated[str, Meta(max_length=128)]


class ListAwards(Paged, kw_only=True, frozen=True):
    """Which page, and only those of a programme, of a project, in a state."""

    programme_id: Id | None = None
    project_id: Id | None = None
    state: AwardState | None = None


class ListReports(Paged, kw_only=True, frozen=True):
    """Which page, and only those in this state."""

    state: ReportState | None = None


class ListAmendments(Paged, kw_only=True, frozen=True):
    """Which page, and only those in this state; `asked` are those that wait for a decision."""

    state: AmendmentState | None = None


class AskSupply(Query, kw_only=True, frozen=True):
    """An award that might be made: so many units for so many days."""

    programme_id: Id
    amount: Annotated[int, Meta(ge=1, le=AMOUNT_MAX)]
    days: Annotated[int, Meta(ge=1, le=3660)] = 365


class SupplyShape(msgspec.Struct, kw_only=True):
    """What an award means, and in `words`. `reason_needed`: its decision needs a reason, by the programme's policy."""

    supply: Supply
    words: list[str]
    reason_needed: bool
    object: Literal["tokenry.award_supply"] = "tokenry.award_supply"


def listing(call: Call) -> Page[AwardShape]:
    """List awards of programmes. Oldest first."""
    asked: ListAwards = call.query
    wanted = WantedAwards(call.organization_id, asked.programme_id, asked.project_id, asked.state)
    with call.rooms.desk.db.read() as connection:
        found = list_awards(connection, wanted)
        names = programme_names(connection, call.organization_id)
    return listed(found, asked, lambda one: one.id, lambda one: award_shape(call.rooms, one, names[one.programme_id]))


def one(call: Call) -> WholeAward:
    """Read an award. With its tranches, its reports, its changes, and what has to be done before it is closed."""
    return whole(call.rooms, call.organization_id, call.path["award_id"])


def history(call: Call) -> Page[StepShape]:
    """List what was done to an award. Oldest first; each step by whom, when and why."""
    with call.rooms.desk.db.read() as connection:
        award = find_award(connection, call.organization_id, call.path["award_id"])
        found = steps_of(connection, award.id)
    return listed(found, call.query, lambda step: step.id, step_shape)


def tranches(call: Call) -> Page[TrancheShape]:
    """List the tranches of an award. In their order."""
    with call.rooms.desk.db.read() as connection:
        award = find_award(connection, call.organization_id, call.path["award_id"])
        found = tranches_of(connection, award.id)
    return listed(found, call.query, lambda part: part.id, tranche_shape)


def reports(call: Call) -> Page[ReportShape]:
    """List the reports on an award. As they are due."""
    now_ns = call.rooms.clock.now_ns()
    with call.rooms.desk.db.read() as connection:
        award = find_award(connection, call.organization_id, call.path["award_id"])
        found = reports_of(connection, award.id)
    return listed(found, call.query, lambda report: report.id, lambda report: report_shape(report, now_ns))


def amendments(call: Call) -> Page[AmendmentShape]:
    """List the changes of an award. Those that are asked for and those that were made, oldest first."""
    with call.rooms.desk.db.read() as connection:
        award = find_award(connection, call.organization_id, call.path["award_id"])
        found = amendments_of(connection, award.id)
    return listed(found, call.query, lambda change: change.id, amendment_shape)


def all_reports(call: Call) -> Page[ReportShape]:
    """List the reports on all awards. As they are due; those on awards that are closed are left out."""
    asked: ListReports = call.query
    now_ns = call.rooms.clock.now_ns()
    with call.rooms.desk.db.read() as connection:
        found = [one for one in reports_in(connection, call.organization_id) if asked.state in {None, one.state}]
    return listed(found, asked, lambda report: report.id, lambda report: report_shape(report, now_ns))


def all_amendments(call: Call) -> Page[AmendmentShape]:
    """List the changes of all awards. Those that are asked for and those that were made, oldest first."""
    asked: ListAmendments = call.query
    with call.rooms.desk.db.read() as connection:
        found = [one for one in amendments_in(connection, call.organization_id) if asked.state in {None, one.state}]
    return listed(found, asked, lambda change: change.id, amendment_shape)


def supply(call: Call) -> SupplyShape:
    """Say what an award would mean. Accelerator time, money, energy, a date; and what a pool promises of its means."""
    asked: AskSupply = call.query
    programme = get_programme(call.rooms.desk.db, call.organization_id, asked.programme_id)
    meant = supply_of(call.rooms, programme, asked.amount, asked.days)
    needed = meant.exceeds(programme.terms.ratio_max_percent)
    return SupplyShape(supply=meant, words=meant.words(), reason_needed=needed)


def whole(rooms: Rooms, organization_id: str, award_id: str) -> WholeAward:
    """An award with all that belongs to it. Raises NotFound. Blocks for one read."""
    now_ns = rooms.clock.now_ns()
    with rooms.desk.db.read() as connection:
        award: ProgrammeAward = find_award(connection, organization_id, award_id)
        known = award.id in rooms.ledger.books.awards
        return WholeAward(
            **award_fields(rooms, award, find_programme(connection, organization_id, award.programme_id).name),
            tranches=[tranche_shape(part) for part in tranches_of(connection, award.id)],
            reports=[report_shape(report, now_ns) for report in reports_of(connection, award.id)],
            amendments=[amendment_shape(change) for change in amendments_of(connection, award.id)],
            closing=[item_shape(item) for item in checklist(rooms, connection, award)] if known else [],
        )


_ALL, _ONE = "/v1/tokenry/awards", "/v1/tokenry/awards/{award_id}"
ROUTES: tuple[Guarded, ...] = (
    Guarded("GET", _ALL, "awards.read", listing, asks=ListAwards),
    Guarded("GET", "/v1/tokenry/award_supply", "awards.read", supply, asks=AskSupply),
    Guarded("GET", "/v1/tokenry/award_reports", "awards.read", all_reports, asks=ListReports),
    Guarded("GET", "/v1/tokenry/award_amendments", "awards.read", all_amendments, asks=ListAmendments),
    Guarded("GET", _ONE, "awards.read", one),
    Guarded("GET", f"{_ONE}/history", "awards.read", history, asks=Paged),
    Guarded("GET", f"{_ONE}/tranches", "awards.read", tranches, asks=Paged),
    Guarded("GET", f"{_ONE}/reports", "awards.read", reports, asks=Paged),
    Guarded("GET", f"{_ONE}/amendments", "awards.read", amendments, asks=Paged),
)
