"""Clients that dawdle, against a server whose patience is half a second: 408 or the door, and nothing stays behind."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.e2e.harness import Key, Server, ask
from tests.hostile.raw import Line, request

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("no_line_left")]

CHAT = "/v1/chat/completions"
BODY = json.dumps({"model": "script", "messages": [{"role": "user", "content": "hi"}]}).encode()
DRIP_S = 0.04  # between two bytes: steady, so that no time-out between bytes would ever strike


async def drip(line: Line, data: bytes) -> None:
    """Send byte by byte until the server has had enough."""
    for byte in data:
        await line.send(bytes([byte]))
        if line.closed or line.writer.is_closing():
            return
        await asyncio.sleep(DRIP_S)


@pytest.mark.parametrize(
    "first", [b"", b"POST /", b"POST / HTTP/1.1\r\nhost: x\r\nx: "], ids=["silent", "a target", "a header"]
)
async def test_a_head_that_does_not_come_to_an_end(hasty: Server, first: bytes) -> None:
    """Closed, however steadily its bytes come."""
    line = await Line.open(hasty.url)
    await line.send(first)
    dripping = asyncio.ensure_future(drip(line, b"a" * 1000)) if first else None
    replies = await line.rest()
    assert [reply.status for reply in replies] in ([], [408])
    await line.leave()
    if dripping is not None:
        await dripping


@pytest.mark.parametrize("size", [200, 280_000], ids=["short", "long"])
@pytest.mark.parametrize("steady", [True, False], ids=["dripping", "silent"])
async def test_a_body_that_does_not_come(hasty: Server, hasty_key: Key, size: int, steady: bool) -> None:
    line = await Line.open(hasty.url)
    await line.send(request("POST", CHAT, f"content-length: {size}", key=hasty_key.text, length=False) + BODY[:10])
    await refused(line, b" " * 1000 if steady else b"")


async def test_a_chunked_body_that_does_not_come_to_an_end(hasty: Server, hasty_key: Key) -> None:
    line = await Line.open(hasty.url)
    await line.send(request("POST", CHAT, "transfer-encoding: chunked", key=hasty_key.text, length=False))
    await refused(line, b"1\r\n \r\n" * 200)


async def test_the_rest_of_a_refused_body_is_not_waited_for(hasty: Server) -> None:
    """Without a key nobody holds a connection for longer than anybody else, whatever length they declared."""
    line = await Line.open(hasty.url)
    await line.send(request("POST", CHAT, "content-length: 280000", length=False) + b"{")
    assert [reply.status for reply in await line.rest()] == [401]


async def refused(line: Line, more: bytes) -> None:
    """The body's time runs out: 408, or the connection is closed. Later it is closed in any case."""
    dripping = asyncio.ensure_future(drip(line, more))
    reply = await line.reply()
    assert reply is None or (reply.status, reply.code) == (408, "request_timeout")
    await line.leave()
    await dripping


async def test_dawdlers_are_no_burden(hasty: Server, hasty_key: Key) -> None:
    """Hundreds of them at once, of every kind: others are served meanwhile, and afterwards none is left."""
    heads = (b"", b"POST ", request("POST", CHAT, "content-length: 500", key=hasty_key.text, length=False) + b"{")
    lines = [await Line.open(hasty.url) for _ in range(300)]
    for number, line in enumerate(lines):
        await line.send(heads[number % 3])
    for _ in range(20):
        assert (await ask(hasty.url, CHAT, hasty_key.text, BODY)).status == 200
    for line in lines:
        await line.rest()
        await line.leave()


async def test_a_kept_connection_may_rest(hasty: Server, hasty_key: Key) -> None:
    """Patience is for requests that have begun: between two a client may think longer than that."""
    line = await Line.open(hasty.url)
    for _ in range(2):
        await line.send(request("POST", CHAT, body=BODY, key=hasty_key.text))
        reply = await line.reply()
        assert reply is not None
        assert reply.status == 200
        for _ in range(20):
            await asyncio.sleep(0.04)
    await line.leave()


async def test_a_client_that_does_not_read(hasty: Server, hasty_key: Key) -> None:
    """Streams that nobody reads wait; they keep nobody else from being served."""
    body = json.dumps({"model": "slow", "messages": [{"role": "user", "content": "hi"}], "stream": True}).encode()
    lines = [await Line.open(hasty.url) for _ in range(20)]
    for line in lines:
        line.writer.transport.pause_reading()  # type: ignore[attr-defined] # a socket's transport has it
        await line.send(request("POST", CHAT, body=body, key=hasty_key.text))
    assert (await ask(hasty.url, CHAT, hasty_key.text, BODY)).status == 200
    for line in lines:
        await line.leave()
    await asyncio.to_thread(hasty.idle)
