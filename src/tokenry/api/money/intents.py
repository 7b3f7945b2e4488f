"""Acts that stand in two books: what was decided is noted in app.db, done in the ledger, and then noted as done.

The note is written in the transaction of the decision, with its row in the audit log. A crash before it leaves nothing;
a crash after it leaves the note, and the next start does what it says. The ledger knows each act by its key, so that
doing it again changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tokenry import storage
from tokenry.access import Act, Actor, Desk
from tokenry.base.errors import Conflict, InvalidRequest
from tokenry.base.ids import new_id
from tokenry.ledger import Budget, Ledger
from tokenry.storage import AppDb

table = storage.tables.settings
_NOTE = "intent/"  # how the names of notes begin among the settings


def _nothing_else(_act: Act) -> None:
    """An act on a budget alone writes nothing more into app.db."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A budget as it shall be, by whom and why.

    Args:
        kind: what the audit log calls the act.
        resource_id: what it is done to; None = the budget.
        write: what else is written in the same transaction.
        key: by which the ledger knows the act.
    """

    by: Actor
    kind: str
    budget: Budget
    resource_id: str | None = None
    project_id: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    write: Callable[[Act], None] = _nothing_else
    key: str = field(default_factory=lambda: new_id("dec"))


async def carry_out(desk: Desk, ledger: Ledger, decision: Decision) -> None:
    """Do what was decided; returns once it stands in both books. On the event loop.

    Raises:
        InvalidRequest, Conflict: the budget cannot be, and nothing was done; or what `write` raises.
    """
    ledger.check_budget(decision.budget)
    await asyncio.to_thread(_note, desk, decision)
    try:
        await ledger.set_budget(decision.budget, key=decision.key)
    except (Conflict, InvalidRequest):  # somebody was quicker; the disk's refusals leave the note for the next start
        await asyncio.to_thread(_done, desk.db, decision.key)
        raise
    await asyncio.to_thread(_done, desk.db, decision.key)


async def replay(db: AppDb, ledger: Ledger) -> int:
    """At the start: do what was decided and not done, in the order of the decisions; how many there were.

    Raises:
        LedgerUnavailable: the ledger cannot be written.
    """
    notes = await asyncio.to_thread(_notes, db)
    for key, budget in notes:
        with suppress(Conflict, InvalidRequest):  # then it was refused before the crash, too
            await ledger.set_budget(budget, key=key)
        await asyncio.to_thread(_done, db, key)
    return len(notes)


def _note(desk: Desk, decision: Decision) -> None:
    budget = decision.budget
    with desk.act(decision.by, decision.kind, decision.resource_id or budget.id, decision.project_id) as act:
        act.details |= {"budget_id": budget.id, "limit_nanousd": budget.limit, **decision.details}
        decision.write(act)
        value = {"at": desk.clock.now_ns(), "budget": msgspec.to_builtins(budget)}
        act.connection.execute(table.insert(), {"key": _NOTE + decision.key, "value": value})


def _done(db: AppDb, key: str) -> None:
    with db.write() as connection:
        connection.execute(table.delete().where(table.c.key == _NOTE + key))


def _notes(db: AppDb) -> list[tuple[str, Budget]]:
    with db.read() as connection:
        rows = connection.execute(table.select().where(table.c.key.startswith(_NOTE, autoescape=True))).all()
    ordered = sorted(rows, key=lambda row: (row.value["at"], row.key))
    return [(row.key.removeprefix(_NOTE), msgspec.convert(row.value["budget"], Budget)) for row in ordered]
