"""Input items: made whole and named, so that they can be kept and listed. What engines are told of them: `messages`.

Source: OpenAI's OpenAPI document 2.3.0, InputItem and ItemResource.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tokenry.api.responses.errors import NotServed
from tokenry.base.errors import InvalidRequest

Item = dict[str, Any]
ITEMS_MAX = 10_000  # of one request, with all that it goes on from

ROLES = frozenset({"user", "assistant", "system", "developer"})
CALLS = {"function_call": "arguments", "custom_tool_call": "input"}
OUTPUTS = frozenset({"function_call_output", "custom_tool_call_output"})
# What hosted tools left in a transcript: an engine that has no such tools is not told of them.
PASSED_OVER = frozenset(
    {
        "reasoning",
        "web_search_call",
        "file_search_call",
        "code_interpreter_call",
        "image_generation_call",
        "mcp_list_tools",
        "mcp_call",
        "tool_search_call",
        "tool_search_output",
        "configuration_update",
        "additional_tools",
    }
)
_PREFIXES = {
    "message": "msg",
    "reasoning": "rs",
    "function_call": "fc",
    "function_call_output": "fco",
    "custom_tool_call": "ctc",
    "custom_tool_call_output": "ctco",
    "compaction": "cmp",
}


def prefix(kind: str) -> str:
    """What ids of such items begin with."""
    return _PREFIXES.get(kind, "item")


def output_id(kind: str, body: str, index: int) -> str:
    """The id of an answer's item: it holds the answer's own, so that it can be found by it.

    Args:
        body: of the answer's id, without its prefix.
    """
    return f"{prefix(kind)}_{body}o{index:04x}"


def input_id(kind: str, body: str, index: int) -> str:
    """The id of an item that an answer was asked with."""
    return f"{prefix(kind)}_{body}i{index:04x}"


def normal(given: str | list[Any] | None, name: Callable[[str, int], str], member: str = "input") -> list[Item]:
    """The items of an `input`, each with its type and an id; references stay what they are.

    Args:
        name: makes the id of an item that has none, from its type and its place.
        member: of the request, in which they stand.

    Raises:
        InvalidRequest: one of them is no item, or lacks what its kind must have. NotServed: of a kind we cannot tell.
    """
    if given is None:
        return []
    if isinstance(given, str):
        given = [{"role": "user", "content": given}]
    if len(given) > ITEMS_MAX:
        raise InvalidRequest(f"{member} has more than {ITEMS_MAX} items", param=member)
    return [_normal(one, f"{member}[{index}]", index, name) for index, one in enumerate(given)]


def _normal(given: Any, where: str, index: int, name: Callable[[str, int], str]) -> Item:
    if not isinstance(given, dict):
        raise InvalidRequest(f"{where} is no object", param=where)
    kind = given.get("type")
    if kind is None:
        kind = "message" if "role" in given else "item_reference" if set(given) == {"id"} else None
    if not isinstance(kind, str):
        raise InvalidRequest(f"{where} has no `type`", param=where)
    item = {**given, "type": kind}
    if kind == "item_reference":
        _text(item, "id", where)
        return item
    if not isinstance(item.get("id"), str) or not item["id"]:
        item["id"] = name(kind, index)
    if kind == "message":
        _message(item, where)
    elif kind in CALLS:
        for member in ("call_id", "name", CALLS[kind]):
            _text(item, member, where)
        item.setdefault("status", "completed")
    elif kind in OUTPUTS:
        _output(item, where)
    elif kind == "compaction":
        _text(item, "encrypted_content", where)
    elif kind not in PASSED_OVER:
        raise NotServed(f"{where}: items of type {kind[:100]!r} are not served here", param=where)
    return item


def _message(item: Item, where: str) -> None:
    role = item.get("role")
    if not isinstance(role, str) or role not in ROLES:
        raise InvalidRequest(f"{where}.role is one of {', '.join(sorted(ROLES))}", param=f"{where}.role")
    content = item.get("content")
    if isinstance(content, str):
        kind = "output_text" if item["role"] == "assistant" else "input_text"
        part: Item = {"type": kind, "text": content}
        item["content"] = [{**part, "annotations": []} if kind == "output_text" else part]
    else:
        _parts(content, f"{where}.content")
    item.setdefault("status", "completed")


def _output(item: Item, where: str) -> None:
    if item["type"] == "custom_tool_call_output" or not isinstance(item.get("name"), str):
        _text(item, "call_id", where)
    if not isinstance(item.get("output"), str):
        _parts(item.get("output"), f"{where}.output")
    item.setdefault("status", "completed")


def _parts(content: Any, where: str) -> None:
    if not isinstance(content, list):
        raise InvalidRequest(f"{where} is text or a list of parts", param=where)
    for index, part in enumerate(content):
        if not isinstance(part, dict) or not isinstance(part.get("type"), str):
            raise InvalidRequest(f"{where}[{index}] is no part with a `type`", param=f"{where}[{index}]")


def _text(item: Item, member: str, where: str) -> None:
    if not isinstance(item.get(member), str):
        raise InvalidRequest(f"{where}.{member} is a text that must be there", param=f"{where}.{member}")
