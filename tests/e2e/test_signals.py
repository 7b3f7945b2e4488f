"""SIGTERM lets what runs come to its end; SIGHUP puts a new configuration in force around it."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from tests.e2e.harness import Key, Server, Talk, ask, configured, scripted
from tests.e2e.harness.server import until

pytestmark = pytest.mark.anyio

CHAT = "/v1/chat/completions"
MODELS = (
    scripted("slow", "words=40&delay_ms=25"),
    scripted("late", "words=5&latency_ms=700"),
    scripted("stalled", "words=40&stall_after=10"),
    scripted("quick", "words=3"),
)
CONFIG = configured(*MODELS)


def body(model: str, *, stream: bool = True) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": "go"}], "stream": stream}


@pytest.fixture(autouse=True)
async def streams() -> AsyncIterator[list[Talk]]:
    """The streams that a test began; those that still run at its end, because it failed, are ended."""
    _begun.clear()
    yield _begun
    for talk in _begun:
        talk.transport.abort()


_begun: list[Talk] = []


async def begun(server: Server, key: Key, model: str, tokens: int = 1) -> Talk:
    """A stream of which so many tokens are here."""
    talk = await Talk.open(server.url)
    _begun.append(talk)
    here = asyncio.Event()
    talk.on_piece = lambda talk: here.set() if talk.answer.tokens() >= tokens else None
    talk.request(CHAT, key.text, body(model))
    async with asyncio.timeout(30):
        await here.wait()
    return talk


async def test_sigterm_lets_running_requests_end(start: Callable[..., Server]) -> None:
    server = start(CONFIG)
    key = server.key("patient", budget_nano=10**9)
    plain = await Talk.open(server.url)
    plain.request(CHAT, key.text, body("late", stream=False))
    idle = await Talk.open(server.url)
    stream = await begun(server, key, "slow")
    server.signal(signal.SIGTERM)
    await idle.whole()  # a connection without a request is closed
    with pytest.raises(ConnectionError):
        await ask(server.url, CHAT, key.text, body("slow"))
    answer = await stream.whole()
    assert answer.done
    assert answer.tokens() == 40
    assert (await plain.whole()).json()["usage"]["completion_tokens"] == 5
    assert await asyncio.to_thread(server.ended) == 0
    report = await asyncio.to_thread(server.check)
    assert (report["ok"], report["requests"], report["open_holds"]) == (True, 2, 0), report
    assert report["output_tokens"] == 45


@pytest.mark.parametrize("twice", [False, True])
async def test_a_stream_that_never_ends_is_cut_and_charged(start: Callable[..., Server], twice: bool) -> None:
    """At the end of the drain time, or at once by a second signal."""
    server = start(configured(*MODELS, top=f"[server]\ndrain_timeout_s = {300 if twice else 1}\n"))
    key = server.key("endless", budget_nano=10**9)
    talk = await begun(server, key, "stalled", 5)
    server.signal(signal.SIGTERM)
    if twice:
        await asyncio.sleep(0.05)
        server.signal(signal.SIGTERM)
    began = time.monotonic()
    assert await asyncio.to_thread(server.ended) == 0
    assert time.monotonic() - began < 20
    assert not (await talk.whole()).done
    delivered = talk.answer.tokens()
    server.start()
    receipt = server.receipt(talk.answer.request_id, key)
    assert delivered <= receipt["usage"]["output_tokens"] <= 9
    assert receipt["charge_nanousd"] > 0
    assert server.stop() == 0
    assert server.check()["open_holds"] == 0


def reloaded(server: Server, times: int, word: str = "configuration in force") -> str:
    server.signal(signal.SIGHUP)
    log = until(server.log.read_text, lambda log: log.count(word) >= times)
    assert log.count(word) == times, log
    return log


async def test_sighup_puts_a_new_model_in_force_while_a_stream_runs(start: Callable[..., Server]) -> None:
    server = start(CONFIG)
    key = server.key("reader", budget_nano=10**9)
    stream = await begun(server, key, "slow")
    assert (await ask(server.url, CHAT, key.text, body("new"))).status == 404
    # The stream's own model leaves, and a price changes: what runs keeps what it was admitted under.
    server.file.write_text(
        configured(scripted("new", "words=3"), scripted("late", "words=5", price="input = 5, output = 7")),
        encoding="utf-8",
    )
    await asyncio.to_thread(reloaded, server, 1)
    fresh = await ask(server.url, CHAT, key.text, body("new", stream=False))
    assert fresh.json()["usage"]["completion_tokens"] == 3
    dearer = await ask(server.url, CHAT, key.text, body("late", stream=False))
    assert (await ask(server.url, CHAT, key.text, body("slow"))).status == 404
    answer = await stream.whole()
    assert answer.done
    assert answer.tokens() == 40
    assert server.receipt(answer.request_id, key)["lines"][-1]["rate_nanousd_per_million"] == 2 * 10**9
    assert server.receipt(dearer.request_id, key)["lines"][-1]["rate_nanousd_per_million"] == 7 * 10**9


async def test_a_provider_that_leaves_finishes_what_it_began(start: Callable[..., Server]) -> None:
    server = start(CONFIG)
    key = server.key("reader", budget_nano=10**9)
    stream = await begun(server, key, "slow")
    other = configured(scripted("new")).replace('"script"', '"other"')
    server.file.write_text(other, encoding="utf-8")
    await asyncio.to_thread(reloaded, server, 1)
    assert (await ask(server.url, CHAT, key.text, body("new"))).status == 200
    answer = await stream.whole()
    assert (answer.done, answer.tokens()) == (True, 40)


MISTAKES = {
    "not TOML": "[[model]\n",
    "an unknown key": CONFIG.replace("price", "prise"),
    "a provider that is not there": CONFIG.replace('provider = "script"', 'provider = "skript"'),
    "a price that slipped": CONFIG.replace("input = 1,", "input = 1000,"),
    "a secret that is not set": CONFIG.replace(
        'dialect = "scripted"', 'base_url = "http://127.0.0.1:9"\napi_key_env = "NO_KEY"'
    ),
}


async def test_a_mistake_in_the_file_keeps_the_old_one(start: Callable[..., Server]) -> None:
    server = start(CONFIG)
    key = server.key("steady", budget_nano=10**9)
    stream = await begun(server, key, "slow")
    for number, (name, text) in enumerate(MISTAKES.items(), start=1):
        # The file also brings a model that must not come into force.
        server.file.write_text(text + scripted("new"), encoding="utf-8")
        log = await asyncio.to_thread(reloaded, server, number, "the old one stays in force")
        assert "Traceback" not in log, name
        assert (await ask(server.url, CHAT, key.text, body("new"))).status == 404, name
        answer = await ask(server.url, CHAT, key.text, body("quick", stream=False))
        assert answer.status == 200, (name, answer.body)
        assert server.receipt(answer.request_id, key)["lines"][-1]["rate_nanousd_per_million"] == 2 * 10**9, name
    assert (await stream.whole()).done
    server.file.write_text(CONFIG + scripted("new"), encoding="utf-8")
    await asyncio.to_thread(reloaded, server, 1)
    assert (await ask(server.url, CHAT, key.text, body("new"))).status == 200
