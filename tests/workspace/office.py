"""An app.db with two organizations and people in them, and chats as they would have written them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tokenry.access import Actor, Desk, People, local_actor
from tokenry.base.clock import ManualClock
from tokenry.base.ids import new_id
from tokenry.config import Config
from tokenry.objects import Ground
from tokenry.storage import AppDb, Blobs, tables
from tokenry.workspace import Whose, note_message

OURS, THEIRS = "org_00000000000000000000000001", "org_00000000000000000000000002"
PROJECT, OTHER_PROJECT = "proj_00000000000000000000000001", "proj_00000000000000000000000002"


@dataclass
class Office:
    """People: `owner` and `second` own ours, `ada` and `bob` are members; `eve` is a member of theirs."""

    db: AppDb
    desk: Desk
    clock: ManualClock
    people: People
    users: dict[str, str] = field(default_factory=dict)

    def whose(self, name: str, organization: str = OURS) -> Whose:
        return Whose(organization, self.users[name])

    def actor(self, name: str, organization: str = OURS) -> Actor:
        user = self.users[name]
        found = self.people.actor(user, organization, "session", user)
        assert found is not None
        return found

    @property
    def ground(self) -> Ground:
        return Ground(self.db, Blobs(self.db.path.parent, self.clock), self.clock, Config)

    def file(self, name: str, chat_id: str, content: bytes) -> str:
        """A file in a chat; the name of its content."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.ground.blobs.path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        row = {
            "id": new_id("file"), "user_id": self.users[name], "organization_id": OURS, "chat_id": chat_id,
            "name": "a.txt", "size": len(content), "sha256": sha256, "state": "ready", "created_at": 1,
        }  # fmt: skip
        with self.db.write() as connection:
            connection.execute(tables.workspace_files.insert(), row)
        return sha256

    @property
    def local(self) -> Actor:
        return local_actor(OURS)

    def chat(self, name: str, texts: Sequence[str], **more: Any) -> str:
        """A chat in which question and answer alternate, each found by its words."""
        place = {"organization_id": OURS, "project_id": PROJECT} | {
            key: more.pop(key) for key in ("organization_id", "project_id") if key in more
        }
        now_ns, made = self.clock.now_ns(), new_id("chat")
        chat = {
            "id": made, "user_id": self.users[name], "title": "A chat", "temporary": False, "pinned": False,
            "archived": False, "charge_nanousd": 0, "charge_tokens": 0, "created_at": now_ns, "updated_at": now_ns,
            **place, **more,
        }  # fmt: skip
        with self.db.write() as connection:
            connection.execute(tables.chats.insert(), chat)
        above = None
        for number, text in enumerate(texts):
            above = self.say(made, text, above, role="assistant" if number % 2 else "user")
        return made

    def say(self, chat_id: str, text: str, above: str | None, **more: Any) -> str:
        """One more message of a chat, which is shown from now on."""
        made, now_ns, chats, messages = new_id("msg"), self.clock.now_ns(), tables.chats, tables.chat_messages
        row = {"role": "user", "state": "complete", "created_at": now_ns, **more}
        with self.db.write() as connection:
            row |= {"id": made, "chat_id": chat_id, "parent_id": above, "text": text}
            connection.execute(messages.insert(), row)
            connection.execute(chats.update().where(chats.c.id == chat_id), {"head_id": made})
            chat = connection.execute(chats.select().where(chats.c.id == chat_id)).one()
            note_message(connection, chat, connection.execute(messages.select().where(messages.c.id == made)).one())
        return made

    def rows(self, table: Any) -> list[Any]:
        with self.db.read() as connection:
            return list(connection.execute(table.select()))

    def log(self) -> list[str]:
        """Types of all acts, oldest first."""
        return [row.type for row in self.rows(tables.audit)]


def furnished(folder: Path) -> Office:
    """An office in an empty folder."""
    clock = ManualClock()
    db = AppDb.open(folder / "app.db")
    made = Office(db, Desk(db, clock), clock, People(db))
    with db.write() as connection:
        for name, organization in (("ours", OURS), ("theirs", THEIRS)):
            row = {"id": organization, "name": name, "created_at": 1}
            connection.execute(tables.organizations.insert(), row)
        for project in (PROJECT, OTHER_PROJECT):
            row = {"id": project, "organization_id": OURS, "name": project[-4:], "created_at": 1}
            connection.execute(tables.projects.insert(), row)
        for name, organization, role in (
            ("owner", OURS, "owner"), ("second", OURS, "owner"), ("ada", OURS, "member"), ("bob", OURS, "member"),
            ("eve", THEIRS, "member"),
        ):  # fmt: skip
            user = made.users[name] = new_id("user")
            connection.execute(tables.users.insert(), {"id": user, "name": name, "created_at": 1})
            place = {"id": new_id("mbr"), "user_id": user, "organization_id": organization, "role": role}
            connection.execute(tables.memberships.insert(), {**place, "created_at": 1})
    made.people.load()
    return made
