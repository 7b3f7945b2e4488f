"""Keep one child process alive: start it, hear its port, see it end, start it again after a back-off.

Knows processes and pipes; knows nothing of what the child serves. The other side of the pipes is `child`.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from tokenry.base.clock import NS_PER_S, Clock, SystemClock
from tokenry.base.errors import TokenryError
from tokenry.config import child_environ

STDERR_LINES = 50
_LINE_LENGTH_MAX = 500
_GRACE_S = 3.0


@dataclass(frozen=True, slots=True)
class Launch:
    """What to start: a module with a `main`, and the configuration it reads from its stdin."""

    module: str
    configuration: msgspec.Struct


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before the next start: doubling from `first_s` to `last_s`, forgiven after `healthy_s` up."""

    first_s: float = 0.5
    last_s: float = 30.0
    healthy_s: float = 60.0

    def delay_s(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row (1 or more)."""
        return min(self.last_s, self.first_s * 2.0 ** min(failures - 1, 30))


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears of the child's life: it is being started, it listens on a port, it ended (with words for people)."""

    starting: Callable[[], None]
    up: Callable[[int], None]
    down: Callable[[str], None]


class _Announcement(msgspec.Struct):
    port: int


class _LaunchFailed(Exception):
    """The child ended or said nothing sensible before it listened."""


class Supervisor:
    """Runs one child.

    Args:
        launch: says what to start, asked anew for every start; may raise TokenryError (the artifact is missing), which
            counts as a failed start.
        listener: told on the event loop.
        backoff: waits between starts.
        ready_timeout_s: how long a child may load before it is killed.
        clock: for the health that forgives failures.
    """

    def __init__(
        self,
        launch: Callable[[], Launch],
        listener: Listener,
        *,
        backoff: Backoff | None = None,
        ready_timeout_s: float = 600.0,
        clock: Clock | None = None,
    ) -> None:
        self._launch = launch
        self._listener = listener
        self._backoff = backoff or Backoff()
        self._ready_timeout_s = ready_timeout_s
        self._clock = clock or SystemClock()
        self._task: asyncio.Task[None] | None = None
        self._up_since: int | None = None
        self.pid: int | None = None
        self.starts = 0
        self.stderr: deque[str] = deque(maxlen=STDERR_LINES)

    def start(self) -> None:
        """Begin; returns at once."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="engine supervisor")

    async def stop(self) -> None:
        """End the child (its stdin closes, then SIGKILL) and forget it."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    async def _run(self) -> None:
        failures = 0
        while True:
            self._up_since = None
            try:
                reason = await self._one_life()
            except Exception as error:  # edge: task supervisor; a start that cannot even fork is tried again
                reason = f"it could not be started: {error}"
            failures = 1 if self._was_healthy() else failures + 1
            self._listener.down(reason)
            await asyncio.sleep(self._backoff.delay_s(failures))

    def _was_healthy(self) -> bool:
        since = self._up_since
        return since is not None and self._clock.monotonic_ns() - since >= self._backoff.healthy_s * NS_PER_S

    async def _one_life(self) -> str:
        """Start a child and watch it to its end; returns the words for why it ended."""
        self.starts += 1
        self.stderr.clear()
        self._listener.starting()
        try:
            launch = self._launch()
        except TokenryError as error:
            return error.message
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", launch.module),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=child_environ(),
            start_new_session=True,  # Ctrl-C is for the parent, which ends its children when it has drained
        )
        self.pid = process.pid
        reader = asyncio.get_running_loop().create_task(self._read_stderr(process))
        try:
            self._listener.up(await self._introduce(process, launch))
            self._up_since = self._clock.monotonic_ns()
            await process.wait()
        except (_LaunchFailed, TimeoutError, ConnectionError) as error:
            reason = f"{error} " if str(error) else ""
            await _end(process)
            await reader
            return reason + self._obituary(process)
        finally:
            await _end(process)
            self.pid = None
        await reader
        return self._obituary(process)

    async def _introduce(self, process: asyncio.subprocess.Process, launch: Launch) -> int:
        """Tell the child what to do and hear where it listens."""
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(msgspec.json.encode(launch.configuration) + b"\n")
        await process.stdin.drain()
        try:
            async with asyncio.timeout(self._ready_timeout_s):
                line = await process.stdout.readline()
        except TimeoutError:
            raise _LaunchFailed(f"it did not listen within {self._ready_timeout_s:g} s;") from None
        if not line:
            raise _LaunchFailed
        try:
            return msgspec.json.decode(line, type=_Announcement).port
        except msgspec.MsgspecError as error:
            raise _LaunchFailed(f"it announced nonsense ({error});") from None

    async def _read_stderr(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        rest = b""
        while piece := await process.stderr.read(65536):
            *lines, rest = (rest + piece).split(b"\n")
            rest = rest[-_LINE_LENGTH_MAX:]
            self.stderr.extend(line[:_LINE_LENGTH_MAX].decode(errors="replace") for line in lines if line.strip())
        if rest.strip():
            self.stderr.append(rest.decode(errors="replace"))

    def _obituary(self, process: asyncio.subprocess.Process) -> str:
        code = process.returncode or 0
        how = f"was killed by {_signal_name(-code)}" if code < 0 else f"ended with exit code {code}"
        said = " | ".join(list(self.stderr)[-8:])
        return f"the engine's process {how}" + (f"; its last words: {said}" if said else "")


async def _end(process: asyncio.subprocess.Process) -> None:
    """Close the child's stdin, give it a moment, then SIGKILL. Survives being cancelled half-way."""
    if process.returncode is not None:
        return
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(_GRACE_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
    except asyncio.CancelledError:
        process.kill()
        raise


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
