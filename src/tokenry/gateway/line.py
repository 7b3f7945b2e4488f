"""The line before one engine: who waits there sleeps until it is their turn, gives up, or is told to come again.

A free slot and nobody waiting is one step of `take`. All else is `Turns`' decision; here is only the waiting.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tokenry.engines import Engine
from tokenry.gateway.admission import ResourceUnavailable
from tokenry.gateway.turns import Place, Ticket, Turns


@dataclass(frozen=True, slots=True)
class LineRules:
    """How engines' slots are shared.

    Args:
        reserve: share of an engine's slots that flex and batch leave to others; one slot at least is theirs.
        flex_wait_s: how long a flex request waits for its turn before it is refused.
        flex_waiting_max: how many flex requests wait at one engine.
    """

    reserve: float = 0.25
    flex_wait_s: float = 60.0
    flex_waiting_max: int = 100

    def reserved(self, slots: int) -> int:
        """Slots that flex and batch leave to others."""
        return math.ceil(slots * self.reserve)


class Line:
    """The line before one engine.

    Args:
        name: the provider, for words.
        slots: requests that the engine works on at once.
    """

    def __init__(self, name: str, slots: int, rules: LineRules) -> None:
        self.name = name
        self.rules = rules
        self.turns = Turns(slots, rules.reserved(slots))
        self.take = self.turns.take
        self._sleeping: dict[Ticket, asyncio.Future[None]] = {}

    async def wait(self, ticket: Ticket) -> None:
        """Come back when it is the ticket's turn; its slots must be given back then, and only then.

        Raises:
            ResourceUnavailable: a flex request waited long enough, or too many wait already.
        """
        flex = ticket.place == "flex"
        if flex and self.turns.in_line("flex") >= self.rules.flex_waiting_max:
            raise self._unavailable(f"{self.rules.flex_waiting_max} flex requests wait already")
        self.turns.enter(ticket)
        if ticket.running:
            return
        loop = asyncio.get_running_loop()
        sleeping = self._sleeping[ticket] = loop.create_future()
        timer = loop.call_later(self.rules.flex_wait_s, self._expire, sleeping) if flex else None
        try:
            await sleeping
        except BaseException:
            self._wake(self.turns.leave(ticket))
            if ticket.running:  # it had its turn in the very step that ended it
                self.give_back(ticket.place, ticket.width)
            raise
        finally:
            del self._sleeping[ticket]
            if timer is not None:
                timer.cancel()

    def give_back(self, place: Place, width: int = 1) -> None:
        """A request is done; whoever is next has its slots from now on."""
        served = self.turns.give_back(place, width)
        if served:
            self._wake(served)

    def rule(self, rules: LineRules) -> None:
        """Other rules, from now on."""
        self.rules = rules
        self._wake(self.turns.set_reserve(rules.reserved(self.turns.slots)))

    def _wake(self, served: list[Ticket]) -> None:
        for ticket in served:
            sleeping = self._sleeping[ticket]
            if not sleeping.done():  # one that ends just now gives its slots on by itself
                sleeping.set_result(None)

    def _expire(self, sleeping: asyncio.Future[None]) -> None:
        if not sleeping.done():
            sleeping.set_exception(self._unavailable(f"none came free within {self.rules.flex_wait_s:g} s"))

    def _unavailable(self, why: str) -> ResourceUnavailable:
        return ResourceUnavailable(
            f"flex requests run while others leave room on {self.name}, and {why}. Nothing was charged; try again "
            "later, or with service_tier 'default'",
            headers={"retry-after": "5"},
        )


def lines(engines: Iterable[Engine], rules: LineRules, before: Mapping[Engine, Line]) -> dict[Engine, Line]:
    """A line for every engine; engines that had one `before` keep it, with these rules."""
    made = {}
    for engine in engines:
        line = before.get(engine)
        if line is None:
            line = Line(engine.name, engine.slots, rules)
        else:
            line.rule(rules)
        made[engine] = line
    return made
