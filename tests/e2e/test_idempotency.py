"""The same Idempotency-Key again: the stored answer, byte for byte, and no second charge; also after a restart."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.harness import Answer, Key, Mock, Server, Talk, ask, configured, model, scripted

pytestmark = pytest.mark.anyio

CHAT = "/v1/chat/completions"


def config(mock_url: str) -> str:
    return configured(
        model("mock"),
        scripted("slow", "words=20&delay_ms=20"),
        scripted("script", "words=9"),
        scripted("unlucky", "error=500&times=1"),
        mocks={"mock": mock_url},
    )


@pytest.fixture(scope="module")
def key(server: Server) -> Key:
    return server.key("again", budget_nano=10**9)


def body(name: str, *, stream: bool = False, content: str = "go") -> dict[str, Any]:
    return {"model": name, "messages": [{"role": "user", "content": content}], "stream": stream}


async def send(server: Server, key: Key, word: str, asked: dict[str, Any], path: str = CHAT) -> Answer:
    return await ask(server.url, path, key.text, asked, {"idempotency-key": word})


def events(answer: Answer) -> bytes:
    """The stream without comments; they tell of this request's charge."""
    return b"\n\n".join([event for event in answer.body.split(b"\n\n") if not event.startswith(b":")])


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
async def test_a_second_time(server: Server, mock: Mock, key: Key, stream: bool) -> None:
    asked = body("mock", stream=stream)
    first = await send(server, key, f"second-{stream}", asked)
    spent, served = server.spent_nano(key), mock.stats()["requests"]
    again = await send(server, key, f"second-{stream}", asked)
    assert again.status == 200
    assert events(again) == events(first)
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert again.request_id != first.request_id
    assert (server.spent_nano(key), mock.stats()["requests"]) == (spent, served)


async def test_while_the_first_still_runs(server: Server, key: Key) -> None:
    talk = await Talk.open(server.url)
    here = asyncio.Event()
    talk.on_piece = lambda talk: here.set()
    talk.request(CHAT, key.text, body("slow", stream=True), {"idempotency-key": "running"})
    await here.wait()
    conflict = await send(server, key, "running", body("slow", stream=True))
    assert (conflict.status, conflict.error()["code"]) == (409, "idempotency_in_flight")
    assert int(conflict.headers["retry-after"]) >= 1
    first = await talk.whole()
    again = await send(server, key, "running", body("slow", stream=True))
    assert events(again) == events(first)


async def test_many_at_once_are_one(server: Server, mock: Mock, key: Key) -> None:
    served, spent = mock.stats()["requests"], server.spent_nano(key)
    answers = await asyncio.gather(*[send(server, key, "many", body("mock")) for _ in range(50)])
    assert {answer.status for answer in answers} <= {200, 409}
    bodies = {answer.body for answer in answers if answer.status == 200}
    assert len(bodies) == 1
    assert mock.stats()["requests"] == served + 1
    assert server.spent_nano(key) == spent + 1000 * (25 + 2 * 200)


async def test_for_another_body(server: Server, key: Key) -> None:
    await send(server, key, "mismatch", body("script"))
    other = await send(server, key, "mismatch", body("script", content="stop"))
    error = other.error()
    assert (other.status, error["code"], error["param"]) == (422, "idempotency_mismatch", "Idempotency-Key")


async def test_another_path_and_another_project_are_others(server: Server, key: Key) -> None:
    first = await send(server, key, "shared", body("script"))
    elsewhere = await send(server, key, "shared", {"model": "script", "prompt": "go"}, "/v1/completions")
    assert (first.status, elsewhere.status) == (200, 200)
    assert "idempotent-replayed" not in elsewhere.headers
    server.verb("project create", name="neighbours")
    server.verb("award create", name="theirs", project="neighbours", usd="1")
    theirs = server.key("theirs", project="neighbours")
    answer = await send(server, theirs, "shared", body("script"))
    assert answer.status == 200
    assert "idempotent-replayed" not in answer.headers
    same_project = await send(server, server.key("colleague"), "shared", body("script"))
    assert same_project.headers["idempotent-replayed"] == "true"


async def test_a_failure_is_not_kept(server: Server, key: Key) -> None:
    first = await send(server, key, "unlucky", body("unlucky"))
    second = await send(server, key, "unlucky", body("unlucky"))
    assert (first.status, second.status) == (502, 200)
    assert "idempotent-replayed" not in second.headers


async def test_a_client_that_hung_up_may_ask_again(server: Server, key: Key) -> None:
    """Its broken answer was charged but is nobody's answer: the retry runs anew."""
    talk = await Talk.open(server.url)
    talk.on_piece = lambda talk: talk.hang_up() if talk.answer.tokens() >= 3 else None
    talk.request(CHAT, key.text, body("slow", stream=True), {"idempotency-key": "left"})
    await talk.closed
    await asyncio.to_thread(server.idle)
    again = await send(server, key, "left", body("slow", stream=True))
    assert (again.done, again.tokens()) == (True, 20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_across_a_restart(start: Callable[..., Server], number: int) -> None:
    server = start(configured(scripted("script", "words=9")))
    key = server.key("durable", budget_nano=10**9)
    firsts = [await send(server, key, f"kept-{s}", body("script", stream=s)) for s in (False, True)]
    spent = server.spent_nano(key)
    server.signal(number)
    await asyncio.to_thread(server.ended)
    await asyncio.to_thread(server.start)
    for stream, first in zip((False, True), firsts, strict=True):
        again = await send(server, key, f"kept-{stream}", body("script", stream=stream))
        assert again.headers["idempotent-replayed"] == "true"
        assert events(again) == events(first)
    other = await send(server, key, "kept-False", body("script", content="x"))
    assert other.status == 422
    assert server.spent_nano(key) == spent
    assert server.stop() == 0
    assert server.check()["requests"] == 2
