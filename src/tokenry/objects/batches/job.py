"""The lines of one batch, asked one after the other and several at a time, until each has its result.

A result counts once it lies on the disk. A line that was charged and whose result does not lie there, because we were
ended in between, is not asked again: `Work.harvest` finds its answer in the journal.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import msgspec

from tokenry.access import Principal
from tokenry.base.clock import NS_PER_S, Clock
from tokenry.base.errors import TokenryError
from tokenry.base.ids import new_id
from tokenry.base.limits import ANSWER_SIZE_MAX
from tokenry.gateway import Unattended
from tokenry.objects.batches.agenda import Agenda
from tokenry.objects.batches.batch import Batch
from tokenry.objects.batches.results import Heard, Result, answered
from tokenry.objects.batches.retrying import verdict
from tokenry.objects.batches.states import Outcome
from tokenry.objects.batches.turnstile import Turnstile
from tokenry.objects.batches.validation import Request
from tokenry.objects.batches.wires import Errand, Wires
from tokenry.objects.batches.work import Work
from tokenry.objects.ground import require_kept

KEPT_BEYOND_S = 7 * 86_400  # after the window: so long may we be down, and still know what was charged
REST_S_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many lines are asked at one time: of this batch (`each`), and of all (`turnstile`)."""

    turnstile: Turnstile
    each: int


class Job:
    """One batch in progress. On the event loop.

    Attributes:
        running: lines that are being asked.
    """

    def __init__(self, batch: Batch, work: Work, wires: Wires, clock: Clock, bounds: Bounds) -> None:
        self.running: set[asyncio.Task[None]] = set()
        self._batch = batch
        self._work = work
        self._wires = wires
        self._clock = clock
        self._bounds = bounds
        self._agenda = Agenda(work.undone())
        self._unattended = Unattended(scope_of(batch.id), batch.expires_at + KEPT_BEYOND_S * NS_PER_S, ANSWER_SIZE_MAX)
        self._halted = False
        self._error: BaseException | None = None
        self._nudge = asyncio.Event()
        self._fresh: list[Result] = []  # not on the disk yet
        self._gathering: asyncio.Task[None] | None = None
        self._writes: set[asyncio.Task[None]] = set()
        self._writing = asyncio.Lock()

    def halt(self) -> None:
        """Begin no more lines. Those that run come to their end."""
        self._halted = True
        self._nudge.set()

    def outcome(self) -> Outcome:
        """What came of the lines so far."""
        return self._work.outcome()

    async def run(self) -> bool:
        """Until every line has its result, or the window is over (which is a result, too); False when it was halted.

        Raises:
            Exception: of a line that neither ended well nor in an error that can be told; the others came to their end.
        """
        try:
            while (self._agenda or self.running) and not self._over():
                self._nudge.clear()
                due_ns = self._agenda.due_ns()
                late_ns = 0 if due_ns is None else due_ns - self._clock.monotonic_ns()
                if due_ns is not None and late_ns <= 0 and len(self.running) < self._bounds.each:
                    await self._begin()
                else:
                    await self._rest(late_ns if due_ns is not None and late_ns > 0 else None)
        finally:
            await self._end()
        if self._error is not None:
            raise self._error
        if not self._halted and self._agenda:
            await asyncio.to_thread(self._work.fill, "expired")
        return not self._halted

    def _over(self) -> bool:
        return self._halted or self._error is not None or self._clock.now_ns() >= self._batch.expires_at

    async def _rest(self, wait_ns: int | None) -> None:
        """Until a line ends, somebody nudges, the next line is due, or the window is over."""
        left_ns = self._batch.expires_at - self._clock.now_ns()
        seconds = min(left_ns, left_ns if wait_ns is None else wait_ns) / NS_PER_S
        await self._wires.wait(self._nudge, min(REST_S_MAX, max(0.0, seconds)))

    async def _begin(self) -> None:
        """Ask the next line, once it is this project's turn."""
        turnstile = self._bounds.turnstile
        await turnstile.enter(self._batch.project_id)
        place = None if self._over() else self._agenda.take(self._clock.monotonic_ns())
        if place is None:
            turnstile.leave()
            return
        task = asyncio.create_task(self._line(place))
        self.running.add(task)
        task.add_done_callback(self._line_ended)

    def _line_ended(self, task: asyncio.Task[None]) -> None:
        self.running.discard(task)
        self._bounds.turnstile.leave()
        error = None if task.cancelled() else task.exception()
        self._error = self._error or error
        self._nudge.set()

    async def _end(self) -> None:
        """Wait for the lines that run; when nobody waits for us any more, stop them."""
        try:
            while self.running:
                await asyncio.wait(self.running)
        except asyncio.CancelledError:
            for task in self.running:
                task.cancel()
            await asyncio.gather(*self.running, *self._writes, return_exceptions=True)
            raise

    async def _line(self, place: int) -> None:
        number = self._work.number(place)
        request = await asyncio.to_thread(self._work.request, place)
        try:
            principal = self._wires.holder(self._batch.key_id)
            require_kept(principal, "batches")
        except TokenryError as error:
            heard = Heard(new_id("req"), error.status, msgspec.json.encode(error.envelope()))
        else:
            said = await self._ask(place, request, principal)
            if said is None:
                return
            heard = said
        await self._keep(answered(number, request.custom_id, heard))

    async def _ask(self, place: int, request: Request, principal: Principal) -> Heard | None:
        """What the line is told; None when it is to be asked again."""
        key = str(self._work.number(place))
        body = bytes(request.body)
        reply = await self._wires.ask(
            Errand(new_id("req"), principal, self._batch.endpoint, body, key, self._unattended)
        )
        again = None if reply.error is None else verdict(reply.error, self._agenda.tries[place])
        if again is None:
            return reply.heard
        at_ns = self._clock.monotonic_ns() + again.wait_ns
        self._agenda.again(place, at_ns)
        if again.all:
            self._agenda.pause(at_ns)
        return None

    async def _keep(self, result: Result) -> None:
        """Have the result on the disk, together with whatever others come meanwhile. Raises StorageError."""
        self._fresh.append(result)
        if self._gathering is None:
            self._gathering = asyncio.create_task(self._write())
            self._writes.add(self._gathering)
            self._gathering.add_done_callback(self._writes.discard)
        await asyncio.shield(self._gathering)

    async def _write(self) -> None:
        async with self._writing:
            self._gathering, fresh, self._fresh = None, self._fresh, []
            await asyncio.to_thread(self._work.add, fresh)


def scope_of(batch_id: str) -> str:
    """Under which the answers of its lines are kept, by their numbers."""
    return f"batch:{batch_id}"
