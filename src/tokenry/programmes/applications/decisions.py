"""Deciding on an application: return it, let it wait, decline it, or approve it with an amount and conditions.

All that a decision rests on (state, reviews, what the pool still has) is read in its own transaction, which takes the
writer's lock when it begins: of two officers who decide at once, one decides, and the other is told so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from tokenry import storage
from tokenry.access import Act, Actor
from tokenry.base.clock import NS_PER_S, isoformat
from tokenry.base.errors import Conflict, InvalidRequest
from tokenry.base.ids import new_id
from tokenry.programmes.applications.applications import (
    Application,
    Found,
    Taking,
    checked_words,
    find_application,
    note_step,
    put,
    require_revision,
    take_step,
)
from tokenry.programmes.applications.applying import tier_of
from tokenry.programmes.applications.conflicts import conflict_of, refuse_near
from tokenry.programmes.applications.reviewing import assignments_within
from tokenry.programmes.awards.award_terms import terms_of_offer
from tokenry.programmes.awards.backing import ReasonMissing, supply_of
from tokenry.programmes.awards.schedule import Period, refuse_impossible
from tokenry.programmes.awards.supply import Supply
from tokenry.programmes.calls.announcing import Happening, tell_person
from tokenry.programmes.calls.programmes import Programme
from tokenry.programmes.lifecycle import next_application_state
from tokenry.programmes.offers import Offer, hash_of, read_offer
from tokenry.programmes.office import Office
from tokenry.programmes.pools import amount_in_words, pool_balance, written_and_not_granted
from tokenry.programmes.promises import promised
from tokenry.storage import AppDb, Transaction

table = storage.tables.decisions
DAY_NS = 86_400 * NS_PER_S


class PoolExhausted(Conflict):
    """The pool has less left than would be promised."""

    code = "pool_exhausted"


class ReviewsMissing(Conflict):
    """The tier asks for more reviews than there are."""

    code = "reviews_missing"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided. `amount`, `days`, `terms` and `supply` are None of one that was declined."""

    id: str
    application_id: str
    outcome: str
    amount: int | None
    days: int | None
    panel_note: str | None
    words: str | None
    conditions: str | None
    override: str | None
    supply: dict[str, Any] | None
    terms: dict[str, Any] | None
    decided_by: str
    decided_at: int
    accepted_by: str | None
    accepted_at: int | None

    @property
    def offer(self) -> Offer | None:
        """What is offered; None of one that was declined."""
        return None if self.terms is None else read_offer(self.terms)

    @property
    def terms_hash(self) -> str | None:
        """By which it is accepted."""
        return None if self.terms is None else hash_of(self.terms)


@dataclass(frozen=True, slots=True)
class Approval:
    """What an officer gives. None = what was asked for, the tier's days.

    `words` and `conditions` are for the applicant, `panel_note` is for officers and reviewers; `override` says why more
    is promised than can be delivered. `revision`: of the application, as it was read.
    """

    amount: int | None = None
    days: int | None = None
    conditions: str | None = None
    words: str | None = None
    panel_note: str | None = None
    override: str | None = None
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Denial:
    """Why an officer says no; as in `Approval`."""

    words: str
    panel_note: str | None = None
    revision: int | None = None


def send_back(office: Office, by: Actor, application_id: str, words: str, revision: int | None = None) -> Application:
    """Return an application to be changed, with words that say what. Raises NotFound, WrongState, InvalidRequest."""
    now_ns = office.clock.now_ns()
    words = checked_words(words, needed=True) or ""
    with office.desk.act(by, "application.returned", application_id) as act:
        found = _judged(office, act, by, application_id, revision)
        after = take_step(act, by, found.application, Taking("return", now_ns, words))
        what = Happening("application.returned", application_id, str(after.revision))
        tell_person(office, act.connection, found.programme, what, after.applicant_id)
    office.notices.on_waiting()
    return after


def waitlist(
    office: Office, by: Actor, application_id: str, words: str | None = None, revision: int | None = None
) -> Application:
    """Let it wait for units that others may leave: neither yes nor no. Nothing is promised by it.

    Raises:
        NotFound; WrongState: somebody was quicker; StaleRevision; ConflictOfInterest; InvalidRequest.
    """
    now_ns = office.clock.now_ns()
    with office.desk.act(by, "application.waitlisted", application_id) as act:
        found = _judged(office, act, by, application_id, revision)
        after = take_step(act, by, found.application, Taking("waitlist", now_ns, checked_words(words)))
        what = Happening("application.waitlisted", application_id, str(after.revision))
        tell_person(office, act.connection, found.programme, what, after.applicant_id)
    office.notices.on_waiting()
    return after


