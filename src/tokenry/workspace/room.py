"""Chats in one hand: their rows, the keys by which they are charged, the answers that are being made."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from tokenry.access import Keys, Principal
from tokenry.base.clock import Clock
from tokenry.config import ModelKind
from tokenry.objects import require_kept
from tokenry.router import Catalogue, ModelEntry
from tokenry.storage import AppDb
from tokenry.workspace.allowance import Allowance
from tokenry.workspace.assistants import find_assistant
from tokenry.workspace.chats import Chat, Chats
from tokenry.workspace.choosing import choices, first_choice
from tokenry.workspace.ending import RESTARTED
from tokenry.workspace.keyring import Keyring
from tokenry.workspace.messages import FileRef, Message, Messages
from tokenry.workspace.parameters import Parameters
from tokenry.workspace.runs import Runs
from tokenry.workspace.whose import Whose


class Workspace:
    """People's chats, while somebody serves. All calls but those of `runs` block."""

    def __init__(self, db: AppDb, keys: Keys, clock: Clock, runs: Runs) -> None:
        self._db = db
        self.chats = Chats(db)
        self.messages = Messages(db)
        self.keyring = Keyring(db, keys, clock)
        self.runs = runs
        self.allowance = Allowance(clock)

    def principal(self, whose: Whose, project_id: str) -> Principal:
        """Whom their chats in a project are asked as. Raises MayNotChat, KeepsNothing, NotFound."""
        principal = self.keyring.holder(whose, project_id)
        require_kept(principal, "chats")
        return principal

    def leave_no_trace(self) -> None:
        """Of what was deleted, in what the database has not tidied yet."""
        self._db.forget_deleted()

    def outlook(self, whose: Whose, project_id: str) -> Principal:
        """The same for whoever only looks: their key is not made by it. Raises as `principal`."""
        principal = self.keyring.outlook(whose, project_id)
        require_kept(principal, "chats")
        return principal

    def manner(
        self, whose: Whose, chat: Chat, model: str | None, parameters: Parameters | None
    ) -> tuple[str | None, Parameters]:
        """The model and parameters of an answer: what is asked for goes before the chat's, and that before its
        assistant's."""
        with self._db.read() as connection:
            assistant = find_assistant(connection, whose, chat.assistant_id)
        below, named = chat.parameters, model or chat.model
        if assistant is not None:
            below, named = below.over(assistant.parameters), named or assistant.model
        return named, (parameters or Parameters()).over(below)

    def choices(self, catalogue: Catalogue, principal: Principal, kind: ModelKind = "chat") -> list[ModelEntry]:
        """The models of a kind that a person may use, the one to begin with first."""
        found = choices(catalogue, principal, kind)
        first = first_choice(found)
        return found if first is None else [first, *(one for one in found if one is not first)]

    def present(self, whose: Whose, message: Message) -> tuple[Message, int | None]:
        """A message as it is at this moment, and the position behind what is said of it so far; None = it has ended."""
        if message.state != "running":
            return message, None
        live = self.runs.live(message)
        if live is not None:
            return live
        again = self.messages.get(whose, message.chat_id, message.id)  # it has ended between the two looks
        if again.state == "running":
            again = replace(again, state="broken", error=RESTARTED)
        return again, None

    def files(self, whose: Whose, found: list[Message]) -> Mapping[str, FileRef]:
        """The files of messages, by id."""
        return self.messages.files(whose, found)
