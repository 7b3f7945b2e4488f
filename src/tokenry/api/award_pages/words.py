"""Amounts and days as people read them on a page."""

from __future__ import annotations

from tokenry.base.clock import NS_PER_S, to_datetime
from tokenry.base.units import nano_to_usd
from tokenry.programmes import Fleet, Provider

_SIZES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))


def amount(units: int, unit: str) -> str:
    """An amount in words: `1.25 trillion tokens`, `81,920 tokens`, `$12.50`. Rounded down beyond three digits."""
    if unit == "usd":
        cents = units // 10**7 if units >= 0 else -(-units // 10**7)
        return f"${cents // 100:,}.{cents % 100:02d}" if units >= 10**7 or not units else f"${nano_to_usd(units)}"
    return f"{figure(units, unit)} token{'' if units == 1 else 's'}"


def figure(units: int, unit: str) -> str:
    """The same without the word for tokens: `1.25 trillion`, `81,920`, `$12.50`."""
    if unit == "usd":
        return amount(units, unit)
    for size, name in _SIZES:
        if units >= size:
            hundredths = units * 100 // size
            number = f"{hundredths // 100:,}.{hundredths % 100:02d}".rstrip("0").rstrip(".")
            return f"{number} {name}"
    return f"{units:,}"


def noun(unit: str) -> str:
    """What comes after a figure: `tokens`, nothing after dollars."""
    return "tokens " if unit == "tokens" else ""


def day(at_s: int) -> str:
    """A day (UTC): `23 November 2026`."""
    moment = to_datetime(at_s * NS_PER_S)
    return f"{moment.day} {moment:%B %Y}"


def short_day(at_s: int) -> str:
    """A day (UTC) where room is scarce: `23 Nov 2026`."""
    moment = to_datetime(at_s * NS_PER_S)
    return f"{moment.day} {moment:%b %Y}"


def in_words(backing: Fleet | Provider) -> str:
    """What stands behind a pool, and who brings which part of it."""
    if isinstance(backing, Fleet):
        said = (
            f"{backing.accelerators:,} accelerators at {backing.tokens_per_second:,} tokens a second each "
            f"({backing.measured}), {backing.available_percent} % of the time."
        )
    else:
        price, money = amount(backing.nanousd_per_million, "usd"), amount(backing.money, "usd")
        said = f"{backing.name}, at {price} a million tokens, with {money} to spend."
    whole = sum(share.share for share in backing.shares)
    parts = [f"{share.contributor} {share.share * 100 // whole} %" for share in backing.shares]
    return f"{said} Of it: {', '.join(parts)}." if parts else said
