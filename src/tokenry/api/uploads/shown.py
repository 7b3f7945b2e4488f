"""How uploads are asked for and shown. Source of the shapes: OpenAI's OpenAPI document, Uploads."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.api.files import ExpiresAfter, FileObject, file_object
from tokenry.api.guarded import Taken
from tokenry.base.clock import NS_PER_S
from tokenry.objects import Purpose, StoredFile, StoredPart, StoredUpload, UploadState


class NewUploadBody(Taken, kw_only=True, frozen=True):
    """A file that shall come in parts: how many bytes it has, what it is called and what it is."""

    bytes: Annotated[int, Meta(ge=1, le=2**43)]
    filename: str
    mime_type: Annotated[str, Meta(min_length=1, max_length=255)]
    purpose: Purpose
    expires_after: ExpiresAfter | None = None


class PartForm(Taken, kw_only=True, frozen=True):
    """The form of a part has nothing in it but `data`."""


class CompleteUpload(Taken, kw_only=True, frozen=True):
    """Which parts make the file, in order; `md5` of it all, in hexadecimal, is compared when it is there."""

    part_ids: Annotated[tuple[str, ...], Meta(min_length=1, max_length=10_000)]
    md5: str | None = None


class UploadObject(msgspec.Struct, kw_only=True):
    """An upload. Times are seconds since the epoch; `bytes` is what was declared; `file` is what it has become."""

    id: str
    bytes: int
    created_at: int
    expires_at: int
    filename: str
    purpose: str
    mime_type: str
    status: UploadState
    object: Literal["upload"] = "upload"
    file: FileObject | None = None


class UploadPart(msgspec.Struct, kw_only=True):
    """One part of an upload."""

    id: str
    created_at: int
    upload_id: str
    object: Literal["upload.part"] = "upload.part"


def upload_object(upload: StoredUpload, file: StoredFile | None = None) -> UploadObject:
    """An upload as it is shown."""
    return UploadObject(
        id=upload.id,
        bytes=upload.size,
        created_at=upload.created_at // NS_PER_S,
        expires_at=upload.expires_at // NS_PER_S,
        filename=upload.name,
        purpose=upload.purpose,
        mime_type=upload.mime_type,
        status=upload.state,
        file=None if file is None else file_object(file),
    )


def upload_part(part: StoredPart) -> UploadPart:
    """A part as it is shown."""
    return UploadPart(id=part.id, created_at=part.created_at // NS_PER_S, upload_id=part.upload_id)
