"""The proof of the books: fold the journal a second time, by other code, and compare everything with everything.

What `transfers.apply` does with running columns, this file does with plain sums over entries; a mistake would have to
be made twice, in two different ways, to go unseen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from tokenry.base.units import nano_to_usd
from tokenry.ledger.books import EXPIRED, ISSUANCE, TOKENS_EXPIRED, TOKENS_ISSUANCE, Books
from tokenry.ledger.breaches import Breach, Report
from tokenry.ledger.closing import read_base
from tokenry.ledger.model import (
    CloseAccount,
    DefineAward,
    DefinePool,
    Hold,
    Leg,
    Move,
    OpenAccount,
    Record,
    Settle,
    Unit,
    decode,
)
from tokenry.ledger.payment import DrawOrder, faults_of
from tokenry.ledger.recovery import is_older, load
from tokenry.ledger.totals import totals
from tokenry.ledger.transfers import apply
from tokenry.storage import Base, Row

COLUMNS = ("debits_pending", "debits_posted", "credits_pending", "credits_posted")
BREACHES_SHOWN_MAX = 100
_ISSUANCES = (ISSUANCE, TOKENS_ISSUANCE)  # of dollars, of tokens
_WHOLE = "issued = available + pending + spent + expired"
_GIVERS = {"committed", "pool", "award"}  # whose units an award is given, beside newly issued ones
_ENDS = (EXPIRED, TOKENS_EXPIRED)


class Proof:
    """The second fold, as plain sums."""

    def __init__(self) -> None:
        self.books = Books.empty()
        self.sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self.limited: set[str] = set()
        self.holds: dict[str, Hold] = {}
        self.ended: set[str] = set()
        self.moved: set[str] = set()
        self.tokens: dict[str, int] = {}
        self.milestones: set[tuple[str, int]] = set()
        self.moved_of: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])  # award or pool: issued, returned, expired
        self.order = DrawOrder()
        self.report = Report(breaches=[])
        self.seq = 0

    def stand_on(self, base: Base) -> None:
        """Begin with the books as they stood after rows that are no longer kept; these were proven before they went."""
        self.seq = self.report.closed_rows = base.seq
        try:
            closing, books = read_base(base)
        except ValueError as error:
            self.breach("the base can be read", str(error))
            return
        self.books = books
        for name, account in books.accounts.items():
            self.sums[name] = [getattr(account, column) for column in COLUMNS]
            if account.limited:
                self.limited.add(name)
        self.holds = {name: held.hold for name, held in books.holds.items()}
        for owner, share in books.shares.items():
            self.moved_of[owner] = [share.issued, share.returned, share.expired]
        for award in books.awards.values():
            self.order.define(award)
        self.moved, self.tokens, self.milestones = set(books.keys), dict(books.tokens), set(books.milestones)
        self.report.requests = closing.requests
        self.report.input_tokens, self.report.output_tokens = closing.input_tokens, closing.output_tokens

    def breach(self, rule: str, what: str) -> None:
        """Note what does not add up."""
        if len(self.report.breaches) < BREACHES_SHOWN_MAX:
            self.report.breaches.append(Breach(self.seq, rule, what))

    def row(self, row: Row) -> Record | None:
        """Prove the next row of the journal; its record, or None if it has none or was refused."""
        if row.seq != self.seq + 1:
            self.breach("rows without gaps", f"after row {self.seq} comes row {row.seq}: rows are missing")
        self.seq = row.seq
        self.report.rows += 1
        try:
            record = decode(row.kind, row.body)
        except ValueError as error:
            self.breach("rows that can be read", str(error))
            return None
        refused = apply(self.books, record)
        if refused is not None:
            self.breach("the books take every row", f"{row.kind} {row.ref}: {refused.reason.value} ({refused.account})")
            return None
        self._judge(record, row.at)
        for account, column, amount in self._entries(record):
            sums = self.sums[account]
            sums[column] += amount
            self._limit(account, sums)
        return record

    def _limit(self, account: str, sums: list[int]) -> None:
        if min(sums) < 0:
            self.breach("no column below zero", f"{account}: {dict(zip(COLUMNS, sums, strict=True))}")
        if account in self.limited and sums[0] + sums[1] > sums[3]:
            self.breach("never overspent", f"{account}: {sums[0]} pending + {sums[1]} posted > {sums[3]} credited")

    def _entries(self, record: Record) -> Iterator[tuple[str, int, int]]:
        """A record as changes of single columns: (account, column index, amount); credits first, for the limits."""
        match record:
            case OpenAccount(account=account, limited=limited):
                if limited:
                    self.limited.add(account)
            case CloseAccount(account=account):
                self.limited.discard(account)
                self.sums.pop(account, None)
            case DefineAward() | DefinePool() if not self._is_done(record.key):
                for leg in _granted(record):
                    self.limited.update({leg.debit, leg.credit} - set(_ISSUANCES))
                    self._share(leg)
                    yield from _posted(leg)
            case Move(legs=legs, key=key):
                if not self._is_done(key):
                    for leg in legs:
                        self._share(leg)
                        yield from _posted(leg)
            case Hold(legs=legs):
                self.holds[record.id] = record
                for leg in legs:
                    yield leg.credit, 2, leg.amount
                    yield leg.debit, 0, leg.amount
            case Settle(id=hold_id, posts=posts, extra=extra):
                for leg, post in zip(self.holds.pop(hold_id).legs, posts, strict=True):
                    yield leg.credit, 2, -leg.amount
                    yield leg.debit, 0, -leg.amount
                    yield from _posted(Leg(leg.debit, leg.credit, post))
                for leg in extra:
                    yield from _posted(leg)
                self.ended.add(hold_id)
            case _:
                pass

    def _share(self, leg: Leg) -> None:
        """What became of awards and pools: told by the names of the two accounts."""
        giver, taker = leg.debit.partition(":")[0], leg.credit.partition(":")[0]
        minted, gone = leg.debit in _ISSUANCES, leg.credit in _ISSUANCES
        if (taker == "pool" and minted) or (taker == "award" and (minted or giver in _GIVERS)):
            self.moved_of[leg.credit][0] += leg.amount
        if (giver == "pool" and gone) or giver == taker == "award":
            self.moved_of[leg.debit][0] -= leg.amount
        if giver == "award":
            self.moved_of[leg.debit][1] += leg.amount if gone or taker == "pool" else 0
            self.moved_of[leg.debit][2] += leg.amount if leg.credit in _ENDS else 0
            if taker == "pool":
                self.moved_of[leg.credit][1] += leg.amount

    def _is_done(self, key: str | None) -> bool:
        """Whether this act was done before; from now on it was."""
        known = key in self.moved
        if key is not None:
            self.moved.add(key)
        return known

    def _judge(self, record: Record, at: int) -> None:
        """What must hold of a hold and of a settlement beyond its sums."""
        if isinstance(record, DefineAward):
            self.order.define(record.award)
        elif isinstance(record, Hold):
            for rule, what in self.order.faults(record, at, self.books):
                self.breach(rule, what)
        elif isinstance(record, Settle):
            self._judge_settle(record)

    def _judge_settle(self, record: Settle) -> None:
        hold, receipt = self.holds.get(record.id), record.receipt
        if hold is None or record.id in self.ended:
            self.breach("a request is charged once", f"request {record.id} is settled again")
            return
        version = self.books.version(receipt.facts.price_version)
        for rule, what in faults_of(hold, record, version, self.books.awards):
            self.breach(rule, what)
        self._judge_milestones(record)
        self.report.requests += 1
        self.report.input_tokens += receipt.usage.input_tokens
        self.report.output_tokens += receipt.usage.output_tokens

    def _judge_milestones(self, record: Settle) -> None:
        """Each is filed once, and not before its tokens were used."""
        organization_id, used = record.receipt.facts.organization_id, record.receipt.usage.total_tokens
        tokens = self.tokens.get(organization_id, 0) + used
        if tokens:
            self.tokens[organization_id] = tokens
        for threshold in record.milestones:
            if (organization_id, threshold) in self.milestones or tokens < threshold:
                self.breach("milestones once", f"{organization_id} at {threshold} in request {record.id}")
            self.milestones.add((organization_id, threshold))

    def compare(self, books: Books, where: str) -> None:
        """Every account's running columns against the sums of its entries; and whatever else the books hold."""
        for name in sorted(self.sums.keys() | books.accounts.keys()):
            account, sums = books.accounts.get(name), self.sums.get(name, [0, 0, 0, 0])
            columns = [getattr(account, column) for column in COLUMNS] if account else None
            if columns != sums:
                self.breach("columns = sum of entries", f"{name} in {where}: {columns}, entries say {sums}")
        if books.holds.keys() != self.holds.keys():
            self.breach("the same holds are open", f"{where}: {sorted(books.holds.keys() ^ self.holds.keys())[:5]}")
        self._compare_shares(books, where)
        if books.tokens != self.tokens or books.milestones.keys() != self.milestones:
            self.breach("tokens = sum of receipts", where)

    def _compare_shares(self, books: Books, where: str) -> None:
        """What the books say became of each award and pool."""
        said = {name: [share.issued, share.returned, share.expired] for name, share in books.shares.items()}
        known = {name: found for name, found in self.moved_of.items() if any(found)}
        if {name: found for name, found in said.items() if any(found)} != known:
            self.breach("what became of awards = their transfers", where)

    def prove_snapshot(self, body: bytes) -> None:
        """A closing snapshot must be the books as they stand here."""
        where = f"the snapshot at row {self.seq}"
        try:
            books = load(body)
            if is_older(body):
                books.shares = self.books.shares
        except ValueError as error:
            self.breach("snapshots that can be read", f"{where}: {error}")
            return
        self.compare(books, where)
        for what in ("accounts", "holds", "keys", "awards", "pools", "budgets", "prices", "milestones"):
            if getattr(books, what) != getattr(self.books, what):
                self.breach("snapshot = books", f"{where}: other {what}")

    def finish(self) -> Report:
        """The report, once every row was proven."""
        report, books = self.report, self.books
        self.compare(books, "the books")
        report.accounts, report.open_holds = len(books.accounts), len(books.holds)
        dollars, tokens = totals(books, Unit.CREDIT), totals(books, Unit.TOKENS)
        report.issued, report.charged, report.expired = dollars.issued, dollars.spent, dollars.expired
        report.available, report.pending, report.written_off = dollars.available, dollars.pending, dollars.written_off
        report.borne_by_house = dollars.borne
        report.issued_tokens, report.served_tokens, report.expired_tokens = tokens.issued, tokens.spent, tokens.expired
        report.available_tokens, report.pending_tokens = tokens.available, tokens.pending
        report.written_off_tokens = tokens.written_off
        if dollars.issued != dollars.known:
            self.breach(_WHOLE, f"{nano_to_usd(dollars.issued)} issued, {nano_to_usd(dollars.known)} accounted for")
        if tokens.issued != tokens.known:
            self.breach(_WHOLE, f"{tokens.issued} tokens issued, {tokens.known} accounted for")
        return report


