"""What the parent and its workers say to each other, and the work itself as a worker sees it. Plain data only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

OUTSIDE = -1  # the row of a pulse that belongs to no single document


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work.

    Args:
        kind: which work, as the worker's `Work` knows it.
        key: its place in the book.
        payload: what it needs, picklable.
        divisible: whether it can be done document by document.
        singly: do so now, and pulse with each document's row.
        avoid: rows that killed a worker, each with the rule and the words it is dropped by. A row is called the same
            whichever others are avoided.
    """

    kind: str
    key: str
    payload: Any
    divisible: bool = False
    singly: bool = False
    avoid: dict[int, tuple[str, str]] = field(default_factory=dict)


Pulse = Callable[[int], None]  # called with a document's row, or OUTSIDE


class Work(Protocol):
    """What workers do; made once in each by the factory that the pool is given."""

    def __call__(self, task: Task, pulse: Pulse) -> Any:
        """Do the task and answer something small and picklable; results themselves go to disk."""
        ...


@dataclass(frozen=True, slots=True)
class Done:
    """A task's answer."""

    task: Task
    answer: Any
    seconds: float


@dataclass(frozen=True, slots=True)
class Raised:
    """What a task raised: the exception's name and words, and the traceback for people."""

    name: str
    words: str
    trace: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may cost between two pulses (seconds) and at any time (resident bytes)."""

    seconds: float
    memory_bytes: int
