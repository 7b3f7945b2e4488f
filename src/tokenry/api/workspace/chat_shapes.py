"""Chats and messages as they are shown: times in seconds since the epoch, money in nano-USD."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from tokenry.base.clock import NS_PER_S
from tokenry.workspace import Chat, FileRef, Message, Parameters, SeenBy, Source


class ChatShape(msgspec.Struct, kw_only=True):
    """A chat. `head_id` is the message that its shown branch ends in; charges are sums over its messages."""

    id: str
    title: str
    title_by: Literal["person", "machine"] | None
    folder_id: str | None
    assistant_id: str | None
    project_id: str
    model: str | None
    system: str | None
    parameters: Parameters
    temporary: bool
    expires_at: int | None
    pinned: bool
    archived: bool
    created_at: int
    updated_at: int
    head_id: str | None
    charge_nanousd: int
    charge_tokens: int
    shared: bool
    object: Literal["tokenry.chat"] = "tokenry.chat"


class AnswerFailure(msgspec.Struct, kw_only=True):
    """Why an answer is not whole, in words for whoever asked."""

    code: str | None
    message: str


class MessageShape(msgspec.Struct, kw_only=True):
    """A message. One that is `running` has the text told so far, and `position` says how far that is: what `after` of
    its events takes. `siblings` are all messages below the same one, itself included, in order. `seen_by` are all
    providers that were sent the prompt; the last one answered. `omitted`: older messages that the model was not told,
    as they did not fit what it can read.
    """

    id: str
    chat_id: str
    parent_id: str | None
    role: Literal["user", "assistant"]
    state: Literal["complete", "running", "stopped", "broken", "failed"]
    text: str
    reasoning: str | None
    files: list[FileRef]
    sources: list[Source]
    model: str | None
    seen_by: list[SeenBy] | None
    request_ids: list[str]
    input_tokens: int | None
    output_tokens: int | None
    charge_nanousd: int | None
    charge_tokens: int | None
    omitted: int
    error: AnswerFailure | None
    created_at: int
    ended_at: int | None
    siblings: list[str]
    position: int | None
    object: Literal["tokenry.chat.message"] = "tokenry.chat.message"


def chat_shape(chat: Chat) -> ChatShape:
    """A chat as it is shown."""
    return ChatShape(
        id=chat.id,
        title=chat.title,
        title_by=None if chat.title_by is None else "person" if chat.title_by == "person" else "machine",
        folder_id=chat.folder_id,
        assistant_id=chat.assistant_id,
        project_id=chat.project_id,
        model=chat.model,
        system=chat.system,
        parameters=chat.parameters,
        temporary=chat.temporary,
        expires_at=_seconds(chat.expires_at),
        pinned=chat.pinned,
        archived=chat.archived,
        created_at=chat.created_at // NS_PER_S,
        updated_at=chat.updated_at // NS_PER_S,
        head_id=chat.head_id,
        charge_nanousd=chat.charge_nanousd,
        charge_tokens=chat.charge_tokens,
        shared=chat.shared,
    )


def message_shape(message: Message, position: int | None, files: Mapping[str, FileRef]) -> MessageShape:
    """A message as it is shown. A file that is gone is shown as such: without a name, in the state `gone`."""
    error = message.error
    return MessageShape(
        id=message.id,
        chat_id=message.chat_id,
        parent_id=message.parent_id,
        role=message.role,
        state=message.state,
        text=message.text,
        reasoning=message.reasoning,
        files=[files.get(one) or FileRef(one, "", None, 0, "gone") for one in message.files],
        sources=list(message.sources),
        model=message.model,
        seen_by=None if message.seen_by is None else list(message.seen_by),
        request_ids=list(message.request_ids),
        input_tokens=message.input_tokens,
        output_tokens=message.output_tokens,
        charge_nanousd=message.charge_nanousd,
        charge_tokens=message.charge_tokens,
        omitted=message.omitted,
        error=None if error is None else AnswerFailure(code=error.code, message=error.message),
        created_at=message.created_at // NS_PER_S,
        ended_at=_seconds(message.ended_at),
        siblings=list(message.siblings),
        position=position,
    )


def _seconds(at_ns: int | None) -> int | None:
    return None if at_ns is None else at_ns // NS_PER_S
