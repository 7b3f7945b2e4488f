"""Reading somebody else's chats: no role may, not even an owner's. An owner gives one person leave to read those of one
member, with a reason and an end; the member sees the leave and each reading, and both stand in the audit log.

To oneself an owner gives leave only where nobody else could: with another owner there, it takes two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from tokenry import storage
from tokenry.access import Act, Actor, Desk, Roster, append_audit
from tokenry.base.clock import NS_PER_S, isoformat
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.notify import News, Notices
from tokenry.storage import Transaction
from tokenry.workspace.policies import DAY_S
from tokenry.workspace.whose import Whose, checked_text, nothing

tables = storage.tables
table = tables.content_grants
DAYS_MAX: Final = 30
REASON_LENGTH: Final = (10, 500)  # characters, at least and at most


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """Leave to read one member's chats. Times are nanoseconds since the epoch."""

    id: str
    user_id: str
    reader_id: str
    granted_by: str
    reason: str
    granted_at: int
    expires_at: int
    withdrawn_at: int | None

    def stands(self, now_ns: int) -> bool:
        """Whether it opens anything now."""
        return self.withdrawn_at is None and now_ns < self.expires_at


@dataclass(frozen=True, slots=True)
class Access:
    """One reading. `chat_id` None = the list of chats. `at`: nanoseconds since the epoch."""

    id: str
    reader_id: str
    chat_id: str | None
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class Leave:
    """What is asked for: who may read whose chats, why, and for how many days."""

    user_id: str
    reader_id: str
    reason: str
    days: int


def give_leave(desk: Desk, notices: Notices, by: Actor, roster: Roster, leave: Leave) -> Grant:
    """Give leave to read. The member is told by mail, too, in the same transaction.

    Raises:
        NotFound: one of the two is no member of the organization.
        InvalidRequest: the reason or the days cannot be taken, somebody would read themselves, or an owner gives
            leave to themselves although there is another owner.
    """
    _check(by, roster, leave)
    now_ns = desk.clock.now_ns()
    made = Grant(
        id=new_id("grant", at_ns=now_ns), user_id=leave.user_id, reader_id=leave.reader_id,
        granted_by=by.user_id or by.id, reason=leave.reason.strip(), granted_at=now_ns,
        expires_at=now_ns + leave.days * DAY_S * NS_PER_S, withdrawn_at=None,
    )  # fmt: skip
    with desk.act(by, "content_grant.given", made.id) as act:
        act.details.update(user_id=leave.user_id, reader_id=leave.reader_id, days=leave.days)
        act.connection.execute(table.insert(), {**msgspec.structs.asdict(made), "organization_id": by.organization_id})
        _tell(act.connection, notices, roster, by, made)
    notices.on_waiting()
    return made


def end_leave(desk: Desk, by: Actor, grant_id: str) -> Grant:
    """It opens nothing any more. Raises NotFound."""
    with desk.act(by, "content_grant.withdrawn", grant_id) as act:
        found = find_grant(act.connection, by.organization_id, grant_id)
        if found.withdrawn_at is None:
            found = msgspec.structs.replace(found, withdrawn_at=desk.clock.now_ns())
            act.connection.execute(table.update().where(table.c.id == grant_id), {"withdrawn_at": found.withdrawn_at})
    return found


def find_grant(connection: Transaction, organization_id: str, grant_id: str) -> Grant:
    """One of an organization's. Raises NotFound."""
    here = (table.c.organization_id == organization_id, table.c.id == grant_id)
    row = connection.execute(table.select().where(*here)).one_or_none()
    if row is None:
        raise nothing("grant", grant_id)
    return _grant(row)


def list_grants(connection: Transaction, organization_id: str, user_id: str | None = None) -> list[Grant]:
    """All of an organization's, or those about one member; the newest first."""
    query = table.select().where(table.c.organization_id == organization_id)
    if user_id is not None:
        query = query.where(table.c.user_id == user_id)
    return [_grant(row) for row in connection.execute(query.order_by(table.c.granted_at.desc(), table.c.id.desc()))]


