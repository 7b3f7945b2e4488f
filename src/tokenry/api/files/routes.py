"""The routes of files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from tokenry.api.files.shown import FileDeleted, FileObject, FilesAsked, NewFileForm, file_object
from tokenry.api.guarded import Page
from tokenry.api.keyed import Keyed, KeyedCall, Layout, paged, wish
from tokenry.api.pieces import OCTETS, Pieces
from tokenry.objects import NewFile

_PIECE = 1024 * 1024  # bytes read at once


def create(call: KeyedCall) -> FileObject:
    """Leave a file. It stays until it is deleted, or until `expires_after` is over. `purpose` says what it is for;
    batches take files of the purpose `batch`."""
    assert call.attached is not None
    asked: NewFileForm = call.body
    after = asked.expires_after.seconds if asked.expires_after else None
    new = NewFile(call.attached.name, asked.purpose, call.attached.mime_type, after)
    return file_object(call.rooms.objects.files.create(call.principal, call.attached.draft, new))


def every(call: KeyedCall) -> Page[FileObject]:
    """List files. Those of the key's project, the newest first."""
    asked: FilesAsked = call.query
    rows, more = call.rooms.objects.files.list(call.project_id, wish(asked), asked.purpose)
    return paged(rows, more, file_object, lambda one: one.id)


def one(call: KeyedCall) -> FileObject:
    """One file. What is known of it, without its content."""
    return file_object(call.rooms.objects.files.get(call.project_id, call.path["file_id"]))


def delete(call: KeyedCall) -> FileDeleted:
    """Delete a file. Its content goes with it, at once."""
    return FileDeleted(id=call.rooms.objects.files.delete(call.project_id, call.path["file_id"]).id)


def content(call: KeyedCall) -> Pieces:
    """The content of a file. Byte for byte as it came."""
    file = call.rooms.objects.files.get(call.project_id, call.path["file_id"])
    return Pieces(_read(call.rooms.objects.ground.blobs.open(file.sha256)), OCTETS, file.size, file.name)


def _read(opened: BinaryIO) -> Iterator[bytes]:
    with opened:
        while piece := opened.read(_PIECE):
            yield piece


_FORM = {"purpose": "batch", "expires_after": {"anchor": "created_at", "seconds": 86400}}
ROUTES: tuple[Keyed, ...] = (
    Keyed(
        "POST", "/v1/files", create, NewFileForm, form=Layout("file"), example=_FORM,
        failures=("content_not_kept", "request_too_large", "disk_full"),
    ),
    Keyed("GET", "/v1/files", every, asks=FilesAsked),
    Keyed("GET", "/v1/files/{file_id}", one),
    Keyed("DELETE", "/v1/files/{file_id}", delete),
    Keyed("GET", "/v1/files/{file_id}/content", content, media=OCTETS),
)  # fmt: skip  # one route on a line
