"""Assistants: `/v1/tokenry/assistants`. One's own, those that members share, and the two that are shipped."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.organization.lists import Deleted
from tokenry.api.workspace.person import name_of, whose
from tokenry.base.clock import NS_PER_S
from tokenry.workspace import (
    Assistant,
    AssistantDraft,
    AssistantKind,
    Parameters,
    change_assistant,
    create_assistant,
    delete_assistant,
    get_assistant,
    list_assistants,
)


class Term(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A word or phrase, and what it becomes."""

    term: Annotated[str, Meta(max_length=1000)]
    translation: Annotated[str, Meta(max_length=1000)]


Terms = Annotated[tuple[Term, ...], Meta(max_length=5000)]


class AssistantShape(msgspec.Struct, kw_only=True):
    """An assistant. `by`: who made it; None = it is shipped. Times are seconds since the epoch."""

    id: str
    kind: AssistantKind
    name: str
    description: str | None
    instructions: str | None
    model: str | None
    parameters: Parameters
    language: str | None
    glossary: list[Term]
    shared: bool
    mine: bool
    shipped: bool
    by: str | None
    created_at: int
    updated_at: int
    object: Literal["tokenry.assistant"] = "tokenry.assistant"


class CreateAssistant(Taken, kw_only=True, frozen=True):
    """A new assistant. `language` and `glossary` are what a translation goes by; `shared` shows it to every member."""

    name: str
    kind: AssistantKind = "chat"
    description: str | None = None
    instructions: str | None = None
    model: Annotated[str, Meta(max_length=256)] | None = None
    parameters: Parameters = Parameters()
    language: str | None = None
    glossary: Terms = ()
    shared: bool = False


class UpdateAssistant(Taken, kw_only=True, frozen=True):
    """What changes of it; what is not named stays, null takes away."""

    name: str | UnsetType = UNSET
    kind: AssistantKind | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    instructions: str | UnsetType | None = UNSET
    model: Annotated[str, Meta(max_length=256)] | UnsetType | None = UNSET
    parameters: Parameters | UnsetType = UNSET
    language: str | UnsetType | None = UNSET
    glossary: Terms | UnsetType = UNSET
    shared: bool | UnsetType = UNSET


def listing(call: Call) -> Page[AssistantShape]:
    """List assistants. Your own first, then those of other members, then the two that are shipped."""
    with call.rooms.desk.db.read() as connection:
        found = list_assistants(connection, whose(call))
    return listed(found, call.query, lambda one: one.id, lambda one: shape(call, one))


def create(call: Call) -> AssistantShape:
    """Create an assistant. Chats begin with it by `assistant_id`; its files are left with the same."""
    said = msgspec.structs.asdict(call.body) | {"glossary": _pairs(call.body.glossary)}
    return shape(call, create_assistant(call.rooms.desk, call.actor, whose(call), AssistantDraft(**said)))


def retrieve(call: Call) -> AssistantShape:
    """Retrieve an assistant."""
    with call.rooms.desk.db.read() as connection:
        return shape(call, get_assistant(connection, whose(call), call.path["assistant_id"]))


def update(call: Call) -> AssistantShape:
    """Change an assistant of yours. Chats with it go by the new manner with their next answer."""
    said = {name: value for name, value in msgspec.structs.asdict(call.body).items() if value is not UNSET}
    if "glossary" in said:
        said["glossary"] = _pairs(said["glossary"])
    return shape(call, change_assistant(call.rooms.desk, call.actor, whose(call), call.path["assistant_id"], said))


def delete(call: Call) -> Deleted:
    """Delete an assistant of yours. Its files go with it; chats that began with it go on without."""
    delete_assistant(call.rooms.desk, whose(call), call.path["assistant_id"])
    return Deleted(id=call.path["assistant_id"], object="tokenry.assistant.deleted")


def shape(call: Call, one: Assistant) -> AssistantShape:
    """An assistant as it is shown."""
    return AssistantShape(
        id=one.id, kind=one.kind, name=one.name, description=one.description, instructions=one.instructions,
        model=one.model, parameters=one.parameters, language=one.language,
        glossary=[Term(term=term, translation=meant) for term, meant in one.glossary], shared=one.shared,
        mine=one.user_id == call.actor.user_id, shipped=one.user_id is None,
        by=None if one.user_id is None else name_of(call, one.user_id), created_at=one.created_at // NS_PER_S,
        updated_at=one.updated_at // NS_PER_S,
    )  # fmt: skip


def _pairs(terms: tuple[Term, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((one.term, one.translation) for one in terms)


_ALL, _ONE = "/v1/tokenry/assistants", "/v1/tokenry/assistants/{assistant_id}"
_EXAMPLE = {
    "name": "Into French", "kind": "translation", "language": "French",
    "glossary": [{"term": "award", "translation": "attribution"}],
}  # fmt: skip
ROUTES = (
    Guarded("GET", _ALL, None, listing, asks=Paged),
    Guarded("POST", _ALL, None, create, takes=CreateAssistant, example=_EXAMPLE, private=True),
    Guarded("GET", _ONE, None, retrieve),
    Guarded("POST", _ONE, None, update, takes=UpdateAssistant, example={"language": "German"}, private=True),
    Guarded("DELETE", _ONE, None, delete),
)
