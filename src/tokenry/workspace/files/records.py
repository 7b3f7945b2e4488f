"""Files that people leave in chats, folders and assistants: their rows, whose they are, and how much one may leave.

A file of somebody else, one that was deleted and one that never was are one and the same: there is no such file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec

from tokenry import storage
from tokenry.access import forget_files
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.objects import FileTooLarge, Ground, checked_file_name
from tokenry.storage import Draft, Transaction, total
from tokenry.workspace.whose import Whose, nothing

tables = storage.tables
table = tables.workspace_files
UNATTACHED_LIFE_S: Final = 24 * 3600  # of a file that no message was sent with
LIMIT_MAX: Final = 200
IMAGE_SIZE_MAX: Final = 8 * 1024 * 1024  # bytes; it travels within a request as base64

State = Literal["reading", "ready", "failed"]


class WorkspaceFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file. Times are nanoseconds since the epoch, `size` is bytes, `sha256` names its blob.

    Args:
        chat_id, folder_id, assistant_id: where it lies; at most one of them.
        project_id: where its vectors are booked; None = it has none.
        kind, mime_type: by its content; None until it was looked at.
        error: why it failed. note: what holds of it although it is ready. Both are words for people.
        pages: of print. characters: of its text.
        embedded_by: the model of its vectors; None = it has none.
    """

    id: str
    user_id: str
    organization_id: str
    chat_id: str | None
    folder_id: str | None
    assistant_id: str | None
    project_id: str | None
    name: str
    kind: str | None
    mime_type: str | None
    size: int
    sha256: str
    state: State
    error: str | None
    note: str | None
    pages: int | None
    characters: int | None
    embedded_by: str | None
    created_at: int
    expires_at: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file is to lie: in a chat, a folder or an assistant; nowhere yet, when none is named."""

    chat_id: str | None = None
    folder_id: str | None = None
    assistant_id: str | None = None

    def __post_init__(self) -> None:
        named = [one for one in (self.chat_id, self.folder_id, self.assistant_id) if one is not None]
        if len(named) > 1:
            raise InvalidRequest("a file lies in one place: name a chat, a folder or an assistant", param="folder_id")


class WorkspaceFiles:
    """Everybody's files. Calls block."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def require_welcome(self, whose: Whose, size: int) -> None:
        """Whether somebody may leave a file of so many bytes here, before it is read.

        Raises:
            FileTooLarge: it is, or all of theirs would be. DiskNearlyFull: the server has no room.
        """
        self.ground.require_room()
        with self.ground.db.read() as connection:
            self._require_share(connection, whose, size)

    def create(self, whose: Whose, draft: Draft, name: str, place: Place, project_id: str | None) -> WorkspaceFile:
        """Keep a content as somebody's file, still to be read; durable when it returns.

        Raises:
            InvalidRequest: it is empty, or its name cannot be. NotFound: there is no such place of theirs.
            FileTooLarge, StorageError.
        """
        name = checked_file_name(name)
        if not draft.size:
            raise InvalidRequest("the file is empty", param="file")
        now_ns = self.ground.clock.now_ns()
        try:
            with self.ground.blobs.kept(draft) as sha256, self.ground.db.write() as connection:
                expires_at = _require_place(connection, whose, place, now_ns)
                self._require_share(connection, whose, draft.size)
                file = WorkspaceFile(
                    id=new_id("wfile", at_ns=now_ns), user_id=whose.user_id, organization_id=whose.organization_id,
                    chat_id=place.chat_id, folder_id=place.folder_id, assistant_id=place.assistant_id,
                    project_id=project_id, name=name, kind=None, mime_type=None, size=draft.size, sha256=sha256,
                    state="reading", error=None, note=None, pages=None, characters=None, embedded_by=None,
                    created_at=now_ns, expires_at=expires_at,
                )  # fmt: skip
                connection.execute(table.insert(), msgspec.structs.asdict(file))
                return file
        except (FileTooLarge, NotFound):
            self.release([draft.sha256])
            raise

    def left_by(self, whose: Whose) -> tuple[int, int]:
        """Bytes of all files of somebody, and how many they are."""
        with self.ground.db.read() as connection:
            mine = table.select().where(*whose.owns(table)).with_only_columns(table.c.id)
            return total(connection, table.c.size, *whose.owns(table)), len(connection.execute(mine).all())

    def get(self, whose: Whose, file_id: str) -> WorkspaceFile:
        """One of theirs. Raises NotFound."""
        with self.ground.db.read() as connection:
            return find(connection, whose, file_id, self.ground.clock.now_ns())

    def readable(self, whose: Whose, file_id: str) -> WorkspaceFile:
        """One of theirs, or of an assistant that is shared with their organization. Raises NotFound."""
        with self.ground.db.read() as connection:
            row = connection.execute(table.select().where(table.c.id == file_id, *_alive(self.ground))).one_or_none()
            if row is None or not (_owns(whose, row) or _is_shared(connection, whose, row.assistant_id)):
                raise nothing("file", file_id)
        return file_of(row)

    def listing(self, whose: Whose, place: Place, after: str | None, limit: int) -> tuple[list[WorkspaceFile], bool]:
        """Theirs, in one place or in all, the newest first, and whether more follow."""
        query = table.select().where(*whose.owns(table), *_alive(self.ground))
        for name in ("chat_id", "folder_id", "assistant_id"):
            wanted = getattr(place, name)
            if wanted is not None:
                query = query.where(table.c[name] == wanted)
        if after is not None:
            query = query.where(table.c.id < after)
        with self.ground.db.read() as connection:
            rows = connection.execute(query.order_by(table.c.id.desc()).limit(limit + 1)).all()
        return [file_of(row) for row in rows[:limit]], len(rows) > limit

    def any(self, file_id: str) -> WorkspaceFile | None:
        """One, whosever it is; None = it is gone."""
        with self.ground.db.read() as connection:
            row = connection.execute(table.select().where(table.c.id == file_id)).one_or_none()
        return None if row is None else file_of(row)

    def unfinished(self) -> list[WorkspaceFile]:
        """Those that are still to be read, or to get their vectors, the oldest first."""
        waits = (table.c.state == "ready") & table.c.characters.is_not(None) & table.c.embedded_by.is_(None)
        wanted = (table.c.state == "reading") | (waits & table.c.note.is_(None) & table.c.project_id.is_not(None))
        with self.ground.db.read() as connection:
            return [file_of(row) for row in connection.execute(table.select().where(wanted).order_by(table.c.id))]

    def delete(self, whose: Whose, file_id: str) -> WorkspaceFile:
        """Forget one of theirs, its passages, and its content, unless another file has that too. Raises NotFound."""
        with self.ground.db.write() as connection:
            file = find(connection, whose, file_id, self.ground.clock.now_ns())
            forget_files(connection, [file_id])
        self.release([file.sha256])
        self.ground.db.forget_deleted()
        return file

    def release(self, contents: Iterable[str]) -> None:
        """Rows that named these contents are gone: remove those that no other row names."""
        self.ground.blobs.release(contents, self.ground.needs)

    def _require_share(self, connection: Transaction, whose: Whose, size: int) -> None:
        bounds = self.ground.config().workspace
        if size > bounds.file_size_max:
            raise FileTooLarge(
                f"a file may have at most {_mib(bounds.file_size_max)} here, and this has {_mib(size)}; split it, or "
                "make it smaller"
            )
        kept, mine = total(connection, table.c.size, *whose.owns(table)), table.select().where(*whose.owns(table))
        if bounds.person_size_max and kept + size > bounds.person_size_max:
            raise FileTooLarge(
                f"your files may have {_mib(bounds.person_size_max)} in all; delete those that you no longer need"
            )
        ids = mine.with_only_columns(table.c.id).limit(bounds.person_files_max)
        if len(connection.execute(ids).all()) >= bounds.person_files_max:
            raise FileTooLarge(f"you have {bounds.person_files_max} files; delete those that you no longer need")


