"""The routes of stored chat completions."""

from __future__ import annotations

from typing import Any

from tokenry.api.guarded import Page, listed
from tokenry.api.guarded import Paged as InMemory
from tokenry.api.keyed import Keyed, KeyedCall, wish
from tokenry.api.stored_completions.shown import (
    CompletionDeleted,
    CompletionPage,
    CompletionsAsked,
    CompletionUpdate,
    MessagesAsked,
    StoredChatCompletion,
    StoredMessage,
    checked_metadata,
    completion_object,
    messages,
)
from tokenry.objects import Sought


def every(call: KeyedCall) -> dict[str, Any]:
    """List stored chat completions. Those of the key's project that were asked for with `store: true`, the oldest
    first."""
    asked: CompletionsAsked = call.query
    sought = Sought(asked.model, checked_metadata(asked.metadata))
    rows, more = call.rooms.objects.completions.list(call.project_id, sought, wish(asked))
    ends = (rows[0].id, rows[-1].id) if rows else (None, None)
    data = [completion_object(row) for row in rows]
    return {"object": "list", "data": data, "first_id": ends[0], "last_id": ends[1], "has_more": more}


def one(call: KeyedCall) -> dict[str, Any]:
    """One stored chat completion. As it was answered, with its metadata."""
    return completion_object(call.rooms.objects.completions.get(call.project_id, call.path["completion_id"]))


def update(call: KeyedCall) -> dict[str, Any]:
    """Change a stored chat completion's metadata. Nothing else of it can be changed."""
    asked: CompletionUpdate = call.body
    metadata = checked_metadata(asked.metadata)
    found = call.rooms.objects.completions.update(call.project_id, call.path["completion_id"], metadata)
    return completion_object(found)


def delete(call: KeyedCall) -> CompletionDeleted:
    """Delete a stored chat completion. Its messages go with it; its receipt stays."""
    return CompletionDeleted(id=call.rooms.objects.completions.delete(call.project_id, call.path["completion_id"]).id)


def of_one(call: KeyedCall) -> Page[StoredMessage]:
    """The messages of a stored chat completion. What it was asked, in order."""
    asked: MessagesAsked = call.query
    found = messages(call.rooms.objects.completions.get(call.project_id, call.path["completion_id"]))
    if asked.order == "desc":
        found.reverse()
    return listed(found, InMemory(after=asked.after, limit=asked.limit), lambda one: one.id, lambda one: one)


ROUTES: tuple[Keyed, ...] = (
    Keyed("GET", "/v1/chat/completions", every, asks=CompletionsAsked, shows=CompletionPage),
    Keyed("GET", "/v1/chat/completions/{completion_id}", one, shows=StoredChatCompletion),
    Keyed(
        "POST", "/v1/chat/completions/{completion_id}", update, CompletionUpdate,
        example={"metadata": {"topic": "demo"}}, shows=StoredChatCompletion,
    ),
    Keyed("DELETE", "/v1/chat/completions/{completion_id}", delete),
    Keyed("GET", "/v1/chat/completions/{completion_id}/messages", of_one, asks=MessagesAsked),
)  # fmt: skip  # one route on a line
