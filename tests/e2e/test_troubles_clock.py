"""A clock that jumps, a day ahead and two back, while a server serves and between two of its lives."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.harness import PROGRAM, Key, Server, Talk, ask, configured, scripted, unwell
from tests.e2e.harness.manual import documented

pytestmark = pytest.mark.anyio

CHAT = "/v1/chat/completions"
DAY_S = 86_400
CONFIG = configured(scripted("quick", "usage=10:1500"), scripted("slow", "words=30&delay_ms=30"))


class Machine:
    """Where the server's clock is set."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.noon_s = 43_200 - time.time() % DAY_S  # no test of days may come upon a midnight
        self.set(0)

    def set(self, clock_s: int) -> None:
        """So many seconds ahead of noon."""
        self.state.with_suffix(".new").write_text(json.dumps({"clock_s": self.noon_s + clock_s}))
        self.state.with_suffix(".new").rename(self.state)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine whose clock can be set."""
    return Machine(tmp_path / "state.json")


@pytest.fixture
def server(start: Callable[..., Server], machine: Machine) -> Server:
    """A server on it."""
    python = Path(PROGRAM).with_name("python")
    if not python.exists():
        pytest.skip(f"no Python beside {PROGRAM}")
    return start(CONFIG, prefix=[str(python), unwell.__file__, str(machine.state)])


def body(model: str, *, stream: bool = False) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": "go"}], "stream": stream, "max_tokens": 1000}


async def charged(server: Server, key: Key) -> dict[str, Any]:
    """The receipt of a request that is answered now."""
    answer = await ask(server.url, CHAT, key.text, body("quick"))
    assert answer.status == 200, answer.body
    return await asyncio.to_thread(server.receipt, answer.request_id, key)


async def refused(server: Server, key: Key, status: int, code: str) -> str:
    """The words of a refusal."""
    answer = await ask(server.url, CHAT, key.text, body("quick"))
    assert (answer.status, answer.error()["code"]) == (status, code), answer.body
    return str(answer.error()["message"])


async def test_jumps_while_serving_and_between_two_lives(server: Server, machine: Machine) -> None:
    brief = server.key("brief", expires="12h")
    daily = server.key("daily", budget="0.004", window="day")  # a request holds and costs about 0.003
    lasting = server.key("lasting")
    first = await charged(server, brief)
    await charged(server, daily)
    await refused(server, daily, 429, "insufficient_quota")
    stream = await Talk.open(server.url)
    stream.request(CHAT, lasting.text, body("slow", stream=True))

    machine.set(DAY_S)
    documented(await refused(server, brief, 401, "invalid_api_key"))
    await charged(server, daily)  # another day, another window
    ahead = await charged(server, lasting)
    assert when(ahead) - when(first) >= timedelta(seconds=DAY_S)

    machine.set(-DAY_S)  # before the only award began
    documented(await refused(server, lasting, 429, "insufficient_quota"))
    machine.set(0)
    await charged(server, brief)
    await charged(server, daily)  # a window that was left for more than an hour begins anew
    await refused(server, daily, 429, "insufficient_quota")
    whole = await stream.whole()
    receipt = await asyncio.to_thread(server.receipt, whole.request_id, lasting)
    assert whole.done
    assert all(one["duration_ms"] < 60_000 for one in (receipt, ahead))  # no wall clock measures how long things take

    assert await asyncio.to_thread(server.stop) == 0
    machine.set(-DAY_S)
    await asyncio.to_thread(server.start)
    await refused(server, lasting, 429, "insufficient_quota")
    assert await asyncio.to_thread(server.stop) == 0
    report = await asyncio.to_thread(server.check)
    assert (report["ok"], report["open_holds"]) == (True, 0), report


def when(receipt: dict[str, Any]) -> datetime:
    """The time on a receipt."""
    return datetime.fromisoformat(receipt["at"])
