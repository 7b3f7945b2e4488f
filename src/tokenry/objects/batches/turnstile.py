"""How many lines of all batches are asked at one time, and whose is next: projects that wait take turns."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable


class Turnstile:
    """Lets so many in at one time. On the event loop.

    Args:
        places: how many, as the configuration in force has it.
    """

    def __init__(self, places: Callable[[], int]) -> None:
        self.inside = 0
        self._places = places
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    async def enter(self, whose: str) -> None:
        """Come back inside. `leave` once for each time this returned.

        Args:
            whose: the project's id.
        """
        if not self._waiting and self.inside < self._places():
            self.inside += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(whose, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it had its turn in the very step that ended it
                self.leave()
            else:
                self._forget(whose, turn)
            raise

    def leave(self) -> None:
        """Make room for those who wait."""
        self.inside -= 1
        self._serve()

    def _serve(self) -> None:
        while self._waiting and self.inside < self._places():
            whose, turns = self._waiting.popitem(last=False)
            turn = turns.popleft()
            if turns:
                self._waiting[whose] = turns  # behind all the others
            if not turn.done():
                self.inside += 1
                turn.set_result(None)

    def _forget(self, whose: str, turn: asyncio.Future[None]) -> None:
        turns = self._waiting.get(whose)
        if turns is not None and turn in turns:
            turns.remove(turn)
            if not turns:
                del self._waiting[whose]
