"""Programmes of an organization: made from a template, changed, given a cap, closed. What they say is in `terms`.

A programme awards from one pool of the ledger, which is made with it and bears its name. It never changes its unit.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from tokenry import storage
from tokenry.access import Actor, checked_name
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.base.units import AMOUNT_MAX
from tokenry.programmes.calls.funding import carry_out, new_funding, note
from tokenry.programmes.calls.templates import TEMPLATES, Template
from tokenry.programmes.lifecycle import JUDGED
from tokenry.programmes.office import Office
from tokenry.programmes.pools import amount_in_words, pool_balance
from tokenry.programmes.promises import promised
from tokenry.programmes.terms import Terms, UnitName, refuse_nonsense
from tokenry.storage import AppDb, Transaction

table = storage.tables.programmes
applications = storage.tables.applications
PROGRAMMES_MAX = 1000  # of one organization
_JUDGED_BY = ("tiers", "fields", "rubric")  # parts that stay while somebody is judged by them


class StaleRevision(Conflict):
    """Somebody else changed the thing since it was read."""

    code = "stale_revision"


@dataclass(frozen=True, slots=True)
class Programme:
    """One programme. Times are nanoseconds since the epoch; `revision` counts changes from 1."""

    id: str
    organization_id: str
    name: str
    unit: UnitName
    pool_id: str
    terms: Terms
    revision: int
    created_at: int
    changed_at: int
    closed_at: int | None


@dataclass(frozen=True, slots=True)
class NewProgramme:
    """A programme to be. What is None is as the template has it; without a template `unit` and `terms` are needed."""

    name: str
    template: str | None = None
    unit: UnitName | None = None
    terms: Terms | None = None
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What shall be otherwise; None = as it is. `revision`: the one that was read, None = whichever there is."""

    name: str | None = None
    terms: Terms | None = None
    revision: int | None = None


async def create_programme(office: Office, by: Actor, wish: NewProgramme) -> Programme:
    """A new programme of the actor's organization with its pool, whole in both books when this returns.

    A cap that is not said is the template's, or none at all where the actor may not issue units.

    Raises:
        InvalidRequest: what it cannot be. Conflict: the name is taken. PermissionDenied: a cap needs `credits.write`.
    """
    unit, terms, cap = _planned(wish, may_issue=by.may("credits.write"))
    if cap:
        by.require("credits.write")
    refuse_nonsense(terms)
    refuse_unit(unit, terms)
    now_ns = office.clock.now_ns()
    made = Programme(
        new_id("prog", at_ns=now_ns), by.organization_id, checked_name(wish.name), unit,
        new_id("pool", at_ns=now_ns), terms, 1, now_ns, now_ns, None,
    )  # fmt: skip
    funding = new_funding(made.pool_id, unit, made.organization_id, made.name, cap)

    def write() -> None:
        with office.desk.act(by, "programme.created", made.id) as act:
            _refuse_taken(act.connection, made)
            _refuse_too_many(act.connection, made)
            act.details |= {"unit": unit, "cap": cap, "template": wish.template}
            act.connection.execute(table.insert(), _row(made))
            note(act, funding, now_ns)

    await asyncio.to_thread(write)
    await carry_out(office.desk.db, office.ledger, funding)
    return made


def change_programme(office: Office, by: Actor, programme_id: str, changes: Changes) -> Programme:
    """Another name or other terms. Blocks for one transaction.

    Raises:
        NotFound; InvalidRequest: terms that cannot be; Conflict: the name is taken, it is closed, somebody was quicker,
        or people are being judged by what would change.
    """
    with office.desk.act(by, "programme.updated", programme_id) as act:
        before = open_programme(act.connection, by.organization_id, programme_id)
        if changes.revision not in {None, before.revision}:
            raise StaleRevision(
                "somebody else changed the programme since you read it: read it again", param="revision"
            )
        now_ns = office.clock.now_ns()
        after = replace(before, revision=before.revision + 1, changed_at=now_ns)
        if changes.name is not None:
            after = replace(after, name=checked_name(changes.name))
            _refuse_taken(act.connection, after)
        if changes.terms is not None:
            refuse_nonsense(changes.terms)
            refuse_unit(before.unit, changes.terms)
            _refuse_moving_goalposts(act.connection, before, changes.terms)
            after = replace(after, terms=changes.terms)
        act.details["changes_requested"] = _changed(before, after)
        row = _row(after)
        act.connection.execute(table.update().where(table.c.id == after.id), row)
    return after