def _granted(record: DefineAward | DefinePool) -> tuple[Leg, ...]:
    """What a grant moves, and what is promised beside it; or what a pool is funded with."""
    if isinstance(record, DefinePool):
        source, pool = _ISSUANCES[record.pool.unit - 1], f"pool:{record.pool.id}"
        return (Leg(source, pool, record.amount),) if record.amount >= 0 else (Leg(pool, source, -record.amount),)
    award = record.award
    source = f"pool:{award.pool}" if award.pool is not None else _ISSUANCES[award.unit - 1]
    promised = (Leg(source, f"committed:{award.id}", record.committed),) if record.committed else ()
    return (Leg(source, f"award:{award.id}", record.amount), *promised)


def _posted(leg: Leg) -> Iterator[tuple[str, int, int]]:
    yield leg.credit, 3, leg.amount
    yield leg.debit, 1, leg.amount


def check(
    rows: Iterable[Row],
    snapshot: tuple[int, bytes] | None = None,
    base: Base | None = None,
    proof: Proof | None = None,
) -> Report:
    """Prove the books from the journal's first row to its last.

    Args:
        rows: the whole journal, in order.
        snapshot: a closing snapshot to prove on the way: the seq it stands at, and its bytes.
        base: what the first row stands upon, when older ones are no longer kept.
        proof: a fresh one, for whoever wants to look at its books afterwards.
    """
    proof = proof or Proof()
    if base is not None:
        proof.stand_on(base)
    for row in rows:
        if snapshot is not None and row.seq == snapshot[0] + 1:
            proof.prove_snapshot(snapshot[1])
        proof.row(row)
    if snapshot is not None and proof.seq == snapshot[0]:
        proof.prove_snapshot(snapshot[1])
    return proof.finish()
