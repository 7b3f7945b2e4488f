"""One application as somebody in particular sees it: an officer, an auditor, one of its reviewers, or its applicant."""

from __future__ import annotations

import msgspec

from tokenry.access import Actor
from tokenry.api.programmes.shapes import (
    ApplicationShape,
    StepShape,
    assignment_shape,
    decision_shape,
    facts,
    is_reviewer_alone,
    score_shape,
    seconds,
)
from tokenry.api.rooms import Rooms
from tokenry.base.errors import NotFound
from tokenry.programmes import (
    ACTIVE,
    READING,
    Application,
    Assignment,
    Decision,
    Found,
    Supply,
    application_steps_of,
    assignments_of,
    decision_of,
    get_application,
    panel_score,
    supply_of,
)


def seen(rooms: Rooms, actor: Actor, application_id: str) -> tuple[Found, list[Assignment]]:
    """An application that the actor may see at all, with its reviews. Raises NotFound. Blocks."""
    found = get_application(rooms.desk.db, actor.organization_id, application_id)
    assignments = assignments_of(rooms.desk.db, application_id)
    unseen = found.application.is_private and found.application.applicant_id != actor.user_id
    if unseen or (is_reviewer_alone(actor) and own_review(actor, assignments) is None):
        raise NotFound(f"There is no application {application_id[:100]!r}.", param="application_id")
    return found, assignments


def own_review(actor: Actor, assignments: list[Assignment]) -> Assignment | None:
    """The actor's own review among these, if they are asked for one."""
    mine = (one for one in assignments if one.reviewer_id == actor.user_id and one.state in ACTIVE)
    return next(mine, None) if actor.user_id is not None else None


def application_shape(rooms: Rooms, actor: Actor, application_id: str) -> ApplicationShape:
    """An application as the actor may see it. Raises NotFound. Blocks."""
    found, assignments = seen(rooms, actor, application_id)
    application, programme = found.application, found.programme
    decision = decision_of(rooms.desk.db, application_id)
    basis = facts(rooms.people.roster, application, programme.unit)
    alone, applicant = is_reviewer_alone(actor), actor.user_id == application.applicant_id
    whole = not alone and not applicant
    shown, panel = assignments if whole else [], whole
    answers = application.answers
    score = panel_score(programme.terms.rubric, [one.scores or {} for one in assignments if one.state == "scored"])
    if alone and not applicant:
        mine = own_review(actor, assignments)
        assert mine is not None, "what is seen was assigned"
        shown, panel = [mine], mine.state == "scored"
        answers = answers if mine.state in READING else {}
    return ApplicationShape(
        **basis,
        answers=answers,
        steps=_steps(rooms, application, named=whole),
        assignments=[assignment_shape(rooms, one, programme.terms) for one in shown],
        score=score_shape(score) if whole else None,
        decision=None if decision is None else decision_shape(decision, whole=whole, panel=panel),
        supply=_supply(rooms, found, decision) if whole or shown else None,
    )


def _supply(rooms: Rooms, found: Found, decision: Decision | None) -> Supply | None:
    """What the award means: as it was decided, or, of what is asked for, now. None of what was declined."""
    if decision is not None:
        return None if decision.supply is None else msgspec.convert(decision.supply, Supply)
    return meaning(rooms, found)


def meaning(rooms: Rooms, found: Found) -> Supply | None:
    """What an award of all that is asked for would mean now; None when its tier is not there any more. Blocks."""
    tiers = {tier.name: tier for tier in found.programme.terms.tiers}
    tier = tiers.get(found.application.tier)
    if tier is None:
        return None
    return supply_of(rooms, found.programme, found.application.asked, tier.days)


def _steps(rooms: Rooms, application: Application, *, named: bool) -> list[StepShape]:
    return [
        StepShape(
            step=one.step, state=one.state, words=one.words, at=seconds(one.at),
            by="applicant" if one.actor_id == application.applicant_id else "officer",
            actor_id=one.actor_id if named or one.actor_id == application.applicant_id else None,
        )
        for one in application_steps_of(rooms.desk.db, application.id)
    ]  # fmt: skip
