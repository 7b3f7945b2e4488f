"""What an award takes to serve: accelerator time, money, energy, a date; and what a pool has promised of its means.

Pure, and exact: fractions in, whole numbers out, each rounded once, up where somebody has to pay or wait for it.

The method. A fleet makes `accelerators` x `tokens_per_second` x `available_percent` tokens a second, without end; a
provider as many as its money buys at its price, at most `tokens_per_second` where that is known. Within a period each
can deliver so much, and they serve in proportion to it. Accelerator time is tokens by the measured rate of one;
energy is that time by `power_w` (hosts, cooling and idling are left out); money is a provider's price alone, since what
a fleet costs is not known here. A pool's awards are served in turn, so an award is served when all before it are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import msgspec

from tokenry.base.clock import NS_PER_S, isoformat
from tokenry.base.units import UNITS_PER_RATE, nano_to_usd
from tokenry.programmes.terms import Backing, Fleet, UnitName

DAY_S = 86_400
LATEST_S = 253_402_300_799  # the last second of the year 9999; what is served later is served by no date
KWH_METHOD = "accelerator time x power_w as stated for the fleet; hosts, cooling and idling left out"


class Part(msgspec.Struct, frozen=True):
    """What one contributor stands for, in the award's unit."""

    contributor: str
    amount: int


class Supply(msgspec.Struct, frozen=True, kw_only=True):
    """What an award means. None = nothing that stands behind the pool says.

    Args:
        amount, committed, deliverable: in the programme's unit; `committed` with this award and all that is promised
            and not yet used, `deliverable` within `days`.
        tokens: that it comes to. accelerator_seconds: of one accelerator. nanousd: that providers are paid.
        watt_hours: by `energy_method`. served_by: seconds since the epoch, when all that was promised before it has
            been served too.
        ratio_percent: committed by deliverable, rounded up.
        contributors: who stands for how much of it; the parts sum up to `amount`.
    """

    unit: UnitName
    amount: int
    days: int
    tokens: int | None
    accelerator_seconds: int | None
    nanousd: int | None
    watt_hours: int | None
    energy_method: str | None
    served_by: int | None
    committed: int
    deliverable: int
    ratio_percent: int | None
    contributors: tuple[Part, ...]

    def exceeds(self, ratio_max_percent: int) -> bool:
        """Whether more is promised than the policy's ratio allows, so that a decision needs a reason."""
        return self.ratio_percent is not None and self.ratio_percent > ratio_max_percent

    def words(self) -> list[str]:
        """All of it in plain words, a line each."""
        return _words(self)


@dataclass(frozen=True, slots=True)
class Asked:
    """An award that shall be judged.

    Args:
        outstanding: units that the pool has promised beside it, and that nobody has used yet.
        days: how long it lasts.
    """

    unit: UnitName
    amount: int
    days: int
    outstanding: int
    now_ns: int


@dataclass(frozen=True, slots=True)
class _Source:
    """One backing. `rate` in tokens a second, None = as fast as it is asked; `cap` in tokens, None = without end.

    `price` is nano-USD a token, `deliverable` in the programme's unit within the period.
    """

    backing: Backing
    rate: Fraction | None
    cap: Fraction | None
    price: Fraction | None
    deliverable: Fraction

    def by(self, seconds: Fraction) -> Fraction:
        """Tokens that it can have delivered after so long."""
        bounds = [self.cap, None if self.rate is None else self.rate * seconds]
        return min(bound for bound in bounds if bound is not None)


def supply(backing: Sequence[Backing], asked: Asked) -> Supply:
    """What an award means, with this behind its pool."""
    able = [source for source in (_source(one, asked) for one in backing) if source.deliverable]
    deliverable = sum((source.deliverable for source in able), Fraction(0))
    committed = asked.outstanding + asked.amount
    tokens = [_tokens(asked, source, Fraction(asked.amount) * source.deliverable / deliverable) for source in able]
    promised = sum((_tokens(asked, one, committed * one.deliverable / deliverable) for one in able), Fraction(0))
    energy = _watt_hours(able, tokens)
    return Supply(
        unit=asked.unit,
        amount=asked.amount,
        days=asked.days,
        tokens=_up(sum(tokens, Fraction(0))) if able else None,
        accelerator_seconds=_accelerator_seconds(able, tokens),
        nanousd=_nanousd(asked, able, tokens),
        watt_hours=energy,
        energy_method=None if energy is None else KWH_METHOD,
        served_by=_served_by(able, promised, asked.now_ns),
        committed=committed,
        deliverable=int(deliverable),
        ratio_percent=_up(100 * committed / deliverable) if able else None,
        contributors=_contributors(asked.amount, able),
    )


def _source(backing: Backing, asked: Asked) -> _Source:
    period_s = asked.days * DAY_S
    if isinstance(backing, Fleet):
        rate = Fraction(backing.accelerators * backing.tokens_per_second * backing.available_percent, 100)
        # What a fleet's tokens are worth is not known here, so it stands behind tokens alone.
        return _Source(backing, rate, None, None, rate * period_s if asked.unit == "tokens" else Fraction(0))
    price = Fraction(backing.nanousd_per_million, UNITS_PER_RATE)
    cap = backing.money / price
    paced = None if backing.tokens_per_second is None else Fraction(backing.tokens_per_second)
    tokens = cap if paced is None else min(cap, paced * period_s)
    return _Source(backing, paced, cap, price, tokens if asked.unit == "tokens" else tokens * price)


