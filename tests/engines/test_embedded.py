"""The real children: llama.cpp with the starter model and the starter embeddings, each in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest

from tests.engines.providers import provider
from tokenry.engines import ArtifactStore, Call, Engine, EngineDown, build, pull
from tokenry.engines.embedded import EmbeddedEngine, LlamaEngine
from tokenry.engines.supervisor import Backoff

pytestmark = pytest.mark.anyio
LONG = "Once upon a time there was a small house by the sea. " * 8


@pytest.fixture
async def llama(models: ArtifactStore) -> AsyncIterator[EmbeddedEngine]:
    configuration = provider(
        "starter", dialect="llama.cpp", model="smollm2-135m", context_length=1024, parallel=2, connect_timeout_s=30
    )
    engine = LlamaEngine(configuration, lambda: models.require("smollm2-135m"), backoff=Backoff(first_s=0.01))
    await engine.start()
    yield engine
    await engine.stop()


@pytest.fixture
async def embedder(models: ArtifactStore) -> AsyncIterator[Engine]:
    engine = build(provider(dialect="llama.cpp", model="wordllama-256", connect_timeout_s=30), {}, models)
    await engine.start()
    yield engine
    await engine.stop()


async def chat(engine: Engine, text: str, scope: str | None = "org", **more: Any) -> list[dict[str, Any]]:
    """The chunks of a streamed chat."""
    body = {"model": "any", "messages": [{"role": "user", "content": text}], "max_tokens": 4, "temperature": 0}
    body |= {"stream": True, "stream_options": {"include_usage": True}, **more}
    exchange = await engine.open(Call("/chat/completions", json.dumps(body).encode(), "req_1", True, scope))
    raw = await exchange.read_all(10**7)
    assert exchange.status == 200, raw
    return [json.loads(line[6:]) for line in raw.splitlines() if line.startswith(b"data: {")]


async def embed(engine: Engine, **body: Any) -> tuple[int, dict[str, Any]]:
    exchange = await engine.open(Call("/embeddings", json.dumps(body).encode(), "req_1", stream=False))
    return exchange.status, json.loads(await exchange.read_all(10**8))


def ready_again(engine: Engine) -> asyncio.Event:
    """An event that the engine's next `ready` sets."""
    ready = asyncio.Event()
    engine.on_state(lambda changed: ready.set() if changed.state == "ready" else None)
    return ready


def cached(chunks: list[dict[str, Any]]) -> int:
    return int(chunks[-1]["usage"]["prompt_tokens_details"]["cached_tokens"])


async def test_it_streams_chat(llama: EmbeddedEngine) -> None:
    chunks = await chat(llama, "Say hello.")  # waits for the load by itself
    assert llama.state == "ready"
    assert "".join(c["choices"][0]["delta"].get("content") or "" for c in chunks if c["choices"])
    assert chunks[-1]["usage"]["completion_tokens"] == 4
    assert {chunk["model"] for chunk in chunks} == {"smollm2-135m"}
    assert await llama.models() == ["smollm2-135m"]
    assert await llama.count_tokens("Hello there world") == 3
    assert await llama.count_tokens("") == 0
    said: dict[str, object] = {"messages": [{"role": "user", "content": "Say hello."}]}
    assert await llama.count_chat(said) == chunks[-1]["usage"]["prompt_tokens"] > 3
    assert await llama.count_chat({"messages": "nonsense"}) is None


async def test_strict_schemas_are_obeyed(llama: EmbeddedEngine) -> None:
    schema = {
        "type": "object",
        "properties": {"ok": {"type": "boolean"}},
        "required": ["ok"],
        "additionalProperties": False,
    }
    wanted = {"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": schema}}
    chunks = await chat(llama, "Is it?", response_format=wanted, max_tokens=32)
    text = "".join(c["choices"][0]["delta"].get("content") or "" for c in chunks if c["choices"])
    assert isinstance(json.loads(text)["ok"], bool)


async def test_prompts_are_found_again_only_by_the_one_organization(llama: EmbeddedEngine) -> None:
    await chat(llama, LONG, "a")
    assert cached(await chat(llama, LONG, "a")) > 50
    assert cached(await chat(llama, LONG, "b")) == 0
    assert cached(await chat(llama, LONG, "b", cache_prompt=True)) == 0
    assert cached(await chat(llama, LONG, "a", n=2)) == 0


async def test_it_wants_its_key_and_shows_nothing_else(llama: EmbeddedEngine) -> None:
    await llama.wait_ready(30)
    assert llama._link is not None  # the port is nobody's business but the engine's
    url = f"http://127.0.0.1:{llama._link.pool.origin.port}"
    async with httpx2.AsyncClient(base_url=url, headers={"origin": "http://evil.example"}, trust_env=False) as client:
        answers = {path: await client.get(path) for path in ("/v1/models", "/props", "/slots", "/metrics", "/")}
        chat_answer = await client.post("/v1/chat/completions", json={"messages": []})
    assert {path: answer.status_code for path, answer in answers.items()} == {
        **dict.fromkeys(("/v1/models", "/props", "/slots", "/metrics"), 401),
        "/": 404,
    }
    assert chat_answer.status_code == 401
    for answer in (*answers.values(), chat_answer):
        assert answer.headers.get("access-control-allow-origin", "") == ""  # an empty one lets no origin in
        assert "access-control-allow-credentials" not in answer.headers


