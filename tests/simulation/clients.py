"""Made-up clients: they dial, ask one thing after the other or several at once, read slowly, hang up, half-close."""

from __future__ import annotations

import asyncio
from collections import deque
from random import Random
from typing import Any

from tests.simulation.asks import AnswerReader, Ask, draw, pace
from tests.simulation.wires import Far

# Longer than any limit of the house: waiting for funds, the request itself, its charge, the sweeps between them.
PATIENCE_S = 75.0
SLOW_PATIENCE_S = 700.0


class Client(Far):
    """One connection and its asks."""

    def __init__(self, world: Any, life: Any, number: int) -> None:
        self.world, self.life = world, life
        self.name = f"client {number}"
        self.rng = Random(world.rng.getrandbits(48))
        self._reader = AnswerReader(self)
        self._waiting: deque[Ask] = deque()
        self._answered: asyncio.Event = asyncio.Event()
        self._gone = False

    async def run(self) -> None:
        """Ask one to four things, then close."""
        rng = self.rng
        many = rng.choice((1, 1, 2, 3))
        pipelined = many > 1 and rng.random() < 0.3
        self.pace = pace(rng, self.world.weather.slow)
        self.life.dial(self, self.pace)
        for _ in range(many):
            ask = draw(len(self.world.asks), rng, self.world)
            self.world.asks.append(ask)
            await self._send(ask)
            if ask.leaves == "waiting":
                await asyncio.sleep(rng.choice((0.0, 0.01, 0.5, 3.0)) * rng.random())
                self._hang_up()
            if self._gone or ask.closes or ask.half_closes:
                break
            if not pipelined:
                await self._all_answered()
            if self._gone:
                break
        await self._all_answered()
        if not self._gone:
            self.wire.half_close()
            self._gone = True

    async def _send(self, ask: Ask) -> None:
        rng, world = self.rng, self.world
        self._waiting.append(ask)
        ask.begun_at_ns = world.loop.now_ns
        ask.refused_key = ask.key.revoked
        ask.lacks, ask.reloads = world.acknowledged.lacks(ask), world.acknowledged.reloads
        world.note(self.name, "asks", ask.number, ask.kind, ask.model, ask.stream)
        pieces = [ask.raw]
        if rng.random() < 0.25:
            cuts = sorted(rng.randrange(1, len(ask.raw)) for _ in range(rng.randrange(1, 5)))
            pieces = [ask.raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(ask.raw)], strict=True) if a < b]
        for place, piece in enumerate(pieces):
            if place:
                await asyncio.sleep(rng.choice((0.0, 0.001, 0.3)))
                if ask.leaves == "sending" and rng.random() < 0.5:
                    self._hang_up()
            if self._gone:
                return
            self.wire.send(piece)
        ask.sent_at_ns = world.loop.now_ns
        if ask.leaves == "sending":
            self._hang_up()
        elif ask.half_closes:
            self._leave()
            self.wire.half_close()

    async def _all_answered(self) -> None:
        """Wait until nothing is open. Nobody waits for ever: a request has a deadline in every phase."""
        patience_s = PATIENCE_S if self.pace.taken is None else SLOW_PATIENCE_S
        for ask in list(self._waiting):
            try:
                async with asyncio.timeout(patience_s):
                    while ask in self._waiting:
                        await self._answered.wait()
                        self._answered.clear()
            except TimeoutError:
                self.world.demand(False, f"ask {ask.number} hangs")

    def _hang_up(self) -> None:
        if not self._gone:
            self._leave()
            self._gone = True
            self.world.note(self.name, "hangs up")
            if len(self._waiting) == 1:  # else the server may not be reading, and cannot know
                self.world.judge.left_alone(self._waiting[0])
            if self.rng.random() < 0.5:
                self.wire.reset()
            else:
                self.wire.half_close()
            self._close_all()

    def _leave(self) -> None:
        for ask in self._waiting:
            ask.left = True

    def _close_all(self) -> None:
        for ask in self._waiting:
            ask.lost, ask.ended_at_ns = True, self.world.loop.now_ns
        self._waiting.clear()
        self._answered.set()

    # --- what comes ------------------------------------------------------------------------------------------------

    def received(self, data: bytes) -> None:
        if not self._gone:
            self._reader.feed(data)

    def ended(self) -> None:
        if not self._gone:
            self._gone = True
            self.world.note(self.name, "is hung up on", len(self._waiting))
            self._close_all()

    def begins(self) -> Ask:
        if self._gone:  # what had come already when we left
            return Ask(-1, "unread", self.world.keys[0], b"")
        self.world.demand(bool(self._waiting), f"{self.name} is told what it did not ask")
        return self._waiting[0]

    def begun(self, ask: Ask) -> None:
        if self._gone:
            return
        self.world.note(self.name, "hears", ask.number, ask.status)
        self.world.judge.begun(ask)

    def more(self, ask: Ask) -> None:
        if self._gone:
            return
        self.world.judge.more(ask)
        if ask.leaves == "reading" and self.rng.random() < 0.3:
            self._hang_up()

    def whole(self, ask: Ask) -> None:
        if self._gone:
            return
        self._waiting.popleft()
        ask.ended_at_ns = self.world.loop.now_ns
        self.world.note(self.name, "has", ask.number, len(ask.tokens()), ask.told_charge())
        self.world.judge.whole(ask)
        self._answered.set()
