"""From the journal back to the books: closing snapshots bound how much is read; holds that a crash left open end.

A hold without a checkpoint is void (the client saw no byte, or less than one checkpoint interval); one with a
checkpoint is posted as of the checkpoint. What the engine may have cost beyond that is the house's, marked estimated.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tokenry.base.limits import CHECKPOINT_TOKENS
from tokenry.ledger import prices
from tokenry.ledger.awards import Award
from tokenry.ledger.books import Books, OpenHold
from tokenry.ledger.budgets import Budget
from tokenry.ledger.division import divide
from tokenry.ledger.house_accounts import (
    CRASH_HOUSE,
    CRASH_WRITEOFF,
    LOW_PRIORITY,
    TOKENS_CRASH,
    revenue_account,
    served_account,
)
from tokenry.ledger.milestones import Milestone, reached
from tokenry.ledger.model import Account, DefineAward, DefineBudget, DefinePool, Hold, Leg, Mark, Settle, Unit, decode
from tokenry.ledger.pools import Pool, Share
from tokenry.ledger.prices import PriceVersion
from tokenry.ledger.rates import Rates
from tokenry.ledger.receipts import Held, Receipt, Usage
from tokenry.ledger.transfers import apply
from tokenry.storage import Row, StorageError


class _Snapshot(msgspec.Struct, frozen=True, array_like=True):
    accounts: list[tuple[str, int, str, str, bool, str]]
    holds: list[tuple[Hold, Mark | None]]
    keys: list[str]
    awards: list[Award]
    budgets: list[Budget]
    prices: list[PriceVersion]
    tokens: dict[str, int]
    milestones: list[Milestone]
    pools: list[Pool] = []
    shares: dict[str, Share] | None = None  # None = of a version that did not keep them


def dump(books: Books) -> bytes:
    """The books as bytes, for a closing snapshot."""
    return msgspec.msgpack.encode(
        _Snapshot(
            accounts=[(a.id, int(a.unit), a.kind, a.owner, a.limited, _columns(a)) for a in books.accounts.values()],
            holds=[(held.hold, held.mark) for held in books.holds.values()],
            keys=sorted(books.keys),
            awards=list(books.awards.values()),
            budgets=list(books.budgets.values()),
            prices=books.prices,
            tokens=books.tokens,
            milestones=list(books.milestones.values()),
            pools=list(books.pools.values()),
            shares=books.shares,
        )
    )


def _columns(account: Account) -> str:
    """The four running columns as text: those of the house's accounts outgrow 64 bits in time."""
    return f"{account.debits_pending} {account.debits_posted} {account.credits_pending} {account.credits_posted}"


def load(body: bytes) -> Books:
    """The books that `dump` wrote.

    Raises:
        ValueError: the bytes are not a snapshot.
    """
    snapshot = _decoded(body)
    books = Books.empty()
    for name, unit, kind, owner, limited, columns in snapshot.accounts:
        pending, posted, credits_pending, credits_posted = map(int, columns.split())
        books.accounts[name] = Account(
            name, Unit(unit), kind, owner, limited, pending, posted, credits_pending, credits_posted
        )
    books.holds = {hold.id: OpenHold(hold, mark) for hold, mark in snapshot.holds}
    books.keys = set(snapshot.keys)
    for pool in snapshot.pools:
        apply(books, DefinePool(pool, 0))
    for award in snapshot.awards:
        apply(books, DefineAward(award, 0))
    for budget in snapshot.budgets:
        apply(books, DefineBudget(budget))
    books.prices = list(snapshot.prices)
    books.tokens = snapshot.tokens
    books.milestones = {(m.organization_id, m.threshold): m for m in snapshot.milestones}
    books.shares = _shares(books) if snapshot.shares is None else snapshot.shares
    return books


def _decoded(body: bytes) -> _Snapshot:
    try:
        return msgspec.msgpack.decode(body, type=_Snapshot)
    except msgspec.DecodeError as error:
        raise ValueError(f"not a snapshot of the books: {error}") from None


def _shares(books: Books) -> dict[str, Share]:
    """What an older version did not keep, as near as its accounts tell: that nothing of an award has expired."""
    accounts = [books.accounts[award.account] for award in books.awards.values()]
    return {account.id: Share(account.credits_posted) for account in accounts if account.credits_posted}


