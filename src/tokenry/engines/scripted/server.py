"""The scripted engine's server: HTTP, time and mishaps. What is answered is composed and rendered elsewhere."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter, deque
from typing import Any, ClassVar, TypeVar
from urllib.parse import unquote

import msgspec

from tokenry.base.clock import NS_PER_S, Clock, SystemClock
from tokenry.config import Provider
from tokenry.engines.engine import Engine
from tokenry.engines.loopback import LoopbackServer, Reply, Request, error_body
from tokenry.engines.scripted import compose, directives, messages, moderations, render, responses, telling, tokens
from tokenry.engines.scripted.asked import Base, ChatRequest, CompletionRequest, EmbeddingsRequest, texts
from tokenry.engines.scripted.directives import BadDirective, Script
from tokenry.engines.scripted.messages_asked import CountRequest, MessagesRequest
from tokenry.engines.scripted.moderations import ModerationsRequest
from tokenry.engines.scripted.responses_asked import ResponsesRequest, TokensRequest
from tokenry.engines.scripted.telling import Broken, Seen, Telling
from tokenry.engines.wire import Origin

SEEN_MAX = 1000
SEEN_BODY_SIZE_MAX = 64 * 1024  # bytes; of a larger request the body is not kept
_COUNTED_MAX = 10_000
R = TypeVar("R", bound=Base)


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
        if (request.method, request.path) == ("GET", "/v1/models") and "anthropic-version" in request.headers:
            await reply.send_json(200, messages.models_body(self._models))
        elif request.method == "GET" and request.path.startswith("/v1/models/"):
            name = unquote(request.path.removeprefix("/v1/models/"))
            await reply.send_json(200, messages.models_body((name,))["data"][0] | {"object": "model"})
        elif (request.method, request.path) == ("GET", "/v1/models"):
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
            await reply.send_json(400, _refusal(request.path, str(error)))
        except Broken:
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
        heard = asked.chat() if isinstance(asked, CountRequest | TokensRequest) else asked
        prompts = _prompts(heard)
        script = directives.read(heard.model, prompts)
        if script.latency_ms:
            await asyncio.sleep(script.latency_ms / 1000)
        if (status := self._mishap(heard.model, prompts, script)) is not None:
            seen.outcome = "failed"
            headers = {"retry-after": script.retry_after} if script.retry_after else {}
            told = messages.envelope if isinstance(asked, CountRequest) else telling.envelope
            await reply.send_json(status, told(script, status), headers)
            return
        told_as = _told(asked, heard, script, self._frame(heard, script, request))
        if getattr(asked, "stream", False) and not script.whole:
            await telling.send_stream(reply, told_as, script, seen)
        else:
            await telling.send_whole(reply, told_as.body, script)

    def _mishap(self, model: str, prompts: list[str], script: Script) -> int | None:
        """The status of the script's error, if that is the answer. Raises Broken for `break_head`."""
        if script.error is None and not script.break_head:
            return None
        if script.times is not None and self._time("\0".join((model, *prompts))) > script.times:
            return None
        if script.error is None:
            raise Broken
        return script.error

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
    "/v1/moderations": ModerationsRequest,
    "/v1/messages": MessagesRequest,
    "/v1/messages/count_tokens": CountRequest,
    "/v1/responses": ResponsesRequest,
    "/v1/responses/input_tokens": TokensRequest,
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
        case ModerationsRequest():
            return moderations.texts(asked)
        case _:
            return []


def _told(asked: Base, heard: Base, script: Script, frame: render.Frame) -> Telling:
    """The answer in the words of the API that was asked. `heard`: the same request as the chat that it is."""
    if isinstance(heard, EmbeddingsRequest):
        return Telling(render.embeddings_body(frame.model, heard, script), ())
    if isinstance(heard, ModerationsRequest):
        return Telling(moderations.body(frame, heard), ())
    if isinstance(heard, CompletionRequest):
        choices = compose.completion_choices(heard, script)
        return Telling(render.completion_body(frame, heard, choices), render.completion_chunks(frame, heard, choices))
    assert isinstance(heard, ChatRequest)
    choices = compose.chat_choices(heard, script)
    match asked:
        case MessagesRequest():
            return messages.telling(frame, choices[0])
        case CountRequest():
            return Telling({"input_tokens": frame.prompt_tokens}, ())
        case ResponsesRequest():
            return responses.telling(frame, asked, choices[0])
        case TokensRequest():
            return Telling({"object": "response.input_tokens", "input_tokens": frame.prompt_tokens}, ())
        case _:
            return Telling(render.chat_body(frame, heard, choices), render.chat_chunks(frame, heard, choices))


def _refusal(path: str, message: str) -> dict[str, Any]:
    """The body of a 400."""
    if path.startswith("/v1/messages"):
        return messages.error_body(message, 400)
    return error_body(message, code="invalid_value")
