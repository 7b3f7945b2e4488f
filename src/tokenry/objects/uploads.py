"""Files that come in parts: begun, filled in any order, put together once, or forgotten after an hour.

Parts are contents like any other until the upload ends. What is put together is written anew, so a crash at any step
leaves either a pending upload with all its parts or a file, never half of one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from tokenry import storage
from tokenry.access import Principal
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.objects.files import Content, Files, NewFile, StoredFile, checked_file_name
from tokenry.objects.ground import DAY_S, FileTooLarge, Ground
from tokenry.storage import Draft, Transaction

tables = storage.tables
LIFE_S = 3600  # of an upload that nobody completes
PART_SIZE_MAX = 64 * 1024 * 1024  # bytes
PARTS_MAX = 10_000
REMEMBERED_DAYS = 30  # how long an upload that is over is told of

UploadState = Literal["pending", "completed", "cancelled", "expired"]


class StoredUpload(msgspec.Struct, frozen=True, kw_only=True):
    """One upload. Times are nanoseconds since the epoch; `size` is what was declared, in bytes."""

    id: str
    organization_id: str
    project_id: str
    key_id: str
    name: str
    purpose: str
    mime_type: str
    size: int
    state: UploadState
    expires_after_s: int | None
    file_id: str | None
    created_at: int
    expires_at: int
    ended_at: int | None


class StoredPart(msgspec.Struct, frozen=True, kw_only=True):
    """One part. `number` says in which place it came, from 1."""

    id: str
    upload_id: str
    number: int
    size: int
    sha256: str
    created_at: int


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What an upload is to be: a file, of so many bytes."""

    file: NewFile
    mime_type: str
    size: int


