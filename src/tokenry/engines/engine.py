"""An engine: a base URL with a dialect, a state and a pool. Knows how to speak to one, not which one to choose.

Subclasses say how a base URL comes to be: a remote has it from the start, a supervised child when it has loaded, the
scripted engine when its server listens. They call `_attach` and `_detach`; all speaking happens here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from tokenry.base.errors import TokenryError
from tokenry.base.limits import ANSWER_SIZE_MAX
from tokenry.config import Provider
from tokenry.engines.prefix_cache import PrefixCache
from tokenry.engines.wire import Exchange, Origin, Pool, Timeouts, WireError

State = Literal["starting", "ready", "down", "stopped"]
TOTAL_S = 24 * 3600.0  # the gateway ends a request by its own configured time; this is the wire's backstop
_DRAIN_POLL_S = 0.02
_CONTROL_CONNECTIONS = 2
_FORBIDDEN_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection", "x-request-id"})


class EngineDown(TokenryError):
    """The engine cannot take a request now; the message says why, with the last words of its process if it had one."""

    status = 503
    code = "engine_unavailable"


class EngineSetupError(TokenryError):
    """The configuration of an engine cannot work."""

    code = "engine_setup"


@dataclass(frozen=True, slots=True)
class Call:
    """One request to an engine. `lines`: further header lines, ready-made.

    `path` follows the base URL (`/chat/completions`); `body` is the JSON to send as it is. `cache_scope` names whose
    prompt prefixes may be found in the engine's cache (the organization); None means nobody's. `content_type` is that
    of a body that is not JSON, and `accept` what is wanted then.
    """

    path: str
    body: bytes
    request_id: str
    stream: bool
    cache_scope: str | None = None
    content_type: str | None = None
    accept: str = "*/*"
    lines: bytes = b""


@dataclass(frozen=True, slots=True)
class EngineHealth:
    """Facts for readiness and status pages. Connections are counts; pid is None for engines without a process."""

    name: str
    dialect: str
    state: State
    last_error: str | None
    connections_open: int
    connections_idle: int
    requests_waiting: int
    pid: int | None
    starts: int


class _ModelId(msgspec.Struct):
    id: str


class _ModelList(msgspec.Struct):
    data: list[_ModelId]


class _Templated(msgspec.Struct):
    prompt: str


class _Tokens(msgspec.Struct):
    tokens: list[int]


class _InputTokens(msgspec.Struct):
    input_tokens: Annotated[int, msgspec.Meta(ge=0)]


@dataclass(frozen=True, slots=True)
class _Counted:
    """How an API counts a request's prompt: where, and which of the request's members it takes there."""

    endpoint: str
    path: bytes
    members: frozenset[str]


_COUNTED = {
    "/messages": _Counted(
        "messages", b"/messages/count_tokens",
        frozenset({"model", "messages", "system", "tools", "tool_choice", "thinking", "output_config",
                   "cache_control"}),
    ),
    "/responses": _Counted(
        "responses", b"/responses/input_tokens",
        frozenset({"model", "input", "instructions", "tools", "tool_choice", "text", "reasoning",
                   "parallel_tool_calls", "truncation"}),
    ),
}  # fmt: skip  # as a table


@dataclass(frozen=True, slots=True)
class Link:
    """An open way to the engine: pools, target prefix and ready-made heads."""

    pool: Pool
    control: Pool
    base_path: bytes
    key: str | None
    head_json: bytes
    head_stream: bytes
    heads: dict[tuple[str, bool], bytes]  # by path and whether it streams: all of a head that no request changes


class Engine:
    """One provider's engine. Made by `build`; used from one event loop.

    Args:
        provider: its configuration.
        connections_max: connections to it at most; further requests wait in order.
    """

    capabilities: ClassVar[frozenset[str]] = frozenset({"chat", "completions", "embeddings"})
    always_stream = False
    """Whether only streams may be sent: llama.cpp frees a slot at once only when a *stream* is cut."""
    usage_per_choice = False
    """Whether each choice of a stream has a usage of its own (llama.cpp)."""
    forces_tools = True
    """Whether a tool that must be called is called."""
    speaks: frozenset[str] = frozenset()
    """Endpoints of other APIs that it serves beside chat completions: `responses`, `messages`."""
    models_path: ClassVar[bytes] = b"/models"

    def __init__(self, provider: Provider, *, connections_max: int | None = None) -> None:
        self.provider = provider
        self.name = provider.name
        self.dialect: str = provider.dialect
        self.speaks = frozenset(provider.spoken)
        self.state: State = "stopped"
        self.last_error: str | None = None
        self.pid: int | None = None
        self.starts = 0
        self._connections_max = connections_max or provider.max_concurrency
        self._link: Link | None = None
        self._draining = False
        self._settled = asyncio.Event()
        self._listeners: list[Callable[[Engine], None]] = []
        self._closing: set[asyncio.Task[None]] = set()
        self._prefix_cache: PrefixCache | None = None
        self.trace_lines: Callable[[str, str], bytes] | None = None
        """Further header lines of a call, by its request id and our name: whose trace it belongs to."""

    @classmethod
    def credentials(cls, key: str | None) -> dict[str, str]:
        """The header lines that show who asks, by lower-case name."""
        return {"authorization": f"Bearer {key}"} if key else {}

    async def start(self) -> None:
        """Begin; returns before a child has loaded (see `wait_ready`)."""
        raise NotImplementedError

    async def stop(self) -> None:
        """End it now: requests under way break. May be started again."""
        self._draining = False
        self._detach("it was stopped", "stopped")
        await asyncio.gather(*self._closing, return_exceptions=True)

    async def drain(self, timeout_s: float) -> bool:
        """Take no further requests and wait for those under way; False when `timeout_s` seconds did not do."""
        self._draining = True
        try:
            async with asyncio.timeout(timeout_s):
                while self._link is not None and self.in_flight:  # noqa: ASYNC110 # the pool has no event for this
                    await asyncio.sleep(_DRAIN_POLL_S)
        except TimeoutError:
            return False
        return True

    async def wait_ready(self, timeout_s: float) -> None:
        """Wait until it is ready. Raises EngineDown when it went down instead or `timeout_s` seconds have passed."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._settled.wait()
        except TimeoutError:
            raise EngineDown(f"{self.name} is still starting after {timeout_s:g} s") from None
        if self._link is None:
            raise self._down()

    @property
    def slots(self) -> int:
        """Requests that it can work on at once; more would wait for each other inside it, or for a connection."""
        return self._connections_max

    def slots_for(self, choices: int) -> int:
        """How many of its slots a request for so many choices fills."""
        return 1

    @property
    def in_flight(self) -> int:
        """Requests on a connection now."""
        if self._link is None:
            return 0
        stats = self._link.pool.stats
        return stats.open - stats.idle

    def on_state(self, callback: Callable[[Engine], None]) -> None:
        """Call `callback(engine)` after every change of state, on the loop."""
        self._listeners.append(callback)

    def health(self) -> EngineHealth:
        """Facts as of now."""
        stats = self._link.pool.stats if self._link is not None else None
        return EngineHealth(
            name=self.name,
            dialect=self.dialect,
            state=self.state,
            last_error=self.last_error,
            connections_open=stats.open if stats else 0,
            connections_idle=stats.idle if stats else 0,
            requests_waiting=stats.waiting if stats else 0,
            pid=self.pid,
            starts=self.starts,
        )

    async def open(self, call: Call) -> Exchange:
        """Send a request; returns when the head of the answer is there, whatever its status.

        Raises:
            EngineDown: not up, so nothing was sent.
            WireError: what happened on the wire; its phase says whether anything was sent.
        """
        exchange = await self.send(call)
        if not exchange.status:
            await exchange.answered()
        return exchange

    async def send(self, call: Call) -> Exchange:
        """As `begin`, but waits for an engine that is starting. Raises EngineDown."""
        link = self._link
        if link is None or self._draining:
            link = await self._wait_link()
        return self._send(link, call)

    def begin(self, call: Call) -> Exchange:
        """Send a request without waiting for anything: it is on its way, or in line for a connection, on return.

        The exchange tells the rest: `await exchange.answered()` gives what `open` gives, `await exchange.read_all(n)`
        a whole answer with one wake-up (its status is known then), `exchange.listen` calls back.

        Raises:
            EngineDown: not ready, so nothing was sent; `open` would wait for one that is starting.
        """
        link = self._link
        if link is None or self._draining:
            raise self._down()
        return self._send(link, call)

    def _send(self, link: Link, call: Call, make: Callable[[bytes, bytes, float], Exchange] = Exchange) -> Exchange:
        """`make`: what makes the exchange, see `Pool.start`."""
        head = link.heads.get((call.path, call.stream)) if call.content_type is None else None
        if head is None:
            head = self._head(link, call)
        request_id = call.request_id
        assert request_id.isprintable(), "a request id is ours and has no line ends"
        cache = self._prefix_cache
        body = call.body if cache is None else cache.scoped(call.path, call.body, call.cache_scope)
        lines = b"%bx-request-id: %b\r\n" % (head, request_id.encode("ascii"))
        if self.trace_lines is not None:
            lines += self.trace_lines(request_id, self.name)
        if call.lines:
            lines += call.lines
        return link.pool.start(lines, body, make)

    def _head(self, link: Link, call: Call) -> bytes:
        """All of a call's head that does not tell it from others like it; kept, unless it is of a form, which has a
        boundary of its own."""
        target = link.base_path + call.path.encode("ascii")
        if call.content_type is not None:
            own = head(self.provider.headers, self.credentials(link.key), call.accept, call.content_type)
            return link.pool.head(b"POST", target, own)
        lines = link.head_stream if call.stream else link.head_json
        made = link.heads[call.path, call.stream] = link.pool.head(b"POST", target, lines)
        return made

    def _note(self, error: WireError) -> None:
        self.last_error = f"{self.name}: {error}"

    async def models(self) -> list[str]:
        """The models it says it has. Raises EngineDown, WireError, or EngineDown for an answer that is no list."""
        link = self._link or await self._wait_link()
        try:
            return await self._models(link)
        except (EngineDown, WireError) as error:
            self.last_error = str(error)
            raise

    async def _models(self, link: Link) -> list[str]:
        status, body = await self._ask(link, b"GET", link.base_path + self.models_path, b"")
        if status in (401, 403):
            raise EngineDown(f"{self.name} answered {status} to the question for its models: look at its api_key_env")
        if status != 200:
            raise EngineDown(f"{self.name} answered {status} to the question for its models")
        try:
            return [model.id for model in msgspec.json.decode(body, type=_ModelList).data]
        except (ValueError, RecursionError) as error:  # msgspec's own, or bytes that are no UTF-8
            raise EngineDown(f"{self.name} gave no list of models ({error})") from None

    async def count_tokens(self, text: str) -> int | None:
        """Tokens of a plain text by the engine's own tokenizer, without template; None when it cannot say."""
        return await self._tokenized({"content": text})

    async def count_chat(self, fields: Mapping[str, object]) -> int | None:
        """Tokens of a chat completion's messages and tools as the model reads them, in its template; None = it cannot
        say.

        Args:
            fields: `model`, `messages` and, where there are any, `tools`, as the request would have them.
        """
        body = await self._llama(b"/apply-template", fields)
        try:
            prompt = None if body is None else msgspec.json.decode(body, type=_Templated).prompt
        except (ValueError, RecursionError):
            prompt = None
        return (
            None
            if prompt is None
            else await self._tokenized({"content": prompt, "add_special": True, "parse_special": True})
        )

    async def _tokenized(self, asked: Mapping[str, object]) -> int | None:
        body = await self._llama(b"/tokenize", asked)
        try:
            return None if body is None else len(msgspec.json.decode(body, type=_Tokens).tokens)
        except (ValueError, RecursionError):
            return None

    async def _llama(self, path: bytes, asked: Mapping[str, object]) -> bytes | None:
        """What a llama.cpp server says to a question of its own API; None when it says nothing, or is none."""
        link = self._link
        if self.dialect != "llama.cpp" or link is None or "tokenize" not in self.capabilities:
            return None
        target = link.base_path.removesuffix(b"/v1") + path
        try:
            status, body = await self._ask(link, b"POST", target, msgspec.json.encode(asked))
        except WireError:
            return None
        return body if status == 200 else None

    async def count_native(self, path: str, body: bytes) -> int | None:
        """Tokens of a request of an API that it `speaks` at `path`, by its own word; None when it cannot say."""
        link, way = self._link, _COUNTED.get(path)
        if link is None or way is None or way.endpoint not in self.speaks:
            return None
        try:
            fields = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
            asked = msgspec.json.encode({name: raw for name, raw in fields.items() if name in way.members})
            status, answer = await self._ask(link, b"POST", link.base_path + way.path, asked)
            return msgspec.json.decode(answer, type=_InputTokens).input_tokens if status == 200 else None
        except (WireError, ValueError, RecursionError):
            return None

    async def _ask(self, link: Link, method: bytes, target: bytes, body: bytes) -> tuple[int, bytes]:
        exchange = await link.control.request(method, target, link.head_json, body)
        return exchange.status, await exchange.read_all(ANSWER_SIZE_MAX)

    async def _wait_link(self) -> Link:
        if self._draining:
            raise self._down()
        if self.state == "starting":
            await self.wait_ready(self.provider.connect_timeout_s)
        if self._link is None:
            raise self._down()
        return self._link

    def _down(self) -> EngineDown:
        if self._draining:
            return EngineDown(f"{self.name} is draining and takes no further requests")
        return EngineDown(f"{self.name} is {self.state}" + (f": {self.last_error}" if self.last_error else ""))

    def _starting(self) -> None:
        self._settled.clear()
        self._change("starting")

    def _attach(self, origin: Origin, base_path: bytes, key: str | None) -> None:
        """The engine listens at `origin` and wants `key`."""
        provider = self.provider
        timeouts = Timeouts(
            connect_s=provider.connect_timeout_s,
            dns_s=provider.dns_timeout_s,
            tls_s=provider.tls_timeout_s,
            first_byte_s=provider.first_byte_timeout_s,
            idle_s=provider.idle_timeout_s,
            total_s=TOTAL_S,
        )
        pool = Pool(origin, connections_max=self._connections_max, timeouts=timeouts)
        pool.on_failure = self._note
        self._link = Link(
            pool=pool,
            control=Pool(origin, connections_max=_CONTROL_CONNECTIONS, timeouts=timeouts),
            base_path=base_path,
            key=key,
            head_json=head(provider.headers, self.credentials(key), "application/json"),
            head_stream=head(provider.headers, self.credentials(key), "text/event-stream"),
            heads={},
        )
        self.last_error = None
        self._settled.set()
        self._change("ready")

    def _detach(self, reason: str, state: State) -> None:
        """The engine is gone; requests under way break."""
        link, self._link = self._link, None
        if link is not None:
            for pool in (link.pool, link.control):
                task = asyncio.get_running_loop().create_task(pool.close())
                self._closing.add(task)
                task.add_done_callback(self._closing.discard)
        self.last_error = reason
        self._settled.set()
        self._change(state)

    def _change(self, state: State) -> None:
        if state != self.state:
            self.state = state
            for listener in self._listeners:
                listener(self)


def head(
    extra: Mapping[str, str], credentials: Mapping[str, str], accept: str, content_type: str = "application/json"
) -> bytes:
    """Ready-made header lines; configured ones (`extra`) win over ours.

    Raises:
        EngineSetupError: a header that is not ours to set, or with characters that do not belong in one.
    """
    lines: dict[str, Any] = {"content-type": content_type, "accept": accept, "accept-encoding": "identity"}
    lines["user-agent"] = "tokenry"
    lines |= credentials
    lines |= {name.lower(): value for name, value in extra.items()}
    for name, value in lines.items():
        if name in _FORBIDDEN_HEADERS:
            raise EngineSetupError(f"the header {name!r} is set by the wire itself; take it out of the configuration")
        if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum() or not _is_field_value(value):
            raise EngineSetupError(f"the header {name!r} has characters that no header may have")
    return "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode("latin-1")


def _is_field_value(value: str) -> bool:
    return all((" " <= character <= "ÿ" and character != "\x7f") or character == "\t" for character in value)
