"""A conversation of Anthropic's Messages API as the messages of a chat completion, and the tools it speaks of.

Pure. Tool results become messages of their own, which directly follow the calls; what systems say within the
conversation joins the system prompt, because most models' templates take one system message, and only at the head.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from tokenry.api.messages.blocks import (
    Part,
    Text,
    ToolChange,
    ToolReference,
    ToolResult,
    ToolUse,
    checked,
    checked_id,
    content,
    is_foreign,
    parts,
    read,
    said,
    text_of,
)
from tokenry.base.errors import InvalidRequest

Message = dict[str, Any]
_BILLING = "x-anthropic-billing-header:"  # a note of coding clients to their provider, not to the model


class Told(msgspec.Struct):
    """A conversation, told as a chat.

    Args:
        messages: of the chat, the system prompt first.
        referred: names of tools that the conversation refers to, called, found or added.
        added: tools that came with it. removed: names of tools that went.
    """

    messages: list[Message] = msgspec.field(default_factory=list)
    referred: set[str] = msgspec.field(default_factory=set)
    added: list[dict[str, Any]] = msgspec.field(default_factory=list)
    removed: set[str] = msgspec.field(default_factory=set)


def tell(system: str | list[dict[str, Any]] | None, turns: list[dict[str, Any]]) -> Told:
    """Tell a conversation as a chat.

    Args:
        system: the system prompt; turns: the messages, both decoded, of the right types as far as `fields` says.

    Raises:
        InvalidRequest: something in it is not understood; the message says where.
    """
    told = Told()
    head = _system(system, "system") if system is not None else []
    for number, turn in enumerate(turns):
        where, blocks = f"messages[{number}].content", _blocks(turn.get("content", ""))
        match turn["role"]:
            case "system":
                head += _system([block for block in blocks if not _changes(told, block, where)], where)
            case "assistant":
                told.messages.append(_assistant(told, blocks, where))
            case _:
                told.messages += _user(told, blocks, where)
    if head:
        told.messages.insert(0, {"role": "system", "content": "\n\n".join(head)})
    return told


def _blocks(given: str | list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not isinstance(given, str):
        return given
    return [{"type": "text", "text": given}] if given else []


def _system(system: str | list[dict[str, Any]], where: str) -> list[str]:
    """What a system says; blocks that are no text are an error."""
    blocks, texts = _blocks(system), []
    for number, block in enumerate(blocks):
        place = f"{where}[{number}]"
        if block.get("type") != "text":
            raise InvalidRequest(f"{place}: a system says text", param=place)
        texts.append(read(block, Text, place).text)
    return [text for text in texts if text and not text.startswith(_BILLING)]


def _changes(told: Told, block: dict[str, Any], where: str) -> bool:
    """Note the tool that a system adds or removes, if this block does."""
    if block["type"] not in ("tool_addition", "tool_removal"):
        return False
    change = read(block, ToolChange, where)
    tool = change.tool
    name = tool.name or (tool.definition or {}).get("name")
    if not isinstance(name, str):
        raise InvalidRequest(f"{where}: a {change.type} names its tool", param=where)
    if change.type == "tool_removal":
        told.removed.add(name)
        return True
    told.removed.discard(name)
    told.referred.add(name)
    if tool.definition is not None:
        told.added.append(tool.definition)
    return True


def _assistant(told: Told, blocks: list[dict[str, Any]], where: str) -> Message:
    """What the model said before: its text and its calls."""
    texts: list[str] = []
    calls: list[dict[str, Any]] = []
    for number, block in enumerate(blocks):
        place = f"{where}[{number}]"
        if block["type"] == "tool_use":
            call = read(block, ToolUse, place)
            told.referred.add(call.name)
            arguments = msgspec.json.encode(call.input).decode()
            name = checked_id(call.id, f"{place}.id")
            calls.append({"id": name, "type": "function", "function": {"name": call.name, "arguments": arguments}})
        elif not is_foreign(block["type"]):
            texts += text_of(said(block, place))
    message: Message = {"role": "assistant", "content": "".join(texts) or ("" if not calls else None)}
    if calls:
        message["tool_calls"] = calls
    return message


def _user(told: Told, blocks: list[dict[str, Any]], where: str) -> Iterator[Message]:
    """What tools answered, then what the user says. Pictures that tools gave are shown by the user."""
    rest: list[Part] = []
    for number, block in enumerate(blocks):
        place = f"{where}[{number}]"
        if block["type"] != "tool_result":
            rest += said(block, place)
            continue
        result = read(block, ToolResult, place)
        inner = checked(_blocks(result.content), f"{place}.content")
        for one in inner:
            if one["type"] == "tool_reference":
                told.referred.add(read(one, ToolReference, f"{place}.content").tool_name)
        answer = parts(inner, f"{place}.content")
        name = checked_id(result.tool_use_id, f"{place}.tool_use_id")
        text = "\n".join(text_of(answer))
        yield {"role": "tool", "tool_call_id": name, "content": f"Error: {text}" if result.is_error else text}
        if shown := [part for part in answer if part["type"] != "text"]:
            rest += [{"type": "text", "text": f"The tool's answer to {name} shows:"}, *shown]
    if rest or not any(block["type"] == "tool_result" for block in blocks):
        yield {"role": "user", "content": content(rest)}
