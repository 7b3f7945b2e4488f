"""The messages of a chat as the system prompt and the turns of Anthropic's Messages API.

What tools said is told by the user there, and first in the turn after the calls, each result with its call's id.
Thinking goes back as it came, or not at all: only signed blocks are taken.

Source: https://platform.claude.com/docs/en/api/messages/create and …/agents-and-tools/tool-use/handle-tool-calls
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from tokenry.base.errors import InvalidRequest
from tokenry.engines.anthropic.parts import Block, blocks_of, objects, with_cache

THINKING = frozenset({"thinking", "redacted_thinking"})
Role = Literal["user", "assistant"]
_UNFIT = re.compile(r"[^a-zA-Z0-9_-]")


@dataclass(slots=True)
class Turn:
    """One message in the making. `results` stand before everything else that the user says."""

    role: Role
    results: list[Block] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said. `system` and `messages` are as the API takes them.

    `unsigned_calls`: the last of the assistant's turns calls tools and has no thinking of its own.
    """

    system: list[Block]
    messages: list[dict[str, Any]]
    unsigned_calls: bool


def conversation(messages: object) -> Conversation:
    """Read a chat's messages.

    Raises:
        InvalidRequest: something that the API has no place for; the message says what.
    """
    system: list[Block] = []
    turns: list[Turn] = []
    pending: list[str] = []  # ids of calls by the older name, which results repeat instead of an id
    for number, message in enumerate(objects(messages)):
        match message.get("role"):
            case "system" | "developer":
                system += _said(message)
            case "assistant":
                _add(turns, "assistant", [*_thoughts(message), *_said(message), *_calls(message, number, pending)])
            case "tool" | "function":
                _add(turns, "user", [], [_result(message, number, pending)])
            case "user":
                _add(turns, "user", _said(message))
            case role:
                raise InvalidRequest(f"a message's role {str(role)[:40]!r} is none", param="messages")
    told = [{"role": turn.role, "content": turn.results + turn.blocks} for turn in turns]
    if not told:  # the API wants a question; a system prompt alone is one
        return Conversation([], [{"role": "user", "content": system}] if system else [], unsigned_calls=False)
    _trim(told[-1])
    return Conversation(system, told, _calls_unsigned(told))


def _add(turns: list[Turn], role: Role, blocks: list[Block], results: list[Block] | None = None) -> None:
    """Say it in the turn that is under way, or in a new one when that is the other's. Nothing said is no turn."""
    if not blocks and not results:
        return
    if not turns or turns[-1].role != role:
        turns.append(Turn(role))
    turns[-1].blocks += blocks
    turns[-1].results += results or []


def _said(message: dict[str, Any]) -> list[Block]:
    """The content's blocks; the message's own `cache_control` marks the last."""
    made = blocks_of(message.get("content"))
    if isinstance(message.get("refusal"), str) and message["refusal"] and not made:
        made = blocks_of(message["refusal"])
    if made:
        made[-1] = with_cache(made[-1], made[-1], message)
    return made


def _thoughts(message: dict[str, Any]) -> list[Block]:
    """Thinking that this API gave and signed."""
    return [block for block in objects(message.get("thinking_blocks")) if block.get("type") in THINKING]


def _calls(message: dict[str, Any], number: int, pending: list[str]) -> list[Block]:
    made = []
    for place, call in enumerate(objects(message.get("tool_calls"))):
        function = call.get("function")
        if not isinstance(function, dict):
            raise InvalidRequest("only calls of functions are taken by this model's provider", param="messages")
        made.append(with_cache(_call(call.get("id") or f"call_{number}_{place}", function), call))
    older = message.get("function_call")
    if isinstance(older, dict):
        pending.append(f"call_{number}")
        made.append(_call(pending[-1], older))
    return made


def _call(name: object, function: dict[str, Any]) -> Block:
    return {
        "type": "tool_use",
        "id": fit(name),
        "name": str(function.get("name") or ""),
        "input": _input(function.get("arguments")),
    }


def _input(arguments: object) -> dict[str, Any]:
    """A call's arguments as an object. What a model wrote that is none goes back as the text that it is."""
    if not isinstance(arguments, str) or not arguments.strip():
        return arguments if isinstance(arguments, dict) else {}
    try:
        decoded = msgspec.json.decode(arguments)
    except (ValueError, RecursionError):
        decoded = arguments
    return decoded if isinstance(decoded, dict) else {"arguments": decoded}


def _result(message: dict[str, Any], number: int, pending: list[str]) -> Block:
    name = message.get("tool_call_id")
    if name is None and message.get("role") == "function":
        name = pending.pop(0) if pending else f"call_{number}"
    if not isinstance(name, str) or not name:
        raise InvalidRequest("a tool's message has no tool_call_id", param="messages")
    block: Block = {"type": "tool_result", "tool_use_id": fit(name)}
    content = blocks_of(message.get("content"))
    if content:
        block["content"] = content
    return with_cache(block, message)


def fit(name: object) -> str:
    """An id of a call as the API takes it (letters, digits, `_` and `-`); the same for the same."""
    text = str(name)
    if text and not _UNFIT.search(text):
        return text
    return f"{_UNFIT.sub('_', text)[:40]}_{hashlib.sha256(text.encode(errors='replace')).hexdigest()[:12]}"


def _trim(last: dict[str, Any]) -> None:
    """What the assistant is to go on from must not end in white space; the API refuses that."""
    content = last["content"]
    if last["role"] == "assistant" and content[-1].get("type") == "text":
        content[-1] = {**content[-1], "text": content[-1]["text"].rstrip() or "."}


def _calls_unsigned(told: list[dict[str, Any]]) -> bool:
    last: list[Block] = next((turn["content"] for turn in reversed(told) if turn["role"] == "assistant"), [])
    calls = any(block["type"] == "tool_use" for block in last)
    return calls and not any(block["type"] in THINKING for block in last)
