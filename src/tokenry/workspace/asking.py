"""How a question comes into a chat, and an answer that is to come below it; how a shown branch is changed.

A question and its answer are written together, so a question always has one. All calls are part of a transaction of
the caller's. Who makes the answers is `runs`.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from tokenry import storage
from tokenry.base.errors import Conflict, InvalidRequest, NotFound, TokenryError
from tokenry.base.ids import new_id
from tokenry.storage import Transaction, count_messages, tree_rows
from tokenry.workspace.chats import Chat, chat_of, chats, find
from tokenry.workspace.files.records import attach_files
from tokenry.workspace.messages import Message, messages, row_of, with_siblings
from tokenry.workspace.parameters import Parameters, kept
from tokenry.workspace.searching import note_message
from tokenry.workspace.telling import first_words
from tokenry.workspace.tree import tip
from tokenry.workspace.whose import Whose

tables = storage.tables
TEXT_SIZE_MAX: Final = 1024 * 1024  # bytes of one question, as UTF-8
FILES_MAX: Final = 20  # of one message
MESSAGES_MAX: Final = 20_000  # of one chat
CLIENT_ID_LENGTH_MAX: Final = 100


class TextTooLong(TokenryError):
    """More text than one message takes."""

    status = 413
    type = "invalid_request_error"
    code = "request_too_large"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks. `parent`: the message it follows, None = a new beginning; UNSET = the chat's head."""

    text: str
    files: tuple[str, ...] = ()
    parent: str | msgspec.UnsetType | None = msgspec.UNSET
    client_id: str | None = None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """How an answer is to be made, and the id of the request that makes it."""

    model: str
    parameters: Parameters
    request_id: str
    at_ns: int


class Pair(msgspec.Struct, frozen=True):
    """A question and its answer. `fresh` False: they were there already, sent by the same browser before."""

    chat: Chat
    question: Message
    answer: Message
    fresh: bool = True


def ask(connection: Transaction, whose: Whose, chat_id: str, question: Question, wanted: Wanted) -> Pair:
    """Write a question and the answer that is to come, and make that the chat's head.

    Raises NotFound, InvalidRequest, Conflict, TextTooLong.
    """
    check_question(question)
    chat = find(connection, whose, chat_id)
    known = _sent_before(connection, chat, question.client_id)
    if known is not None:
        return known
    parent_id = chat.head_id if question.parent is msgspec.UNSET else question.parent
    _require_parent(connection, chat_id, parent_id)
    _require_files(connection, whose, chat_id, question.files)
    _require_place(connection, chat_id, 2)
    text = question.text.replace("\0", "\ufffd")
    row = {
        **_EMPTY, "id": new_id("msg", at_ns=wanted.at_ns), "chat_id": chat_id, "parent_id": parent_id, "role": "user",
        "client_id": question.client_id, "state": "complete", "text": text, "files": list(question.files) or None,
        "created_at": wanted.at_ns, "ended_at": wanted.at_ns,
    }  # fmt: skip
    connection.execute(messages.insert(), row)
    attach_files(connection, chat, question.files)
    asked = row_of(connection, chat_id, row["id"])
    note_message(connection, chat, asked)
    changes: dict[str, Any] = {"model": wanted.model}
    if chat.title_by is None:
        title = first_words(text)
        changes |= {"title": title, "title_by": "machine"} if title else {}
    return _answered(connection, whose, asked, wanted, changes)


def again(connection: Transaction, whose: Whose, chat_id: str, question_id: str, wanted: Wanted) -> Pair:
    """One more answer to a question, which becomes the chat's head. Raises NotFound, InvalidRequest, Conflict."""
    find(connection, whose, chat_id)
    asked = row_of(connection, chat_id, question_id)
    if asked.role != "user":
        raise InvalidRequest("only a question can be answered once more; name the message above", param="message_id")
    _require_place(connection, chat_id, 1)
    return _answered(connection, whose, asked, wanted, {})


def go_on(connection: Transaction, whose: Whose, chat_id: str, answer_id: str, wanted: Wanted) -> Pair:
    """Have an answer that ended too early go on. Raises NotFound, Conflict."""
    chat = find(connection, whose, chat_id)
    row = row_of(connection, chat_id, answer_id)
    if row.role != "assistant" or row.state not in {"stopped", "broken", "failed"}:
        raise Conflict("only an answer that was stopped, or that broke off, can go on", param="message_id")
    changes = {
        "state": "running", "error": None, "ended_at": None, "model": wanted.model,
        "parameters": kept(wanted.parameters),
        "request_ids": [*(row.request_ids or ()), wanted.request_id],
    }  # fmt: skip
    connection.execute(messages.update().where(messages.c.id == answer_id), changes)
    asked = row_of(connection, chat_id, row.parent_id)
    rows = [asked, row_of(connection, chat_id, answer_id)]
    return _pair(chat_of(chat), connection, rows)


