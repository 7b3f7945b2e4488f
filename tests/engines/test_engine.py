"""Speaking to an engine: what is sent, what its state is, and what is told when it cannot answer."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.engines.providers import provider
from tokenry.engines import (
    ArtifactStore,
    Call,
    Engine,
    EngineDown,
    EngineSetupError,
    ScriptedEngine,
    ScriptedServer,
    UnknownArtifact,
    WireError,
    build,
)

pytestmark = pytest.mark.anyio
STORE = ArtifactStore(Path("/nonexistent"))


@pytest.fixture
async def remote(scripted: ScriptedServer) -> AsyncIterator[Engine]:
    made = build(
        provider(base_url=scripted.base_url, api_key_env="KEY", headers={"X-Team": "blue"}, max_concurrency=2),
        {"KEY": f" {scripted.key}\n"},
        STORE,
    )
    await made.start()
    yield made
    await made.stop()


def call(text: str = "hi", *, stream: bool = False, **more: Any) -> Call:
    body = {"model": "scripted", "messages": [{"role": "user", "content": text}], "stream": stream, **more}
    return Call("/chat/completions", json.dumps(body).encode(), "req_7", stream)


async def test_what_is_sent(remote: Engine, scripted: ScriptedServer) -> None:
    sent = call("hello", stream=True)
    exchange = await remote.open(sent)
    assert exchange.status == 200
    assert (await exchange.read_all(10**6)).endswith(b"data: [DONE]\n\n")
    (seen,) = scripted.seen
    assert seen.path == "/v1/chat/completions"
    assert seen.body == json.loads(sent.body)
    assert seen.headers["authorization"] == f"Bearer {scripted.key}"
    assert seen.headers["x-request-id"] == "req_7"
    assert seen.headers["x-team"] == "blue"
    assert seen.headers["accept"] == "text/event-stream"
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["accept-encoding"] == "identity"
    await (await remote.open(call())).read_all(10**6)
    assert scripted.seen[-1].headers["accept"] == "application/json"


async def test_errors_of_the_far_side_are_answers(remote: Engine) -> None:
    exchange = await remote.open(call("[[error=503]]"))
    assert exchange.status == 503
    assert "error" in json.loads(await exchange.read_all(10**6))


async def test_models(remote: Engine) -> None:
    assert await remote.models() == ["scripted"]


async def test_models_that_are_no_list() -> None:
    server = ScriptedServer()
    async with server:
        wrong = build(provider(base_url=server.base_url), {}, STORE)
        await wrong.start()
        with pytest.raises(EngineDown, match="answered 401"):
            await wrong.models()
        assert "answered 401" in str(wrong.last_error)
        assert "api_key_env" in str(wrong.last_error)
        await wrong.stop()


async def test_only_llama_counts_tokens(remote: Engine) -> None:
    assert await remote.count_tokens("a b") is None
    assert not remote.always_stream


async def test_states_are_told(scripted: ScriptedServer) -> None:
    engine = build(provider(base_url=scripted.base_url), {}, STORE)
    told: list[str] = []
    engine.on_state(lambda changed: told.append(changed.state))
    assert engine.state == "stopped"
    await engine.start()
    await engine.wait_ready(1)
    await engine.stop()
    assert told == ["starting", "ready", "stopped"]
    with pytest.raises(EngineDown, match="test is stopped: it was stopped"):
        await engine.open(call())
    await engine.start()
    assert engine.health().state == "ready"
    assert engine.health().starts == 2
    await engine.stop()


async def test_a_dead_far_side_is_a_wire_error() -> None:
    engine = build(provider(base_url="http://127.0.0.1:9/v1"), {}, STORE)
    await engine.start()
    with pytest.raises(WireError) as caught:
        await engine.open(call())
    assert caught.value.phase == "connect"
    assert engine.last_error is not None
    assert engine.last_error.startswith("test: connect")
    await engine.stop()


async def test_requests_beyond_the_limit_wait(remote: Engine) -> None:
    held = [await remote.open(call("[[stall_after=1]]", stream=True)) for _ in range(2)]
    third = asyncio.create_task(remote.open(call()))
    await asyncio.sleep(0)  # it runs up to its place in the queue
    assert remote.health().requests_waiting == 1
    assert remote.in_flight == 2
    held[0].abort()
    assert (await third).status == 200
    held[1].abort()


async def test_draining_waits_for_what_is_under_way(remote: Engine) -> None:
    exchange = await remote.open(call("[[stall_after=1]]", stream=True))
    assert not await remote.drain(0.01)
    with pytest.raises(EngineDown, match="draining"):
        await remote.open(call())
    draining = asyncio.create_task(remote.drain(5))
    await asyncio.sleep(0)
    exchange.abort()
    assert await draining


async def test_stopping_breaks_what_is_under_way(remote: Engine) -> None:
    exchange = await remote.open(call("[[stall_after=1]]", stream=True))
    await remote.stop()
    with pytest.raises(WireError):
        await exchange.read_all(10**6)


async def test_waiting_for_one_that_never_starts() -> None:
    class Slow(Engine):
        async def start(self) -> None:
            self._starting()

    engine = Slow(provider(dialect="scripted", connect_timeout_s=0.01))
    await engine.start()
    with pytest.raises(EngineDown, match=r"still starting after 0\.01 s"):
        await engine.open(call())


@pytest.mark.parametrize(
    ("fields", "secrets", "words"),
    [
        ({"base_url": "http://h", "api_key_env": "KEY"}, {}, "environment variable KEY, which is not set"),
        ({"base_url": "http://h", "api_key_env": "KEY"}, {"KEY": "  "}, "not set"),
        ({"base_url": "http://h", "api_key_env": "KEY"}, {"KEY": "a\r\nb: c"}, "'authorization' has characters"),
        ({"base_url": "http://h", "headers": {"a": "b\nc"}}, {}, "'a' has characters"),
        ({"base_url": "http://h", "headers": {"a b": "c"}}, {}, "'a b' has characters"),
        ({"base_url": "http://h", "headers": {"Host": "c"}}, {}, "'host' is set by the wire"),
        ({"base_url": "ftp://h"}, {}, "must begin with http"),
        ({"base_url": "https://h", "ca_file": "/nowhere.pem"}, {}, "cannot read certificates"),
        ({"base_url": "https://h", "client_cert_file": "/nowhere.pem"}, {}, "cannot read /nowhere.pem"),
        (
            {"base_url": "https://h", "proxy": "http://p:1", "proxy_auth_env": "A"},
            {"A": "s3cret"},
            "must be user:password",
        ),
        ({"base_url": "https://h", "proxy": "http://p:1", "proxy_auth_env": "A"}, {}, "variable A, which is not set"),
        ({}, {}, "needs a base_url"),
        ({"dialect": "llama.cpp"}, {}, "needs a model"),
        ({"dialect": "llama.cpp", "model": "whisper-tiny.en"}, {}, "is a whisper model"),
    ],
)
def test_what_cannot_work_is_told_when_it_is_built(fields: Any, secrets: dict[str, str], words: str) -> None:
    with pytest.raises(EngineSetupError, match=words) as caught:
        build(provider(**fields), secrets, STORE)
    assert "a\r\nb" not in caught.value.message
    assert "s3cret" not in caught.value.message


async def test_the_configurations_times_and_tls_are_the_wires() -> None:
    times: dict[str, Any] = {
        "connect_timeout_s": 1.0, "dns_timeout_s": 2.0, "tls_timeout_s": 3.0, "first_byte_timeout_s": 4.0,
        "idle_timeout_s": 5.0,
    }  # fmt: skip  # one key a line would be a page
    engine = build(provider(base_url="https://h", tls_server_name="n", **times), {}, STORE)
    await engine.start()
    link = vars(engine)["_link"]
    limits = link.pool.timeouts
    assert (limits.connect_s, limits.dns_s, limits.tls_s, limits.first_byte_s, limits.idle_s) == (1, 2, 3, 4, 5)
    assert link.pool.origin.tls.server_name == "n"
    await engine.stop()


def test_an_unknown_model_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownArtifact, match="did you mean smollm2-135m"):
        build(provider(dialect="llama.cpp", model="smollm2"), {}, STORE)


async def test_draining_outlives_a_restart_but_not_a_stop(remote: Engine) -> None:
    assert await remote.drain(1)
    await remote.start()  # as a supervised child does by itself
    with pytest.raises(EngineDown, match="draining"):
        await remote.open(call())
    await remote.stop()
    await remote.start()
    assert (await remote.open(call())).status == 200


def test_native_libraries_stay_in_the_children() -> None:
    code = "import sys, tokenry.engines; print(sorted({'numpy', 'tokenizers', 'xllamacpp'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"


def test_each_dialect_has_its_engine() -> None:
    kinds = {
        "scripted": provider(dialect="scripted"),
        "remote llama": provider(dialect="llama.cpp", base_url="http://h/v1"),
        "embedded llama": provider(dialect="llama.cpp", model="/models/a.gguf"),
        "static": provider(dialect="llama.cpp", model="wordllama-256"),
    }
    engines = {name: build(kind, {}, STORE) for name, kind in kinds.items()}
    assert isinstance(engines["scripted"], ScriptedEngine)
    assert [name for name, engine in engines.items() if engine.always_stream] == ["remote llama", "embedded llama"]
    assert "chat" not in engines["static"].capabilities
