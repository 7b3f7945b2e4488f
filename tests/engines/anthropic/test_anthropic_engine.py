"""The engine on the wire: who it says it is, what it asks, and how its exchange behaves when things go wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.engines.anthropic.messages_stream import begin, end, sse, text
from tokenry.base.clock import ManualClock
from tokenry.base.errors import InvalidRequest
from tokenry.config import Provider
from tokenry.engines import (
    ArtifactStore,
    Call,
    EngineDown,
    EngineSetupError,
    Exchange,
    ScriptedServer,
    WireError,
    build,
)
from tokenry.engines.anthropic import AnthropicEngine
from tokenry.engines.loopback import LoopbackServer, Reply, Request

pytestmark = pytest.mark.anyio
KEY = "sk-ant-x"


def provider(url: str | None = None, **fields: Any) -> Provider:
    return Provider(name="claude", dialect="anthropic", base_url=url, api_key_env="K", **fields)


@pytest.fixture
async def engine(scripted: ScriptedServer) -> AsyncIterator[AnthropicEngine]:
    made = AnthropicEngine(provider(scripted.base_url), scripted.key, clock=ManualClock())
    await made.start()
    yield made
    await made.stop()


class Fake:
    """An upstream that answers what a test wants; `asked` keeps what reached it."""

    def __init__(self, *pieces: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.pieces, self.status, self.headers = pieces, status, headers or {}
        self.asked: list[Request] = []
        self.capabilities: dict[str, Any] | None = None
        self.go_on = asyncio.Event()
        self.written = 0
        self.server = LoopbackServer(self._answer, key=KEY)

    async def _answer(self, request: Request, reply: Reply) -> None:
        self.asked.append(request)
        if request.method == "GET":
            status = 404 if self.capabilities is None else 200
            await reply.send_json(status, {"id": "m", "capabilities": self.capabilities})
            return
        if self.status != 200:
            await reply.send_bytes(self.status, b"".join(self.pieces), self.headers)
            return
        await reply.start(200, {"content-type": "text/event-stream", **self.headers})
        for piece in self.pieces:
            if piece == b"wait":
                await self.go_on.wait()
            elif piece == b"break":
                reply.break_off()
                return
            else:
                await reply.write(piece)
                self.written += len(piece)
        await reply.end()

    async def __aenter__(self) -> AnthropicEngine:
        await self.server.start()
        self.engine = AnthropicEngine(provider(f"http://127.0.0.1:{self.server.port}/v1"), KEY, clock=ManualClock())
        await self.engine.start()
        return self.engine

    async def __aexit__(self, *exc: object) -> None:
        await self.engine.stop()
        await self.server.stop()


def chat(words: str = "hi", path: str = "/chat/completions", **more: Any) -> Call:
    body = {"model": "m", "max_tokens": 50, "stream": True, "messages": [{"role": "user", "content": words}], **more}
    return Call(path, json.dumps(body).encode(), "req_1", stream=True)


def contents(raw: bytes) -> str:
    lines = [line.removeprefix(b"data: ") for line in raw.split(b"\n") if line.startswith(b"data: {")]
    choices = [choice for line in lines for choice in json.loads(line).get("choices", [])]
    return "".join(choice["delta"].get("content") or "" for choice in choices)


# Who it says it is.


async def test_what_a_request_carries(scripted: ScriptedServer, engine: AnthropicEngine) -> None:
    raw = await (await engine.open(chat("hello"))).read_all(10**6)
    assert contents(raw) == "scripted: hello"
    assert raw.endswith(b"data: [DONE]\n\n")
    seen = scripted.seen[-1]
    assert seen.path == "/v1/messages"
    assert (seen.headers["x-api-key"], seen.headers["anthropic-version"]) == (scripted.key, "2023-06-01")
    assert "authorization" not in seen.headers
    assert not any("beta" in name for name in seen.headers)
    assert seen.headers["x-request-id"] == "req_1"
    assert seen.body == {
        "model": "m", "stream": True, "max_tokens": 50,
        "messages": [{"role": "user", "content": [{"type": "text", "text": "hello"}]}],
    }  # fmt: skip


async def test_what_is_configured_goes_before_what_is_usual() -> None:
    fake = Fake(sse(begin(), *end()))
    async with fake as engine:
        assert engine.credentials(None) == {"anthropic-version": "2023-06-01"}
        headers = {"anthropic-version": "2026-10-21", "anthropic-beta": "context-1m"}
        own = AnthropicEngine(provider(f"http://127.0.0.1:{fake.server.port}/v1", headers=headers), KEY)
        await own.start()
        await (await own.open(chat())).read_all(10**6)
        await own.stop()
    assert headers.items() <= fake.asked[-1].headers.items()


def test_who_names_no_address_means_anthropics(tmp_path: Path) -> None:
    made = build(provider(), {"K": KEY}, ArtifactStore(tmp_path))
    assert isinstance(made, AnthropicEngine)
    assert made.provider.base_url == "https://api.anthropic.com/v1"
    assert (made.speaks, made.always_stream) == (frozenset({"messages"}), True)


@pytest.mark.parametrize("secrets", [{}, {"K": " "}, {"K": "a\nb"}])
def test_a_key_that_cannot_be_is_told_at_once(secrets: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(EngineSetupError):
        build(provider(), secrets, ArtifactStore(tmp_path))


async def test_its_own_api_passes_untouched(scripted: ScriptedServer, engine: AnthropicEngine) -> None:
    asked = {"model": "m", "max_tokens": 9, "stream": True, "messages": [{"role": "user", "content": "hi"}], "top_k": 3}
    raw = json.dumps(asked).encode()
    told = await (await engine.open(Call("/messages", raw, "req_1", stream=True))).read_all(10**6)
    assert scripted.seen[-1].body == asked
    assert told.startswith(b"event: message_start\n")


# What it knows.


async def test_models(engine: AnthropicEngine) -> None:
    assert await engine.models() == ["scripted"]


async def test_tokens_are_counted_of_what_counts(scripted: ScriptedServer, engine: AnthropicEngine) -> None:
    body = {
        "model": "m",
        "max_tokens": 9,
        "stream": True,
        "messages": [{"role": "user", "content": "a b"}],
        "system": "s",
    }
    assert await engine.count_native("/messages", json.dumps(body).encode()) == 12
    assert set(scripted.seen[-1].body) == {"model", "messages", "system"}
    assert await engine.count_native("/responses", b"{}") is None
    assert await engine.count_native("/messages", b"[") is None
    assert await engine.count_native("/messages", b'{"model": "m", "messages": []}') is None


async def test_a_chat_is_counted_as_it_would_be_asked(scripted: ScriptedServer, engine: AnthropicEngine) -> None:
    tools = [{"type": "function", "function": {"name": "f"}}]
    said = [{"role": "system", "content": "s"}, {"role": "user", "content": "a b"}]
    counted = await engine.count_chat({"model": "m", "messages": said, "tools": tools})
    raw = await (await engine.open(chat(messages=said, tools=tools))).read_all(10**6)
    assert f'"prompt_tokens":{counted},'.encode() in raw
    assert await engine.count_chat({"model": "m", "messages": [{"role": "judge"}]}) is None


async def test_what_a_model_can_is_asked_once_and_only_when_it_matters() -> None:
    fake = Fake(sse(begin(), *end()))
    yes = {"supported": True}
    fake.capabilities = {"thinking": {"types": {"adaptive": yes}}, "effort": {"low": yes}}
    async with fake as engine:
        await (await engine.open(chat())).read_all(10**6)
        assert [request.method for request in fake.asked] == ["POST"]
        for _ in range(2):
            await (await engine.open(chat(reasoning_effort="low", model="a/b"))).read_all(10**6)
        assert [request.path for request in fake.asked if request.method == "GET"] == ["/v1/models/a%2Fb"]
        assert json.loads(fake.asked[-1].body)["thinking"]["type"] == "adaptive"


async def test_a_model_that_says_nothing_is_asked_again_after_a_while() -> None:
    fake, clock = Fake(sse(begin(), *end())), ManualClock()
    async with fake as engine:
        engine._clock = clock
        for wait_s, asked in ((0, 1), (30, 1), (31, 2)):
            clock.advance(s=wait_s)
            await (await engine.open(chat(reasoning_effort="low", max_tokens=9000))).read_all(10**6)
            assert sum(request.method == "GET" for request in fake.asked) == asked
            assert json.loads(fake.asked[-1].body)["thinking"]["type"] == "enabled"


@pytest.mark.parametrize("path", ["/embeddings", "/completions", "/audio/speech"])
async def test_what_it_has_not_is_refused(engine: AnthropicEngine, path: str) -> None:
    with pytest.raises(InvalidRequest, match=path.lstrip("/")):
        await engine.send(chat(path=path))


async def test_what_cannot_be_translated_is_never_sent(scripted: ScriptedServer, engine: AnthropicEngine) -> None:
    with pytest.raises(InvalidRequest, match="n:"):
        await engine.send(chat(n=2))
    with pytest.raises(InvalidRequest, match="deep"):
        await engine.send(Call("/chat/completions", b'{"a":' + b"[" * 100_000, "req_1", stream=True))
    assert not scripted.seen


async def test_down_is_down() -> None:
    made = AnthropicEngine(provider("http://127.0.0.1:1/v1"), KEY)
    with pytest.raises(EngineDown):
        await made.send(chat(reasoning_effort="low"))


# When things go wrong.


async def refused(exchange: Exchange) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(await exchange.read_all(10**6))["error"]
    return body


@pytest.mark.parametrize(
    ("status", "kind", "type_", "code"),
    [
        (529, "overloaded_error", "server_error", "overloaded"),
        (500, "api_error", "server_error", None),
        (504, "timeout_error", "server_error", "timeout"),
        (429, "rate_limit_error", "rate_limit_error", None),
        (400, "invalid_request_error", "invalid_request_error", None),
        (401, "authentication_error", "authentication_error", None),
        (404, "not_found_error", "invalid_request_error", None),
        (413, "request_too_large", "invalid_request_error", "request_too_large"),
    ],
)
async def test_errors_in_openais_shape(status: int, kind: str, type_: str, code: str | None) -> None:
    body = json.dumps({"type": "error", "error": {"type": kind, "message": "words"}, "request_id": "r"}).encode()
    async with Fake(body, status=status, headers={"retry-after": "7"}) as engine:
        exchange = await engine.open(chat())
        assert exchange.status == status
        assert exchange.header(b"retry-after") == b"7"
        assert await refused(exchange) == {"message": "words", "type": type_, "param": None, "code": code}


async def test_a_prompt_too_long_says_so_as_openai_does() -> None:
    error = {"type": "invalid_request_error", "message": "prompt is too long: 210000 tokens > 200000 maximum"}
    async with Fake(json.dumps({"type": "error", "error": error}).encode(), status=400) as engine:
        told = await refused(await engine.open(chat()))
    assert (told["code"], told["param"]) == ("context_length_exceeded", "messages")


@pytest.mark.parametrize(
    "body", [b"", b"<html>502</html>", b'{"detail": 5}', b"x" * 70_000], ids=["", "html", "other", "long"]
)
async def test_an_error_of_somebody_elses_comes_as_it_is(body: bytes) -> None:
    async with Fake(body, status=502) as engine:
        assert await (await engine.open(chat())).read_all(10**6) == body


async def test_a_stream_that_breaks_gives_what_came_and_then_the_break() -> None:
    raw = sse(begin(), *text(0, "a", "b"))
    async with Fake(raw[:-20], b"break") as engine:
        exchange, got = await engine.open(chat()), []
        with pytest.raises(WireError) as caught:
            await exchange.heed(lambda data: bool(got.append(data)))
    assert caught.value.phase == "body"
    assert contents(b"".join(got)) == "ab"


async def test_a_reader_that_leaves_stops_the_upstream(scripted: ScriptedServer, engine: AnthropicEngine) -> None:
    exchange = await engine.open(chat("[[words=9; stall_after=5]]"))
    got = b""
    while contents(got) != "one two":
        got += await exchange.read()
    exchange.abort()
    with pytest.raises(WireError):
        await exchange.read()
    await scripted.stop()  # waits for the handler, which must have been let go
    assert scripted.seen[-1].outcome == "cancelled"


async def test_a_reader_that_is_cancelled_stops_the_upstream(scripted: ScriptedServer, engine: AnthropicEngine) -> None:
    exchange = await engine.open(chat("[[stall_after=0]]"))
    task = asyncio.create_task(exchange.read())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await scripted.stop()
    assert scripted.seen[-1].outcome == "cancelled"


async def test_a_reader_that_does_not_read_holds_the_upstream_back() -> None:
    event = sse(*text(0, "x" * 1000)[1:2])
    fake = Fake(sse(begin(), *text(0)[:1]), *([event] * 20_000), sse(*end()))
    async with fake as engine:
        exchange = await engine.open(chat())
        async with asyncio.timeout(20):
            while not exchange.paused:  # noqa: ASYNC110 # the socket's own pace
                await asyncio.sleep(0.002)
        held = exchange.unread
        assert held < 1024 * 1024
        assert fake.written < 20_000 * len(event)
        assert len(contents(await exchange.read_all(10**8))) == 20_000 * 1000


async def test_one_event_at_a_time_as_the_gateway_listens(engine: AnthropicEngine) -> None:
    heard: list[bytes] = []
    exchange = await engine.open(chat("[[words=5]]"))
    assert not await exchange.heed(lambda data: bool(heard.append(data)))
    assert contents(b"".join(heard)) == "one two three four five"
