"""How one request falls on those who paid it: its lines on dollars and on tokens, its cost on its awards. Pure.

Every division is by running sums rounded down, so that the parts always add up to the whole, to the unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tokenry.ledger import prices
from tokenry.ledger.model import Settle
from tokenry.ledger.rates import Rates
from tokenry.ledger.receipts import Line, Receipt

_AWARD, _SERVED = "award:", "served:"
_NOT_TOKENS = frozenset({"audio_second", "image"})


def divided(receipt: Receipt) -> tuple[tuple[Line, ...], tuple[tuple[Line, int], ...]]:
    """The lines of a request that awards of tokens paid for, wholly or in part: (what they did not pay, what they paid
    with the tokens drawn for it).

    Of a mixed request each line is divided as its price was. Tokens drawn fall on lines by their quantities. A model
    without a price has lines of rate 0, by which its tokens are told.
    """
    whole = receipt.lines or prices.lines(receipt.usage, Rates(0, 0))
    price = sum([line.amount for line in whole])
    paid, of = (receipt.covered, price) if price else (receipt.charge_tokens, _tokens(receipt))
    amounts = _spread(receipt.covered, [line.amount for line in whole])
    drawn = _spread(receipt.charge_tokens, [0 if n.meter in _NOT_TOKENS else n.quantity for n in whole])
    rest, by_tokens = [], []
    for line, amount, tokens in zip(whole, amounts, drawn, strict=True):
        quantity = line.quantity * paid // of
        by_tokens.append((Line(line.meter, quantity, line.rate, amount), tokens))
        if receipt.lines and (quantity, amount) != (line.quantity, line.amount):
            rest.append(Line(line.meter, line.quantity - quantity, line.rate, line.amount - amount))
    return tuple(rest), tuple(by_tokens)


def cost_shares(record: Settle) -> Iterator[tuple[str, int]]:
    """(account, nano-USD) of each award that paid for a request: what providers asked for the part that it paid.

    Parts go by the price. Between awards of tokens of one mixed request, whose weights may differ, they go by tokens.
    """
    posted: dict[str, int] = {}
    for account, amount in (
        *[(held.account, held.posted) for held in record.receipt.accounts],
        *[(leg.debit, leg.amount) for leg in record.extra],
    ):
        if amount and account.startswith(_AWARD):
            posted[account] = posted.get(account, 0) + amount
    if not posted:
        return
    receipt, cost = record.receipt, record.receipt.cost or 0
    in_tokens = {*receipt.in_tokens, *[leg.debit for leg in record.extra if leg.credit.startswith(_SERVED)]}
    parts = {name: amount for name, amount in posted.items() if name not in in_tokens}
    tokens = [amount for name, amount in posted.items() if name in in_tokens]
    unpriced = not (receipt.charge or receipt.covered or receipt.writeoff)
    shares = iter(tokens if unpriced else _spread(receipt.covered, tokens))
    parts |= {name: next(shares) for name in posted if name in in_tokens}
    borne = receipt.writeoff_tokens if unpriced else receipt.writeoff
    yield from zip(parts, _spread(cost, [*parts.values(), borne]), strict=False)


def _spread(whole: int, by: Sequence[int]) -> list[int]:
    """`whole` divided in proportion to `by`, in parts that add up to it; all to the first when all are 0."""
    total, so_far, given, parts = sum(by), 0, 0, list[int]()
    for one in by:
        so_far += one
        upto = whole * so_far // total if total else whole
        parts.append(upto - given)
        given = upto
    return parts


def _tokens(receipt: Receipt) -> int:
    return receipt.charge_tokens + receipt.writeoff_tokens
