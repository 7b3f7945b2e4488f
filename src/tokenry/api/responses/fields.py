"""The members of a request for a response that we must understand, as types; they are the document's schemas, too.

Input items and tools are of too many shapes for types that tolerate what is new; `items` and `tools` read them.

Source: OpenAI's OpenAPI document 2.3.0, CreateResponse.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tokenry.api.openai.fields import Limit, ModelName, TopTokens

Item = dict[str, Any]
Input = Annotated[
    str | list[Item],
    Meta(
        description="Text, or items: messages (`role` and `content`), `function_call`, `function_call_output`, "
        "`custom_tool_call`, `custom_tool_call_output`, `reasoning`, `compaction`, `item_reference`."
    ),
]
Metadata = Annotated[
    dict[Annotated[str, Meta(max_length=64)], Annotated[str, Meta(max_length=512)]],
    Meta(max_length=16, description="Up to 16 pairs of your own, given back with the answer."),
]
Identifier = Annotated[str, Meta(max_length=64)]
Tools = Annotated[
    list[dict[str, Any]],
    Meta(
        max_length=1024,
        description="What the model may call: `function`, `custom`, and `namespace` with such in it. "
        "Tools that run in the provider's house are not served.",
    ),
]


class Reasoning(msgspec.Struct):
    """How much a model is to think, where it can."""

    effort: Annotated[str | None, Meta(description="`none`, `minimal`, `low`, `medium`, `high`, …")] = None
    summary: Annotated[str | None, Meta(description="Taken, and passed on to engines that write summaries.")] = None
    generate_summary: str | None = None


class TextOptions(msgspec.Struct):
    """What the text of the answer is to be."""

    format: Annotated[
        dict[str, Any] | None, Meta(description="`text`, `json_object`, or `json_schema` with `name` and `schema`.")
    ] = None
    verbosity: Annotated[str | None, Meta(description="`low`, `medium` or `high`, where the engine knows it.")] = None


class ConversationRef(msgspec.Struct):
    """A conversation, by its id."""

    id: str


class StreamOptions(msgspec.Struct):
    """What a stream carries beside the answer."""

    include_obfuscation: Annotated[bool | None, Meta(description="Taken; nothing is added either way.")] = None


class Context(msgspec.Struct, kw_only=True):
    """What the prompt of a response is made of."""

    model: ModelName
    input: Input | None = None
    instructions: Annotated[str | None, Meta(description="What stands before everything else.")] = None
    previous_response_id: Annotated[
        Identifier | None, Meta(description="A stored response that this one goes on from.")
    ] = None
    conversation: Annotated[
        Identifier | ConversationRef | None,
        Meta(description="A conversation that this one goes on from, and to which it is appended."),
    ] = None
    tools: Tools | None = None
    tool_choice: Annotated[
        str | dict[str, Any] | None,
        Meta(description="`none`, `auto`, `required`, a `function` or `custom` tool by name, or `allowed_tools`."),
    ] = None
    parallel_tool_calls: Annotated[bool | None, Meta(description="Whether one answer may have several calls.")] = None
    reasoning: Reasoning | None = None
    text: TextOptions | None = None
    truncation: Annotated[
        Literal["auto", "disabled"] | None,
        Meta(description="Taken; nothing is ever cut out of your input, so an answer says `disabled`."),
    ] = None


class CreateResponse(Context, kw_only=True):
    """A request for a response. Members that are not named here pass through to the engine as they are."""

    stream: Annotated[bool | None, Meta(description="Send the answer as server-sent events as it comes.")] = None
    stream_options: Annotated[StreamOptions | None, Meta(description="Only with `stream`.")] = None
    max_output_tokens: Annotated[
        Limit | None, Meta(description="The most output tokens. Without it the model's own limit counts.")
    ] = None
    max_tool_calls: Annotated[
        Annotated[int, Meta(ge=1)] | None, Meta(description="Of tools that we run ourselves, which are none.")
    ] = None
    temperature: Annotated[float | None, Meta(description="How freely to draw the next token; 0 = hardly.")] = None
    top_p: Annotated[float | None, Meta(description="Draw only from the likeliest tokens with this share.")] = None
    top_logprobs: Annotated[TopTokens | None, Meta(description="So many likely tokens beside each.")] = None
    include: Annotated[
        list[str] | None,
        Meta(description="`message.output_text.logprobs`, `reasoning.encrypted_content`; others add nothing."),
    ] = None
    store: Annotated[
        bool | None, Meta(description="Keep the answer, which is the default; a project may keep nothing.")
    ] = None
    background: Annotated[bool | None, Meta(description="Answer at once, and work on; needs `store`.")] = None
    metadata: Metadata | None = None
    service_tier: Annotated[str | None, Meta(description="How urgent it is; the answer names the tier used.")] = None
    safety_identifier: Annotated[Identifier | None, Meta(description="Your own name for who asks.")] = None
    prompt_cache_key: Annotated[Identifier | None, Meta(description="What requests with one beginning share.")] = None
    user: Annotated[str | None, Meta(description="Your own name for who asks; handed on to the engine.")] = None
    prompt: Annotated[dict[str, Any] | None, Meta(description="Stored prompts are not served.")] = None
    moderation: Annotated[dict[str, Any] | None, Meta(description="Not served here; ask `/v1/moderations`.")] = None
    context_management: Annotated[
        list[dict[str, Any]] | None, Meta(description="Not served; see `/v1/responses/compact`.")
    ] = None
