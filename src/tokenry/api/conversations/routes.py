"""The routes of conversations and their items.

Source of the shapes: OpenAI's OpenAPI document 2.3.0, ConversationResource, ConversationItemList.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Query, Taken
from tokenry.api.keyed import Keyed, KeyedCall, Leafed, wish
from tokenry.api.openai.answers import UnixTime
from tokenry.api.responses.answers import ItemList
from tokenry.api.responses.fields import Metadata
from tokenry.api.responses.items import Item, normal, prefix
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest
from tokenry.base.ids import new_id
from tokenry.objects import StoredConversation

ITEMS_AT_ONCE_MAX = 20  # as OpenAI has it
Items = Annotated[list[Item], Meta(max_length=ITEMS_AT_ONCE_MAX, description="Input items, as of a response.")]


class NewConversation(Taken, kw_only=True, frozen=True):
    """What a conversation begins with."""

    metadata: Metadata | None = None
    items: Items | None = None


class ConversationUpdate(Taken, kw_only=True, frozen=True):
    """What a conversation's metadata becomes."""

    metadata: Metadata


class NewItems(Taken, kw_only=True, frozen=True):
    """Items to be appended."""

    items: Items


class ItemsAsked(Leafed, kw_only=True, frozen=True):
    """Which page of the items. The last come first unless `order` says otherwise."""

    include: tuple[str, ...] = ()


class ItemAsked(Query, kw_only=True, frozen=True):
    """How an item is to be told."""

    include: tuple[str, ...] = ()


class Conversation(msgspec.Struct):
    """A conversation."""

    id: str
    created_at: UnixTime
    metadata: dict[str, Any]
    object: Literal["conversation"] = "conversation"


class ConversationDeleted(msgspec.Struct):
    """It is gone."""

    id: str
    deleted: bool = True
    object: Literal["conversation.deleted"] = "conversation.deleted"


def create(call: KeyedCall) -> Conversation:
    """Begin a conversation. It is kept until nobody has used it for as long as answers are kept."""
    asked: NewConversation = call.body
    items = _encoded(_normal(asked.items or []))
    return _shown(call.rooms.objects.conversations.create(call.principal, asked.metadata or {}, items))


def one(call: KeyedCall) -> Conversation:
    """One conversation. Without its items."""
    return _shown(call.rooms.objects.conversations.get(call.project_id, _id(call)))


def update(call: KeyedCall) -> Conversation:
    """Change a conversation's metadata. What is sent takes the place of what was there."""
    asked: ConversationUpdate = call.body
    return _shown(call.rooms.objects.conversations.update(call.project_id, _id(call), asked.metadata))


def delete(call: KeyedCall) -> ConversationDeleted:
    """Delete a conversation. Its items go with it; responses that were made in it stay."""
    call.rooms.objects.conversations.delete(call.project_id, _id(call))
    return ConversationDeleted(_id(call))


def add(call: KeyedCall) -> ItemList:
    """Append items to a conversation. At most 20 at once."""
    asked: NewItems = call.body
    items = _normal(asked.items)
    call.rooms.objects.conversations.add(call.project_id, _id(call), _encoded(items))
    return _listed(items, more=False)


def every(call: KeyedCall) -> ItemList:
    """List the items of a conversation. The last come first unless `order` says otherwise."""
    rows, more = call.rooms.objects.conversations.page(call.project_id, _id(call), wish(call.query))
    return _listed([msgspec.json.decode(row) for row in rows], more=more)


def item(call: KeyedCall) -> dict[str, Any]:
    """One item of a conversation. As it was left."""
    body = call.rooms.objects.conversations.item(call.project_id, _id(call), call.path["item_id"])
    found: dict[str, Any] = msgspec.json.decode(body)
    return found


def delete_item(call: KeyedCall) -> Conversation:
    """Delete an item of a conversation. Answers with the conversation."""
    return _shown(call.rooms.objects.conversations.delete_item(call.project_id, _id(call), call.path["item_id"]))


def _id(call: KeyedCall) -> str:
    return call.path["conversation_id"]


def _normal(given: list[Item]) -> list[Item]:
    items = normal(list(given), lambda kind, _: new_id(prefix(kind)), "items")
    if any(one["type"] == "item_reference" for one in items):
        raise InvalidRequest("a conversation holds items themselves, and no references to others", param="items")
    return items


def _encoded(items: list[Item]) -> list[tuple[str, bytes]]:
    return [(one["id"], msgspec.json.encode(one)) for one in items]


def _listed(items: list[Item], *, more: bool) -> ItemList:
    first, last = (items[0]["id"], items[-1]["id"]) if items else (None, None)
    return ItemList(items, first, last, more)


def _shown(found: StoredConversation) -> Conversation:
    return Conversation(found.id, found.created_at // NS_PER_S, found.metadata)


_SAID = {"type": "message", "role": "user", "content": "Say hello."}
ROUTES: tuple[Keyed, ...] = (
    Keyed(
        "POST", "/v1/conversations", create, NewConversation, optional=True, failures=("content_not_kept", "disk_full"),
        example={"metadata": {"topic": "demo"}, "items": [_SAID]},
    ),
    Keyed("GET", "/v1/conversations/{conversation_id}", one),
    Keyed(
        "POST", "/v1/conversations/{conversation_id}", update, ConversationUpdate,
        example={"metadata": {"topic": "demo"}},
    ),
    Keyed("DELETE", "/v1/conversations/{conversation_id}", delete),
    Keyed(
        "POST", "/v1/conversations/{conversation_id}/items", add, NewItems, asks=ItemAsked, failures=("disk_full",),
        example={"items": [_SAID]},
    ),
    Keyed("GET", "/v1/conversations/{conversation_id}/items", every, asks=ItemsAsked),
    Keyed("GET", "/v1/conversations/{conversation_id}/items/{item_id}", item, asks=ItemAsked, shows=dict[str, Any]),
    Keyed("DELETE", "/v1/conversations/{conversation_id}/items/{item_id}", delete_item),
)  # fmt: skip  # one route on a line
