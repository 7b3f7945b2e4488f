"""How prices and margins look as JSON: money as exact dollars in text, times in seconds since the epoch."""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.base.clock import NS_PER_S
from tokenry.base.units import UNITS_PER_RATE, nano_to_usd
from tokenry.ledger import Margin, PriceVersion, Rates, skus

_UNITS = {"audio_second": "second", "image": "image"}


class RateShape(msgspec.Struct, kw_only=True):
    """What one meter costs: `usd` dollars per `per`, at a service tier, above so many tokens of input."""

    meter: str
    service_tier: str
    above_tokens: int
    usd: str
    per: str


class ModelPriceShape(msgspec.Struct, kw_only=True):
    """A model's rates: what accounts are charged, and what it costs the house. None = not written."""

    model: str
    price: list[RateShape] | None
    cost: list[RateShape] | None


class VersionShape(msgspec.Struct, kw_only=True):
    """A version of the price book. `status`: how it stands now; `correction` = past requests were put right by it."""

    id: str
    effective_from: int
    status: Literal["in_force", "announced", "past", "correction"]
    models: list[ModelPriceShape]
    object: Literal["tokenry.price_version"] = "tokenry.price_version"


class MarginShape(msgspec.Struct, kw_only=True):
    """What was earned in one group. `margin_percent`: of the charges whose cost is known; None when there are none.

    `charge_tokens` and `covered_usd`: what awards of tokens paid, and what that would have cost; no part of the margin.
    """

    group: str
    requests: int
    charge_usd: str
    corrected_usd: str
    cost_usd: str
    margin_usd: str
    margin_percent: str | None
    unknown_cost_requests: int
    unknown_cost_charge_usd: str
    charge_tokens: int
    covered_usd: str


def rates_shown(rates: Rates | None) -> list[RateShape] | None:
    """Every rate that is written."""
    if rates is None:
        return None
    shown = []
    for sku, rate in skus(rates):
        unit = _UNITS.get(sku.meter)
        usd = nano_to_usd(rate if unit is None else rate // UNITS_PER_RATE)
        shown.append(
            RateShape(
                meter=sku.meter, service_tier=sku.tier or "default", above_tokens=sku.above,
                usd=usd, per=unit or "million_tokens",
            )
        )  # fmt: skip
    return shown


def version_shown(version: PriceVersion, current: PriceVersion | None, now_ns: int) -> VersionShape:
    """A version, beside the one in force."""
    status: Literal["in_force", "announced", "past", "correction"]
    if version.kind == "correction":
        status = "correction"
    elif current is not None and version.id == current.id:
        status = "in_force"
    else:
        status = "past" if version.begun(now_ns) else "announced"
    return VersionShape(
        id=version.id,
        effective_from=version.effective_from // NS_PER_S,
        status=status,
        models=[
            ModelPriceShape(
                model=name,
                price=rates_shown(version.prices.get(name)),
                cost=rates_shown(version.costs.get(name)),
            )
            for name in sorted({*version.prices, *version.costs})
        ],
    )


def margin_shown(group: str, margin: Margin) -> MarginShape:
    """The margin of one group."""
    return MarginShape(
        group=group,
        requests=margin.requests,
        charge_usd=nano_to_usd(margin.charge),
        corrected_usd=nano_to_usd(margin.corrected),
        cost_usd=nano_to_usd(margin.cost),
        margin_usd=nano_to_usd(margin.margin),
        margin_percent=percent(margin.share),
        unknown_cost_requests=margin.unknown,
        unknown_cost_charge_usd=nano_to_usd(margin.unknown_charge),
        charge_tokens=margin.tokens,
        covered_usd=nano_to_usd(margin.covered),
    )


def percent(hundredths: int | None) -> str | None:
    """Hundredths of a percent as text: `12.34`."""
    if hundredths is None:
        return None
    whole, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{rest:02d}"
