"""The ledger in a made-up world: seeded clock, disk, engines and people; crashes at any instant; one oracle of
promises.

    python -m tests.simulation.ledger_sim --seeds 10000        # seeds 0 … 9999
    python -m tests.simulation.ledger_sim --seed 4711          # one, told in full

One seed is one life of a data folder: a few processes after each other, each ended by a crash at some instant, the
last by a calm end. In each, requests come and go (engines answer late, fail, say nothing of usage or use more than
was held; clients hang up; some forget), somebody grants and limits, days turn, awards expire, commits fail and the
latch closes. After every crash the disk is read as a machine would find it, and the oracle compares. Everything is a
function of the seed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import msgspec

from tests.ledger.examples import PRICES, award, budget, facts
from tests.ledger.memory_disk import MemoryDisk
from tests.ledger.oracle import Oracle, Wrong, window_label
from tests.ledger.sameness import difference, fold, written_and_waiting
from tests.simulation.virtual_loop import LoopClock, VirtualLoop
from tokenry.ledger import (
    Award,
    Budget,
    Ending,
    InsufficientQuota,
    Ledger,
    LedgerUnavailable,
    PriceVersion,
    Receipt,
    Usage,
    amount,
    bound,
    check,
)

MIDNIGHT_NS = 1_767_225_600 * 10**9  # 2026-01-01T00:00:00Z
MILESTONES = tuple(range(500, 50_000, 500))
MODELS = ("small", "odd", "large")


@dataclass
class Weather:
    """What this seed's world is like; drawn once."""

    failing: float  # share of commits that fail
    commit_s: float
    hang_up: float
    engine_fails: float
    overrun: float
    silent: float  # share of engines that say nothing of usage
    forget: float  # share of clients that leave between two lines of our own code
    wealth: int  # nano-USD of a grant
    storm: bool  # a slow disk that fails, just before midnight

    @classmethod
    def draw(cls, rng: Random) -> Weather:
        def share(most: float) -> float:
            return rng.choice((0.0, rng.random() * most))

        storm = rng.random() < 0.1
        return cls(
            failing=0.5 if storm else share(0.4),
            commit_s=1.0 if storm else rng.choice((0.0, 0.0005, 0.05, 1.0)),
            hang_up=share(0.4),
            engine_fails=share(0.5),
            overrun=share(0.5),
            silent=share(0.5),
            forget=share(0.3),
            wealth=rng.choice((3_000, 20_000, 10**9)),
            storm=storm,
        )


@dataclass
class World:
    """What outlives a process: the disk, the promises, the time."""

    seed: int
    oracle: Oracle = field(default_factory=Oracle)
    disk: MemoryDisk = field(default_factory=MemoryDisk)
    told: Counter[str] = field(default_factory=Counter)
    requests: int = 0

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        self.weather = Weather.draw(self.rng)
        self.now_ns = MIDNIGHT_NS + self.rng.choice((-1, -1, -86_400 * 2, 5 * 3600 * 2 - 1, 60)) * 10**9 // 2
        zone = self.rng.choice(("UTC", "America/New_York", "Asia/Kolkata"))
        if self.weather.storm:
            self.now_ns, zone = MIDNIGHT_NS - 3 * 10**8, "UTC"
        soon = self.now_ns + self.rng.randrange(30) * 10**8
        self.awards: dict[str, Award] = {
            "a": award("a"),
            "b": award("b", priority=1, models=("small", "odd")),
            "c": award("c", expires_at=soon, category="promotional"),
        }
        self.budgets: dict[str, Budget] = {
            "key": budget("key", timezone=zone, limit=self.rng.choice((1_000, 30_000))),
            "proj": budget("proj", scope="project", scope_id="proj", window="total", limit=self.weather.wealth * 2),
            "soft": budget("soft", scope="organization", scope_id="org", window="month", hard=False),
        }

    def live(self) -> str:
        """Run the whole life; a digest of the journal it left."""
        crashes = self.rng.randrange(1, 4)
        for number in range(crashes + 1):
            process = Process(self)
            try:
                process.run_until_crash() if number < crashes else process.run_to_the_end()
            finally:
                process.alive = False
                process.loop.leave()
        return hashlib.sha256(b"".join(row.body for row in self.disk.rows)).hexdigest()[:16]


