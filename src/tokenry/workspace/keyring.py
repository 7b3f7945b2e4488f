"""By whose key a person's chats are charged: one hidden key for each person and project, made with their first chat.

It is a key like any other, so budgets, rate limits, model rules and receipts hold for chats as they do for programs;
its text is thrown away as it is made. Who revokes it ends chatting in that project for its person. A crash between the
key and the row that names it leaves a key that the next chat takes up: nobody else can make one by `MAKER`.
"""

from __future__ import annotations

import threading
from typing import Final

from tokenry import storage
from tokenry.access import Actor, Desk, InvalidApiKey, Keys, NewKey, Principal
from tokenry.base.clock import Clock
from tokenry.base.errors import TokenryError
from tokenry.storage import AppDb
from tokenry.workspace.whose import Whose

table = storage.tables.workspace_keys
NAME: Final = "Workspace"
MAKER: Final = "workspace"  # no id of anybody, so no route and no verb makes a key by it


class MayNotChat(TokenryError):
    """The person's chats in this project are not to be charged to it any more."""

    status = 403
    type = "invalid_request_error"
    code = "chat_not_allowed"


class Keyring:
    """The keys by which people chat. Calls may block, the first of each person and project for a transaction."""

    def __init__(self, db: AppDb, keys: Keys, clock: Clock) -> None:
        self._db = db
        self._keys = keys
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], str] = {}

    def holder(self, whose: Whose, project_id: str) -> Principal:
        """Who their chats in this project are asked as. Whether they may see the project, the caller has asked.

        Raises:
            MayNotChat: the key was revoked, or they have left.
            NotFound, InvalidRequest: they have no place in the project.
        """
        place = (whose.user_id, project_id)
        key_id = self._known.get(place)
        if key_id is None:
            with self._lock:  # two browsers of theirs may begin at once
                key_id = self._known[place] = self._find(place) or self._make(whose, project_id)
        return self._opened(key_id)

    def require_open(self, whose: Whose, project_id: str) -> None:
        """Raise MayNotChat when their key there is closed; that they have none yet is no hindrance."""
        place = (whose.user_id, project_id)
        key_id = self._known.get(place) or self._find(place)
        if key_id is not None:
            self._opened(key_id)

    def outlook(self, whose: Whose, project_id: str) -> Principal:
        """The same, for whoever only looks: no key is made."""
        place = (whose.user_id, project_id)
        key_id = self._known.get(place) or self._find(place)
        return self._keys.foresee(_new(place)) if key_id is None else self._opened(key_id)

    def _opened(self, key_id: str) -> Principal:
        try:
            return self._keys.holder(key_id)
        except InvalidApiKey as error:
            raise MayNotChat(
                "You cannot chat in this project any more: the key that your chats are charged by opens nothing. "
                f"{error.message} Choose another project, or ask whoever administers this one.",
                param="project_id",
            ) from None

    def restore(self, desk: Desk, by: Actor, whose: Whose, project_id: str) -> bool:
        """Let somebody chat again whose key was revoked: their next chat makes a new one. False = nothing was to do."""
        place = (whose.user_id, project_id)
        with self._lock:
            key_id = self._find(place)
            if key_id is None or self._keys.get(key_id).revoked_at is None:
                return False
            mine = (table.c.user_id == whose.user_id, table.c.project_id == project_id)
            with desk.act(by, "api_key.restored", key_id, project_id) as act:
                act.details["user_id"] = whose.user_id
                act.connection.execute(table.delete().where(*mine))
            self._known.pop(place, None)
        return True

    def _find(self, place: tuple[str, str]) -> str | None:
        with self._db.read() as connection:
            query = table.select().where(table.c.user_id == place[0], table.c.project_id == place[1])
            row = connection.execute(query).one_or_none()
        return None if row is None else str(row.key_id)

    def _make(self, whose: Whose, project_id: str) -> str:
        user_id, place = whose.user_id, (whose.user_id, project_id)
        by = Actor("session", user_id, whose.organization_id, user_id, frozenset())
        left = (user_id, MAKER, None)  # by a crash
        mine = [k for k in self._keys.list(project_id) if (k.user_id, k.created_by, k.revoked_at) == left]
        key = mine[0] if mine else self._keys.create(_new(place), by)[0]
        row = {"user_id": user_id, "project_id": project_id, "key_id": key.id, "created_at": self._clock.now_ns()}
        with self._db.write() as connection:
            connection.execute(table.insert(), row)
        return key.id


def _new(place: tuple[str, str]) -> NewKey:
    return NewKey(name=NAME, project_id=place[1], user_id=place[0], created_by=MAKER)