def attach_files(connection: Transaction, chat: Any, file_ids: Iterable[str]) -> None:
    """Files that lie nowhere yet lie in this chat from now on, for as long as it is kept.

    Args:
        chat: its row. The caller has made sure that the files are the chat's owner's.
    """
    ids = list(file_ids)
    if ids:
        where = table.c.id.in_(ids), table.c.user_id == chat.user_id, table.c.chat_id.is_(None)
        free = table.c.folder_id.is_(None), table.c.assistant_id.is_(None)
        values = {"chat_id": chat.id, "expires_at": chat.expires_at}
        connection.execute(table.update().where(*where, *free), values)


def find(connection: Transaction, whose: Whose, file_id: str, now_ns: int) -> WorkspaceFile:
    """One of theirs. Raises NotFound."""
    row = connection.execute(table.select().where(table.c.id == file_id, *whose.owns(table))).one_or_none()
    if row is None or (row.expires_at is not None and row.expires_at <= now_ns):
        raise nothing("file", file_id)
    return file_of(row)


def file_of(row: Any) -> WorkspaceFile:
    """A file from its row."""
    return WorkspaceFile(**row._mapping)


def _alive(ground: Ground) -> tuple[Any, ...]:
    return (table.c.expires_at.is_(None) | (table.c.expires_at > ground.clock.now_ns()),)


def _owns(whose: Whose, row: Any) -> bool:
    return (row.organization_id, row.user_id) == (whose.organization_id, whose.user_id)


def _is_shared(connection: Transaction, whose: Whose, assistant_id: str | None) -> bool:
    if assistant_id is None:
        return False
    made = tables.assistants
    query = made.select().where(
        made.c.id == assistant_id, made.c.organization_id == whose.organization_id, made.c.shared.is_(True)
    )
    return connection.execute(query).one_or_none() is not None


def _require_place(connection: Transaction, whose: Whose, place: Place, now_ns: int) -> int | None:
    """When a file there is over, in nanoseconds; None = never. Raises NotFound: there is no such place of theirs."""
    for name, of in (("chat_id", tables.chats), ("folder_id", tables.folders), ("assistant_id", tables.assistants)):
        wanted = getattr(place, name)
        if wanted is not None:
            row = connection.execute(of.select().where(of.c.id == wanted, *whose.owns(of))).one_or_none()
            if row is None:
                raise nothing(name.removesuffix("_id"), wanted)
            return row.expires_at if name == "chat_id" else None
    return now_ns + UNATTACHED_LIFE_S * NS_PER_S


def _mib(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB" if size >= 2**20 else f"{size:,} bytes"
