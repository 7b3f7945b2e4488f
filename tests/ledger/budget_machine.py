"""Budgets of every scope, window and kind against hypothesis, on SQLite's own file: requests that run at once,
corrections, defaults with overrides and groups' values, people who change groups, clocks over two years, power cuts.

After every step no account is overdrawn, memory is what the journal says, every user's limit is what the rule says, and
each threshold was told once; after each cut of the power, and at the end, the journal is gone through by a judge that
shares no code with the ledger.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import msgspec
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.ledger.budget_judge import Spending
from tests.ledger.examples import COSTS, PRICES, award, budget, ending, facts
from tests.ledger.oracle import HOLD_TTL_NS, window_label
from tests.ledger.sameness import difference, fold, written_and_waiting
from tests.simulation.disks import SqliteDisk
from tests.simulation.virtual_loop import LoopClock, VirtualLoop
from tokenry.ledger import (
    OVERRIDE,
    Budget,
    InsufficientQuota,
    Ledger,
    LedgerUnavailable,
    PriceVersion,
    Rates,
    Usage,
    bound,
    check,
    group_value,
    settled,
)
from tokenry.ledger.corrections import correction
from tokenry.ledger.model import Hold, Move, decode

MODELS = ("small", "large")
USERS = ("u1", "u2")
GROUPS = ("g1", "g2")
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Havana",
)  # fmt: skip  # one line of names
DEFAULT = budget("each", scope="user", scope_id="*", organization_id="org", limit=900)
SHAPES: dict[str, dict[str, Any]] = {
    "org": {"scope": "organization", "scope_id": "org"},
    "proj": {"scope": "project", "scope_id": "proj", "model": "small"},
    "lab": {"scope": "group", "scope_id": "g1"},
    "mine": {"scope": "user", "scope_id": "u1", "organization_id": "org"},
    "key": {"scope": "key", "scope_id": "key", "thresholds": (10, 80, 100)},
    "soft": {"scope": "project", "scope_id": "proj", "hard": False, "thresholds": (50, 150)},
}
WINDOWS = ("day", "week", "month", "total")
# A day's end, a month's, leap day, clocks set forward and back in three zones, a year's end, and a day that never was.
MOMENTS = (
    "2027-12-31T23:30:00", "2028-02-28T22:10:00", "2028-02-29T23:10:00", "2028-03-26T00:30:00", "2028-10-29T00:30:00",
    "2028-03-12T06:30:00", "2028-11-05T05:30:00", "2028-04-01T14:30:00", "2028-09-30T15:00:00", "2028-12-31T22:59:00",
    "2029-01-31T23:00:00", "2011-12-30T09:30:00", "2010-11-07T02:20:00",
)  # fmt: skip  # some instants a line
STEPS_S = (0.0, 1.0, 900.0, 3600.0, 6 * 3600.0, 86_400.0, 8 * 86_400.0, 31 * 86_400.0, 366 * 86_400.0)
# Most limits let some requests through, so that there is something to go wrong: one costs up to 16,000.
amounts = st.one_of(
    st.sampled_from([10**9, 10**7, 10**6, 10**5]), st.sampled_from([60_000, 9000, 2000, 500, 120, 40, 0]),
    st.integers(1000, 80_000),
)  # fmt: skip  # ample, scarce, between
tokens = st.sampled_from([1, 10, 100, 400, 900, 0]) | st.integers(0, 900)


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 10**9


def present_account(one: Budget, at: int) -> str:
    """What the account of a budget's present window must be called, by the clocks on the wall."""
    label = window_label(one, at)
    return f"budget:{one.id}" + {"total": "", "month": f":{label}-01"}.get(one.window, f":{label}")


