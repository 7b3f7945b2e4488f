"""How files are asked for and shown. Source of the shapes: OpenAI's OpenAPI document, Files."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tokenry.api.guarded import Query, Taken
from tokenry.api.keyed import Order
from tokenry.base.clock import NS_PER_S
from tokenry.objects import LIMIT_MAX, Purpose, StoredFile

Metadata = dict[Annotated[str, Meta(max_length=64)], Annotated[str, Meta(max_length=512)]]


class ExpiresAfter(Taken, kw_only=True, frozen=True):
    """When a file is deleted by itself: so many seconds after it was made, an hour to 30 days."""

    anchor: Literal["created_at"]
    seconds: Annotated[int, Meta(ge=3600, le=2_592_000)]


class NewFileForm(Taken, kw_only=True, frozen=True):
    """The fields of the form that a file comes in."""

    purpose: Purpose
    expires_after: ExpiresAfter | None = None


class FilesAsked(Query, kw_only=True, frozen=True):
    """Which files."""

    after: str | None = None
    limit: Annotated[int, Meta(ge=1, le=LIMIT_MAX)] = LIMIT_MAX
    order: Order = "desc"
    purpose: str | None = None


class FileObject(msgspec.Struct, kw_only=True):
    """A file. Times are seconds since the epoch, none where it never expires; `bytes` is its size."""

    id: str
    bytes: int
    created_at: int
    expires_at: int | UnsetType = UNSET
    filename: str
    purpose: str
    status: str
    object: Literal["file"] = "file"


class FileDeleted(msgspec.Struct, kw_only=True):
    """A file that is no more."""

    id: str
    object: Literal["file"] = "file"
    deleted: bool = True


def file_object(file: StoredFile) -> FileObject:
    """A file as it is shown."""
    return FileObject(
        id=file.id,
        bytes=file.size,
        created_at=file.created_at // NS_PER_S,
        expires_at=UNSET if file.expires_at is None else file.expires_at // NS_PER_S,
        filename=file.name,
        purpose=file.purpose,
        status=file.status,
    )
