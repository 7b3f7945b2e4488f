"""The prompt library: `/v1/tokenry/prompts`. One's own, and what members of the organization share."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.organization.lists import Deleted
from tokenry.api.workspace.person import name_of, whose
from tokenry.base.clock import NS_PER_S
from tokenry.workspace import (
    Prompt,
    change_prompt,
    create_prompt,
    delete_prompt,
    get_prompt,
    list_prompts,
    placeholders,
)


class PromptShape(msgspec.Struct, kw_only=True):
    """A prompt. `by` is who shares it, null for one's own; `placeholders` stand as `{{…}}` in its text.

    Times are seconds since the epoch.
    """

    id: str
    name: str
    title: str
    text: str
    placeholders: list[str]
    shared: bool
    mine: bool
    by: str | None
    created_at: int
    updated_at: int
    object: Literal["tokenry.prompt"] = "tokenry.prompt"


class CreatePrompt(Taken, kw_only=True, frozen=True):
    """A new prompt. `name` is typed behind a slash; `shared` shows it to everybody in the organization."""

    name: str
    text: str
    title: str = ""
    shared: bool = False


class UpdatePrompt(Taken, kw_only=True, frozen=True):
    """What is to be different."""

    name: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    shared: bool | UnsetType = UNSET


def listing(call: Call) -> Page[PromptShape]:
    """List prompts. Your own in the order of names, then those that members of your organization share."""
    person = whose(call)
    with call.rooms.desk.db.read() as connection:
        found = list_prompts(connection, person)
    return listed(found, call.query, lambda one: one.id, lambda one: shape(call, one))


def create(call: Call) -> PromptShape:
    """Create a prompt. `{{…}}` in its text are places that are filled in when it is used."""
    said = msgspec.structs.asdict(call.body)
    return shape(call, create_prompt(call.rooms.desk, call.actor, whose(call), said))


def retrieve(call: Call) -> PromptShape:
    """Retrieve a prompt. Your own, or one that is shared."""
    person = whose(call)
    with call.rooms.desk.db.read() as connection:
        return shape(call, get_prompt(connection, person, call.path["prompt_id"]))


def update(call: Call) -> PromptShape:
    """Change a prompt. Your own alone; of one that somebody shares, make a copy."""
    said = {name: value for name, value in msgspec.structs.asdict(call.body).items() if value is not UNSET}
    return shape(call, change_prompt(call.rooms.desk, call.actor, whose(call), call.path["prompt_id"], said))


def delete(call: Call) -> Deleted:
    """Delete a prompt. Your own alone; nobody sees it any more."""
    delete_prompt(call.rooms.desk, whose(call), call.path["prompt_id"])
    return Deleted(id=call.path["prompt_id"], object="tokenry.prompt.deleted")


def shape(call: Call, prompt: Prompt) -> PromptShape:
    """A prompt as whoever asks sees it."""
    mine = prompt.user_id == call.actor.user_id
    return PromptShape(
        id=prompt.id, name=prompt.name, title=prompt.title, text=prompt.text,
        placeholders=list(placeholders(prompt.text)), shared=prompt.shared, mine=mine,
        by=None if mine else name_of(call, prompt.user_id), created_at=prompt.created_at // NS_PER_S,
        updated_at=prompt.updated_at // NS_PER_S,
    )  # fmt: skip


_ALL, _ONE = "/v1/tokenry/prompts", "/v1/tokenry/prompts/{prompt_id}"
_EXAMPLE = {"name": "summarize", "title": "Summarize", "text": "Summarize for {{who}}:\n\n{{text}}", "shared": False}
ROUTES = (
    Guarded("GET", _ALL, None, listing, asks=Paged),
    Guarded("POST", _ALL, None, create, takes=CreatePrompt, example=_EXAMPLE, private=True),
    Guarded("GET", _ONE, None, retrieve),
    Guarded("POST", _ONE, None, update, takes=UpdatePrompt, example={"title": "Summarize a paper"}, private=True),
    Guarded("DELETE", _ONE, None, delete),
)
