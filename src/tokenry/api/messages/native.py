"""What goes to an engine that speaks Anthropic's Messages API itself: the client's own members, as they came.

Pure. Left out are only thoughts that nobody signed (chat engines think without a signature, and a provider would refuse
what it cannot verify), and betas that change what a request costs or where it runs. A cache for an hour becomes one for
five minutes, whose writing is what a price's `cache_write` is for: that of an hour costs more, and is no meter of ours.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from tokenry.api.messages.fields import Messages
from tokenry.base.errors import InvalidRequest

_KNOWN = frozenset(Messages.__struct_encode_fields__) | {"cache_control"}
_CACHED = frozenset({"cache_control", "messages", "system", "tools"})  # where a mark for a cache can stand
_BETA = re.compile(r"[a-z0-9-]{1,80}")
_BETAS_MAX = 50
_COSTLY = (
    "fast-mode", "context-1m", "code-execution", "mcp-client", "mcp-tunnels", "files-api", "skills", "oauth",
    "server-side-fallback", "fallback-credit", "web-fetch", "advisor-tool", "user-profiles", "managed-agents",
    "message-batches", "compact",
)  # fmt: skip


def native(members: dict[str, msgspec.Raw], turns: list[dict[str, Any]]) -> dict[str, msgspec.Raw]:
    """The members for such an engine.

    Args:
        members: of the body. turns: its messages, decoded.

    Raises:
        InvalidRequest: a member that some engine would take for another, which was checked.
    """
    for name in members:
        if name not in _KNOWN and name.casefold() in _KNOWN:
            raise InvalidRequest(f"{name[:100]!r} is not taken here: say {name.casefold()!r}", param=name.casefold())
    sent = dict(members)
    if any(_unsigned(block) for turn in turns for block in _blocks(turn)):
        signed = [_without_unsigned(turn) for turn in turns]
        sent["messages"] = msgspec.Raw(msgspec.json.encode([turn for turn in signed if turn["content"]]))
    return {name: _brief(raw) if name in _CACHED else raw for name, raw in sent.items()}


def _brief(raw: msgspec.Raw) -> msgspec.Raw:
    """A member whose marks for a cache all stand for five minutes. It stays as it came where none can be longer."""
    data = bytes(raw)
    if b"1h" not in data and b"\\u00" not in data:  # the value as it is written, or in escapes
        return raw
    member = msgspec.json.decode(data)
    changed = False
    waiting: list[Any] = [{"cache_control": member}, member]  # the member may be a mark itself
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            mark = one.get("cache_control")
            if isinstance(mark, dict) and mark.get("ttl") == "1h":
                mark["ttl"], changed = "5m", True
            waiting += [value for name, value in one.items() if name != "input"]  # a tool's own words are not ours
        elif isinstance(one, list):
            waiting += one
    return msgspec.Raw(msgspec.json.encode(member)) if changed else raw


def beta_lines(header: bytes | None) -> bytes:
    """The header line with the betas that the client names, as far as they change nothing but the answer's form."""
    named = (header or b"").decode("latin-1").split(",")
    betas = [beta for beta in map(str.strip, named) if _BETA.fullmatch(beta) and not beta.startswith(_COSTLY)]
    return f"anthropic-beta: {','.join(betas[:_BETAS_MAX])}\r\n".encode() if betas else b""


def unbounded(turns: list[dict[str, Any]]) -> tuple[int, int]:
    """How many images, and how many documents that are no mere text, stand anywhere in messages: within what tools
    answered too, and in blocks that a chat leaves out. Their tokens are not bounded by their bytes."""
    images = documents = 0
    waiting: list[Any] = [turn.get("content") for turn in turns]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            kind = one.get("type")
            if kind == "image":
                images += 1
            elif (kind == "document" and not _is_text(one.get("source"))) or kind == "container_upload":
                documents += 1
            if kind != "tool_use":  # what a model called a tool with is text to it
                waiting += one.values()
    return images, documents


def _is_text(source: Any) -> bool:
    return isinstance(source, dict) and source.get("type") in ("text", "content")


def _blocks(turn: dict[str, Any]) -> list[dict[str, Any]]:
    content = turn.get("content")
    return content if isinstance(content, list) else []


def _unsigned(block: dict[str, Any]) -> bool:
    return block.get("type") == "thinking" and not block.get("signature")


def _without_unsigned(turn: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(turn.get("content"), list):
        return turn
    return {**turn, "content": [block for block in turn["content"] if not _unsigned(block)]}
