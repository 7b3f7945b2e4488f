"""Who chats in a project: `/v1/tokenry/projects/{project_id}/chatters`. A person whose key was revoked may again."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Call, Guarded, Taken
from tokenry.api.workspace.place import room
from tokenry.base.errors import NotFound
from tokenry.workspace import Whose


class LetChat(Taken, kw_only=True, frozen=True):
    """Who shall chat again."""

    user_id: Annotated[str, Meta(max_length=128)]


class Chatter(msgspec.Struct, kw_only=True):
    """A member who may chat in the project. `restored`: their key was revoked; their next chat makes a new one."""

    project_id: str
    user_id: str
    restored: bool
    object: Literal["tokenry.chatter"] = "tokenry.chatter"


def let_chat(call: Call) -> Chatter:
    """Let somebody chat again. Whose `Workspace` key of the project was revoked gets a new one with their next chat."""
    ask: LetChat = call.body
    project_id, roster = call.path["project_id"], call.rooms.people.roster
    if (call.organization_id, ask.user_id) not in roster.members:
        raise NotFound(f"There is no user {ask.user_id[:100]!r}.", param="user_id")
    person = Whose(call.organization_id, ask.user_id)
    restored = room(call).keyring.restore(call.rooms.desk, call.actor, person, project_id)
    return Chatter(project_id=project_id, user_id=ask.user_id, restored=restored)


ROUTES = (
    Guarded(
        "POST", "/v1/tokenry/projects/{project_id}/chatters", "keys.write", let_chat, takes=LetChat,
        example={"user_id": "user_01kdx3c8v2"},
    ),
)  # fmt: skip  # a route a line where it fits
