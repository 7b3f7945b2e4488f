"""Money and token amounts as integers, and how people write them.

Money is nano-USD (1e-9 USD) everywhere inside; a rate is nano-USD per 1,000,000 units. No float ever holds money.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

NANO_PER_USD = 1_000_000_000
UNITS_PER_RATE = 1_000_000
DIGITS_MAX = 19  # of an amount as written; more would be rounded by decimal's own precision
AMOUNT_MAX = 2**63 - 1  # what SQLite and PostgreSQL keep in one integer column


def usd_to_nano(text: str | Decimal | int) -> int:
    """Nano-USD for an amount in dollars.

    Args:
        text: dollars, as `"1.50"`, `Decimal("1.50")` or whole dollars as an int. Never a float.

    Raises:
        ValueError: not a finite number, finer than a nano-dollar, negative, or beyond AMOUNT_MAX.
    """
    if isinstance(text, float):
        raise ValueError("an amount of money is never a float")
    try:
        usd = _written(text) if isinstance(text, str) else Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not an amount in dollars; write it like 1.50") from None
    if not usd.is_finite():
        raise ValueError(f"{text!r} is not an amount in dollars; write it like 1.50")
    if usd < 0:
        raise ValueError(f"{text!r} is negative")
    if abs(usd) > AMOUNT_MAX // NANO_PER_USD:
        raise ValueError(f"{text!r} is more than the books can hold ({AMOUNT_MAX // NANO_PER_USD} dollars)")
    if len(usd.as_tuple().digits) > DIGITS_MAX:
        raise ValueError(f"{text!r} has more than {DIGITS_MAX} digits")
    nano = usd * NANO_PER_USD
    if nano != nano.to_integral_value():
        raise ValueError(f"{text!r} is finer than a nano-dollar (9 decimals)")
    return int(nano)


def _written(text: str) -> Decimal:
    """Dollars as people write them. Raises InvalidOperation, also for the digits of other scripts, which look like
    other amounts than they are."""
    digits = text.strip().removeprefix("$").replace("_", "")
    if not digits.isascii():
        raise InvalidOperation
    return Decimal(digits)


def nano_to_usd(nano: int) -> str:
    """Dollars as exact text without trailing zeros, at least two decimals: `1.50`, `0.000000003`."""
    sign = "-" if nano < 0 else ""
    whole, rest = divmod(abs(nano), NANO_PER_USD)
    digits = f"{rest:09d}".rstrip("0").ljust(2, "0")
    return f"{sign}{whole}.{digits}"


def rate_from_usd_per_million(usd: Decimal | int | str) -> int:
    """A rate (nano-USD per 1,000,000 units) from dollars per million units. Raises ValueError like `usd_to_nano`."""
    return usd_to_nano(usd)


def charge_nano(rate: int, quantity: int) -> int:
    """Nano-USD for `quantity` units at `rate` (nano-USD per 1,000,000 units), rounded once, half up."""
    if rate < 0 or quantity < 0:
        raise ValueError("rates and quantities are never negative")
    return (rate * quantity + UNITS_PER_RATE // 2) // UNITS_PER_RATE


def round_half_up(value: Decimal) -> int:
    """The nearest integer, halves away from zero."""
    return int(value.to_integral_value(rounding=ROUND_HALF_UP))
