"""How a programme is taken up: who uses what they were given, who does not, and what it costs. Pure.

Amounts are whole units of the programme: tokens, or nano-USD. Costs are nano-USD.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tokenry.programmes.outlook.burn_down import IDLE_DAYS

LIVING = frozenset({"active", "suspended"})


@dataclass(frozen=True, slots=True)
class AwardUse:
    """One award: what it was given and what became of it.

    Args:
        granted: all of it, tranches to come included. left: of what was released.
        begins_s, ends_s: seconds since the epoch.
        recent: units drawn on each of the last days, today last.
        idle: days since something was last drawn; None = never.
        cost: nano-USD that providers asked for what it paid; None = nobody knows what they ask.
        outlook: in words, how long it lasts; empty when there is too little to go by.
    """

    id: str
    name: str
    project: str
    tier: str
    state: str
    granted: int
    drawn: int
    held: int
    left: int
    requests: int
    begins_s: int
    ends_s: int
    recent: Sequence[int] = ()
    idle: int | None = None
    cost: int | None = None
    outlook: str = ""

    @property
    def percent(self) -> int:
        """Of what was granted, how much was drawn; whole percent, rounded down."""
        return self.drawn * 100 // self.granted if self.granted else 0

    def is_idle(self, now_s: int) -> bool:
        """Whether it is there to be drawn on and nobody has for a month."""
        quiet = (now_s - self.begins_s) // 86_400 if self.idle is None else self.idle
        return self.state in LIVING and self.left > 0 and quiet >= IDLE_DAYS


@dataclass(frozen=True, slots=True)
class Uptake:
    """The sums over a programme's awards."""

    awards: int
    living: int
    idle: int
    unused: int
    granted: int
    drawn: int
    left: int
    requests: int
    cost: int | None

    @property
    def percent(self) -> int:
        """Of what was granted, how much was drawn; whole percent, rounded down."""
        return self.drawn * 100 // self.granted if self.granted else 0


def uptake(uses: Sequence[AwardUse], now_s: int) -> Uptake:
    """The sums.

    Args:
        now_s: seconds since the epoch.
    """
    known = [use.cost for use in uses if use.cost is not None]
    return Uptake(
        awards=len(uses),
        living=sum(use.state in LIVING for use in uses),
        idle=sum(use.is_idle(now_s) for use in uses),
        unused=sum(use.drawn == 0 for use in uses),
        granted=sum(use.granted for use in uses),
        drawn=sum(use.drawn for use in uses),
        left=sum(use.left for use in uses),
        requests=sum(use.requests for use in uses),
        cost=sum(known) if known else None,
    )
