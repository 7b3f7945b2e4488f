"""An award is changed: more units, more time, units moved to another award of the project, units taken back.

The awardee asks and an officer decides, or an officer does it at once. What is decided stands in app.db first as
"doing", then in the ledger under the amendment's id, then it is "done"; a later pass carries on after a crash.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Literal

from tokenry import storage
from tokenry.access import Act, Actor, PermissionDenied, append_audit
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.base.logs import get_logger
from tokenry.programmes.awards.amending import KINDS, Kind, Wish, refuse_wish, refuse_without_units
from tokenry.programmes.awards.awards import ProgrammeAward, find_award, ledger_award
from tokenry.programmes.awards.interests import require_disinterested
from tokenry.programmes.awards.reports import move_schedule, refuse_overdue
from tokenry.programmes.awards.steps import checked_reason, note_step
from tokenry.programmes.awards.suspending import settle_terms
from tokenry.programmes.awards.telling import Happening, tell_award
from tokenry.programmes.office import Office, house_actor
from tokenry.storage import Transaction

table = storage.tables.amendments
awards = storage.tables.awards
AmendmentState = Literal["asked", "doing", "done", "denied", "withdrawn"]
ASKED_MAX = 10  # that wait for a decision about one award
log = get_logger("tokenry")


@dataclass(frozen=True, slots=True)
class Amendment:
    """One of them. Times are nanoseconds since the epoch; `until` is the new end, `words` are of whoever decided."""

    id: str
    award_id: str
    kind: Kind
    state: AmendmentState
    amount: int | None
    other_award_id: str | None
    until: int | None
    reason: str
    words: str | None
    asked_by: str
    decided_by: str | None
    created_at: int
    decided_at: int | None


def ask_amendment(office: Office, by: Actor, wish: Wish) -> Amendment:
    """An awardee's wish, for an officer to decide on. Blocks for one transaction.

    Raises:
        NotFound; InvalidRequest, Conflict: it cannot be; a report is overdue; or too many wait.
    """
    with office.desk.act(by, f"award.{wish.kind}_asked", wish.award_id) as act:
        award = find_award(act.connection, by.organization_id, wish.award_id)
        refuse_wish(office, act.connection, award, wish)
        if wish.kind in {"supplement", "extension"}:
            refuse_overdue(act.connection, award.id, office.clock.now_ns())
        waiting = table.select().where(table.c.award_id == award.id, table.c.state == "asked")
        if len(act.connection.execute(waiting).all()) >= ASKED_MAX:
            raise Conflict(f"{ASKED_MAX} wishes about this award wait for a decision; ask again when some are decided")
        made = _insert(office, act, by, wish, "asked")
        _note(office, act, by, (award, made), made.reason)
    office.notices.on_waiting()
    return made


async def amend_at_once(office: Office, by: Actor, wish: Wish) -> Amendment:
    """An officer changes an award; returns once that is in force.

    Raises:
        NotFound; InvalidRequest, Conflict: it cannot be, and nothing was changed.
    """

    def begin() -> Amendment:
        with office.desk.act(by, f"award.{wish.kind}_granted", wish.award_id) as act:
            award = find_award(act.connection, by.organization_id, wish.award_id)
            if wish.kind != "withdrawal":
                require_disinterested(office.people.roster, by, award.project_id, award.awardee_id)
            refuse_wish(office, act.connection, award, wish)
            refuse_without_units(office, act.connection, award, wish)
            made = _insert(office, act, by, wish, "doing")
            _note(office, act, by, (award, made), made.reason)
            _set_until(office, act.connection, award, made)
            return made

    return await _carry_out(office, (await asyncio.to_thread(begin)).id)


async def approve_amendment(office: Office, by: Actor, amendment_id: str, words: str | None) -> Amendment:
    """Do what was asked for; returns once it is in force.

    Raises:
        NotFound; PermissionDenied: it is their own wish. Conflict: it was decided already, or cannot be any more.
    """

    def begin() -> None:
        with office.desk.act(by, "award.amendment_granted") as act:
            asked, award = _asked(act, by, amendment_id)
            require_disinterested(office.people.roster, by, award.project_id, award.awardee_id)
            act.type = f"award.{asked.kind}_granted"
            wish = Wish(asked.kind, award.id, asked.reason, asked.amount, asked.other_award_id, asked.until)
            refuse_wish(office, act.connection, award, wish)
            refuse_without_units(office, act.connection, award, wish)
            _decide(office, act, by, asked, ("doing", words))
            _note(office, act, by, (award, asked), words)
            _set_until(office, act.connection, award, asked)

    await asyncio.to_thread(begin)
    return await _carry_out(office, amendment_id)


def deny_amendment(office: Office, by: Actor, amendment_id: str, words: str | None) -> Amendment:
    """Say no, and why. Blocks for one transaction. Raises NotFound, PermissionDenied, Conflict, InvalidRequest."""
    reason = checked_reason(words, "the wish is denied")
    with office.desk.act(by, "award.amendment_denied") as act:
        asked, award = _asked(act, by, amendment_id)
        act.type = f"award.{asked.kind}_denied"
        _decide(office, act, by, asked, ("denied", reason))
        _note(office, act, by, (award, asked), reason)
        _tell_decided(office, act.connection, award, asked, "denied")
    office.notices.on_waiting()
    return _read(office, amendment_id)


def take_back_amendment(office: Office, by: Actor, amendment_id: str) -> Amendment:
    """Whoever asked does not want it any more. Blocks for one transaction. Raises NotFound, Conflict."""
    with office.desk.act(by, "award.amendment_taken_back") as act:
        asked, award = _asked(act, by, amendment_id, own=True)
        act.type = f"award.{asked.kind}_taken_back"
        _decide(office, act, by, asked, ("withdrawn", None))
        _note(office, act, by, (award, asked), None)
    return _read(office, amendment_id)


async def finish_amendments(office: Office) -> int:
    """Carry on with what was decided and a crash or a full disk kept from being done; how many there were."""

    def begun() -> list[str]:
        with office.desk.db.read() as connection:
            query = table.select().where(table.c.state == "doing").order_by(table.c.created_at, table.c.id)
            return [row.id for row in connection.execute(query)]

    waiting = await asyncio.to_thread(begun)
    for amendment_id in waiting:
        try:
            await _carry_out(office, amendment_id)
        except (Conflict, InvalidRequest) as error:
            log.warning("an award could not be changed as decided", amendment_id=amendment_id, why=error.message)
    return len(waiting)


def amendments_of(connection: Transaction, award_id: str) -> list[Amendment]:
    """All wishes and changes of one award, oldest first."""
    query = table.select().where(table.c.award_id == award_id).order_by(table.c.created_at, table.c.id)
    return [Amendment(**row._asdict()) for row in connection.execute(query)]


def amendments_in(connection: Transaction, organization_id: str) -> list[Amendment]:
    """All wishes and changes of an organization's awards, oldest first."""
    query = (
        table.select()
        .join(awards, awards.c.id == table.c.award_id)
        .where(awards.c.organization_id == organization_id)
        .order_by(table.c.created_at, table.c.id)
    )
    return [Amendment(**row._asdict()) for row in connection.execute(query)]


