"""What a journal of awards, pools and requests must come to, reckoned a second time with plain sums and fractions.

It never asks the ledger which awards may be drawn on, in which order, or what is left: rows in, faults out. Prices are
taken from the price list alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import Any

from tests.ledger.oracle import Wrong, window_label
from tokenry.ledger import Award, Budget, Facts, Rates, Unit, Usage, Weights
from tokenry.ledger import amount as price_of
from tokenry.ledger import bound as price_bound
from tokenry.ledger.model import (
    CloseAccount,
    DefineAward,
    DefineBudget,
    DefinePool,
    Hold,
    Leg,
    Move,
    OpenAccount,
    Record,
    Settle,
    decode,
)
from tokenry.storage import Row

HOLD_TTL_NS = 3600 * 10**9
LOW_PRIORITY = "writeoff:low_priority"
GIVEN = ("award", "pool", "committed")  # what was issued and not spent


@dataclass
class Columns:
    """One account, as the rows so far have it."""

    unit: int
    limited: bool
    held: int = 0
    spent: int = 0
    got: int = 0

    @property
    def left(self) -> int:
        return self.got - self.spent - self.held


@dataclass
class Judge:
    """Call `judge` with all rows of a journal.

    Args:
        prices: of models, by name; one that is not here has none.
        exact: whether every hold that was ever made is in the journal, so that what it had to take can be told.
    """

    prices: dict[str, Rates]
    exact: bool = True
    accounts: dict[str, Columns] = field(default_factory=dict)
    awards: dict[str, Award] = field(default_factory=dict)
    budgets: dict[str, Budget] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    settles: dict[str, Settle] = field(default_factory=dict)
    keys: dict[str, Record] = field(default_factory=dict)
    flows: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))  # (from, to) -> units
    most: dict[str, int] = field(default_factory=dict)  # window's account -> highest limit while it stood
    counted: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # by window's account
    spanned: int = 0  # settlements that three awards or more paid
    mixed: int = 0  # settlements that awards of both units paid

    def __post_init__(self) -> None:
        for name, unit in (
            ("issuance", 1), ("expired", 1), ("tokens:issuance", 2), ("tokens:expired", 2), ("limits:source", 3),
            ("limits:used", 3), ("limits:lapsed", 3),
        ):  # fmt: skip  # pairs
            self.accounts[name] = Columns(unit, limited=False)

    def judge(self, rows: list[Row]) -> Judge:
        """Go through all rows in order. Raises Wrong at the first breach."""
        for row in rows:
            record = decode(row.kind, row.body)
            self._take(record, row.at)
        for unit in (1, 2):
            self._everything_is_somewhere(unit)
        return self

    def _take(self, record: Record, at: int) -> None:
        match record:
            case OpenAccount():
                self.accounts[record.account] = Columns(record.unit, record.limited)
            case CloseAccount():
                self._demand(not self.accounts.pop(record.account).held, f"{record.account} left with something held")
            case DefineAward() | DefinePool() | Move():
                if record.key is None or record.key not in self.keys:
                    self._act(record)
                if record.key is not None:
                    self.keys.setdefault(record.key, record)
            case DefineBudget():
                self.budgets[record.budget.id] = record.budget
                for name in self.most:
                    if name.split(":")[1] == record.budget.id:
                        self.most[name] = max(self.most[name], record.budget.limit)
            case Hold():
                self._hold(record, at)
            case Settle():
                self._settle(record, at)
            case _:
                pass

    # --- what people in charge did ---------------------------------------------------------------------------------

    def _act(self, record: DefineAward | DefinePool | Move) -> None:
        if isinstance(record, Move):
            for leg in record.legs:
                self._post(leg)
                if record.code == "correction":
                    tokens = [n for n in (leg.debit, leg.credit) if self.accounts[n].unit != 1]
                    self._demand(not tokens, f"a correction moved {tokens}")
            return
        if isinstance(record, DefinePool):
            pool, source = f"pool:{record.pool.id}", ("issuance", "tokens:issuance")[record.pool.unit - 1]
            self.accounts.setdefault(pool, Columns(int(record.pool.unit), limited=True))
            self._post(Leg(source, pool, record.amount) if record.amount >= 0 else Leg(pool, source, -record.amount))
            return
        award = record.award
        before = self.awards.get(award.id)
        terms = (award.unit, award.weights, award.pool)
        self._demand(before is None or (before.unit, before.weights, before.pool) == terms, f"{award.id}: other terms")
        self.awards[award.id] = award
        source = f"pool:{award.pool}" if award.pool else ("issuance", "tokens:issuance")[award.unit - 1]
        for name, amount in ((f"award:{award.id}", record.amount), (f"committed:{award.id}", record.committed)):
            if name.startswith("award:") or amount:
                self.accounts.setdefault(name, Columns(int(award.unit), limited=True))
                self._post(Leg(source, name, amount))

    def _post(self, leg: Leg, amount: int | None = None) -> None:
        amount = leg.amount if amount is None else amount
        debit, credit = self.accounts[leg.debit], self.accounts[leg.credit]
        self._demand(debit.unit == credit.unit, f"{leg} crosses from one ledger to another")
        debit.spent += amount
        credit.got += amount
        self.flows[leg.debit, leg.credit] += amount
        self._within(leg.debit)

    def _within(self, name: str) -> None:
        account = self.accounts[name]
        self._demand(
            not account.limited or account.left >= 0,
            f"{name} is overdrawn: {account.got} given, {account.spent} spent, {account.held} held",
        )

    # --- requests --------------------------------------------------------------------------------------------------

    def _hold(self, hold: Hold, at: int) -> None:
        self._demand(hold.id not in self.holds, f"{hold.id} is held twice")
        legs, facts = {leg.debit: leg.amount for leg in hold.legs}, hold.facts
        cost = self._most(facts)
        if self.exact:
            expected, enough = self.expected_of(facts, at, cost)
            awards = {name: amount for name, amount in legs.items() if name.startswith("award:")}
            self._demand(
                awards == expected and [*awards] == [*expected],
                f"{hold.id} holds {awards}, in draw order it is {expected}",
            )
            self._demand(enough == (LOW_PRIORITY not in legs), f"{hold.id}: awards suffice: {enough}, it holds {legs}")
        for leg in hold.legs:
            self.accounts[leg.debit].held += leg.amount
            self._within(leg.debit)
        self.holds[hold.id] = hold
        if cost:
            self._budgets(hold, cost)

    def _budgets(self, hold: Hold, cost: int) -> None:
        """Every budget that applies holds the whole price, in the window that the clocks on the wall say."""
        at = hold.timeout_at - HOLD_TTL_NS
        expected = {}
        for budget in self.budgets.values():
            places = {"key": hold.facts.key_id, "project": hold.facts.project_id}
            if not budget.closed and places.get(budget.scope) == budget.scope_id:
                label = window_label(budget, at)
                name = f"budget:{budget.id}" + ("" if label == "total" else f":{label}")
                expected[name] = cost
                self.most[name] = max(self.most.get(name, 0), budget.limit)
        found = {leg.debit: leg.amount for leg in hold.legs if leg.debit.startswith("budget:")}
        self._demand(found == expected, f"{hold.id}: budgets hold {found}, not {expected}")

    def _most(self, facts: Facts) -> int | None:
        rates = self.prices.get(facts.model)
        return None if rates is None else price_bound(facts.input_bound, facts.output_bound, rates)

    def expected_of(self, facts: Facts, at: int, cost: int | None) -> tuple[dict[str, int], bool]:
        """What awards must hold for this request as things stand, and whether that suffices."""
        if cost is None and not any(a.unit is Unit.TOKENS and a.project_id == facts.project_id for a in self.of()):
            return {}, True
        left, found = Fraction(1), {}
        for award in self.of():
            if not may_draw(award, facts, at) or (cost is None and award.unit is Unit.CREDIT):
                continue
            alone = cost or 0
            if award.unit is Unit.TOKENS:
                alone = at_most(award.weights, facts.input_bound, facts.output_bound)
            name = f"award:{award.id}"
            take = min(ceil(left * alone), self.accounts[name].left)
            if take:
                found[name] = take
            if take == ceil(left * alone):
                return found, True
            left -= Fraction(take, alone)
        return found, False

    def of(self) -> list[Award]:
        """All awards in draw order."""
        return sorted(self.awards.values(), key=place)

    def _settle(self, record: Settle, at: int) -> None:
        hold, receipt = self.holds.get(record.id), record.receipt
        self._demand(hold is not None and record.id not in self.settles, f"{record.id} is settled twice or never held")
        assert hold is not None
        self.settles[record.id] = record
        price = None if hold.facts.model not in self.prices else price_of(receipt.usage, self.prices[hold.facts.model])
        self._pay(hold, record, price, at)
        for leg, post in zip(hold.legs, record.posts, strict=True):
            self._demand(0 <= post <= leg.amount, f"{record.id}: {post} posted of {leg.amount} held")
            self.accounts[leg.debit].held -= leg.amount
            self._post(leg, post)
        for leg in record.extra:
            self._post(leg)
        paid = receipt.charge + receipt.covered
        self._demand(paid + receipt.writeoff == (price or 0), f"{record.id}: {receipt} does not come to {price}")
        posted = dict(zip([leg.debit for leg in hold.legs], record.posts, strict=True))
        for name, amount in posted.items():
            if name.startswith("budget:"):
                more = sum(leg.amount for leg in record.extra if leg.debit == name)
                self._demand(amount + more == paid, f"{record.id}: {name} counts {amount + more} of {paid}")
                self.counted[name] += paid
                most = self.most.get(name, 0)
                self._demand(self.counted[name] <= most, f"{name} counts {self.counted[name]}, its limit was {most}")

    def _pay(self, hold: Hold, record: Settle, price: int | None, at: int) -> None:
        """Awards pay, in draw order, exactly what their part of the request is."""
        receipt, usage = record.receipt, record.receipt.usage
        given = self._given(hold, price)
        left, paid = given, {1: 0, 2: 0}
        payers: dict[str, int] = defaultdict(int)
        turns = [(leg.debit, leg.amount, post) for leg, post in zip(hold.legs, record.posts, strict=True)]
        # What was there beyond the hold cannot be told where others' holds may have left no trace.
        turns += [
            (leg.debit, self.accounts[leg.debit].left if self.exact else leg.amount, leg.amount) for leg in record.extra
        ]
        for name, there, post in turns:
            if not name.startswith("award:"):
                continue
            award = self.awards[name.removeprefix("award:")]
            alone = (price or 0) if award.unit is Unit.CREDIT else drawn(award.weights, usage)
            due = min(ceil(left * alone), there)
            self._demand(post == due, f"{record.id}: {name} pays {post}, its part is {due}")
            left = Fraction(0) if due == ceil(left * alone) else left - Fraction(due, alone)
            paid[award.unit] += post
            payers[name] += post
        self._demand((receipt.charge, receipt.charge_tokens) == (paid[1], paid[2]), f"{record.id}: {receipt}, {paid}")
        self.spanned += sum(1 for amount in payers.values() if amount) > 2
        self.mixed += bool(paid[1] and paid[2])
        if not (hold.legs or price is not None):
            return
        if left:
            left = self._nothing_is_there(hold, at, left, (price, usage))
        unpaid = 1 - given + left
        off = (receipt.writeoff, price) if price is not None else (receipt.writeoff_tokens, usage.total_tokens)
        self._demand(off[0] == ceil(unpaid * off[1]), f"{record.id}: {off[0]} written off of {off[1]}, {unpaid} unpaid")

    def _given(self, hold: Hold, price: int | None) -> Fraction:
        """The part of the price that hard budgets allow anybody to pay."""
        rooms = [
            leg.amount + max(0, self.accounts[leg.debit].left)
            for leg in hold.legs
            if leg.debit.startswith("budget:") and self.accounts[leg.debit].limited
        ]
        return Fraction(min([*rooms, price]), price) if price else Fraction(1)

    def _nothing_is_there(self, hold: Hold, at: int, left: Fraction, used: tuple[int | None, Usage]) -> Fraction:
        """What is unpaid is so because no award has anything for it; one that counts it for nothing pays all."""
        price, usage = used
        for award in self.of():
            if may_draw(award, hold.facts, at) and (price is not None or award.unit is Unit.TOKENS):
                alone = (price or 0) if award.unit is Unit.CREDIT else drawn(award.weights, usage)
                if not alone:
                    return Fraction(0)
                taken = self.accounts[f"award:{award.id}"].left
                extra = sum(leg.amount for leg in self.settles[hold.id].extra if leg.debit == f"award:{award.id}")
                self._demand(
                    not self.exact or taken == extra,
                    f"{hold.id}: {award.id} has {taken - extra} left for what is written off",
                )
        return left

    # --- at the end ------------------------------------------------------------------------------------------------

    def _everything_is_somewhere(self, unit: int) -> None:
        """7: issued = available + pending + spent + expired, and written off comes from the house."""
        mine = {name: a for name, a in self.accounts.items() if a.unit == unit}
        issued = sum(a.spent - a.got for name, a in mine.items() if name.endswith("issuance"))
        there = sum(a.left + a.held for name, a in mine.items() if name.partition(":")[0] in GIVEN)
        ended = sum(a.got - a.spent for name, a in mine.items() if name.endswith("expired"))
        earned = sum(a.got - a.spent for name, a in mine.items() if name.startswith(("revenue:", "served:")))
        house = sum(a.spent - a.got for name, a in mine.items() if is_house(name))
        self._demand(issued == there + ended + earned - house, f"of {issued} issued {there + ended + earned - house}")

    def balance(self, award_id: str) -> dict[str, int]:
        """How an award must stand, from what flowed."""
        name = f"award:{award_id}"
        flows = {True: defaultdict(int), False: defaultdict(int)}  # into it, out of it; by family
        for (source, target), amount in self.flows.items():
            if target == name:
                flows[True][source.partition(":")[0] if "issuance" not in source else "issuance"] += amount
            if source == name:
                family = target.partition(":")[0]
                flows[False][{"tokens": target.partition(":")[2]}.get(family, family)] += amount
        into, out = flows[True], flows[False]
        committed = self.accounts.get(f"committed:{award_id}")
        given = into["issuance"] + into["pool"] + into["committed"] + into["award"] - out["award"]
        refunds = into["revenue"] + into["served"]
        return {
            "issued": given,
            "committed": committed.left if committed else 0,
            "held": self.accounts[name].held,
            "spent": out["revenue"] + out["served"] - refunds,
            "left": self.accounts[name].left,
            "returned": out["pool"] + out["issuance"],
            "expired": out["expired"],
        }

    def _demand(self, fine: bool, what: str) -> None:
        if not fine:
            raise Wrong(what)


def is_house(name: str) -> bool:
    """Whether what this account paid was nobody's."""
    return name.startswith(("writeoff:", "house:crash", "tokens:overrun", "tokens:crash", "tokens:low"))


