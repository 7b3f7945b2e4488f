"""What people see when an embedded engine's process is killed, at each stage of its life: docs/operate/troubles.md.

How it is watched and started again is in tests/engines/test_supervisor.py. The last test ends the module's server.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from bench.processes import tree
from tests.e2e.harness import Answer, Key, Server, Talk, ask, configured, model
from tests.e2e.harness.manual import documented
from tests.e2e.harness.server import until
from tokenry.config import default_cache_dir
from tokenry.engines import STARTER_CHAT, ArtifactStore, pull

pytestmark = pytest.mark.anyio

CHAT = "/v1/chat/completions"
LOCAL = f"""
[[provider]]
name = "local"
dialect = "llama.cpp"
model = "{STARTER_CHAT}"
context_length = 512
parallel = 2
connect_timeout_s = 30
"""


def config(_mock_url: str) -> str:
    """One model on one embedded engine; it is fetched first where no other test has had it yet."""
    store = ArtifactStore(default_cache_dir())
    if store.find(STARTER_CHAT) is None:
        pull(store, STARTER_CHAT)
    return LOCAL + configured(model("small", to="local/small"))


@pytest.fixture
def key(server: Server) -> Key:
    """A new key under a budget; the engine is ready."""
    engine_state(server, "ready")
    return server.key(f"k{os.urandom(4).hex()}", budget_nano=10**9)


def body(*, stream: bool = False) -> dict[str, Any]:
    said = [{"role": "user", "content": "Count from one to one hundred in words."}]
    return {"model": "small", "messages": said, "stream": stream, "max_tokens": 300}


def child(server: Server) -> int:
    """The engine's process, once there is one."""
    assert server.process is not None
    pid = server.process.pid
    (found,) = until(lambda: [one for one in tree(pid) if one != pid], bool)
    return found


def engine_state(server: Server, wanted: str) -> None:
    """Wait until the engine is ready, down, …"""

    def state() -> str:
        engines = server.verb("models list")["engines"]
        return next(str(engine["state"]) for engine in engines if engine["name"] == "local")

    assert until(state, lambda now: now == wanted, 60) == wanted


async def refused(answer: Answer, key: Key, server: Server, status: int, code: str) -> None:
    """An error of the page, which cost nothing."""
    assert (answer.status, answer.error()["code"]) == (status, code)
    documented(answer.error()["message"])
    await asyncio.to_thread(server.idle)
    assert await asyncio.to_thread(server.spent_nano, key) == 0


async def test_idle_and_starting(server: Server, key: Key) -> None:
    os.kill(child(server), signal.SIGKILL)
    await asyncio.to_thread(engine_state, server, "down")
    await refused(await ask(server.url, CHAT, key.text, body()), key, server, 503, "engine_unavailable")
    # It is started again by itself; who asks meanwhile waits for it. Now it dies a second time, before it listens.
    await asyncio.to_thread(engine_state, server, "starting")
    waiting = asyncio.create_task(ask(server.url, CHAT, key.text, body()))
    await asyncio.to_thread(until, lambda: server.gauge("tokenry_requests_in_flight"), bool)
    os.kill(await asyncio.to_thread(child, server), signal.SIGKILL)
    await refused(await waiting, key, server, 503, "engine_unavailable")
    await asyncio.to_thread(engine_state, server, "starting")
    assert (await ask(server.url, CHAT, key.text, body() | {"max_tokens": 2})).status == 200


async def test_before_the_first_byte(server: Server, key: Key) -> None:
    pid = await asyncio.to_thread(child, server)
    os.kill(pid, signal.SIGSTOP)  # so that it surely has not answered when it dies
    waiting = [asyncio.create_task(ask(server.url, CHAT, key.text, body(stream=stream))) for stream in (False, True)]
    await asyncio.to_thread(until, lambda: server.gauge("tokenry_requests_in_flight"), lambda running: running == 2)
    os.kill(pid, signal.SIGKILL)
    for request in waiting:
        await refused(await request, key, server, 502, "engine_error")


async def begun(server: Server, key: Key, then: Callable[[], None]) -> Talk:
    """A stream; `then` is called when its first piece is here."""
    talk = await Talk.open(server.url)
    called: list[None] = []

    def piece(_talk: Talk) -> None:
        if not called:
            called.append(then())

    talk.on_piece = piece
    talk.request(CHAT, key.text, body(stream=True))
    return talk


async def test_in_mid_stream(server: Server, key: Key) -> None:
    pid = await asyncio.to_thread(child, server)
    talk = await begun(server, key, lambda: os.kill(pid, signal.SIGKILL))
    broken = await talk.whole()
    assert (broken.status, broken.done) == (200, False)
    error = broken.chunks()[-1]["error"]
    assert error["code"] == "engine_error"
    documented(error["message"])
    receipt = await asyncio.to_thread(server.receipt, broken.request_id, key)
    assert receipt["outcome"] == "engine_failed"
    assert 0 < receipt["usage"]["output_tokens"] < 300
    assert receipt["charge_nanousd"] == await asyncio.to_thread(server.spent_nano, key) > 0


async def test_while_stopping(start: Callable[..., Server]) -> None:
    server = await asyncio.to_thread(start, config(""))  # its own: whichever test comes next finds the other one up
    await asyncio.to_thread(engine_state, server, "ready")
    key = await asyncio.to_thread(lambda: server.key("stopping", budget_nano=10**9))
    pid = await asyncio.to_thread(child, server)

    def stop_and_kill() -> None:
        server.signal(signal.SIGTERM)
        os.kill(pid, signal.SIGKILL)

    broken = await (await begun(server, key, stop_and_kill)).whole()
    assert (broken.status, broken.done) == (200, False)
    documented(broken.chunks()[-1]["error"]["message"])
    assert await asyncio.to_thread(server.ended) == 0
    assert "Traceback" not in server.log.read_text()
