"""A key of one's own in a project: `POST /v1/tokenry/projects/{project_id}/api_keys`.

OpenAI's API lists and ends a project's keys and makes none of a person's. Such a key spends what its person may spend
in the project, and is made by the person alone, signed in or with an admin key: a project's key makes no further keys.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tokenry.access import NewKey, PermissionDenied, ending
from tokenry.api.guarded import Call, Guarded, Taken
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest

OWN_KEYS_MAX: Final = 50  # of one person in one project, at a time
_MODELS_MAX: Final = 100


class CreateOwnKey(Taken, kw_only=True, frozen=True):
    """A new key. It lives until it is revoked, unless it ends after so many seconds; `models` are the only ones it may
    ask, null = all that the project may."""

    name: str
    expires_in_seconds: int | None = None
    models: Annotated[tuple[Annotated[str, Meta(max_length=256)], ...], Meta(max_length=_MODELS_MAX)] | None = None


class OwnKeyMade(msgspec.Struct, kw_only=True):
    """A fresh key of one's own. `value` is its text, told this once."""

    id: str
    name: str
    value: str
    created_at: int
    expires_at: int | None
    models: list[str] | None
    object: str = "tokenry.project.api_key"


def create(call: Call) -> OwnKeyMade:
    """Create a key of your own. Its text is in the answer, this once; what it spends counts as yours."""
    ask: CreateOwnKey = call.body
    actor, rooms, project_id = call.actor, call.rooms, call.path["project_id"]
    if actor.user_id is None or actor.kind == "api_key":
        raise PermissionDenied("a key of one's own is made by somebody who signed in or shows an admin key")
    own = [key for key in rooms.keys.list(project_id) if key.user_id == actor.user_id and key.revoked_at is None]
    if len(own) >= OWN_KEYS_MAX:
        raise InvalidRequest(f"You have {OWN_KEYS_MAX} keys in this project, which is the most: revoke some.")
    new = NewKey(
        name=ask.name,
        project_id=project_id,
        user_id=actor.user_id,
        models=ask.models,
        expires_at=ending(rooms.clock.now_ns(), ask.expires_in_seconds),
        created_by=actor.user_id,
    )
    record, secret = rooms.keys.create(new, by=actor)
    return OwnKeyMade(
        id=record.id,
        name=record.name,
        value=secret,
        created_at=record.created_at // NS_PER_S,
        expires_at=None if record.expires_at is None else record.expires_at // NS_PER_S,
        models=None if record.models is None else list(record.models),
    )


_EXAMPLE = {"name": "laptop", "expires_in_seconds": 7_776_000}
ROUTES = (
    Guarded(
        "POST", "/v1/tokenry/projects/{project_id}/api_keys", "own_keys.write", create, takes=CreateOwnKey,
        example=_EXAMPLE, changes=True, secret=True,
    ),
)  # fmt: skip
