"""A child's whole life: born, announced, killed, reborn after a pause, and never outliving its parent."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.engines.wire_peer import BACKENDS
from tokenry.base.clock import ManualClock
from tokenry.engines.artifacts import ArtifactMissing
from tokenry.engines.supervisor import Backoff, Launch, Listener, Supervisor

pytestmark = pytest.mark.anyio


@pytest.fixture(params=BACKENDS, ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """Each loop has its own way with child processes."""
    return request.param


GOOD = """
from tokenry.engines.child import announce, take_configuration
import msgspec, sys, threading
class C(msgspec.Struct):
    port: int
c = take_configuration(C)
print("a library that talks", flush=True)
sys.stderr.write("I am up\\n")
sys.stderr.flush()
announce(c.port)
threading.Event().wait()
"""
CRASHING = """
import sys
sys.stdin.readline()
for i in range(80):
    sys.stderr.write(f"trouble {i}\\n")
sys.exit(3)
"""
BABBLING = "import sys; sys.stdin.readline(); print('hello', flush=True); sys.stdin.read()"
MUTE = "import sys; sys.stdin.read()"
DEAF = "import signal, sys; sys.stdin.readline(); print('{\"port\": 1}', flush=True); signal.pause()"


class Configuration(msgspec.Struct):
    port: int


class Diary:
    """What the supervisor told, in order, and a way to wait for more of it."""

    def __init__(self) -> None:
        self.told: list[str | int] = []
        self._more = asyncio.Event()

    def listener(self) -> Listener:
        return Listener(starting=lambda: self._tell("starting"), up=self._tell, down=self._tell)

    def _tell(self, what: str | int) -> None:
        self.told.append(what)
        self._more.set()

    async def until(self, count: int) -> list[str | int]:
        async with asyncio.timeout(20):
            while len(self.told) < count:
                self._more.clear()
                await self._more.wait()
        return self.told


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Launch]:
    """Make a module that the interpreter finds, and the launch of it."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def make(source: str) -> Launch:
        (tmp_path / "a_child.py").write_text(source)
        return Launch("a_child", Configuration(port=7777))

    return make


@pytest.fixture
async def diary() -> Diary:
    return Diary()


@pytest.fixture
async def supervise(diary: Diary) -> AsyncIterator[Callable[..., Supervisor]]:
    made: list[Supervisor] = []

    def start(launch: Callable[[], Launch], **options: object) -> Supervisor:
        backoff = options.pop("backoff", Backoff(first_s=0.01))
        supervisor = Supervisor(launch, diary.listener(), backoff=backoff, **options)  # type: ignore[arg-type] # as given
        supervisor.start()
        made.append(supervisor)
        return supervisor

    yield start
    for supervisor in made:
        await supervisor.stop()


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that is dead but not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def wait_dead(pid: int, within_s: float) -> bool:
    until = time.monotonic() + within_s
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.02)  # another process's death has no event here
    return not is_alive(pid)


async def test_a_child_announces_its_port(
    child: Callable[[str], Launch], supervise: Callable[..., Supervisor], diary: Diary
) -> None:
    launch = child(GOOD)
    supervisor = supervise(lambda: launch)
    assert await diary.until(2) == ["starting", 7777]
    pid = supervisor.pid
    assert pid is not None
    assert is_alive(pid)
    await supervisor.stop()
    assert not is_alive(pid)
    assert "a library that talks" in supervisor.stderr  # what it printed did not pass for an announcement
    assert diary.told == ["starting", 7777]  # a stop on purpose is no news


async def test_killed_it_comes_back(
    child: Callable[[str], Launch], supervise: Callable[..., Supervisor], diary: Diary
) -> None:
    launch = child(GOOD)
    supervisor = supervise(lambda: launch)
    await diary.until(2)
    first = supervisor.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    told = await diary.until(5)
    assert told[2] == "the engine's process was killed by SIGKILL; its last words: a library that talks | I am up"
    assert told[3:] == ["starting", 7777]
    assert supervisor.pid not in (None, first)
    assert supervisor.starts == 2


