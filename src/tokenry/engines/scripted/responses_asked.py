"""What the scripted engine reads of a request to OpenAI's Responses API: the same request as a chat, once checked.

Lenient with what it does not know, strict where the real API is: outputs answer calls and calls are answered, reasoning
comes back as it was given. It keeps nothing, so it knows no previous response.
Source: https://developers.openai.com/api/reference/resources/responses/methods/create
"""

from __future__ import annotations

from typing import Annotated, Any

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

ENCRYPTED = "enc_"  # how the encrypted reasoning of this engine begins
_OUTPUTS = {"function_call_output": "function_call", "custom_tool_call_output": "custom_tool_call"}


class Format(msgspec.Struct, kw_only=True, rename={"definition": "schema"}):
    """`text.format`."""

    type: str = "text"
    definition: Any = None


class Text(msgspec.Struct, kw_only=True):
    """`text`."""

    format: Format | None = None


class Reasoning(msgspec.Struct, kw_only=True):
    """`reasoning`."""

    effort: str | None = None
    summary: str | None = None


class TokensRequest(Base, kw_only=True):
    """`POST /v1/responses/input_tokens`."""

    input: str | list[dict[str, Any]] = ""
    instructions: str | None = None
    previous_response_id: str | None = None
    tools: list[dict[str, Any]] | None = None
    tool_choice: str | dict[str, Any] | None = None
    text: Text | None = None
    reasoning: Reasoning | None = None
    parallel_tool_calls: bool | None = None

    def chat(self) -> ChatRequest:
        """The same as a chat. Raises msgspec.ValidationError for what the real API refuses."""
        if self.previous_response_id is not None:
            raise msgspec.ValidationError(f"Previous response with id '{self.previous_response_id}' not found.")
        told = [] if self.instructions is None else [Message(role="system", content=self.instructions)]
        if isinstance(self.input, str):
            told.append(Message(role="user", content=self.input))
        else:
            _check(self.input)
            told += [message for item in self.input if (message := _message(item)) is not None]
        if not told:
            raise msgspec.ValidationError("Missing required parameter: 'input'.")
        return ChatRequest(
            model=self.model,
            messages=told,
            tools=[_tool(tool) for tool in self.tools] if self.tools else None,
            tool_choice=_choice(self.tool_choice),
            response_format=self._format(),
        )

    def _format(self) -> ResponseFormat | None:
        wanted = self.text.format if self.text is not None else None
        if wanted is None or wanted.type == "text":
            return None
        if wanted.type == "json_object":
            return ResponseFormat(type="json_object")
        return ResponseFormat(type="json_schema", json_schema=JsonSchema(definition=wanted.definition or True))


class ResponsesRequest(TokensRequest, kw_only=True):
    """`POST /v1/responses`."""

    max_output_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None
    stream: bool | None = None
    store: bool | None = None
    include: list[str] | None = None

    def chat(self) -> ChatRequest:
        """The same as a chat. Raises msgspec.ValidationError for what the real API refuses."""
        request = super().chat()
        request.max_tokens = self.max_output_tokens
        return request

    @property
    def custom(self) -> frozenset[str]:
        """The names of tools that take any text."""
        return frozenset(str(tool.get("name")) for tool in self.tools or () if tool.get("type") == "custom")


def _check(items: list[dict[str, Any]]) -> None:
    """Outputs answer calls, calls are answered, and encrypted reasoning is ours."""
    calls = {str(i.get("call_id")) for i in items if i.get("type") in _OUTPUTS.values()}
    outputs = {str(i.get("call_id")) for i in items if i.get("type") in _OUTPUTS}
    for name in sorted(outputs - calls):
        raise msgspec.ValidationError(f"No tool call found for function call output with call_id {name}.")
    for name in sorted(calls - outputs):
        raise msgspec.ValidationError(f"No tool output found for function call {name}.")
    for item in items:
        hidden = item.get("encrypted_content")
        if item.get("type") == "reasoning" and hidden is not None and not str(hidden).startswith(ENCRYPTED):
            raise msgspec.ValidationError("The encrypted content for item could not be verified.")


def _message(item: dict[str, Any]) -> Message | None:
    """The message of a chat that says what an item says, if it says anything."""
    match item.get("type", "message"):
        case "message":
            return Message(role=str(item.get("role")), content=_text(item.get("content")))
        case "function_call" | "custom_tool_call":
            arguments = item.get("arguments", item.get("input", ""))
            function = {"name": item.get("name"), "arguments": arguments}
            return Message(role="assistant", tool_calls=[{"id": item.get("call_id"), "function": function}])
        case "function_call_output" | "custom_tool_call_output":
            return Message(role="tool", content=_text(item.get("output")))
        case _:
            return None


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise msgspec.ValidationError("Invalid type for 'content': expected a string or an array.")
    return "".join(str(part.get("text", part.get("refusal", ""))) for part in content)


def _tool(tool: dict[str, Any]) -> Tool:
    kind = str(tool.get("type"))
    if kind not in {"function", "custom"}:
        return Tool(type=kind)
    if not isinstance(tool.get("name"), str):
        raise msgspec.ValidationError("Missing required parameter: 'tools[].name'.")
    return Tool(function=Function(name=tool["name"], parameters=tool.get("parameters")))


def _choice(choice: str | dict[str, Any] | None) -> str | dict[str, Any] | None:
    if not isinstance(choice, dict):
        return choice
    if choice.get("type") == "allowed_tools":
        return {"type": "allowed_tools", "allowed_tools": {"mode": choice.get("mode", "auto")}}
    if choice.get("type") in {"function", "custom"}:
        return {"type": "function", "function": {"name": choice.get("name")}}
    return "auto"
