"""Tasks done by hands on other machines, which may be lost at any moment: what they held is given to others.

A task may be done twice, and by two hands at once while a lost one still lives; its files are whole or not there, and
the same bytes each time, so nothing comes of it. Knows neither machines nor what carries tasks there: that is `Hands`.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol

from tokenry.base.clock import NS_PER_S, Clock, SystemClock
from tokenry.corpus.errors import StageFailed
from tokenry.corpus.work.task import Done, Task

LOOK_EVERY = 0.5  # seconds
COME_MAX = 300.0  # seconds without any hand; a cluster that grows as it is asked takes its time
LOST_MAX = 10  # hands that one task may outlive
STARTS_MAX = 3  # starts in a row that may fail, for each hand that is wanted


class Lost(Exception):
    """A hand is gone, with what it held; the words say how."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A task is done."""

    answer: Any
    seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """A task, or a machine, cannot do; trying again would not help."""

    words: str


class Hands(Protocol):
    """Workers on other machines, each with a pool of one process. What it hands out is opaque, references hashable."""

    def hire(self) -> tuple[Any, Any]:
        """A new hand, and a reference that comes when it is there: to None, or `Failed` when its machine cannot."""
        ...

    def give(self, hand: Any, task: Task) -> Any:
        """Let a hand do a task; a reference to `Answered` or `Failed`."""
        ...

    def ready(self, references: list[Any], seconds: float) -> list[Any]:
        """Those of the references that have come, after so long a wait at most."""
        ...

    def answer(self, reference: Any) -> Answered | Failed | None:
        """What has come. Raises Lost."""
        ...

    def dismiss(self, hand: Any) -> None:
        """End a hand and what it does; one that is gone already, too."""
        ...


@dataclass(slots=True)
class _Hand:
    who: Any
    reference: Any  # to what it was asked last; None while it is idle
    task: Task | None = None
    there: bool = False


class Crew:
    """Use as a context manager.

    Args:
        wanted: how many hands; it works with those that come.
        hands: where they come from.
        clock: for giving up.
    """

    def __init__(self, wanted: int, hands: Hands, clock: Clock | None = None) -> None:
        self._wanted = wanted
        self._hands = hands
        self._clock = clock or SystemClock()
        self._crew: list[_Hand] = []
        self._fruitless = 0  # hands lost before they were there, since one was heard of

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        for hand in self._crew:
            self._hands.dismiss(hand.who)
        self._crew.clear()

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """Do the tasks; answers come in the order in which they are ready.

        Raises:
            StageFailed: a task failed where no document is to blame, a machine does not see what it must, or no hand
                came, or stayed.
        """
        left = deque(tasks)
        lost = Counter[str]()
        manned_ns = self._clock.monotonic_ns()
        while left or any(hand.task for hand in self._crew):
            self._give(left)
            asked = {hand.reference: hand for hand in self._crew if hand.reference is not None}
            ready = self._hands.ready(list(asked), LOOK_EVERY)
            for reference in ready:
                yield from self._hear(asked[reference], left, lost)
            now = self._clock.monotonic_ns()
            if any(hand.there for hand in self._crew):
                manned_ns = now
            elif now - manned_ns > COME_MAX * NS_PER_S:
                raise StageFailed(
                    f"no worker of the cluster came within {COME_MAX:g} s, of {self._wanted}: see that it has free "
                    "cores, and start the same build again: what is done stays done"
                )

    def _give(self, left: deque[Task]) -> None:
        while len(self._crew) < self._wanted:
            self._crew.append(_Hand(*self._hands.hire()))
        for hand in self._crew:
            if left and hand.there and hand.task is None:
                hand.task = left.popleft()
                hand.reference = self._hands.give(hand.who, hand.task)

    def _hear(self, hand: _Hand, left: deque[Task], lost: Counter[str]) -> Iterator[Done]:
        try:
            answer = self._hands.answer(hand.reference)
        except Lost as loss:
            self._lose(hand, str(loss), left, lost)
            return
        if isinstance(answer, Failed):
            raise StageFailed(answer.words)
        task, hand.task, hand.reference = hand.task, None, None
        hand.there, self._fruitless = True, 0
        if answer is not None:
            assert task is not None
            yield Done(task, answer.answer, answer.seconds)

    def _lose(self, hand: _Hand, words: str, left: deque[Task], lost: Counter[str]) -> None:
        self._hands.dismiss(hand.who)
        self._crew.remove(hand)
        if hand.task is not None:
            lost[hand.task.key] += 1
            if lost[hand.task.key] == LOST_MAX:
                raise StageFailed(f"{hand.task.kind} {hand.task.key} outlived {LOST_MAX} workers: {words}")
            left.appendleft(hand.task)
        elif not hand.there:
            self._fruitless += 1
            if self._fruitless > STARTS_MAX * self._wanted:
                raise StageFailed(f"workers of the cluster end before they begin: {words}")
