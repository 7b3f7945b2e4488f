"""What is answered about responses, as types: what the OpenAPI document promises.

Source: OpenAI's OpenAPI document 2.3.0, Response, ResponseItemList, CompactResource, TokenCountsResource.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tokenry.api.openai.answers import Tokens, UnixTime

Item = dict[str, Any]


class InputTokensDetails(msgspec.Struct):
    """Parts of the input's tokens."""

    cached_tokens: Tokens
    cache_write_tokens: Tokens


class OutputTokensDetails(msgspec.Struct):
    """Parts of the output's tokens."""

    reasoning_tokens: Tokens


class ResponseUsage(msgspec.Struct):
    """The tokens that are charged."""

    input_tokens: Tokens
    input_tokens_details: InputTokensDetails
    output_tokens: Tokens
    output_tokens_details: OutputTokensDetails
    total_tokens: Tokens


class ResponseFailure(msgspec.Struct):
    """Why a response failed."""

    code: str
    message: str
    param: str | None = None
    type: str | None = None


class IncompleteDetails(msgspec.Struct):
    """Why a response is not whole."""

    reason: Annotated[str, Meta(description="`max_output_tokens` or `content_filter`.")]


class ConversationNamed(msgspec.Struct):
    """The conversation it belongs to."""

    id: str


class Response(msgspec.Struct):
    """A response: what was made, and everything that was asked, with the defaults in force."""

    id: str
    object: Literal["response"]
    created_at: UnixTime
    status: Literal["queued", "in_progress", "completed", "incomplete", "failed", "cancelled"]
    background: bool
    completed_at: UnixTime | None
    conversation: ConversationNamed | None
    error: ResponseFailure | None
    frequency_penalty: float
    incomplete_details: IncompleteDetails | None
    instructions: str | None
    max_output_tokens: int | None
    max_tool_calls: int | None
    metadata: dict[str, str]
    model: str
    output: Annotated[
        list[Item],
        Meta(description="`message`, `function_call`, `custom_tool_call`, `reasoning`, in the order they were made."),
    ]
    parallel_tool_calls: bool
    presence_penalty: float
    previous_response_id: str | None
    prompt_cache_key: str | None
    reasoning: dict[str, Any]
    safety_identifier: str | None
    service_tier: Annotated[str, Meta(description="The tier that was used.")]
    store: Annotated[bool, Meta(description="Whether it is kept.")]
    temperature: float
    text: dict[str, Any]
    tool_choice: str | dict[str, Any]
    tools: list[dict[str, Any]]
    top_logprobs: int
    top_p: float
    truncation: str
    usage: ResponseUsage | None
    user: str | None


class ResponseEvent(msgspec.Struct):
    """One event of a response's stream; it has further members by its type."""

    type: Annotated[str, Meta(description="`response.created`, `response.output_text.delta`, …, `response.completed`.")]
    sequence_number: Annotated[int, Meta(ge=0, description="From 0, without gaps.")]
    response: Response | None = None
    item: Item | None = None
    delta: str | None = None


class CompactedResponse(msgspec.Struct):
    """A transcript made short: hand its `output` on as the next request's `input`."""

    id: str
    object: Literal["response.compaction"]
    created_at: UnixTime
    output: list[Item]
    usage: ResponseUsage


class InputTokens(msgspec.Struct):
    """How many tokens a prompt has."""

    object: Literal["response.input_tokens"]
    input_tokens: Tokens


class ResponseDeleted(msgspec.Struct):
    """It is gone."""

    id: str
    object: Literal["response"] = "response"
    deleted: bool = True


class ItemList(msgspec.Struct):
    """A page of items."""

    data: list[Item]
    first_id: str | None
    last_id: str | None
    has_more: bool
    object: Literal["list"] = "list"
