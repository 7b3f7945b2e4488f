"""The members of a request body that we must understand, as types. Everything else passes through unread.

The types are the schemas of the OpenAPI document, too; what stands there in words stands here.

Source: OpenAI's OpenAPI document 2.3.0, CreateChatCompletionRequest, CreateCompletionRequest, CreateEmbeddingRequest.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tokenry.base.limits import CHOICES_MAX, EMBEDDING_INPUTS_MAX, MODEL_NAME_LENGTH_MAX

ModelName = Annotated[
    str, Meta(min_length=1, max_length=MODEL_NAME_LENGTH_MAX, description="A name or alias from `GET /v1/models`.")
]
Limit = Annotated[int, Meta(ge=1, le=100_000_000)]
Count = Annotated[int, Meta(ge=1, le=CHOICES_MAX)]
TokenId = Annotated[int, Meta(ge=0)]
TopTokens = Annotated[int, Meta(ge=0, le=20)]
ServiceTier = Annotated[
    str,
    Meta(
        description="`priority` goes first, `flex` may wait or be refused, `batch` goes last. The answer says which.",
        extra_json_schema={"enum": ["auto", "default", "flex", "priority", "batch"]},  # refused in words of our own
    ),
]
Modality = Annotated[str, Meta(extra_json_schema={"enum": ["text"]})]  # refused in words of our own
Dimensions = Annotated[int, Meta(ge=1, le=65_536)]


class StreamOptions(msgspec.Struct):
    """What a stream carries beside the answer."""

    include_usage: Annotated[bool | None, Meta(description="One more event before the end tells the tokens used.")] = (
        None
    )


class Part(msgspec.Struct):
    """One part of a message's content, of any type; only the type decides anything here."""

    type: Annotated[str, Meta(description="`text`, `image_url`, `input_audio`, `file`, …")]


class Message(msgspec.Struct):
    """One message of the conversation. Further members pass through."""

    role: Annotated[str, Meta(description="`system`, `developer`, `user`, `assistant` or `tool`.")]
    content: Annotated[str | list[Part] | None, Meta(description="Text, or parts.")] = None


class Tool(msgspec.Struct):
    """A tool the model may call. Further members pass through."""

    type: Annotated[str, Meta(description="`function`, or what else the engine knows.")]


class Named(msgspec.Struct):
    """Something meant by its name."""

    name: str | None = None


class ToolRef(msgspec.Struct):
    """One of the tools."""

    type: str | None = None
    function: Named | None = None
    name: str | None = None


class AllowedTools(msgspec.Struct):
    """A choice of the tools."""

    mode: Annotated[str | None, Meta(description="`auto` or `required`.")] = None
    tools: list[ToolRef] | None = None


class ToolChoice(msgspec.Struct):
    """Which tool the model must call, or among which it may choose."""

    type: Annotated[str, Meta(description="`function` or `allowed_tools`.")]
    function: Named | None = None
    allowed_tools: AllowedTools | None = None
    name: str | None = None
    mode: str | None = None
    tools: list[ToolRef] | None = None


class Sampling(msgspec.Struct):
    """What chat and text completions share."""

    model: ModelName
    stream: Annotated[bool | None, Meta(description="Send the answer as server-sent events as it comes.")] = None
    service_tier: ServiceTier | None = None
    stream_options: Annotated[StreamOptions | None, Meta(description="Only with `stream`.")] = None
    max_tokens: Annotated[
        Limit | None, Meta(description="The most output tokens per choice. Without it the model's own limit counts.")
    ] = None
    n: Annotated[Count | None, Meta(description="How many answers to give; each is charged.")] = None
    temperature: Annotated[float | None, Meta(description="How freely to draw the next token; 0 = hardly.")] = None
    top_p: Annotated[float | None, Meta(description="Draw only from the likeliest tokens with this share.")] = None
    presence_penalty: Annotated[float | None, Meta(description="Against tokens that have come already.")] = None
    frequency_penalty: Annotated[float | None, Meta(description="The more so, the more often they came.")] = None
    seed: Annotated[int | None, Meta(description="For the same answer again, where the engine can.")] = None
    stop: Annotated[str | list[str] | None, Meta(description="Where to stop.")] = None
    user: Annotated[str | None, Meta(description="Your own name for who asks; handed on to the engine.")] = None
    logit_bias: Annotated[dict[str, float] | None, Meta(description="By token id, for or against.")] = None


class Chat(Sampling, kw_only=True):
    """A chat completion's request. Members that are not named here pass through to the engine as they are."""

    messages: Annotated[list[Message], Meta(min_length=1, description="The conversation so far.")]
    max_completion_tokens: Annotated[
        Limit | None, Meta(description="As `max_tokens`, which it replaces in newer clients.")
    ] = None
    tools: Annotated[list[Tool] | None, Meta(description="What the model may call.")] = None
    tool_choice: Annotated[
        str | ToolChoice | None, Meta(description="`none`, `auto`, `required`, or a tool; held to on every engine.")
    ] = None
    response_format: Annotated[
        dict[str, Any] | None, Meta(description="`text`, `json_object` or `json_schema`, as its `type`.")
    ] = None
    modalities: Annotated[list[Modality] | None, Meta(description='Only `["text"]` is served.')] = None
    prediction: Annotated[
        dict[str, Any] | None, Meta(description="Text the answer will likely repeat; what it does not is charged.")
    ] = None
    store: Annotated[
        bool | None, Meta(description="Keep the answer and its messages, for `GET /v1/chat/completions`.")
    ] = None
    metadata: Annotated[
        dict[str, Any] | None, Meta(description="Pairs of text that a stored answer is found by: 16 at most.")
    ] = None
    logprobs: Annotated[bool | None, Meta(description="Give each token's log probability.")] = None
    top_logprobs: Annotated[TopTokens | None, Meta(description="And so many likely others.")] = None


class Completion(Sampling, kw_only=True):
    """A text completion's request. Members that are not named here pass through to the engine as they are."""

    prompt: Annotated[
        str | list[str | TokenId | list[TokenId]],
        Meta(description="Text, texts, token ids, or lists of them; each prompt is answered."),
    ]
    best_of: Annotated[Count | None, Meta(description="Answers to generate and charge, of which `n` are given.")] = None
    logprobs: Annotated[TopTokens | None, Meta(description="Log probabilities of so many likely tokens.")] = None
    echo: Annotated[bool | None, Meta(description="Give the prompt back before the answer.")] = None


class Embedding(msgspec.Struct, kw_only=True):
    """An embeddings request. Members that are not named here pass through to the engine as they are."""

    model: ModelName
    input: Annotated[
        str | Annotated[list[str | TokenId | list[TokenId]], Meta(min_length=1, max_length=EMBEDDING_INPUTS_MAX)],
        Meta(description="Text, texts, token ids, or lists of them; one vector each."),
    ]
    encoding_format: Annotated[
        Literal["float", "base64"] | None, Meta(description="How vectors are written; base64 is little-endian float32.")
    ] = None
    dimensions: Annotated[Dimensions | None, Meta(description="Shorter vectors, where the model can.")] = None
    service_tier: ServiceTier | None = None
    user: Annotated[str | None, Meta(description="Your own name for who asks; handed on to the engine.")] = None
