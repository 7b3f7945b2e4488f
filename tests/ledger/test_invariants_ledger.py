"""The whole ledger against hypothesis: any order of holds, marks, settlements, failing disks, crashes and passing time.

After every step the memory must be what the journal says (3), no limited account may be overdrawn (2), and nobody who
could be served may stand in line. What was promised to callers is kept by an oracle and held against the disk after
each crash (6).
"""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from tests.ledger.examples import DAY_NS, PRICES, Room, award, budget, ending, facts
from tests.ledger.memory_disk import MemoryDisk
from tests.ledger.oracle import Oracle
from tests.ledger.sameness import difference, fold, written_and_waiting
from tokenry.ledger import InsufficientQuota, LedgerUnavailable, Receipt, Usage, amount, bound, check
from tokenry.ledger.books import Refused
from tokenry.ledger.recovery import dump, load
from tokenry.ledger.waiting import Blocked

MODELS = ("small", "large", "odd", "free")
AWARDS = {
    "a": award("a"),
    "b": award("b", priority=1, models=("small", "odd")),
    "c": award("c", expires_at=1_767_139_200 * 10**9 + 2 * DAY_NS, category="promotional"),
}
BUDGETS = {
    "key": budget("key", timezone="America/New_York"),
    "proj": budget("proj", scope="project", scope_id="proj", window="month", model="small"),
    "org": budget("org", scope="organization", scope_id="org", window="total", hard=False),
}
amounts = st.one_of(st.integers(0, 100), st.integers(0, 60_000))
tokens = st.one_of(st.integers(0, 30), st.integers(0, 2000))