def place(award: Award) -> tuple[Any, ...]:
    """Where an award stands: soonest end, priority, category, age, id."""
    ends = (1, 0) if award.expires_at is None else (0, award.expires_at)
    category = ["award", "promotional", "purchased", "internal"].index(award.category)
    return (*ends, award.priority, category, award.created_at, award.id)


def may_draw(award: Award, facts: Facts, at: int) -> bool:
    """Whether such a request may draw on it now."""
    if award.project_id != facts.project_id or award.state != "active":
        return False
    if at < award.effective_at or (award.expires_at is not None and at >= award.expires_at):
        return False
    asked = (facts.model, facts.endpoint, facts.tier or "default", facts.purpose)
    named = (award.models, award.endpoints, award.tiers, award.purposes)
    return all(allowed is None or one in allowed for allowed, one in zip(named, asked, strict=True))


def drawn(weights: Weights | None, usage: Usage) -> int:
    """Tokens of an award that a usage draws."""
    if weights is None:
        return usage.input_tokens + usage.output_tokens
    fresh = usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens
    plain = usage.output_tokens - usage.reasoning_tokens
    parts = (
        (fresh, weights.input), (usage.cached_tokens, weights.cached_input),
        (usage.cache_write_tokens, weights.cache_write), (plain, weights.output),
        (usage.reasoning_tokens, weights.reasoning),
    )  # fmt: skip  # pairs
    return ceil(sum(Fraction(n * weight, 1000) for n, weight in parts))


def at_most(weights: Weights | None, inp: int, out: int) -> int:
    """Tokens that a request of at most so much holds."""
    w = weights or Weights()
    return ceil(Fraction(inp * max(w.input, w.cached_input, w.cache_write) + out * max(w.output, w.reasoning), 1000))
