"""Who works here: a person, who signed in or shows an admin key of their own. A project's key is in too many hands."""

from __future__ import annotations

from tokenry.access import PermissionDenied
from tokenry.api.guarded import Call
from tokenry.workspace import Whose


def whose(call: Call) -> Whose:
    """The person behind a call, where they act. Raises PermissionDenied: there is none, or a project's key asks."""
    if call.actor.user_id is None or call.actor.kind == "api_key":
        raise PermissionDenied(
            "chats and what belongs to them are for people who signed in and for their own admin keys; a project's key "
            "asks for answers (`/v1/chat/completions`, `/v1/responses`)"
        )
    return Whose(call.organization_id, call.actor.user_id)


def name_of(call: Call, user_id: str) -> str | None:
    """What a person of the organization is called; None = nobody of that id is known."""
    user = call.rooms.people.roster.users.get(user_id)
    return None if user is None else user.name
