"""The messages of a chat as they stand: what was asked and answered, on all its branches. Read only.

Who writes questions is `asking`, who makes answers `runs`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

import msgspec

from tokenry import storage
from tokenry.storage import AppDb, Transaction, branch_rows, children_of
from tokenry.workspace.chats import find
from tokenry.workspace.parameters import Parameters, read_parameters
from tokenry.workspace.sources import Source
from tokenry.workspace.whose import Whose, nothing

tables = storage.tables
messages = tables.chat_messages
PAGE_MAX: Final = 200

State = Literal["complete", "running", "stopped", "broken", "failed"]


class SeenBy(msgspec.Struct, frozen=True):
    """A provider that was sent the prompt: on the house's own machine, or elsewhere; and what makes tokens there."""

    provider: str
    place: Literal["house", "provider"]
    engine: str


class Failure(msgspec.Struct, frozen=True):
    """Why an answer is not whole."""

    code: str | None
    message: str


class FileRef(msgspec.Struct, frozen=True):
    """A file that a message has with it. `size`: bytes."""

    id: str
    name: str
    mime: str | None
    size: int
    state: str


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message. Times are nanoseconds since the epoch.

    Args:
        seq: its number in the whole database.
        files: ids. omitted: messages of the branch that the model was not told, as they did not fit.
        request_ids: of its receipts; several when it was continued.
        siblings: ids of all children of its parent, itself included, in order.
    """

    seq: int
    id: str
    chat_id: str
    parent_id: str | None
    client_id: str | None
    role: Literal["user", "assistant"]
    state: State
    text: str
    reasoning: str | None
    files: tuple[str, ...]
    sources: tuple[Source, ...]
    model: str | None
    parameters: Parameters
    seen_by: tuple[SeenBy, ...] | None
    request_ids: tuple[str, ...]
    input_tokens: int | None
    output_tokens: int | None
    charge_nanousd: int | None
    charge_tokens: int | None
    omitted: int
    error: Failure | None
    created_at: int
    ended_at: int | None
    siblings: tuple[str, ...] = ()


class Messages:
    """What there is to read. Calls block."""

    def __init__(self, db: AppDb) -> None:
        self._db = db

    def get(self, whose: Whose, chat_id: str, message_id: str) -> Message:
        """One message of a chat of theirs. Raises NotFound."""
        with self._db.read() as connection:
            find(connection, whose, chat_id)
            return with_siblings(connection, chat_id, [row_of(connection, chat_id, message_id)])[0]

    def page(
        self, whose: Whose, chat_id: str, head: str | None, before: str | None, limit: int
    ) -> tuple[list[Message], bool]:
        """The newest part of the branch that ends in `head` (None: the chat's own), the oldest first, and whether there
        is more above it; of what stands above `before`, when that is named. Raises NotFound."""
        with self._db.read() as connection:
            chat = find(connection, whose, chat_id)
            end = head or chat.head_id
            if before is not None:
                end = row_of(connection, chat_id, before).parent_id
            elif head is not None:
                row_of(connection, chat_id, head)
            if end is None:
                return [], False
            rows = branch_rows(connection, chat_id, end, limit + 1)
            return with_siblings(connection, chat_id, rows[:limit][::-1]), len(rows) > limit

    def files(self, whose: Whose, found: Iterable[Message]) -> dict[str, FileRef]:
        """The files of messages, by id; those that are gone are not there."""
        wanted = {one for message in found for one in message.files}
        if not wanted:
            return {}
        table = tables.workspace_files
        with self._db.read() as connection:
            rows = connection.execute(table.select().where(table.c.id.in_(wanted), *whose.owns(table))).all()
        return {row.id: FileRef(row.id, row.name, row.mime_type, row.size, row.state) for row in rows}


def row_of(connection: Transaction, chat_id: str, message_id: str) -> Any:
    """The row of a message of this chat. Raises NotFound."""
    query = messages.select().where(messages.c.id == message_id, messages.c.chat_id == chat_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise nothing("message", message_id)
    return row


def with_siblings(connection: Transaction, chat_id: str, rows: list[Any]) -> list[Message]:
    """Messages from rows of one chat."""
    beside: dict[str | None, list[str]] = {}
    for one in children_of(connection, chat_id, {row.parent_id for row in rows}):
        beside.setdefault(one.parent_id, []).append(one.id)
    return [message_of(row, tuple(beside.get(row.parent_id, ()))) for row in rows]


def message_of(row: Any, siblings: tuple[str, ...] = ()) -> Message:
    """A message from its row."""
    seen_by = None if row.seen_by is None else msgspec.convert(row.seen_by, tuple[SeenBy, ...])
    return Message(**{
        **row._asdict(),
        "files": tuple(row.files or ()), "request_ids": tuple(row.request_ids or ()),
        "sources": msgspec.convert(row.sources or [], tuple[Source, ...]),
        "parameters": read_parameters(row.parameters), "seen_by": seen_by, "omitted": row.omitted or 0,
        "error": None if row.error is None else msgspec.convert(row.error, Failure), "siblings": siblings,
    })  # fmt: skip
