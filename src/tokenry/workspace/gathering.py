"""What there is to tell a model for one answer, read from app.db: the texts around the chat, and the branch above.

A long branch is read from its end, and no further than a model can read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tokenry import storage
from tokenry.storage import AppDb, Transaction, branch_length, branch_rows
from tokenry.workspace.asking import MESSAGES_MAX
from tokenry.workspace.assistants import find_assistant
from tokenry.workspace.chats import Chat
from tokenry.workspace.telling import GO_ON, Frame, Turn
from tokenry.workspace.whose import Whose

tables = storage.tables
AT_ONCE: Final = 64  # messages of a branch read in one step


@dataclass(frozen=True, slots=True)
class Gathered:
    """The frame; the branch from the oldest message that may fit, with ids and files; how many stand above it."""

    frame: Frame
    ids: tuple[str, ...]
    turns: tuple[Turn, ...]
    files: tuple[tuple[str, ...], ...]
    above: int


def gather(db: AppDb, whose: Whose, chat: Chat, question_id: str, room: int) -> Gathered:
    """All of it, for the branch that ends in a question. Blocks.

    Args:
        room: bytes that the model can read.
    """
    with db.read() as connection:
        frame = _frame(connection, whose, chat)
        rows, left, at = list[Any](), room, question_id
        while True:
            step = branch_rows(connection, chat.id, at, AT_ONCE)
            rows += step
            left -= sum(len(row.text) for row in step)
            above = step[-1].parent_id
            if above is None or left < 0:
                break
            at = above
        more = 0 if above is None else branch_length(connection, chat.id, above, MESSAGES_MAX)
    rows.reverse()
    return Gathered(
        frame,
        tuple(row.id for row in rows),
        tuple(Turn(row.role, row.text) for row in rows),
        tuple(tuple(row.files or ()) for row in rows),
        more,
    )


def _frame(connection: Transaction, whose: Whose, chat: Chat) -> Frame:
    folders = tables.folders
    folder = connection.execute(folders.select().where(folders.c.id == chat.folder_id, *whose.owns(folders))).first()
    assistant = find_assistant(connection, whose, chat.assistant_id)
    return Frame(
        folder=None if folder is None else folder.instructions,
        assistant=None if assistant is None else assistant.told,
        chat=chat.system,
    )


def turns_of(found: Gathered, images: Mapping[str, tuple[dict[str, Any], ...]], partial: str | None) -> list[Turn]:
    """The branch with its pictures; and what an answer that goes on has said already, with the word to go on."""
    turns = [
        Turn(turn.role, turn.text, tuple(images.get(one, ()))) if one in images else turn
        for one, turn in zip(found.ids, found.turns, strict=True)
    ]
    if partial:
        turns += [Turn("assistant", partial), Turn("user", GO_ON)]
    return turns
