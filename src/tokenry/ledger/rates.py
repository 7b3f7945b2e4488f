"""Rates, and what a usage costs at them. A charge is a pure function of the two: integers in, integers out.

A rate is an integer of nano-USD per 1,000,000 units of its meter. Every line is rounded once, half up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, get_args

import msgspec

from tokenry.base.units import charge_nano
from tokenry.ledger.receipts import Line, Tier, Usage

Meter = Literal["input", "cached_input", "cache_write", "output", "reasoning", "audio_second", "image", "embedding"]
METERS: Final[tuple[Meter, ...]] = get_args(Meter)
TIERS: Final[tuple[Tier, ...]] = get_args(Tier)  # beside the default one
SINGLE: Final[tuple[Meter, ...]] = ("audio_second", "image")  # people price these by the unit, tokens by the million


class Rates(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Nano-USD per 1,000,000 tokens. Without a rate of its own, cached input costs what input costs."""

    input: int
    output: int
    cached_input: int | None = None
    more: More | None = None

    @property
    def input_max(self) -> int:
        """The dearest rate an input token can meet; what a hold reckons with."""
        dearest = self.input if self.cached_input is None else max(self.input, self.cached_input)
        if self.more is None:
            return dearest
        if self.more.embedding is not None:
            dearest = max(self.more.embedding, self.cached_input or 0)
        return max(dearest, self.more.cache_write or 0)

    @property
    def counts_more_than_tokens(self) -> bool:
        """Whether seconds of sound or images cost something: no number of tokens stands for these."""
        steps = () if self.more is None else (self.more, *[step.rates.more or _PLAIN for step in self.more.above])
        return any(more.audio_second or more.image for more in steps)

    def has_tier(self, tier: Tier) -> bool:
        """Whether a service tier has rates of its own, be they those of the default one."""
        return self.more is not None and any(name == tier for name, _ in self.more.tiers)

    def at_tier(self, tier: Tier | None) -> Rates:
        """What a service tier costs; one without rates of its own costs what the default one does."""
        if tier is None or self.more is None:
            return self
        return next((rates for name, rates in self.more.tiers if name == tier), self)

    def at_size(self, input_tokens: int) -> Rates:
        """What a request with so many input tokens costs."""
        found = self
        if self.more is not None:
            for step in self.more.above:
                if input_tokens > step.tokens:
                    found = step.rates
        return found


