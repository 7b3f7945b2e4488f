"""The gateway with everything behind it: a ledger in memory, a router, scripted engines; and a client that notes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tests.ledger.memory_disk import MemoryDisk
from tokenry.access import KeyLimits, Principal, RateLimits
from tokenry.base.clock import SystemClock
from tokenry.base.errors import TokenryError
from tokenry.base.events import Events
from tokenry.base.ids import new_id
from tokenry.config import Config, parse
from tokenry.engines import ScriptedEngine
from tokenry.gateway import Estimates, Gateway, Headers, Inference, Means, Replays, RequestEnded, Setup
from tokenry.ledger import Award, Ledger, PriceVersion, Rates
from tokenry.router import Catalogue, Router

PRICE = Rates(1_000_000_000, 2_000_000_000)  # a dollar per million tokens in, two out
COST = Rates(500_000_000, 1_000_000_000)


@dataclass
class NotingClient:
    """What reached the client, and whether it has hung up."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    pieces: list[bytes] = field(default_factory=list)
    ended: bool = False
    gone: bool = False
    on_piece: Callable[[NotingClient], None] | None = None
    willing: asyncio.Event | None = None  # set while it takes more
    words: Callable[[TokenryError], bytes] | None = None
    _callback: Callable[[], None] | None = None

    def on_gone(self, callback: Callable[[], None]) -> None:
        self._callback = callback
        if self.gone:
            callback()

    def breaks_with(self, words: Callable[[TokenryError], bytes]) -> None:
        self.words = words

    def hang_up(self) -> None:
        """Leave."""
        self.gone = True
        if self._callback is not None:
            self._callback()

    async def answer(self, status: int, headers: Headers, body: bytes) -> None:
        await self.start(status, headers)
        await self.send(body, last=True)

    async def start(self, status: int, headers: Headers) -> None:
        assert not self.status, "an answer has one head"
        self.status = status
        self.headers = {name.decode(): value.decode() for name, value in headers}

    def push(self, data: bytes) -> bool:
        if self.willing is not None and not self.willing.is_set():
            return False
        if not self.gone:
            self._note(data, last=False)
        return True

    async def send(self, data: bytes, *, last: bool = False) -> None:
        self._note(data, last=last)
        if self.willing is not None:
            await self.willing.wait()

    def _note(self, data: bytes, *, last: bool) -> None:
        assert not self.ended, "nothing follows the end"
        self.body += data
        self.pieces.append(data)
        self.ended = last
        if self.on_piece is not None:
            self.on_piece(self)

    def chunks(self) -> list[dict[str, Any]]:
        """The JSON of the stream's events."""
        lines = [part.removeprefix(b"data: ") for part in self.body.split(b"\n\n") if part.startswith(b"data: ")]
        return [json.loads(line) for line in lines if line != b"[DONE]"]


@dataclass
class House:
    """The rooms, and every end of a request that was told."""

    gateway: Gateway
    ledger: Ledger
    disk: MemoryDisk
    engines: dict[str, ScriptedEngine]
    ended: list[RequestEnded] = field(default_factory=list)
    principal: Principal = field(
        default_factory=lambda: Principal(
            key_id="key_1",
            key_name="k",
            project_id="proj_1",
            organization_id="org_1",
            user_id=None,
            expires_at=None,
            limits=KeyLimits(1000, 10**9, 1000),
            budget_ids=(),
        )
    )

    async def ask(self, client: NotingClient | None = None, **body: Any) -> NotingClient:
        """A chat completion through the gateway; TokenryError as it raises."""
        client = client or NotingClient()
        await self.gateway.serve(new_id("req"), chat(**body), self.principal, client)
        return client

    @property
    def receipt(self) -> Any:
        """The last request's receipt."""
        return self.ended[-1].receipt


def chat(*, key: str | None = None, **body: Any) -> Inference:
    """A chat request as `api` parses it."""
    data = msgspec.json.encode({"model": "m", "messages": [{"role": "user", "content": "go"}], **body})
    options = body.get("stream_options") or {}
    return Inference(
        "chat.completions",
        msgspec.json.decode(data, type=dict[str, msgspec.Raw]),
        body.get("model", "m"),
        len(data),
        stream=bool(body.get("stream")),
        include_usage=bool(options.get("include_usage")),
        limit=body.get("max_tokens"),
        limit_field="max_tokens",
        choices=body.get("n", 1),
        messages=1,
        idempotency_key=key,
        fingerprint=data,
    )


def configuration(models: dict[str, str]) -> Config:
    """Models by name; each value names deployments as `provider/model …` in order of priority."""
    rows = []
    providers = []
    for name, targets in models.items():
        deployments = []
        for priority, target in enumerate(targets.split(), start=1):
            provider, _, inner = target.partition("/")
            providers.append(provider)
            deployments.append(f'{{ provider = "{provider}", model = "{inner}", priority = {priority} }}')
        rows.append(
            f'[[model]]\nname = "{name}"\nmax_output_tokens = 100\nprice = {{ input = 1, output = 2 }}\n'
            f"cost = {{ input = 0.5, output = 1 }}\ndeployments = [{', '.join(deployments)}]\n"
        )
    heads = [f'[[provider]]\nname = "{name}"\ndialect = "scripted"\n' for name in dict.fromkeys(providers)]
    return parse("".join(heads + rows), source="test")


@asynccontextmanager
async def house(models: dict[str, str], *, award: int = 10**9, timeout_s: float = 60.0) -> AsyncIterator[House]:
    """A gateway over these models, with one award of `award` nano-USD."""
    config, clock, disk = configuration(models), SystemClock(), MemoryDisk()
    journal = disk.journal()
    ledger = Ledger.open(journal, clock)
    now = clock.now_ns()
    await ledger.grant(
        Award(
            id="awd_1", name="a", organization_id="org_1", project_id="proj_1", category="award", state="active",
            created_at=now, effective_at=now,
        ),
        award,
    )  # fmt: skip
    names = tuple(models)
    await ledger.set_prices(PriceVersion("prc_1", now, dict.fromkeys(names, PRICE), dict.fromkeys(names, COST)))
    engines = {provider.name: ScriptedEngine(provider) for provider in config.provider}
    for engine in engines.values():
        await engine.start()
    means = Means(ledger, Router(Catalogue.build(config)), Replays(journal, clock), Estimates(), clock)
    events = Events()
    made = House(Gateway(means, RateLimits(), Setup(dict(engines), timeout_s), events), ledger, disk, engines)
    events.on(RequestEnded, made.ended.append)
    try:
        yield made
    finally:
        for engine in engines.values():
            await engine.stop()
        journal.close()
    assert made.gateway.in_flight == 0
    assert not ledger.books.holds