def find_amendment(connection: Transaction, organization_id: str | None, amendment_id: str) -> Amendment:
    """One of an organization's awards, or of any. Raises NotFound."""
    row = connection.execute(table.select().where(table.c.id == amendment_id)).one_or_none()
    if row is not None:
        found = Amendment(**row._asdict())
        place = connection.execute(awards.select().where(awards.c.id == found.award_id)).one()
        if organization_id in {None, place.organization_id}:
            return found
    raise NotFound(f"There is no amendment {amendment_id[:100]!r}.", param="amendment_id")


async def _carry_out(office: Office, amendment_id: str) -> Amendment:
    def read() -> tuple[Amendment, ProgrammeAward]:
        with office.desk.db.read() as connection:
            found = find_amendment(connection, None, amendment_id)
            return found, find_award(connection, None, found.award_id)

    one, award = await asyncio.to_thread(read)
    if one.state != "doing":
        return one
    try:
        await _act(office, one, award)
    except (Conflict, InvalidRequest) as error:
        await asyncio.to_thread(_undo, office, one, error.message)
        raise
    await asyncio.to_thread(_done, office, one)
    await settle_terms(office, award.id)
    return await asyncio.to_thread(_read, office, amendment_id)


async def _act(office: Office, one: Amendment, award: ProgrammeAward) -> None:
    amount = one.amount or 0
    if one.kind == "supplement":
        await office.ledger.grant(ledger_award(award), amount, key=one.id)
    elif one.kind == "transfer":
        assert one.other_award_id is not None
        await office.ledger.transfer(award.id, one.other_award_id, amount, key=one.id)
    elif one.kind == "withdrawal":
        await office.ledger.withdraw(award.id, amount, key=one.id)
    # An extension moves nothing: the ledger is made to agree with the new end.


def _done(office: Office, one: Amendment) -> None:
    """What an award is in all changes with what was moved."""
    sums: dict[str, list[tuple[str | None, int]]] = {
        "supplement": [(one.award_id, 1)],
        "withdrawal": [(one.award_id, -1)],
        "transfer": [(one.award_id, -1), (one.other_award_id, 1)],
    }
    with office.desk.db.write() as connection:
        if find_amendment(connection, None, one.id).state != "doing":
            return
        for award_id, sign in sums.get(one.kind, ()):
            more = {"amount": awards.c.amount + sign * (one.amount or 0), "changed_at": office.clock.now_ns()}
            connection.execute(awards.update().where(awards.c.id == award_id).values(more))
        connection.execute(table.update().where(table.c.id == one.id), {"state": "done"})
        _tell_decided(office, connection, find_award(connection, None, one.award_id), one, "done")
        if one.other_award_id is not None:
            _note_receipt(office, connection, one, find_award(connection, None, one.other_award_id))
    office.notices.on_waiting()


