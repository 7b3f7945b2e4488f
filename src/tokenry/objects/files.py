"""Files that projects leave here: their rows, their contents as blobs, and the end of both.

A file of another project, one that was deleted and one that never was are one and the same: there is no such file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import msgspec

from tokenry import storage
from tokenry.access import Principal
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.objects.ground import NAMING, FileTooLarge, Ground, require_kept
from tokenry.objects.listing import Wish, page
from tokenry.storage import Draft, Transaction, total

tables = storage.tables
NAME_LENGTH_MAX = 255

Purpose = Literal["assistants", "batch", "fine-tune", "vision", "user_data", "evals"]
PURPOSES: tuple[str, ...] = get_args(Purpose)
OUTPUTS = ("batch_output",)  # what we make ourselves
OF_BATCHES = ("batch", *OUTPUTS)
BATCH_LIFE_S = 30 * 86_400  # of a batch's files, when nothing else is said


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file. Times are nanoseconds since the epoch, `size` is bytes, `sha256` names its blob."""

    id: str
    organization_id: str
    project_id: str
    key_id: str
    name: str
    purpose: str
    mime_type: str | None
    size: int
    sha256: str
    status: str
    created_at: int
    expires_at: int | None


@dataclass(frozen=True, slots=True)
class NewFile:
    """What a file is to be.

    Args:
        purpose: one of PURPOSES, or of OUTPUTS when we make it ourselves.
        expires_after_s: seconds from now; None = a batch's for 30 days, any other until it is deleted.
    """

    name: str
    purpose: str
    mime_type: str | None = None
    expires_after_s: int | None = None


