"""Past usage under other rates: what it was charged or cost, and what it would. Pure; nothing is written.

Each request is rated as the ledger would have rated it: every line rounded once, half up. So the sums are exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal

from tokenry.base.errors import TokenryError
from tokenry.base.units import AMOUNT_MAX, UNITS_PER_RATE
from tokenry.ledger import prices
from tokenry.ledger.rates import Rates
from tokenry.ledger.receipts import Receipt

Basis = Literal["charge", "cost"]  # what accounts are asked for, or what the house is
SECONDS_PER_HOUR: Final = 3600
WH_PER_KWH: Final = 1000


class ReplayRefused(TokenryError):
    """Rates that cannot be reckoned with; the message says what is wrong."""

    status = 400
    type = "invalid_request_error"
    code = "replay_refused"


@dataclass(slots=True)
class Replayed:
    """One model's past. Amounts are nano-USD.

    Args:
        was: of the requests whose old amount is known. would: of all requests, None when there are no rates for them.
        was_compared, would_compared: both of the requests that have both, which is what can be subtracted.
        was_unknown: requests without an old amount: no price or cost was configured when they were asked.
    """

    requests: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    was: int = 0
    was_unknown: int = 0
    would: int | None = 0
    was_compared: int = 0
    would_compared: int = 0

    @property
    def difference(self) -> int | None:
        """How much more it would be, of what can be compared; None when nothing can."""
        if self.would is None or self.was_unknown == self.requests:
            return None
        return self.would_compared - self.was_compared

    def add(self, other: Replayed) -> None:
        """Count another model in; one without rates adds nothing to what it would be."""
        for name in ("requests", "input_tokens", "cached_tokens", "output_tokens", "was", "was_unknown"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.was_compared += other.was_compared
        self.would_compared += other.would_compared
        self.would = (self.would or 0) + (other.would or 0)


@dataclass(slots=True)
class Replay:
    """Feed it receipts.

    Args:
        rates: the new rates of a model by our name of it, None when there are none. Asked once for each.
        basis: which of a receipt's amounts is the old one.
    """

    rates: Callable[[str], Rates | None]
    basis: Basis
    models: dict[str, Replayed] = field(default_factory=dict)
    first_at: int | None = None  # ends of the first and the last request, nanoseconds since the epoch
    last_at: int | None = None
    _known: dict[str, Rates | None] = field(default_factory=dict)

    def add(self, receipt: Receipt) -> None:
        """Count a request in; one that used nothing changes nothing."""
        usage, name = receipt.usage, receipt.facts.model
        if not (usage.total_tokens or usage.audio_seconds or usage.images):
            return
        one = self.models.setdefault(name, Replayed())
        one.requests += 1
        one.input_tokens += usage.input_tokens
        one.cached_tokens += usage.cached_tokens
        one.output_tokens += usage.output_tokens
        self.first_at = receipt.at if self.first_at is None else self.first_at
        self.last_at = receipt.at
        rates, was = self._rates(name), self._was(receipt)
        would = None if rates is None else prices.amount(usage, rates.at_tier(receipt.facts.tier))
        one.was += was or 0
        one.was_unknown += was is None
        one.would = None if would is None or one.would is None else one.would + would
        if was is not None and would is not None:
            one.was_compared += was
            one.would_compared += would

    def _rates(self, name: str) -> Rates | None:
        if name not in self._known:
            self._known[name] = self.rates(name)
        return self._known[name]

    def _was(self, receipt: Receipt) -> int | None:
        if self.basis == "cost":
            return receipt.cost
        return sum(line.amount for line in receipt.lines) if receipt.lines else None

    def total(self) -> Replayed:
        """The sum of all models."""
        whole = Replayed()
        for one in self.models.values():
            whole.add(one)
        return whole


@dataclass(frozen=True, slots=True)
class Hardware:
    """Machines of one's own, as one unit that serves. All numbers are exact.

    Args:
        gpus: how many there are. usd_per_gpu_hour: what one costs in an hour, whatever it does.
        input_per_s, output_per_s: tokens that all of them together read, or write, in a second.
        watts: of one GPU at work, with its part of the rest. usd_per_kwh: what energy costs.
        wh_per_million: energy of a million tokens as measured, instead of or beside watts.
        load: the part of paid time in which they work, above 0 to 1.
    """

    input_per_s: Fraction
    output_per_s: Fraction
    gpus: int = 1
    usd_per_gpu_hour: Fraction = Fraction(0)
    watts: Fraction = Fraction(0)
    usd_per_kwh: Fraction = Fraction(0)
    wh_per_million: Fraction = Fraction(0)
    load: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        if self.input_per_s <= 0 or self.output_per_s <= 0:
            raise ReplayRefused("tokens per second must be above zero")
        if not 0 < self.load <= 1:
            raise ReplayRefused("the load is a part of the time: above 0, at most 1")
        amounts = (self.usd_per_gpu_hour, self.watts, self.usd_per_kwh, self.wh_per_million)
        if self.gpus < 1 or min(amounts) < 0:
            raise ReplayRefused("hardware has one GPU at least, and nothing about it is below zero")

    @property
    def usd_per_hour(self) -> Fraction:
        """All of them for an hour at work: their hire or depreciation while paid for, energy while they work."""
        energy = self.watts * self.usd_per_kwh / WH_PER_KWH
        return self.gpus * (self.usd_per_gpu_hour / self.load + energy)

    def rates(self) -> Rates:
        """What a million tokens cost; cached input costs what other input does.

        Raises:
            ReplayRefused: more than the books can hold.
        """
        return Rates(self._rate(self.input_per_s), self._rate(self.output_per_s))

    def _rate(self, per_s: Fraction) -> int:
        hours = Fraction(UNITS_PER_RATE) / per_s / SECONDS_PER_HOUR
        usd = hours * self.usd_per_hour + self.wh_per_million * self.usd_per_kwh / WH_PER_KWH
        nano = usd * 10**9
        rate = (2 * nano.numerator + nano.denominator) // (2 * nano.denominator)
        if rate > AMOUNT_MAX:
            raise ReplayRefused("a million tokens would cost more than the books can hold")
        return rate

    def busy_hours(self, used: Replayed) -> Fraction:
        """How long all of them would have worked on that."""
        seconds = Fraction(used.input_tokens) / self.input_per_s + Fraction(used.output_tokens) / self.output_per_s
        return seconds / SECONDS_PER_HOUR

    def around_the_clock(self, hours: Fraction, busy: Fraction) -> int:
        """Nano-USD of having them for so many hours, at work in `busy` of them."""
        energy = self.watts * self.usd_per_kwh / WH_PER_KWH
        usd = self.gpus * (self.usd_per_gpu_hour * hours + energy * busy)
        return int(usd * 10**9)
