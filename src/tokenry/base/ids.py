"""Identifiers: a prefix that says what a thing is, then 26 characters that sort by time of making.

The body is a ULID (48 bits of milliseconds, 80 random bits, Crockford base 32, lower case), so that indexes grow at
their right edge. Source of the format: https://github.com/ulid/spec
"""

from __future__ import annotations

import os
import re
import time
from functools import lru_cache

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = tuple(a + b for a in _ALPHABET for b in _ALPHABET)
_OF_BYTE = (_ALPHABET * 8).encode()  # a random byte as one of 32 digits, each equally likely
_ID = re.compile(r"^[a-z]{1,12}_[0-9a-hjkmnp-tv-z]{26}$")
BODY_LENGTH = 26
_RANDOM_DIGITS = 16  # of 5 bits
_DRAWN_AT_ONCE = 256


def new_id(prefix: str, *, at_ns: int | None = None) -> str:
    """A fresh identifier such as `req_01k9…`.

    Args:
        prefix: what the thing is, 1 to 12 lower-case letters (`key`, `awd`, `req`).
        at_ns: nanoseconds since the epoch to sort by; now when absent.
    """
    ms = (time.time_ns() if at_ns is None else at_ns) // 1_000_000
    return f"{prefix}_{_time_digits(ms & 0xFFFF_FFFF_FFFF)}{_random_digits()}"


@lru_cache(maxsize=1)  # many are made in one millisecond
def _time_digits(ms: int) -> str:
    return "".join([_PAIRS[(ms >> shift) & 0x3FF] for shift in range(40, -1, -10)])


def _random_digits() -> str:
    try:
        return _drawn.pop()
    except IndexError:  # another thread may notice at the same time, which does no harm
        digits = os.urandom(_RANDOM_DIGITS * _DRAWN_AT_ONCE).translate(_OF_BYTE).decode()
        _drawn.extend([digits[at : at + _RANDOM_DIGITS] for at in range(0, len(digits), _RANDOM_DIGITS)])
        return _drawn.pop()


_drawn: list[str] = []  # random digits, drawn for many identifiers at once
os.register_at_fork(after_in_child=_drawn.clear)  # or parent and child would make the same


def is_id(text: str, prefix: str) -> bool:
    """Whether `text` has the form of an identifier with this prefix. Says nothing about whether the thing exists."""
    return text.startswith(prefix + "_") and _ID.match(text) is not None
