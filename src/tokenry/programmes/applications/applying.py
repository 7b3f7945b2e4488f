"""What applicants do: draft, edit, submit, withdraw. Each act is audited in its own transaction, and blocks for it.

Nobody but the applicant changes an application, and a change names the revision it was made on, so that two windows do
not overwrite each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tokenry import storage
from tokenry.access import Actor, PermissionDenied
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.programmes.answers import check_answers
from tokenry.programmes.applications.applications import (
    Application,
    Found,
    Taking,
    find_application,
    put,
    require_revision,
    table,
    take_step,
)
from tokenry.programmes.applications.reviewing import reopen_reviews
from tokenry.programmes.calls.announcing import Happening, tell_officers
from tokenry.programmes.calls.calls import find_call
from tokenry.programmes.calls.programmes import Programme
from tokenry.programmes.lifecycle import EDITABLE, WrongState
from tokenry.programmes.office import Office
from tokenry.programmes.pools import amount_in_words
from tokenry.programmes.terms import Tier
from tokenry.storage import Transaction

_WIDE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")  # spaces of other widths
WITHDRAWN_MAX = 20  # applications of one person in one call; they are kept
TITLE_LENGTH_MAX = 100  # characters; the award will be called so
awards = storage.tables.awards


@dataclass(frozen=True, slots=True)
class Draft:
    """What an applicant writes. `asked`: whole units of the programme; `answers`: by the question's id."""

    tier: str
    title: str
    asked: int
    answers: dict[str, Any] = field(default_factory=dict)
    project_id: str | None = None
    renews: str | None = None


def applicant_of(by: Actor) -> str:
    """Who applies. Raises PermissionDenied for keys of projects, and for keys that are nobody's."""
    if by.user_id is None or by.kind == "api_key":
        raise PermissionDenied(
            "applications and reviews are a person's own: sign in, or use an admin key that was made for you; a "
            "project's key lies in too many hands"
        )
    return by.user_id


def create_draft(office: Office, by: Actor, call_id: str, draft: Draft) -> Application:
    """A new draft in an open call.

    Raises:
        NotFound: there is no such call. Conflict: it is not open, or one has too many applications in it already.
        InvalidRequest: what cannot be written.
    """
    user_id, now_ns = applicant_of(by), office.clock.now_ns()
    made_id = new_id("appl", at_ns=now_ns)
    with office.desk.act(by, "application.created", made_id, draft.project_id) as act:
        record, programme = find_call(act.connection, by.organization_id, call_id)
        _refuse_shut(programme, record.state(now_ns))
        _refuse_too_many(act.connection, programme, call_id, user_id)
        values = _checked(office, act.connection, by, programme, draft)
        made = Application(
            id=made_id, organization_id=by.organization_id, programme_id=programme.id, call_id=call_id,
            applicant_id=user_id, state="draft", revision=1, created_at=now_ns, changed_at=now_ns, submitted_at=None,
            **values,
        )  # fmt: skip
        act.details |= {"programme_id": programme.id, "call_id": call_id}
        act.connection.execute(table.insert(), {name: getattr(made, name) for name in Application.__slots__})
    return made


def edit_draft(office: Office, by: Actor, application_id: str, draft: Draft, revision: int) -> Application:
    """Write a draft, or one that was returned, anew.

    Raises:
        NotFound; StaleRevision: it was changed since; WrongState: it is submitted; InvalidRequest as `create_draft`.
    """
    with office.desk.act(by, "application.updated", application_id, draft.project_id) as act:
        found = own(act.connection, by, application_id)
        require_revision(found.application, revision)
        if found.application.state not in EDITABLE:
            raise WrongState(
                f"an application that is {found.application.state.replace('_', ' ')} is not changed any more; only a "
                "draft is, or one that was returned"
            )
        values = _checked(office, act.connection, by, found.programme, draft)
        act.details["revision"] = found.application.revision + 1
        return put(act.connection, found.application, values, office.clock.now_ns())


def submit(office: Office, by: Actor, application_id: str, revision: int | None = None) -> Application:
    """Hand it in: everything that must be answered is. One that was returned goes to the same reviewers again.

    Raises:
        NotFound; StaleRevision; WrongState; Conflict: the call is over; InvalidRequest: what is missing.
    """
    now_ns = office.clock.now_ns()
    with office.desk.act(by, "application.submitted", application_id) as act:
        found = own(act.connection, by, application_id)
        application, programme = found.application, found.programme
        require_revision(application, revision)
        record, _ = find_call(act.connection, by.organization_id, application.call_id)
        if application.state == "returned" and programme.closed_at is None:
            pass  # an officer asked for it, so it may come after the call's end
        else:
            _refuse_shut(programme, record.state(now_ns))
        draft = Draft(application.tier, application.title, application.asked, application.answers,
                      application.project_id, application.renews)  # fmt: skip
        _checked(office, act.connection, by, programme, draft)
        check_answers(programme.terms.fields, application.answers, complete=True)
        act.project_id = application.project_id
        after = take_step(act, by, application, Taking("submit", now_ns))
        if reopen_reviews(act.connection, application_id, now_ns):
            after = take_step(act, by, after, Taking("begin_review", now_ns))
        what = Happening("application.submitted", application_id, str(after.revision), {"tier": after.tier})
        tell_officers(office, act.connection, programme, what)
    office.notices.on_waiting()
    return after