class Files:
    """All files of all projects. Calls block."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def require_welcome(self, principal: Principal, size: int = 0) -> None:
        """Whether a project may leave a file of so many bytes here, before it is read.

        Raises:
            KeepsNothing: its content is not kept. DiskNearlyFull: the server has no room.
            FileTooLarge: the file is, or the project's files would be.
        """
        require_kept(principal, "files")
        self._ground.require_room()
        with self._ground.db.read() as connection:
            self._ground.require_share(connection, principal.project_id, size)

    def create(self, principal: Principal, draft: Draft, new: NewFile) -> StoredFile:
        """Keep a content as a file of the key's project; durable when it returns.

        Raises:
            InvalidRequest: it is empty, or its name cannot be. FileTooLarge, KeepsNothing, StorageError.
        """
        require_kept(principal, "files")
        name = checked_file_name(new.name)
        if not draft.size:
            raise InvalidRequest("the file is empty", param="file")
        try:
            with self._ground.blobs.kept(draft) as sha256, self._ground.db.write() as connection:
                return self.enter(connection, principal, Content(sha256, draft.size), replace(new, name=name))
        except FileTooLarge:
            self.release([draft.sha256])
            raise

    def enter(self, connection: Transaction, principal: Principal, content: Content, new: NewFile) -> StoredFile:
        """The row of a file whose content is kept, in a transaction of the caller's. Raises FileTooLarge."""
        if new.purpose not in OUTPUTS:  # what we make was paid for already
            self._ground.require_share(connection, principal.project_id, content.size)
        now_ns, after_s = self._ground.clock.now_ns(), new.expires_after_s
        if after_s is None and new.purpose in OF_BATCHES:
            after_s = BATCH_LIFE_S
        until = None if after_s is None else now_ns + after_s * NS_PER_S
        file = StoredFile(
            id=new_id("file", at_ns=now_ns), organization_id=principal.organization_id,
            project_id=principal.project_id, key_id=principal.key_id, name=new.name, purpose=new.purpose,
            mime_type=new.mime_type, size=content.size, sha256=content.sha256, status="processed", created_at=now_ns,
            expires_at=until,
        )  # fmt: skip
        connection.execute(tables.files.insert(), msgspec.structs.asdict(file))
        return file

    def get(self, project_id: str, file_id: str) -> StoredFile:
        """One file of a project. Raises NotFound."""
        with self._ground.db.read() as connection:
            return self._find(connection, project_id, file_id)

    def newest(self, count: int, project_id: str | None = None) -> list[StoredFile]:
        """The newest files of a project, or of all of them, newest first."""
        table = tables.files
        query = table.select().order_by(table.c.created_at.desc(), table.c.id.desc()).limit(count)
        if project_id is not None:
            query = query.where(table.c.project_id == project_id)
        with self._ground.db.read() as connection:
            return [_file(row) for row in connection.execute(query)]

    def list(self, project_id: str, wish: Wish, purpose: str | None = None) -> tuple[list[StoredFile], bool]:
        """A page of a project's files, and whether more follow. Raises InvalidRequest."""
        where = self._of(project_id)
        if purpose is not None:
            where = (*where, tables.files.c.purpose == purpose)
        with self._ground.db.read() as connection:
            rows, more = page(connection, tables.files, where, wish)
        return [_file(row) for row in rows], more

    def size(self, project_id: str | None = None) -> int:
        """Bytes of all files of a project, or of all projects."""
        column = tables.files.c
        where = () if project_id is None else (column.project_id == project_id,)
        with self._ground.db.read() as connection:
            return total(connection, column.size, *where)

    def any(self, file_id: str) -> StoredFile:
        """One file, whosever it is. Raises NotFound."""
        with self._ground.db.read() as connection:
            row = connection.execute(tables.files.select().where(tables.files.c.id == file_id)).one_or_none()
        if row is None:
            raise _missing(file_id)
        return _file(row)

    def delete(self, project_id: str, file_id: str) -> StoredFile:
        """Forget a file and, unless another one has it too, its content. Raises NotFound."""
        with self._ground.db.write() as connection:
            file = self._find(connection, project_id, file_id)
            connection.execute(tables.files.delete().where(tables.files.c.id == file_id))
        self.release([file.sha256])
        return file

    def release(self, contents: Iterable[str]) -> None:
        """Rows that named these contents are gone: remove those that no other row names."""
        self._ground.blobs.release(contents, self.needs)

    def needs(self, sha256: str) -> bool:
        """Whether some row names this content."""
        return self._ground.needs(sha256)

    def named(self, prefix: str) -> frozenset[str]:
        """The contents whose names begin so that rows name."""
        found: set[str] = set()
        with self._ground.db.read() as connection:
            for table in NAMING:
                column = table.c.sha256
                query = table.select().where(column >= prefix, column < prefix + "g").with_only_columns(column)
                found.update(connection.execute(query).scalars())
        return frozenset(found)

    def expire(self) -> int:
        """Forget the files whose time is over; how many."""
        table = tables.files
        over = table.c.expires_at <= self._ground.clock.now_ns()
        with self._ground.db.read() as connection:
            if connection.execute(table.select().where(over).limit(1)).first() is None:
                return 0
        with self._ground.db.write() as connection:
            contents = [row.sha256 for row in connection.execute(table.select().where(over))]
            connection.execute(table.delete().where(over))
        self.release(contents)
        return len(contents)

    def _of(self, project_id: str) -> tuple[Any, ...]:
        column = tables.files.c
        alive = column.expires_at.is_(None) | (column.expires_at > self._ground.clock.now_ns())
        return column.project_id == project_id, alive

    def _find(self, connection: Transaction, project_id: str, file_id: str) -> StoredFile:
        query = tables.files.select().where(*self._of(project_id), tables.files.c.id == file_id)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise _missing(file_id)
        return _file(row)


@dataclass(frozen=True, slots=True)
class Content:
    """A content that is kept: its blob's name, and its bytes."""

    sha256: str
    size: int


def checked_file_name(name: str) -> str:
    """What a file may be called: any printable characters, and it is never a path here. Raises InvalidRequest."""
    if not (0 < len(name) <= NAME_LENGTH_MAX and name.isprintable()):
        raise InvalidRequest(f"a file's name has 1 to {NAME_LENGTH_MAX} printable characters", param="filename")
    return name


def _missing(file_id: str) -> NotFound:
    return NotFound(f"No such File object: {file_id[:100]}", param="id")


def _file(row: Any) -> StoredFile:
    return StoredFile(**row._mapping)
