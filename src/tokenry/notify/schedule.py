"""When a delivery is tried again, and when it is given up. Pure: the time and the dice are arguments.

Source of the delays: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tokenry.base.clock import NS_PER_S

_MINUTE, _HOUR = 60, 3600
DELAYS_S: Final = (
    5, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR,
)  # fmt: skip
ATTEMPTS_MAX: Final = len(DELAYS_S) + 1  # the first is made at once
ASKED_S_MAX: Final = 24 * _HOUR  # of a Retry-After
_JITTER = 5  # up to one part in so many is added, so that what failed together does not come back together

Draw = Callable[[int], int]  # a whole number from 0 up to, not including, the argument


def next_at(attempts: int, now_ns: int, draw: Draw, asked_s: int | None = None) -> int | None:
    """When to try again after so many attempts that came to nothing; None = give up.

    Args:
        attempts: made so far, at least 1.
        now_ns: nanoseconds since the epoch.
        asked_s: seconds that the other side asked us to wait; a longer delay of ours stands all the same.
    """
    if attempts >= ATTEMPTS_MAX:
        return None
    delay_s = max(DELAYS_S[attempts - 1], min(asked_s or 0, ASKED_S_MAX))
    delay_ns = delay_s * NS_PER_S
    return now_ns + delay_ns + draw(delay_ns // _JITTER)
