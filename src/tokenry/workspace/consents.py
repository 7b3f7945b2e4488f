"""Consent that models may learn from what a person writes: theirs, for one project, off until they give it.

It reaches from the moment it is given to the moment it is withdrawn, and never back. A row tells which words were
agreed to. What leaves under it is handing.py's alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from tokenry import storage
from tokenry.access import Act, Actor, Desk, append_audit
from tokenry.base.errors import InvalidRequest
from tokenry.base.ids import new_id
from tokenry.storage import Transaction
from tokenry.workspace.policies import training_in
from tokenry.workspace.whose import Whose

tables = storage.tables
table = tables.training_consents
CONSENT_WORDS_VERSION: Final = "1"
CONSENT_WORDS: Final = (
    "Models may learn from what I write in this project's chats from now on, and from the answers I get. Files, "
    "answers written from files and temporary chats are never taken. My name is not handed over, but what I write "
    "about myself or others is. I can withdraw at any time: nothing more leaves from that moment, and whoever took "
    "something is told to take it out."
)


@dataclass(frozen=True, slots=True)
class Handings:
    """What left under a consent to one taker. `last_at`: nanoseconds since the epoch."""

    taker: str
    messages: int
    last_at: int


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent. Times are nanoseconds since the epoch; `withdrawn_at` None = it stands."""

    id: str
    project_id: str
    words: str
    given_at: int
    withdrawn_at: int | None
    handed: tuple[Handings, ...] = field(default=())


def list_consents(connection: Transaction, whose: Whose) -> list[Consent]:
    """All that a person has given in an organization, withdrawn ones too, the newest first, with what left."""
    rows = connection.execute(table.select().where(*whose.owns(table)).order_by(table.c.given_at.desc(), table.c.id))
    return [_consent(connection, row) for row in rows.all()]


def give_consent(desk: Desk, by: Actor, whose: Whose, project_id: str, words: str) -> None:
    """From now on; nothing happens when it stands already.

    Raises:
        InvalidRequest: other words were agreed to than those that hold, or it is forbidden here.
    """
    if words != CONSENT_WORDS_VERSION:
        raise InvalidRequest(
            "these are not the words that hold now: read them again (`GET /v1/tokenry/me/training`), then say their "
            "version",
            param="words",
        )
    with desk.db.write() as connection:
        if training_in(connection, whose.organization_id, project_id) == "forbidden":
            raise InvalidRequest("this organization or project forbids that anything of it is learned from")
        if connection.execute(_standing(whose, project_id)).first() is not None:
            return
        now_ns = desk.clock.now_ns()
        consent_id = new_id("consent", at_ns=now_ns)
        made = {
            "id": consent_id, "user_id": whose.user_id, "organization_id": whose.organization_id,
            "project_id": project_id, "words": words, "given_at": now_ns,
        }  # fmt: skip
        connection.execute(table.insert(), made)
        about = Act(connection, "training_consent.given", consent_id, project_id, {"words": words})
        append_audit(connection, desk.clock, by, about)


def withdraw_consent(desk: Desk, by: Actor, whose: Whose, project_id: str) -> None:
    """At once; nothing happens when there is none."""
    with desk.db.write() as connection:
        for row in connection.execute(_standing(whose, project_id)).all():
            mine = table.update().where(table.c.id == row.id)
            connection.execute(mine, {"withdrawn_at": desk.clock.now_ns()})
            append_audit(connection, desk.clock, by, Act(connection, "training_consent.withdrawn", row.id, project_id))


def _standing(whose: Whose, project_id: str) -> Any:
    return table.select().where(*whose.owns(table), table.c.project_id == project_id, table.c.withdrawn_at.is_(None))


def _consent(connection: Transaction, row: Any) -> Consent:
    handings, found = tables.training_handings, dict[str, list[int]]()
    left = handings.select().where(handings.c.consent_id == row.id)
    for one in connection.execute(left.with_only_columns(handings.c.taker, handings.c.handed_at)):
        found.setdefault(one.taker, []).append(one.handed_at)
    handed = tuple(Handings(taker, len(times), max(times)) for taker, times in sorted(found.items()))
    return Consent(row.id, row.project_id, row.words, row.given_at, row.withdrawn_at, handed)