class Uploads:
    """All uploads of all projects. Calls block."""

    def __init__(self, ground: Ground, files: Files) -> None:
        self._ground = ground
        self._files = files

    def create(self, principal: Principal, new: NewUpload) -> StoredUpload:
        """Begin an upload, which ends by itself after an hour.

        Raises:
            FileTooLarge: it is, or the project's files would be. InvalidRequest, KeepsNothing, DiskNearlyFull.
        """
        most = self._ground.config().objects.upload_size_max
        if new.size > most:
            raise FileTooLarge(f"an upload has at most {most} bytes (`objects.upload_size_max`)", param="bytes")
        self._files.require_welcome(principal, new.size)
        now_ns = self._ground.clock.now_ns()
        upload = StoredUpload(
            id=new_id("upload", at_ns=now_ns), organization_id=principal.organization_id,
            project_id=principal.project_id, key_id=principal.key_id, name=checked_file_name(new.file.name),
            purpose=new.file.purpose, mime_type=new.mime_type, size=new.size, state="pending",
            expires_after_s=new.file.expires_after_s, file_id=None, created_at=now_ns,
            expires_at=now_ns + LIFE_S * NS_PER_S, ended_at=None,
        )  # fmt: skip
        with self._ground.db.write() as connection:
            connection.execute(tables.uploads.insert(), msgspec.structs.asdict(upload))
        return upload

    def get(self, project_id: str, upload_id: str) -> tuple[StoredUpload, StoredFile | None]:
        """An upload of a project, and the file that it has become, while there is one. Raises NotFound."""
        with self._ground.db.read() as connection:
            upload = self._find(connection, project_id, upload_id)
        if upload.file_id is None:
            return upload, None
        try:
            return upload, self._files.get(project_id, upload.file_id)
        except NotFound:
            return upload, None

    def add(self, principal: Principal, upload_id: str, draft: Draft) -> StoredPart:
        """Keep a part; durable when it returns.

        Raises:
            NotFound: there is no such upload. InvalidRequest: it is over, or the part is empty.
            FileTooLarge: the parts would have more than twice the bytes that were declared.
        """
        if not draft.size:
            raise InvalidRequest("the part is empty", param="data")
        with self._ground.db.read() as connection:  # before the disk is asked to keep it
            self._pending(connection, principal.project_id, upload_id)
        try:
            with self._ground.blobs.kept(draft) as sha256, self._ground.db.write() as connection:
                upload = self._pending(connection, principal.project_id, upload_id)
                return self._enter(connection, upload, Content(sha256, draft.size))
        except (FileTooLarge, InvalidRequest):
            self._files.release([draft.sha256])
            raise

    def _enter(self, connection: Transaction, upload: StoredUpload, content: Content) -> StoredPart:
        columns = tables.upload_parts.c
        known = list(connection.execute(tables.upload_parts.select().where(columns.upload_id == upload.id)))
        if sum(part.size for part in known) + content.size > 2 * upload.size or len(known) >= PARTS_MAX:
            raise FileTooLarge(
                f"the upload was declared to have {upload.size} bytes: its parts may have twice as many, in at most "
                f"{PARTS_MAX} pieces",
                param="data",
            )
        now_ns = self._ground.clock.now_ns()
        part = StoredPart(
            id=new_id("part", at_ns=now_ns), upload_id=upload.id, number=len(known) + 1, size=content.size,
            sha256=content.sha256, created_at=now_ns,
        )  # fmt: skip
        connection.execute(tables.upload_parts.insert(), msgspec.structs.asdict(part))
        return part

    def complete(
        self, principal: Principal, upload_id: str, part_ids: Sequence[str], md5: str | None = None
    ) -> tuple[StoredUpload, StoredFile]:
        """Put the parts together, in the order in which they are named; what is not named is left out.

        Raises:
            NotFound: there is no such upload.
            InvalidRequest: it is over; a part is not of it, or named twice; they have not the bytes that were declared,
                or not the MD5 that was promised.
        """
        with self._ground.db.read() as connection:
            upload = self._pending(connection, principal.project_id, upload_id)
            parts = _chosen(_parts(connection, upload_id), part_ids)
        size = sum(part.size for part in parts)
        if size != upload.size:
            raise InvalidRequest(f"these parts have {size} bytes and {upload.size} were declared", param="part_ids")
        self._ground.require_room()
        draft = self._ground.blobs.draft()
        try:
            self._join(draft, parts, md5)
            with self._ground.blobs.kept(draft) as sha256, self._ground.db.write() as connection:
                upload = self._pending(connection, principal.project_id, upload_id)
                gone = self._end(connection, upload, "completed")
                new = NewFile(upload.name, upload.purpose, upload.mime_type, upload.expires_after_s)
                file = self._files.enter(connection, principal, Content(sha256, draft.size), new)
                told = {"file_id": file.id}
                connection.execute(tables.uploads.update().where(tables.uploads.c.id == upload_id), told)
        finally:
            draft.discard()
        self._files.release(gone)
        return self.get(principal.project_id, upload_id)[0], file

    def _join(self, draft: Draft, parts: Sequence[StoredPart], md5: str | None) -> None:
        found = hashlib.md5(usedforsecurity=False)
        for part in parts:
            for piece in self._ground.blobs.read(part.sha256):
                draft.write(piece)
                found.update(piece)
        if md5 is not None and md5.lower() != found.hexdigest():
            raise InvalidRequest(f"the parts together have the MD5 {found.hexdigest()}, and not this", param="md5")

    def cancel(self, project_id: str, upload_id: str) -> StoredUpload:
        """End an upload and forget its parts. Raises NotFound; InvalidRequest: it is over."""
        with self._ground.db.write() as connection:
            gone = self._end(connection, self._pending(connection, project_id, upload_id), "cancelled")
        self._files.release(gone)
        return self.get(project_id, upload_id)[0]

    def expire(self) -> int:
        """End what nobody has completed in its hour, and forget what ended long ago; how many."""
        table, now_ns = tables.uploads, self._ground.clock.now_ns()
        late = (table.c.state == "pending") & (table.c.expires_at <= now_ns)
        old = (table.c.state != "pending") & (table.c.ended_at <= now_ns - REMEMBERED_DAYS * DAY_S * NS_PER_S)
        with self._ground.db.read() as connection:
            if connection.execute(table.select().where(late | old).limit(1)).first() is None:
                return 0
        gone: list[str] = []
        with self._ground.db.write() as connection:
            over = [_upload(row) for row in connection.execute(table.select().where(late))]
            for upload in over:
                gone += self._end(connection, upload, "expired")
            forgotten = connection.execute(table.delete().where(old)).rowcount
        self._files.release(gone)
        return len(over) + int(forgotten)

    def _end(self, connection: Transaction, upload: StoredUpload, state: UploadState) -> list[str]:
        """It has no parts from now on; the contents that they had."""
        parts, now_ns = tables.upload_parts, self._ground.clock.now_ns()
        contents = [part.sha256 for part in _parts(connection, upload.id)]
        connection.execute(parts.delete().where(parts.c.upload_id == upload.id))
        ended = {"state": state, "ended_at": now_ns}
        connection.execute(tables.uploads.update().where(tables.uploads.c.id == upload.id), ended)
        return contents

    def _find(self, connection: Transaction, project_id: str, upload_id: str) -> StoredUpload:
        columns = tables.uploads.c
        query = tables.uploads.select().where(columns.project_id == project_id, columns.id == upload_id)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"No such Upload object: {upload_id[:100]}", param="id")
        upload = _upload(row)
        late = upload.state == "pending" and upload.expires_at <= self._ground.clock.now_ns()
        return msgspec.structs.replace(upload, state="expired") if late else upload

    def _pending(self, connection: Transaction, project_id: str, upload_id: str) -> StoredUpload:
        upload = self._find(connection, project_id, upload_id)
        if upload.state != "pending":
            raise InvalidRequest(f"the upload is {upload.state}; begin another one", param="upload_id")
        return upload


def _chosen(parts: Sequence[StoredPart], part_ids: Sequence[str]) -> list[StoredPart]:
    known = {part.id: part for part in parts}
    if len(set(part_ids)) < len(part_ids):
        raise InvalidRequest("a part is named twice", param="part_ids")
    for part_id in part_ids:
        if part_id not in known:
            raise InvalidRequest(f"the upload has no part {part_id[:100]!r}", param="part_ids")
    return [known[part_id] for part_id in part_ids]


def _parts(connection: Transaction, upload_id: str) -> list[StoredPart]:
    table = tables.upload_parts
    rows = connection.execute(table.select().where(table.c.upload_id == upload_id).order_by(table.c.number))
    return [StoredPart(**row._mapping) for row in rows]


def _upload(row: Any) -> StoredUpload:
    return StoredUpload(**row._mapping)
