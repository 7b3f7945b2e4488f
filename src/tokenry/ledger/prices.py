"""The price book: versions of rates, which one is in force, and what must not become one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec

from tokenry.base.clock import isoformat
from tokenry.base.errors import TokenryError
from tokenry.base.units import UNITS_PER_RATE, nano_to_usd
from tokenry.ledger.rates import SINGLE, Rates, Sku, met_rate, skus
from tokenry.ledger.rates import amount as amount
from tokenry.ledger.rates import bound as bound
from tokenry.ledger.rates import lines as lines
from tokenry.ledger.receipts import Facts

JUMP_MAX = 100  # a new rate above this many times the old one needs a confirmation
VersionKind = Literal["regular", "announced", "correction"]


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


class PriceVersion(msgspec.Struct, frozen=True, array_like=True):
    """All prices and costs in force from one instant (nanoseconds since the epoch) on, by model name.

    Args:
        kind: a regular one is in force from when it was written; an announced one waits for its instant; one for a
            correction never is in force, but past requests are put right by it.
        instead_of: the announced version, not begun, whose place this one takes.
    """

    id: str
    effective_from: int
    prices: dict[str, Rates]
    costs: dict[str, Rates]
    kind: VersionKind = "regular"
    instead_of: str | None = None

    def begun(self, at: int) -> bool:
        """Whether it is, or was, in force at an instant."""
        return self.kind == "regular" or (self.kind == "announced" and self.effective_from <= at)


def rates_of(version: PriceVersion | None, facts: Facts) -> Rates | None:
    """What a request is charged by, None when its model has no price in this version."""
    rates = None if version is None else version.prices.get(facts.model)
    return rates if rates is None or facts.tier is None else rates.at_tier(facts.tier)


def cost_rates_of(version: PriceVersion | None, facts: Facts) -> Rates | None:
    """What a request costs the house by, None when that is unknown."""
    rates = None if version is None else version.costs.get(facts.model)
    return rates if rates is None or facts.tier is None else rates.at_tier(facts.tier)


def in_force(versions: Sequence[PriceVersion], at: int) -> PriceVersion | None:
    """The version in force at an instant: of those begun the one that began last."""
    return max([v for v in reversed(versions) if v.begun(at)], key=lambda v: v.effective_from, default=None)


def coming(versions: Sequence[PriceVersion], at: int) -> list[PriceVersion]:
    """The versions announced for after an instant, soonest first."""
    found = [v for v in versions if v.kind == "announced" and v.effective_from > at]
    return sorted(found, key=lambda v: v.effective_from)


def changed(current: PriceVersion | None, prices: Mapping[str, Rates], costs: Mapping[str, Rates]) -> bool:
    """Whether these tables differ from the version in force."""
    return current is None or current.prices != dict(prices) or current.costs != dict(costs)


def timetable(
    versions: Sequence[PriceVersion], at: int, wanted: PriceVersion, announced: Sequence[PriceVersion] = ()
) -> list[PriceVersion]:
    """The versions to write so that `wanted` is in force from now on and these are announced, and no others.

    What was announced and is not among them any more is replaced by one that changes nothing when its time comes.

    Raises:
        PriceRefused: two would begin at one instant, or one would begin before another that was already used.
    """
    current = in_force(versions, at)
    to_write: list[PriceVersion] = []
    if changed(current, wanted.prices, wanted.costs):
        _refuse_overlap(versions, current, wanted)
        to_write.append(wanted)
        current = wanted
    named = {version.effective_from: version for version in announced}
    if len(named) < len(announced):
        raise PriceRefused("two versions of the price book are announced for one instant; give one of them another")
    known = {version.effective_from: version for version in coming(versions, at)}
    for begins in sorted(named.keys() | known.keys()):
        new, old = named.get(begins), known.get(begins)
        if new is None:
            assert current is not None
            new = PriceVersion(f"{wanted.id}-{begins}", begins, current.prices, current.costs, "announced")
        elif begins <= at:
            raise PriceRefused(f"a version announced for {isoformat(begins)} would begin in the past")
        if old is None or changed(old, new.prices, new.costs):
            if old is not None:
                new = msgspec.structs.replace(new, instead_of=old.id)
            to_write.append(new)
        current = new
    return to_write


def _refuse_overlap(versions: Sequence[PriceVersion], current: PriceVersion | None, new: PriceVersion) -> None:
    if current is not None and new.effective_from < current.effective_from:
        raise PriceRefused(
            f"version {new.id} would begin at {isoformat(new.effective_from)}, before version {current.id}, which was "
            f"used from {isoformat(current.effective_from)} on; to change what was charged: tokenry prices rerate"
        )
    other = next((v for v in versions if v.kind != "correction" and v.effective_from == new.effective_from), None)
    if other is not None:
        raise PriceRefused(
            f"version {new.id} would begin at {isoformat(new.effective_from)}, when version {other.id} does; "
            "two versions never begin at one instant"
        )


def refuse_negative(version: PriceVersion) -> None:
    """Nobody is paid for asking.

    Raises:
        PriceRefused: a price or a cost is below zero.
    """
    for table in (version.prices, version.costs):
        for model, rates in table.items():
            if any(rate < 0 for _, rate in skus(rates)):
                raise PriceRefused(f"a rate of {model} is negative")


def refuse_jumps(
    current: PriceVersion | None, prices: Mapping[str, Rates], costs: Mapping[str, Rates] | None = None
) -> None:
    """Stop a slip of the decimal point.

    Raises:
        PriceRefused: a rate is more than JUMP_MAX times the one that the same model, meter, tier and size met before.
    """
    if current is None:
        return
    for word, before, after in (("price", current.prices, prices), ("cost", current.costs, costs or {})):
        for model, new in after.items():
            old = before.get(model)
            if old is not None and old != new:
                _refuse_jump(f"{word} of {model}", old, new)


def _refuse_jump(what: str, old: Rates, new: Rates) -> None:
    for sku in sorted({sku for rates in (old, new) for sku, _ in skus(rates)}, key=_place):
        was, now = met_rate(old, sku), met_rate(new, sku)
        if was and now and now > JUMP_MAX * was:
            raise PriceRefused(
                f"the {called(sku)} {what} would rise from {per_unit(sku.meter, was)} to {per_unit(sku.meter, now)}, "
                f"more than {JUMP_MAX} times; if that is meant, start once with --confirm-prices"
            )


def _place(sku: Sku) -> tuple[str, int, str]:
    return sku.tier or "", sku.above, sku.meter


def called(sku: Sku) -> str:
    """What a rate is of, in words: `input`, `batch output above 200000 tokens`."""
    words = sku.meter if sku.tier is None else f"{sku.tier} {sku.meter}"
    return f"{words} above {sku.above} tokens" if sku.above else words


_UNITS: Final = {"audio_second": "second", "image": "image"}


def per_unit(meter: str, rate: int) -> str:
    """A rate as people read it: `$0.40 per million`, `$0.0001 per second`."""
    if meter not in SINGLE:
        return per_million(rate)
    return f"${nano_to_usd(rate // UNITS_PER_RATE)} per {_UNITS[meter]}"


def per_million(rate: int) -> str:
    """A rate of tokens as people read it: `$0.40 per million`."""
    assert UNITS_PER_RATE == 1_000_000
    return f"${nano_to_usd(rate)} per million"
