"""Requests through the gateway: what engines are sent, what clients hear when it goes wrong, who is let in."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.messages.asking import HELLO, ask, events, hear, read
from tests.gateway.rooms import House, NotingClient, house
from tokenry.access import Principal
from tokenry.api.messages import MessagesSurface, authorization
from tokenry.api.messages.words import MESSAGES_WORDS
from tokenry.api.surfaces import Asked
from tokenry.base.errors import InvalidRequest, TokenryError
from tokenry.gateway import Gateway

pytestmark = pytest.mark.anyio

PDF = {"type": "document", "source": {"type": "url", "url": "https://example.org/a.pdf"}}
TOOL = {"name": "t", "input_schema": {"type": "object"}}


def said(script: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": f"go {script}"}]


def sent(rooms: House, engine: str) -> dict[str, Any]:
    """The last body that an engine got."""
    return rooms.engines[engine].server.seen[-1].body


class TestWhatEnginesAreSent:
    async def test_a_chat_engine_is_sent_a_chat(self) -> None:
        async with house({"m": "chat/inner"}) as rooms:
            await ask(rooms, system="Be.", stream=True, cache_control={"type": "ephemeral"}, made_up=1)
            assert rooms.engines["chat"].server.seen[-1].path == "/v1/chat/completions"
            assert sent(rooms, "chat") == {
                "model": "inner", "max_tokens": 100, "stream": True, "stream_options": {"include_usage": True},
                "messages": [{"role": "system", "content": "Be."}, {"role": "user", "content": "hello"}],
            }  # fmt: skip

    async def test_an_engine_that_speaks_it_is_sent_what_came(self) -> None:
        betas = {b"anthropic-beta": b"context-management-2025-06-27,fast-mode-2026-02-01"}
        body = {
            "system": [{"type": "text", "text": "Be.", "cache_control": {"type": "ephemeral", "ttl": "5m"}}],
            "context_management": {"edits": [{"type": "clear_thinking_20251015"}]}, "metadata": {"user_id": "x" * 500},
        }  # fmt: skip
        async with house({"m": "native/inner"}) as rooms:
            rooms.engines["native"].speaks = frozenset({"messages"})
            request = await read(rooms, headers=betas, **body, service_tier="auto")
            await rooms.gateway.serve("req_1", request, rooms.principal, NotingClient())
            assert sent(rooms, "native") == {
                "model": "inner", "max_tokens": 100, "stream": True, "messages": HELLO, **body,
            }  # fmt: skip
            headers = rooms.engines["native"].server.seen[-1].headers
            assert headers["anthropic-beta"] == "context-management-2025-06-27"

    async def test_a_limit_above_the_models_is_the_models(self) -> None:
        async with house({"m": "chat/m", "n": "native/n"}) as rooms:
            rooms.engines["native"].speaks = frozenset({"messages"})
            for model, engine in (("m", "chat"), ("n", "native")):
                await ask(rooms, model=model, max_tokens=64_000)
                assert sent(rooms, engine)["max_tokens"] == 100

    async def test_what_no_chat_can_say_is_served_where_every_engine_speaks_it(self) -> None:
        async with house({"m": "chat/m native/m", "n": "native/n"}) as rooms:
            rooms.engines["native"].speaks = frozenset({"messages"})
            body = {"messages": [{"role": "user", "content": [{"type": "text", "text": "see"}, PDF]}]}
            with pytest.raises(InvalidRequest, match="documents by URL"):
                await read(rooms, model="m", **body)
            request = await read(rooms, model="n", **body)
            assert (request.opaque, request.messages, request.fields) == (1, 1, {})

    async def test_nothing_that_is_paid_beside_tokens_is_asked_of_any_engine(self) -> None:
        async with house({"n": "native/n"}) as rooms:
            rooms.engines["native"].speaks = frozenset({"messages"})
            search = {"type": "web_search_20250305", "name": "web_search"}
            added = {"type": "tool_addition", "tool": {"type": "tool_definition", "definition": search}}
            for body in (
                {"tools": [search]},
                {"messages": [*HELLO, {"role": "system", "content": [added]}]},
                {"mcp_servers": [{"type": "url", "url": "https://example.org"}]},
                {"speed": "fast"},
                {"inference_geo": "us"},
            ):
                with pytest.raises(InvalidRequest):
                    await read(rooms, model="n", **body)

    async def test_a_tool_that_must_be_called_is_called(self) -> None:
        async with house({"m": "chat/m"}) as rooms:
            client = await ask(rooms, tools=[TOOL], tool_choice={"type": "any"})
            whole = json.loads(client.body)
            assert (whole["stop_reason"], whole["content"][0]["name"]) == ("tool_use", "t")


class TestEnds:
    @pytest.mark.parametrize("native", [False, True])
    @pytest.mark.parametrize(
        ("script", "body", "reason"),
        [
            ("[[text=a b c]]", {}, "end_turn"),
            ("[[text=a b c d e]]", {"max_tokens": 2}, "max_tokens"),
            ("[[tool=t]]", {"tools": [TOOL]}, "tool_use"),
            ("[[refusal=I will not]]", {}, "refusal"),
            ("[[finish=content_filter;text=a]]", {}, "refusal"),
        ],
    )
    async def test_reasons(self, script: str, body: dict[str, Any], reason: str, native: bool) -> None:
        async with house({"m": "e/m"}) as rooms:
            rooms.engines["e"].speaks = frozenset({"messages"} if native else ())
            streamed = hear((await ask(rooms, messages=said(script), stream=True, **body)).body)
            whole = json.loads((await ask(rooms, messages=said(script), **body)).body)
            assert streamed.message["stop_reason"] == whole["stop_reason"] == reason
            assert (whole["stop_details"] is not None) is (reason == "refusal")

    @pytest.mark.parametrize("native", [False, True])
    async def test_an_engine_that_does_not_stop_is_stopped(self, native: bool) -> None:
        async with house({"m": "e/m"}) as rooms:
            rooms.engines["e"].speaks = frozenset({"messages"} if native else ())
            client = await ask(rooms, messages=said("[[words=50;ignore_limit]]"), max_tokens=3, stream=True)
            heard = hear(client.body)
            assert heard.message["stop_reason"] == "max_tokens"
            assert heard.usage["output_tokens"] == rooms.receipt.usage.output_tokens == 3
            assert rooms.receipt.outcome == "cut"

    async def test_a_stop_sequence_that_an_engine_tells(self) -> None:
        async with house({"m": "e/m"}) as rooms:
            rooms.engines["e"].speaks = frozenset({"messages"})
            whole = json.loads((await ask(rooms, messages=said("[[text=a END b]]"), stop_sequences=["END"])).body)
            assert (whole["stop_reason"], whole["stop_sequence"]) == ("stop_sequence", "END")

    @pytest.mark.parametrize("native", [False, True])
    @pytest.mark.parametrize("script", ["error_after=6", "break_after=6"])
    async def test_a_stream_that_breaks_says_so_and_is_charged_for_what_came(self, script: str, native: bool) -> None:
        async with house({"m": "e/m"}) as rooms:
            rooms.engines["e"].speaks = frozenset({"messages"} if native else ())
            client = await ask(rooms, messages=said(f"[[words=20;{script}]]"), stream=True)
            last = events(client.body)[-1]
            assert (last["type"], last["error"]["type"]) == ("error", "api_error")
            assert last["request_id"] == rooms.ended[-1].request_id
            assert rooms.receipt.outcome == "engine_failed"
            assert rooms.receipt.usage.output_tokens >= client.body.count(b"text_delta") > 0

    @pytest.mark.parametrize("native", [False, True])
    async def test_another_deployment_answers_where_the_first_fails(self, native: bool) -> None:
        async with house({"m": "bad/m?error=529 e/m"}) as rooms:
            rooms.engines["bad"].speaks = frozenset({"messages"})
            rooms.engines["e"].speaks = frozenset({"messages"} if native else ())
            heard = hear((await ask(rooms, stream=True)).body)
            assert heard.message["content"] == [{"type": "text", "text": "scripted: hello"}]
            assert [attempt.ended for attempt in rooms.receipt.attempts] == ["http_529", "ok"]

    @pytest.mark.parametrize("native", [False, True])
    async def test_whoever_hangs_up_pays_for_what_came(self, native: bool) -> None:
        async with house({"m": "e/m"}) as rooms:
            rooms.engines["e"].speaks = frozenset({"messages"} if native else ())
            client = NotingClient(on_piece=lambda client: client.hang_up() if b"text_delta" in client.body else None)
            await ask(rooms, client, messages=said("[[words=50;delay_ms=1]]"), stream=True)
            assert rooms.receipt.outcome == "client_gone"
            assert 0 < rooms.receipt.usage.output_tokens < 50


class TestStart:
    async def test_the_prompt_is_estimated_until_it_is_counted(self) -> None:
        async with house({"m": "e/m"}) as rooms:
            first = events((await ask(rooms, messages=said("[[usage=40:2]]"), stream=True)).body)
            guessed = first[0]["message"]["usage"]
            assert guessed["input_tokens"] > 0
            assert guessed["output_tokens"] == 0
            assert first[1] == {"type": "ping"}
            assert first[-2]["usage"]["input_tokens"] == 40

    async def test_ids_are_the_requests_own(self) -> None:
        async with house({"m": "e/m"}) as rooms:
            whole = json.loads((await ask(rooms)).body)
            assert whole["id"] == "msg_" + rooms.ended[-1].request_id.removeprefix("req_")

    async def test_an_estimate_is_never_told_beyond_what_is_charged(self) -> None:
        async with house({"m": "e/m"}) as rooms:
            whole = json.loads((await ask(rooms, messages=said("[[usage=999999:3]]"))).body)
            assert whole["usage"]["input_tokens"] == rooms.receipt.usage.input_tokens < 999_999


OURS, THEIRS = b"sk-tok-abcdefgh-x", b"sk-theirs"


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, None),
        ({b"x-api-key": OURS}, b"Bearer " + OURS),
        ({b"authorization": b"Bearer " + OURS}, b"Bearer " + OURS),
        ({b"authorization": b"Bearer " + OURS, b"x-api-key": THEIRS}, b"Bearer " + OURS),
        ({b"authorization": b"Bearer " + THEIRS, b"x-api-key": OURS}, b"Bearer " + OURS),
        ({b"authorization": b"Bearer " + THEIRS, b"x-api-key": THEIRS}, b"Bearer " + THEIRS),
    ],
)
def test_the_key_comes_in_either_header(headers: dict[bytes, bytes], told: bytes | None) -> None:
    assert authorization(headers) == told


BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "no object": b"[]",
    "not UTF-8": b'{"model":"\xff"}',
    "no messages": b'{"model":"m","max_tokens":1}',
    "empty messages": b'{"model":"m","max_tokens":1,"messages":[]}',
    "no max_tokens": b'{"model":"m","messages":[{"role":"user","content":"x"}]}',
    "no output": b'{"model":"m","max_tokens":0,"messages":[{"role":"user","content":"x"}]}',
    "a role of its own": b'{"model":"m","max_tokens":1,"messages":[{"role":"tool","content":"x"}]}',
    "content that is a number": b'{"model":"m","max_tokens":1,"messages":[{"role":"user","content":7}]}',
    "a block without a type": b'{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{}]}]}',
    "deep": b'{"model":"m","max_tokens":1,"messages":' + b"[" * 100_000 + b"}",
    "hot": b'{"model":"m","max_tokens":1,"temperature":9,"messages":[{"role":"user","content":"x"}]}',
}


@pytest.mark.parametrize("case", BODIES)
async def test_bad_bodies_are_refused_in_words(case: str) -> None:
    async with house({"m": "e/m"}) as rooms:
        surface = MessagesSurface(rooms.gateway)
        with pytest.raises(InvalidRequest) as refusal:
            await surface.read(Asked("req_1", rooms.principal, {}, BODIES[case]))
        told = json.loads(MESSAGES_WORDS.body(refusal.value, "req_1"))
        assert told["type"] == "error"
        assert told["error"]["type"] == "invalid_request_error"
        assert told["error"]["message"]
        assert told["request_id"] == "req_1"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["type", "text", "content", "source", "tool", "name", "input", "id", "tool_use_id", "data", "definition"]
    ), inner | st.sampled_from(["text", "tool_use", "tool_result", "document", "image", "tool_addition"]), max_size=4),
    max_leaves=12,
)  # fmt: skip
_MEMBERS = ["messages", "system", "tools", "tool_choice", "thinking", "output_config", "metadata", "stop_sequences"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(_MEMBERS), _JSON, max_size=3), st.lists(_JSON, max_size=3))
def test_any_json_is_read_or_refused(members: dict[str, Any], blocks: list[Any]) -> None:
    turn = {"role": "user", "content": blocks}
    body = {"model": "m", "max_tokens": 5, "messages": [turn, {**turn, "role": "system"}], **members}
    gateway = SimpleNamespace(
        means=SimpleNamespace(router=SimpleNamespace(catalogue=SimpleNamespace(resolve=lambda *_: None)))
    )
    nobody = SimpleNamespace(rules=SimpleNamespace(data_class=None))
    asked = Asked("req_1", cast("Principal", nobody), {}, msgspec.json.encode(body))
    with suppress(InvalidRequest):  # anything else would be a fault of ours
        asyncio.run(MessagesSurface(cast("Gateway", gateway)).read_prompt(asked))


@pytest.mark.parametrize("depth", [100, 400, 800, 900, 950, 980, 2000, 100_000])
async def test_depth_is_taken_or_refused(depth: int) -> None:
    async with house({"m": "e/m"}) as rooms:
        surface = MessagesSurface(rooms.gateway)
        nested = b'{"a":' * depth + b"1" + b"}" * depth
        block = b'{"type":"tool_result","tool_use_id":"a","content":[{"type":"document","source":%b}]}' % nested
        for member in (b'"tools":[{"name":"t","input_schema":%b}]' % nested, b'"made_up":%b' % nested):
            for content in (b'"x"', b"[%b]" % block):
                turn = b'"messages":[{"role":"user","content":%b}]' % content
                with suppress(InvalidRequest):
                    await surface.read(
                        Asked("req_1", rooms.principal, {}, b'{"model":"m","max_tokens":1,%b,%b}' % (member, turn))
                    )


def test_an_account_that_is_empty_is_told_as_a_matter_of_billing() -> None:
    class Empty(TokenryError):
        status = 429
        code = "insufficient_quota"

    told = json.loads(MESSAGES_WORDS.body(Empty("ask Ann"), "req_1"))
    assert told["error"] == {
        "type": "billing_error",
        "message": "ask Ann",
        "details": {"error_code": "insufficient_quota"},
    }