async def set_cap(office: Office, by: Actor, programme_id: str, cap: int) -> Programme:
    """Have the pool give no more than this in all, from now on. Whole in both books when this returns.

    Raises:
        NotFound; PermissionDenied; InvalidRequest: no amount; Conflict: more was given already, or it is closed.
    """
    by.require("programmes.write")
    by.require("credits.write")
    _checked_cap(cap)

    def write() -> tuple[Programme, Any]:
        with office.desk.act(by, "programme.cap_set", programme_id) as act:
            programme = open_programme(act.connection, by.organization_id, programme_id)
            owed = promised(act.connection, programme_id, office.clock.now_ns())
            pool = pool_balance(office, programme.pool_id)
            if pool is not None and cap < min(pool.cap, pool.cap - pool.left + owed):
                given, due = (amount_in_words(programme.unit, one) for one in (pool.cap - pool.left, owed))
                raise Conflict(f"{given} were given already and {due} are promised, and the cap is at least both")
            act.details |= {"cap": cap, "cap_before": 0 if pool is None else pool.cap}
            funding = new_funding(programme.pool_id, programme.unit, programme.organization_id, programme.name, cap)
            note(act, funding, office.clock.now_ns())
        return programme, funding

    programme, funding = await asyncio.to_thread(write)
    try:
        await carry_out(office.desk.db, office.ledger, funding)
    except Conflict:
        await asyncio.to_thread(_note_refused, office, by, programme_id, cap)  # somebody was given units meanwhile
        raise
    return programme


def _note_refused(office: Office, by: Actor, programme_id: str, cap: int) -> None:
    with office.desk.act(by, "programme.cap_refused", programme_id) as act:
        act.details["cap"] = cap


def close_programme(office: Office, by: Actor, programme_id: str) -> Programme:
    """For good: nobody can apply any more, and nothing new is promised. Awards that were made go on.

    Raises:
        NotFound; Conflict: it is closed already, or applications wait for a decision or an answer.
    """
    with office.desk.act(by, "programme.closed", programme_id) as act:
        programme = open_programme(act.connection, by.organization_id, programme_id)
        waiting = _states(act.connection, programme_id, {*JUDGED})
        if waiting:
            raise Conflict(f"{waiting} applications wait for a decision; decide on them first")
        if promised(act.connection, programme_id, office.clock.now_ns()):
            raise Conflict("offers wait for their applicants' answer; they end by themselves")
        closed = replace(programme, closed_at=office.clock.now_ns(), revision=programme.revision + 1)
        act.connection.execute(table.update().where(table.c.id == programme_id), _row(closed))
    return closed


def programmes_of(db: AppDb, organization_id: str) -> list[Programme]:
    """All of an organization, oldest first. Blocks for one read."""
    with db.read() as connection:
        query = table.select().where(table.c.organization_id == organization_id)
        return [programme_of(row) for row in connection.execute(query.order_by(table.c.created_at, table.c.id))]


def programme_names(connection: Transaction, organization_id: str) -> dict[str, str]:
    """What an organization's programmes are called, by id."""
    query = table.select().with_only_columns(table.c.id, table.c.name)
    return {row.id: row.name for row in connection.execute(query.where(table.c.organization_id == organization_id))}


def get_programme(db: AppDb, organization_id: str, programme_id: str) -> Programme:
    """One of an organization. Raises NotFound. Blocks for one read."""
    with db.read() as connection:
        return find_programme(connection, organization_id, programme_id)


