"""Chats: made, listed, changed, deleted. A chat is a person's in one organization, and books its use in one project.

Knows nothing of messages but where a chat's shown branch ends. Calls block; those with a `connection` are part of a
transaction of the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from tokenry import storage
from tokenry.access import forget_chats
from tokenry.base.errors import InvalidRequest
from tokenry.base.ids import new_id
from tokenry.base.limits import MODEL_NAME_LENGTH_MAX
from tokenry.storage import AppDb, Transaction
from tokenry.workspace.assistants import get_assistant
from tokenry.workspace.parameters import Parameters, kept, read_parameters
from tokenry.workspace.policies import policy_of
from tokenry.workspace.searching import note_message
from tokenry.workspace.whose import Whose, checked_text, nothing

tables = storage.tables
chats, messages = tables.chats, tables.chat_messages
TITLE_LENGTH_MAX: Final = 200  # characters
SYSTEM_LENGTH_MAX: Final = 100_000


class Chat(msgspec.Struct, frozen=True, kw_only=True):
    """One chat. Times are nanoseconds since the epoch; charges are sums over its messages.

    Args:
        title_by: who named it; None = it has no title yet.
        head_id: the message that its shown branch ends in; None = there is none.
        expires_at: of a temporary one.
        moved_at: when it came into its project; None = it began there.
    """

    id: str
    user_id: str
    organization_id: str
    project_id: str
    folder_id: str | None
    assistant_id: str | None
    title: str
    title_by: str | None
    model: str | None
    system: str | None
    parameters: Parameters
    temporary: bool
    pinned: bool
    archived: bool
    head_id: str | None
    charge_nanousd: int
    charge_tokens: int
    created_at: int
    updated_at: int
    expires_at: int | None
    moved_at: int | None = None
    shared: bool = False


class NewChat(msgspec.Struct, frozen=True, kw_only=True):
    """What a chat is to be."""

    project_id: str
    folder_id: str | None = None
    assistant_id: str | None = None
    title: str | None = None
    model: str | None = None
    system: str | None = None
    parameters: Parameters = Parameters()
    temporary: bool = False


class Which(msgspec.Struct, frozen=True, kw_only=True):
    """Which of a person's chats are listed."""

    folder_id: str | None = None
    archived: bool = False
    temporary: bool = False
    pinned: bool | None = None
    after: str | None = None
    limit: int = 20


class Chats:
    """The chats of one app.db, to be read. Calls block."""

    def __init__(self, db: AppDb) -> None:
        self._db = db

    def get(self, whose: Whose, chat_id: str) -> Chat:
        """One of theirs. Raises NotFound."""
        with self._db.read() as connection:
            return shown_chat(connection, find(connection, whose, chat_id))

    def page(self, whose: Whose, which: Which) -> tuple[list[Chat], bool]:
        """Those that are meant, used last first, and whether more follow. Raises InvalidRequest for `after`."""
        query = chats.select().where(
            *whose.owns(chats), chats.c.archived.is_(which.archived), chats.c.temporary.is_(which.temporary)
        )
        if which.folder_id is not None:
            query = query.where(chats.c.folder_id == which.folder_id)
        if which.pinned is not None:
            query = query.where(chats.c.pinned.is_(which.pinned))
        with self._db.read() as connection:
            if which.after is not None:
                at = connection.execute(chats.select().where(*whose.owns(chats), chats.c.id == which.after)).first()
                if at is None:
                    raise InvalidRequest("`after` names nothing in this list", param="after")
                same = (chats.c.updated_at == at.updated_at) & (chats.c.id < at.id)
                query = query.where((chats.c.updated_at < at.updated_at) | same)
            query = query.order_by(chats.c.updated_at.desc(), chats.c.id.desc()).limit(which.limit + 1)
            rows = connection.execute(query).all()
            shared = _shared(connection, [row.id for row in rows])
        found = [chat_of(row, shared=row.id in shared) for row in rows[: which.limit]]
        return found, len(rows) > which.limit