def withdraw(office: Office, by: Actor, application_id: str, revision: int | None = None) -> Application:
    """Take it back, for good. Raises NotFound, StaleRevision, WrongState."""
    now_ns = office.clock.now_ns()
    with office.desk.act(by, "application.withdrawn", application_id) as act:
        found = own(act.connection, by, application_id)
        require_revision(found.application, revision)
        before = found.application.state
        after = take_step(act, by, found.application, Taking("withdraw", now_ns))
        if before not in EDITABLE:
            what = Happening("application.withdrawn", application_id, "1")
            tell_officers(office, act.connection, found.programme, what)
    office.notices.on_waiting()
    return after


def own(connection: Transaction, by: Actor, application_id: str) -> Found:
    """An application of the actor's own. Raises NotFound for anybody else's."""
    found = find_application(connection, by.organization_id, application_id)
    if found.application.applicant_id != applicant_of(by):
        raise NotFound(f"There is no application {application_id[:100]!r} of yours.", param="application_id")
    return found


def tier_of(programme: Programme, name: str) -> Tier:
    """A tier of a programme by its name. Raises InvalidRequest."""
    for tier in programme.terms.tiers:
        if tier.name == name:
            return tier
    names = ", ".join(tier.name for tier in programme.terms.tiers)
    raise InvalidRequest(f"tier: this programme has {names}", param="tier")


def _checked(office: Office, connection: Transaction, by: Actor, programme: Programme, draft: Draft) -> dict[str, Any]:
    tier = tier_of(programme, draft.tier)
    title = _WIDE.sub(" ", draft.title).strip()
    if not 0 < len(title) <= TITLE_LENGTH_MAX or not title.isprintable():
        raise InvalidRequest(f"title: 1 to {TITLE_LENGTH_MAX} printable characters", param="title")
    if not 0 < draft.asked <= tier.amount_max:
        raise InvalidRequest(
            f"asked: the tier {tier.name} gives up to {amount_in_words(programme.unit, tier.amount_max)}", param="asked"
        )
    project_id = _renewed_project(connection, programme, draft) or draft.project_id
    if project_id is not None:
        _require_project(office, by, project_id)
    answers = check_answers(programme.terms.fields, draft.answers, complete=False)
    return {
        "tier": tier.name, "title": title, "asked": draft.asked, "answers": answers, "project_id": project_id,
        "renews": draft.renews,
    }  # fmt: skip


def _renewed_project(connection: Transaction, programme: Programme, draft: Draft) -> str | None:
    """The project of the award that is to go on. Raises InvalidRequest."""
    if draft.renews is None:
        return None
    row = connection.execute(awards.select().where(awards.c.id == draft.renews)).one_or_none()
    if row is None or row.programme_id != programme.id:
        raise InvalidRequest("renews: this programme made no such award", param="renews")
    if draft.project_id not in {None, row.project_id}:
        raise InvalidRequest("project_id: a renewal is for the project of the award it renews", param="project_id")
    project_id: str = row.project_id
    return project_id


def _require_project(office: Office, by: Actor, project_id: str) -> None:
    roster = office.people.roster
    project = roster.projects.get(project_id)
    roles = roster.project_roles(by.user_id or "", by.organization_id)
    mine = project_id in roles or by.may("projects.write", project_id)
    if project is None or project.organization_id != by.organization_id or not mine:
        raise InvalidRequest(
            f"project_id: there is no project {project_id[:60]!r} in which you have a role; leave it out to have one "
            "made when the award is accepted",
            param="project_id",
        )
    if project.archived_at is not None:
        raise InvalidRequest("project_id: the project is archived", param="project_id")


def _refuse_shut(programme: Programme, state: str) -> None:
    if programme.closed_at is not None:
        raise Conflict("the programme is closed")
    if state != "open":
        words = "has not opened yet" if state == "announced" else "is over"
        raise Conflict(f"the call {words}; GET /v1/tokenry/me/calls shows those that are open")


def _refuse_too_many(connection: Transaction, programme: Programme, call_id: str, user_id: str) -> None:
    query = table.select().where(table.c.call_id == call_id, table.c.applicant_id == user_id)
    states = [row.state for row in connection.execute(query)]
    most = programme.terms.applications_max
    if len(states) - states.count("withdrawn") >= most:
        raise Conflict(f"one person has at most {most} applications in a call; edit or withdraw one of them")
    if len(states) >= most + WITHDRAWN_MAX:
        raise Conflict(f"one person withdraws at most {WITHDRAWN_MAX} applications in a call; edit one that is there")
