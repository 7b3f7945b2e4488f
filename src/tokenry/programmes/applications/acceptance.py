"""The applicant's answer to an offer: accepted exactly as it was decided, or refused. Each once."""

from __future__ import annotations

import asyncio

from tokenry import storage
from tokenry.access import Actor
from tokenry.base.clock import NS_PER_S, isoformat
from tokenry.base.errors import Conflict
from tokenry.programmes.applications.applications import Application, Taking, take_step
from tokenry.programmes.applications.applying import own
from tokenry.programmes.applications.decisions import decision_within, table
from tokenry.programmes.awards.granting import grant_accepted
from tokenry.programmes.calls.announcing import Happening, tell_officers
from tokenry.programmes.lifecycle import next_application_state
from tokenry.programmes.office import Office
from tokenry.storage import Transaction


class OtherTerms(Conflict):
    """What somebody accepts is not what was decided."""

    code = "other_terms"


class OfferEnded(Conflict):
    """The time to accept an offer is over."""

    code = "offer_ended"


async def accept(office: Office, by: Actor, application_id: str, terms_hash: str) -> Application:
    """Accept an offer by the hash of its terms, and have the award made. On the event loop.

    Raises:
        NotFound; WrongState: it was answered before; OtherTerms; OfferEnded.
        Conflict, LedgerUnavailable: it is accepted, and the award is made as soon as it can be.
    """
    accepted = await asyncio.to_thread(_accept, office, by, application_id, terms_hash)
    try:
        await grant_accepted(office, application_id)
    except Conflict as error:
        raise Conflict(
            "your acceptance is kept, and the award is made by itself as soon as the programme's pool has the units "
            "for it; its officers see that it waits"
        ) from error
    return accepted


def refuse(office: Office, by: Actor, application_id: str, words: str | None) -> Application:
    """Say no to an offer, for good. Raises NotFound, WrongState."""
    now_ns = office.clock.now_ns()
    with office.desk.act(by, "application.refused", application_id) as act:
        found = own(act.connection, by, application_id)
        after = take_step(act, by, found.application, Taking("refuse", now_ns, words))
        tell_officers(office, act.connection, found.programme, Happening("application.refused", application_id))
    office.notices.on_waiting()
    return after


def _accept(office: Office, by: Actor, application_id: str, terms_hash: str) -> Application:
    now_ns = office.clock.now_ns()
    with office.desk.act(by, "application.accepted", application_id) as act:
        found = own(act.connection, by, application_id)
        next_application_state("accept", found.application.state)
        decision = decision_within(act.connection, application_id)
        offer = None if decision is None else decision.offer
        assert decision is not None, "what is approved was decided"
        assert offer is not None, "what is approved has an offer"
        if terms_hash != decision.terms_hash:
            raise OtherTerms(
                "these are not the terms that were decided: read the application again, and accept the `terms_hash` "
                "that it shows",
                param="terms_hash",
            )
        if now_ns > offer.accept_by * NS_PER_S:
            raise OfferEnded(
                f"the offer could be accepted until {isoformat(offer.accept_by * NS_PER_S)}; ask the programme's "
                "officers for another one"
            )
        _require_project(act.connection, offer.project_id)
        after = take_step(act, by, found.application, Taking("accept", now_ns))
        accepted = {"accepted_by": by.user_id, "accepted_at": now_ns}
        act.connection.execute(table.update().where(table.c.application_id == application_id), accepted)
        act.details["terms_hash"] = terms_hash
        tell_officers(office, act.connection, found.programme, Happening("application.accepted", application_id))
    office.notices.on_waiting()
    return after


def _require_project(connection: Transaction, project_id: str | None) -> None:
    """An award cannot go where nothing is spent any more. Raises Conflict."""
    projects = storage.tables.projects
    row = connection.execute(projects.select().where(projects.c.id == (project_id or ""))).one_or_none()
    if project_id is not None and (row is None or row.archived_at is not None):
        raise Conflict("the project that the award is for is archived; ask the programme's officers")
