"""Challenges that were given out: each is one browser's, is found once, and is forgotten after some minutes.

They lie in memory alone: a restart asks people to begin again.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from dataclasses import dataclass
from secrets import token_bytes

from tokenry.access.secret import digest
from tokenry.base.clock import NS_PER_S, Clock

LIFE_S = 300
CHALLENGES_MAX = 10_000
PER_HOLDER_MAX = 5


@dataclass(frozen=True, slots=True)
class _Given:
    holder: bytes  # the hash of what the browser was known by
    began_ns: int


class Challenges:
    """The table of them, oldest first. Used on one thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._given: OrderedDict[bytes, _Given] = OrderedDict()

    def give(self, holder: str) -> bytes:
        """32 random bytes for a browser. The oldest give way when there are too many, its own first."""
        made, whose = token_bytes(32), digest(holder.encode())
        same = [one for one, given in self._given.items() if given.holder == whose]
        for one in same[: max(0, len(same) - PER_HOLDER_MAX + 1)]:
            del self._given[one]
        while len(self._given) >= CHALLENGES_MAX:
            self._given.popitem(last=False)
        self._given[made] = _Given(whose, self._clock.monotonic_ns())
        return made

    def take(self, challenge: bytes, holder: str) -> bool:
        """Whether it was given to this browser a short while ago; nobody finds it again."""
        given = self._given.pop(challenge, None)
        if given is None or self._clock.monotonic_ns() - given.began_ns >= LIFE_S * NS_PER_S:
            return False
        return hmac.compare_digest(given.holder, digest(holder.encode()))
