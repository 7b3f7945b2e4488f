"""A chat shown to one's organization: one branch up to a message, as it was then, read-only, until it is withdrawn.

What is shown are the words of both sides and the passages that answers cite. Reasoning, instructions, files and other
branches stay with the author; what is said afterwards does, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from tokenry import storage
from tokenry.access import Act, Actor, Desk, append_audit
from tokenry.base.errors import Conflict, InvalidRequest
from tokenry.base.ids import new_id
from tokenry.storage import Transaction
from tokenry.workspace.whose import Whose, nothing

tables = storage.tables
table = tables.chat_shares
SHARES_MAX: Final = 500  # of one person, at one time
_CITED = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
_BRANCH = """
WITH RECURSIVE branch(id, parent_id, depth) AS (
  SELECT id, parent_id, 0 FROM chat_messages WHERE id = ? AND chat_id = ?
  UNION ALL
  SELECT m.id, m.parent_id, depth + 1 FROM chat_messages m JOIN branch b ON m.id = b.parent_id WHERE m.chat_id = ?
)
SELECT id FROM branch ORDER BY depth DESC
"""


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown of a chat. `cuts`: how many characters of an answer that could go on. Times in nanoseconds."""

    id: str
    user_id: str
    organization_id: str
    chat_id: str
    message_id: str
    title: str
    cuts: Mapping[str, int] | None
    created_at: int
    withdrawn_at: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One message, as it is shown. `sources` are the passages that it cites."""

    id: str
    role: str
    text: str
    model: str | None
    files: int
    sources: tuple[Mapping[str, Any], ...]
    created_at: int


def branch_ids(connection: Transaction, chat_id: str, message_id: str) -> list[str]:
    """The messages from a chat's beginning to one of its messages; none when that is not its."""
    return [row.id for row in connection.exec_driver_sql(_BRANCH, (message_id, chat_id, chat_id))]


def find_chat(connection: Transaction, whose: Whose, chat_id: str) -> Any:
    """The row of one of one's own chats. Raises NotFound."""
    chats = tables.chats
    row = connection.execute(chats.select().where(*whose.owns(chats), chats.c.id == chat_id)).one_or_none()
    if row is None:
        raise nothing("chat", chat_id)
    return row


def share_chat(desk: Desk, by: Actor, whose: Whose, chat_id: str, message_id: str | None) -> Share:
    """Show a chat to the organization; the same share when the same is shown already.

    Args:
        message_id: where what is shown ends; None = where the chat's shown branch does.

    Raises:
        NotFound: there is no such chat of theirs. InvalidRequest: it is temporary, has no such message, or too much
            is shared already. Conflict: the message is still being written.
    """
    with desk.db.write() as connection:
        chat = find_chat(connection, whose, chat_id)
        if chat.temporary:
            raise InvalidRequest("a temporary chat is shown to nobody; begin an ordinary one to share it")
        end = message_id or chat.head_id or ""
        ids = branch_ids(connection, chat_id, end)
        if not ids:
            raise InvalidRequest("there is no such message in this chat", param="message_id")
        mine = connection.execute(table.select().where(*whose.owns(table), table.c.withdrawn_at.is_(None))).all()
        same = next((row for row in mine if row.chat_id == chat_id and row.message_id == end), None)
        if same is not None:
            return _share(same)
        if len(mine) >= SHARES_MAX:
            raise InvalidRequest(f"you share {SHARES_MAX} chats already; withdraw one that nobody needs any more")
        now_ns = desk.clock.now_ns()
        made = Share(
            id=new_id("share", at_ns=now_ns), user_id=whose.user_id, organization_id=whose.organization_id,
            chat_id=chat_id, message_id=end, title=chat.title, cuts=_cuts(connection, ids), created_at=now_ns,
            withdrawn_at=None,
        )  # fmt: skip
        connection.execute(table.insert(), msgspec.structs.asdict(made))
        about = Act(connection, "chat.shared", made.id, chat.project_id, {"chat_id": chat_id, "messages": len(ids)})
        append_audit(connection, desk.clock, by, about)
    return made


def withdraw_share(desk: Desk, by: Actor, whose: Whose, share_id: str) -> None:
    """Show it no longer, from now on. Raises NotFound."""
    with desk.act(by, "chat.unshared", share_id) as act:
        own = (*whose.owns(table), table.c.id == share_id, table.c.withdrawn_at.is_(None))
        if not act.connection.execute(table.update().where(*own), {"withdrawn_at": desk.clock.now_ns()}).rowcount:
            raise nothing("share", share_id)


def list_shares(connection: Transaction, whose: Whose) -> list[Share]:
    """What one shows now, the newest first."""
    query = table.select().where(*whose.owns(table), table.c.withdrawn_at.is_(None))
    rows = connection.execute(query.order_by(table.c.created_at.desc(), table.c.id.desc()))
    return [_share(row) for row in rows]


def find_share(connection: Transaction, organization_id: str, share_id: str) -> Share:
    """What a member of an organization may look at. Raises NotFound."""
    here = (table.c.organization_id == organization_id, table.c.id == share_id, table.c.withdrawn_at.is_(None))
    row = connection.execute(table.select().where(*here)).one_or_none()
    if row is None:
        raise nothing("share", share_id)
    return _share(row)


def shown_messages(connection: Transaction, share: Share, after: str | None, limit: int) -> tuple[list[Shown], bool]:
    """A page of what is shown, oldest first, and whether more follows. Raises InvalidRequest: `after` is not in it."""
    ids = branch_ids(connection, share.chat_id, share.message_id)
    if after is not None:
        if after not in ids:
            raise InvalidRequest("`after` names nothing in this list", param="after")
        ids = ids[ids.index(after) + 1 :]
    messages = tables.chat_messages
    rows = connection.execute(messages.select().where(messages.c.id.in_(ids[:limit])))
    found = {row.id: _shown(row, (share.cuts or {}).get(row.id)) for row in rows}
    return [found[one] for one in ids[:limit] if one in found], len(ids) > limit


def cited(text: str, sources: Any) -> tuple[Mapping[str, Any], ...]:
    """Of the passages that an answer was given, those whose number stands in it, as `[2]` or `[1, 3]`."""
    numbers = {int(one) for found in _CITED.findall(text) for one in found.split(",")}
    return tuple(one for one in sources or () if isinstance(one, Mapping) and one.get("number") in numbers)


def _shown(row: Any, cut: int | None) -> Shown:
    text = row.text if cut is None else row.text[:cut]
    return Shown(row.id, row.role, text, row.model, len(row.files or ()), cited(text, row.sources), row.created_at)


def _cuts(connection: Transaction, ids: list[str]) -> dict[str, int] | None:
    messages, found = tables.chat_messages, dict[str, int]()
    open_ones = messages.select().where(messages.c.id.in_(ids), messages.c.state != "complete")
    for row in connection.execute(open_ones):
        if row.state == "running":
            raise Conflict("an answer is still being written: share the chat when it is complete")
        found[row.id] = len(row.text)
    return found or None


def _share(row: Any) -> Share:
    return Share(**{field: row._mapping[field] for field in Share.__struct_fields__})
