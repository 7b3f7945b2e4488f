"""What the scripted engine reads of a request to Anthropic's Messages API: the same request as a chat, once checked.

Lenient with what it does not know, strict where the real API is, so that a request that passes here is one that the
real API would take: turns, tool results that answer their calls, text that is not empty, signed thinking.
Source: https://platform.claude.com/docs/en/api/messages/create
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec

from tokenry.engines.scripted.asked import (
    Base,
    ChatRequest,
    Function,
    JsonSchema,
    Message,
    ResponseFormat,
    Tool,
)

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}\Z")
_IMAGES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
_CHOICES: dict[str, str] = {"auto": "auto", "any": "required", "none": "none"}


class Turn(msgspec.Struct, kw_only=True):
    """One message."""

    role: Literal["user", "assistant", "system"]
    content: str | list[dict[str, Any]]

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The content as blocks."""
        return [{"type": "text", "text": self.content}] if isinstance(self.content, str) else self.content


class OfferedTool(msgspec.Struct, kw_only=True):
    """A tool; those without a schema are the server's own and passed over."""

    name: str
    type: str | None = None
    description: str | None = None
    input_schema: dict[str, Any] | None = None


class ToolChoice(msgspec.Struct, kw_only=True):
    """`tool_choice`."""

    type: Literal["auto", "any", "tool", "none"]
    name: str | None = None


class Thinking(msgspec.Struct, kw_only=True):
    """`thinking`."""

    type: Literal["enabled", "disabled", "adaptive", "between_tools"]
    budget_tokens: Annotated[int, msgspec.Meta(ge=1024)] | None = None


class Format(msgspec.Struct, kw_only=True, rename={"definition": "schema"}):
    """`output_config.format`."""

    definition: dict[str, Any]
    type: Literal["json_schema"] = "json_schema"


class OutputConfig(msgspec.Struct, kw_only=True):
    """`output_config`."""

    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None
    format: Format | None = None


class CountRequest(Base, kw_only=True):
    """`POST /v1/messages/count_tokens`."""

    messages: Annotated[list[Turn], msgspec.Meta(min_length=1)]
    system: str | list[dict[str, Any]] | None = None
    tools: list[OfferedTool] | None = None
    tool_choice: ToolChoice | None = None
    thinking: Thinking | None = None
    output_config: OutputConfig | None = None

    def chat(self) -> ChatRequest:
        """The same as a chat. Raises msgspec.ValidationError for what the real API refuses."""
        _check_turns(self.messages)
        told = [] if self.system is None else [Message(role="system", content=_system(self.system))]
        for turn in self.messages:
            told += _told(turn)
        return ChatRequest(
            model=self.model,
            messages=told,
            tools=[_tool(tool) for tool in self.tools] if self.tools else None,
            tool_choice=_choice(self.tool_choice),
            response_format=self._format(),
        )

    def _format(self) -> ResponseFormat | None:
        if self.output_config is None or self.output_config.format is None:
            return None
        return ResponseFormat(
            type="json_schema", json_schema=JsonSchema(definition=self.output_config.format.definition)
        )


class MessagesRequest(CountRequest, kw_only=True):
    """`POST /v1/messages`."""

    max_tokens: Annotated[int, msgspec.Meta(ge=1)]
    stop_sequences: list[str] | None = None
    stream: bool | None = None
    temperature: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    top_p: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None

    def chat(self) -> ChatRequest:
        """The same as a chat. Raises msgspec.ValidationError for what the real API refuses."""
        thinking = self.thinking
        if thinking is not None and thinking.type == "enabled":
            if thinking.budget_tokens is None:
                raise msgspec.ValidationError("thinking.enabled.budget_tokens: Field required")
            if thinking.budget_tokens >= self.max_tokens:
                raise msgspec.ValidationError("max_tokens must be greater than thinking.budget_tokens")
        if thinking is not None and thinking.type in {"enabled", "adaptive"} and self._forced:
            raise msgspec.ValidationError("Thinking may not be enabled when tool_choice forces tool use.")
        request = super().chat()
        request.max_tokens = self.max_tokens
        request.stop = self.stop_sequences
        return request

    @property
    def _forced(self) -> bool:
        return self.tool_choice is not None and self.tool_choice.type in {"any", "tool"}


def _system(system: str | list[dict[str, Any]]) -> str:
    return system if isinstance(system, str) else "\n".join(_text(block) for block in system)


def _text(block: dict[str, Any]) -> str:
    text = block.get("text")
    if not isinstance(text, str) or not text:
        raise msgspec.ValidationError("text content blocks must be non-empty")
    return text


def _told(turn: Turn) -> Iterator[Message]:
    """The messages of a chat that say what one turn says: its text, then what tools said."""
    text, calls, results = [], [], []
    for block in turn.blocks:
        match block.get("type"):
            case "text":
                text.append(_text(block))
            case "tool_use":
                arguments = msgspec.json.encode(block["input"]).decode()
                calls.append({"id": block["id"], "function": {"name": block["name"], "arguments": arguments}})
            case "tool_result":
                results.append(Message(role="tool", content=_result(block)))
            case "image":
                _check_image(block)
            case "thinking" if not block.get("signature"):
                raise msgspec.ValidationError("messages: thinking.signature: Field required")
            case str():
                pass
            case _:
                raise msgspec.ValidationError("messages: content: Input should have a type")
    if text or calls or not results:
        yield Message(role=turn.role, content="\n".join(text), tool_calls=calls or None)
    yield from results


def _result(block: dict[str, Any]) -> str:
    content = block.get("content", "")
    if isinstance(content, str):
        return content
    return "".join(_text(part) for part in content if part.get("type") == "text")


def _check_image(block: dict[str, Any]) -> None:
    source = block.get("source") or {}
    if source.get("type") == "base64" and source.get("media_type") not in _IMAGES:
        raise msgspec.ValidationError("image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', …")


def _check_turns(turns: list[Turn]) -> None:
    """Calls are answered at once and all of them; results answer calls."""
    pending: set[str] = set()
    for turn in turns:
        answered = {str(b.get("tool_use_id")) for b in turn.blocks if b.get("type") == "tool_result"}
        if answered - pending:
            raise msgspec.ValidationError(
                f"messages: unexpected `tool_use_id` found in `tool_result` blocks: {', '.join(sorted(answered))}"
            )
        if pending - answered:
            raise msgspec.ValidationError(
                "messages: `tool_use` ids were found without `tool_result` blocks immediately after: "
                + ", ".join(sorted(pending))
            )
        calls = [b for b in turn.blocks if b.get("type") == "tool_use"]
        for call in calls:
            if not _NAME.match(str(call.get("id"))) or not isinstance(call.get("input"), dict):
                raise msgspec.ValidationError("messages: tool_use: id should match '^[a-zA-Z0-9_-]+$', input an object")
        pending = {str(call["id"]) for call in calls}
    if turns[0].role == "assistant":
        raise msgspec.ValidationError('messages: first message must use the "user" role')


def _tool(tool: OfferedTool) -> Tool:
    if tool.input_schema is None:
        return Tool(type=tool.type or "server")
    if not _NAME.match(tool.name):
        raise msgspec.ValidationError("tools.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'")
    if tool.input_schema.get("type") != "object":
        raise msgspec.ValidationError("tools.input_schema.type: Input should be 'object'")
    return Tool(function=Function(name=tool.name, parameters=tool.input_schema))


def _choice(choice: ToolChoice | None) -> str | dict[str, Any] | None:
    if choice is None:
        return None
    if choice.type == "tool":
        return {"type": "function", "function": {"name": choice.name}}
    return _CHOICES[choice.type]
