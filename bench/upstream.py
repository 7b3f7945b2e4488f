"""A mock OpenAI-compatible upstream that is not the bottleneck: one process, one raw `asyncio.Protocol`.

It knows how to answer fast and to count what it really sent. It does not think, check keys or read prompts.

Serves `POST /v1/chat/completions` (JSON or server-sent events), `POST /v1/embeddings`, `GET /v1/models`, `GET /health`,
`GET /stats` (what was really served: the ground truth that a ledger is checked against) and `POST /reset`.

The model's name chooses the behaviour, by options after any prefix, as in `mock-d10-n50`:

    dN   N ms between events (d0: one socket write an event; absent: all events in one write)
    nN   N content events, which is also the number of completion tokens (50 when absent)
    lN   N ms before the first byte
    eN   HTTP status N with an error body in OpenAI's shape (e429, e500)
    xN   the connection breaks after N events
    sN   silence after N events, until the client goes

`max_tokens` or `max_completion_tokens` bounds the reply. A usage event is sent when the request asks for it
(`stream_options.include_usage`) or with --always-usage. --log FILE appends one JSON line a request: id (the request's
x-request-id), prompt, sent (completion tokens really sent), done.

    python -m bench.upstream --port 9100
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import json
import re
import resource
import signal
import socket
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO, cast

import httptools
import uvloop

MODEL = re.compile(rb'"model"\s*:\s*"([^"]*)"')
STREAM = re.compile(rb'"stream"\s*:\s*true')
USAGE = re.compile(rb'"include_usage"\s*:\s*true')
LIMIT = re.compile(rb'"max_(?:completion_)?tokens"\s*:\s*(\d+)')
OPTION = re.compile(r"[dnlexs]\d+")
TEXT = "the quick brown fox jumps over a lazy dog and then rests near an old river bank while evening light falls"
WORDS = TEXT.split()
PROMPT_TOKENS, REPLY_TOKENS, EMBEDDING_TOKENS = 25, 200, 8
CREATED = 1_700_000_000
SSE_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
ERROR_BODY = b'{"error":{"message":"mock error","type":"mock_error","param":null,"code":"mock"}}'
MODELS_BODY = b'{"object":"list","data":[{"id":"mock","object":"model","created":1700000000,"owned_by":"mock"}]}'


@dataclass
class Stats:
    """What was really served since the start or the last reset; `open` is connections now."""

    requests: int = 0
    json: int = 0
    streams: int = 0
    streams_done: int = 0
    aborted: int = 0
    errors: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    open: int = 0


@dataclass
class Settings:
    """What every connection shares."""

    stats: Stats
    always_usage: bool = False
    log: TextIO | None = None

    def note(self, request_id: bytes, sent: int, done: bool) -> None:
        """Append one request's line to the log, when there is one."""
        if self.log:
            line = {"id": request_id.decode("latin1"), "prompt": PROMPT_TOKENS, "sent": sent, "done": done}
            self.log.write(json.dumps(line) + "\n")
            self.log.flush()


@dataclass(frozen=True)
class Script:
    """One stream, ready made: its events, the last ones, and all of it with the head."""

    parts: Sequence[bytes]
    tail: bytes
    whole: bytes


def answer(status: int, body: bytes) -> bytes:
    """A whole HTTP/1.1 answer with a JSON body."""
    return b"HTTP/1.1 %d X\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % (status, len(body)) + body


@functools.lru_cache(4096)
def options(model: str) -> dict[str, int]:
    """`{"d": 10, "n": 50}` for `mock-d10-n50`."""
    return {part[0]: int(part[1:]) for part in model.split("-")[1:] if OPTION.fullmatch(part)}


@functools.lru_cache(4096)
def json_reply(model: str, tokens: int) -> bytes:
    """A whole answer of so many words."""
    message = {"role": "assistant", "content": " ".join(WORDS[i % len(WORDS)] for i in range(tokens))}
    finish = "stop" if tokens == REPLY_TOKENS else "length"
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
    body = _envelope(model, "chat.completion", [choice]) | {"usage": _usage(tokens)}
    return answer(200, json.dumps(body, separators=(",", ":")).encode())


@functools.lru_cache(4096)
def script(model: str, tokens: int, usage: bool, finish: str) -> Script:
    """A stream of so many words, with or without the usage event."""

    def event(choices: list[dict[str, Any]], **more: object) -> bytes:
        body = _envelope(model, "chat.completion.chunk", choices) | more
        return _chunked(b"data: " + json.dumps(body, separators=(",", ":")).encode() + b"\n\n")

    def choice(delta: dict[str, str], finish: str | None = None) -> list[dict[str, Any]]:
        return [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]

    parts = [event(choice({"role": "assistant", "content": ""}))]
    parts += [event(choice({"content": WORDS[i % len(WORDS)] + " "})) for i in range(tokens)]
    tail = event(choice({}, finish))
    if usage:
        tail += event([], usage=_usage(tokens))
    tail += _chunked(b"data: [DONE]\n\n") + b"0\r\n\r\n"
    return Script(parts, tail, SSE_HEAD + b"".join(parts) + tail)


def _envelope(model: str, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "chatcmpl-mock",
        "object": kind,
        "created": CREATED,
        "model": model,
        "system_fingerprint": "fp_mock",
        "choices": choices,
    }


