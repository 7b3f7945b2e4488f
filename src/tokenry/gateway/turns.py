"""Whose turn it is at an engine: who runs, who waits, and who goes next. Plain data, no clock, no event loop.

An engine can work on so many requests at once: its slots. Priority goes first, then default, then flex, then batch;
within one of these the projects that wait take turns, whatever number of requests each has in line. Flex and batch
together never take the reserved slots, so that others find some free. Whoever is next goes next: nobody overtakes a
wide request because a narrow one would fit.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, Literal, get_args

import msgspec

Place = Literal["priority", "default", "flex", "batch"]
PLACES: Final[tuple[Place, ...]] = get_args(Place)  # in the order in which they are served
_LOW: Final[frozenset[Place]] = frozenset({"flex", "batch"})


class Ticket(msgspec.Struct, eq=False):
    """One request in line, or at work.

    Args:
        project_id: whose turn it takes.
        width: slots that it fills.
        running: whether it has its slots.
    """

    place: Place
    project_id: str
    width: int = 1
    running: bool = False


class Turns:
    """The slots of one engine and the line before them.

    Args:
        slots: how many there are, at least one.
        reserve: how many of them flex and batch leave to others; at least one slot is theirs.
    """

    def __init__(self, slots: int, reserve: int = 0) -> None:
        self.slots = max(1, slots)
        self.busy = 0  # slots that are taken
        self.waiting = 0  # tickets in line
        self.running: dict[Place, int] = dict.fromkeys(PLACES, 0)  # requests at work
        self._low = 0  # slots that flex and batch have taken
        self._low_max = self._of_low(reserve)
        self._lines: dict[Place, OrderedDict[str, OrderedDict[Ticket, None]]] = {p: OrderedDict() for p in PLACES}

    def take(self, place: Place) -> bool:
        """One slot for a request at once, when nobody waits and one is free for it; else False, and nothing changed."""
        if self.waiting or self.busy >= self.slots:
            return False
        if place in _LOW:
            if self._low >= self._low_max:
                return False
            self._low += 1
        self.busy += 1
        self.running[place] += 1
        return True

    def has_room(self, place: Place, width: int = 1) -> bool:
        """Whether a request would have its turn at once."""
        free = self.slots - self.busy
        if place in _LOW:
            free = min(free, self._low_max - self._low)
        return not self.waiting and free >= width

    def give_back(self, place: Place, width: int = 1) -> list[Ticket]:
        """A request is done with its slots; who has them now. `width` as its ticket has it, one for `take`."""
        self.busy -= width
        self.running[place] -= 1
        if place in _LOW:
            self._low -= width
        assert min(self.busy, self.running[place], self._low) >= 0, "given back twice"
        return self._serve() if self.waiting else []

    def enter(self, ticket: Ticket) -> None:
        """Stand in line, or have a turn at once: then the ticket is `running`. Its width becomes what it may ever have.

        A ticket enters once.
        """
        ticket.width = min(max(1, ticket.width), self._low_max if ticket.place in _LOW else self.slots)
        self._lines[ticket.place].setdefault(ticket.project_id, OrderedDict())[ticket] = None
        self.waiting += 1
        served = self._serve()
        assert served in ([], [ticket]), "nothing came free, so nobody else can have a turn"

    def leave(self, ticket: Ticket) -> list[Ticket]:
        """Give up a place in line; who has a turn because of that. Of a ticket that is not in line nothing is left."""
        line = self._lines[ticket.place]
        tickets = line.get(ticket.project_id)
        if tickets is None or ticket not in tickets:
            return []
        self._drop(line, tickets, ticket)
        return self._serve()

    def set_reserve(self, reserve: int) -> list[Ticket]:
        """Another reserve, from now on; who has a turn because of that. What runs goes on."""
        self._low_max = self._of_low(reserve)
        return self._serve()

    def in_line(self, place: Place) -> int:
        """How many tickets of a place wait."""
        return sum([len(tickets) for tickets in self._lines[place].values()])

    def _of_low(self, reserve: int) -> int:
        return max(1, self.slots - max(0, reserve))

    def _serve(self) -> list[Ticket]:
        """Give slots to those whose turn it is, for as long as there are enough."""
        served: list[Ticket] = []
        while (ticket := self._next()) is not None:
            line = self._lines[ticket.place]
            tickets = line[ticket.project_id]
            self._drop(line, tickets, ticket)
            if tickets:
                line.move_to_end(ticket.project_id)
            ticket.running = True
            self.busy += ticket.width
            self.running[ticket.place] += 1
            if ticket.place in _LOW:
                self._low += ticket.width
            served.append(ticket)
        return served

    def _next(self) -> Ticket | None:
        """Whose turn it is, if there are slots enough."""
        free = self.slots - self.busy
        if free <= 0 or not self.waiting:
            return None
        for place in PLACES:
            line = self._lines[place]
            if line:
                ticket = next(iter(next(iter(line.values()))))
                if place in _LOW:
                    ticket.width = min(ticket.width, self._low_max)  # the reserve may have grown since it came
                    free = min(free, self._low_max - self._low)
                return ticket if ticket.width <= free else None
        return None

    def _drop(
        self, line: OrderedDict[str, OrderedDict[Ticket, None]], tickets: OrderedDict[Ticket, None], ticket: Ticket
    ) -> None:
        del tickets[ticket]
        self.waiting -= 1
        if not tickets:
            del line[ticket.project_id]
