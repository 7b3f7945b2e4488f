"""Ask for messages, through the gateway with everything behind it, and read what came."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.gateway.rooms import House, NotingClient
from tokenry.api.messages import MessagesSurface
from tokenry.api.surfaces import Asked
from tokenry.base.ids import new_id
from tokenry.gateway import Inference

HELLO = [{"role": "user", "content": "hello"}]


async def read(house: House, *, headers: dict[bytes, bytes] | None = None, **body: Any) -> Inference:
    """A request as the surface reads it; members of None are left out."""
    whole = {"model": "m", "max_tokens": 100, "messages": HELLO, **body}
    data = json.dumps({name: value for name, value in whole.items() if value is not None}).encode()
    return await MessagesSurface(house.gateway).read(Asked(new_id("req"), house.principal, headers or {}, data))


async def ask(house: House, client: NotingClient | None = None, **body: Any) -> NotingClient:
    """A message; TokenryError as it raises."""
    client = client or NotingClient()
    request = await read(house, **body)
    await house.gateway.serve(new_id("req"), request, house.principal, client)
    return client


def events(told: bytes) -> list[dict[str, Any]]:
    """The payloads of a stream's events, each named as its payload's type."""
    found = []
    for one in told.split(b"\n\n"):
        if not one or one.startswith(b":"):
            continue
        name, data = one.split(b"\n")
        payload = json.loads(data.removeprefix(b"data: "))
        assert name == b"event: " + payload["type"].encode()
        found.append(payload)
    return found


@dataclass
class Heard:
    """A stream, put together by its own rules; whatever breaks them is an AssertionError."""

    message: dict[str, Any] = field(default_factory=dict)
    usage: dict[str, Any] = field(default_factory=dict)
    types: list[str] = field(default_factory=list)


_GROWS = {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "partial_json"}


def hear(told: bytes) -> Heard:
    """Put a whole stream together."""
    payloads = [one for one in events(told) if one["type"] != "ping"]
    heard = Heard(types=[one["type"] for one in payloads])
    assert heard.types[0] == "message_start"
    assert heard.types[-2:] == ["message_delta", "message_stop"]
    assert [heard.types.count(name) for name in ("message_start", "message_delta", "message_stop")] == [1, 1, 1]
    heard.message = dict(payloads[0]["message"])
    assert heard.message["content"] == []
    assert heard.message["stop_reason"] is None
    blocks: list[dict[str, Any]] = []
    open_: int | None = None
    for one in payloads[1:-2]:
        if one["type"] == "content_block_start":
            assert open_ is None, "blocks do not lie in each other"
            assert one["index"] == len(blocks), "indices have no gaps"
            open_ = one["index"]
            blocks.append(dict(one["content_block"]))
            continue
        assert one["index"] == open_
        if one["type"] == "content_block_stop":
            open_ = None
            continue
        delta = one["delta"]
        name = _GROWS.get(delta["type"])
        if name is None:
            blocks[-1]["signature"] = delta["signature"]
        else:
            blocks[-1][name] = blocks[-1].get(name, "") + delta[name]
    assert open_ is None, "every start has its stop"
    heard.message |= {"content": [_finished(block) for block in blocks], **payloads[-2]["delta"]}
    heard.usage = payloads[-2]["usage"]
    return heard


def _finished(block: dict[str, Any]) -> dict[str, Any]:
    text = block.pop("partial_json", None)
    if text is not None:
        try:
            block["input"] = json.loads(text)
        except ValueError:
            block["input"] = {}
    return block


def as_ledger(usage: dict[str, Any]) -> tuple[int, int, int, int, int]:
    """Tokens as the ledger counts them: input with all its parts, output, cached, written, reasoning."""
    cached, written = usage["cache_read_input_tokens"], usage["cache_creation_input_tokens"]
    thought = usage["output_tokens_details"]["thinking_tokens"]
    return usage["input_tokens"] + cached + written, usage["output_tokens"], cached, written, thought