class LedgerMachine(RuleBasedStateMachine):
    """One process after another on one disk, with any number of requests at once."""

    requests = Bundle("requests")

    def __init__(self) -> None:
        super().__init__()
        self.room = Room(MemoryDisk(), milestones=(500, 1000, 5000, 10**10))
        self.oracle = Oracle()
        self.waiting: dict[str, tuple[Any, Any]] = {}  # request -> (task, facts)
        self.live: dict[str, Any] = {}
        self.count = 0
        self.time_passed = False

    @initialize(amount=st.integers(0, 100_000), limit=st.integers(0, 100_000))
    def furnish(self, amount: int, limit: int) -> None:
        self.room.furnish(0)
        self.oracle.asked["a"] = 0
        self.grant("a", amount)
        self.set_limit("key", limit)
        self.room.disk.delay = lambda: None

    # --- what people do --------------------------------------------------------------------------------------------

    @rule(name=st.sampled_from(sorted(AWARDS)), amount=amounts)
    def grant(self, name: str, amount: int) -> None:
        self.oracle.asked[name] += amount

        async def grant() -> None:
            await self.room.ledger.grant(AWARDS[name], amount)
            self.oracle.granted[name] += amount

        self.room.loop.do(grant())

    @rule(name=st.sampled_from(sorted(BUDGETS)), limit=amounts)
    def set_limit(self, name: str, limit: int) -> None:
        import msgspec

        self.room.loop.do(self.room.ledger.set_budget(msgspec.structs.replace(BUDGETS[name], limit=limit)))

    @rule(target=requests, asks=st.lists(st.tuples(st.sampled_from(MODELS), tokens, tokens), min_size=2, max_size=6))
    def hold(self, asks: list[tuple[str, int, int]]) -> Any:
        names = [self.ask(*one) for one in asks]
        return multiple(*[name for name in names if name is not None])

    @rule(target=requests, model=st.sampled_from(MODELS), count=st.integers(2, 6), inp=tokens, out=tokens)
    def crowd(self, model: str, count: int, inp: int, out: int) -> Any:
        """As many equal requests as come at once when somebody runs a batch."""
        return self.hold([(model, inp, out)] * count)

    def ask(self, model: str, inp: int, out: int) -> str | None:
        self.count += 1
        name = f"r{self.count}"
        asked = facts(model=model, input_bound=inp, output_bound=out)
        units = bound(inp, out, PRICES[model])
        task = self.room.loop.do(self.room.ledger.hold(name, asked, units))
        if not task.done():
            self.waiting[name] = (task, asked)
        elif not self.taken(name, task):
            return None
        return name

    def taken(self, name: str, task: Any) -> bool:
        """Whether a hold was won; then somebody waits for its disk from now on."""
        if task.cancelled() or task.exception() is not None:
            assert task.cancelled() or isinstance(task.exception(), InsufficientQuota | LedgerUnavailable)
            return False
        reservation = self.live[name] = task.result()
        oracle = self.oracle

        def told(future: Any) -> None:
            (oracle.doubtful if future.exception() else oracle.holds).add(name)
            if future.exception():
                self.live.pop(name, None)

        reservation.durable.add_done_callback(told)
        self.room.loop.idle()
        return True

    @rule(name=requests, seen=tokens)
    def mark(self, name: str, seen: int) -> None:
        if name in self.live:
            usage = Usage(self.live[name].facts.input_bound, seen, 0, 0, "events")
            self.room.run_sync(lambda: self.room.ledger.mark(self.live[name], usage))

    @rule(name=consumes(requests), inp=tokens, cached=tokens, out=tokens, within=st.booleans())
    def settle(self, name: str, inp: int, cached: int, out: int, within: bool) -> None:
        reservation = self.live.pop(name, None)
        if reservation is None:
            return
        asked = reservation.facts
        if within:
            inp, out = min(inp, asked.input_bound), min(out, asked.output_bound)
        oracle = self.oracle

        def told(future: Any) -> None:
            if future.exception():
                assert isinstance(future.exception(), LedgerUnavailable)
                assert name in oracle.doubtful or name in oracle.refused
                return
            receipt = oracle.receipts[name] = future.result()
            judge_receipt(receipt, within=within)

        future = self.room.run_sync(
            lambda: self.room.ledger.settle(reservation, ending(inp, out, cached_tokens=cached))
        )
        future.add_done_callback(told)
        self.room.loop.idle()

    @rule(name=consumes(requests))
    def void(self, name: str) -> None:
        if name in self.live:
            self.room.run_sync(lambda: self.room.ledger.void(self.live.pop(name)))

    @rule(name=requests)
    def hang_up(self, name: str) -> None:
        if name in self.waiting:
            self.waiting.pop(name)[0].cancel()
            self.room.loop.idle()

    # --- what the disk and the clock do ----------------------------------------------------------------------------

    @rule()
    def write(self) -> None:
        while self.room.disk.write_now():
            self.room.loop.idle()
        if self.room.journal.latched is None:
            self.oracle.latch_opened()

    @precondition(lambda self: self.room.disk._waiting is not None)
    @rule(keep=st.booleans())
    def fail_to_write(self, keep: bool) -> None:
        before = list(self.room.journal.read())
        self.room.disk.write_now(fail=True, keep=keep)
        self.room.loop.idle()
        assert list(self.room.journal.read()) == before

    @rule(s=st.sampled_from([0.001, 0.6, 1.9, 2.1, 3600.0, 86_400.0, 40 * 86_400.0]))
    def wait(self, s: float) -> None:
        self.room.loop.advance(s)
        self.time_passed = True

    @rule()
    def sweep(self) -> None:
        pending = {n: a.debits_pending for n, a in self.room.ledger.books.accounts.items()}
        self.room.run_sync(self.room.ledger.sweep)
        for name, account in self.room.ledger.books.accounts.items():
            assert account.debits_pending == pending.get(name, 0), "expiry touched held units (8)"
        for held in self.room.ledger.books.holds.values():
            assert all(leg.debit in self.room.ledger.books.accounts for leg in held.hold.legs)

    @rule()
    def snapshot(self) -> None:
        self.room.run_sync(self.room.ledger.snapshot)

    @rule(written=st.booleans())
    def crash(self, written: bool) -> None:
        found = self.room.disk.lose_power(written=written)
        self.room.loop.leave()
        found.delay = lambda: None
        self.oracle.judge(found.rows)
        now = self.room.clock.now_ns()
        self.oracle.doubtful.clear()  # the disk that failed could not be told to forget it
        self.room = Room(found, start_ns=now, **self.room.options)
        self.waiting, self.live = {}, {}
        assert not self.room.ledger.books.holds
        self.write()
        self.oracle.judge(found.rows, ended=True)
        report = check(found.rows, self.room.journal.latest_snapshot())
        assert report.ok, report.breaches

    # --- what must hold after every step ---------------------------------------------------------------------------

    @invariant()
    def the_memory_is_what_the_journal_says(self) -> None:
        assert self.room.loop.raised == []
        assert difference(self.room.ledger.books, fold(written_and_waiting(self.room.journal))) == []

    @invariant()
    def no_limited_account_is_overdrawn(self) -> None:
        for a in self.room.ledger.books.accounts.values():
            assert min(a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted) >= 0, a
            assert not a.limited or a.debits_pending + a.debits_posted <= a.credits_posted, a

    @invariant()
    def a_dump_is_loaded_as_it_was(self) -> None:
        assert difference(self.room.ledger.books, load(dump(self.room.ledger.books))) == []

    @invariant()
    def the_line_moves_and_nobody_passes(self) -> None:
        served = []
        for name, (task, asked) in list(self.waiting.items()):
            if task.done():
                del self.waiting[name]
                if self.taken(name, task):
                    served.append((int(name[1:]), asked))
        for name, (_, asked) in self.waiting.items():
            for number, other in served:
                assert number < int(name[1:]) or other != asked, f"r{number} passed {name}"
        ledger, passed, self.time_passed = self.room.ledger, self.time_passed, False
        lines = ledger._requests._waiting._lines.values()
        assert sum(map(len, lines)) == len(self.waiting)
        if passed or ledger.journal.latched is not None:
            return  # who waits over midnight is served at the next release, or refused within two seconds
        for waiter in [waiter for line in lines for waiter in line]:
            _, asked, units = waiter.attempt.args
            at = ledger.clock.now_ns()
            args = (ledger._requests.terms.of(asked, at), asked, units, at, waiter.number)
            # Refused: a lowered limit will say so when it is tried next.
            assert isinstance(self.room.run_sync(lambda args=args: ledger._requests._legs(*args)), Blocked | Refused)

    def teardown(self) -> None:
        self.crash(written=False)
        super().teardown()


def judge_receipt(receipt: Receipt, *, within: bool) -> None:
    """9: the charge is pure in (usage, price version); within the bound the customer pays all of it."""
    owed = amount(receipt.usage, PRICES[receipt.facts.model])
    assert receipt.charge + receipt.writeoff == owed
    assert sum(line.amount for line in receipt.lines) == owed
    if within:
        assert receipt.writeoff == 0


TestLedger = LedgerMachine.TestCase
TestLedger.settings = settings(
    max_examples=80, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
