"""One chat as a person takes it along: Markdown of the branch that is shown, or JSON with every branch.

Titles and names are written so that they stay text: a heading cannot become HTML, a link or two lines. What was said in
messages is left exactly as it was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

import msgspec

from tokenry.base.clock import NS_PER_S, isoformat
from tokenry.storage import AppDb, tables
from tokenry.workspace.sharing import branch_ids, cited, find_chat
from tokenry.workspace.whose import Whose

_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_ROLES: Final[Mapping[str, str]] = {"user": "You", "assistant": "Answer"}
_STATES: Final[Mapping[str, str]] = {
    "stopped": "stopped before its end", "broken": "broken off", "failed": "failed", "running": "still being written",
}  # fmt: skip


class ExportedSource(msgspec.Struct, kw_only=True):
    """A passage of a file that an answer cites."""

    number: int
    file_name: str
    page: int | None
    text: str


class ExportedMessage(msgspec.Struct, kw_only=True):
    """One message. Times are seconds since the epoch; `charge_nanousd` is 10⁻⁹ dollars."""

    id: str
    parent_id: str | None
    role: str
    state: str
    text: str
    reasoning: str | None
    model: str | None
    seen_by: Any
    sources: list[ExportedSource]
    charge_nanousd: int | None
    charge_tokens: int | None
    created_at: int


class ChatExport(msgspec.Struct, kw_only=True):
    """A chat with all its branches. `branch`: ids of the messages of the one that is shown, from the beginning."""

    id: str
    title: str
    project_id: str
    folder_id: str | None
    model: str | None
    system: str | None
    parameters: Any
    created_at: int
    updated_at: int
    branch: list[str]
    messages: list[ExportedMessage]
    object: Literal["tokenry.chat_export"] = "tokenry.chat_export"


def export_chat(db: AppDb, whose: Whose, chat_id: str, head: str | None = None) -> ChatExport:
    """One of one's own chats. Blocks.

    Args:
        head: where the branch ends; None = where the shown one does.

    Raises:
        NotFound: there is no such chat of theirs.
    """
    messages = tables.chat_messages
    with db.read() as connection:
        chat = find_chat(connection, whose, chat_id)
        rows = connection.execute(messages.select().where(messages.c.chat_id == chat_id).order_by(messages.c.seq)).all()
        branch = branch_ids(connection, chat_id, head or chat.head_id or "")
    return ChatExport(
        id=chat.id, title=chat.title, project_id=chat.project_id, folder_id=chat.folder_id, model=chat.model,
        system=chat.system, parameters=chat.parameters, created_at=chat.created_at // NS_PER_S,
        updated_at=chat.updated_at // NS_PER_S, branch=branch, messages=[_message(row) for row in rows],
    )  # fmt: skip


def as_markdown(export: ChatExport) -> str:
    """The branch that is shown."""
    rows = {one.id: one for one in export.messages}
    parts = [f"# {plain(export.title) or 'Chat'}", _when(export.created_at)]
    parts += [part for one in export.branch if one in rows for part in _parts(rows[one])]
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """A text on one line of Markdown that means nothing but itself."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _parts(message: ExportedMessage) -> Iterable[str]:
    told = [_ROLES.get(message.role, message.role)]
    if message.role == "assistant" and message.model:
        told.append(plain(message.model))
    told.append(_when(message.created_at))
    if message.state in _STATES:
        told.append(_STATES[message.state])
    yield f"## {' · '.join(told)}"
    if message.text:
        yield message.text
    if message.sources:
        yield "\n".join(_line(one) for one in message.sources)


def _line(source: ExportedSource) -> str:
    page = "" if source.page is None else f", page {source.page}"
    return f"- \\[{source.number}\\] {plain(source.file_name)}{page}: {plain(source.text)}"


def _when(at_s: int) -> str:
    return isoformat(at_s * NS_PER_S).replace(".000Z", "Z")


def _message(row: Any) -> ExportedMessage:
    return ExportedMessage(
        id=row.id, parent_id=row.parent_id, role=row.role, state=row.state, text=row.text, reasoning=row.reasoning,
        model=row.model, seen_by=row.seen_by, sources=[_source(one) for one in cited(row.text, row.sources)],
        charge_nanousd=row.charge_nanousd, charge_tokens=row.charge_tokens, created_at=row.created_at // NS_PER_S,
    )  # fmt: skip


def _source(source: Mapping[str, Any]) -> ExportedSource:
    page = source.get("page")
    name, text = str(source.get("file_name", "")), str(source.get("text", ""))
    return ExportedSource(number=int(source["number"]), file_name=name, page=page, text=text)
