"""How one request falls on dollars and on tokens: every division adds up to the unit, whatever was mixed."""

from __future__ import annotations

from random import Random

from tests.ledger.examples import facts
from tokenry.ledger import Rates, prices
from tokenry.ledger.buckets.shares import cost_shares, divided
from tokenry.ledger.model import Settle
from tokenry.ledger.receipts import Held, Receipt, Usage

REVENUE = "revenue:m"


def settle(rng: Random, *, priced: bool = True) -> Settle:
    """A request that awards of dollars, awards of tokens and the house paid, in parts drawn at random."""
    usage = Usage(rng.randrange(0, 5000), rng.randrange(0, 900), 0, 0, "engine")
    rates = Rates(rng.randrange(0, 10**10), rng.randrange(0, 10**10)) if priced else None
    lines = prices.lines(usage, rates) if rates else ()
    price = sum(line.amount for line in lines)
    covered = rng.randrange(0, price + 1)
    writeoff = rng.choice((0, rng.randrange(0, price - covered + 1)))
    charge = price - covered - writeoff
    tokens = rng.randrange(1, 10_000) if covered or not price else 0
    legs = [*_parted(rng, "award:usd", charge), *_parted(rng, "award:tok", tokens)]
    rng.shuffle(legs)
    receipt = Receipt(
        "req_1", 0, facts(), "completed", 200, None, (), usage, lines, charge, writeoff, rng.choice((None, 0, 777)),
        tuple(legs), None, 0, False, (), charge_tokens=tokens, covered=covered,
        writeoff_tokens=0 if price else rng.choice((0, 5)),
        in_tokens=tuple(leg.account for leg in legs if leg.account.startswith("award:tok")),
    )  # fmt: skip
    return Settle("req_1", tuple(leg.posted for leg in legs), (), receipt)


def _parted(rng: Random, name: str, amount: int) -> list[Held]:
    cut = rng.randrange(0, amount + 1)
    return [Held(f"{name}{n}", amount, part) for n, part in enumerate((cut, amount - cut)) if part]


def test_what_dollars_and_tokens_paid_adds_up() -> None:
    mixed = 0
    for seed in range(2000):
        one = settle(Random(seed), priced=seed % 5 > 0)
        receipt = one.receipt
        if not receipt.charge_tokens:
            continue
        rest, by_tokens = divided(receipt)
        whole = receipt.lines or prices.lines(receipt.usage, Rates(0, 0))
        assert sum(line.amount for line, _ in by_tokens) == receipt.covered
        assert sum(line.amount for line in rest) == receipt.charge + receipt.writeoff
        assert sum(drawn for _, drawn in by_tokens) == (receipt.charge_tokens if whole else 0)
        if receipt.lines:
            for line, (paid, _) in zip(whole, by_tokens, strict=True):
                left = [n for n in rest if n.meter == line.meter]
                assert paid.quantity + sum(n.quantity for n in left) == line.quantity
                assert paid.amount + sum(n.amount for n in left) == line.amount
        mixed += bool(receipt.charge and receipt.covered)
    assert mixed > 500


def test_what_was_paid_by_tokens_alone_leaves_dollars_nothing() -> None:
    usage = Usage(100, 10, 0, 0, "engine")
    lines = prices.lines(usage, Rates(10**9, 10**9))
    paid = Receipt(
        "req_1", 0, facts(), "completed", 200, None, (), usage, lines, 0, 0, None, (Held("award:a", 200, 110),),
        None, 0, False, (), charge_tokens=110, covered=110_000,
    )  # fmt: skip
    assert divided(paid) == ((), ((lines[0], 100), (lines[1], 10)))


def test_costs_fall_on_awards_by_what_they_paid() -> None:
    for seed in range(2000):
        one = settle(Random(seed), priced=seed % 5 > 0)
        receipt = one.receipt
        shares = dict(cost_shares(one))
        assert shares.keys() == {held.account for held in receipt.accounts}
        borne = receipt.writeoff or receipt.writeoff_tokens
        if not borne and shares:
            assert sum(shares.values()) == (receipt.cost or 0)
        assert 0 <= sum(shares.values()) <= (receipt.cost or 0)
        if receipt.cost and receipt.charge and receipt.covered and not borne:
            price = receipt.charge + receipt.covered
            dollars = sum(cost for name, cost in shares.items() if name.startswith("award:usd"))
            assert abs(dollars - receipt.cost * receipt.charge // price) <= len(shares)
