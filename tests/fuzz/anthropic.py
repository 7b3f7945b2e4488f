"""Anthropic's engine against bytes that no upstream should send, and against chat requests of any shape.

    just fuzz anthropic --minutes 15

A stream: whatever the bytes and wherever the reads cut them, nothing is raised, the same is told, and what is told are
a chat's events. A request: it is translated to JSON, or refused with the name of the member at fault.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from tests.fuzz.cutter import cuts
from tokenry.base.errors import InvalidRequest
from tokenry.engines.anthropic.abilities import UNKNOWN, read_abilities
from tokenry.engines.anthropic.errors import error_body
from tokenry.engines.anthropic.request import asks_abilities, read_fields, translate
from tokenry.engines.anthropic.stream import Translator
from tokenry.gateway.assemble import Assembler
from tokenry.gateway.cutter import BadStream, Cutter

ROOMS = ("tokenry.engines.anthropic",)
WORDS = (
    *("data: ", "event: ", "\n\n", "\r\n\r\n", '"type":"', "message_start", "message_delta", "message_stop", "ping"),
    *("content_block_start", "content_block_delta", "content_block_stop", '"index":', '"delta":{', '"content_block":{'),
    *("text_delta", "thinking_delta", "signature_delta", "input_json_delta", "tool_use", "redacted_thinking", "error"),
    *('"usage":{', '"output_tokens":', '"stop_reason":"', '"messages":[', '"role":"user"', '"tool_calls":['),
    *('"response_format":{', '"json_schema":{', '"schema":{', '"tools":[', '"function":{', '"image_url":"', "data:"),
    *('"reasoning_effort":"', '"thinking_blocks":[', '"tool_choice":{', '"allowed_tools":{', '"cache_control":{'),
)
_ABLE = read_abilities(
    json.dumps(
        {
            "capabilities": {
                "thinking": {"types": {"adaptive": {"supported": True}}},
                "effort": {"low": {"supported": True}, "high": {"supported": True}},
                "structured_outputs": {"supported": True},
            }
        }
    ).encode()
)


def target(data: bytes) -> None:
    """One input: a few bytes that say what it is and how to read it, then the stream or the request."""
    if len(data) < 4:
        return
    how, rest = data[:3], data[3:]
    if how[0] & 1:
        _request(rest, newer=bool(how[0] & 2))
        return
    translator, small = Translator(0, answer_tool="a" if how[0] & 2 else None), Translator(0)
    whole = translator.feed(rest)
    if not how[0] & 2:
        assert b"".join([small.feed(piece) for piece in cuts(rest, how[1], how[2])]) == whole
    for event in whole.split(b"\n\n"):
        if event.startswith(b"data: {"):
            told = json.loads(event.removeprefix(b"data: "))
            assert set(told) == {"error"} or told["object"] == "chat.completion.chunk"
    with suppress(BadStream):
        cutter, assembler = Cutter(choices=1, limit=10**6), Assembler(chat=True)
        assembler.add(cutter.feed(whole))
        assembler.add(b"".join(cutter.held))
        cutter.usage()
        json.dumps(assembler.choices())
    error_body(rest)


def _request(body: bytes, *, newer: bool) -> None:
    try:
        fields = read_fields(body)
        asks_abilities(fields)
        made = translate({"max_tokens": 4096, **fields}, _ABLE if newer else UNKNOWN)
    except InvalidRequest as error:
        assert error.message
        return
    assert set(json.loads(made.body)) >= {"messages", "max_tokens"}


def _sse(*events: dict[str, Any]) -> bytes:
    return b"".join([f"event: {e['type']}\ndata: {json.dumps(e)}\n\n".encode() for e in events])


def seeds() -> Iterator[bytes]:
    """Streams as the API writes them and as it does not, and requests as clients write them."""
    begin = {"type": "message_start", "message": {"id": "m", "model": "x", "usage": {"input_tokens": 3}}}
    text = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    word = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "é"}}
    think = {"type": "content_block_start", "index": 1, "content_block": {"type": "thinking", "thinking": ""}}
    signed = {"type": "content_block_delta", "index": 1, "delta": {"type": "signature_delta", "signature": "s"}}
    call = {"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "id": "t", "name": "a"}}
    piece = {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": "{"}}
    stop = {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 2}}
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    last = {"type": "message_stop"}
    closed = [{"type": "content_block_stop", "index": index} for index in range(3)]
    for how in (b"\0\7\3", b"\0\0\0", b"\2\1\1"):
        yield how + _sse(begin, {"type": "ping"}, text, word, think, signed, call, piece, *closed, stop, last)
        yield how + _sse(begin, text, word, error).replace(b"\n", b"\r\n")
        yield how + _sse(begin, call, stop) + b": ping\n\ndata: {\n\n"
    user = {
        "role": "user",
        "content": [
            {"type": "text", "text": "q"},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,QQ=="}},
        ],
    }
    called = {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{}"}}]}
    result = {"role": "tool", "tool_call_id": "c", "content": "r"}
    tool = {"type": "function", "function": {"name": "f", "strict": True, "parameters": {"type": "object"}}}
    schema = {"type": "object", "properties": {"x": {"oneOf": [{"minimum": 1}]}}}
    shaped = {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}}
    for how in (b"\1\0\0", b"\3\0\0"):
        for body in (
            {"messages": [user, called, result], "tools": [tool], "tool_choice": "required", "stop": ["."]},
            {"messages": [user], "response_format": shaped, "reasoning_effort": "high", "temperature": 2},
            {"messages": [{"role": "system", "content": "s"}], "response_format": {"type": "json_object"}, "n": 1},
        ):
            yield how + json.dumps(body).encode()
