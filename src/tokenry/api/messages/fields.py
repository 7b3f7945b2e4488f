"""The members of a request to Anthropic's Messages API that we must understand, as types; others are passed over.

The types are the schemas of the OpenAPI document, too. Content blocks are read by `blocks`, each by the type it has.

Source: https://platform.claude.com/docs/en/api/messages/create
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tokenry.api.openai.fields import Limit, ModelName

THINKING_BUDGET_MIN = 1024
Share = Annotated[float, Meta(ge=0, le=1)]


class ContentBlock(msgspec.Struct):
    """One block of a message's content; what else it has depends on its type."""

    type: Annotated[
        str,
        Meta(
            description="`text`, `image`, `document`, `search_result`, `tool_use`, `tool_result`, `thinking`, "
            "`redacted_thinking`, and what else an engine that speaks this API knows."
        ),
    ]


class MessageTurn(msgspec.Struct):
    """One message of the conversation."""

    role: Annotated[
        Literal["user", "assistant", "system"],
        Meta(description="What `system` says within a conversation joins the system prompt on most engines."),
    ]
    content: Annotated[str | list[ContentBlock], Meta(description="Text, or blocks.")] = ""


class SystemText(msgspec.Struct):
    """Text."""

    text: str
    type: Literal["text"] = "text"
    cache_control: Annotated[
        dict[str, Any] | None,
        Meta(description="Kept for engines that speak this API; others cache as they do."),
    ] = None


class OfferedTool(msgspec.Struct):
    """A tool the model may call."""

    name: Annotated[str, Meta(min_length=1, max_length=128)] | None = None
    type: Annotated[
        str | None, Meta(description="`custom`, or absent. Tools that run at the provider are not served.")
    ] = None
    description: str | None = None
    input_schema: Annotated[dict[str, Any] | None, Meta(description="A JSON schema of an object.")] = None
    strict: bool | None = None
    defer_loading: Annotated[
        bool | None, Meta(description="Not shown to the model before the conversation refers to it.")
    ] = None


class ToolWish(msgspec.Struct):
    """Whether a tool must be called, and which."""

    type: Literal["auto", "any", "tool", "none"]
    name: Annotated[str | None, Meta(description="With `tool`: the one that must be called.")] = None
    disable_parallel_tool_use: Annotated[bool | None, Meta(description="At most one call in an answer.")] = None


class ThinkingWish(msgspec.Struct):
    """Whether the model thinks before it answers, and whether its thoughts are shown."""

    type: Literal["enabled", "adaptive", "between_tools", "disabled"]
    budget_tokens: Annotated[
        Annotated[int, Meta(ge=THINKING_BUDGET_MIN)] | None,
        Meta(description="With `enabled`. Engines without a budget take it for a low, medium or high effort."),
    ] = None
    display: Annotated[Literal["summarized", "omitted"] | None, Meta(description="`omitted`: not shown.")] = None


class OutputFormat(msgspec.Struct, rename={"definition": "schema"}):
    """The form that an answer must have."""

    definition: Annotated[dict[str, Any], Meta(description="A JSON schema.")]
    type: Literal["json_schema"] = "json_schema"


class OutputConfig(msgspec.Struct):
    """How the answer is to be."""

    effort: Annotated[
        Literal["low", "medium", "high", "xhigh", "max"] | None, Meta(description="`high` is the default.")
    ] = None
    format: OutputFormat | None = None


class MessageMetadata(msgspec.Struct):
    """About the request."""

    user_id: Annotated[
        Annotated[str, Meta(max_length=4096)] | None,
        Meta(description="Your own name for who asks; engines are told it, or its SHA-256 if it is long."),
    ] = None


class Prompt(msgspec.Struct, kw_only=True):
    """What is counted, and what is answered."""

    model: ModelName
    messages: Annotated[
        list[MessageTurn], Meta(min_length=1, max_length=100_000, description="The conversation so far.")
    ]
    system: Annotated[str | list[SystemText] | None, Meta(description="The system prompt.")] = None
    tools: Annotated[list[OfferedTool] | None, Meta(description="What the model may call.")] = None
    tool_choice: ToolWish | None = None
    thinking: ThinkingWish | None = None
    output_config: OutputConfig | None = None
    output_format: Annotated[OutputFormat | None, Meta(description="The older place of `output_config.format`.")] = None


class CountTokens(Prompt, kw_only=True):
    """A request to count the tokens of a prompt."""


class Messages(Prompt, kw_only=True):
    """A request for the next message. Members that are not named here are passed over, but for engines that speak this
    API, which get them as they are."""

    max_tokens: Annotated[
        Limit, Meta(description="The most output tokens. More than the model gives is taken for what it gives.")
    ]
    stream: Annotated[bool | None, Meta(description="Send the answer as server-sent events as it comes.")] = None
    stop_sequences: Annotated[list[str] | None, Meta(description="Where to stop.")] = None
    temperature: Annotated[Share | None, Meta(description="How freely to draw the next token; 0 = hardly.")] = None
    top_k: Annotated[
        Annotated[int, Meta(ge=0)] | None, Meta(description="Draw only from so many of the likeliest tokens.")
    ] = None
    top_p: Annotated[Share | None, Meta(description="Draw only from the likeliest tokens with this share.")] = None
    metadata: MessageMetadata | None = None
    service_tier: Annotated[
        Literal["auto", "standard_only"] | None, Meta(description="Both mean the standard tier.")
    ] = None