def _note_receipt(office: Office, connection: Transaction, one: Amendment, other: ProgrammeAward) -> None:
    """A transfer stands in the history of the award that it went to, too."""
    by = house_actor(other.organization_id)
    act = Act(connection, "award.transfer_received", other.id, other.project_id)
    act.details |= {"amendment_id": one.id, "amount": one.amount, "from_award_id": one.award_id}
    note_step(office.desk, act, by, (other.id, other.state), one.reason)
    append_audit(connection, office.clock, by, act)


def _undo(office: Office, one: Amendment, why: str) -> None:
    """The ledger said no, since somebody was quicker: an officer's act is denied, a wish waits again.

    Unless another pass, beside the one that was refused, has had it done meanwhile.
    """
    with office.desk.db.read() as connection:
        award = find_award(connection, None, one.award_id)
        if one.id in office.ledger.books.keys or find_amendment(connection, None, one.id).state != "doing":
            return
    by = house_actor(award.organization_id)
    with office.desk.act(by, f"award.{one.kind}_refused", award.id, award.project_id) as act:
        asked = one.asked_by != one.decided_by
        values: dict[str, Any] = {"state": "denied", "words": why}
        if asked:
            values = {"state": "asked", "decided_by": None, "decided_at": None, "words": None}
        act.details |= {"amendment_id": one.id}
        act.connection.execute(table.update().where(table.c.id == one.id), values)
        note_step(office.desk, act, by, (award.id, award.state), why)


def _insert(office: Office, act: Act, by: Actor, wish: Wish, state: AmendmentState) -> Amendment:
    now_ns, who = office.clock.now_ns(), by.user_id or by.id
    decided = state == "doing"
    made = Amendment(
        new_id("amd", at_ns=now_ns), wish.award_id, wish.kind, state, wish.amount, wish.other_award_id, wish.until,
        checked_reason(wish.reason, KINDS[wish.kind]), None, who, who if decided else None, now_ns,
        now_ns if decided else None,
    )  # fmt: skip  # one line of names
    act.connection.execute(table.insert(), {name: getattr(made, name) for name in Amendment.__slots__})
    return made


def _asked(act: Act, by: Actor, amendment_id: str, *, own: bool = False) -> tuple[Amendment, ProgrammeAward]:
    found = find_amendment(act.connection, by.organization_id, amendment_id)
    award = find_award(act.connection, by.organization_id, found.award_id)
    act.resource_id, act.project_id = award.id, award.project_id
    if found.state != "asked":
        raise Conflict(f"this wish is {found.state} already; somebody was quicker", param="amendment_id")
    if not own and by.user_id is not None and by.user_id == found.asked_by:
        raise PermissionDenied("somebody else decides on your own wish")
    return found, award


def _decide(office: Office, act: Act, by: Actor, one: Amendment, decision: tuple[AmendmentState, str | None]) -> None:
    state, words = decision
    values = {"state": state, "words": words, "decided_by": by.user_id or by.id, "decided_at": office.clock.now_ns()}
    act.connection.execute(table.update().where(table.c.id == one.id), values)


def _note(office: Office, act: Act, by: Actor, what: tuple[ProgrammeAward, Amendment], words: str | None) -> None:
    award, one = what
    act.project_id = award.project_id
    act.details |= {"amendment_id": one.id}
    for name in ("amount", "other_award_id", "until"):
        if getattr(one, name) is not None:
            act.details[name] = getattr(one, name)
    note_step(office.desk, act, by, (award.id, award.state), words)


def _set_until(office: Office, connection: Transaction, award: ProgrammeAward, one: Amendment) -> None:
    """The new end is in force with its decision; the reports follow it."""
    if one.until is None:
        return
    values = {"ends_at": one.until, "changed_at": office.clock.now_ns()}
    connection.execute(awards.update().where(awards.c.id == award.id), values)
    move_schedule(connection, find_award(connection, None, award.id))


def _tell_decided(office: Office, connection: Transaction, award: ProgrammeAward, one: Amendment, state: str) -> None:
    data = {"amendment_id": one.id, "kind": one.kind, "state": state, "amount": one.amount}
    tell_award(office, connection, award, Happening("award.amended", f"{one.id}:{state}", data))


def _read(office: Office, amendment_id: str) -> Amendment:
    with office.desk.db.read() as connection:
        return find_amendment(connection, None, amendment_id)
