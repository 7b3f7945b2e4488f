"""Awards as those who have them see them: `/v1/tokenry/me/awards`. Members read, owners of the project report and ask.

An award of a project that is not theirs to see does not exist for them.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from tokenry.access import Actor
from tokenry.api.awards.acts import Amend, wish
from tokenry.api.awards.reading import whole
from tokenry.api.awards.shapes import (
    AmendmentShape,
    AwardShape,
    ReportShape,
    StepShape,
    WholeAward,
    amendment_shape,
    award_shape,
    report_shape,
    step_shape,
)
from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.base.errors import NotFound
from tokenry.programmes import (
    ProgrammeAward,
    WantedAwards,
    ask_amendment,
    find_amendment,
    find_award,
    find_report,
    list_awards,
    programme_names,
    steps_of,
    submit_report,
    take_back_amendment,
)
from tokenry.storage import Transaction

Link = Annotated[str, Meta(max_length=2000)]


class Submit(Taken, kw_only=True, frozen=True):
    """A report: what was done with the award, and where it can be seen."""

    text: Annotated[str, Meta(min_length=1, max_length=50_000)]
    links: Annotated[tuple[Link, ...], Meta(max_length=20)] = ()


def listing(call: Call) -> Page[AwardShape]:
    """List the awards of one's projects. Oldest first."""
    with call.rooms.desk.db.read() as connection:
        found = list_awards(connection, WantedAwards(call.organization_id))
        names = programme_names(connection, call.organization_id)
    mine = [one for one in found if one.project_id in call.actor.within]  # as in `seen`: what is listed can be read
    return listed(
        mine, call.query, lambda one: one.id, lambda one: award_shape(call.rooms, one, names[one.programme_id])
    )


def one(call: Call) -> WholeAward:
    """Read an award of one's project. With its tranches, its reports and its changes."""
    with call.rooms.desk.db.read() as connection:
        award = seen(connection, call.actor, call.path["award_id"])
    return whole(call.rooms, call.organization_id, award.id)


def history(call: Call) -> Page[StepShape]:
    """List what was done to an award of one's project. Oldest first."""
    with call.rooms.desk.db.read() as connection:
        award = seen(connection, call.actor, call.path["award_id"])
        found = steps_of(connection, award.id)
    return listed(found, call.query, lambda step: step.id, step_shape)


def ask(call: Call) -> AmendmentShape:
    """Ask for a change of an award. More units, more time, units to another of the project; an officer decides."""
    with call.rooms.desk.db.read() as connection:
        award = seen(connection, call.actor, call.path["award_id"])
    call.actor.require("projects.write", award.project_id)
    return amendment_shape(ask_amendment(call.rooms, call.actor, wish(call)))


def take_back(call: Call) -> AmendmentShape:
    """Take back what one asked for. While nobody has decided on it."""
    amendment_id = call.path["amendment_id"]
    with call.rooms.desk.db.read() as connection:
        asked = find_amendment(connection, call.organization_id, amendment_id)
        award = _seen_or(connection, call.actor, asked.award_id, NotFound(f"There is no amendment {amendment_id!r}."))
    call.actor.require("projects.write", award.project_id)
    return amendment_shape(take_back_amendment(call.rooms, call.actor, amendment_id))


def submit(call: Call) -> ReportShape:
    """Hand in a report. A late one says so, and is taken until the award is closed."""
    asked: Submit = call.body
    report_id = call.path["report_id"]
    with call.rooms.desk.db.read() as connection:
        report = find_report(connection, call.organization_id, report_id)
        award = _seen_or(connection, call.actor, report.award_id, NotFound(f"There is no report {report_id!r}."))
    call.actor.require("projects.write", award.project_id)
    handed_in = submit_report(call.rooms, call.actor, report_id, asked.text, asked.links)
    return report_shape(handed_in, call.rooms.clock.now_ns())


def seen(connection: Transaction, by: Actor, award_id: str) -> ProgrammeAward:
    """An award that exists for somebody. Raises NotFound."""
    return _seen_or(connection, by, award_id, NotFound(f"There is no award {award_id[:100]!r}.", param="award_id"))


def _seen_or(connection: Transaction, by: Actor, award_id: str, missing: NotFound) -> ProgrammeAward:
    award = find_award(connection, by.organization_id, award_id)
    if not by.sees(award.project_id):
        raise missing
    return award


_ALL, _ONE = "/v1/tokenry/me/awards", "/v1/tokenry/me/awards/{award_id}"
_WISH = {"kind": "extension", "until": 1_830_000_000, "reason": "the machine was down for a month"}
_TEXT = {"text": "All three models were compared; the preprint is out.", "links": ["https://example.org/preprint"]}
ROUTES: tuple[Guarded, ...] = (
    Guarded("GET", _ALL, None, listing, asks=Paged),
    Guarded("GET", _ONE, None, one),
    Guarded("GET", f"{_ONE}/history", None, history, asks=Paged),
    Guarded("POST", f"{_ONE}/amendments", None, ask, takes=Amend, example=_WISH),
    Guarded("POST", "/v1/tokenry/me/award_amendments/{amendment_id}/take_back", None, take_back),
    Guarded("POST", "/v1/tokenry/me/award_reports/{report_id}/submit", None, submit, takes=Submit, example=_TEXT),
)