def walk(connection: Transaction, whose: Whose, chat_id: str, message_id: str) -> None:
    """Show the branch that goes through this message: down to the newest message below it. Raises NotFound."""
    find(connection, whose, chat_id)
    row_of(connection, chat_id, message_id)
    end = tip({row.id: row.parent_id for row in tree_rows(connection, chat_id)}, message_id)
    connection.execute(chats.update().where(chats.c.id == chat_id), {"head_id": end})


def check_question(question: Question) -> None:
    """Raise InvalidRequest and TextTooLong for what cannot be asked, wherever it would stand."""
    size = len(question.text.encode(errors="replace"))
    if size > TEXT_SIZE_MAX:
        raise TextTooLong(
            f"a message has at most {TEXT_SIZE_MAX} bytes of text, and this has {size}: attach it as a file instead",
            param="text",
        )
    if len(question.files) > FILES_MAX:
        raise InvalidRequest(
            f"a message takes at most {FILES_MAX} files, and this has {len(question.files)}: put them into a folder, "
            "and ask in a chat of that folder",
            param="file_ids",
        )
    if not question.text.strip() and not question.files:
        raise InvalidRequest("there is nothing in this message: write something, or attach a file", param="text")
    if question.client_id is not None and not 0 < len(question.client_id) <= CLIENT_ID_LENGTH_MAX:
        raise InvalidRequest(f"client_id has 1 to {CLIENT_ID_LENGTH_MAX} characters", param="client_id")


_EMPTY: Final[dict[str, Any]] = {
    "reasoning": None, "sources": None, "model": None, "parameters": None, "seen_by": None, "request_ids": None,
    "input_tokens": None, "output_tokens": None, "charge_nanousd": None, "charge_tokens": None, "omitted": None,
    "error": None, "client_id": None, "files": None,
}  # fmt: skip


def _answered(connection: Transaction, whose: Whose, asked: Any, wanted: Wanted, changes: dict[str, Any]) -> Pair:
    """The row of an answer that is to come, as the chat's head."""
    row = {
        **_EMPTY, "id": new_id("msg", at_ns=wanted.at_ns), "chat_id": asked.chat_id, "parent_id": asked.id,
        "role": "assistant", "state": "running", "text": "", "model": wanted.model,
        "parameters": kept(wanted.parameters), "request_ids": [wanted.request_id], "created_at": wanted.at_ns,
        "ended_at": None,
    }  # fmt: skip
    connection.execute(messages.insert(), row)
    changes |= {"head_id": row["id"], "updated_at": wanted.at_ns}
    connection.execute(chats.update().where(chats.c.id == asked.chat_id), changes)
    rows = [asked, row_of(connection, asked.chat_id, row["id"])]
    return _pair(chat_of(find(connection, whose, asked.chat_id)), connection, rows)


def _pair(chat: Chat, connection: Transaction, rows: list[Any], *, fresh: bool = True) -> Pair:
    question, answer = with_siblings(connection, chat.id, rows)
    return Pair(chat, question, answer, fresh)


def _sent_before(connection: Transaction, chat: Any, client_id: str | None) -> Pair | None:
    """What the same browser has sent already under this name, when its first try was not answered."""
    if client_id is None:
        return None
    query = messages.select().where(messages.c.chat_id == chat.id, messages.c.client_id == client_id)
    asked = connection.execute(query).one_or_none()
    if asked is None:
        return None
    below = messages.select().where(messages.c.chat_id == chat.id, messages.c.parent_id == asked.id)
    answer = connection.execute(below.order_by(messages.c.seq)).first()
    return _pair(chat_of(chat), connection, [asked, answer], fresh=False)


def _require_parent(connection: Transaction, chat_id: str, parent_id: str | None) -> None:
    if parent_id is None:
        return
    try:
        above = row_of(connection, chat_id, parent_id)
    except NotFound as error:
        raise NotFound(error.message, param="parent_id") from None
    if above.role != "assistant":
        raise InvalidRequest("a question follows an answer; parent_id names a question", param="parent_id")
    if above.state == "running":
        raise Conflict("the answer above is not whole yet: wait for it, or stop it first", param="parent_id")


def _require_files(connection: Transaction, whose: Whose, chat_id: str, ids: tuple[str, ...]) -> None:
    if not ids:
        return
    table = tables.workspace_files
    rows = connection.execute(table.select().where(table.c.id.in_(ids), *whose.owns(table))).all()
    here = {row.id for row in rows if row.chat_id in {None, chat_id}}
    for one in ids:
        if one not in here:
            raise NotFound(f"There is no file {one[:100]!r} that this chat may read.", param="file_ids")


def _require_place(connection: Transaction, chat_id: str, more: int) -> None:
    if count_messages(connection, chat_id) + more > MESSAGES_MAX:
        raise Conflict(f"a chat has at most {MESSAGES_MAX} messages, and this is full: begin a new one")
