"""Identifiers: a prefix that says what a thing is, then 26 characters that sort by time of making.

The body is a ULID (48 bits of milliseconds, 80 random bits, Crockford base 32, lower case), so that indexes grow at
their right edge. Source of the format: https://github.com/ulid/spec
"""

from __future__ import annotations

import os
import re
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = tuple(a + b for a in _ALPHABET for b in _ALPHABET)
_ID = re.compile(r"^[a-z]{1,12}_[0-9a-hjkmnp-tv-z]{26}$")
BODY_LENGTH = 26


def new_id(prefix: str, *, at_ns: int | None = None) -> str:
    """A fresh identifier such as `req_01k9…`.

    Args:
        prefix: what the thing is, 1 to 12 lower-case letters (`key`, `awd`, `req`).
        at_ns: nanoseconds since the epoch to sort by; now when absent.
    """
    ms = (time.time_ns() if at_ns is None else at_ns) // 1_000_000
    if ms != _moment.ms:
        _moment.ms, _moment.text = ms, _written(ms & 0xFFFF_FFFF_FFFF, 40)
    return f"{prefix}_{_moment.text}{_written(int.from_bytes(os.urandom(10), 'big'), 70)}"


class _Moment:
    """The millisecond of the newest identifier, as it is written: many are made in one."""

    ms = -1
    text = ""


_moment = _Moment()


def _written(value: int, highest_bit: int) -> str:
    """An integer in base 32, two digits at a time from `highest_bit` down."""
    return "".join([_PAIRS[(value >> shift) & 0x3FF] for shift in range(highest_bit, -1, -10)])


def is_id(text: str, prefix: str) -> bool:
    """Whether `text` has the form of an identifier with this prefix. Says nothing about whether the thing exists."""
    return text.startswith(prefix + "_") and _ID.match(text) is not None