def create_chat(connection: Transaction, whose: Whose, new: NewChat, now_ns: int) -> Chat:
    """A new one, with nothing said in it. Raises InvalidRequest, NotFound."""
    title = checked_title(new.title)
    require_folder(connection, whose, new.folder_id)
    if new.assistant_id is not None:
        get_assistant(connection, whose, new.assistant_id)
    policy = policy_of(connection, whose.organization_id)
    row: dict[str, Any] = {
        "id": new_id("chat", at_ns=now_ns), "user_id": whose.user_id, "organization_id": whose.organization_id,
        "project_id": new.project_id, "folder_id": new.folder_id, "assistant_id": new.assistant_id,
        "title": title, "title_by": "person" if title else None, "model": checked_model(new.model),
        "system": checked_system(new.system), "parameters": kept(new.parameters),
        "temporary": new.temporary, "pinned": False, "archived": False, "head_id": None,
        "charge_nanousd": 0, "charge_tokens": 0, "created_at": now_ns, "updated_at": now_ns,
        "expires_at": policy.temporary_until(now_ns) if new.temporary else None,
    }  # fmt: skip
    connection.execute(chats.insert(), row)
    return chat_of(find(connection, whose, row["id"]))


def change_chat(connection: Transaction, whose: Whose, chat_id: str, changes: Mapping[str, Any], now_ns: int) -> Chat:
    """Change what is named: title, folder_id, assistant_id, project_id, model, system, parameters, pinned, archived;
    `temporary` False keeps one that would end. Raises NotFound, InvalidRequest."""
    values = dict(changes)
    if "title" in values:
        values["title"] = checked_title(values["title"])
        values["title_by"] = "person" if values["title"] else None
    for name, checked in (("model", checked_model), ("system", checked_system), ("parameters", kept)):
        if name in values:
            values[name] = checked(values[name])
    before = find(connection, whose, chat_id)
    if values.get("project_id", before.project_id) != before.project_id:
        values["moved_at"] = now_ns
    require_folder(connection, whose, values.get("folder_id"))
    if values.get("assistant_id") is not None:
        get_assistant(connection, whose, values["assistant_id"])
    if values.get("temporary") is False:
        values["expires_at"], files = None, tables.workspace_files
        connection.execute(files.update().where(files.c.chat_id == chat_id), {"expires_at": None})
    if values:
        connection.execute(chats.update().where(chats.c.id == chat_id), values)
    row = find(connection, whose, chat_id)
    if "temporary" in values:  # it is found from now on
        for message in connection.execute(messages.select().where(messages.c.chat_id == chat_id)).all():
            note_message(connection, row, message)
    return shown_chat(connection, row)


def delete_chat(connection: Transaction, whose: Whose, chat_id: str) -> None:
    """Forget it, with everything in it. Raises NotFound."""
    find(connection, whose, chat_id)
    forget_chats(connection, [chat_id])


def shown_chat(connection: Transaction, row: Any) -> Chat:
    """A chat from its row, with whether it is shown to others."""
    return chat_of(row, shared=bool(_shared(connection, [row.id])))


def find(connection: Transaction, whose: Whose, chat_id: str) -> Any:
    """The row of one of theirs. Raises NotFound."""
    row = connection.execute(chats.select().where(chats.c.id == chat_id, *whose.owns(chats))).one_or_none()
    if row is None:
        raise nothing("chat", chat_id)
    return row


def chat_of(row: Any, *, shared: bool = False) -> Chat:
    """A chat from its row."""
    return Chat(**{**row._asdict(), "parameters": read_parameters(row.parameters)}, shared=shared)


def require_folder(connection: Transaction, whose: Whose, folder_id: str | None) -> None:
    """Raise NotFound unless it is one of theirs, or none."""
    table = tables.folders
    mine = table.select().where(table.c.id == folder_id, *whose.owns(table))
    if folder_id is not None and connection.execute(mine).one_or_none() is None:
        raise nothing("folder", folder_id)


def _shared(connection: Transaction, chat_ids: list[str]) -> set[str]:
    """Which of these are shown to others."""
    table = tables.chat_shares
    query = table.select().where(table.c.chat_id.in_(chat_ids), table.c.withdrawn_at.is_(None))
    return {row.chat_id for row in connection.execute(query)} if chat_ids else set()


def checked_title(title: str | None) -> str:
    """A title that a chat can have; empty = it has none. Raises InvalidRequest."""
    return " ".join(checked_text(title or "", "title", TITLE_LENGTH_MAX).split())


def checked_system(system: str | None) -> str | None:
    """Instructions that a chat can have. Raises InvalidRequest."""
    return checked_text(system, "system", SYSTEM_LENGTH_MAX) if system else None


def checked_model(model: str | None) -> str | None:
    """The name of a model, if it can be one. Whether there is such a model is seen when it is asked. InvalidRequest."""
    if model is not None and not (0 < len(model) <= MODEL_NAME_LENGTH_MAX and model.isprintable()):
        raise InvalidRequest(f"a model's name has 1 to {MODEL_NAME_LENGTH_MAX} printable characters", param="model")
    return model
