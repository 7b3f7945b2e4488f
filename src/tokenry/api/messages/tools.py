"""Tools of Anthropic's Messages API as functions of a chat completion.

Pure. A tool that the conversation does not refer to yet (`defer_loading`) is kept from the model, as the API does it.
Tools that run at the provider are refused: what they cost is not in a price per token, and other engines have none.

Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview
"""

from __future__ import annotations

import re
from typing import Any

from tokenry.api.messages.blocks import read
from tokenry.api.messages.conversation import Told
from tokenry.api.messages.fields import OfferedTool, ToolWish
from tokenry.base.errors import InvalidRequest

_AT_THE_PROVIDER = re.compile(r"web_search|web_fetch|code_execution|mcp_toolset|advisor")
_SEARCH = "tool_search_tool"  # finds deferred tools: without it, all of them are shown
_CHOICES = {"auto": "auto", "any": "required", "none": "none"}


def refuse_paid(tools: list[OfferedTool]) -> None:
    """Refuse tools that run at the provider, whatever the engine. Raises InvalidRequest."""
    for number, tool in enumerate(tools):
        if tool.type is not None and _AT_THE_PROVIDER.match(tool.type):
            where = f"tools[{number}]"
            why = f"{tool.type[:60]} runs at a provider, and Tokenry does not serve that"
            instead = "leave it out, or offer a tool of your own with a name and an input_schema"
            raise InvalidRequest(f"{where}: {why}; {instead}", param=where)


def added(turns: list[dict[str, Any]]) -> list[OfferedTool]:
    """The tools that systems add within a conversation. Raises InvalidRequest: one of them is no tool."""
    blocks = [
        block
        for turn in turns
        if isinstance(turn.get("content"), list)
        for block in turn["content"]
        if block.get("type") == "tool_addition"
    ]
    tools = [block["tool"] for block in blocks if isinstance(block.get("tool"), dict)]
    given = [one for tool in tools for one in (tool, tool.get("definition"))]
    return [read(one, OfferedTool, "messages") for one in given if isinstance(one, dict)]


def functions(tools: list[OfferedTool], told: Told) -> list[dict[str, Any]]:
    """The tools that the model may know of now. Raises InvalidRequest."""
    offered = [*tools, *[read(one, OfferedTool, "messages") for one in told.added]]
    refuse_paid(offered)
    searching = any(tool.type is not None and tool.type.startswith(_SEARCH) for tool in offered)
    found: dict[str, dict[str, Any]] = {}
    for number, tool in enumerate(offered):
        if tool.type is not None and tool.type.startswith(_SEARCH):
            continue
        function = _function(tool, f"tools[{number}]")
        if tool.name in told.removed or (tool.defer_loading and not searching and tool.name not in told.referred):
            continue
        found[function["function"]["name"]] = function
    return list(found.values())


def _function(tool: OfferedTool, where: str) -> dict[str, Any]:
    if tool.name is None or tool.input_schema is None or tool.type not in (None, "custom"):
        kind = "" if tool.type is None else f" of type {tool.type[:60]!r}, which only its provider's own models know,"
        raise InvalidRequest(f"{where}: a tool{kind} needs a name and an input_schema of your own", param=where)
    function: dict[str, Any] = {"name": tool.name, "parameters": tool.input_schema}
    if tool.description:
        function["description"] = tool.description
    if tool.strict and is_strict(tool.input_schema):
        function["strict"] = True
    return {"type": "function", "function": function}


def is_strict(schema: object) -> bool:
    """Whether engines that are strict about schemas take this one so: every object is closed, every property required.

    Source: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
    """
    if isinstance(schema, list):
        return all(map(is_strict, schema))
    if not isinstance(schema, dict):
        return True
    properties = schema.get("properties")
    if schema.get("type") == "object" or isinstance(properties, dict):
        required = schema.get("required", [])
        if schema.get("additionalProperties") is not False or not isinstance(required, list):
            return False
        if not {name for name in required if isinstance(name, str)}.issuperset(properties or ()):
            return False
    return all(map(is_strict, schema.values()))


def choice(chosen: ToolWish | None, offered: list[dict[str, Any]]) -> dict[str, Any]:
    """`tool_choice` and `parallel_tool_calls` of a chat. Raises InvalidRequest: there is no such tool."""
    if chosen is None:
        return {}
    names = {function["function"]["name"] for function in offered}
    if chosen.type == "tool" and chosen.name not in names:
        raise InvalidRequest("tool_choice.name: there is no such tool among the tools", param="tool_choice.name")
    if not offered:
        if chosen.type == "any":
            raise InvalidRequest("tool_choice: there are no tools to choose from", param="tool_choice")
        return {}
    fields: dict[str, Any] = {}
    if chosen.disable_parallel_tool_use:
        fields["parallel_tool_calls"] = False
    if chosen.type == "tool":
        fields["tool_choice"] = {"type": "function", "function": {"name": chosen.name}}
    else:
        fields["tool_choice"] = _CHOICES[chosen.type]
    return fields
