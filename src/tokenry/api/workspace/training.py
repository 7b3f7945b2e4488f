"""Consent to training: one's own, `/v1/tokenry/me/training`; what was withdrawn, for whoever took something,
`/v1/tokenry/training/withdrawals`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.access import Project
from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.workspace.person import whose
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import NotFound
from tokenry.workspace import (
    CONSENT_WORDS,
    CONSENT_WORDS_VERSION,
    Consent,
    Training,
    Withdrawn,
    give_consent,
    list_consents,
    training_in,
    withdraw_consent,
    withdrawals,
)


class HandedShape(msgspec.Struct, kw_only=True):
    """What left under a consent to one taker, such as a training set. `last_at`: seconds since the epoch."""

    taker: str
    messages: int
    last_at: int


class ConsentShape(msgspec.Struct, kw_only=True):
    """One consent; `withdrawn_at` null = it stands. `words` is the version that was agreed to."""

    id: str
    project_id: str
    words: str
    given_at: int
    withdrawn_at: int | None
    handed: list[HandedShape]


class TrainingProject(msgspec.Struct, kw_only=True):
    """A project of one's own. `training` says whether one may consent there at all."""

    project_id: str
    name: str
    training: Training
    consents: bool


class MyTraining(msgspec.Struct, kw_only=True):
    """The words that hold now with their version, one's projects, and all that one ever consented to."""

    words: str
    words_version: str
    projects: list[TrainingProject]
    consents: list[ConsentShape]
    object: Literal["tokenry.training"] = "tokenry.training"


class SayConsent(Taken, kw_only=True, frozen=True):
    """`consents` true gives it, false withdraws it. `words` repeats the version that was read, to give it."""

    project_id: str
    consents: bool
    words: str = ""


class WithdrawnShape(msgspec.Struct, kw_only=True):
    """A consent that stands no longer. `document_ids` left under it and are to be taken out again."""

    consent_id: str
    taker: str
    withdrawn_at: int
    document_ids: list[str]
    object: Literal["tokenry.training_withdrawal"] = "tokenry.training_withdrawal"


class ListWithdrawals(Paged, kw_only=True, frozen=True):
    """Which page, and of which taker."""

    taker: str | None = None


def mine(call: Call) -> MyTraining:
    """Retrieve what models may learn from of yours. Nothing, until you say so for a project; and what left."""
    person = whose(call)
    with call.rooms.desk.db.read() as connection:
        consents = list_consents(connection, person)
        standing = {one.project_id for one in consents if one.withdrawn_at is None}
        projects = [
            TrainingProject(
                project_id=one.id, name=one.name, consents=one.id in standing,
                training=training_in(connection, call.organization_id, one.id),
            )
            for one in _projects(call)
        ]  # fmt: skip
    return MyTraining(
        words=CONSENT_WORDS, words_version=CONSENT_WORDS_VERSION, projects=projects,
        consents=[_shape(one) for one in consents],
    )  # fmt: skip


def say(call: Call) -> MyTraining:
    """Consent to training, or withdraw. For one project, from now on; noted in the audit log."""
    ask: SayConsent = call.body
    person = whose(call)
    if ask.consents:
        if ask.project_id not in {one.id for one in _projects(call)}:
            raise NotFound(f"There is no project {ask.project_id[:100]!r}.", param="project_id")
        give_consent(call.rooms.desk, call.actor, person, ask.project_id, ask.words)
    else:
        withdraw_consent(call.rooms.desk, call.actor, person, ask.project_id)
    return mine(call)


def withdrawn(call: Call) -> Page[WithdrawnShape]:
    """List withdrawn consents. With the documents that left under them, for whoever took them to take out again."""
    ask: ListWithdrawals = call.query
    with call.rooms.desk.db.read() as connection:
        found = withdrawals(connection, call.organization_id, ask.taker)
    return listed(found, ask, _key, _withdrawn)


def _projects(call: Call) -> list[Project]:
    found = [
        one
        for one in call.rooms.people.roster.projects.values()
        if one.organization_id == call.organization_id and one.archived_at is None and call.actor.sees(one.id)
        and call.actor.may("own_keys.write", one.id)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.name, one.id))


def _shape(consent: Consent) -> ConsentShape:
    withdrawn_at = consent.withdrawn_at
    return ConsentShape(
        id=consent.id, project_id=consent.project_id, words=consent.words, given_at=consent.given_at // NS_PER_S,
        withdrawn_at=None if withdrawn_at is None else withdrawn_at // NS_PER_S,
        handed=[
            HandedShape(taker=one.taker, messages=one.messages, last_at=one.last_at // NS_PER_S)
            for one in consent.handed
        ],
    )  # fmt: skip


def _key(one: Withdrawn) -> str:
    return f"{one.consent_id}.{one.taker}"


def _withdrawn(one: Withdrawn) -> WithdrawnShape:
    return WithdrawnShape(
        consent_id=one.consent_id, taker=one.taker, withdrawn_at=one.withdrawn_at // NS_PER_S,
        document_ids=list(one.document_ids),
    )  # fmt: skip


_MINE = "/v1/tokenry/me/training"
_EXAMPLE = {"project_id": "proj_01kdx3c8v2", "consents": True, "words": CONSENT_WORDS_VERSION}
ROUTES = (
    Guarded("GET", _MINE, None, mine),
    Guarded("POST", _MINE, None, say, takes=SayConsent, example=_EXAMPLE),
    Guarded("GET", "/v1/tokenry/training/withdrawals", "audit.read", withdrawn, asks=ListWithdrawals),
)
