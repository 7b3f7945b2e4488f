"""The scripted engine's server: HTTP, time and mishaps. What is answered is composed and rendered elsewhere."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import msgspec

from tokenry.base.clock import NS_PER_S, Clock, SystemClock
from tokenry.config import Provider
from tokenry.engines.engine import Engine
from tokenry.engines.loopback import LoopbackServer, Reply, Request, error_body
from tokenry.engines.scripted import compose, directives, render, tokens
from tokenry.engines.scripted.asked import Base, ChatRequest, CompletionRequest, EmbeddingsRequest, Generation, texts
from tokenry.engines.scripted.directives import BadDirective, Script
from tokenry.engines.wire import Origin

SEEN_MAX = 1000
SEEN_BODY_SIZE_MAX = 64 * 1024  # bytes; of a larger request the body is not kept
_COUNTED_MAX = 10_000
R = TypeVar("R", bound=Base)


@dataclass(slots=True)
class Seen:
    """One request as the engine met it, for tests to look at. `outcome`: open, done, failed, broken or cancelled."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    outcome: str = "open"
    events: int = 0


class _Broken(Exception):
    """The script says that the connection breaks here."""


class ScriptedServer:
    """The engine as a server of its own; `ScriptedEngine` runs one, tests may use it as an OpenAI-compatible remote.

    Args:
        clock: for `created`.
        key: the bearer key it wants; a random one when absent.
        models: what `GET /v1/models` lists.
    """

    def __init__(self, *, clock: Clock | None = None, key: str | None = None, models: tuple[str, ...] = ("scripted",)):
        self.key = key or secrets.token_urlsafe(16)
        self.seen: deque[Seen] = deque(maxlen=SEEN_MAX)
        self._clock = clock or SystemClock()
        self._models = models
        self._times: Counter[str] = Counter()
        self._server = LoopbackServer(self._handle, key=self.key)

    @property
    def base_url(self) -> str:
        """Its base URL, once started."""
        return f"http://127.0.0.1:{self._server.port}/v1"

    async def start(self) -> None:
        """Begin to listen."""
        await self._server.start()

    async def stop(self) -> None:
        """Stop listening and break what is under way."""
        await self._server.stop()

    async def __aenter__(self) -> ScriptedServer:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    async def _handle(self, request: Request, reply: Reply) -> None:
        if (request.method, request.path) == ("GET", "/v1/models"):
            data = [{"id": name, "object": "model", "created": 0, "owned_by": "tokenry"} for name in self._models]
            await reply.send_json(200, {"object": "list", "data": data})
        elif (request.method, request.path) == ("GET", "/health"):
            await reply.send_json(200, {"status": "ok"})
        elif request.method == "POST" and request.path in _ENDPOINTS:
            await self._generate(request, reply)
        else:
            await reply.send_json(404, error_body(f"no {request.method} {request.path} here", code="not_found"))

    async def _generate(self, request: Request, reply: Reply) -> None:
        seen = Seen(request.path, request.headers, {})
        self.seen.append(seen)
        try:
            seen.body = msgspec.json.decode(request.body, type=dict[str, Any])
            await self._answer(request, reply, seen)
            seen.outcome = "done" if seen.outcome == "open" else seen.outcome
        except (msgspec.MsgspecError, BadDirective) as error:
            seen.outcome = "failed"
            await reply.send_json(400, error_body(str(error), code="invalid_value"))
        except _Broken:
            seen.outcome = "broken"
            reply.break_off()
        except (asyncio.CancelledError, ConnectionError):
            seen.outcome = "cancelled"
            raise
        finally:
            if len(request.body) > SEEN_BODY_SIZE_MAX:
                seen.body = {}

    async def _answer(self, request: Request, reply: Reply, seen: Seen) -> None:
        asked = _decode(request.body, _ENDPOINTS[request.path])
        prompts = _prompts(asked)
        script = directives.read(asked.model, prompts)
        if script.latency_ms:
            await asyncio.sleep(script.latency_ms / 1000)
        if await self._mishap(asked.model, prompts, script, reply):
            seen.outcome = "failed"
            return
        frame = self._frame(asked, script, request)
        if isinstance(asked, EmbeddingsRequest):
            await _send_whole(reply, render.embeddings_body(frame.model, asked, script), script)
            return
        assert isinstance(asked, Generation)
        body, chunks = _rendered(asked, script, frame)
        if asked.stream and not script.whole:
            await _stream(reply, chunks, script, seen)
        else:
            await _send_whole(reply, body, script)

    async def _mishap(self, model: str, prompts: list[str], script: Script, reply: Reply) -> bool:
        """Whether the script's error was sent instead of an answer. Raises _Broken for `break_head`."""
        if script.error is None and not script.break_head:
            return False
        if script.times is not None and self._time("\0".join((model, *prompts))) > script.times:
            return False
        if script.error is None:
            raise _Broken
        headers = {"retry-after": script.retry_after} if script.retry_after else {}
        await reply.send_json(script.error, _error(script, script.error), headers)
        return True

    def _time(self, key: str) -> int:
        """How often this was asked, this time included."""
        if len(self._times) >= _COUNTED_MAX:
            self._times.clear()
        self._times[key] += 1
        return self._times[key]

    def _frame(self, asked: Base, script: Script, request: Request) -> render.Frame:
        if isinstance(asked, ChatRequest):
            prefix, count = "chatcmpl-", compose.chat_prompt_tokens(asked)
        else:
            prefix, count = "cmpl-", sum(len(tokens.split(text)) for text in _prompts(asked))
        return render.Frame(
            id=tokens.identity(prefix, request.body),
            created=self._clock.now_ns() // NS_PER_S,
            model=script.model or asked.model,
            script=script,
            prompt_tokens=count,
        )


