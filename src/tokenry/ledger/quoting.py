"""A price as people write it, in dollars, into rates: the one reading for the configuration, price lists and the
public list.

    input = 1.25
    cached_input = 0.125
    output = 10.00
    above = [{ tokens = 200_000, input = 2.50, output = 15.00 }]
    tiers = { batch = { input = 0.625, output = 5.00 } }

Dollars per million tokens; of `audio_second` and `image`, per second and per image. A step of `above`, or a tier, names
the meters that cost something else there; the others cost what they do in the table around it. A tier has the steps
that it names itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from tokenry.base.units import AMOUNT_MAX, UNITS_PER_RATE, rate_from_usd_per_million
from tokenry.config import Price
from tokenry.ledger.rates import METERS, SINGLE, TIERS, Above, Meter, More, Rates

STEPS_MAX: Final = 16  # of one tier, by size
_ONE_OF: Final = ("input", "embedding", *SINGLE)  # a price without any of these is half written

Written = dict[Meter, int]


class QuoteRefused(ValueError):
    """What is written is no price; the message says where and why."""


def rates_of_price(price: Price) -> Rates:
    """The rates that a checked configuration says. Raises QuoteRefused: what the check cannot see, such as a sum."""
    return read_rates(msgspec.to_builtins(price, builtin_types=(Decimal,)))


def read_rates(table: Mapping[str, Any], where: str = "") -> Rates:
    """The rates that a table says.

    Args:
        table: as a TOML parser gives it, numbers with a point as Decimal. None stands for a key that is not there.
        where: what the message of a mistake begins with.

    Raises:
        QuoteRefused: a key is strange, missing, or no amount.
    """
    known = {key: value for key, value in table.items() if value is not None}
    written = _written(known, where, ("above", "tiers"))
    if not any(meter in written for meter in _ONE_OF):
        raise QuoteRefused(f"{where}`input` is missing")
    tiers = _table(known.get("tiers", {}), f"{where}tiers")
    strange = sorted(set(tiers) - set(TIERS))
    if strange:
        raise QuoteRefused(f"{where}tiers: {strange[0]!r} is none of {', '.join(TIERS)}")
    of_tiers = []
    for tier in TIERS:
        if tiers.get(tier) is not None:
            place = f"{where}tiers: {tier}: "
            one = {key: value for key, value in _table(tiers[tier], place).items() if value is not None}
            both = written | _written(one, place, ("above",))
            of_tiers.append((tier, _made(both, _steps(one, both, place))))
    made = _made(written, _steps(known, written, where))
    more = msgspec.structs.replace(made.more or More(), tiers=tuple(of_tiers))
    return msgspec.structs.replace(made, more=None if more == More() else more)


def _steps(table: Mapping[str, Any], around: Written, where: str) -> tuple[Above, ...]:
    steps = table.get("above", ())
    if not isinstance(steps, list | tuple) or len(steps) > STEPS_MAX:
        raise QuoteRefused(f"{where}above: expected a list of at most {STEPS_MAX} tables with tokens, input and output")
    made = []
    for number, raw in enumerate(steps):
        place = f"{where}above[{number}]: "
        step = {key: value for key, value in _table(raw, place).items() if value is not None}
        tokens = step.pop("tokens", None)
        if isinstance(tokens, bool) or not isinstance(tokens, int) or not 0 < tokens <= AMOUNT_MAX:
            raise QuoteRefused(f"{place}`tokens` says above how many tokens of input these rates hold, like 200_000")
        made.append(Above(tokens, _made(around | _written(step, place, ()), ())))
    found = sorted(made, key=lambda step: step.tokens)
    if len({step.tokens for step in found}) < len(found):
        raise QuoteRefused(f"{where}above: two steps begin at one size")
    return tuple(found)


def _written(table: Mapping[str, Any], where: str, others: tuple[str, ...]) -> Written:
    strange = sorted(set(table) - set(METERS) - set(others))
    if strange:
        raise QuoteRefused(f"{where}{strange[0]!r} is none of {', '.join((*METERS, *others))}")
    return {meter: _rate(table[meter], meter, where) for meter in METERS if meter in table}


def _made(written: Written, steps: tuple[Above, ...]) -> Rates:
    """Whole rates; what costs the same as another meter is written out for it."""
    plain = written.get("input", 0)
    embedding = written.get("embedding")
    more = More(
        written.get("cache_write"), written.get("reasoning"), written.get("audio_second"), written.get("image"),
        embedding, steps,
    )  # fmt: skip
    cached = written.get("cached_input", plain if embedding is None else embedding)
    return Rates(
        plain if embedding is None else embedding, written.get("output", 0), cached, None if more == More() else more
    )


def _rate(value: Any, meter: Meter, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        unit = "dollars each, like 0.04" if meter in SINGLE else "dollars per million tokens, like 0.40"
        raise QuoteRefused(f"{where}{meter} is {value!r:.40}; expected {unit}")
    try:
        rate = rate_from_usd_per_million(value)
    except ValueError as error:
        raise QuoteRefused(f"{where}{meter}: {error}") from None
    rate *= UNITS_PER_RATE if meter in SINGLE else 1
    if rate > AMOUNT_MAX:
        raise QuoteRefused(f"{where}{meter}: {value} is more than the books can hold")
    return rate


def _table(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise QuoteRefused(f"{where.rstrip(': ')}: expected a table")
    return value
