"""Responses that are worked on behind their client's back: each a task of its own, with a client that only notes.

What runs is told in events, kept in memory while it runs, so that it can be watched from any of them on. The row says
`queued` before the client hears of it, and what it became when it is charged. What a crash or a stop leaves behind is
told as failed at the next start; what was charged until then stays charged, and nothing is asked again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec

from tokenry.access import Principal, rescind
from tokenry.api.responses.items import Item
from tokenry.api.responses.memory import Kept
from tokenry.api.responses.object import error_of, event_bytes
from tokenry.base.errors import TokenryError, Unavailable
from tokenry.base.logs import get_logger
from tokenry.gateway import Gateway, Headers, Inference, data_of

log = get_logger("tokenry.api")
RUNNING_MAX = 1000  # at one time
CLOSE_S = 5.0  # for the rows of what was cut
EVENTS_SIZE_MAX = 64 * 1024 * 1024  # bytes of events kept for those who watch one response


class TooManyRunning(Unavailable):
    """So much is worked on in the background that nothing more is taken there now."""


class Job(msgspec.Struct, frozen=True):
    """What is to be worked on.

    Args:
        queued: the response object, as it is at first. own: the items that it was asked with.
    """

    request_id: str
    request: Inference
    principal: Principal
    queued: dict[str, Any]
    own: list[Item]


class Run:
    """One response at work; implements the gateway's `Client`.

    Attributes:
        made: the response object, as it is now.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.made = job.queued
        self.ended = asyncio.Event()
        self.cancelled = False
        self.gone = False
        self._events: list[bytes] = []
        self._size = 0
        self._news = asyncio.Event()
        self._callback: Callable[[], None] | None = None
        self._words: Callable[[TokenryError], bytes] | None = None

    def on_gone(self, callback: Callable[[], None]) -> None:
        """See Client."""
        self._callback = callback
        if self.gone:
            callback()

    def breaks_with(self, words: Callable[[TokenryError], bytes]) -> None:
        """See Client."""
        self._words = words

    async def answer(self, status: int, headers: Headers, body: bytes) -> None:
        """See Client."""
        await self.send(body)

    async def start(self, status: int, headers: Headers) -> None:
        """See Client."""
        self.made = {**self.made, "status": "in_progress"}

    def push(self, data: bytes) -> bool:
        """See Client."""
        self.note(data)
        return True

    async def send(self, data: bytes, *, last: bool = False) -> None:
        """See Client."""
        self.note(data)

    async def stop(self) -> dict[str, Any]:
        """Stop it, as a client does that hangs up; the response object, as it ended."""
        self.cancelled = self.gone = True
        if self._callback is not None:
            self._callback()
        await self.ended.wait()
        return self.made

    def note(self, data: bytes) -> None:
        """Keep events for those who watch."""
        if not data or self._size > EVENTS_SIZE_MAX:
            return
        self._size += len(data)
        self._events.append(data)
        self._tell()

    def end(self) -> None:
        """Nothing more will come."""
        self.ended.set()
        self._tell()

    def break_off(self, error: TokenryError) -> bytes | None:
        """The words in which the stream that has begun breaks; None when it has not."""
        return None if self._words is None else self._words(error)

    def last(self) -> dict[str, Any]:
        """The response object in the last event; nothing when there is none in it."""
        data = data_of(self._events[-1].rstrip(b"\n").split(b"\n\n")[-1]) if self._events else None
        try:
            told = msgspec.json.decode(data or b"{}", type=dict[str, Any]).get("response")
        except (ValueError, RecursionError):
            return {}
        return told if isinstance(told, dict) else {}

    async def watch(self) -> AsyncIterator[bytes]:
        """All of its events, those to come included."""
        told = 0
        while True:
            news = self._news
            while told < len(self._events):
                told += 1
                yield self._events[told - 1]
            if self.ended.is_set() and told == len(self._events):
                return
            await news.wait()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()


class Background:
    """All responses at work behind their clients' backs.

    Args:
        keep: keeps a response as it is now. Raises StorageError.
    """

    def __init__(self, gateway: Gateway, keep: Callable[[Kept], Awaitable[None]]) -> None:
        self._gateway = gateway
        self._keep = keep
        self._runs: dict[str, Run] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> int:
        """How many."""
        return len(self._runs)

    async def close(self) -> None:
        """Wait until what was cut says so."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_S)

    def run(self, project_id: str, response_id: str) -> Run | None:
        """One of a project's that runs now."""
        run = self._runs.get(response_id)
        return run if run is not None and run.job.principal.project_id == project_id else None

    async def start(self, job: Job) -> Run:
        """Keep it as queued, and begin. Raises StorageError, TooManyRunning, RateLimited."""
        known = self._runs.get(job.queued["id"])
        if known is not None:
            return known
        if len(self._runs) >= RUNNING_MAX:
            raise TooManyRunning(
                f"{RUNNING_MAX} responses are worked on in the background already; try again later",
                headers={"retry-after": "5"},
            )
        self._require_rate(job.principal)
        run = self._runs[job.queued["id"]] = Run(job)
        try:
            await self._keep_as(run, job.queued)
        except BaseException:
            del self._runs[job.queued["id"]]
            raise
        task = asyncio.create_task(self._work(run))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return run

    def _require_rate(self, principal: Principal) -> None:
        """Refuse at once what the gateway would: nobody fills the disk with requests beyond a limit. RateLimited."""
        now_ns = self._gateway.means.clock.monotonic_ns()
        rescind(self._gateway.rates.admit(principal.key_id, principal.limits, now_ns, 0))

    def settled(self, made: dict[str, Any]) -> None:
        """A response is whole, and kept."""
        run = self._runs.get(made["id"])
        if run is not None:
            run.made = made

    async def _work(self, run: Run) -> None:
        job = run.job
        try:
            await self._gateway.serve(job.request_id, job.request, job.principal, run)
        except TokenryError as error:
            await self._fail(run, error)
        except Exception:  # edge: task supervisor; the response says that it failed
            log.exception("a background response failed", request_id=job.request_id)
            await self._fail(run, TokenryError(f"something went wrong here; tell your administrator {job.request_id}"))
        else:
            if run.made["status"] in ("queued", "in_progress"):  # its stream broke, or it was stopped
                await self._broke(run)
        finally:
            run.end()
            del self._runs[job.queued["id"]]

    async def _broke(self, run: Run) -> None:
        """Its stream has told what happened; or it was stopped."""
        if run.cancelled:
            await self._become(run, {**run.made, "status": "cancelled"})
            return
        told = run.last()
        await self._become(run, {**run.made, "status": "failed", "error": told.get("error")})

    async def _fail(self, run: Run, error: TokenryError) -> None:
        """It ended before it was whole, and nobody has told so."""
        if run.cancelled:
            await self._become(run, {**run.made, "status": "cancelled"})
            return
        made = {**run.made, "status": "failed", "error": error_of(error)}
        words = run.break_off(error)
        run.note(words or event_bytes({"type": "response.failed", "sequence_number": 0, "response": made}))
        await self._become(run, made)

    async def _become(self, run: Run, made: dict[str, Any]) -> None:
        run.made = made
        try:
            await self._keep_as(run, made)
        except Exception:  # edge: the row says `in_progress`, and the next start will say that it failed
            log.exception("a background response could not be kept", response_id=made["id"])

    async def _keep_as(self, run: Run, made: dict[str, Any]) -> None:
        at_ns = int(made["created_at"]) * 1_000_000_000
        await self._keep(Kept(run.job.principal, run.job.own, made, True, at_ns))
