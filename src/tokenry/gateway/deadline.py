"""Time limits of requests, kept in one place and looked at by one timer, so that a request pays for none of its own.

A deadline that passes cancels its task; whoever holds it turns the cancellation into the error that fits the phase.
"""

from __future__ import annotations

import asyncio

from tokenry.base.clock import NS_PER_S, Clock

SWEEP_EVERY_S = 0.5  # how late a time-out may come


class Deadline:
    """The time limit of the task that made it. `passed` says that a cancellation came from here."""

    __slots__ = ("_task", "at_ns", "passed")

    def __init__(self, task: asyncio.Task[object], at_ns: int) -> None:
        """Args:
        at_ns: when it passes, on the monotonic clock; may be moved.
        """
        self._task = task
        self.passed = False
        self.at_ns = at_ns

    def pass_by(self) -> None:
        """Cancel the task; once."""
        if not self.passed:
            self.passed = True
            self._task.cancel()

    def swallow(self) -> bool:
        """Whether a CancelledError just caught is this deadline's; if so the task may go on."""
        if self.passed:
            self._task.uncancel()
        return self.passed


class Deadlines:
    """All deadlines of the process that have not ended."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[Deadline, None] = {}  # in the order of their start, so that a sweep is no roll of dice

    def start(self, seconds: float, loop: asyncio.AbstractEventLoop | None = None) -> Deadline:
        """A time limit for the current task, from now. Who knows the running loop saves looking it up."""
        task = asyncio.current_task(loop)
        assert task is not None
        deadline = Deadline(task, self._clock.monotonic_ns() + int(seconds * NS_PER_S))
        self._open[deadline] = None
        return deadline

    def end(self, deadline: Deadline) -> None:
        """The task came to its end in time."""
        self._open.pop(deadline, None)

    def sweep(self) -> None:
        """Cancel every task whose time is up."""
        self._pass(self._clock.monotonic_ns())

    def cut(self) -> None:
        """Cancel every task, whatever time it has left."""
        self._pass(max((deadline.at_ns for deadline in self._open), default=0))

    def _pass(self, now: int) -> None:
        for deadline in [d for d in self._open if d.at_ns <= now]:
            self._open.pop(deadline, None)
            deadline.pass_by()
