"""Folders of chats: `/v1/tokenry/folders`. One's own alone."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.organization.lists import Deleted
from tokenry.api.workspace.person import whose
from tokenry.base.clock import NS_PER_S
from tokenry.workspace import Folder, Folders


class FolderShape(msgspec.Struct, kw_only=True):
    """A folder. `chats`: how many lie in it. Times are seconds since the epoch."""

    id: str
    name: str
    instructions: str | None
    chats: int
    created_at: int
    updated_at: int
    object: Literal["tokenry.folder"] = "tokenry.folder"


class CreateFolder(Taken, kw_only=True, frozen=True):
    """A new folder. `instructions` are said to the model before every chat in it."""

    name: str
    instructions: str | None = None


class UpdateFolder(Taken, kw_only=True, frozen=True):
    """Another name, other instructions (null or empty = none)."""

    name: str | UnsetType = UNSET
    instructions: str | UnsetType | None = UNSET


def listing(call: Call) -> Page[FolderShape]:
    """List your folders. The one changed last comes first."""
    return listed(_folders(call).listing(whose(call)), call.query, lambda one: one.id, shape)


def create(call: Call) -> FolderShape:
    """Create a folder. A place for chats, with instructions that all of them begin with."""
    ask: CreateFolder = call.body
    return shape(_folders(call).create(whose(call), ask.name, ask.instructions))


def retrieve(call: Call) -> FolderShape:
    """Retrieve a folder."""
    return shape(_folders(call).get(whose(call), call.path["folder_id"]))


def update(call: Call) -> FolderShape:
    """Change a folder. What is not said stays; chats in it take the new instructions with their next answer."""
    said = {name: value for name, value in msgspec.structs.asdict(call.body).items() if value is not UNSET}
    return shape(_folders(call).change(whose(call), call.path["folder_id"], **said))


def delete(call: Call) -> Deleted:
    """Delete a folder. Its instructions and files go; its chats stay, in no folder."""
    _folders(call).delete(whose(call), call.path["folder_id"])
    return Deleted(id=call.path["folder_id"], object="tokenry.folder.deleted")


def shape(folder: Folder) -> FolderShape:
    """A folder as it is shown."""
    return FolderShape(
        id=folder.id, name=folder.name, instructions=folder.instructions, chats=folder.chats,
        created_at=folder.created_at // NS_PER_S, updated_at=folder.updated_at // NS_PER_S,
    )  # fmt: skip


def _folders(call: Call) -> Folders:
    return Folders(call.rooms.desk.db, call.rooms.clock)


_ALL, _ONE = "/v1/tokenry/folders", "/v1/tokenry/folders/{folder_id}"
_EXAMPLE = {"name": "Thesis", "instructions": "Answer in British English."}
ROUTES = (
    Guarded("GET", _ALL, None, listing, asks=Paged),
    Guarded("POST", _ALL, None, create, takes=CreateFolder, example=_EXAMPLE, private=True),
    Guarded("GET", _ONE, None, retrieve),
    Guarded("POST", _ONE, None, update, takes=UpdateFolder, example={"name": "Thesis, second part"}, private=True),
    Guarded("DELETE", _ONE, None, delete),
)
