"""`tool_choice` on engines that do not enforce it: the call is made a JSON schema, which they do enforce.

The engine is asked, in its own constrained decoding, for `{"name": …, "arguments": …}` of one of the tools; the text
that comes back is turned into the tool call the client asked for.
"""

from __future__ import annotations

import secrets
from typing import Any

import msgspec

from tokenry.base.errors import InvalidRequest
from tokenry.gateway.cutter import event

_INSTRUCTION = (
    "You must answer by calling one of these functions. Answer with JSON only: "
    '{"name": <function name>, "arguments": <object that fits its parameters>}.\nFunctions:\n'
)


def forces_call(tools: list[Any] | None, choice: Any) -> bool:
    """Whether this tool_choice leaves the model no way but to call a tool."""
    if not tools or choice is None or choice in ("auto", "none"):
        return False
    if choice == "required":
        return True
    if isinstance(choice, dict) and choice.get("type") == "allowed_tools":
        return bool(_inner(choice, "allowed_tools").get("mode") == "required")
    return isinstance(choice, dict)


def constrain(fields: dict[str, Any]) -> dict[str, Any]:
    """The body's fields with the forced call written as a response format and an instruction.

    Args:
        fields: the request's members, decoded.

    Raises:
        InvalidRequest: the tool that is to be called is not among the tools.
    """
    functions = _callable(fields["tools"], fields["tool_choice"])
    options = [
        {
            "type": "object",
            "properties": {"name": {"const": f["name"]}, "arguments": f.get("parameters") or {"type": "object"}},
            "required": ["name", "arguments"],
            "additionalProperties": False,
        }
        for f in functions
    ]
    schema = options[0] if len(options) == 1 else {"anyOf": options}
    listing = msgspec.json.encode(functions).decode()
    rest = {k: v for k, v in fields.items() if k not in ("tools", "tool_choice", "parallel_tool_calls")}
    rest["messages"] = [{"role": "system", "content": _INSTRUCTION + listing}, *rest["messages"]]
    rest["response_format"] = {
        "type": "json_schema",
        "json_schema": {"name": "tool_call", "strict": True, "schema": schema},
    }
    return rest


def _callable(tools: list[Any], choice: Any) -> list[dict[str, Any]]:
    functions = [t["function"] for t in tools if isinstance(t, dict) and isinstance(t.get("function"), dict)]
    functions = [f for f in functions if isinstance(f.get("name"), str)]
    wanted = _wanted(choice)
    found = functions if wanted is None else [f for f in functions if f["name"] in wanted]
    if not found:
        raise InvalidRequest("tool_choice names a function that is not among the tools", param="tool_choice")
    return found


def _wanted(choice: Any) -> set[str] | None:
    """The names a tool_choice allows; None for all."""
    if not isinstance(choice, dict):
        return None
    if choice.get("type") == "allowed_tools":
        allowed = _inner(choice, "allowed_tools").get("tools")
        return {_name(tool) for tool in allowed if isinstance(tool, dict)} if isinstance(allowed, list) else set()
    return {_name(choice)}


def _name(tool: dict[str, Any]) -> str:
    return str(_inner(tool, "function").get("name"))


def _inner(outer: dict[str, Any], name: str) -> dict[str, Any]:
    """The object `outer` holds under `name`; `outer` itself when it holds none, for both spellings are met."""
    inner = outer.get(name)
    return inner if isinstance(inner, dict) else outer


def as_calls(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer to a constrained request with the text of each choice turned into its tool call."""
    for choice in answer["choices"]:
        message = choice["message"]
        text = message.get("content") or ""
        name, arguments = _parse(text)
        message["content"] = None
        message["tool_calls"] = [
            {
                "id": f"call_{secrets.token_hex(12)}",
                "type": "function",
                "function": {"name": name, "arguments": arguments},
            }
        ]
        if choice["finish_reason"] == "stop":
            choice["finish_reason"] = "tool_calls"
    return answer


def _parse(text: str) -> tuple[str, str]:
    """Name and arguments (as JSON text). A call cut by the limit keeps what there is, as OpenAI's does."""
    try:
        call = msgspec.json.decode(text)
        return str(call["name"]), msgspec.json.encode(call["arguments"]).decode()
    except (ValueError, KeyError, TypeError, RecursionError):
        head, _, tail = text.partition('"arguments"')
        name = head.partition('"name"')[2].strip(' :\t\n,"')
        return name, tail.lstrip(" :\t\n")


def as_events(answer: dict[str, Any]) -> list[bytes]:
    """A whole chat answer as the events of its stream, without usage and [DONE]."""
    head: dict[str, Any] = {k: answer[k] for k in ("id", "created", "model", "system_fingerprint") if k in answer}
    head["object"] = "chat.completion.chunk"
    events = []
    for choice in answer["choices"]:
        message, index = choice["message"], choice["index"]
        calls = [{"index": i, **call} for i, call in enumerate(message.get("tool_calls") or ())]
        delta = {"role": "assistant", "content": message.get("content"), "tool_calls": calls}
        for part, finish in ((delta, None), ({}, choice["finish_reason"])):
            row = {"index": index, "delta": part, "logprobs": None, "finish_reason": finish}
            events.append(event({**head, "choices": [row]}))
    return events