class BudgetMachine(RuleBasedStateMachine):
    """One process after another on one disk."""

    done: ClassVar[Counter[str]] = Counter()  # of all runs, for whoever counts them

    def __init__(self) -> None:
        super().__init__()
        self.live: dict[str, Any] = {}
        self.waiting: dict[str, Any] = {}
        self.corrections: dict[str, list[Move]] = {}
        self.receipts: dict[str, Any] = {}
        self.told: set[str] = set()
        self.told_here: set[str] = set()  # by this process
        self.groups: dict[str, tuple[str, ...]] = {"u1": ("g1", "g2"), "u2": ("g2",)}
        self.count = 0

    @initialize(
        seed=st.integers(0, 2**32), at=st.sampled_from(MOMENTS), zone=st.sampled_from(ZONES),
        kinds=st.lists(st.sampled_from(WINDOWS), min_size=len(SHAPES) + 1, max_size=len(SHAPES) + 1),
        limits=st.lists(amounts, min_size=len(SHAPES) + 1, max_size=len(SHAPES) + 1),
        wealth=st.sampled_from([10**9, 10**8, 10**7, 10**6, 20_000]),
        first=st.sets(st.sampled_from(sorted(SHAPES)), max_size=3), values=st.lists(amounts, max_size=2),
    )  # fmt: skip  # one argument a thing
    def furnish(
        self, seed: int, at: str, zone: str, kinds: list[str], limits: list[int], wealth: int, first: set[str],
        values: list[int],
    ) -> None:  # fmt: skip  # as they are drawn
        self.disk = SqliteDisk(Random(seed))
        self.open(moment(at))
        self.run(self.ledger.set_prices(PriceVersion("v1", 0, PRICES, COSTS)))
        self.run(self.ledger.grant(award(), wealth))
        self.default = msgspec.structs.replace(DEFAULT, window=kinds[-1], limit=limits[-1], timezone=zone)
        self.budgets: dict[str, Budget] = {
            name: budget(name, window=kind, limit=limit, timezone=zone, **SHAPES[name])
            for name, kind, limit in zip(SHAPES, kinds, limits, strict=False)
        }
        for one in (self.default, *[self.budgets[name] for name in sorted(first)]):
            self.set_budget(one)
        for group, limit in zip(GROUPS, values, strict=False):
            self.value_group(group, limit, closed=False)

    # --- the process -----------------------------------------------------------------------------------------------

    def open(self, now_ns: int) -> None:
        self.loop = VirtualLoop()
        self.clock = LoopClock(self.loop, now_ns)
        self.journal = self.disk.journal(probe_s=0.5, clock=self.clock)
        self.ledger = self.sync(lambda: Ledger.open(self.journal, self.clock))

    def sync(self, what: Any) -> Any:
        async def call() -> Any:
            return what()

        return self.loop.do(call()).result()

    def run(self, coroutine: Any) -> Any:
        return self.loop.run_until_complete(coroutine)

    def set_budget(self, one: Budget) -> None:
        self.run(self.ledger.set_budget(one))
        self.see_who_was_served()  # by a limit that was raised, before another changes
        self.done["decrees"] += 1

    # --- those in charge -------------------------------------------------------------------------------------------

    @rule(name=st.sampled_from(sorted(SHAPES)), limit=amounts, closed=st.booleans())
    def change(self, name: str, limit: int, closed: bool) -> None:
        known = self.ledger.books.budgets.get(name, self.budgets[name])
        self.set_budget(msgspec.structs.replace(known, limit=limit, closed=closed and not known.closed))

    @rule(limit=amounts)
    def change_default(self, limit: int) -> None:
        self.default = msgspec.structs.replace(self.default, limit=limit)
        self.set_budget(self.default)

    @rule(group=st.sampled_from(GROUPS), limit=amounts, closed=st.booleans())
    def value_group(self, group: str, limit: int, closed: bool) -> None:
        self.set_budget(msgspec.structs.replace(group_value(self.default, group, limit), closed=closed))

    @rule(user=st.sampled_from(USERS), limit=amounts, override=st.booleans())
    def override(self, user: str, limit: int, override: bool) -> None:
        self.set_budget(settled(self.default, user, limit, OVERRIDE if override else "default"))

    @rule(user=st.sampled_from(USERS), groups=st.sets(st.sampled_from(GROUPS)))
    def move(self, user: str, groups: set[str]) -> None:
        self.groups[user] = tuple(sorted(groups))

    # --- requests --------------------------------------------------------------------------------------------------

    @rule(
        count=st.integers(1, 6), model=st.sampled_from(MODELS), user=st.sampled_from([None, *USERS]),
        inp=tokens, out=tokens,
    )  # fmt: skip  # as a call would stand
    def ask(self, count: int, model: str, user: str | None, inp: int, out: int) -> None:
        """So many at once, all alike."""
        for _ in range(count):
            self.count += 1
            name = f"r{self.count}"
            asked = facts(
                model=model, user_id=user, group_ids=self.groups.get(user or "", ()), input_bound=inp, output_bound=out
            )
            self.waiting[name] = self.loop.create_task(self.ledger.hold(name, asked, bound(inp, out, PRICES[model])))
        self.loop.idle()
        self.see_who_was_served()
        if user is not None:
            self.the_rule_of_limits_holds(user)

    def see_who_was_served(self) -> None:
        for name, task in list(self.waiting.items()):
            if not task.done():
                continue
            del self.waiting[name]
            if task.cancelled():
                continue
            if task.exception() is None:
                self.live[name] = task.result()
                self.it_counts_where_it_should(task.result().record)
                self.done["holds"] += 1
            else:
                assert isinstance(task.exception(), InsufficientQuota | LedgerUnavailable)
                self.done["refusals"] += 1

    def it_counts_where_it_should(self, hold: Hold) -> None:
        """On every budget that applies, in the window that the clocks on the wall say, and on no other."""
        at = hold.timeout_at - HOLD_TTL_NS
        applying = Spending(self.ledger.books.budgets).applying(hold.facts)
        expected = {present_account(one, at) for one in applying}
        if hold.legs:
            assert {leg.debit for leg in hold.legs if leg.debit.startswith("budget:")} == expected

    def the_rule_of_limits_holds(self, user: str) -> None:
        """Override, else the least of the groups', else the default: read from what those in charge said."""
        books = self.ledger.books.budgets
        own = books.get(f"each.{user}")
        if own is None or (own.source == OVERRIDE):
            return
        values = [
            books[f"each.{group}"].limit
            for group in self.groups.get(user, ())
            if f"each.{group}" in books and not books[f"each.{group}"].closed
        ]
        assert own.limit == min(values, default=self.default.limit), own
        assert (own.source == "default") == (not values)

    def one_of(self, data: st.DataObject, names: Any) -> str:
        return data.draw(st.sampled_from(sorted(names)))

    @precondition(lambda self: self.live)
    @rule(data=st.data(), inp=tokens, out=tokens, within=st.booleans())
    def settle(self, data: st.DataObject, inp: int, out: int, within: bool) -> None:
        self.end(self.one_of(data, self.live), inp, out, within=within)

    @precondition(lambda self: self.live)
    @rule(inp=tokens, out=tokens, within=st.booleans())
    def settle_all(self, inp: int, out: int, within: bool) -> None:
        """As when an engine has been through a batch."""
        for name in sorted(self.live):
            self.end(name, inp, out, within=within)

    def end(self, name: str, inp: int, out: int, *, within: bool) -> None:
        reservation = self.live.pop(name)
        if within:
            inp, out = min(inp, reservation.facts.input_bound), min(out, reservation.facts.output_bound)

        def filed(future: Any) -> None:
            if not future.cancelled() and future.exception() is None:
                self.receipts[name] = future.result()

        future = self.sync(lambda: self.ledger.settle(reservation, ending(inp, out)))
        future.add_done_callback(filed)
        self.loop.idle()
        self.see_who_was_served()
        self.done["settlements"] += 1

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def void(self, data: st.DataObject) -> None:
        reservation = self.live.pop(self.one_of(data, self.live))
        self.sync(lambda: self.ledger.void(reservation))

    @precondition(lambda self: self.live)
    @rule(data=st.data(), seen=tokens)
    def mark(self, data: st.DataObject, seen: int) -> None:
        reservation = self.live[self.one_of(data, self.live)]
        usage = Usage(reservation.facts.input_bound, seen, 0, 0, "events")
        self.sync(lambda: self.ledger.mark(reservation, usage))

    @precondition(lambda self: self.receipts)
    @rule(data=st.data(), rate=st.integers(0, 3_000_000))
    def correct(self, data: st.DataObject, rate: int) -> None:
        """A price was wrong: what was charged is put right, and budgets keep what they counted."""
        name = self.one_of(data, self.receipts)
        row = self.journal.find(name, "settle")
        if row is None:
            return
        before = self.corrections.setdefault(name, [])
        version = PriceVersion(f"c{len(before)}", 0, dict.fromkeys(MODELS, Rates(rate, rate)), {})
        at = self.clock.now_ns()
        record: Any = decode(row.kind, row.body)
        made = correction(self.ledger.books, record, before, version, at)
        if made is not None:
            self.sync(lambda: self.ledger._pen.write(made, at))
            before.append(made)
            self.run(self.journal.flush())
            self.done["corrections"] += 1

    # --- time, sweeps, power ---------------------------------------------------------------------------------------

    @rule(s=st.sampled_from(STEPS_S))
    def wait(self, s: float) -> None:
        self.loop.advance(s)
        self.see_who_was_served()

    @rule(off_s=st.sampled_from([-1.0, 0.0, 1.0, 600.0, 3000.0]))
    def go_to_midnight(self, off_s: float) -> None:
        """Around the next midnight by the clocks on the wall."""
        where, now_ns = ZoneInfo(self.default.timezone), self.clock.now_ns()
        day = datetime.fromtimestamp(now_ns // 10**9, where).date() + timedelta(days=1)
        midnight = datetime(day.year, day.month, day.day, tzinfo=where)
        self.wait(max(0.0, midnight.timestamp() - now_ns / 10**9 + off_s))

    @rule()
    def sweep(self) -> None:
        self.sync(self.ledger.sweep)

    @rule()
    def look(self) -> None:
        for crossing in self.sync(self.ledger.alerts.look):
            assert crossing.spent * 100 >= crossing.threshold * crossing.limit
            assert crossing.occasion not in self.told_here, "one process tells once"
            self.told_here.add(crossing.occasion)
            self.told.add(crossing.occasion)
            self.ledger.alerts.told(crossing)
            self.done["thresholds"] += 1

    @rule(now=st.sampled_from([True, *[False] * 7]))
    def lightning(self, now: bool) -> None:
        if now:
            self.cut_the_power()

    def cut_the_power(self) -> None:
        now_ns = self.clock.now_ns()
        self.loop.leave()
        self.disk = self.disk.after_power_cut(Random(self.count))
        self.live, self.waiting, self.told_here = {}, {}, set()
        self.open(now_ns)
        kept = {row.ref for row in self.journal.read() if row.kind == "settle"}
        assert self.receipts.keys() <= kept, "a receipt that somebody was told of is gone"
        self.judge()
        self.done["power cuts"] += 1

    # --- what must hold --------------------------------------------------------------------------------------------

    @invariant()
    def whoever_was_served_is_seen_before_anything_changes(self) -> None:
        self.see_who_was_served()

    @invariant()
    def no_limited_account_is_overdrawn(self) -> None:
        for a in self.ledger.books.accounts.values():
            assert min(a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted) >= 0, a
            assert not a.limited or a.debits_pending + a.debits_posted <= a.credits_posted, a

    def judge(self) -> None:
        """Everything, from the first row."""
        assert self.loop.raised == []
        rows = written_and_waiting(self.journal)
        assert difference(self.ledger.books, fold(rows)) == []
        report = check(rows, self.journal.latest_snapshot())
        assert report.ok, report.breaches
        spending = Spending().judge([decode(row.kind, row.body) for row in rows])
        at = self.clock.now_ns()
        for name, account in self.ledger.books.accounts.items():
            if account.kind != "budget":
                continue
            one = self.ledger.books.budgets[account.owner]
            if name == present_account(one, at):
                assert self.ledger.alerts.spent(name) == spending.spent[one.id, window_label(one, at)], name
                self.done["windows compared"] += 1
        self.done["judged"] += 1

    def every_threshold_that_was_reached_is_told(self) -> None:
        self.look()
        before, at = set(self.told), self.clock.now_ns()
        for account in list(self.ledger.books.accounts.values()):
            if account.kind != "budget":
                continue
            one = self.ledger.books.budgets[account.owner]
            if account.id != present_account(one, at):
                continue
            day = account.id.removeprefix(f"budget:{one.id}").removeprefix(":") or "total"
            spent = self.ledger.alerts.spent(account.id)
            for share in (50, 80, 100) if one.thresholds is None else one.thresholds:
                if not one.closed and spent and spent * 100 >= share * one.limit:
                    assert f"budget:{one.id}:{day}:{share}" in self.told, (account, one)
        assert self.sync(self.ledger.alerts.look) == []
        assert self.told == before

    def teardown(self) -> None:
        if not hasattr(self, "ledger"):
            return
        try:
            self.run(self.journal.flush())
            self.every_threshold_that_was_reached_is_told()
            self.judge()
            self.cut_the_power()
            self.done["runs"] += 1
        finally:
            self.loop.leave()
            self.disk.leave()
            super().teardown()
