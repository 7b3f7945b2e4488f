"""The members of a request body that we must understand, as types. Everything else passes through unread.

Source: OpenAI's OpenAPI document 2.3.0, CreateChatCompletionRequest, CreateCompletionRequest, CreateEmbeddingRequest.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tokenry.base.limits import CHOICES_MAX, EMBEDDING_INPUTS_MAX, MODEL_NAME_LENGTH_MAX

ModelName = Annotated[str, Meta(min_length=1, max_length=MODEL_NAME_LENGTH_MAX)]
Limit = Annotated[int, Meta(ge=1, le=100_000_000)]
Count = Annotated[int, Meta(ge=1, le=CHOICES_MAX)]
TokenId = Annotated[int, Meta(ge=0)]


class StreamOptions(msgspec.Struct):
    include_usage: bool | None = None


class Part(msgspec.Struct):
    """One part of a message's content; only its type decides anything here."""

    type: str


class Message(msgspec.Struct):
    role: str
    content: str | list[Part] | None = None


class Tool(msgspec.Struct):
    type: str


class Sampling(msgspec.Struct):
    """What chat and text completions share."""

    model: ModelName
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: Limit | None = None
    n: Count | None = None
    temperature: float | None = None
    top_p: float | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    seed: int | None = None
    stop: str | list[str] | None = None
    user: str | None = None
    logit_bias: dict[str, float] | None = None


class Chat(Sampling, kw_only=True):
    messages: Annotated[list[Message], Meta(min_length=1)]
    max_completion_tokens: Limit | None = None
    tools: list[Tool] | None = None
    tool_choice: str | dict[str, Any] | None = None
    response_format: dict[str, Any] | None = None
    modalities: list[str] | None = None
    prediction: msgspec.Raw | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Meta(ge=0, le=20)] | None = None


class Completion(Sampling, kw_only=True):
    prompt: str | list[str | TokenId | list[TokenId]]
    best_of: Count | None = None
    logprobs: Annotated[int, Meta(ge=0, le=20)] | None = None
    echo: bool | None = None


class Embedding(msgspec.Struct, kw_only=True):
    model: ModelName
    input: str | Annotated[list[str | TokenId | list[TokenId]], Meta(min_length=1, max_length=EMBEDDING_INPUTS_MAX)]
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: Annotated[int, Meta(ge=1, le=65_536)] | None = None
    user: str | None = None
