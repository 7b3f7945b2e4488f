"""What a programme's pool may give: its cap, set in app.db's log and in the ledger as one act.

A cap is noted before the ledger is asked, in the transaction of the act, and the note goes once the ledger has it; a
note that is found at a start is carried out then. It says the cap as it shall be, so that doing it twice changes
nothing, and of two people who set it at once one cap stands.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tokenry import storage
from tokenry.access import Act
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.ledger import Ledger, Pool, Unit
from tokenry.programmes.office import Office
from tokenry.storage import AppDb

table = storage.tables.settings
_NOTE = "programmes.fund."  # how the names of notes begin among the settings
UNITS = {"tokens": Unit.TOKENS, "usd": Unit.CREDIT}


@dataclass(frozen=True, slots=True)
class Funding:
    """A pool as it shall be. `cap`: whole units, from 0. `key`: by which the ledger knows the act."""

    key: str
    pool_id: str
    unit: str
    organization_id: str
    name: str
    cap: int


def new_funding(pool_id: str, unit: str, organization_id: str, name: str, cap: int) -> Funding:
    """A funding with a key of its own."""
    return Funding(new_id("fund"), pool_id, unit, organization_id, name, cap)


def note(act: Act, funding: Funding, now_ns: int) -> None:
    """Write down what the ledger shall do, in the transaction of the act."""
    value = {name: getattr(funding, name) for name in Funding.__slots__} | {"at": now_ns}
    act.connection.execute(table.insert(), {"key": _NOTE + funding.key, "value": value})


async def carry_out(db: AppDb, ledger: Ledger, funding: Funding) -> None:
    """Have the ledger do what was noted. On the event loop; returns once it is durable and the note is gone.

    Raises:
        Conflict, InvalidRequest: the ledger refuses, and nothing was done. LedgerUnavailable: the note stays.
    """
    pool = Pool(funding.pool_id, UNITS[funding.unit], funding.organization_id, funding.name)
    try:
        await ledger.fund(pool, funding.cap - _cap(ledger, pool.id), key=funding.key)
    except (Conflict, InvalidRequest):
        await asyncio.to_thread(_forget, db, funding)
        raise
    await asyncio.to_thread(_forget, db, funding)


async def replay_fundings(office: Office) -> int:
    """At the start: carry out what was noted and not done, in order; how many there were."""
    db = office.desk.db
    noted = await asyncio.to_thread(_notes, db)
    for funding in noted:
        with suppress(Conflict, InvalidRequest):
            await carry_out(db, office.ledger, funding)
    return len(noted)


def _cap(ledger: Ledger, pool_id: str) -> int:
    try:
        return ledger.pool_balance(pool_id).cap
    except NotFound:
        return 0


def _forget(db: AppDb, funding: Funding) -> None:
    with db.write() as connection:
        connection.execute(table.delete().where(table.c.key == _NOTE + funding.key))


def _notes(db: AppDb) -> list[Funding]:
    with db.read() as connection:
        rows = connection.execute(table.select().where(table.c.key.startswith(_NOTE, autoescape=True))).all()
    ordered: list[dict[str, Any]] = sorted((dict(row.value) for row in rows), key=lambda one: (one["at"], one["key"]))
    return [Funding(**{name: one[name] for name in Funding.__slots__}) for one in ordered]