def find_programme(connection: Transaction, organization_id: str, programme_id: str) -> Programme:
    """One of an organization, as this transaction sees it. Raises NotFound."""
    query = table.select().where(table.c.id == programme_id, table.c.organization_id == organization_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"There is no programme {programme_id[:100]!r}.", param="programme_id")
    return programme_of(row)


def open_programme(connection: Transaction, organization_id: str, programme_id: str) -> Programme:
    """As `find_programme`. Raises Conflict when it is closed."""
    programme = find_programme(connection, organization_id, programme_id)
    if programme.closed_at is not None:
        raise Conflict("the programme is closed, and nothing of it changes any more")
    return programme


def programme_of(row: Any) -> Programme:
    """A programme from a row of its table."""
    values = row._asdict()
    return Programme(**{**values, "terms": msgspec.convert(values["terms"], Terms)})


def _row(programme: Programme) -> dict[str, Any]:
    row = {name: getattr(programme, name) for name in Programme.__slots__}
    return {**row, "terms": msgspec.to_builtins(programme.terms)}


def _planned(wish: NewProgramme, *, may_issue: bool) -> tuple[UnitName, Terms, int]:
    template: Template | None = None
    if wish.template is not None:
        template = TEMPLATES.get(wish.template)
        if template is None:
            raise InvalidRequest(f"template: there are {', '.join(TEMPLATES)}", param="template")
        if wish.unit not in {None, template.unit}:
            raise InvalidRequest(f"the template {template.id} is in {template.unit}; name no other unit", param="unit")
    unit = wish.unit if template is None else template.unit
    terms = wish.terms or (None if template is None else template.terms)
    if unit is None or terms is None:
        raise InvalidRequest("name a template, or say the unit and the terms", param="template")
    if wish.cap is not None:
        return unit, terms, _checked_cap(wish.cap)
    return unit, terms, template.cap if template is not None and may_issue else 0


def _checked_cap(cap: int) -> int:
    if not 0 <= cap <= AMOUNT_MAX:
        raise InvalidRequest(f"a cap is a whole number of units from 0 to {AMOUNT_MAX}", param="cap")
    return cap


def refuse_unit(unit: UnitName, terms: Terms) -> None:
    """Weights count tokens, so that a programme in dollars has none. Raises InvalidRequest."""
    if unit == "usd" and terms.weights is not None:
        raise InvalidRequest("only a programme in tokens has weights", param="terms.weights")
    if not terms.tiers:
        raise InvalidRequest("a programme has at least one tier, which says how much may be asked for", param="tiers")


def _changed(before: Programme, after: Programme) -> list[str]:
    parts = [part for part in Terms.__struct_fields__ if getattr(before.terms, part) != getattr(after.terms, part)]
    return sorted([*parts, *(["name"] if before.name != after.name else [])])


def _refuse_moving_goalposts(connection: Transaction, before: Programme, terms: Terms) -> None:
    moved = [part for part in _JUDGED_BY if getattr(before.terms, part) != getattr(terms, part)]
    waiting = _states(connection, before.id, {*JUDGED})
    if moved and waiting:
        raise Conflict(
            f"{waiting} applications are being judged by the programme's {' and '.join(moved)}; decide or return them "
            "first"
        )


def _states(connection: Transaction, programme_id: str, states: set[str]) -> int:
    query = applications.select().where(
        applications.c.programme_id == programme_id, applications.c.state.in_(sorted(states))
    )
    return len(connection.execute(query).all())


def _refuse_taken(connection: Transaction, programme: Programme) -> None:
    taken = table.select().where(
        table.c.organization_id == programme.organization_id,
        table.c.name == programme.name,
        table.c.id != programme.id,
    )
    if connection.execute(taken).first() is not None:
        raise Conflict(f"There is a programme called {programme.name!r} already.", param="name")


def _refuse_too_many(connection: Transaction, programme: Programme) -> None:
    rows = connection.execute(table.select().where(table.c.organization_id == programme.organization_id)).all()
    if len(rows) >= PROGRAMMES_MAX:
        raise Conflict(f"an organization has at most {PROGRAMMES_MAX} programmes")