class More(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a price can say beyond its three usual rates. None = the meter has no rate of its own.

    Cache writes without one cost what input does, reasoning what output does; seconds of audio and images nothing.
    `embedding` stands in the place of `input`, and names the meter so. `above` ascends; its rates, and those of
    `tiers`, are whole: nothing is looked up in the rates around them.
    """

    cache_write: int | None = None
    reasoning: int | None = None
    audio_second: int | None = None
    image: int | None = None
    embedding: int | None = None
    above: tuple[Above, ...] = ()
    tiers: tuple[tuple[Tier, Rates], ...] = ()


class Above(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The rates of a request with more than `tokens` tokens of input: of all of it, not of what is above."""

    tokens: int
    rates: Rates


_PLAIN: Final = More()


def lines(usage: Usage, rates: Rates) -> tuple[Line, ...]:
    """The lines of a charge, one per meter; a meter that counted nothing has no line."""
    return tuple([Line(meter, n, rate, charge_nano(rate, n)) for meter, n, rate in _meters(usage, rates) if n])


def amount(usage: Usage, rates: Rates) -> int:
    """Nano-USD that `usage` costs at `rates`: the sum of its lines."""
    return sum([charge_nano(rate, n) for _, n, rate in _meters(usage, rates) if n])


def _meters(usage: Usage, rates: Rates) -> tuple[tuple[str, int, int], ...]:
    if rates.more is not None:
        return _all_meters(usage, rates.at_size(usage.input_tokens))
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


def _all_meters(usage: Usage, rates: Rates) -> tuple[tuple[str, int, int], ...]:
    """As `_meters`, for rates whose tier and size are decided."""
    more = rates.more or _PLAIN
    cached = min(usage.cached_tokens, usage.input_tokens)
    written = 0 if more.cache_write is None else min(usage.cache_write_tokens, usage.input_tokens - cached)
    thought = 0 if more.reasoning is None else min(usage.reasoning_tokens, usage.output_tokens)
    name, rate = ("input", rates.input) if more.embedding is None else ("embedding", more.embedding)
    return (
        (name, usage.input_tokens - cached - written, rate),
        ("cached_input", cached, rate if rates.cached_input is None else rates.cached_input),
        ("cache_write", written, more.cache_write or 0),
        ("output", usage.output_tokens - thought, rates.output),
        ("reasoning", thought, more.reasoning or 0),
        ("audio_second", 0 if more.audio_second is None else usage.audio_seconds, more.audio_second or 0),
        ("image", 0 if more.image is None else usage.images, more.image or 0),
    )


def bound(input_tokens: int, output_tokens: int, rates: Rates, audio_seconds: int = 0, images: int = 0) -> int:
    """Nano-USD that no usage of at most so much can exceed, however its tokens are split.

    Each of up to three lines of input is rounded half up, so one nano-dollar is added for the split; the same where
    reasoning is a line of its own. Of rates by size the dearest that can be met counts.
    """
    if rates.more is None:
        split = 1 if input_tokens > 1 else 0
        return charge_nano(rates.input_max, input_tokens) + charge_nano(rates.output, output_tokens) + split
    steps = rates.more.above
    most = 0
    for n in range(-1, len(steps)):
        if n >= 0 and input_tokens <= steps[n].tokens:
            break
        most_input = min(input_tokens, steps[n + 1].tokens) if n + 1 < len(steps) else input_tokens
        step = rates if n < 0 else steps[n].rates
        more = step.more or _PLAIN
        tokens = _of_tokens(most_input, output_tokens, step)
        single = charge_nano(more.audio_second or 0, audio_seconds) + charge_nano(more.image or 0, images)
        most = max(most, tokens + single)
    return most


def _of_tokens(input_tokens: int, output_tokens: int, rates: Rates) -> int:
    reasoning = None if rates.more is None else rates.more.reasoning
    dearest = rates.output if reasoning is None else max(rates.output, reasoning)
    splits = (input_tokens > 1) + (reasoning is not None and output_tokens > 1)
    return charge_nano(rates.input_max, input_tokens) + charge_nano(dearest, output_tokens) + splits


class Sku(msgspec.Struct, frozen=True, order=True):
    """One thing with a rate: a meter at a service tier (None = the default one) above so many input tokens."""

    meter: Meter
    tier: Tier | None
    above: int


def skus(rates: Rates) -> Iterator[tuple[Sku, int]]:
    """Every rate that is written, and of what."""
    more = rates.more or _PLAIN
    for tier, of_tier in ((None, rates), *more.tiers):
        for step in (Above(0, of_tier), *(of_tier.more or _PLAIN).above):
            for meter in METERS:
                rate = own_rate(step.rates, meter)
                if rate is not None:
                    yield Sku(meter, tier, step.tokens), rate


def own_rate(rates: Rates, meter: Meter) -> int | None:
    """The rate that is written for a meter, of the default tier and the smallest size; None when there is none."""
    embeds = rates.more is not None and rates.more.embedding is not None
    if meter == "input":
        return None if embeds else rates.input
    if meter == "output":
        return None if embeds else rates.output
    if meter == "cached_input":
        return rates.cached_input
    rate: int | None = getattr(rates.more or _PLAIN, meter)
    return rate


def met_rate(rates: Rates, sku: Sku) -> int | None:
    """The rate that one would meet, whether it is written for that very thing or for what stands in its place."""
    met = rates.at_tier(sku.tier).at_size(sku.above + 1)
    rate = own_rate(met, sku.meter)
    if rate is not None:
        return rate
    if sku.meter in ("input", "cached_input", "cache_write", "embedding"):
        return met.input if met.more is None or met.more.embedding is None else met.more.embedding
    return met.output if sku.meter in ("output", "reasoning") else None
