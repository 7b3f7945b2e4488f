"""Which version of the price book is in force now, looked up once and remembered while it stands."""

from __future__ import annotations

from tokenry.base.clock import Clock
from tokenry.ledger.books import Books
from tokenry.ledger.prices import PriceVersion, coming, in_force


class Standing:
    """Asks the time only while a version is announced."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock
        self._decrees = -1
        self._until: int | None = None
        self._version: PriceVersion | None = None

    def now(self) -> PriceVersion | None:
        """The version in force, None when there is none yet."""
        if self._decrees != self._books.decrees or (self._until is not None and self._clock.now_ns() >= self._until):
            self._look()
        return self._version

    def _look(self) -> None:
        versions, at = self._books.prices, self._clock.now_ns()
        self._decrees, self._version = self._books.decrees, in_force(versions, at)
        announced = coming(versions, at)
        self._until = announced[0].effective_from if announced else None