def _usage(tokens: int) -> dict[str, int]:
    return {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": tokens, "total_tokens": PROMPT_TOKENS + tokens}


def _chunked(piece: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(piece), piece)


class Connection(asyncio.Protocol):
    """One client's connection; pipelined requests wait their turn."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.stats = settings.stats
        self.loop = asyncio.get_running_loop()
        self.parser = httptools.HttpRequestParser(self)
        self.url = self.body = self.request_id = b""
        self.closed = self.busy = self.silent = False
        self.waiting: list[tuple[bytes, bytes]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stats.open += 1

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self.stats.open -= 1
        self.stats.aborted += self.silent

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self.transport.close()

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"x-request-id":
            self.request_id = value

    def on_body(self, piece: bytes) -> None:
        self.body += piece

    def on_message_complete(self) -> None:
        url, body = self.url, self.body
        self.url = self.body = b""
        if self.busy:
            self.waiting.append((url, body))
        else:
            self._handle(url, body)

    def _next(self) -> None:
        self.busy = False
        if self.waiting:
            self._handle(*self.waiting.pop(0))

    def _handle(self, url: bytes, body: bytes) -> None:
        if not url.endswith(b"/chat/completions"):
            self.transport.write(self._small(url))
            return
        self.stats.requests += 1
        found = MODEL.search(body)
        model = found.group(1).decode() if found else "mock"
        self.busy = True
        if latency_ms := options(model).get("l"):
            self.loop.call_later(latency_ms / 1000, self._chat, model, body)
        else:
            self._chat(model, body)

    def _small(self, url: bytes) -> bytes:
        if url.endswith(b"/models"):
            return answer(200, MODELS_BODY)
        if url.endswith(b"/embeddings"):
            self.stats.requests += 1
            self.stats.prompt_tokens += EMBEDDING_TOKENS
            vector = {"object": "embedding", "index": 0, "embedding": [0.01] * 384}
            usage = {"prompt_tokens": EMBEDDING_TOKENS, "total_tokens": EMBEDDING_TOKENS}
            body = {"object": "list", "model": "mock", "data": [vector], "usage": usage}
            return answer(200, json.dumps(body).encode())
        if url == b"/stats":
            return answer(200, json.dumps(asdict(self.stats)).encode())
        if url == b"/reset":
            vars(self.stats).update(asdict(Stats(open=self.stats.open)))
            return answer(200, b"{}")
        return answer(200 if url.startswith(b"/health") else 404, b"{}")

    def _chat(self, model: str, body: bytes) -> None:
        if self.closed:
            self.stats.aborted += 1
            return
        how = options(model)
        if "e" in how:
            self.stats.errors += 1
            self.transport.write(answer(how["e"], ERROR_BODY))
            self._next()
            return
        self.stats.prompt_tokens += PROMPT_TOKENS
        found = LIMIT.search(body)
        limit = int(found.group(1)) if found else 1 << 30
        if STREAM.search(body):
            self._stream(model, min(how.get("n", 50), limit), bool(USAGE.search(body)))
            return
        tokens = min(REPLY_TOKENS, limit)
        self.stats.json += 1
        self.stats.completion_tokens += tokens
        self.transport.write(json_reply(model, tokens))
        self._done(tokens)

    def _stream(self, model: str, tokens: int, usage: bool) -> None:
        how = options(model)
        finish = "stop" if tokens == how.get("n", 50) else "length"
        play = script(model, tokens, usage or self.settings.always_usage, finish)
        self.stats.streams += 1
        if how.keys() & {"d", "x", "s"}:
            self.transport.write(SSE_HEAD)
            self._step(play, how, 0)
            return
        self.transport.write(play.whole)
        self.stats.streams_done += 1
        self.stats.completion_tokens += tokens
        self._done(tokens)

    def _step(self, play: Script, how: dict[str, int], i: int) -> None:
        if self.closed or i == how.get("x"):
            self.stats.aborted += 1
            self.settings.note(self.request_id, max(0, i - 1), False)
            if not self.closed:
                self.transport.abort()
        elif i == how.get("s"):
            self.silent = True
            self.settings.note(self.request_id, max(0, i - 1), False)
        elif i < len(play.parts):
            self.transport.write(play.parts[i])
            if i:  # the first event carries the role and no token
                self.stats.completion_tokens += 1
            if how.get("d"):
                self.loop.call_later(how["d"] / 1000, self._step, play, how, i + 1)
            else:
                self.loop.call_soon(self._step, play, how, i + 1)
        else:
            self.transport.write(play.tail)
            self.stats.streams_done += 1
            self._done(len(play.parts) - 1)

    def _done(self, tokens: int) -> None:
        self.settings.note(self.request_id, tokens, True)
        self._next()


async def serve(args: argparse.Namespace, settings: Settings) -> None:
    """Listen until SIGTERM or SIGINT, then print the stats."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(settings), args.host, args.port, backlog=4096)
    port = server.sockets[0].getsockname()[1]
    print(f"mock upstream on http://{args.host}:{port}/v1", flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
    server.close()
    print(json.dumps(asdict(settings.stats)), flush=True)


def main() -> None:
    """Parse the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9100, help="0 = any free one")
    parser.add_argument("--log", type=Path, help="append one JSON line a request to this file")
    parser.add_argument("--always-usage", action="store_true", help="send the usage event on every stream")
    args = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(65535, hard), hard))
    log = args.log.open("a", encoding="utf-8") if args.log else None
    uvloop.run(serve(args, Settings(Stats(), args.always_usage, log)))


if __name__ == "__main__":
    main()
