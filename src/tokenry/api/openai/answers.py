"""The answers with OpenAI's shapes, as types: what the OpenAPI document promises of them.

Answers are passed on as engines write them, so they may have further members; those named here a client can count on.

Source: OpenAI's OpenAPI document 2.3.0, CreateChatCompletionResponse, CreateChatCompletionStreamResponse,
CreateCompletionResponse, CreateEmbeddingResponse, Model, ErrorResponse.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

UnixTime = Annotated[int, Meta(description="Seconds since the epoch.")]
Finish = Annotated[
    str | None, Meta(description="`stop`, `length`, `tool_calls` or `content_filter`; null while it goes on.")
]
Tokens = Annotated[int, Meta(ge=0)]


class ErrorDetail(msgspec.Struct):
    """What went wrong."""

    message: Annotated[str, Meta(description="For people: what happened and what to do next.")]
    type: Annotated[str, Meta(description="OpenAI's class of error.")]
    param: Annotated[str | None, Meta(description="The field at fault.")]
    code: Annotated[str | None, Meta(description="For programs.")]


class Error(msgspec.Struct):
    """Every refusal and failure has this shape; all four members are always there."""

    error: ErrorDetail


class PromptTokensDetails(msgspec.Struct):
    """Parts of the prompt's tokens."""

    cached_tokens: int | None = None
    audio_tokens: int | None = None


class CompletionTokensDetails(msgspec.Struct):
    """Parts of the completion's tokens."""

    reasoning_tokens: int | None = None
    audio_tokens: int | None = None
    accepted_prediction_tokens: int | None = None
    rejected_prediction_tokens: int | None = None


class CompletionUsage(msgspec.Struct):
    """The tokens that are charged."""

    prompt_tokens: Tokens
    completion_tokens: Tokens
    total_tokens: Tokens
    prompt_tokens_details: PromptTokensDetails | None = None
    completion_tokens_details: CompletionTokensDetails | None = None


class CalledFunction(msgspec.Struct):
    """The function a model calls."""

    name: str | None = None
    arguments: Annotated[str | None, Meta(description="JSON as text; check it before use.")] = None


class ToolCall(msgspec.Struct):
    """One call that the model wants made. In a stream it comes in pieces that share an `index`."""

    id: str | None = None
    type: str | None = None
    function: CalledFunction | None = None
    index: int | None = None


class AnswerMessage(msgspec.Struct):
    """What the model says."""

    role: str
    content: str | None = None
    refusal: str | None = None
    reasoning_content: Annotated[str | None, Meta(description="From models that think aloud.")] = None
    tool_calls: list[ToolCall] | None = None


class ChatChoice(msgspec.Struct):
    """One of the answers."""

    index: int
    message: AnswerMessage
    finish_reason: Finish = None
    logprobs: dict[str, Any] | None = None


class ChatCompletion(msgspec.Struct):
    """A whole chat answer."""

    id: str
    object: Literal["chat.completion"]
    created: UnixTime
    model: str
    choices: list[ChatChoice]
    usage: CompletionUsage | None = None
    system_fingerprint: str | None = None
    service_tier: str | None = None


class Delta(msgspec.Struct):
    """What is new since the last event."""

    role: str | None = None
    content: str | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    tool_calls: list[ToolCall] | None = None


class ChatChunkChoice(msgspec.Struct):
    """One of the answers, as far as this event goes."""

    index: int
    delta: Delta
    finish_reason: Finish = None
    logprobs: dict[str, Any] | None = None


class ChatCompletionChunk(msgspec.Struct):
    """One event of a streamed chat answer."""

    id: str
    object: Literal["chat.completion.chunk"]
    created: UnixTime
    model: str
    choices: Annotated[list[ChatChunkChoice], Meta(description="Empty in the event that tells the usage.")]
    usage: CompletionUsage | None = None
    system_fingerprint: str | None = None
    service_tier: str | None = None


class TextChoice(msgspec.Struct):
    """One of the answers."""

    index: int
    text: str
    finish_reason: Finish = None
    logprobs: dict[str, Any] | None = None


class TextCompletion(msgspec.Struct):
    """A text answer; each event of its stream has the same shape."""

    id: str
    object: Literal["text_completion"]
    created: UnixTime
    model: str
    choices: list[TextChoice]
    usage: CompletionUsage | None = None
    system_fingerprint: str | None = None


class Vector(msgspec.Struct):
    """The vector of one input."""

    object: Literal["embedding"]
    index: Annotated[int, Meta(ge=0, description="Which input it belongs to, from 0.")]
    embedding: Annotated[list[float] | str, Meta(description="Numbers, or base64 of little-endian float32.")]


class EmbeddingUsage(msgspec.Struct):
    """The tokens that are charged."""

    prompt_tokens: Tokens
    total_tokens: Tokens


class EmbeddingList(msgspec.Struct):
    """A vector for every input."""

    object: Literal["list"]
    data: list[Vector]
    model: str
    usage: EmbeddingUsage


class Model(msgspec.Struct):
    """A model that this key may use."""

    id: str
    object: Literal["model"]
    created: UnixTime
    owned_by: Annotated[str, Meta(description="The provider that is asked first.")]


class ModelList(msgspec.Struct):
    """The models that this key may use."""

    object: Literal["list"]
    data: list[Model]


class Checks(msgspec.Struct):
    """`ok`, or what is wrong, in words."""

    serving: str
    ledger: str
    engines: str


class Readiness(msgspec.Struct):
    """Whether requests are taken, and why not."""

    status: Literal["ready", "unavailable"]
    checks: Checks
    engines: Annotated[dict[str, str], Meta(description="The state of every engine by its name.")]
