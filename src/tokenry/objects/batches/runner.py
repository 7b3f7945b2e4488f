"""Brings every unfinished batch to its end, from wherever it was when we began.

Each step leaves a row or a file behind from which the next one can be taken, by this process or by the one after it.
Of what a kill interrupts, the charged part is in the journal, and the rest is simply done.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, closing
from functools import partial

import msgspec

from tokenry.access import KeyLimits, Principal
from tokenry.base.errors import NotFound, TokenryError
from tokenry.base.logs import get_logger
from tokenry.objects.batches.batch import Batch, Fault
from tokenry.objects.batches.batches import Batches
from tokenry.objects.batches.job import Bounds, Job, scope_of
from tokenry.objects.batches.partial import Partial
from tokenry.objects.batches.reading import lines
from tokenry.objects.batches.states import Outcome, done, ended, lost, rejected, validated
from tokenry.objects.batches.turnstile import Turnstile
from tokenry.objects.batches.validation import Findings, Validation
from tokenry.objects.batches.wires import Wires
from tokenry.objects.batches.work import InputLost, Work
from tokenry.objects.files import Content, NewFile
from tokenry.storage import Answer, Draft, Transaction

OPEN_MAX = 64  # batches whose lines are asked by turns; the others wait until one of these ends
LOOK_EVERY_S = 60.0
AGAIN_S = 5.0  # after something went wrong that is no line's business: a full disk, a database that is busy

Ended = Callable[..., Batch]  # (batch, outcome, now_ns): how it ends

log = get_logger("tokenry.batches")


def chosen(waiting: Iterable[Batch], opened: Mapping[str, str], most: int) -> list[Batch]:
    """Which batches to open: of the projects that have the fewest open, the oldest first.

    Args:
        waiting: all that are unfinished, the oldest first.
        opened: the projects of those that are open, by their ids.
    """
    left = [batch for batch in waiting if batch.id not in opened]
    taken: list[Batch] = []
    of = Counter(opened.values())
    while left and len(opened) + len(taken) < most:
        batch = min(left, key=lambda one: of[one.project_id])  # the first of the smallest
        left.remove(batch)
        taken.append(batch)
        of[batch.project_id] += 1
    return taken


class Runner:
    """Runs the batches of one data folder. `run` until it is cancelled; then `close`."""

    def __init__(self, batches: Batches, wires: Wires) -> None:
        self._batches = batches
        self._wires = wires
        self._clock = batches.ground.clock
        self._turnstile = Turnstile(lambda: batches.ground.config().objects.batch_lines_at_once)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._projects: dict[str, str] = {}  # of batches that are open
        self._jobs: dict[str, Job] = {}
        self._validating = asyncio.Lock()  # a large file is work enough
        self._stopping = False
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        batches.progress = self._progress
        batches.changed = self._changed

    @property
    def running(self) -> int:
        """Lines that are being asked."""
        return sum([len(job.running) for job in self._jobs.values()])

    async def run(self) -> None:
        """Look for batches that somebody made, again and again."""
        self._loop = asyncio.get_running_loop()
        while not self._stopping:
            self._wake.clear()
            try:
                unfinished = await asyncio.to_thread(self._batches.register.unfinished)
            except TokenryError as error:
                log.error("batches cannot be looked for", why=error.message)
                unfinished = []
            for batch in chosen(unfinished, self._projects, OPEN_MAX):
                self._open(batch)
            await self._wires.wait(self._wake, LOOK_EVERY_S)

    def stop(self) -> None:
        """The server ends: begin no more lines. What is left is done after the next start."""
        self._stopping = True
        self._wake.set()
        for job in self._jobs.values():
            job.halt()

    async def close(self) -> None:
        """Let go of the files."""
        self.stop()
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _open(self, batch: Batch) -> None:
        self._projects[batch.id] = batch.project_id
        task = self._tasks[batch.id] = asyncio.create_task(self._attend(batch.id))
        task.add_done_callback(lambda _task: self._closed(batch.id))

    def _closed(self, batch_id: str) -> None:
        del self._tasks[batch_id], self._projects[batch_id]
        self._wake.set()

    def _changed(self, batch: Batch) -> None:
        """From any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._heed, batch)

    def _heed(self, batch: Batch) -> None:
        job = self._jobs.get(batch.id)
        if job is not None and batch.state == "cancelling":
            job.halt()
        self._wake.set()

    def _progress(self, batch_id: str) -> Outcome | None:
        job = self._jobs.get(batch_id)
        return None if job is None else job.outcome()

    async def _attend(self, batch_id: str) -> None:
        """One batch, from its state to the next, until it is over."""
        while not self._stopping:
            try:
                batch = await asyncio.to_thread(self._batches.register.get, batch_id)
                if batch.unfinished:
                    await self._advance(batch)
                    continue
                await self._wires.forget(scope_of(batch_id))
                return
            except NotFound:
                return  # it went with its project
            except Exception as error:  # edge: task supervisor, one batch must not end the others
                if isinstance(error, TokenryError):
                    log.error("a batch cannot go on for now", batch_id=batch_id, why=error.message)
                else:
                    log.exception("a batch cannot go on for now", batch_id=batch_id)
                await self._wires.wait(asyncio.Event(), AGAIN_S)

    async def _advance(self, batch: Batch) -> None:
        if batch.state == "validating":
            async with self._validating:
                await asyncio.to_thread(self._validate, batch)
            return
        try:
            work = await asyncio.to_thread(self._opened, batch)
        except InputLost as error:
            await asyncio.to_thread(self._lose, batch, error)
            return
        try:
            await self._work(batch, work)
        finally:
            self._jobs.pop(batch.id, None)
            work.close()

    async def _work(self, batch: Batch, work: Work) -> None:
        """Ask all lines, then make the files. Leaves off when it is halted."""
        config = self._batches.ground.config().objects
        self._wires.step("take in what was charged")
        await asyncio.to_thread(work.harvest, partial(self._kept, batch.id))
        job = Job(batch, work, self._wires, self._clock, Bounds(self._turnstile, config.batch_lines_at_once_each))
        self._jobs[batch.id] = job
        if self._stopping:
            return
        if batch.state == "cancelling":
            if batch.in_progress_at is not None:  # else nobody knows what its lines are worth
                await asyncio.to_thread(work.fill, "cancelled")
        else:
            now = await asyncio.to_thread(self._batches.register.get, batch.id)
            if now.state == "cancelling" or not await job.run():
                return  # somebody cancelled it, or us
        await asyncio.to_thread(self._finish, batch, work)

    def _kept(self, batch_id: str, number: int) -> Answer | None:
        return self._wires.kept(scope_of(batch_id), str(number))

    # --- in worker threads -------------------------------------------------------------------------------------------

    def _validate(self, batch: Batch) -> None:
        """Look at the input file, and begin or fail."""
        try:
            found = self._found(batch)
        except (TokenryError, InputLost) as error:
            if error.status >= 500 and not isinstance(error, InputLost):
                raise
            code = error.code or "invalid_value"
            found = Findings(faults=[Fault(code=code, message=error.message, param=error.param)])
        now_ns = self._clock.now_ns()
        self._wires.step("note what the input is worth")
        if not found.faults:
            self._batches.register.change(batch.id, lambda one: validated(one, found.total, found.model, now_ns))
            return
        with self._batches.ground.db.write() as connection:
            after = self._step(connection, batch, lambda one: rejected(one, found.faults, now_ns))
        if not after.unfinished:
            self._leave(after)

    def _found(self, batch: Batch) -> Findings:
        self._batches.take_input(batch)
        principal = self._wires.holder(batch.key_id)
        config = self._batches.ground.config()

        def may_use(model: str) -> TokenryError | None:
            try:
                self._wires.require_model(principal, batch.endpoint, model)
            except TokenryError as error:
                return error
            return None

        size_max = config.server.body_size_max
        validation = Validation(batch.endpoint, config.objects.batch_lines_max, size_max, may_use)
        with self._batches.folder.input(batch.id).open("rb") as file:
            return validation.of(lines(file, size_max))

    def _opened(self, batch: Batch) -> Work:
        """The batch's files. What was put back from a backup may still have its input as a file."""
        folder, size_max = self._batches.folder, self._batches.ground.config().server.body_size_max
        try:
            return Work(folder, batch.id, size_max)
        except InputLost:
            try:
                self._batches.take_input(batch)
            except TokenryError as error:
                raise InputLost(error.message) from None
            return Work(folder, batch.id, size_max)

    def _lose(self, batch: Batch, error: InputLost) -> None:
        """What is not done cannot be done any more; what is done is handed over."""
        fault = Fault(code="input_file_missing", message=error.message, param="input_file_id")
        with closing(Partial(self._batches.folder.results(batch.id))) as results:
            self._hand_over(batch, results, lambda one, outcome, now_ns: lost(one, fault, outcome, now_ns))

    def _finish(self, batch: Batch, work: Work) -> None:
        self._wires.step("note that every line has its result")
        now_ns = self._clock.now_ns()
        self._batches.register.change(batch.id, lambda one: done(one, now_ns))
        self._hand_over(batch, work, ended)

    def _hand_over(self, batch: Batch, results: Work | Partial, end: Ended) -> None:
        """Make files of the results and end the batch, in one transaction; then let go of what it needed."""
        blobs, outcome = self._batches.ground.blobs, results.outcome()
        output, errors = blobs.draft(), blobs.draft()
        try:
            for result in results.results():
                (output if result.kind == "ok" else errors).write(result.text + b"\n")
            self._wires.step("keep the contents")
            with ExitStack() as stack:
                kept = {
                    name: Content(stack.enter_context(blobs.kept(draft)), draft.size)
                    for name, draft in (("output", output), ("error", errors))
                    if draft.size
                }
                self._wires.step("write the rows")
                after = self._enter(batch, kept, outcome, end)
        finally:
            _discard(output, errors)
        self._leave(after)

    def _enter(self, batch: Batch, kept: Mapping[str, Content], outcome: Outcome, end: Ended) -> Batch:
        owner, now_ns = _owner(batch), self._clock.now_ns()
        with self._batches.ground.db.write() as connection:
            for name, content in kept.items():
                new = NewFile(
                    f"{batch.id}_{name}.jsonl", "batch_output", "application/jsonl", batch.output_expires_after
                )
                file = self._batches.files.enter(connection, owner, content, new)
                outcome = msgspec.structs.replace(outcome, **{f"{name}_file_id": file.id})
            step = partial(end, outcome=outcome, now_ns=now_ns)
            return self._step(connection, batch, step)

    def _step(self, connection: Transaction, batch: Batch, step: Callable[[Batch], Batch]) -> Batch:
        """A step that may be the last, of which people are told then."""
        after = self._batches.register.step(connection, batch.id, step)
        if not after.unfinished:
            self._wires.tell(connection, after)
        return after

    def _leave(self, batch: Batch) -> None:
        """It is over."""
        self._wires.step("let go of what it needed")
        self._batches.folder.forget(batch.id)
        self._wires.told()


def _owner(batch: Batch) -> Principal:
    """Whose the files are, whatever became of the key."""
    return Principal(
        key_id=batch.key_id, key_name="", project_id=batch.project_id, organization_id=batch.organization_id,
        user_id=None, expires_at=None, limits=KeyLimits(), budget_ids=(),
    )  # fmt: skip


def _discard(*drafts: Draft) -> None:
    for draft in drafts:
        draft.discard()
