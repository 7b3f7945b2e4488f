"""Who does a run's tasks: processes of this machine (`Pool`), or of many (`Crew`). A run does not know which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Protocol

from tokenry.base.clock import Clock
from tokenry.corpus.work.task import Done, Limits, Task, Work


class Executor(Protocol):
    """Use as a context manager; its workers end with it."""

    def __enter__(self) -> Executor: ...

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None: ...

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """Do the tasks; answers come in the order in which they are ready.

        Raises:
            StageFailed: a task failed where no document is to blame.
        """
        ...


class Maker(Protocol):
    """Makes each worker's `Work`, on whatever machine; picklable."""

    def __call__(self) -> Work:
        """A work of one's own."""
        ...

    def missing(self) -> str | None:
        """What keeps this machine from doing the work as the machine that began it does; None when nothing does."""
        ...


class Opener(Protocol):
    """Makes an executor of so many workers, each document of which may cost so much."""

    def __call__(self, workers: int, factory: Maker, limits: Limits, clock: Clock | None = None) -> Executor: ...
