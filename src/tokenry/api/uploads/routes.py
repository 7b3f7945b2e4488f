"""The routes of uploads."""

from __future__ import annotations

import asyncio

from tokenry.api.keyed import Keyed, KeyedCall, Layout
from tokenry.api.uploads.shown import (
    CompleteUpload,
    NewUploadBody,
    PartForm,
    UploadObject,
    UploadPart,
    upload_object,
    upload_part,
)
from tokenry.objects import PART_SIZE_MAX, NewFile, NewUpload


def create(call: KeyedCall) -> UploadObject:
    """Begin an upload. A file that is too large for one request comes in parts of 64 MB at most; an upload that is
    not completed within an hour ends by itself."""
    asked: NewUploadBody = call.body
    after = asked.expires_after.seconds if asked.expires_after else None
    new = NewUpload(NewFile(asked.filename, asked.purpose, asked.mime_type, after), asked.mime_type, asked.bytes)
    return upload_object(call.rooms.objects.uploads.create(call.principal, new))


def add(call: KeyedCall) -> UploadPart:
    """Add a part. Parts may come in any order and at once; their order is said when the upload is completed."""
    assert call.attached is not None
    uploads = call.rooms.objects.uploads
    return upload_part(uploads.add(call.principal, call.path["upload_id"], call.attached.draft))


async def complete(call: KeyedCall) -> UploadObject:
    """Complete an upload. The parts named make the file, in that order; together they must have the bytes that were
    declared, and the MD5 if one is given."""
    asked: CompleteUpload = call.body
    work = call.rooms.objects.uploads.complete
    async with _JOINING:
        made = await asyncio.to_thread(work, call.principal, call.path["upload_id"], asked.part_ids, asked.md5)
    return upload_object(*made)


def cancel(call: KeyedCall) -> UploadObject:
    """Cancel an upload. Its parts are forgotten."""
    return upload_object(call.rooms.objects.uploads.cancel(call.project_id, call.path["upload_id"]))


_JOINING = asyncio.Semaphore(2)  # of gigabytes each; other work needs threads too
_NEW = {"bytes": 1048576, "filename": "questions.jsonl", "mime_type": "application/jsonl", "purpose": "batch"}
_FAILURES = ("content_not_kept", "request_too_large", "disk_full")
ROUTES: tuple[Keyed, ...] = (
    Keyed("POST", "/v1/uploads", create, NewUploadBody, example=_NEW, failures=_FAILURES),
    Keyed(
        "POST", "/v1/uploads/{upload_id}/parts", add, PartForm, form=Layout("data"), example={}, failures=_FAILURES,
        reserved=True, file_size_max=lambda _config: PART_SIZE_MAX,
    ),
    Keyed(
        "POST", "/v1/uploads/{upload_id}/complete", complete, CompleteUpload,
        example={"part_ids": ["part_01kdx3c8v2q7m4n9rt5w6y8z0a"]}, failures=_FAILURES,
    ),
    Keyed("POST", "/v1/uploads/{upload_id}/cancel", cancel),
)  # fmt: skip  # one route on a line
