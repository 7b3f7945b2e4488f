"""The answers with the shapes of Anthropic's Messages API, as types: what the OpenAPI document promises of them.

Engines that speak this API are passed on as they write, so answers may have further members and blocks.

Source: https://platform.claude.com/docs/en/api/messages, …/build-with-claude/streaming, …/api/errors
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Tokens = Annotated[int, Meta(ge=0)]


class ErrorDetails(msgspec.Struct):
    """More about an error, for programs."""

    error_code: Annotated[str | None, Meta(description="The cause, in the words of the list of errors.")] = None
    param: Annotated[str | None, Meta(description="The field at fault.")] = None


class ErrorBody(msgspec.Struct):
    """What went wrong."""

    type: Annotated[str, Meta(description="`invalid_request_error`, `authentication_error`, `billing_error`, …")]
    message: Annotated[str, Meta(description="For people: what happened and what to do next.")]
    details: ErrorDetails | None = None


class MessagesError(msgspec.Struct):
    """Every refusal and failure of this API has this shape."""

    type: Literal["error"]
    error: ErrorBody
    request_id: str | None = None


class ThinkingTokens(msgspec.Struct):
    """Parts of the output's tokens."""

    thinking_tokens: Tokens


class MessageUsage(msgspec.Struct):
    """The tokens that are charged. What came from a cache or went into one is counted beside `input_tokens`."""

    input_tokens: Tokens
    output_tokens: Tokens
    cache_creation_input_tokens: Tokens | None = None
    cache_read_input_tokens: Tokens | None = None
    output_tokens_details: ThinkingTokens | None = None
    service_tier: Annotated[str | None, Meta(description="The tier that was used: `standard`, `priority`, …")] = None


class AnswerBlock(msgspec.Struct):
    """One block of the answer; what it has depends on its type."""

    type: Annotated[str, Meta(description="`text`, `thinking`, `tool_use`, …")]
    text: str | None = None
    thinking: str | None = None
    signature: Annotated[str | None, Meta(description="Empty from engines that sign nothing.")] = None
    id: str | None = None
    name: str | None = None
    input: dict[str, Any] | None = None


class MessageAnswer(msgspec.Struct):
    """A whole answer."""

    id: str
    type: Literal["message"]
    role: Literal["assistant"]
    model: str
    content: list[AnswerBlock]
    usage: MessageUsage
    stop_reason: Annotated[
        str | None, Meta(description="`end_turn`, `max_tokens`, `stop_sequence`, `tool_use` or `refusal`.")
    ] = None
    stop_sequence: str | None = None
    stop_details: dict[str, Any] | None = None


class MessageEvent(msgspec.Struct):
    """One event of a stream. What else it has depends on its type."""

    type: Annotated[
        str,
        Meta(
            description="`message_start`, `content_block_start`, `content_block_delta`, `content_block_stop`, `ping`, "
            "`message_delta`, `message_stop` or `error`."
        ),
    ]
    index: Annotated[int | None, Meta(description="Which block it belongs to, from 0.")] = None
    message: dict[str, Any] | None = None
    content_block: dict[str, Any] | None = None
    delta: dict[str, Any] | None = None
    usage: Annotated[
        dict[str, Any] | None,
        Meta(description="In `message_delta`: all tokens of the answer, as they are charged."),
    ] = None
    error: dict[str, Any] | None = None


class TokenCount(msgspec.Struct):
    """The tokens of a prompt."""

    input_tokens: Tokens


class MessagesModel(msgspec.Struct):
    """A model that this key may use."""

    type: Literal["model"]
    id: str
    display_name: str
    created_at: str
    max_tokens: Tokens | None = None
    max_input_tokens: Tokens | None = None


class MessagesModelList(msgspec.Struct):
    """The models that this key may use."""

    data: list[MessagesModel]
    has_more: bool
    first_id: str | None = None
    last_id: str | None = None