async def test_killed_it_comes_back_with_an_empty_cache(llama: EmbeddedEngine) -> None:
    await chat(llama, LONG, "a")
    states: list[str] = []
    llama.on_state(lambda engine: states.append(engine.state))
    ready = ready_again(llama)
    first = llama.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    async with asyncio.timeout(30):
        await ready.wait()
    assert states == ["down", "starting", "ready"]
    assert llama.pid != first
    assert llama.health().starts == 2
    assert cached(await chat(llama, LONG, "b")) == 0
    assert cached(await chat(llama, LONG, "b")) > 50


async def test_cutting_a_stream_frees_the_slot(llama: EmbeddedEngine) -> None:
    body = {"messages": [{"role": "user", "content": "Count."}], "max_tokens": 900, "stream": True, "ignore_eos": True}
    for _ in range(2):  # both slots
        exchange = await llama.open(Call("/chat/completions", json.dumps(body).encode(), "req_1", True, "org"))
        assert await exchange.read()
        exchange.abort()
    async with asyncio.timeout(10):  # 900 tokens would take longer
        await chat(llama, "Say hello.")
    assert llama.in_flight == 0


async def test_a_file_that_is_no_model_is_told_in_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"GGUF" + bytes(1000))
    engine = build(provider("bad", dialect="llama.cpp", model=str(tmp_path / "bad.gguf")), {}, ArtifactStore(tmp_path))
    await engine.start()
    try:
        with pytest.raises(EngineDown, match=r"bad is down: .*exit code 1; its last words: .*failed to read header"):
            await engine.wait_ready(30)
    finally:
        await engine.stop()


async def test_a_missing_file_is_told(tmp_path: Path) -> None:
    engine = build(provider(dialect="llama.cpp", model="/nowhere/a.gguf"), {}, ArtifactStore(tmp_path))
    await engine.start()
    try:
        with pytest.raises(EngineDown, match=r"no model file at /nowhere/a\.gguf"):
            await engine.wait_ready(10)
    finally:
        await engine.stop()


async def test_a_model_that_is_pulled_later_is_taken_up(models: ArtifactStore, tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    engine = build(provider(dialect="llama.cpp", model="wordllama-256"), {}, store)
    await engine.start()
    try:
        with pytest.raises(EngineDown, match="run `tokenry pull wordllama-256`"):
            await engine.wait_ready(10)
        ready = ready_again(engine)
        tmp_path.joinpath("artifacts").symlink_to(models.cache / "artifacts")
        tmp_path.joinpath("sha256").symlink_to(models.cache / "sha256")
        assert pull(store, "wordllama-256").exists()
        async with asyncio.timeout(30):
            await ready.wait()
        assert (await embed(engine, input="a"))[0] == 200
    finally:
        await engine.stop()


# Embeddings.


async def test_embeddings_have_openais_shape(embedder: Engine) -> None:
    status, answer = await embed(
        embedder, input=["the cat sat", "a kitten was sitting", "stock markets fell"], model="x"
    )
    assert status == 200
    assert answer["object"] == "list"
    assert answer["model"] == "wordllama-256"
    assert [entry["index"] for entry in answer["data"]] == [0, 1, 2]
    vectors = np.array([entry["embedding"] for entry in answer["data"]])
    assert vectors.shape == (3, 256)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2  # it does mean something
    assert answer["usage"]["prompt_tokens"] == answer["usage"]["total_tokens"] > 8


async def test_every_form_of_input(embedder: Engine) -> None:
    _, text = await embed(embedder, input="hello world")
    _, texts = await embed(embedder, input=["hello world"])
    assert text == texts
    _, ids = await embed(embedder, input=[1, 2, 3])
    _, lists = await embed(embedder, input=[[1, 2, 3]], encoding_format="float")
    assert ids == lists
    assert ids["usage"]["prompt_tokens"] == 3


async def test_fewer_dimensions_are_the_first_ones_normalised(embedder: Engine) -> None:
    _, full = await embed(embedder, input="hello world")
    _, short = await embed(embedder, input="hello world", dimensions=64)
    cut = np.array(full["data"][0]["embedding"][:64])
    assert short["data"][0]["embedding"] == pytest.approx((cut / np.linalg.norm(cut)).tolist(), abs=1e-6)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"input": []},
        {"input": 5},
        {"input": ["a", 1]},
        {"input": [-1]},
        {"input": "a", "dimensions": 257},
        {"input": "a", "dimensions": 0},
        {"input": "a", "encoding_format": "base64"},
        {"input": ["a"] * 2049},
    ],
)
async def test_what_cannot_be_embedded_is_refused(embedder: Engine, body: dict[str, Any]) -> None:
    status, answer = await embed(embedder, **body)
    assert status == 400
    assert answer["error"]["type"] == "invalid_request_error"
    assert answer["error"]["message"]


async def test_the_embeddings_child_says_what_it_has(embedder: Engine) -> None:
    await embedder.wait_ready(30)
    assert await embedder.models() == ["wordllama-256"]
    assert await embedder.count_tokens("a") is None
    exchange = await embedder.open(Call("/chat/completions", b"{}", "req_1", stream=False))
    assert exchange.status == 404
    await exchange.read_all(1000)