async def test_last_words_are_told_and_bounded(
    child: Callable[[str], Launch], supervise: Callable[..., Supervisor], diary: Diary
) -> None:
    launch = child(CRASHING)
    supervisor = supervise(lambda: launch, backoff=Backoff(first_s=30))
    _, reason = await diary.until(2)
    words = " | ".join(f"trouble {i}" for i in range(72, 80))
    assert reason == f"the engine's process ended with exit code 3; its last words: {words}"
    assert list(supervisor.stderr) == [f"trouble {i}" for i in range(30, 80)]


async def test_nonsense_for_an_announcement(
    child: Callable[[str], Launch], supervise: Callable[..., Supervisor], diary: Diary
) -> None:
    launch = child(BABBLING)
    supervise(lambda: launch, backoff=Backoff(first_s=30))
    assert "announced nonsense" in str((await diary.until(2))[1])


async def test_silence_for_too_long(
    child: Callable[[str], Launch], supervise: Callable[..., Supervisor], diary: Diary
) -> None:
    launch = child(MUTE)
    supervise(lambda: launch, backoff=Backoff(first_s=30), ready_timeout_s=0.1)
    assert "did not listen within 0.1 s" in str((await diary.until(2))[1])


async def test_what_cannot_be_launched_is_tried_again(supervise: Callable[..., Supervisor], diary: Diary) -> None:
    def missing() -> Launch:
        raise ArtifactMissing("pull it first")

    supervise(missing)
    assert (await diary.until(4))[:4] == ["starting", "pull it first", "starting", "pull it first"]


async def test_a_bug_in_a_launch_does_not_end_the_supervision(
    supervise: Callable[..., Supervisor], diary: Diary
) -> None:
    def broken() -> Launch:
        raise RuntimeError("a bug")

    supervise(broken)
    assert (await diary.until(4))[3] == "it could not be started: a bug"


async def test_a_child_that_does_not_listen_to_its_stdin_is_killed(
    child: Callable[[str], Launch], supervise: Callable[..., Supervisor], diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tokenry.engines.supervisor._GRACE_S", 0.05)
    launch = child(DEAF)
    supervisor = supervise(lambda: launch)
    await diary.until(2)
    pid = supervisor.pid
    assert pid is not None
    await supervisor.stop()
    assert not is_alive(pid)


@pytest.mark.parametrize(
    ("failures", "delay_s"), [(1, 0.5), (2, 1.0), (3, 2.0), (6, 16.0), (7, 30.0), (50, 30.0), (10_000, 30.0)]
)
def test_pauses_double_up_to_a_bound(failures: int, delay_s: float) -> None:
    assert Backoff().delay_s(failures) == delay_s


@pytest.mark.parametrize(("healthy_s", "counted"), [(59, [1, 2, 3]), (61, [1, 1, 1])])
async def test_health_forgives_failures(
    healthy_s: int,
    counted: list[int],
    child: Callable[[str], Launch],
    supervise: Callable[..., Supervisor],
    diary: Diary,
) -> None:
    asked: list[int] = []

    class Recording(Backoff):
        def delay_s(self, failures: int) -> float:
            asked.append(failures)
            return 0.0

    clock, launch = ManualClock(), child(GOOD)
    supervisor = supervise(lambda: launch, backoff=Recording(), clock=clock)
    for life in range(3):
        await diary.until(3 * life + 2)
        await asyncio.sleep(0)  # `up` is told just before the health begins to count
        clock.advance(s=healthy_s)
        assert supervisor.pid is not None
        os.kill(supervisor.pid, signal.SIGKILL)
        await diary.until(3 * life + 3)
        await asyncio.sleep(0)
    assert asked == counted


PARENT = """
import asyncio, sys
from tokenry.engines.supervisor import Launch, Listener, Supervisor
import msgspec
class C(msgspec.Struct):
    port: int
async def main():
    up = asyncio.Event()
    s = Supervisor(lambda: Launch("a_child", C(1)), Listener(lambda: None, lambda _: up.set(), print))
    s.start()
    await up.wait()
    print(s.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


def test_a_child_dies_with_its_parent(child: Callable[[str], Launch]) -> None:
    child(GOOD)
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        parent.kill()
        parent.wait()
        assert wait_dead(pid, within_s=5)
