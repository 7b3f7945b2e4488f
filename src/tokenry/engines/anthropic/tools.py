"""The tools of a chat request, and which of them must be called, as Anthropic's Messages API takes them.

Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/define-tools
"""

from __future__ import annotations

from typing import Any

from tokenry.base.errors import InvalidRequest
from tokenry.engines.anthropic.parts import objects, with_cache

_ANYTHING = {"type": "object", "properties": {}}


def tools_of(fields: dict[str, Any], *, strict: bool) -> list[dict[str, Any]]:
    """The tools that may be called.

    Args:
        fields: the chat request's members.
        strict: whether the model can hold a call to its schema exactly; else it is not asked to.

    Raises:
        InvalidRequest: a tool that is no function. A provider's own tools cost what no price here says.
    """
    offered = [{"type": "function", "function": function} for function in objects(fields.get("functions"))]
    made = [_tool(tool, strict=strict) for tool in objects(fields.get("tools")) + offered]
    allowed = _allowed(fields.get("tool_choice"))
    return made if allowed is None else [tool for tool in made if tool["name"] in allowed]


def _tool(tool: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    function = tool.get("function")
    if tool.get("type", "function") != "function" or not isinstance(function, dict):
        kind = str(tool.get("type"))[:40]
        raise InvalidRequest(f"a tool of type {kind!r} is not taken by this model's provider", param="tools")
    schema = function.get("parameters")
    made: dict[str, Any] = {"name": function.get("name"), "input_schema": _schema(schema)}
    if isinstance(function.get("description"), str) and function["description"]:
        made["description"] = function["description"]
    if strict and function.get("strict") is True:
        made["strict"] = True
    return with_cache(made, tool, function)


def _schema(schema: object) -> dict[str, Any]:
    """The schema of an input, which the API wants to be an object's."""
    if not isinstance(schema, dict) or not schema:
        return _ANYTHING
    return schema if schema.get("type") == "object" else {"type": "object", **schema} | {"type": "object"}


def choice_of(fields: dict[str, Any]) -> dict[str, Any] | None:
    """`tool_choice`; None where nothing was said. Only for requests that have tools."""
    choice = fields.get("tool_choice", fields.get("function_call"))
    one_by_one = fields.get("parallel_tool_calls") is False
    made = _choice(choice)
    if made is None:
        made = {"type": "auto"} if one_by_one else None
    if one_by_one and made is not None and made["type"] != "none":
        made["disable_parallel_tool_use"] = True
    return made


def _choice(choice: object) -> dict[str, Any] | None:
    match choice:
        case "none" | "auto":
            return {"type": choice}
        case "required" | "any":
            return {"type": "any"}
        case {"type": "allowed_tools"}:
            return {"type": "any" if _allowance(choice).get("mode") == "required" else "auto"}
        case {"function": {"name": str(name)}} | {"name": str(name)}:
            return {"type": "tool", "name": name}
        case dict():
            raise InvalidRequest("tool_choice names no function", param="tool_choice")
    return None


def _allowed(choice: object) -> set[str] | None:
    """The names among which the model may choose; None for all."""
    if not isinstance(choice, dict) or choice.get("type") != "allowed_tools":
        return None
    named = [one.get("function", one) for one in objects(_allowance(choice).get("tools"))]
    return {str(one.get("name")) for one in objects(named)}


def _allowance(choice: Any) -> dict[str, Any]:
    """What `allowed_tools` says: within a member of that name, or beside it, for both spellings are met."""
    inner = choice.get("allowed_tools")
    return inner if isinstance(inner, dict) else choice


def forces(choice: dict[str, Any] | None) -> bool:
    """Whether a call is forced, which the API does not take together with thinking."""
    return choice is not None and choice["type"] in {"any", "tool"}
