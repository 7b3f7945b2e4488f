"""Awards in a made-up world: granted, drawn on by requests at once, extended, transferred, released in tranches,
suspended, withdrawn from, closed, expired and corrected, under budgets, on a disk that fails and loses its power.

One seed is one life of a ledger.db; everything is a function of it. After every step no limited account may be
overdrawn; after each cut of the power, and at the end, the journal is gone through by a judge that shares no code with
the ledger, and what somebody was told of must be there.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from fractions import Fraction
from math import ceil
from random import Random
from typing import Any

import msgspec

from tests.ledger.examples import COSTS, PRICES, START_NS, award, budget, ending, facts
from tests.ledger.oracle import Wrong
from tests.ledger.sameness import difference, fold, written_and_waiting
from tests.simulation.award_judge import Judge
from tests.simulation.disks import SimDisk
from tests.simulation.virtual_loop import LoopClock, VirtualLoop
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.ledger import (
    Award,
    Facts,
    InsufficientQuota,
    Ledger,
    LedgerUnavailable,
    Pool,
    PriceVersion,
    Rates,
    Receipt,
    Reservation,
    Unit,
    UnpricedModel,
    Usage,
    Weights,
    bound,
    check,
)
from tokenry.ledger import amount as price_of
from tokenry.ledger.model import Move, Settle, decode

MODELS = ("small", "odd", "large", "free", "unpriced")
POOLS = (Pool("p", Unit.TOKENS, "org", "Tokens"), Pool("q", Unit.CREDIT, "org", "Dollars"))
WEIGHTS = (None, None, Weights(), Weights(1000, 100, 1250, 4000, 4000), Weights(0, 0, 0, 1000, 1000), Weights(333, 1))
NAMES = tuple("abcdefg")
REFUSALS = (Conflict, InvalidRequest, NotFound, InsufficientQuota, LedgerUnavailable, UnpricedModel)
HOUR_NS = 3600 * 10**9


class World:
    """One life: processes after each other on one disk."""

    def __init__(self, seed: int, done: Counter[str] | None = None) -> None:
        self.rng = Random(seed)
        self.done = Counter() if done is None else done
        self.failing = self.rng.choice((0.0, 0.0, 0.0, 0.3))
        self.disk = SimDisk()
        self.acts: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {}  # by key
        self.told: set[str] = set()  # keys of acts that somebody was told are durable
        self.receipts: dict[str, Receipt] = {}  # told of
        self.corrections: dict[str, list[Move]] = {}
        self.count = 0
        self.scale = self.rng.choice((1, 1, 1, 1000, 10**9))  # how rich awards are
        self.open(START_NS)

    # --- the process -----------------------------------------------------------------------------------------------

    def open(self, now_ns: int) -> None:
        self.loop = VirtualLoop()
        self.clock = LoopClock(self.loop, now_ns)
        pace, failing, rng = self.rng.choice((0.0, 0.0, 0.05)), self.failing, self.rng
        self.disk.delay = lambda: pace
        self.journal = self.disk.journal(probe_s=0.5)
        self.ledger = self.sync(lambda: Ledger.open(self.journal, self.clock))
        self.live: dict[str, Reservation] = {}
        self.waiting: dict[str, asyncio.Task[Reservation]] = {}
        if not self.ledger.prices:
            self.loop.run_until_complete(self.ledger.set_prices(PriceVersion("v1", 0, PRICES, COSTS)))
        self.disk.failing = lambda: rng.random() < failing

    def sync(self, what: Callable[[], Any]) -> Any:
        async def call() -> Any:
            return what()

        return self.loop.do(call()).result()

    def live_on(self, steps: int) -> None:
        """The whole life."""
        try:
            self.furnish()
            for _ in range(steps):
                self.step()
            self.calm_down()
            self.sweep()
            self.judge()
            self.cut_the_power()
            self.done["runs"] += 1
        finally:
            self.loop.leave()

    def furnish(self) -> None:
        for pool in POOLS:
            self.act(lambda key, pool=pool: self.ledger.fund(pool, self.amount() * 9, key=key))
        for _ in range(self.rng.randrange(2, 7)):
            self.grant()
        if self.rng.random() < 0.5:
            self.limit()

    def step(self) -> None:
        """Something happens; nothing may be overdrawn."""
        happens = self.rng.choices(EVENTS, CHANCES)[0]
        happens(self)
        self.see_who_was_served()
        for a in self.ledger.books.accounts.values():
            if min(a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted) < 0:
                raise Wrong(f"below zero: {a}")
            if a.limited and a.debits_pending + a.debits_posted > a.credits_posted:
                raise Wrong(f"overdrawn: {a}")

    def amount(self) -> int:
        rng = self.rng
        return rng.choice((0, 1, rng.randrange(60), rng.randrange(900), rng.randrange(3000), 20_000)) * self.scale

    # --- those in charge -------------------------------------------------------------------------------------------

    def act(self, what: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        """Somebody decides something; whether it is done is known when the disk has it."""
        self.count += 1
        key = f"k{self.count}"
        self.acts[key] = lambda: what(key)
        self.loop.create_task(self._told(key))
        self.loop.idle()
        self.done["acts"] += 1

    async def _told(self, key: str) -> None:
        try:
            await self.acts[key]()
        except REFUSALS as refusal:
            self.done["acts refused"] += 1
            if not isinstance(refusal, LedgerUnavailable):
                del self.acts[key]
            return
        self.told.add(key)

    def again(self) -> None:
        """An act is tried again, as after a start that does not know how it ended."""
        known = [key for key in self.acts if key in self.ledger.books.keys]
        if not known:
            return
        key = self.rng.choice(known)
        before = [msgspec.structs.astuple(self.ledger.books.share(f"award:{name}")) for name in NAMES]
        self.loop.create_task(self._told(key))
        self.loop.idle()
        if [msgspec.structs.astuple(self.ledger.books.share(f"award:{name}")) for name in NAMES] != before:
            raise Wrong(f"{key} was done twice")
        self.done["acts again"] += 1

    def grant(self) -> None:
        """A new award, or more for one that is there."""
        known = self.ledger.books.awards
        name, rng = self.rng.choice(NAMES), self.rng
        amount, committed = self.amount(), rng.choice((0, 0, 0, self.amount()))
        one = known[name] if name in known else self._new(name)
        self.act(lambda key: self.ledger.grant(one, amount, committed=committed, key=key))

    def _new(self, name: str) -> Award:
        rng, now = self.rng, self.clock.now_ns()
        unit = rng.choice((Unit.TOKENS, Unit.TOKENS, Unit.CREDIT))
        pool = {Unit.TOKENS: "p", Unit.CREDIT: "q"}[unit]
        return award(
            name,
            unit=unit,
            weights=rng.choice(WEIGHTS) if unit is Unit.TOKENS else None,
            pool=rng.choice((pool, None)),
            priority=rng.randrange(3),
            category=rng.choice(("award", "promotional", "purchased")),
            created_at=now,
            effective_at=now + rng.choice((0, 0, 0, 0, 0, HOUR_NS)),
            expires_at=rng.choice((None, None, None, now + HOUR_NS * rng.randrange(1, 40))),
            models=rng.choice((None, None, None, None, None, ("small", "unpriced"))),
            tiers=rng.choice((None, None, None, None, None, None, ("default",), ("flex",))),
            purposes=rng.choice((None, None, None, None, None, None, ("teaching",))),
            on_exhaustion=rng.choice(("block", "block", "low_priority")),
        )

    def change(self) -> None:
        """More time, or suspended, or taken up again."""
        known = self.ledger.books.awards
        if not known:
            return
        one, now = known[self.rng.choice(sorted(known))], self.clock.now_ns()
        if one.state == "closed":
            return
        if self.rng.random() < 0.5:
            one = msgspec.structs.replace(one, expires_at=now + HOUR_NS * self.rng.randrange(-1, 50))
        else:
            one = msgspec.structs.replace(one, state="active" if one.state == "suspended" else "suspended")
        self.act(lambda key: self.ledger.grant(one, 0, key=key))

    def fund(self) -> None:
        pool, amount = self.rng.choice(POOLS), self.rng.choice((1, 1, -1)) * self.amount()
        self.act(lambda key: self.ledger.fund(pool, amount, key=key))

    def release(self) -> None:
        name, amount = self.rng.choice(NAMES), self.amount()
        self.act(lambda key: self.ledger.release(name, amount, key=key))

    def transfer(self) -> None:
        source, target, amount = self.rng.choice(NAMES), self.rng.choice(NAMES), self.amount()
        self.act(lambda key: self.ledger.transfer(source, target, amount, key=key))

    def withdraw(self) -> None:
        name, amount = self.rng.choice(NAMES), self.amount()
        self.act(lambda key: self.ledger.withdraw(name, amount, key=key))

    def close(self) -> None:
        name = self.rng.choice(NAMES)
        self.act(lambda key: self.ledger.close_award(name, key=key))

    def limit(self) -> None:
        one = budget(
            self.rng.choice(("key", "proj")), window=self.rng.choice(("day", "total")), limit=self.amount() + 100
        )
        if one.id == "proj":
            one = msgspec.structs.replace(one, scope="project", scope_id="proj")
        known = self.ledger.books.budgets.get(one.id)
        if known is not None:
            one = msgspec.structs.replace(known, limit=one.limit, closed=self.rng.random() < 0.2)
        self.act(lambda key: self.ledger.set_budget(one, key=key))

    # --- requests --------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Some at once, all alike."""
        rng = self.rng
        model, inp, out = rng.choice(MODELS), rng.choice((0, 10, 400)), rng.choice((1, 30, 300, 900, 2000))
        tier, purpose = rng.choice((None, None, "flex")), rng.choice((None, "teaching"))
        for _ in range(rng.choice((1, 1, 2, 5))):
            self.count += 1
            name = f"r{self.count}"
            asked = facts(model=model, input_bound=inp, output_bound=out, tier=tier, purpose=purpose)
            most = bound(inp, out, PRICES[model]) if model in PRICES else 0
            self.waiting[name] = self.loop.create_task(self._hold(name, asked, most))
        self.loop.idle()

    async def _hold(self, name: str, asked: Facts, most: int) -> Reservation:
        begun = self.loop.now_ns
        try:
            return await self.ledger.hold(name, asked, most)
        except InsufficientQuota:
            at_once = self.loop.now_ns == begun and not self.ledger.in_line  # nobody stood before it
            if at_once and not self.failing and self.rng.random() < 0.2:
                self._is_refused_rightly(asked, most)
            exhausted = self.ledger.exhaustion(asked, most)
            if exhausted is None or exhausted.on_exhaustion != "low_priority":
                raise
            self.done["let through"] += 1
            return self.ledger.hold_uncharged(name, asked, most)

    def _is_refused_rightly(self, asked: Facts, most: int) -> None:
        """Awards do not suffice, or a hard budget."""
        judged = Judge(PRICES).judge(written_and_waiting(self.journal))
        cost = most if asked.model in PRICES else None
        if not judged.expected_of(asked, self.clock.now_ns(), cost)[1]:
            return
        budgets = [a for a in self.ledger.books.accounts.values() if a.kind == "budget" and a.limited]
        if not any(account.available < most for account in budgets):
            raise Wrong(f"{asked} was refused, and everything is there for it")
        self.done["refused by a budget"] += 1

    def see_who_was_served(self) -> None:
        for name, task in list(self.waiting.items()):
            if task.done():
                del self.waiting[name]
                if task.exception() is None:
                    self.live[name] = task.result()
                    self.done["holds"] += 1
                elif isinstance(task.exception(), REFUSALS):
                    self.done["refusals"] += 1
                else:
                    raise Wrong(f"{name}: {task.exception()!r}")

    def usage(self, reservation: Reservation, factor: int) -> Usage:
        rng, asked = self.rng, reservation.facts
        inp, out = (rng.choice((n, rng.randrange(n + 1))) * factor for n in (asked.input_bound, asked.output_bound))
        cached = rng.choice((0, rng.randrange(inp + 1)))
        return Usage(inp, out, cached, rng.choice((0, rng.randrange(out + 1))), "engine", (inp - cached) // 2)

    def end(self) -> None:
        """One ends, or all that run: as they said, or beyond that."""
        names = sorted(self.live)
        for name in names if self.rng.random() < 0.3 else names[:1]:
            reservation = self.live.pop(name)
            usage = self.usage(reservation, self.rng.choice((1, 1, 1, 3)))
            whole = msgspec.structs.replace(ending(), usage=usage)
            self.sync(lambda r=reservation, e=whole: self.ledger.settle(r, e)).add_done_callback(self._filed)
            self.loop.idle()
            self.done["settlements"] += 1

    def _filed(self, future: Any) -> None:
        if not future.cancelled() and future.exception() is None:
            self.receipts[future.result().request_id] = future.result()

    def void(self) -> None:
        if self.live:
            reservation = self.live.pop(self.rng.choice(sorted(self.live)))
            self.sync(lambda: self.ledger.void(reservation))

    def mark(self) -> None:
        if self.live:
            reservation = self.live[self.rng.choice(sorted(self.live))]
            self.sync(lambda: self.ledger.mark(reservation, self.usage(reservation, 1)))

    def correct(self) -> None:
        """A price was wrong."""
        if not self.receipts or self.journal.latched is not None:
            return
        name = self.rng.choice(sorted(self.receipts))
        row = self.journal.find(name, "settle")
        if row is None:
            return
        record, before = decode(row.kind, row.body), self.corrections.setdefault(name, [])
        assert isinstance(record, Settle)
        rate = self.rng.choice((0, 1000, 400_000, 9_000_000))
        version = PriceVersion(f"c{len(before)}", 0, dict.fromkeys(MODELS, Rates(rate, rate)), {})
        made = self.sync(lambda: self.ledger.correct(record, before, version))
        if made is not None:
            before.append(made)
            self.done["corrections"] += 1
        self._is_right(record, before, Rates(rate, rate))

    def _is_right(self, record: Settle, moves: list[Move], rates: Rates) -> None:
        """Dollars and the house have paid the part of the new price that tokens did not pay of the old one."""
        receipt = record.receipt
        price, was = price_of(receipt.usage, rates), receipt.charge + receipt.covered + receipt.writeoff
        if receipt.charge_tokens or receipt.covered or receipt.writeoff_tokens:
            price = ceil(price * Fraction(was - receipt.covered, was)) if was else 0
        revenue = f"revenue:{receipt.facts.model}"
        paid = receipt.charge + receipt.writeoff
        for leg in (leg for move in moves for leg in move.legs):
            paid += leg.amount if leg.credit == revenue else -leg.amount
        if paid != price:
            raise Wrong(f"{record.id} should have cost {price}, corrections made it {paid}")

    # --- time, power -----------------------------------------------------------------------------------------------

    def wait(self) -> None:
        self.loop.advance(self.rng.choice((0.1, 1.0, 900.0, 3600.0, 86_400.0)))

    def sweep(self) -> None:
        """What time does; nothing stays with an award whose time is over, but for what is held."""
        self.sync(self.ledger.sweep)
        for one in self.ledger.books.awards.values():
            ended = one.expires_at is not None and one.expires_at <= self.clock.now_ns()
            stands = self.ledger.balance(one.id)
            if ((ended or one.state == "closed") and stands.left) or (one.state == "closed" and stands.committed):
                raise Wrong(f"{one.id} has units left that nobody can draw on")

    def snapshot(self) -> None:
        self.sync(self.ledger.snapshot)

    def calm_down(self) -> None:
        """The disk is well again, and everything that waits is written."""
        self.disk.failing = lambda: False
        self.loop.advance(5.0)
        self.see_who_was_served()

    def cut_the_power(self) -> None:
        now_ns = self.clock.now_ns()
        self.loop.leave()
        self.disk = self.disk.after_power_cut(self.rng)
        self.open(now_ns)
        rows = list(self.journal.read())
        kept = {row.ref: decode(row.kind, row.body) for row in rows if row.kind == "settle"}
        for name, receipt in self.receipts.items():
            found = kept.get(name)
            if not isinstance(found, Settle) or found.receipt != receipt:
                raise Wrong(f"the receipt of {name}, which somebody was told of, is gone")
        for name, moves in self.corrections.items():
            there = [r for r in (decode(row.kind, row.body) for row in rows if row.ref == name) if isinstance(r, Move)]
            del moves[len(there) :]
        lost = self.told - self.ledger.books.keys
        if lost:
            raise Wrong(f"acts that somebody was told of are gone: {sorted(lost)}")
        self.judge()
        self.done["power cuts"] += 1

    def judge(self) -> None:
        """Everything, from the first row."""
        if self.loop.raised:
            raise Wrong(f"nobody caught {self.loop.raised[0]}")
        rows = written_and_waiting(self.journal)
        judged = Judge(PRICES, exact=not self.failing).judge(rows)
        apart = difference(self.ledger.books, fold(rows))
        if apart:
            raise Wrong(f"memory is not what the journal says: {apart[0]}")
        report = check(rows, self.journal.latest_snapshot())
        if not report.ok:
            raise Wrong(f"the proof finds {report.breaches[0]}")
        for name in self.ledger.books.awards:
            said = msgspec.structs.asdict(self.ledger.balance(name))
            del said["unit"]
            if said != judged.balance(name):
                raise Wrong(f"{name} stands at {judged.balance(name)}, the ledger says {said}")
        for pool in self.ledger.books.pools:
            p = self.ledger.pool_balance(pool)
            if p.cap != p.left + p.committed + p.granted - p.returned or min(p.left, p.committed) < 0:
                raise Wrong(f"the pool {pool} does not add up: {p}")
        self.done["judged"] += 1
        self.done["requests paid by three awards"] += judged.spanned
        self.done["requests paid in both units"] += judged.mixed


EVENTS: tuple[Callable[[World], None], ...] = (
    World.ask, World.end, World.void, World.mark, World.grant, World.change, World.fund, World.release, World.transfer,
    World.withdraw, World.close, World.limit, World.correct, World.wait, World.sweep, World.snapshot, World.again,
    World.cut_the_power,
)  # fmt: skip  # some a line
CHANCES = (12, 12, 1, 2, 6, 3, 2, 3, 3, 2, 1, 1, 3, 3, 2, 1, 2, 1)


def run(seed: int, steps: int = 40, done: Counter[str] | None = None) -> None:
    """One life. Raises Wrong, or whatever broke it."""
    World(seed, done).live_on(steps)