def decline(office: Office, by: Actor, application_id: str, denial: Denial) -> Application:
    """Say no, with words for the applicant. For good. Raises NotFound, WrongState, InvalidRequest."""
    now_ns = office.clock.now_ns()
    words = checked_words(denial.words, needed=True)
    with office.desk.act(by, "application.declined", application_id) as act:
        found = _judged(office, act, by, application_id, denial.revision)
        after = take_step(act, by, found.application, Taking("decline", now_ns, words))
        row = _row(by, found, "decline", now_ns)
        row |= {"words": words, "panel_note": checked_words(denial.panel_note, "panel_note")}
        act.connection.execute(table.insert(), row)
        _tell(office, act, found, "declined")
    office.notices.on_waiting()
    return after


def approve(office: Office, by: Actor, application_id: str, approval: Approval) -> Application:
    """Say yes: an offer that the applicant has so many days to accept.

    Raises:
        NotFound; WrongState: somebody was quicker; StaleRevision; ConflictOfInterest: it is their own;
        InvalidRequest: more than the tier gives, or `override` is missing; ReviewsMissing; PoolExhausted.
    """
    now_ns = office.clock.now_ns()
    with office.desk.act(by, "application.approved", application_id) as act:
        found = _judged(office, act, by, application_id, approval.revision)
        next_application_state("approve", found.application.state)
        offer = _offer(found, approval, now_ns)
        refuse_impossible(offer.amount, Period.of_days(now_ns, offer.days), terms_of_offer(offer))
        _require_reviews(office, act.connection, found)
        require_pool(office, act.connection, found.programme, offer.amount)
        override = checked_words(approval.override, "override")
        supply = _require_reason(office, found, offer, override)
        after = take_step(act, by, found.application, Taking("approve", now_ns, checked_words(approval.words)))
        row = _row(by, found, "approve", now_ns)
        row |= {
            "amount": offer.amount, "days": offer.days, "conditions": offer.conditions, "override": override,
            "words": checked_words(approval.words), "panel_note": checked_words(approval.panel_note, "panel_note"),
            "supply": msgspec.to_builtins(supply), "terms": msgspec.to_builtins(offer),
        }  # fmt: skip
        act.connection.execute(table.insert(), row)
        act.details |= {"amount": offer.amount, "days": offer.days, "terms_hash": offer.hash}
        act.details |= {"ratio_percent": supply.ratio_percent, "override": override is not None}
        _tell(office, act, found, "approved", {"accept_by": isoformat(offer.accept_by * NS_PER_S)})
    office.notices.on_waiting()
    return after