class Process:
    """One start of the product on the world's disk."""

    def __init__(self, world: World) -> None:
        self.world, self.rng, self.weather = world, world.rng, world.weather
        self.loop = VirtualLoop()
        self.clock = LoopClock(self.loop, world.now_ns)
        self.disk = world.disk
        self.alive = True
        self.serving: dict[str, asyncio.Task[None]] = {}
        self.errors: list[BaseException] = []
        self.journal = self.disk.journal(probe_s=0.5)
        self.journal.on_latch(self.latch)
        self.ledger: Ledger = self.loop.do(self.open()).result()
        self.disk.delay = self.commit_delay
        self.disk.failing = lambda: self.rng.random() < self.weather.failing
        self.disk.keeps_failed = lambda: self.rng.random() < 0.5

    async def open(self) -> Ledger:
        return Ledger.open(self.journal, self.clock, milestones=MILESTONES)

    def latch(self, error: Exception | None) -> None:
        if error is None and self.alive:
            self.world.oracle.latch_opened()

    def commit_delay(self) -> float:
        return self.weather.commit_s * self.rng.random()

    # --- a life ----------------------------------------------------------------------------------------------------

    def run_until_crash(self) -> None:
        """Let people in, then stop everything between two instants, and read what a machine would find."""
        self.loop.create_task(self.people(self.rng.randrange(3, 14)))
        self.loop.advance(self.rng.choice((0.01, 0.3, 2.0, 6.0)) * self.rng.random())
        self.memory_is_the_log()
        self.alive = False
        world = self.world
        world.told["open at crash"] += len(self.ledger.books.holds)
        world.told["latched at crash"] += self.journal.latched is not None
        world.disk = self.disk.lose_power(written=self.rng.randrange(2))
        world.now_ns = self.clock.now_ns() + self.rng.choice((0, 10**9, 3600 * 10**9))
        world.oracle.judge(world.disk.rows)
        # While the latch was closed the disk could not be told to forget, so that what was refused may be found.
        world.oracle.doubtful.clear()
        self.nobody_met_an_error()

    def run_to_the_end(self) -> None:
        """The same with a calm end: all requests finish, everything is written, and all must add up."""
        world = self.world
        world.told["recovered"] += self.ledger.stats.recovered
        self.loop.idle()
        world.oracle.judge(list(self.journal.read()), ended=True)
        self.loop.create_task(self.people(self.rng.randrange(3, 14)))
        self.loop.advance(20.0)
        self.disk.failing = lambda: False
        self.loop.advance(20.0)
        self.loop.do(self.sweep())
        self.loop.advance(2.0)
        self.memory_is_the_log()
        _demand(self.journal.latched is None, "the latch stays closed on a disk that is well")
        _demand(not self.ledger.books.holds, f"never ended: {list(self.ledger.books.holds)}")
        _demand(len(self.ledger._requests._waiting) == 0, "somebody waits for ever")
        receipts = world.oracle.judge(self.disk.rows, ended=True)
        self.budgets_allow_what_is_left()
        for receipt in receipts.values():
            _judge_price(receipt)
        report = check(self.disk.rows, self.journal.latest_snapshot())
        _demand(report.ok, f"{report.breaches[:3]}")
        world.told["charged"] += len([r for r in receipts.values() if r.charge])
        world.told["written off"] += len([r for r in receipts.values() if r.writeoff])
        self.nobody_met_an_error()

    def nobody_met_an_error(self) -> None:
        _demand(self.loop.raised == [], f"nobody caught {self.loop.raised[:1]}")
        _demand(self.errors == [], f"somebody met {self.errors[:1]!r}")

    def memory_is_the_log(self) -> None:
        found = difference(self.ledger.books, fold(written_and_waiting(self.journal)))
        _demand(not found, f"memory is not what the journal says: {found[:3]}")

    def budgets_allow_what_is_left(self) -> None:
        """With nothing held any more, a window allows its limit less what was charged: no more, and no less."""
        for one in self.ledger.books.budgets.values():
            label = window_label(one, self.clock.now_ns())
            name = f"budget:{one.id}" + ("" if label == "total" else f":{label}")
            for account in self.ledger.books.accounts.values():
                if account.kind == "budget" and account.owner == one.id and account.id.startswith(name):
                    left = one.limit - self.world.oracle.spent.get((one.id, label), 0)
                    _demand(account.available == (max(0, left) if one.hard else left), f"{account} allows not {left}")

    # --- people ----------------------------------------------------------------------------------------------------

    async def people(self, count: int) -> None:
        tasks = [asyncio.create_task(self.furnish()), asyncio.create_task(self.sweep_now_and_then())]
        await asyncio.sleep(self.rng.choice((0.0, 0.1)))
        for _ in range(count):
            self.world.requests += 1
            name = f"r{self.world.requests}"
            self.serving[name] = asyncio.create_task(self.request(name))
            tasks.append(self.serving[name])
            if self.rng.random() < 0.25:
                tasks.append(asyncio.create_task(self.rng.choice((self.grant, self.limit, self.sweep))()))
            if self.rng.random() < 0.05:
                self.ledger.snapshot()
            await asyncio.sleep(self.rng.choice((0.0, 0.0, 0.01, 0.4)) * self.rng.random())
        for met in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(met, Exception):
                self.errors.append(met)

    async def furnish(self) -> None:
        known = self.ledger.books.budgets
        await asyncio.gather(
            self.ledger.set_prices(PriceVersion("v1", 0, PRICES, {})),
            self.grant(),
            *[self.ledger.set_budget(one) for one in self.world.budgets.values() if one.id not in known],
        )

    async def grant(self) -> None:
        name = self.rng.choice(sorted(self.world.awards))
        units = self.rng.randrange(self.weather.wealth)
        self.world.oracle.asked[name] += units
        await self.ledger.grant(self.world.awards[name], units)
        if self.alive:
            self.world.oracle.granted[name] += units

    async def limit(self) -> None:
        one = self.ledger.books.budgets.get(self.rng.choice(sorted(self.world.budgets)))
        if one is not None:
            limit = self.rng.choice((0, one.limit // 2, one.limit * 2, 5_000))
            await self.ledger.set_budget(msgspec.structs.replace(one, limit=limit))

    async def sweep_now_and_then(self) -> None:
        for _ in range(8 if self.weather.storm else self.rng.choice((0, 8))):
            await asyncio.sleep(0.1 if self.weather.storm else 0.4)
            await self.sweep()

    async def sweep(self) -> None:
        held = {name: a.debits_pending for name, a in self.ledger.books.accounts.items()}
        self.ledger.sweep()
        for name, a in self.ledger.books.accounts.items():
            _demand(a.debits_pending == held.get(name, 0), f"the sweep touched what {name} holds")

    # --- one request -----------------------------------------------------------------------------------------------

    def somebody_hangs_up(self) -> None:
        """A client leaves in the same instant in which something else happens."""
        if self.rng.random() < self.weather.hang_up:
            name = self.rng.choice(sorted(self.serving))
            self.serving[name].cancel()

    async def request(self, name: str) -> None:
        world, rng = self.world, self.rng
        model = rng.choice(MODELS)
        asked = facts(
            model=model,
            key_id=rng.choice(("key", "key", "other")),
            stream=not self.weather.storm and rng.random() < 0.5,
            input_bound=rng.randrange(1, 2000),
            output_bound=rng.randrange(1, 2000),
        )
        units = bound(asked.input_bound, asked.output_bound, PRICES[model])
        try:
            reservation = await self.ledger.hold(name, asked, units)
        except (InsufficientQuota, LedgerUnavailable) as refusal:
            world.told[type(refusal).__name__] += 1
            return
        self.watch(name, reservation)
        await self.serve(name, reservation)

    def watch(self, name: str, reservation: Any) -> None:
        """Note what the disk says of the hold, whoever else listens."""
        lost = asyncio.get_running_loop().create_future()
        reservation.lost = lambda: lost.done() or lost.set_result(None)

        def written(_future: Any) -> None:
            if self.alive and not reservation.durable.cancelled():
                oracle = self.world.oracle
                (oracle.doubtful if reservation.durable.exception() else oracle.holds).add(name)

        reservation.durable.add_done_callback(written)

    async def serve(self, name: str, reservation: Any) -> None:
        rng, asked = self.rng, reservation.facts
        ending: Ending | None = None
        sent = 0
        try:
            await asyncio.sleep(rng.choice((0.0, 0.002, 0.0 if self.weather.storm else 0.8)) * rng.random())
            if asked.stream:  # else the settlement covers the hold: one ordered log
                await asyncio.shield(reservation.durable)
            tokens = rng.randrange(asked.output_bound + 1)
            if rng.random() < self.weather.overrun:
                tokens += rng.randrange(3000)
            fails_at = rng.randrange(tokens + 1) if rng.random() < self.weather.engine_fails else tokens + 1
            for sent in range(0, tokens, 256):
                self.ledger.mark(reservation, Usage(asked.input_bound, sent, 0, 0, "events"))
                await asyncio.sleep(rng.choice((0.0, 0.05, 0.0 if self.weather.storm else 0.5)) * rng.random())
                if sent >= fails_at:
                    break
            ending = self.ending(asked, tokens if sent < fails_at else sent, failed=sent >= fails_at)
        except LedgerUnavailable:
            return
        except asyncio.CancelledError:
            ending = Ending(Usage(asked.input_bound, sent, 0, 0, "events"), "client_gone", 499)
            raise
        finally:
            if ending is None:
                self.ledger.void(reservation)
            else:
                await self.settle(name, reservation, ending)

    def ending(self, asked: Any, tokens: int, *, failed: bool) -> Ending:
        rng = self.rng
        if failed:
            self.ledger.bear("retry", "acme", rng.randrange(100))
            return Ending(Usage(asked.input_bound, tokens, 0, 0, "events"), "engine_failed", 502)
        if rng.random() < self.weather.silent:
            return Ending(Usage(asked.input_bound, tokens, 0, 0, "estimate"), "completed", 200, estimated=True)
        usage = Usage(rng.randrange(asked.input_bound + 1), tokens, rng.randrange(50), 0, "engine")
        return Ending(usage, "completed", 200)

    async def settle(self, name: str, reservation: Any, ending: Ending) -> None:
        if self.rng.random() < self.weather.forget:
            with contextlib.suppress(asyncio.CancelledError):  # whoever hangs up now, what was used is settled
                await asyncio.sleep(0.01)  # a slow line of our own code; the disk may speak meanwhile
        future = self.ledger.settle(reservation, ending)
        self.somebody_hangs_up()

        def told(_future: Any) -> None:
            if self.alive and not future.cancelled() and future.exception() is None:
                self.world.oracle.receipts[name] = future.result()

        future.add_done_callback(told)
        try:
            await asyncio.shield(future)
        except LedgerUnavailable:
            self.world.told["settlements lost with their hold"] += 1


def _judge_price(receipt: Receipt) -> None:
    """What was charged and written off is the price of the usage; within the bound the customer pays all."""
    owed = amount(receipt.usage, PRICES[receipt.facts.model])
    _demand(receipt.charge + receipt.writeoff == owed, f"{receipt.request_id}: {owed} owed")
    facts = receipt.facts
    if receipt.usage.input_tokens <= facts.input_bound and receipt.usage.output_tokens <= facts.output_bound:
        _demand(receipt.writeoff == 0, f"{receipt.request_id}: written off within its bound")


def _demand(fine: bool, what: str) -> None:
    if not fine:
        raise Wrong(what)


def run(seed: int) -> tuple[str, Counter[str]]:
    """Live through one seed: a digest of the journal it leaves, and what happened how often.

    Raises:
        Wrong: the ledger broke a promise.
    """
    world = World(seed)
    digest = world.live()
    world.told["requests"] = world.requests
    world.told["settled"] = len(world.oracle.receipts)
    world.told["refused for good"] = len(world.oracle.refused)
    return digest, world.told


def main(arguments: list[str] | None = None) -> int:
    """Run seeds until one fails; say which, and how to run it again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=1000, help="how many")
    parser.add_argument("--start", type=int, default=0, help="the first")
    parser.add_argument("--seed", type=int, help="only this one")
    options = parser.parse_args(arguments)
    seeds = range(options.start, options.start + options.seeds) if options.seed is None else [options.seed]
    began, told = time.monotonic(), Counter[str]()
    for seed in seeds:
        try:
            digest, one = run(seed)
        except BaseException:
            print(f"seed {seed} fails; again: python -m tests.simulation.ledger_sim --seed {seed}", flush=True)
            raise
        told += one
    took_s = time.monotonic() - began
    print(f"{len(seeds)} seeds in {took_s:.1f} s ({len(seeds) / took_s:.0f}/s), last digest {digest}")
    print(", ".join(f"{name} {count}" for name, count in sorted(told.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
