"""Files that people leave in chats, folders and assistants: `/v1/tokenry/workspace_files`. One's own alone, but for the
passages of an assistant that is shared.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Annotated, BinaryIO, Literal

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Call, Guarded, Page, Query, Taken
from tokenry.api.multipart import Layout
from tokenry.api.organization.lists import Deleted
from tokenry.api.pieces import OCTETS, Pieces
from tokenry.api.workspace.person import whose
from tokenry.api.workspace.place import project_of, room
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import NotFound, TokenryError, Unavailable
from tokenry.workspace import Whose
from tokenry.workspace.files import LIMIT_MAX, Filing, Place, State, WorkspaceFile

_PIECE = 1024 * 1024  # bytes read at once
FoundBy = Literal["words", "words_and_meaning"]
Id = Annotated[str, Meta(max_length=128)]


class NewWorkspaceFile(Taken, kw_only=True, frozen=True):
    """Where the file is to lie: in a chat, a folder or an assistant of yours; nowhere yet, when none is named: then it
    is kept for a day, and lies in the chat of the first message that it is sent with. `project_id`: where its vectors
    are booked; when not named, the chat's, or the first that you may chat in."""

    chat_id: Id | None = None
    folder_id: Id | None = None
    assistant_id: Id | None = None
    project_id: Id | None = None


class WorkspaceFilesAsked(Query, kw_only=True, frozen=True):
    """Which files: of one chat, folder or assistant; all of yours, when none is named."""

    chat_id: Id | None = None
    folder_id: Id | None = None
    assistant_id: Id | None = None
    after: Id | None = None
    limit: Annotated[int, Meta(ge=1, le=LIMIT_MAX)] = 50


class WorkspaceFileShape(msgspec.Struct, kw_only=True):
    """A file. `kind` and `mime` are by its content, null until it was looked at. `error` and `note` are words for
    people: why it cannot be read, and what holds of it although it can. `found_by`: how its passages are found; null
    when it has none. Times are seconds since the epoch, `size` is bytes."""

    id: str
    name: str
    kind: str | None
    mime: str | None
    size: int
    state: State
    error: str | None
    note: str | None
    pages: int | None
    characters: int | None
    found_by: FoundBy | None
    chat_id: str | None
    folder_id: str | None
    assistant_id: str | None
    created_at: int
    expires_at: int | None
    object: Literal["tokenry.workspace_file"] = "tokenry.workspace_file"


class PassageShape(msgspec.Struct, kw_only=True):
    """A passage in its surroundings. `page`, `line` and `position` (of the passage in its file) are from 1; `heading`
    is what it stands under; `downloadable`: whether you may have the file itself."""

    id: str
    file: WorkspaceFileShape
    position: int
    page: int | None
    line: int | None
    heading: str | None
    time_ms: int | None
    before: str
    text: str
    after: str
    downloadable: bool
    object: Literal["tokenry.passage"] = "tokenry.passage"


class FileRoom(msgspec.Struct, kw_only=True):
    """How much you may leave, and how much you have left: `size` is bytes of your `files` files. 0 = no bound."""

    file_size_max: int
    size_max: int
    files_max: int
    size: int
    files: int
    object: Literal["tokenry.file_room"] = "tokenry.file_room"


async def create(call: Call) -> WorkspaceFileShape:
    """Leave a file. It is read at once, in a process of its own; `state` says `reading` until it is `ready`, or has
    `failed` with words in `error`. PDF, DOCX, HTML, CSV, Markdown, text, source code and JSON are read; PNG, JPEG, GIF
    and WebP are kept for models that see."""
    assert call.attached is not None
    ask: NewWorkspaceFile = call.body
    me, filing, draft, name = whose(call), _filing(call), call.attached.draft, _bare(call.attached.name)
    place = Place(ask.chat_id, ask.folder_id, ask.assistant_id)

    def keep() -> WorkspaceFile:
        return filing.files.create(me, draft, name, place, _project(call, me, ask))

    file = await asyncio.to_thread(keep)
    filing.intake.begin(file)
    return shape(file)


def listing(call: Call) -> Page[WorkspaceFileShape]:
    """List your files. The newest first."""
    asked: WorkspaceFilesAsked = call.query
    place = Place(asked.chat_id, asked.folder_id, asked.assistant_id)
    rows, more = _filing(call).files.listing(whose(call), place, asked.after, asked.limit)
    last = rows[-1].id if rows else None
    return Page(
        data=[shape(row) for row in rows], has_more=more, first_id=rows[0].id if rows else None, last_id=last,
        next=last if more else None,
    )  # fmt: skip


def retrieve(call: Call) -> WorkspaceFileShape:
    """Retrieve a file. What is known of it, without its content."""
    return shape(_filing(call).files.get(whose(call), call.path["file_id"]))


