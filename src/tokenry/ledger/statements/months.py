"""Months of UTC as `2026-10`, and when one is over. Pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator

from tokenry.base.clock import NS_PER_S, to_datetime
from tokenry.base.errors import InvalidRequest

GRACE_S = 3600  # after a month's end, so that a clock set back by less puts nothing into a month that was stated
_MONTH = re.compile(r"(19[7-9]\d|2[01]\d\d)-(0[1-9]|1[0-2])\Z", re.ASCII)


def is_month(text: str) -> bool:
    """Whether this is a month as it is written."""
    return _MONTH.match(text) is not None


def checked_month(text: str) -> str:
    """A month as it is written. Raises InvalidRequest."""
    if not is_month(text):
        raise InvalidRequest(f"{text[:20]!r} is no month; write it like 2026-10", param="month")
    return text


def month_span(month: str) -> tuple[int, int]:
    """Its first second and the first after it, since the epoch."""
    return _first(month), _first(following(month))


def following(month: str) -> str:
    """The month after it."""
    year, number = _parts(month)
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def month_of(at_s: int) -> str:
    """The month of an instant, seconds since the epoch."""
    return f"{to_datetime(at_s * NS_PER_S):%Y-%m}"


def last_closed(now_ns: int) -> str:
    """The newest month that is over, its grace too."""
    year, number = _parts(month_of(now_ns // NS_PER_S - GRACE_S))
    return f"{year - (number == 1):04d}-{(number - 2) % 12 + 1:02d}"


def months(first: str, last: str) -> Iterator[str]:
    """From one to another, both included; none when the other lies before."""
    while first <= last:
        yield first
        first = following(first)


def _first(month: str) -> int:
    year, number = _parts(month)
    return calendar.timegm((year, number, 1, 0, 0, 0))


def _parts(month: str) -> tuple[int, int]:
    year, _, number = month.partition("-")
    return int(year), int(number)
