"""How stored chat completions are asked for and shown. Source of the shapes: OpenAI's OpenAPI document, Chat."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tokenry.api.files import Metadata
from tokenry.api.guarded import Query, Taken
from tokenry.api.keyed import Order
from tokenry.api.openai.answers import ChatCompletion
from tokenry.base.errors import InvalidRequest
from tokenry.objects import StoredCompletion

PAIRS_MAX = 16


class CompletionsAsked(Query, kw_only=True, frozen=True):
    """Which stored answers: `metadata[key]=value` names pairs that they have."""

    after: str | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    order: Order = "asc"
    model: str | None = None
    metadata: dict[str, str] | None = None


class MessagesAsked(Query, kw_only=True, frozen=True):
    """Which of the messages."""

    after: str | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    order: Order = "asc"


class CompletionUpdate(Taken, kw_only=True, frozen=True):
    """Other metadata, in place of what there was."""

    metadata: Metadata | None


class StoredChatCompletion(ChatCompletion, kw_only=True):
    """A chat completion as it was answered, with its metadata."""

    metadata: dict[str, str] | None = None


class CompletionPage(msgspec.Struct, kw_only=True):
    """A page of stored answers."""

    data: list[StoredChatCompletion]
    has_more: bool
    first_id: str | None
    last_id: str | None
    object: Literal["list"] = "list"


class StoredMessage(msgspec.Struct, kw_only=True):
    """One of the messages that an answer answers, with an id of its own. `content_parts` are those of a message that
    has parts; `content` is its text then."""

    id: str
    role: str
    content: str | None
    content_parts: list[dict[str, Any]] | None = None
    name: str | None = None
    tool_calls: list[dict[str, Any]] | None = None
    tool_call_id: str | None = None


class CompletionDeleted(msgspec.Struct, kw_only=True):
    """An answer that is no more."""

    id: str
    object: Literal["chat.completion.deleted"] = "chat.completion.deleted"
    deleted: bool = True


def completion_object(stored: StoredCompletion) -> dict[str, Any]:
    """A stored answer as it is shown: every member that it had, and its metadata."""
    told: dict[str, Any] = _decoded(stored.body)
    return {**told, "metadata": stored.metadata}


def messages(stored: StoredCompletion) -> list[StoredMessage]:
    """The messages that an answer answers, in their order."""
    told: list[dict[str, Any]] = _decoded(stored.input)
    return [_message(f"{stored.id}-{number}", one) for number, one in enumerate(told)]


def checked_metadata(metadata: dict[str, str] | None) -> dict[str, str] | None:
    """Metadata that can be kept; its keys' and values' lengths are its type's to check. Raises InvalidRequest."""
    if metadata is not None and len(metadata) > PAIRS_MAX:
        raise InvalidRequest(f"metadata has at most {PAIRS_MAX} pairs", param="metadata")
    return metadata


def _decoded(kept: bytes) -> Any:
    try:
        return msgspec.json.decode(kept)
    except RecursionError:
        raise InvalidRequest("what is stored is nested too deeply to be shown; it can be deleted") from None


def _message(id_: str, told: dict[str, Any]) -> StoredMessage:
    content = told.get("content")
    parts = content if isinstance(content, list) else None
    if parts is not None:
        texts = [part.get("text") for part in parts if isinstance(part, dict) and part.get("type") == "text"]
        content = "\n".join(text for text in texts if isinstance(text, str))
    calls = told.get("tool_calls")
    return StoredMessage(
        id=id_,
        role=told["role"],
        content=content,
        content_parts=parts,
        name=told.get("name"),
        tool_calls=calls if isinstance(calls, list) else None,
        tool_call_id=told.get("tool_call_id"),
    )
