"""A mixed load for long runs: answers, streams fast and slow, embeddings, hang-ups, mistakes, each at a fixed rate.

It knows what each kind of request asks, when it is sent and what is right to come back; it neither starts nor breaks
anything. An outcome that is not right goes to the tally, which knows the times of the troubles that were made.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.client import Ask, Client, Outcome

GRACE_S = 15.0  # an engine that was killed is back, and its circuit breaker closed, within this
MESSAGES = [{"role": "user", "content": "Say something short, and then something shorter. " * 4}]


@dataclass(frozen=True)
class Kind:
    """One kind of request: how often a second, on which engine it stands ("" when it may never fail), what is right."""

    name: str
    per_s: float
    make: Callable[[Load], Ask]
    engine: str = ""
    status: int = 200


@dataclass
class Tally:
    """What came back, by window (the present one) and in all."""

    killed_at: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    latencies_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[str] = field(default_factory=Counter)
    asked_for: Counter[str] = field(default_factory=Counter)
    not_asked_for: Counter[str] = field(default_factory=Counter)
    samples: list[str] = field(default_factory=list)

    def note(self, kind: Kind, ask: Ask, outcome: Outcome) -> None:
        """Judge one outcome."""
        self.counts[kind.name] += 1
        right = outcome.status == kind.status and outcome.whole
        if ask.hang_up_after is not None:
            right = outcome.words == "hung up"
        if right:
            self.latencies_s[kind.name].append(outcome.seconds)
            return
        words = f"{kind.name}: {outcome.status or 'nothing'} {'' if outcome.whole else outcome.words[-200:]}".strip()
        if self._excused(kind.engine, outcome):
            self.asked_for[f"{kind.name} {outcome.status}"] += 1
            return
        self.not_asked_for[f"{kind.name} {outcome.status}"] += 1
        if len(self.samples) < 50:
            self.samples.append(f"{time.strftime('%H:%M:%S')} {words} {outcome.body[:300].decode(errors='replace')}")

    def _excused(self, engine: str, outcome: Outcome) -> bool:
        ended = outcome.began + outcome.seconds
        return any(at <= ended and outcome.began <= at + GRACE_S for at in self.killed_at[engine]) if engine else False


@dataclass
class Load:
    """All kinds, sent on schedule until stopped. `key` may be exchanged while it runs."""

    client: Client
    control: Client
    key: str
    tally: Tally
    rng: random.Random
    factor: float = 1.0
    roving_key: str = ""
    revoked_key: str = ""
    sent: int = 0

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            for kind in KINDS:
                group.create_task(self._schedule(kind, group))

    async def _schedule(self, kind: Kind, group: asyncio.TaskGroup) -> None:
        every_s = 1 / (kind.per_s * self.factor)
        at = time.perf_counter() + self.rng.uniform(0, every_s)
        while True:
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            group.create_task(self._one(kind))
            at += every_s

    async def _one(self, kind: Kind) -> None:
        ask = kind.make(self)
        client = self.control if kind.name == "control" else self.client
        self.tally.note(kind, ask, await client.ask(ask))

    # --- what is asked ---------------------------------------------------------------------------------------------

    def chat(
        self, model: str, *, stream: bool = False, key: str | None = None, hang_up_after: int | None = None
    ) -> Ask:
        """A chat request, every tenth on a connection of its own."""
        body = {"model": model, "messages": MESSAGES, "max_tokens": 256}
        if stream:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        fresh = self.rng.random() < 0.1
        return Ask("/chat/completions", body, key or self.key, hang_up_after=hang_up_after, fresh=fresh)

    def embedding(self) -> Ask:
        """One text for the embedded engine."""
        return Ask("/embeddings", {"model": "embed", "input": "the quick brown fox"}, self.key)

    def again(self) -> Ask:
        """A request with an Idempotency-Key; every second one is given its first answer again."""
        self.sent += 1
        headers = (("idempotency-key", f"soak-{self.sent // 2}"),)
        return Ask("/chat/completions", {"model": "scripted", "messages": MESSAGES}, self.key, headers)

    def mistake(self) -> Ask:
        """A model that does not exist."""
        return self.chat(f"no-such-model-{self.rng.randrange(10**9)}")


KINDS = (
    Kind("control", 2, lambda load: load.chat("mock")),
    Kind("answer", 18, lambda load: load.chat("steady")),
    Kind("alias", 4, lambda load: load.chat("house-model")),
    Kind("roving key", 2, lambda load: load.chat("steady", key=load.roving_key)),
    Kind("embedding", 2, lambda load: load.embedding(), "child"),
    Kind("stream", 4, lambda load: load.chat("single", stream=True), "mock"),
    Kind("slow stream", 1, lambda load: load.chat("slow", stream=True), "mock"),
    Kind("hang-up", 1, lambda load: load.chat("slow", stream=True, hang_up_after=load.rng.randrange(1, 40)), "mock"),
    Kind("early hang-up", 0.5, lambda load: load.chat("late", stream=True, hang_up_after=0), "mock"),
    Kind("patient", 1, lambda load: load.chat("late", stream=True), "mock"),
    Kind("again", 0.5, lambda load: load.again()),
    Kind("mistake", 0.5, lambda load: load.mistake(), status=404),
    Kind("revoked key", 0.5, lambda load: load.chat("steady", key=load.revoked_key), status=401),
    Kind("models", 0.5, lambda load: Ask("/models", None, load.key)),
)