_ENDPOINTS: dict[str, type[Base]] = {
    "/v1/chat/completions": ChatRequest,
    "/v1/completions": CompletionRequest,
    "/v1/embeddings": EmbeddingsRequest,
}


class ScriptedEngine(Engine):
    """A scripted server of its own behind the same wire as any other engine. `server.seen` shows what reached it."""

    capabilities: ClassVar[frozenset[str]] = frozenset(
        {"chat", "completions", "embeddings", "models", "json_schema", "tools", "logprobs"}
    )

    def __init__(self, provider: Provider, *, clock: Clock | None = None) -> None:
        super().__init__(provider)
        self.server = ScriptedServer(clock=clock, models=(provider.model or "scripted",))

    async def start(self) -> None:
        """Listen and be ready."""
        self._starting()
        self.starts += 1
        await self.server.start()
        self._attach(*Origin.parse(self.server.base_url), self.server.key)

    async def stop(self) -> None:
        """Stop listening."""
        await super().stop()
        await self.server.stop()


def _decode(body: bytes, kind: type[R]) -> R:
    return msgspec.json.decode(body, type=kind)


def _prompts(asked: Base) -> list[str]:
    """The texts in which directives count."""
    match asked:
        case ChatRequest():
            return asked.directed
        case CompletionRequest():
            return asked.prompts
        case EmbeddingsRequest():
            return texts(asked.input)
        case _:
            return []


def _rendered(
    asked: Generation, script: Script, frame: render.Frame
) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    if isinstance(asked, ChatRequest):
        choices = compose.chat_choices(asked, script)
        return render.chat_body(frame, asked, choices), render.chat_chunks(frame, asked, choices)
    assert isinstance(asked, CompletionRequest)
    choices = compose.completion_choices(asked, script)
    return render.completion_body(frame, asked, choices), render.completion_chunks(frame, asked, choices)


async def _send_whole(reply: Reply, body: dict[str, Any], script: Script) -> None:
    encoded = msgspec.json.encode(body)
    kept = encoded if script.break_after is None else encoded[: script.break_after]
    await reply.send_bytes(200, kept, {"content-type": "application/json"}, length=len(encoded))
    if len(kept) != len(encoded):
        raise _Broken


async def _stream(reply: Reply, chunks: Iterator[dict[str, Any]], script: Script, seen: Seen) -> None:
    await reply.start(200, {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"})
    await asyncio.sleep(script.first_ms / 1000)
    for chunk in chunks:
        if await _mishap_in_stream(reply, script, seen):
            return
        if seen.events and script.delay_ms:
            await asyncio.sleep(script.delay_ms / 1000)
        await _event(reply, msgspec.json.encode(chunk), script, seen)
    if await _mishap_in_stream(reply, script, seen):
        return
    if not script.no_done:
        await _event(reply, b"[DONE]", script, seen)
    await reply.end()


async def _mishap_in_stream(reply: Reply, script: Script, seen: Seen) -> bool:
    """Do what the script says happens after so many events; True when that was the end of the stream."""
    if script.break_after == seen.events:
        raise _Broken
    if script.stall_after == seen.events:
        await asyncio.Event().wait()
    if script.junk_after == seen.events:
        await _event(reply, b'{"choices": [', script, seen)
    if script.error_after == seen.events:
        await _event(reply, msgspec.json.encode(_error(script, 500)), script, seen)
        await reply.end()
        seen.outcome = "failed"
        return True
    return False


async def _event(reply: Reply, data: bytes, script: Script, seen: Seen) -> None:
    end = b"\r\n" if script.crlf else b"\n"
    framed = (b": ping" + end * 2 if script.pings else b"") + b"data: " + data + end * 2
    size = script.split or len(framed)
    for start in range(0, len(framed), size):
        await reply.write(framed[start : start + size])
        await asyncio.sleep(0)  # many events without delay must not hold up everyone else on this loop
    seen.events += 1


def _error(script: Script, status: int) -> dict[str, Any]:
    kind = script.type or ("server_error" if status >= 500 else "invalid_request_error")
    kind = "rate_limit_error" if status == 429 and script.type is None else kind
    return error_body(script.message or f"scripted error {status}", kind, script.code)
