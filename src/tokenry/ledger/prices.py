"""The price book: versions of rates, and what a usage costs under one. A charge is a pure function of the two.

A rate is an integer of nano-USD per 1,000,000 units. Every line is rounded once, half up.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tokenry.base.errors import TokenryError
from tokenry.base.units import UNITS_PER_RATE, charge_nano, nano_to_usd
from tokenry.ledger.receipts import Line, Usage

JUMP_MAX = 100  # a new rate above this many times the old one needs a confirmation


class UnpricedModel(TokenryError):
    """A model without a price was asked for under a hard budget."""

    status = 400
    type = "invalid_request_error"
    code = "unpriced_model"


class PriceRefused(TokenryError):
    """A change of prices that is more likely a slip than a wish."""

    status = 400
    type = "invalid_request_error"
    code = "price_refused"


class Rates(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Nano-USD per 1,000,000 tokens. Without a rate of its own, cached input costs what input costs."""

    input: int
    output: int
    cached_input: int | None = None

    @property
    def input_max(self) -> int:
        """The dearest rate an input token can meet; what a hold reckons with."""
        return self.input if self.cached_input is None else max(self.input, self.cached_input)


class PriceVersion(msgspec.Struct, frozen=True, array_like=True):
    """All prices and costs in force from one instant (nanoseconds since the epoch) on, by model name."""

    id: str
    effective_from: int
    prices: dict[str, Rates]
    costs: dict[str, Rates]


def lines(usage: Usage, rates: Rates) -> tuple[Line, ...]:
    """The lines of a charge: fresh input, cached input, output; a meter that counted nothing has no line."""
    return tuple([Line(meter, n, rate, charge_nano(rate, n)) for meter, n, rate in _meters(usage, rates) if n])


def amount(usage: Usage, rates: Rates) -> int:
    """Nano-USD that `usage` costs at `rates`: the sum of its lines."""
    return sum([charge_nano(rate, n) for _, n, rate in _meters(usage, rates) if n])


def _meters(usage: Usage, rates: Rates) -> tuple[tuple[str, int, int], ...]:
    cached, fresh = usage.cached_tokens, usage.input_tokens
    if not cached:
        return ("input", fresh, rates.input), ("output", usage.output_tokens, rates.output)
    cached = min(cached, fresh)
    cached_rate = rates.input if rates.cached_input is None else rates.cached_input
    return (
        ("input", fresh - cached, rates.input),
        ("cached_input", cached, cached_rate),
        ("output", usage.output_tokens, rates.output),
    )


def bound(input_tokens: int, output_tokens: int, rates: Rates) -> int:
    """Nano-USD that no usage of at most so many tokens can exceed.

    Each of up to three lines is rounded half up, so one nano-dollar is added for a split of the input in two lines.
    """
    split = 1 if input_tokens > 1 else 0
    return charge_nano(rates.input_max, input_tokens) + charge_nano(rates.output, output_tokens) + split


def changed(current: PriceVersion | None, prices: Mapping[str, Rates], costs: Mapping[str, Rates]) -> bool:
    """Whether these tables differ from the version in force."""
    return current is None or current.prices != dict(prices) or current.costs != dict(costs)


def refuse_negative(version: PriceVersion) -> None:
    """Nobody is paid for asking.

    Raises:
        PriceRefused: a price or a cost is below zero.
    """
    for table in (version.prices, version.costs):
        for model, rates in table.items():
            if min(rates.input, rates.output, rates.cached_input or 0) < 0:
                raise PriceRefused(f"a rate of {model} is negative")


def refuse_jumps(current: PriceVersion | None, prices: Mapping[str, Rates]) -> None:
    """Stop a slip of the decimal point.

    Raises:
        PriceRefused: a rate is more than JUMP_MAX times the one in force for the same model and meter.
    """
    if current is None:
        return
    for model, new in prices.items():
        old = current.prices.get(model)
        if old is None:
            continue
        for meter in ("input", "output", "cached_input"):
            was, now = getattr(old, meter), getattr(new, meter)
            if was and now and now > JUMP_MAX * was:
                raise PriceRefused(
                    f"the {meter} price of {model} would rise from {per_million(was)} to {per_million(now)}, "
                    f"more than {JUMP_MAX} times; if that is meant, start once with --confirm-prices"
                )


def per_million(rate: int) -> str:
    """A rate as people read it: `$0.40 per million`."""
    assert UNITS_PER_RATE == 1_000_000
    return f"${nano_to_usd(rate)} per million"
