"""The proof of who paid: that a request drew on awards in their order, and on all of them together for the whole of it.

A second reckoning, by other arithmetic than the ledger's own: it says of records whether they could be so, and never
asks the code that made them. Shares of a request are pairs of whole numbers here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from tokenry.ledger import prices
from tokenry.ledger.awards import Award
from tokenry.ledger.books import Books
from tokenry.ledger.house_accounts import LOW_PRIORITY, OVERRUN, TOKENS_LOW_PRIORITY, TOKENS_OVERRUN
from tokenry.ledger.model import Hold, Leg, Settle, Unit
from tokenry.ledger.prices import PriceVersion
from tokenry.ledger.receipts import Facts, Usage
from tokenry.ledger.units import PER_TOKEN

Fault = tuple[str, str]  # the rule, and what is wrong
_LAST = 2**63


class DrawOrder:
    """The awards as the rows so far have them."""

    def __init__(self) -> None:
        self._known: dict[str, Award] = {}

    def define(self, award: Award) -> None:
        """An award is made or changed."""
        self._known[award.id] = award

    def faults(self, hold: Hold, at: int, books: Books) -> Iterator[Fault]:
        """Where the awards that a hold is on are not in order, or are none that it may draw on.

        Whether an award that it passes over had anything left cannot be told: what it lacked may have been held by a
        request whose own row was never written.

        Args:
            at: when it was made. books: for prices alone.
        """
        held = [leg.debit.removeprefix("award:") for leg in hold.legs if leg.debit.startswith("award:")]
        if not held:
            return
        facts = hold.facts
        rates = prices.rates_of(books.version(facts.price_version), facts)
        pays = {Unit.CREDIT: rates is not None, Unit.TOKENS: rates is None or not rates.counts_more_than_tokens}
        known = [self._known[name] for name in held if name in self._known]
        if len(known) < len(held) or sorted(known, key=_place) != known:
            yield "awards in draw order", f"request {hold.id} holds on {', '.join(held)}"
        for award in known:
            if award.project_id != facts.project_id or not pays[award.unit] or not _may_draw(award, facts, at):
                yield "awards that may be drawn on", f"request {hold.id} holds on {award.id}"


def faults_of(hold: Hold, record: Settle, version: PriceVersion | None, awards: Mapping[str, Award]) -> Iterator[Fault]:
    """What is wrong with how a request was paid."""
    receipt, name = record.receipt, f"request {record.id}"
    paid: dict[str, int] = defaultdict(int)
    for leg, post in zip(hold.legs, record.posts, strict=True):
        if post > leg.amount:
            yield "a post is at most its hold", f"{name}, {leg.debit}"
        paid[leg.debit] += post
    for leg in record.extra:
        paid[leg.debit] += leg.amount
    held = [(leg.debit, leg.amount, post) for leg, post in zip(hold.legs, record.posts, strict=True)]
    told = [(line.account, line.held, line.posted) for line in receipt.accounts]
    if (receipt.request_id, receipt.facts) != (hold.id, hold.facts) or held != told:
        yield "receipt = books", f"{name}: the receipt tells of another hold"
    yield from _sums(record, paid, awards)
    rates = prices.rates_of(version, receipt.facts)
    owed = prices.amount(receipt.usage, rates) if rates else 0
    if owed != receipt.charge + receipt.covered + receipt.writeoff:
        said = f"charged {receipt.charge} + covered {receipt.covered} + written off {receipt.writeoff}"
        version_id = receipt.facts.price_version
        yield "charge = price of the usage", f"{name}: {owed} by price version {version_id}, {said}"
    if receipt.lines != (prices.lines(receipt.usage, rates) if rates else ()):
        yield "lines = price of the usage", name
    yield from _order(hold, record)
    if receipt.charge_tokens or receipt.covered or receipt.writeoff_tokens:
        yield from _mixed(hold, record, owed if rates else None, awards)


def _sums(record: Settle, paid: Mapping[str, int], awards: Mapping[str, Award]) -> Iterator[Fault]:
    """The receipt says of every account what the books say, and budgets count the price of what awards pay."""
    receipt, name = record.receipt, f"request {record.id}"
    sums = {Unit.CREDIT: 0, Unit.TOKENS: 0}
    for account, amount in paid.items():
        if account.startswith("award:"):
            sums[awards[account.removeprefix("award:")].unit] += amount
        elif account.startswith("budget:") and amount != receipt.charge + receipt.covered:
            yield "budgets count the charge", f"{name}: {receipt.charge + receipt.covered}, {account} has {amount}"
    if sums[Unit.CREDIT] != receipt.charge:
        yield "receipt = books", f"{name}: receipt {receipt.charge}, awards paid {sums[Unit.CREDIT]}"
    if sums[Unit.TOKENS] != receipt.charge_tokens:
        yield "receipt = books", f"{name}: receipt {receipt.charge_tokens} tokens, awards paid {sums[Unit.TOKENS]}"
    if paid.get(TOKENS_OVERRUN, 0) + paid.get(TOKENS_LOW_PRIORITY, 0) != receipt.writeoff_tokens:
        yield "receipt = books", f"{name}: {receipt.writeoff_tokens} tokens written off"
    if paid.get(OVERRUN, 0) + paid.get(LOW_PRIORITY, 0) != receipt.writeoff:
        yield "receipt = books", f"{name}: {receipt.writeoff} written off"


def _mixed(hold: Hold, record: Settle, price: int | None, awards: Mapping[str, Award]) -> Iterator[Fault]:
    """Awards of several units pay for one request: their parts come to the whole of it, and to no unit more.

    With a part of `amount` of `alone` each, what is unpaid is kept as top / bottom; below zero, what was paid beyond.
    """
    receipt = record.receipt
    posted = [Leg(leg.debit, leg.credit, n) for leg, n in zip(hold.legs, record.posts, strict=True)]
    legs = [leg for leg in (*posted, *record.extra) if leg.debit.startswith("award:")]
    writeoff, of = (receipt.writeoff_tokens, receipt.usage.total_tokens) if price is None else (receipt.writeoff, price)
    top, bottom, unit = 1, 1, 0
    for leg in legs:
        alone = _alone(awards[leg.debit.removeprefix("award:")], receipt.usage, price)
        if leg.amount and alone:
            top, bottom, unit = top * alone - leg.amount * bottom, bottom * alone, alone
    # What is unpaid comes to the write-off, rounded up; the last payer's part is rounded up by less than its unit.
    too_little = top * of > writeoff * bottom and not _draws_nothing(record, awards)
    most = (top * unit + bottom) * of if unit else top * of
    too_much = (writeoff - 1) * bottom * max(unit, 1) >= most if writeoff else bool(unit) and top * unit + bottom <= 0
    if too_little or too_much:
        yield "awards pay for the whole", f"request {record.id}: {writeoff} written off of {of}"


def _draws_nothing(record: Settle, awards: Mapping[str, Award]) -> bool:
    """Whether some award counts this usage for nothing, and so pays for all of it with no transfer to show."""
    facts, usage = record.receipt.facts, record.receipt.usage
    return any(
        award.unit is Unit.TOKENS and award.project_id == facts.project_id and not _alone(award, usage, None)
        for award in awards.values()
    )


def _order(hold: Hold, record: Settle) -> Iterator[Fault]:
    """What was held is used up leg by leg, and all of it before anything else is drawn on."""
    used_up = True
    for leg, post in zip(hold.legs, record.posts, strict=True):
        if leg.debit.startswith("award:"):
            if post and not used_up:
                yield "awards in draw order", f"request {record.id} draws on {leg.debit} before its turn"
            used_up = used_up and post == leg.amount
    if not used_up and any(leg.debit.startswith("award:") for leg in record.extra):
        yield "awards in draw order", f"request {record.id} draws beyond its hold before the hold is used up"


def _alone(award: Award, usage: Usage, price: int | None) -> int:
    """What one award would pay for all of a usage."""
    if award.unit is Unit.CREDIT:
        return price or 0
    if award.weights is None:
        return usage.input_tokens + usage.output_tokens
    cached = min(usage.cached_tokens, usage.input_tokens)
    written = min(usage.cache_write_tokens, usage.input_tokens - cached)
    thought = min(usage.reasoning_tokens, usage.output_tokens)
    counts = (usage.input_tokens - cached - written, cached, written, usage.output_tokens - thought, thought)
    w = award.weights
    weights = (w.input, w.cached_input, w.cache_write, w.output, w.reasoning)
    return (sum(n * weight for n, weight in zip(counts, weights, strict=True)) + PER_TOKEN - 1) // PER_TOKEN


def _place(award: Award) -> tuple[int, int, int, int, str]:
    categories = ("award", "promotional", "purchased", "internal")
    ends = _LAST if award.expires_at is None else award.expires_at
    return ends, award.priority, categories.index(award.category), award.created_at, award.id


def _may_draw(award: Award, facts: Facts, at: int) -> bool:
    lists = (
        (award.models, facts.model), (award.endpoints, facts.endpoint), (award.tiers, facts.tier or "default"),
        (award.purposes, facts.purpose),
    )  # fmt: skip  # pairs
    ended = award.expires_at is not None and award.expires_at <= at
    allowed = all(named is None or asked in named for named, asked in lists)
    return award.state == "active" and award.effective_at <= at and not ended and allowed
