"""Chat requests and what is sent for them, in short."""

from __future__ import annotations

import json
from typing import Any

from tokenry.engines.anthropic.abilities import UNKNOWN, Abilities
from tokenry.engines.anthropic.request import translate

NEW = Abilities(
    adaptive=True, budgeted=False, disabled=False, efforts=("low", "medium", "high", "xhigh", "max"), structured=True
)
OLD = Abilities(adaptive=False, budgeted=True, disabled=True, efforts=(), structured=False)
DUMB = Abilities(adaptive=False, budgeted=False, disabled=True, efforts=(), structured=False)
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}
MARK = {"type": "ephemeral"}
HI = [{"role": "user", "content": "hi"}]


def sent(able: Abilities = UNKNOWN, **fields: Any) -> dict[str, Any]:
    """What is sent for a chat request with these members."""
    asked = {"model": "m", "max_tokens": 100, "messages": HI, **fields}
    made: dict[str, Any] = json.loads(translate(asked, able).body)
    return made


def turns(*messages: dict[str, Any]) -> list[dict[str, Any]]:
    """The turns that are sent for these messages."""
    told: list[dict[str, Any]] = sent(messages=list(messages))["messages"]
    return told


def said(text: str) -> dict[str, str]:
    """A part, or a block, of text."""
    return {"type": "text", "text": text}


def called(name: str, arguments: str = "{}", identity: str = "c1") -> dict[str, Any]:
    """A call of a tool."""
    return {"id": identity, "type": "function", "function": {"name": name, "arguments": arguments}}
