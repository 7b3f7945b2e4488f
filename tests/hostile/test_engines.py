"""Engines that send what no engine should: the client gets an answer or an error, and the books stay sound.

The engine here is a socket that writes prepared bytes, whatever it is asked. Requests ask for a whole answer, a stream,
a stream with its usage, a forced tool call, and an answer that is kept for an Idempotency-Key: each reads the engine's
bytes in another place.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.harness import Key, Server, ask, configured, model
from tests.hostile.test_bodies import resident

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("no_line_left")]

CHAT = "/v1/chat/completions"
HI: dict[str, Any] = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 50}
TOOLS = [{"type": "function", "function": {"name": "f", "parameters": {}}}]
# What each kind of engine is asked for; the second kind is always asked for a stream, which is put together here.
DIALECTS = {
    "openai": ("whole", "stream with usage", "kept"),
    "llama.cpp": ("whole", "stream", "forced"),
}
ASKED: dict[str, dict[str, Any]] = {
    "whole": {},
    "stream": {"stream": True},
    "stream with usage": {"stream": True, "stream_options": {"include_usage": True}},
    "forced": {"tools": TOOLS, "tool_choice": "required"},
    "kept": {},
}


def sse(*events: bytes, more: bytes = b"") -> bytes:
    """A stream's answer."""
    body = b"".join([b"data: " + event + b"\n\n" for event in events]) + more
    return b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n" + body


def whole(body: bytes) -> bytes:
    """An answer in one piece."""
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
    return head % len(body) + body


def chunk(choices: bytes, more: bytes = b"") -> bytes:
    return b'{"id":"c","object":"chat.completion.chunk","created":1,"model":"x","choices":%b%b}' % (choices, more)


WORD = chunk(b'[{"index":0,"delta":{"content":"a"},"finish_reason":null}]')
STOP = chunk(b'[{"index":0,"delta":{},"finish_reason":"stop"}]')
USED = chunk(b"[]", b',"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}')
ODD: dict[str, bytes] = {
    "bytes that are no UTF-8 in a text": sse(WORD.replace(b'"a"', b'"\xff"'), STOP, USED, b"[DONE]"),
    "bytes that are no UTF-8 in a key": sse(WORD.replace(b'"delta"', b'"\xff"'), STOP, b"[DONE]"),
    "bytes that are no UTF-8 in a reason": sse(WORD, STOP.replace(b'"stop"', b'"\xff"'), b"[DONE]"),
    "bytes that are no UTF-8 in the id": sse(WORD.replace(b'"c"', b'"\xff"'), STOP, USED, b"[DONE]"),
    "half a surrogate": sse(WORD.replace(b'"a"', b'"\\ud800"'), STOP, b"[DONE]"),
    "choices that are a number": sse(chunk(b"5"), WORD, STOP, b"[DONE]"),
    "choices that are an object": sse(chunk(b"{}"), WORD, STOP, b"[DONE]"),
    "a choice that is a number": sse(WORD, chunk(b"[5]"), STOP, b"[DONE]"),
    "only choices that are none": sse(chunk(b'["content"]'), chunk(b"5"), b"[DONE]"),
    "a delta that is a list": sse(chunk(b'[{"index":0,"delta":["content"]}]'), STOP, b"[DONE]"),
    "a content that is an object": sse(chunk(b'[{"index":0,"delta":{"content":{"a":"b"}}}]'), STOP, b"[DONE]"),
    "an index that is huge": sse(chunk(b'[{"index":1e300,"delta":{"content":"a"}}]'), STOP, b"[DONE]"),
    "an index below nothing": sse(chunk(b'[{"index":-1,"delta":{"content":"a"}}]'), STOP, b"[DONE]"),
    "tool calls far out": sse(
        chunk(b'[{"index":0,"delta":{"tool_calls":[{"index":999999999,"function":{"arguments":"{"}}]}}]'), STOP
    ),
    "tool calls that are none": sse(chunk(b'[{"index":0,"delta":{"tool_calls":[5,{"function":7}]}}]'), STOP),
    "a reason that is a number": sse(WORD, chunk(b'[{"index":0,"delta":{},"finish_reason":5}]'), b"[DONE]"),
    "usage below nothing": sse(WORD, STOP, USED.replace(b":3", b":-3").replace(b":2", b":-2"), b"[DONE]"),
    "usage beyond belief": sse(WORD, STOP, USED.replace(b":3", b":%d" % 10**30), b"[DONE]"),
    "usage in words": sse(WORD, STOP, USED.replace(b":3", b':"3"'), b"[DONE]"),
    "usage that is a list": sse(WORD, STOP, chunk(b"[]", b',"usage":[1]'), b"[DONE]"),
    "an error that is a text": sse(WORD, b'{"error":"boom"}'),
    "an error that is a number": sse(WORD, b'{"error":5}', STOP, b"[DONE]"),
    "an error in depth": sse(b'{"error":' + b"[" * 5000 + b"]" * 5000 + b"}"),
    "depth": sse(WORD, b'{"choices":' + b"[" * 50_000, STOP, b"[DONE]"),
    "no JSON": sse(b"hello", b"{", WORD, STOP, b"[DONE]"),
    "nothing but the end": sse(b"[DONE]"),
    "nothing": sse(),
    "no end": sse(WORD),
    "words without a limit": sse(*[WORD] * 300, STOP, b"[DONE]"),
    "words after the end": sse(WORD, STOP, b"[DONE]", WORD, STOP),
    "comments alone": sse(more=b": ping\n\n" * 1000),
    "an event of 5 MB": sse(WORD, b'{"choices":[{"delta":{"content":"' + b"a" * 5_000_000 + b'"}}]}', STOP, b"[DONE]"),
    "a line of 5 MB": sse(WORD, more=b"a" * 5_000_000),
    "carriage returns": sse(WORD, STOP, more=b"data: [DONE]\r\r").replace(b"\n\n", b"\r\n\r\n"),
    "a whole answer that is no JSON": whole(b"hello"),
    "a whole answer that is a list": whole(b"[]"),
    "a whole answer that is deep": whole(b'{"usage":' + b"[" * 100_000),
    "a whole answer with odd bytes": whole(
        b'{"id":"\xff","choices":[{"message":{"content":"\xff"},"finish_reason":"stop","index":0}]}'
    ),
    "a status beyond": b"HTTP/1.1 999 Beyond\r\ncontent-length: 0\r\n\r\n",
    "a status below": b"HTTP/1.1 99 Below\r\ncontent-length: 0\r\n\r\n",
    "a switch": b"HTTP/1.1 101 Switch\r\nupgrade: x\r\n\r\n",
    "hints without end": b"HTTP/1.1 103 Hints\r\nlink: x\r\n\r\n" * 5000,
    "a redirect": b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
    "no HTTP": b"SSH-2.0-OpenSSH\r\n",
    "a head without end": b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 20_000,
    "two lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
    "a length that is a lie": b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\nconnection: close\r\n\r\n{}",
    "chunks that break": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhelloX\r\n",
    "gzip that nobody asked for": (
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\x1f\x8b\x08\0"
    ),
    "a header in the answer": b"HTTP/1.1 200 OK\r\nset-cookie: a=b\r\ncontent-length: 2\r\nx: a\rb\r\n\r\n{}",
    "a refusal that is no JSON": b"HTTP/1.1 400 Bad\r\ncontent-length: 6\r\n\r\n<html>",
    "a refusal with odd bytes": (
        b'HTTP/1.1 429 Slow\r\nretry-after: \xff\r\ncontent-length: 15\r\n\r\n{"error":"\xff\xff"}'
    ),
    "the door": b"",
}


