"""Whatever a client sends: the envelope with four keys, nothing charged, and a server that goes on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.harness import Key, Server, Talk, ask, configured, model, scripted
from tests.e2e.harness.server import until

pytestmark = pytest.mark.anyio

CHAT = "/v1/chat/completions"
BODY_SIZE_MAX = 2_000_000
GOOD: dict[str, Any] = {"model": "script", "messages": [{"role": "user", "content": "hi"}]}


def config(mock_url: str) -> str:
    return configured(
        scripted("script"),
        scripted("script-embeddings", more='kind = "embedding"'),
        model("unpriced", to="mock/mock", price=None),
        mocks={"mock": mock_url},
        top=f"[server]\nbody_size_max = {BODY_SIZE_MAX}\n",
    )


@pytest.fixture(scope="module")
def key(server: Server) -> Iterator[Key]:
    """A key whose budget must be untouched when the module ends."""
    key = server.key("careless", budget_nano=10**9)
    yield key
    server.idle()
    assert server.spent_nano(key) == 0


@pytest.fixture(autouse=True)
async def still_well(server: Server) -> Any:
    """After each test the server answers and is ready."""
    yield
    status, body = await asyncio.to_thread(server.get, "/readyz")
    assert (status, body["status"]) == (200, "ready")


def chat(**other: Any) -> bytes:
    return json.dumps({**GOOD, **other}).encode()


# name: path, body, status, code, param
BODIES: dict[str, tuple[str, bytes, int, str | None, str | None]] = {
    "nothing": (CHAT, b"", 400, None, None),
    "half an object": (CHAT, b'{"model": "script", ', 400, None, None),
    "a list": (CHAT, b"[]", 400, "invalid_value", None),
    "a text": (CHAT, b'"hi"', 400, "invalid_value", None),
    "null": (CHAT, b"null", 400, "invalid_value", None),
    "no JSON": (CHAT, b"model=script&messages=hi", 400, None, None),
    "not a number": (CHAT, chat(temperature=0).replace(b": 0}", b": NaN}"), 400, None, None),
    "two objects": (CHAT, chat() + chat(), 400, None, None),
    "deep nesting": (CHAT, b'{"model":"script","messages":' + b"[" * 200_000, 400, "invalid_value", "messages[0]"),
    "deep nesting in a field of others": (
        CHAT,
        chat().replace(b'{"model"', b'{"x":' + b"[" * 100_000),
        400,
        None,
        None,
    ),
    "not UTF-8": (CHAT, chat().replace(b"hi", b"\xff\xfe"), 400, None, None),
    "half a character": (CHAT, chat().replace(b"hi", b"\xe2\x82"), 400, None, None),
    "UTF-16": (CHAT, chat().decode().encode("utf-16"), 400, None, None),
    "no model": (CHAT, b'{"messages":[{"role":"user","content":"hi"}]}', 400, "invalid_value", "model"),
    "no messages": (CHAT, b'{"model":"script"}', 400, "invalid_value", "messages"),
    "model of another type": (CHAT, chat(model=5), 400, "invalid_value", "model"),
    "model without a name": (CHAT, chat(model=""), 400, "invalid_value", "model"),
    "model with a long name": (CHAT, chat(model="m" * 300), 400, "invalid_value", "model"),
    "unknown model": (CHAT, chat(model="scrypt"), 404, "model_not_found", "model"),
    "model with control characters": (CHAT, chat(model="a\r\nx: y\0"), 404, "model_not_found", "model"),
    "unpriced model": (CHAT, chat(model="unpriced"), 400, "unpriced_model", "model"),
    "embedding model in a chat": (CHAT, chat(model="script-embeddings"), 400, "invalid_value", "model"),
    "messages of another type": (CHAT, chat(messages={}), 400, "invalid_value", "messages"),
    "no message": (CHAT, chat(messages=[]), 400, "invalid_value", "messages"),
    "message without a role": (CHAT, chat(messages=[{"content": "x"}]), 400, "invalid_value", "messages[0].role"),
    "negative limit": (CHAT, chat(max_tokens=-1), 400, "invalid_value", "max_tokens"),
    "no output": (CHAT, chat(max_tokens=0), 400, "invalid_value", "max_tokens"),
    "absurd limit": (CHAT, chat(max_tokens=10**30), 400, "invalid_value", "max_tokens"),
    "more than the model gives": (
        CHAT,
        chat(max_completion_tokens=4097),
        400,
        "invalid_value",
        "max_completion_tokens",
    ),
    "limit as a text": (CHAT, chat(max_tokens="5"), 400, "invalid_value", "max_tokens"),
    "half a token": (CHAT, chat(max_tokens=1.5), 400, "invalid_value", "max_tokens"),
    "a thousand choices": (CHAT, chat(n=1000), 400, "invalid_value", "n"),
    "stream as a text": (CHAT, chat(stream="yes"), 400, "invalid_value", "stream"),
    "temperature as a text": (CHAT, chat(temperature="hot"), 400, "invalid_value", "temperature"),
    "no prompt": ("/v1/completions", b'{"model":"script"}', 400, "invalid_value", "prompt"),
    "no input": ("/v1/embeddings", b'{"model":"script-embeddings"}', 400, "invalid_value", "input"),
    "empty input": ("/v1/embeddings", b'{"model":"script-embeddings","input":[]}', 400, "invalid_value", "input"),
    "too many inputs": (
        "/v1/embeddings",
        json.dumps({"model": "script-embeddings", "input": ["x"] * 2049}).encode(),
        400,
        "invalid_value",
        "input",
    ),
    "unknown encoding": (
        "/v1/embeddings",
        b'{"model":"script-embeddings","input":"x","encoding_format":"hex"}',
        400,
        "invalid_value",
        "encoding_format",
    ),
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_that_cannot_be_taken(server: Server, key: Key, name: str) -> None:
    path, body, status, code, param = BODIES[name]
    answer = await ask(server.url, path, key.text, body)
    error = answer.error()
    assert (answer.status, error["code"], error["param"]) == (status, code, param), error
    assert error["type"] == "invalid_request_error"
    assert answer.request_id.startswith("req_")


@pytest.mark.parametrize("size", [BODY_SIZE_MAX + 1, 100 * 2**20])
async def test_a_body_that_is_too_large_is_answered_though_it_is_still_being_sent(
    server: Server, key: Key, size: int
) -> None:
    talk = await Talk.open(server.url)
    talk.request(CHAT, key.text, b"", {"content-length": str(size)})
    for sent in range(0, size, 2**20):
        talk.send(b" " * min(2**20, size - sent))
        await asyncio.sleep(0)
    answer = await talk.whole()
    assert (answer.status, answer.error()["code"]) == (413, "request_too_large")


async def test_a_body_in_chunks_without_an_end(server: Server, key: Key) -> None:
    talk = await Talk.open(server.url)
    head = f"POST {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key.text}\r\ntransfer-encoding: chunked\r\n\r\n"
    talk.send(head.encode())
    for _ in range(BODY_SIZE_MAX // 2**16 + 2):
        talk.send(b"10000\r\n" + b" " * 2**16 + b"\r\n")
    answer = await talk.whole()
    assert (answer.status, answer.error()["code"]) == (413, "request_too_large")


async def test_the_largest_body_is_taken(server: Server) -> None:
    key = server.key("large")
    body = chat(padding="")
    body = chat(padding="x" * (BODY_SIZE_MAX - len(body)))
    assert len(body) == BODY_SIZE_MAX
    assert (await ask(server.url, CHAT, key.text, body)).status == 200
    answer = await ask(server.url, CHAT, key.text, body + b" ")
    assert (answer.status, answer.error()["code"]) == (413, "request_too_large")


async def test_bodies_that_never_come(server: Server, key: Key) -> None:
    """Two hundred requests that stop in mid-body hold up nobody."""
    talks = [await Talk.open(server.url) for _ in range(200)]
    for number, talk in enumerate(talks):
        talk.request(CHAT, key.text, b'{"mod', {"content-length": "500" if number % 2 else "400000"})
    other = server.key("patient")
    assert (await ask(server.url, CHAT, other.text, chat())).status == 200
    for talk in talks:
        assert talk.answer.status == 0
        talk.hang_up()
    await asyncio.gather(*(talk.closed for talk in talks))


async def test_a_slow_body_is_taken(server: Server) -> None:
    key = server.key("dawdler")
    talk = await Talk.open(server.url)
    body = chat()
    talk.request(CHAT, key.text, b"", {"content-length": str(len(body))})
    for byte in body:
        talk.send(bytes([byte]))
        await asyncio.sleep(0.001)
    answer = await talk.whole()
    assert answer.status == 200


HEADS: dict[str, tuple[bytes, int]] = {
    "a flood of headers": (b"".join(b"x-%d: y\r\n" % i for i in range(20_000)), 431),
    "one huge header": (b"x: " + b"y" * 2**17 + b"\r\n", 431),
    "a huge key": (b"authorization: Bearer " + b"k" * 2**17 + b"\r\n", 431),
    "a header without a colon": (b"nonsense\r\n", 400),
    "a header with a space in its name": (b"a b: c\r\n", 400),
    "two lengths": (b"content-length: 5\r\ncontent-length: 6\r\n", 400),
    "a length that is no number": (b"content-length: many\r\n", 400),
    "a negative length": (b"content-length: -1\r\n", 400),
    "length and chunks": (b"content-length: 5\r\ntransfer-encoding: chunked\r\n", 400),
}


@pytest.mark.parametrize("name", HEADS)
async def test_a_head_that_cannot_be_taken(server: Server, key: Key, name: str) -> None:
    lines, status = HEADS[name]
    talk = await Talk.open(server.url)
    talk.send(b"POST " + CHAT.encode() + b" HTTP/1.1\r\nhost: x\r\n" + lines + b"\r\n" + chat())
    answer = await talk.whole()
    answer.error()
    assert answer.status == status


async def test_what_is_no_http(server: Server) -> None:
    for junk in (b"\x16\x03\x01\x02\x00\x01" * 50, b"GET / HTTP/9.9\r\n\r\n", b"\r\n\r\nhello\r\n\r\n"):
        talk = await Talk.open(server.url)
        talk.send(junk)
        answer = await talk.whole()
        assert answer.status in (400, 505), junk
        answer.error()


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "Basic abc", "Bearer sk-wrong", "bearer a b", "Bearer " + "x" * 5000, "Bearer é"]
)
async def test_a_key_that_is_none(server: Server, value: str) -> None:
    answer = await ask(server.url, CHAT, None, GOOD, {"authorization": value})
    assert (answer.status, answer.error()["code"]) == (401, "invalid_api_key")
    answer = await ask(server.url, CHAT, None, GOOD)
    assert (answer.status, answer.error()["code"]) == (401, "invalid_api_key")


async def test_revoked_and_expired_keys(server: Server) -> None:
    revoked, brief = server.key("revoked"), server.key("brief", expires="1s")
    assert (await ask(server.url, CHAT, revoked.text, GOOD)).status == 200
    server.verb("key revoke", key=revoked.id)
    answer = await ask(server.url, CHAT, revoked.text, GOOD)
    assert (answer.status, answer.error()["code"]) == (401, "invalid_api_key")
    assert "revoked" in answer.error()["message"]

    await asyncio.to_thread(until, lambda: server.get("/v1/models", brief)[0], lambda status: status == 401)
    answer = await ask(server.url, CHAT, brief.text, GOOD)
    assert (answer.status, answer.error()["code"]) == (401, "invalid_api_key")
    assert "expired" in answer.error()["message"]


async def test_another_project_sees_nothing(server: Server) -> None:
    server.verb("project create", name="elsewhere")
    ours, theirs = server.key("ours"), server.key("theirs", project="elsewhere")
    answer = await ask(server.url, CHAT, ours.text, GOOD)
    path = f"/v1/tokenry/receipts/{answer.request_id}"
    assert until(lambda: server.get(path, ours)[0], lambda status: status == 200) == 200
    status, body = server.get(path, theirs)
    assert (status, body["error"]["code"]) == (404, "not_found")
    # Without an award of its own the other project has nothing to spend.
    refused = await ask(server.url, CHAT, theirs.text, GOOD)
    assert (refused.status, refused.error()["code"]) == (429, "insufficient_quota")
    wrong = await ask(server.url, CHAT, ours.text, GOOD, {"openai-project": "proj_nonesuch"})
    assert wrong.status in (401, 403)
    wrong.error()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "NONSENSE"])
async def test_another_method(server: Server, key: Key, method: str) -> None:
    talk = await Talk.open(server.url)
    talk.request(CHAT, key.text, b"{}", method=method)
    answer = await talk.whole()
    assert answer.status in (400, 405)
    answer.error()


@pytest.mark.parametrize(
    "path", ["/v2/chat/completions", "/v1/chat/completions/", "/v1//chat/completions", "/%00", "/" + "a" * 9000, "/v1"]
)
async def test_another_path(server: Server, key: Key, path: str) -> None:
    answer = await ask(server.url, path, key.text, GOOD)
    assert answer.status == 404
    answer.error()


@pytest.mark.parametrize("value", ["", "k" * 256])
async def test_an_idempotency_key_that_is_none(server: Server, key: Key, value: str) -> None:
    answer = await ask(server.url, CHAT, key.text, GOOD, {"idempotency-key": value})
    assert (answer.status, answer.error()["param"]) == (400, "Idempotency-Key")
