"""The scripted engine as clients of Anthropic's Messages API meet it: its shapes, its strictness, its mishaps."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.engines.providers import provider
from tokenry.base.clock import ManualClock
from tokenry.engines import Call, ScriptedEngine

pytestmark = pytest.mark.anyio
TOOL = {"name": "weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}
OUTPUT = {"format": {"type": "json_schema", "schema": {"type": "object", "properties": {"a": {"type": "integer"}}}}}


@pytest.fixture
async def engine() -> AsyncIterator[ScriptedEngine]:
    made = ScriptedEngine(provider(dialect="scripted", speaks=("messages",)), clock=ManualClock())
    await made.start()
    yield made
    await made.stop()


async def ask(engine: ScriptedEngine, words: Any, path: str = "/messages", **more: Any) -> tuple[int, bytes]:
    messages = words if isinstance(words, list) else [{"role": "user", "content": words}]
    body = {"model": "scripted", "max_tokens": 50, "messages": messages, **more}
    exchange = await engine.open(Call(path, json.dumps(body).encode(), "req_1", bool(more.get("stream"))))
    return exchange.status, await exchange.read_all(10**6)


async def whole(engine: ScriptedEngine, words: Any, **more: Any) -> dict[str, Any]:
    status, raw = await ask(engine, words, **more)
    assert status == 200, raw
    message: dict[str, Any] = json.loads(raw)
    return message


def events(raw: bytes) -> list[dict[str, Any]]:
    """The payloads of a stream, whose events are named as their types."""
    told = []
    for event in raw.decode().replace("\r\n", "\n").split("\n\n"):
        lines = [line for line in event.split("\n") if line and not line.startswith(":")]
        if lines:
            name, data = lines
            told.append(json.loads(data.removeprefix("data: ")))
            assert name == f"event: {told[-1]['type']}"
    return told


def joined(told: list[dict[str, Any]]) -> dict[str, Any]:
    """The message that a stream adds up to."""
    message: dict[str, Any] = dict(told[0]["message"])
    blocks: dict[int, dict[str, Any]] = {}
    for event in told[1:]:
        match event["type"]:
            case "content_block_start":
                blocks[event["index"]] = {**event["content_block"], "raw": ""}
            case "content_block_delta":
                for name, piece in event["delta"].items():
                    if name != "type":
                        place = "raw" if name == "partial_json" else name
                        blocks[event["index"]][place] += piece
            case "message_delta":
                message |= event["delta"] | {"usage": event["usage"]}
    for block in blocks.values():
        given = block.pop("raw")
        if block["type"] == "tool_use":
            block["input"] = json.loads(given)
    return message | {"content": [blocks[index] for index in sorted(blocks)]}


def bare(message: dict[str, Any]) -> dict[str, Any]:
    """A message without what tells one request from another."""
    blocks = [{k: v for k, v in block.items() if k not in {"id", "signature"}} for block in message["content"]]
    return {**message, "id": "", "content": blocks}


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("hello", {}),
        ("[[reasoning=let me think]] hi", {}),
        ("[[tool=weather; calls=2]]", {"tools": [TOOL]}),
        ("hi", {"tools": [TOOL], "tool_choice": {"type": "any"}}),
        ("[[words=60; cached=3; cache_write=2]]", {}),
        ("[[text=one. two]]", {"stop_sequences": ["."]}),
        ("[[refusal=not this]]", {}),
        ("q", {"output_config": OUTPUT}),
        ("[[usage=100:7:90]]", {}),
    ],
)
async def test_a_stream_is_its_whole_twin(engine: ScriptedEngine, words: str, more: dict[str, Any]) -> None:
    plain = await whole(engine, words, **more)
    _, raw = await ask(engine, words, stream=True, **more)
    streamed = joined(events(raw))
    assert bare(streamed) == bare(plain)
    assert [event["type"] for event in events(raw)][-2:] == ["message_delta", "message_stop"]


async def test_what_is_said(engine: ScriptedEngine) -> None:
    message = await whole(engine, "[[reasoning=hm]] hi")
    thinking, text = message["content"]
    assert (thinking["thinking"], text["text"]) == ("hm", "scripted: hi")
    assert thinking["signature"]
    assert (message["role"], message["type"], message["stop_reason"]) == ("assistant", "message", "end_turn")


async def test_usage_adds_up_to_the_prompt(engine: ScriptedEngine) -> None:
    words = "[[cached=3; cache_write=2; reasoning=a b]] hi"
    plain = (await whole(engine, words))["usage"]
    parts = plain["input_tokens"], plain["cache_read_input_tokens"], plain["cache_creation_input_tokens"]
    counted = json.loads((await ask(engine, words, "/messages/count_tokens"))[1])
    assert parts[1:] == (3, 2)
    assert sum(parts) == counted["input_tokens"]
    assert plain["output_tokens_details"] == {"thinking_tokens": 2}


@pytest.mark.parametrize(
    ("words", "more", "reason"),
    [
        ("[[words=60]]", {}, "max_tokens"),
        ("[[text=a.b]]", {"stop_sequences": ["."]}, "stop_sequence"),
        ("[[text=a.b; words=99]]", {"stop_sequences": ["nine"]}, "end_turn"),
        ("[[tool=weather]]", {"tools": [TOOL]}, "tool_use"),
        ("x", {"tools": [TOOL], "tool_choice": {"type": "tool", "name": "weather"}}, "tool_use"),
        ("[[tool=weather]]", {"tools": [TOOL], "tool_choice": {"type": "none"}}, "end_turn"),
        ("[[finish=content_filter]]", {}, "refusal"),
        ("[[refusal=no]]", {}, "refusal"),
    ],
)
async def test_why_it_stopped(engine: ScriptedEngine, words: str, more: dict[str, Any], reason: str) -> None:
    message = await whole(engine, words, **more)
    assert message["stop_reason"] == reason
    assert (message["stop_sequence"] == ".") is (reason == "stop_sequence")
    assert (message["stop_details"] is not None) is (reason == "refusal")


async def test_after_a_tool_it_answers(engine: ScriptedEngine) -> None:
    asked = {"role": "user", "content": "[[tool=weather]]"}
    (call,) = (await whole(engine, [asked], tools=[TOOL]))["content"]
    result = {"type": "tool_result", "tool_use_id": call["id"], "content": [{"type": "text", "text": "rain"}]}
    note = {"type": "text", "text": "<reminder>be kind</reminder>"}
    turns = [asked, {"role": "assistant", "content": [call]}, {"role": "user", "content": [result, note]}]
    (said,) = (await whole(engine, turns, tools=[TOOL]))["content"]
    assert said["text"] == "the tool said: rain"


def turn(role: str, *content: dict[str, Any]) -> dict[str, Any]:
    return {"role": role, "content": list(content)}


CALL = {"type": "tool_use", "id": "c1", "name": "weather", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "c1", "content": "x"}
HI = turn("user", {"type": "text", "text": "hi"})


@pytest.mark.parametrize(
    ("messages", "more", "words"),
    [
        ([HI], {"max_tokens": 0}, "max_tokens"),
        ([], {}, "messages"),
        ([turn("assistant", {"type": "text", "text": "a"})], {}, "first message"),
        ([turn("user", {"type": "text", "text": ""})], {}, "non-empty"),
        ([HI, turn("assistant", CALL), HI], {}, "without `tool_result`"),
        ([HI, turn("user", RESULT)], {}, "unexpected `tool_use_id`"),
        ([HI, turn("assistant", {**CALL, "id": "c.1"})], {}, "id should match"),
        ([HI, turn("assistant", {**CALL, "input": "x"})], {}, "input an object"),
        ([HI, turn("assistant", {"type": "thinking", "thinking": "hm"})], {}, "signature"),
        ([turn("user", {"type": "image", "source": {"type": "base64", "media_type": "image/bmp"}})], {}, "media_type"),
        ([HI], {"tools": [{"name": "a b", "input_schema": {"type": "object"}}]}, "pattern"),
        ([HI], {"tools": [{"name": "a", "input_schema": {}}]}, "object"),
        ([HI], {"thinking": {"type": "enabled"}}, "budget_tokens"),
        ([HI], {"thinking": {"type": "enabled", "budget_tokens": 1024}}, "greater than"),
        ([HI], {"thinking": {"type": "adaptive"}, "tools": [TOOL], "tool_choice": {"type": "any"}}, "Thinking may not"),
        ([HI], {"temperature": 1.5}, "temperature"),
    ],
)  # fmt: skip
async def test_what_the_real_api_refuses(
    engine: ScriptedEngine, messages: list[Any], more: dict[str, Any], words: str
) -> None:
    status, raw = await ask(engine, messages, **more)
    told = json.loads(raw)
    assert (status, told["type"], told["error"]["type"]) == (400, "error", "invalid_request_error")
    assert words in told["error"]["message"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(529, "overloaded_error"), (429, "rate_limit_error"), (402, "billing_error"), (500, "api_error")],
)
async def test_errors_in_anthropics_shape(engine: ScriptedEngine, status: int, kind: str) -> None:
    got, raw = await ask(engine, f"[[error={status}; message=words]]")
    assert got == status
    assert json.loads(raw)["error"] == {"type": kind, "message": "words"}


async def test_mishaps_in_a_stream(engine: ScriptedEngine) -> None:
    _, raw = await ask(engine, "[[error_after=4]] a", stream=True)
    assert [event["type"] for event in events(raw)][-2:] == ["content_block_delta", "error"]
    _, raw = await ask(engine, "[[no_done]] a", stream=True)
    assert events(raw)[-1]["type"] == "message_delta"
    _, raw = await ask(engine, "[[no_usage; crlf; pings; split=7]] a", stream=True)
    assert all("usage" not in event for event in events(raw))
    _, raw = await ask(engine, "[[whole]] a", stream=True)
    assert json.loads(raw)["type"] == "message"


async def test_it_counts_for_the_api_that_it_was_told_to_speak(engine: ScriptedEngine) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "a"}]}
    assert await engine.count_native("/messages", json.dumps(body).encode()) == 7
    assert await engine.count_native("/responses", b'{"model": "m", "input": "a"}') is None
