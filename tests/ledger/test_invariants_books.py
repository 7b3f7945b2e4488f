"""The pure core against hypothesis: any records in any order, sensible or not, and what must hold at every prefix.

The numbers are those of the ledger's invariants: 1 entries sum to zero, 2 never overspent, 3 columns = fold of the
transfers, 4 a pending ends at most once and a post is at most its hold, 5 one key, one row, 7 issued = available +
pending + spent + expired, 8 expiry never touches held units, 11 the draw order is one. The oracle keeps single
entries and adds them up.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.ledger.examples import award, facts
from tests.ledger.sameness import difference, state
from tests.ledger.test_transfers_table import receipt
from tokenry.ledger.awards import draw_key
from tokenry.ledger.books import EXPIRED, Books, Refused
from tokenry.ledger.model import (
    KIND_OF,
    Account,
    CloseAccount,
    DefineAward,
    Hold,
    Leg,
    Mark,
    Move,
    OpenAccount,
    Record,
    Settle,
    Unit,
    decode,
    encode,
)
from tokenry.ledger.receipts import Usage
from tokenry.ledger.recovery import dump, load
from tokenry.ledger.transfers import apply, undo_hold

CREDIT = ("issuance", "expired", "revenue:m", "writeoff:overrun", "award:a", "award:b", "award:c")
LIMITS = ("limits:source", "limits:used", "limits:lapsed", "w1", "w2")
LIMITED = {"award:a", "award:b", "award:c", "w1"}
PENDING_DEBIT, DEBIT, PENDING_CREDIT, CREDITED = range(4)

amounts = st.one_of(st.integers(0, 12), st.integers(-1, 60))
any_leg = st.builds(Leg, st.sampled_from(CREDIT + LIMITS), st.sampled_from(CREDIT + LIMITS), amounts)
sound_leg = st.one_of(
    st.builds(Leg, st.just("issuance"), st.sampled_from(("award:a", "award:b")), st.integers(0, 60)),
    st.builds(Leg, st.sampled_from(("award:a", "award:b", "award:c")), st.just("revenue:m"), st.integers(0, 20)),
    st.builds(Leg, st.just("limits:source"), st.sampled_from(("w1", "w2")), st.integers(0, 60)),
    st.builds(Leg, st.sampled_from(("w1", "w2")), st.just("limits:used"), st.integers(0, 20)),
)
legs = st.lists(st.one_of(sound_leg, sound_leg, sound_leg, any_leg), max_size=4).map(tuple)
names = st.sampled_from(["h1", "h2", "h3", "h4"])


class BooksMachine(RuleBasedStateMachine):
    """Books, and beside them every single entry that was ever made."""

    def __init__(self) -> None:
        super().__init__()
        self.books = Books.empty()
        self.records: list[Record] = []
        self.entries: list[tuple[str, int, int]] = []
        self.open_holds: dict[str, Hold] = {}
        self.settled: dict[str, tuple[Hold, Settle, list[tuple[str, int, int]]]] = {}
        self.keys: dict[str, Move] = {}
        for name in ("revenue:m", "writeoff:overrun"):
            self.put(OpenAccount(name, Unit.CREDIT, "house", "house", limited=False), [])
        for name in ("w1", "w2"):
            self.put(OpenAccount(name, Unit.LIMITS, "budget", name, limited=name in LIMITED), [])
        for name in "abc":
            self.put(DefineAward(award(name), 0), [])

    def put(self, record: Record, entries: list[tuple[str, int, int]]) -> Refused | None:
        """Apply a record as it comes back from the journal; refused, it must have changed nothing."""
        record = decode(KIND_OF[type(record)], encode(record))
        before = state(self.books)
        refused = apply(self.books, record)
        if refused is None:
            self.records.append(record)
            self.entries += entries
        else:
            assert state(self.books) == before
        return refused

    # --- records ---------------------------------------------------------------------------------------------------

    @rule(legs=legs)
    def move(self, legs: tuple[Leg, ...]) -> None:
        self.put(Move("m", legs, "code"), posted(legs))

    @rule(legs=legs, key=st.sampled_from(["k1", "k2", "k3"]), again=st.integers(1, 3))
    def move_5_replayed_or_changed_under_one_key(self, legs: tuple[Leg, ...], key: str, again: int) -> None:
        for _ in range(again):
            known = key in self.keys
            before = state(self.books)
            refused = self.put(Move("m", legs, "code", key), [] if known else posted(legs))
            if known:
                assert refused is None
                assert state(self.books) == before
            elif refused is None:
                self.keys[key] = Move("m", legs, "code", key)

    @rule(name=st.sampled_from("abc"), amount=amounts, priority=st.integers(1, 3), expires=st.integers(5, 7))
    def grant(self, name: str, amount: int, priority: int, expires: int) -> None:
        record = DefineAward(award(name, priority=priority, expires_at=expires), amount)
        refused = self.put(record, posted((Leg("issuance", f"award:{name}", amount),)))
        assert (refused is None) == (amount >= 0)

    @rule(name=names, legs=legs)
    def hold(self, name: str, legs: tuple[Leg, ...]) -> None:
        record = Hold(name, legs, 0, facts())
        entries = [e for leg in legs for e in pending(leg, 1)]
        refused = self.put(record, entries)
        assert refused is not None or name not in self.open_holds
        if refused is None:
            self.open_holds[name] = record
            self.settled.pop(name, None)

    @rule(name=names, charge=amounts)
    def mark(self, name: str, charge: int) -> None:
        refused = self.put(Mark(name, charge, Usage()), [])
        assert (refused is None) == (name in self.open_holds)

    @rule(name=names, shares=st.lists(st.integers(-1, 11), min_size=4, max_size=4), extra=legs)
    def settle(self, name: str, shares: list[int], extra: tuple[Leg, ...]) -> None:
        held = self.open_holds.get(name)
        if held is None:
            posts: tuple[int, ...] = ()
        else:
            posts = tuple(leg.amount * share // 10 for leg, share in zip(held.legs, shares, strict=False))
        record = Settle(name, posts, extra, receipt(name, 3), ())
        entries = [] if held is None else settlement(held, record)
        refused = self.put(record, entries)
        if refused is None:
            assert held is not None, "4: a pending ended that was not open"
            assert all(0 <= post <= leg.amount for post, leg in zip(posts, held.legs, strict=True)), "4"
            del self.open_holds[name]
            self.settled[name] = (held, record, entries)

    @rule(name=names)
    def undo(self, name: str) -> None:
        """A hold that was never durable, and its settlement, are taken back."""
        if name in self.open_holds:
            held = self.open_holds.pop(name)
            undo_hold(self.books, held, None)
            self.entries += [e for leg in held.legs for e in pending(leg, -1)]
        elif name in self.settled and self.undoable(name):
            held, record, entries = self.settled.pop(name)
            undo_hold(self.books, held, record)
            self.entries += [(account, column, -amount) for account, column, amount in entries]
            self.entries += [e for leg in held.legs for e in pending(leg, -1)]
        else:
            return
        since = max(n for n, r in enumerate(self.records) if isinstance(r, Hold) and r.id == name)
        self.records[since:] = [r for r in self.records[since:] if getattr(r, "id", None) != name]

    def undoable(self, name: str) -> bool:
        """What it credited to limited accounts must not be spent: the house only ever credits its own."""
        held, record, _ = self.settled[name]
        touched = {leg.credit for leg in (*held.legs, *record.extra)} | {leg.debit for leg in held.legs}
        return not touched & LIMITED or all(leg.credit not in LIMITED for leg in (*held.legs, *record.extra))

    @rule(name=st.sampled_from("abc"))
    def expire_8_never_touches_held_units(self, name: str) -> None:
        account = self.books.accounts[f"award:{name}"]
        held = account.debits_pending
        leg = Leg(account.id, EXPIRED, account.available)
        assert self.put(Move(name, (leg,), "expire"), posted((leg,))) is None
        assert account.debits_pending == held
        assert account.available == 0

    @rule(name=st.sampled_from(["w1", "w2", "award:c"]))
    def close(self, name: str) -> None:
        account = self.books.accounts.get(name)
        empty = account is not None and not any(
            (account.debits_pending, account.credits_pending, account.credits_posted - account.debits_posted)
        )
        if name.startswith("award:"):
            return
        refused = self.put(CloseAccount(name), [])
        assert (refused is None) == empty
        if refused is None:
            self.entries = [e for e in self.entries if e[0] != name]
            self.settled = {k: v for k, v in self.settled.items() if all(leg.debit != name for leg in v[0].legs)}
            self.put(OpenAccount(name, Unit.LIMITS, "budget", name, limited=name in LIMITED), [])

    # --- invariants ------------------------------------------------------------------------------------------------

    def columns(self, a: Account) -> list[int]:
        return [a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted]

    @invariant()
    def invariant_1_entries_sum_to_zero_in_each_ledger(self) -> None:
        for unit in (Unit.CREDIT, Unit.LIMITS):
            accounts = [a for a in self.books.accounts.values() if a.unit == unit]
            assert sum(a.debits_pending for a in accounts) == sum(a.credits_pending for a in accounts)
            assert sum(a.debits_posted - a.credits_posted for a in accounts) == 0

    @invariant()
    def invariant_2_no_limited_account_is_overspent(self) -> None:
        for a in self.books.accounts.values():
            assert min(self.columns(a)) >= 0
            assert a.limited == (a.id in LIMITED)
            assert not a.limited or a.debits_pending + a.debits_posted <= a.credits_posted

    @invariant()
    def invariant_3_columns_are_the_fold_of_the_transfers(self) -> None:
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for account, column, amount in self.entries:
            sums[account][column] += amount
        for a in self.books.accounts.values():
            assert self.columns(a) == sums[a.id], a.id

    @invariant()
    def invariant_3_a_second_fold_of_the_records_is_the_same(self) -> None:
        again = Books.empty()
        for record in self.records:
            assert apply(again, record) is None
        assert difference(again, self.books) == []
        assert difference(load(dump(self.books)), self.books) == []

    @invariant()
    def invariant_4_open_holds_are_those_that_have_not_ended(self) -> None:
        assert set(self.books.holds) == set(self.open_holds)
        held: dict[str, int] = defaultdict(int)
        for hold in self.open_holds.values():
            for leg in hold.legs:
                held[leg.debit] += leg.amount
        assert {a.id: a.debits_pending for a in self.books.accounts.values() if a.debits_pending} == {
            name: amount for name, amount in held.items() if amount
        }

    @invariant()
    def invariant_5_one_key_one_row(self) -> None:
        moves = [r for r in self.records if isinstance(r, Move) and r.key is not None]
        first = {}
        for move in moves:
            first.setdefault(move.key, move)
        assert {k: m.legs for k, m in first.items()} == {k: m.legs for k, m in self.keys.items()}

    @invariant()
    def invariant_7_issued_is_available_pending_spent_expired_and_written_off(self) -> None:
        accounts = [a for a in self.books.accounts.values() if a.unit == Unit.CREDIT]
        issued = sum(a.debits_posted - a.credits_posted for a in accounts if a.id == "issuance")
        available = sum(a.available for a in accounts if a.kind == "award")
        pending = sum(a.debits_pending for a in accounts if a.kind == "award")
        elsewhere = sum(
            a.credits_posted - a.debits_posted for a in accounts if a.kind != "award" and a.id != "issuance"
        )
        assert issued == available + pending + elsewhere

    @invariant()
    def invariant_11_awards_stand_in_draw_order(self) -> None:
        order = self.books.awards_of["proj"]
        assert order == sorted(self.books.awards.values(), key=draw_key)


def posted(legs: tuple[Leg, ...]) -> list[tuple[str, int, int]]:
    return [e for leg in legs for e in ((leg.debit, DEBIT, leg.amount), (leg.credit, CREDITED, leg.amount))]


def pending(leg: Leg, sign: int) -> list[tuple[str, int, int]]:
    return [(leg.debit, PENDING_DEBIT, sign * leg.amount), (leg.credit, PENDING_CREDIT, sign * leg.amount)]


def settlement(held: Hold, record: Settle) -> list[tuple[str, int, int]]:
    entries: list[Any] = [e for leg in held.legs for e in pending(leg, -1)]
    for leg, post in zip(held.legs, record.posts, strict=False):
        entries += posted((Leg(leg.debit, leg.credit, post),))
    return entries + posted(record.extra)


TestBooks = BooksMachine.TestCase
TestBooks.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
