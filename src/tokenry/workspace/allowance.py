"""How much a person writes into chats: so many bytes at once, and as many again in an hour.

What models answer is bounded by who pays for it; what is asked is kept whether anybody answers or not, on the disk that
the books lie on. Knows neither chats nor people: whoever writes is a text. In memory alone, and on one thread.
"""

from __future__ import annotations

import math
from typing import Final

from tokenry.base.clock import NS_PER_S, Clock
from tokenry.base.errors import TokenryError

WRITTEN_MAX: Final = 32 * 1024 * 1024  # bytes
REFILL_S: Final = 3600  # in which all of it comes back
ROW_SIZE: Final = 2048  # bytes that whatever is written takes beside its words


class TooMuchWritten(TokenryError):
    """More words in an hour than anybody writes."""

    status = 429
    type = "requests"
    code = "rate_limit_exceeded"


class Allowance:
    """What each may still write now."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._empty_at: dict[str, int] = {}  # who -> when all that they wrote is made good, monotonic ns

    def take(self, who: str, words: str) -> None:
        """They write so much. Raises TooMuchWritten, and then they have not."""
        now_ns = self._clock.monotonic_ns()
        full_ns = REFILL_S * NS_PER_S
        owed_ns = (len(words.encode(errors="replace")) + ROW_SIZE) * full_ns // WRITTEN_MAX
        empty_at = max(now_ns, self._empty_at.get(who, 0)) + owed_ns
        if empty_at - now_ns > full_ns:
            wait_s = math.ceil((empty_at - now_ns - full_ns) / NS_PER_S)
            raise TooMuchWritten(
                f"you write more than {WRITTEN_MAX // 2**20} MiB an hour into chats; go on in {wait_s} s, or leave "
                "long texts as files",
                headers={"retry-after": str(wait_s)},
            )
        self._empty_at[who] = empty_at
        if len(self._empty_at) > 10_000:
            self._empty_at = {one: at for one, at in self._empty_at.items() if at > now_ns}