def load_or_none(body: bytes) -> Books | None:
    """The books of a snapshot, or None when it is of another version's making: the journal itself tells all again."""
    try:
        return None if is_older(body) else load(body)
    except ValueError:
        return None


def is_older(body: bytes) -> bool:
    """Whether a snapshot lacks what was moved into each award and out of it; `load` then puts that as near as it can.

    Raises:
        ValueError: as `load`.
    """
    return _decoded(body).shares is None


def replay(books: Books, rows: Iterable[Row]) -> int:
    """Fold rows of the journal into the books; how many they were.

    Raises:
        StorageError: a row cannot be read or the books refuse it: the file was damaged or changed by another program.
    """
    count = 0
    for row in rows:
        try:
            refused = apply(books, decode(row.kind, row.body))
        except ValueError as error:
            raise StorageError(f"journal row {row.seq}: {error}; restore the data folder from a backup") from None
        if refused is not None:
            raise StorageError(
                f"journal row {row.seq} ({row.kind} {row.ref}) does not fit the books: {refused.reason.value} "
                f"({refused.account}); run `tokenry ledger check`, then restore the data folder from a backup"
            )
        count += 1
    return count


def settlement(books: Books, held: OpenHold, at: int, thresholds: tuple[int, ...]) -> Settle:
    """How one hold ends that nobody lives to settle. `thresholds`: tokens of the milestones, ascending."""
    hold, usage = held.hold, Usage() if held.mark is None else held.mark.usage
    rates = prices.rates_of(books.version(hold.facts.price_version), hold.facts)
    price = prices.amount(usage, rates) if rates else None
    share = divide(books, hold, price, usage, at)
    extra = (*share.extra, *_lost(books, held, rates, price))
    receipt = Receipt(
        request_id=hold.id,
        at=at,
        facts=hold.facts,
        outcome="crash",
        status=500,
        deployment=None,
        attempts=(),
        usage=usage,
        lines=prices.lines(usage, rates) if rates else (),
        charge=share.charged,
        writeoff=share.writeoff,
        cost=None,
        accounts=tuple([Held(leg.debit, leg.amount, p) for leg, p in zip(hold.legs, share.posts, strict=True)]),
        ttft_ms=None,
        duration_ms=0,
        estimated=True,
        seen_by=(),
        charge_tokens=share.tokens,
        covered=share.covered,
        writeoff_tokens=share.writeoff_tokens,
        in_tokens=tuple([leg.debit for leg in hold.legs if books.accounts[leg.debit].unit is Unit.TOKENS]),
    )
    organization_id = hold.facts.organization_id
    tokens = books.tokens.get(organization_id, 0) + usage.total_tokens
    milestones = reached(organization_id, tokens, books.milestones, thresholds)
    return Settle(hold.id, share.posts, extra, receipt, milestones)


def _lost(books: Books, held: OpenHold, rates: Rates | None, price: int | None) -> tuple[Leg, ...]:
    """What the engine may have earned beyond the checkpoint: an estimate, borne by the house. In nano-USD of price, or
    in tokens where the model has no price and awards of tokens would have paid.

    Before the first checkpoint: the prompt as bounded at admission. After one: at most one more interval of output.
    """
    hold, mark = held.hold, held.mark
    facts, tokens = hold.facts, [leg for leg in hold.legs if books.accounts[leg.debit].unit is Unit.TOKENS]
    if rates is None:
        lost = facts.input_bound if tokens else 0
        if tokens and mark is not None:
            lost = max(0, min(facts.output_bound - mark.usage.output_tokens, CHECKPOINT_TOKENS))
        return (Leg(TOKENS_CRASH, served_account(facts.model), lost),) if lost else ()
    most = sum(leg.amount for leg in hold.legs if books.accounts[leg.debit].unit is Unit.CREDIT)
    if tokens or any(leg.debit == LOW_PRIORITY for leg in hold.legs):
        most = prices.bound(facts.input_bound, facts.output_bound, rates)
    lost = min(most, prices.bound(facts.input_bound, 0, rates))
    if mark is not None:
        lost = max(0, min(most - (price or 0), prices.bound(0, CHECKPOINT_TOKENS, rates)))
    payer = CRASH_HOUSE if mark is None else CRASH_WRITEOFF
    return (Leg(payer, revenue_account(facts.model), lost),) if lost else ()
