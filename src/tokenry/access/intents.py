"""Acts whose effect lies outside app.db, in the ledger or in files, where it shares no transaction with the audit log.

Such an act is written down before it is done (an intent), then done, then noted in the log while the intent goes, in
one transaction. An intent that is found at a start was cut short: it is noted as an act whose outcome nobody saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.audit import Desk
from tokenry.access.people import local_actor
from tokenry.base.ids import new_id

settings = storage.tables.settings
_MARK = "audit.intent."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is noted of an act that was done."""

    organization_id: str
    resource_id: str | None = None
    project_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def intend(desk: Desk, kind: str, organization_id: str) -> str:
    """Write down that an act begins, by the command line. Its key, for `done` or `undone`. Blocks for one transaction.

    Args:
        kind: the audit log's word for the act.
        organization_id: in which it will be noted, should nobody see its outcome.
    """
    key = _MARK + new_id("act", at_ns=desk.clock.now_ns())
    value = {"type": kind, "organization_id": organization_id, "at": desk.clock.now_ns()}
    with desk.db.write() as connection:
        connection.execute(settings.insert(), {"key": key, "value": value})
    return key


def done(desk: Desk, key: str, kind: str, outcome: Outcome) -> None:
    """Note the act in the log; its intent goes with it."""
    with desk.act(local_actor(outcome.organization_id), kind, outcome.resource_id, outcome.project_id) as act:
        act.details |= outcome.details
        act.connection.execute(settings.delete().where(settings.c.key == key))


def undone(desk: Desk, key: str) -> None:
    """The act was refused and changed nothing; nothing is noted."""
    with desk.db.write() as connection:
        connection.execute(settings.delete().where(settings.c.key == key))


def note_interrupted(desk: Desk) -> int:
    """Note every act that the process did not live to see the end of; how many. At the start, before new ones."""
    with desk.db.read() as connection:
        rows = connection.execute(settings.select().where(settings.c.key.startswith(_MARK, autoescape=True))).all()
    for row in sorted(rows, key=lambda row: row.key):
        by: Actor = local_actor(row.value["organization_id"])
        with desk.act(by, row.value["type"]) as act:
            act.details |= {"outcome": "unknown", "begun_at": row.value["at"]}
            act.connection.execute(settings.delete().where(settings.c.key == row.key))
    return len(rows)