def delete(call: Call) -> Deleted:
    """Delete a file. Its content and its passages go at once; answers that cited it keep what they cited."""
    file = _filing(call).files.delete(whose(call), call.path["file_id"])
    return Deleted(id=file.id, object="tokenry.workspace_file.deleted")


def content(call: Call) -> Pieces:
    """The content of a file. Byte for byte as it came; to be saved, never shown as a page."""
    filing = _filing(call)
    file = filing.files.get(whose(call), call.path["file_id"])
    return Pieces(_read(filing.files.ground.blobs.open(file.sha256)), OCTETS, file.size, file.name)


def passage(call: Call) -> PassageShape:
    """One passage of a file. With the text around it, so that a citation can be read where it stands."""
    me, filing = whose(call), _filing(call)
    file = filing.files.readable(me, call.path["file_id"])
    found = filing.index.around(file.id, call.path["passage_id"])
    if found is None:
        raise NotFound(f"There is no passage {call.path['passage_id'][:100]!r} in this file.", param="passage_id")
    one = found.passage
    return PassageShape(
        id=one.id, file=shape(file), position=one.position + 1, page=one.page, line=one.line, heading=one.heading,
        time_ms=one.time_ms, before=found.before, text=one.text, after=found.after,
        downloadable=file.user_id == me.user_id,
    )  # fmt: skip


def has_room(call: Call) -> FileRoom:
    """How much room you have for files. What one may have, what all of yours may have, and what they have now."""
    bounds = call.rooms.config.workspace
    size, files = _filing(call).files.left_by(whose(call))
    return FileRoom(
        file_size_max=bounds.file_size_max, size_max=bounds.person_size_max, files_max=bounds.person_files_max,
        size=size, files=files,
    )  # fmt: skip


def shape(file: WorkspaceFile) -> WorkspaceFileShape:
    """A file as it is shown."""
    return WorkspaceFileShape(
        id=file.id, name=file.name, kind=file.kind, mime=file.mime_type, size=file.size, state=file.state,
        error=file.error, note=file.note, pages=file.pages, characters=file.characters,
        found_by=_found_by(file), chat_id=file.chat_id, folder_id=file.folder_id, assistant_id=file.assistant_id,
        created_at=file.created_at // NS_PER_S,
        expires_at=None if file.expires_at is None else file.expires_at // NS_PER_S,
    )  # fmt: skip  # a row a line


def _found_by(file: WorkspaceFile) -> FoundBy | None:
    if not file.characters:
        return None
    return "words" if file.embedded_by is None else "words_and_meaning"


def welcome(call: Call, size: int) -> int:
    """Bytes that a file may have. Raises FileTooLarge, DiskNearlyFull, PermissionDenied, Unavailable."""
    _filing(call).files.require_welcome(whose(call), size)
    return call.rooms.config.workspace.file_size_max


def _filing(call: Call) -> Filing:
    if call.rooms.filing is None:
        raise Unavailable("files are read only while the server runs")
    return call.rooms.filing


def _project(call: Call, me: Whose, ask: NewWorkspaceFile) -> str | None:
    """Where the file's vectors are booked. Raises NotFound, MayNotChat, KeepsNothing for one that is named."""
    if ask.project_id is not None:
        room(call).principal(me, project_of(call, me, ask.project_id))
        return ask.project_id
    if ask.chat_id is not None:
        return room(call).chats.get(me, ask.chat_id).project_id
    try:
        project_id = project_of(call, me, None)
        room(call).principal(me, project_id)
    except TokenryError:
        return None  # it has no vectors then, and is found by its words
    return project_id


def _bare(name: str) -> str:
    """What a file is called, without the folders that some browsers send along."""
    return name.replace("\\", "/").rpartition("/")[2]


def _read(opened: BinaryIO) -> Iterator[bytes]:
    with opened:
        while piece := opened.read(_PIECE):
            yield piece


_PATH = "/v1/tokenry/workspace_files"
_ONE = f"{_PATH}/{{file_id}}"
ROUTES: tuple[Guarded, ...] = (
    Guarded(
        "POST", _PATH, None, create, NewWorkspaceFile, upload=Layout("file"), welcome=welcome, example={}, private=True,
        failures=("disk_full", "content_not_kept", "chat_not_allowed"),
    ),
    Guarded("GET", _PATH, None, listing, asks=WorkspaceFilesAsked),
    Guarded("GET", "/v1/tokenry/me/files", None, has_room),
    Guarded("GET", _ONE, None, retrieve),
    Guarded("DELETE", _ONE, None, delete),
    Guarded("GET", f"{_ONE}/content", None, content, media=OCTETS),
    Guarded("GET", f"{_ONE}/passages/{{passage_id}}", None, passage),
)  # fmt: skip  # one route on a line
