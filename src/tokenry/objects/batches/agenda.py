"""Which line of a batch is next, and when: those never asked in order, those to be asked again in time. Pure."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator


class Agenda:
    """What is left to do. Times are monotonic nanoseconds.

    Args:
        places: of the lines, in order.
    """

    def __init__(self, places: Iterable[int]) -> None:
        self._fresh: Iterator[int] = iter(places)
        self._next: int | None = next(self._fresh, None)
        self._again: list[tuple[int, int]] = []  # (time, place), the soonest first
        self._paused_until = 0
        self.tries: Counter[int] = Counter()  # of lines that are to be asked again

    def __bool__(self) -> bool:
        return self._next is not None or bool(self._again)

    def take(self, now_ns: int) -> int | None:
        """The place of the line to ask now; None = there is none now."""
        if now_ns < self._paused_until:
            return None
        if self._again and self._again[0][0] <= now_ns:
            return heapq.heappop(self._again)[1]
        place = self._next
        if place is not None:
            self._next = next(self._fresh, None)
        return place

    def due_ns(self) -> int | None:
        """From when on `take` gives something; None = never, as it is."""
        if self._next is not None:
            return self._paused_until
        return max(self._again[0][0], self._paused_until) if self._again else None

    def again(self, place: int, at_ns: int) -> None:
        """Ask this line once more, not before `at_ns`."""
        self.tries[place] += 1
        heapq.heappush(self._again, (at_ns, place))

    def pause(self, until_ns: int) -> None:
        """Ask nothing before."""
        self._paused_until = max(self._paused_until, until_ns)

    def rest(self) -> Iterator[int]:
        """Everything that was not taken, or is to be asked again; the agenda is empty then."""
        while self._again:
            yield heapq.heappop(self._again)[1]
        while self._next is not None:
            place, self._next = self._next, next(self._fresh, None)
            yield place