def offer_again(office: Office, by: Actor, application_id: str, words: str | None = None) -> Application:
    """Offer the same once more, to be accepted within the programme's days from now. Raises as `approve`."""
    now_ns = office.clock.now_ns()
    with office.desk.act(by, "application.offered_again", application_id) as act:
        found = _judged(office, act, by, application_id, None)
        next_application_state("accept", found.application.state)
        decision = decision_within(act.connection, application_id)
        before = None if decision is None else decision.offer
        assert before is not None, "what is approved has an offer"
        if before.accept_by * NS_PER_S < now_ns:  # else the pool holds it still
            require_pool(office, act.connection, found.programme, before.amount)
        within = found.programme.terms.accept_within_days * DAY_NS
        offer = msgspec.structs.replace(before, accept_by=(now_ns + within) // NS_PER_S)
        act.connection.execute(
            table.update().where(table.c.application_id == application_id), {"terms": msgspec.to_builtins(offer)}
        )
        after = put(act.connection, found.application, {}, now_ns)
        note_step(act, by, after, "offer_again", words)
        act.details |= {"amount": offer.amount, "terms_hash": offer.hash}
        _tell(office, act, found, "approved", {"accept_by": isoformat(offer.accept_by * NS_PER_S)})
    office.notices.on_waiting()
    return after


def decision_of(db: AppDb, application_id: str) -> Decision | None:
    """What was decided about an application; None = nothing yet. Blocks for one read."""
    with db.read() as connection:
        return decision_within(connection, application_id)


def decision_within(connection: Transaction, application_id: str) -> Decision | None:
    """As `decision_of`, as this transaction sees it."""
    row = connection.execute(table.select().where(table.c.application_id == application_id)).one_or_none()
    return None if row is None else Decision(**row._asdict())


def require_pool(office: Office, connection: Transaction, programme: Programme, amount: int) -> None:
    """Raise PoolExhausted unless the pool covers an amount beside all that is promised already.

    What is promised is read before what is left: a grant in between makes it look like less, never like more.
    """
    owed, unit = promised(connection, programme.id, office.clock.now_ns()), programme.unit
    owed += written_and_not_granted(office, connection, programme.id)
    pool = pool_balance(office, programme.pool_id)
    free = (0 if pool is None else pool.left) - owed
    if amount > free:
        raise PoolExhausted(
            f"the programme's pool has {amount_in_words(unit, max(0, free))} left that nobody was promised, and this "
            f"takes {amount_in_words(unit, amount)}; give less, or have its cap raised (tokenry programme change --cap)"
        )


def _judged(office: Office, act: Act, by: Actor, application_id: str, revision: int | None) -> Found:
    found = find_application(act.connection, by.organization_id, application_id)
    refuse_near(office.people.roster, by, found.application)
    require_revision(found.application, revision)
    return found


def _offer(found: Found, approval: Approval, now_ns: int) -> Offer:
    application, programme = found.application, found.programme
    terms, tier = programme.terms, tier_of(programme, application.tier)
    amount = application.asked if approval.amount is None else approval.amount
    days = tier.days if approval.days is None else approval.days
    if not 0 < amount <= tier.amount_max:
        raise InvalidRequest(
            f"amount: the tier {tier.name} gives up to {amount_in_words(programme.unit, tier.amount_max)}",
            param="amount",
        )
    if not 0 < days <= tier.days:
        raise InvalidRequest(f"days: an award of the tier {tier.name} lasts 1 to {tier.days} days", param="days")
    return Offer(
        programme_id=programme.id, programme=programme.name, application_id=application.id,
        project_id=application.project_id, renews=application.renews, tier=tier.name, unit=programme.unit,
        amount=amount, days=days, accept_by=(now_ns + terms.accept_within_days * DAY_NS) // NS_PER_S,
        programme_conditions=terms.conditions, conditions=checked_words(approval.conditions, "conditions") or "",
        acknowledgement=terms.acknowledgement, weights=terms.weights, restrictions=terms.restrictions,
        reporting=terms.reporting, tranches=terms.tranches,
    )  # fmt: skip


def _require_reviews(office: Office, connection: Transaction, found: Found) -> None:
    """A score of somebody who has come too near to the application meanwhile counts no more."""
    needed, roster = tier_of(found.programme, found.application.tier).reviews, office.people.roster
    scored = [one for one in assignments_within(connection, found.application.id) if one.state == "scored"]
    there = len([one for one in scored if conflict_of(roster, one.reviewer_id, found.application) is None])
    if there < needed:
        raise ReviewsMissing(
            f"the tier {found.application.tier} is decided on with {needed} reviews, and there are {there}; assign "
            "reviewers, or wait for them"
        )


def _require_reason(office: Office, found: Found, offer: Offer, override: str | None) -> Supply:
    """What the award means for the pool; above the policy's ratio somebody says why it is made all the same."""
    programme = found.programme
    meant = supply_of(office, programme, offer.amount, offer.days)
    most = programme.terms.ratio_max_percent
    if override is None and meant.exceeds(most):
        raise ReasonMissing(
            f"with this award {meant.ratio_percent} % of what the pool can deliver within {meant.days} days is "
            f"promised, and the programme's policy is {most} %: say in `override` why it is made all the same, or give "
            "less",
            param="override",
        )
    return meant


def _row(by: Actor, found: Found, outcome: str, now_ns: int) -> dict[str, Any]:
    return {
        "id": new_id("dcn", at_ns=now_ns), "application_id": found.application.id, "outcome": outcome,
        "decided_by": by.user_id or by.id, "decided_at": now_ns,
    }  # fmt: skip


def _tell(office: Office, act: Act, found: Found, state: str, more: dict[str, Any] | None = None) -> None:
    nth = str(found.application.revision)
    what = Happening("application.decided", found.application.id, nth, {"state": state, **(more or {})})
    tell_person(office, act.connection, found.programme, what, found.application.applicant_id)