SPENT_MAX_NANO = 30_000_000  # three answers of as many tokens as the model gives; a budget is thirty times that
CASES = [pytest.param(name, dialect) for name in ODD for dialect in DIALECTS]


class Engine:
    """Reads one request a connection and answers it with `bytes`, in a thread with a loop of its own."""

    def __init__(self) -> None:
        self.answer = b""
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"
        self._ready.set()
        self._loop.run_forever()
        self._server.close()
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            size = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"length" in line), 0)
            await reader.readexactly(size)
            writer.write(self.answer if head.startswith(b"POST") else whole(b'{"data":[]}'))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever asked has had enough
        finally:
            writer.close()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.stop()


@pytest.fixture(scope="module")
def house(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server before the odd engine. A model for each case: after five failures the breaker would answer for it."""
    folder: Path = tmp_path_factory.mktemp("engines")
    models = [
        model(f"{dialect}-{number}", to=f"{dialect}/x{number}") for dialect in DIALECTS for number in range(len(ODD))
    ]
    providers = [f'[[provider]]\nname = "{name}"\ndialect = "{name}"\nbase_url = "{engine.url}"\n' for name in DIALECTS]
    server = Server(folder, configured(*providers, *models)).start()
    yield server
    server.idle()
    assert server.stop() == 0, server.log.read_text()
    report = server.check()
    assert report["ok"], report
    assert report["open_holds"] == 0, report


@pytest.fixture
def purse(house: Server) -> Key:
    """A key of its own for each case: an engine that claims absurd usage may empty a budget."""
    return house.key("odd", budget_nano=10**9)


@pytest.mark.parametrize(("name", "dialect"), CASES)
async def test_an_engine_that_sends_what_none_should(
    house: Server, engine: Engine, purse: Key, name: str, dialect: str
) -> None:
    engine.answer, served = ODD[name], f"{dialect}-{list(ODD).index(name)}"
    before = resident(house)
    house.log.write_text("")
    for asked in DIALECTS[dialect]:
        more = ASKED[asked]
        headers = {"idempotency-key": served} if asked == "kept" else None
        answer = await ask(house.url, CHAT, purse.text, {"model": served, **HI, **more}, headers)
        assert answer.status in {200, 502, 400, 429}, (asked, answer.status, answer.body[:300])
        assert answer.complete, asked
        if answer.status != 200:
            assert answer.error()["code"] != "internal_error", asked
        elif more.get("stream"):
            assert_stream(answer.body, asked)
        else:
            json.loads(answer.body.decode("utf-8", "replace"))
    said = house.log.read_text(encoding="utf-8")
    assert "request failed" not in said, said[-3000:]
    assert resident(house) - before < 64 * 2**20
    await asyncio.to_thread(house.idle)
    assert house.spent_nano(purse) < SPENT_MAX_NANO


def assert_stream(body: bytes, asked: str) -> None:
    """Whole events; the last one is [DONE], or an error that says why there is none."""
    assert body.endswith(b"\n\n"), asked
    last = body.removesuffix(b"\n\n").rsplit(b"\n\n", 1)[-1]
    assert last == b"data: [DONE]" or b'"error"' in last, (asked, last[:300])
