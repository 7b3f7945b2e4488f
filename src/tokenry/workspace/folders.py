"""Folders of chats: a name, and instructions that every chat in one begins with. They say nothing of who pays."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from tokenry import storage
from tokenry.access import checked_name, forget_files
from tokenry.base.clock import Clock
from tokenry.base.errors import InvalidRequest
from tokenry.base.ids import new_id
from tokenry.storage import AppDb, Transaction
from tokenry.workspace.whose import Whose, checked_text, nothing

tables = storage.tables
table = tables.folders
FOLDERS_MAX: Final = 500  # of one person
INSTRUCTIONS_LENGTH_MAX: Final = 20_000  # characters


class Folder(msgspec.Struct, frozen=True, kw_only=True):
    """One folder. Times are nanoseconds since the epoch; `chats` says how many lie in it."""

    id: str
    name: str
    instructions: str | None
    created_at: int
    updated_at: int
    chats: int = 0


class Folders:
    """Everybody's folders. Calls block."""

    def __init__(self, db: AppDb, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def listing(self, whose: Whose) -> list[Folder]:
        """One's own, the one used last first."""
        with self._db.read() as connection:
            rows = connection.execute(
                table.select().where(*whose.owns(table)).order_by(table.c.updated_at.desc(), table.c.id.desc())
            ).all()
            counted = _counted(connection, whose)
        return [_folder(row, counted.get(row.id, 0)) for row in rows]

    def get(self, whose: Whose, folder_id: str) -> Folder:
        """One of one's own. Raises NotFound."""
        with self._db.read() as connection:
            row = find_folder(connection, whose, folder_id)
            return _folder(row, _counted(connection, whose).get(folder_id, 0))

    def create(self, whose: Whose, name: str, instructions: str | None = None) -> Folder:
        """A new one. Raises InvalidRequest: name or instructions cannot be taken, or there are very many folders."""
        now_ns = self._clock.now_ns()
        made = Folder(
            id=new_id("fld", at_ns=now_ns), name=checked_name(name), instructions=_checked(instructions),
            created_at=now_ns, updated_at=now_ns,
        )  # fmt: skip
        with self._db.write() as connection:
            mine = table.select().where(*whose.owns(table)).with_only_columns(table.c.id).limit(FOLDERS_MAX)
            if len(connection.execute(mine).all()) >= FOLDERS_MAX:
                raise InvalidRequest(f"you have {FOLDERS_MAX} folders; delete one that you no longer need")
            row = {field: getattr(made, field) for field in Folder.__struct_fields__ if field != "chats"}
            place = {"user_id": whose.user_id, "organization_id": whose.organization_id}
            connection.execute(table.insert(), {**row, **place})
        return made

    def change(self, whose: Whose, folder_id: str, **changes: Any) -> Folder:
        """Another `name`, other `instructions`. Raises NotFound, and InvalidRequest as `create`."""
        if "name" in changes:
            changes["name"] = checked_name(changes["name"])
        if "instructions" in changes:
            changes["instructions"] = _checked(changes["instructions"])
        with self._db.write() as connection:
            find_folder(connection, whose, folder_id)
            changes["updated_at"] = self._clock.now_ns()
            connection.execute(table.update().where(table.c.id == folder_id), changes)
        return self.get(whose, folder_id)

    def delete(self, whose: Whose, folder_id: str) -> None:
        """Forget it with its files; its chats stay, in no folder. Raises NotFound."""
        chats = tables.chats
        with self._db.write() as connection:
            find_folder(connection, whose, folder_id)
            connection.execute(chats.update().where(chats.c.folder_id == folder_id), {"folder_id": None})
            files = tables.workspace_files
            left = files.select().where(files.c.folder_id == folder_id).with_only_columns(files.c.id)
            forget_files(connection, [row.id for row in connection.execute(left)])
            connection.execute(table.delete().where(table.c.id == folder_id))
        self._db.forget_deleted()


def find_folder(connection: Transaction, whose: Whose, folder_id: str) -> Any:
    """The row of one of one's own. Raises NotFound."""
    row = connection.execute(table.select().where(*whose.owns(table), table.c.id == folder_id)).one_or_none()
    if row is None:
        raise nothing("folder", folder_id)
    return row


def _checked(instructions: str | None) -> str | None:
    if instructions is None or not instructions.strip():
        return None
    return checked_text(instructions, "instructions", INSTRUCTIONS_LENGTH_MAX)


def _folder(row: Any, chats: int) -> Folder:
    fields = {field: row._mapping[field] for field in Folder.__struct_fields__ if field != "chats"}
    return Folder(**fields, chats=chats)


def _counted(connection: Transaction, whose: Whose) -> dict[str, int]:
    chats, found = tables.chats, dict[str, int]()
    lying = chats.select().where(*whose.owns(chats), chats.c.folder_id.is_not(None))
    for row in connection.execute(lying.with_only_columns(chats.c.folder_id)):
        found[row.folder_id] = found.get(row.folder_id, 0) + 1
    return found
