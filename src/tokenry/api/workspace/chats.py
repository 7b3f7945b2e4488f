"""One's own chats: `/v1/tokenry/chats`. What is said in them stands in `messages`."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType, structs

from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken
from tokenry.api.organization.lists import Deleted
from tokenry.api.workspace.chat_shapes import ChatShape, chat_shape
from tokenry.api.workspace.person import whose
from tokenry.api.workspace.place import project_of, room
from tokenry.workspace import NewChat, Parameters, Which, change_chat, create_chat, delete_chat, walk

Id = Annotated[str, Meta(max_length=128)]


class ListChats(Paged, kw_only=True, frozen=True):
    """Which page of which chats. Temporary chats are listed alone."""

    folder_id: Id | None = None
    archived: bool = False
    temporary: bool = False
    pinned: bool | None = None


class CreateChat(Taken, kw_only=True, frozen=True):
    """A new chat. Without a project it is charged to the first of yours; without a model it begins with the house's
    first. A temporary one is never searched and ends by itself."""

    project_id: Id | None = None
    model: str | None = None
    folder_id: Id | None = None
    assistant_id: Id | None = None
    system: str | None = None
    parameters: Parameters | None = None
    temporary: bool = False
    title: str | None = None


class UpdateChat(Taken, kw_only=True, frozen=True):
    """What changes of it; what is not named stays, null takes away. `temporary` false keeps a temporary chat."""

    title: str | UnsetType | None = UNSET
    folder_id: Id | UnsetType | None = UNSET
    assistant_id: Id | UnsetType | None = UNSET
    project_id: Id | UnsetType = UNSET
    model: str | UnsetType | None = UNSET
    system: str | UnsetType | None = UNSET
    parameters: Parameters | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    temporary: Literal[False] | UnsetType = UNSET


class MoveHead(Taken, kw_only=True, frozen=True):
    """Any message of the chat: the branch through it is shown, down to the newest message below it."""

    message_id: Id


def listing(call: Call) -> Page[ChatShape]:
    """List your chats. The one used last comes first; temporary and archived ones are listed apart."""
    ask: ListChats = call.query
    which = Which(
        folder_id=ask.folder_id, archived=ask.archived, temporary=ask.temporary, pinned=ask.pinned, after=ask.after,
        limit=ask.limit,
    )  # fmt: skip
    found, more = room(call).chats.page(whose(call), which)
    last = found[-1].id if found else None
    return Page(
        data=[chat_shape(chat) for chat in found], has_more=more, first_id=found[0].id if found else None,
        last_id=last, next=last if more else None,
    )  # fmt: skip


async def create(call: Call) -> ChatShape:
    """Create a chat. It is yours alone; what is asked in it is charged to its project, within your budgets."""
    ask: CreateChat = call.body
    person, work = whose(call), room(call)
    project_id = await asyncio.to_thread(_project, call, ask.project_id)
    new = NewChat(
        project_id=project_id, folder_id=ask.folder_id, assistant_id=ask.assistant_id, title=ask.title,
        model=ask.model, system=ask.system, parameters=ask.parameters or Parameters(), temporary=ask.temporary,
    )  # fmt: skip
    now_ns = call.rooms.clock.now_ns()
    work.allowance.take(person.user_id, ask.system or "")
    return chat_shape(await work.runs.pen.write(lambda connection: create_chat(connection, person, new, now_ns)))


def retrieve(call: Call) -> ChatShape:
    """Retrieve a chat."""
    return chat_shape(room(call).chats.get(whose(call), call.path["chat_id"]))


async def update(call: Call) -> ChatShape:
    """Change a chat. Its name, folder, project, model, instructions; whether it is pinned or archived."""
    person, work, chat_id = whose(call), room(call), call.path["chat_id"]
    said = {name: value for name, value in structs.asdict(call.body).items() if value is not UNSET}
    await asyncio.to_thread(work.chats.get, person, chat_id)
    if "project_id" in said:
        await asyncio.to_thread(_project, call, said["project_id"])
    now_ns = call.rooms.clock.now_ns()
    work.allowance.take(person.user_id, said.get("system") or "")
    changed = await work.runs.pen.write(lambda connection: change_chat(connection, person, chat_id, said, now_ns))
    return chat_shape(changed)


async def delete(call: Call) -> Deleted:
    """Delete a chat. With all messages, files and shares, for good; what is being answered is stopped first."""
    person, work, chat_id = whose(call), room(call), call.path["chat_id"]
    await asyncio.to_thread(work.chats.get, person, chat_id)
    await work.runs.stop_chat(chat_id)
    await work.runs.pen.write(lambda connection: delete_chat(connection, person, chat_id))
    await asyncio.to_thread(work.leave_no_trace)
    return Deleted(id=chat_id, object="tokenry.chat.deleted")


async def move_head(call: Call) -> ChatShape:
    """Walk to another branch. The chat shows the branch through this message from now on, in every browser."""
    person, work, chat_id = whose(call), room(call), call.path["chat_id"]
    message_id = call.body.message_id
    await work.runs.pen.write(lambda connection: walk(connection, person, chat_id, message_id))
    return chat_shape(await asyncio.to_thread(work.chats.get, person, chat_id))


def _project(call: Call, project_id: str | None) -> str:
    """The project that a chat is charged to; the person's key there is made, if it is their first. Blocks."""
    person = whose(call)
    found = project_of(call, person, project_id)
    room(call).principal(person, found)
    return found


_ALL, _ONE = "/v1/tokenry/chats", "/v1/tokenry/chats/{chat_id}"
_NOT = ("chat_not_allowed", "content_not_kept", "rate_limit_exceeded")
ROUTES = (
    Guarded("GET", _ALL, None, listing, asks=ListChats),
    Guarded(
        "POST", _ALL, None, create, takes=CreateChat, example={"title": "Packing for Lisbon"}, failures=_NOT,
        private=True,
    ),
    Guarded("GET", _ONE, None, retrieve),
    Guarded("POST", _ONE, None, update, takes=UpdateChat, example={"pinned": True}, failures=_NOT, private=True),
    Guarded("DELETE", _ONE, None, delete),
    Guarded(
        "POST", f"{_ONE}/head", None, move_head, takes=MoveHead, example={"message_id": "msg_01kdx3c8v2"}, private=True
    ),
)  # fmt: skip  # a route a line where it fits