def list_accesses(connection: Transaction, whose: Whose, limit: int) -> list[Access]:
    """When somebody else read a person's chats, the newest first."""
    accesses = tables.content_accesses
    rows = connection.execute(
        accesses.select().where(*whose.owns(accesses)).order_by(accesses.c.at.desc(), accesses.c.id.desc()).limit(limit)
    )
    return [Access(row.id, row.actor_id, row.chat_id, row.reason, row.at) for row in rows]


def read_chats(desk: Desk, by: Actor, grant_id: str, chat_id: str | None) -> list[Any]:
    """Rows of the member's chats, or of one chat's messages: noted for the member before anything is told.

    Temporary chats are not among them.

    Raises:
        NotFound: there is no leave that stands for whoever asks, or no such chat of that member.
    """
    chats, messages = tables.chats, tables.chat_messages
    with desk.db.write() as connection:
        grant = find_grant(connection, by.organization_id, grant_id)
        if grant.reader_id != by.user_id or by.kind == "api_key" or not grant.stands(desk.clock.now_ns()):
            raise nothing("grant", grant_id)
        whose = Whose(by.organization_id, grant.user_id)
        query = chats.select().where(*whose.owns(chats), chats.c.temporary.is_(False))
        if chat_id is None:
            rows = connection.execute(query.order_by(chats.c.updated_at.desc())).all()
        else:
            if connection.execute(query.where(chats.c.id == chat_id)).first() is None:
                raise nothing("chat", chat_id)
            said = messages.select().where(messages.c.chat_id == chat_id, messages.c.state != "running")
            rows = connection.execute(said.order_by(messages.c.seq)).all()
        _note(connection, desk, by, grant, chat_id)
    return list(rows)


def _note(connection: Transaction, desk: Desk, by: Actor, grant: Grant, chat_id: str | None) -> None:
    now_ns = desk.clock.now_ns()
    row = {
        "id": new_id("access", at_ns=now_ns), "user_id": grant.user_id, "organization_id": by.organization_id,
        "actor_kind": by.kind, "actor_id": by.user_id, "chat_id": chat_id, "reason": grant.reason, "at": now_ns,
    }  # fmt: skip
    connection.execute(tables.content_accesses.insert(), row)
    details = {"user_id": grant.user_id, **({} if chat_id is None else {"chat_id": chat_id})}
    append_audit(connection, desk.clock, by, Act(connection, "content.read", grant.id, None, details))


def _tell(connection: Transaction, notices: Notices, roster: Roster, by: Actor, grant: Grant) -> None:
    names = {one: user.name for one in (grant.reader_id, grant.granted_by) if (user := roster.users.get(one))}
    news = News(
        by.organization_id, "content_grant.given", f"content_grant.given:{grant.id}",
        {"grant_id": grant.id, "until": isoformat(grant.expires_at)}, user_id=grant.user_id,
        private={
            "reader": names.get(grant.reader_id), "leave_given_by": names.get(grant.granted_by),
            "reason": grant.reason,
        },
    )  # fmt: skip
    address = roster.users[grant.user_id].email
    notices.tell_within(connection, news, [] if address is None else [address])


def _check(by: Actor, roster: Roster, leave: Leave) -> None:
    for param, one in (("user_id", leave.user_id), ("reader_id", leave.reader_id)):
        if (by.organization_id, one) not in roster.members:
            raise NotFound(f"There is no user {one[:100]!r}.", param=param)
    least, most = REASON_LENGTH
    if not least <= len(leave.reason.strip()) <= most:
        raise InvalidRequest(f"say why, in {least} to {most} characters; the member reads it", param="reason")
    checked_text(leave.reason, "reason", most)
    if not 1 <= leave.days <= DAYS_MAX:
        raise InvalidRequest(f"leave is given for 1 to {DAYS_MAX} days", param="days")
    if leave.user_id == leave.reader_id:
        raise InvalidRequest("everybody reads their own chats without leave", param="reader_id")
    others = [
        member
        for (organization_id, user_id), member in roster.members.items()
        if organization_id == by.organization_id and member.role == "owner" and user_id != by.user_id
        and member.user.disabled_at is None and user_id != leave.user_id
    ]  # fmt: skip
    if leave.reader_id == by.user_id and others:
        raise InvalidRequest(
            "nobody gives leave to themselves while there is another owner: ask them to", param="reader_id"
        )


def _grant(row: Any) -> Grant:
    return Grant(**{field: row._mapping[field] for field in Grant.__struct_fields__})