def _tokens(asked: Asked, source: _Source, part: Fraction) -> Fraction:
    """A part in the programme's unit as tokens."""
    return part if asked.unit == "tokens" or source.price is None else part / source.price


def _accelerator_seconds(able: Sequence[_Source], tokens: Sequence[Fraction]) -> int | None:
    parts = [
        part / source.backing.tokens_per_second
        for source, part in zip(able, tokens, strict=True)
        if isinstance(source.backing, Fleet)
    ]
    return _up(sum(parts, Fraction(0))) if parts else None


def _watt_hours(able: Sequence[_Source], tokens: Sequence[Fraction]) -> int | None:
    """None unless every part of it is made by machines whose power is stated."""
    total = Fraction(0)
    for source, part in zip(able, tokens, strict=True):
        fleet = source.backing
        if not isinstance(fleet, Fleet) or fleet.power_w is None:
            return None
        total += part / fleet.tokens_per_second * fleet.power_w / 3600
    return _up(total) if able else None


def _nanousd(asked: Asked, able: Sequence[_Source], tokens: Sequence[Fraction]) -> int | None:
    if asked.unit == "usd":
        return asked.amount
    paid = [part * source.price for source, part in zip(able, tokens, strict=True) if source.price is not None]
    return _up(sum(paid, Fraction(0))) if paid else None


def _served_by(able: Sequence[_Source], promised: Fraction, now_ns: int) -> int | None:
    """When so many tokens can have been delivered, by all together at their full rates; None = never."""
    if not able:
        return None
    turns = {one.cap / one.rate for one in able if one.cap is not None and one.rate is not None}
    start, before = Fraction(0), sum((one.by(Fraction(0)) for one in able), Fraction(0))
    for turn in [*sorted(turns), None]:
        running = [one for one in able if one.rate is not None and (one.cap is None or one.rate * start < one.cap)]
        rate = sum((one.rate for one in running if one.rate is not None), Fraction(0))
        if before >= promised or (rate and (turn is None or before + rate * (turn - start) >= promised)):
            wait = Fraction(0) if before >= promised else (promised - before) / rate
            served = now_ns // NS_PER_S + _up(start + wait)
            return served if served <= LATEST_S else None
        if turn is not None:
            start, before = turn, sum((one.by(turn) for one in able), Fraction(0))
    return None


def _contributors(amount: int, able: Sequence[_Source]) -> tuple[Part, ...]:
    """Who stands for how much: in proportion to what each can deliver, in whole units that sum up to the amount."""
    weights: dict[str, Fraction] = {}
    for source in able:
        backing = source.backing
        name = "the house" if isinstance(backing, Fleet) else backing.name
        shares = [(share.contributor, share.share) for share in backing.shares] or [(name, 1)]
        whole = sum(share for _, share in shares)
        for contributor, share in shares:
            part = source.deliverable * share / whole
            weights[contributor] = weights.get(contributor, Fraction(0)) + part
    total = sum(weights.values(), Fraction(0))
    exact = {name: amount * weight / total for name, weight in weights.items()}
    parts = {name: int(part) for name, part in exact.items()}
    by_rest = sorted(exact, key=lambda name: parts[name] - exact[name])  # largest remainder first; stable
    for name in by_rest[: amount - sum(parts.values())]:
        parts[name] += 1
    return tuple(Part(name, part) for name, part in parts.items())


def _up(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def _words(one: Supply) -> list[str]:
    measure = f"{one.amount:,} tokens" if one.unit == "tokens" else f"${nano_to_usd(one.amount)}"
    if one.ratio_percent is None:
        return [f"{measure}: nothing is named that stands behind the pool, so nobody can say what it takes to serve"]
    lines = [f"{measure} for {one.days} days"]
    if one.unit == "usd" and one.tokens is not None:
        lines.append(f"tokens: {one.tokens:,}")
    if one.accelerator_seconds is not None:
        lines.append(f"accelerator-days: {_tenths(one.accelerator_seconds, DAY_S)}")
    if one.nanousd is not None:
        lines.append(f"paid to providers: ${nano_to_usd(one.nanousd)}")
    if one.watt_hours is not None:
        lines.append(f"energy: {_tenths(one.watt_hours, 1000)} kWh ({one.energy_method})")
    if one.served_by is None:
        lines.append("served by: no date; what stands behind the pool does not suffice")
    else:
        lines.append(f"served by: {isoformat(one.served_by * NS_PER_S)[:10]}, after all that was promised before it")
    lines.append(f"promised by deliverable within {one.days} days: {one.ratio_percent} %")
    shown = (f"{part.contributor} {part.amount:,}" for part in one.contributors)
    return [*lines, f"contributors: {', '.join(shown)}"] if one.unit == "tokens" else lines


def _tenths(value: int, each: int) -> str:
    """A quotient with one decimal, rounded up, for the eye: `1,157.5`."""
    tenths = _up(Fraction(10 * value, each))
    return f"{tenths // 10:,}.{tenths % 10}"
