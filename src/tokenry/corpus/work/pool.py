"""A pool of processes that can be killed: one hanging, swelling or crashing document costs itself and nothing else.

A worker shows a pulse after each document. One that shows none for too long, or grows too large, is killed; its task
is done again document by document, and the document at which it dies again is dropped by name. Knows processes,
pipes and memory; of tasks only whether they can be divided.
"""

from __future__ import annotations

import mmap
import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing import connection, resource_tracker
from pathlib import Path
from types import TracebackType
from typing import Any

from tokenry.base.clock import NS_PER_S, Clock, SystemClock
from tokenry.corpus.errors import StageFailed
from tokenry.corpus.work.task import OUTSIDE, Done, Limits, Raised, Task, Work
from tokenry.corpus.work.worker import serve

LOOK_EVERY = 0.05  # seconds
ALONE_MAX = 120.0  # seconds for a worker to import what it needs, or without a pulse in work that has no documents
PAGE = mmap.PAGESIZE  # bytes, in /proc/PID/statm
_LEAVE_MAX = 2.0  # seconds


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: connection.Connection
    board: Any
    task: Task | None = None
    ready: bool = False
    pulses: int = -1
    since_ns: int = 0  # of the newest pulse
    began_ns: int = 0


class Pool:
    """Use as a context manager.

    Args:
        workers: how many processes.
        factory: makes each worker's `Work`; picklable.
        limits: what a document may cost.
        clock: for the watch.
    """

    def __init__(self, workers: int, factory: Callable[[], Work], limits: Limits, clock: Clock | None = None) -> None:
        self._wanted = workers
        self._factory = factory
        self._limits = limits
        self._clock = clock or SystemClock()
        self._context = _context()
        self._workers: list[_Worker] = []

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        for worker in self._workers:
            worker.pipe.close()
            if kind is not None:
                worker.process.kill()
        for worker in self._workers:
            worker.process.join(_LEAVE_MAX)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """Do the tasks; answers come in the order in which they are ready.

        Raises:
            StageFailed: a task failed where no document is to blame.
        """
        waiting = iter(tasks)
        again: deque[Task] = deque()
        while True:
            for worker in self._idle():
                task = again.popleft() if again else next(waiting, None)
                if task is None:
                    break
                self._give(worker, task)
            if not any(worker.task for worker in self._workers):
                return
            ready = connection.wait([w.pipe for w in self._workers if w.task or not w.ready], LOOK_EVERY)
            for worker in list(self._workers):
                if worker.pipe in ready:
                    yield from self._hear(worker, again)
                elif words := self._overdue(worker):
                    self._lose(worker, words, again)

    def _idle(self) -> list[_Worker]:
        while len(self._workers) < self._wanted:
            mine, theirs = self._context.Pipe()
            board = self._context.RawArray("q", 2)
            process = self._context.Process(target=serve, args=(theirs, board, self._factory), daemon=True)
            with _deaf():
                process.start()
            theirs.close()
            now = self._clock.monotonic_ns()
            self._workers.append(_Worker(process, mine, board, since_ns=now))
        return [worker for worker in self._workers if worker.task is None]

    def _give(self, worker: _Worker, task: Task) -> None:
        worker.task = task
        worker.since_ns = worker.began_ns = self._clock.monotonic_ns()
        with suppress(OSError):  # it died while idle; the pipe says so at the next look
            worker.pipe.send(task)

    def _hear(self, worker: _Worker, again: deque[Task]) -> Iterator[Done]:
        try:
            answer = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join()
            self._lose(worker, ("worker_died", f"ended with {worker.process.exitcode}"), again)
            return
        now = self._clock.monotonic_ns()
        if not worker.ready:
            worker.ready, worker.since_ns = True, now
            return
        task, worker.task = worker.task, None
        assert task is not None
        if isinstance(answer, Raised):
            self._decide(task, worker.board[1], ("raised", f"{answer.name}: {answer.words}"), again, answer)
        else:
            yield Done(task, answer, (now - worker.began_ns) / NS_PER_S)

    def _overdue(self, worker: _Worker) -> tuple[str, str] | None:
        if worker.task is None:
            return None
        now = self._clock.monotonic_ns()
        if worker.board[0] != worker.pulses:
            worker.pulses, worker.since_ns = worker.board[0], now
        documents = worker.ready and worker.task.divisible  # other work is ours: a slow disk is no document's fault
        allowed = self._limits.seconds if documents else max(self._limits.seconds, ALONE_MAX)
        if now - worker.since_ns > allowed * NS_PER_S:
            return "too_slow", f"more than {allowed:g} s"
        if _resident(worker.process.pid) > self._limits.memory_bytes:
            return "too_much_memory", f"more than {self._limits.memory_bytes // 2**20} MiB"
        return None

    def _lose(self, worker: _Worker, words: tuple[str, str], again: deque[Task]) -> None:
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        self._workers.remove(worker)
        if not worker.ready:
            raise StageFailed(
                f"a worker did not start: {words[1]}; see what it wrote above. A program of yours that builds does so "
                'under `if __name__ == "__main__":`, for workers import it'
            )
        if worker.task is not None:
            self._decide(worker.task, worker.board[1], words, again, None)

    def _decide(self, task: Task, row: int, words: tuple[str, str], again: deque[Task], raised: Raised | None) -> None:
        """Do the task again in a smaller way, or give up."""
        if raised is not None and raised.name == "TokenryError":
            raise StageFailed(raised.words)
        if raised is not None and raised.name == "OSError":
            advice = "make room or mend the disk, and start the same build again: what is done stays done"
            raise StageFailed(f"{raised.words}; {advice}")
        if task.divisible and not task.singly:
            again.append(replace(task, singly=True))
        elif task.singly and row != OUTSIDE and row not in task.avoid:
            again.append(replace(task, avoid={**task.avoid, row: words}))
        else:
            trace = f"\n{raised.trace}" if raised else ""
            raise StageFailed(f"{task.kind} {task.key} failed: {words[0]}, {words[1]}{trace}")


def _context() -> Any:
    """On Linux workers are forked from one clean process that has imported what they need: they start in a moment and
    share its memory. Elsewhere forking is not safe with these libraries, and each imports for itself."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tokenry.corpus"])
    return context


@contextmanager
def _deaf() -> Iterator[None]:
    """What is started meanwhile, and all that it starts, never hears Ctrl-C: we do, and end it."""
    resource_tracker.ensure_running()  # starting it later would make us hear again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _resident(pid: int) -> int:
    """Bytes of memory that a process holds; 0 where the system has no /proc."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE
    except (OSError, ValueError, IndexError):
        return 0
