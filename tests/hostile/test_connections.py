"""Connections that are cut, shared, held and flooded: every answer is whole and in order, and nobody else notices.

A request is cut at every byte, sent in two pieces at every byte, and sent byte by byte; requests are sent behind each
other without waiting; clients close one half, or hang up, at every stage.
"""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.e2e.harness import Key, Server, ask
from tests.hostile.raw import Line, request, send_all

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("still_well")]

CHAT = "/v1/chat/completions"
BODY = json.dumps({"model": "script", "messages": [{"role": "user", "content": "hi"}]}).encode()
TOGETHER = 100  # connections at a time, where many are tried
FLOOD = 1500


def chunked(key: Key) -> bytes:
    body = b"%x;x=y\r\n%b\r\n%x\r\n%b\r\n0\r\ntrailer: x\r\n\r\n" % (10, BODY[:10], len(BODY) - 10, BODY[10:])
    return request("POST", CHAT, "transfer-encoding: chunked", key=key.text, length=False) + body


def declared(key: Key, *lines: str) -> bytes:
    return request("POST", CHAT, *lines, body=BODY, key=key.text)


async def in_two(url: str, raw: bytes, at: int) -> None:
    line = await Line.open(url)
    try:
        await line.send(raw[:at])
        await asyncio.sleep(0)
        await line.send(raw[at:])
        reply = await line.reply()
        assert reply is not None, at
        assert reply.status == 200, (at, reply)
        await line.send(request("GET", "/healthz"))
        after = await line.reply()
        assert after is not None, at
        assert after.body == b"ok\n", at
    finally:
        await line.leave()


@pytest.mark.parametrize("make", [declared, chunked])
async def test_two_pieces_cut_at_every_byte(server: Server, key: Key, make: object) -> None:
    assert callable(make)
    raw = make(key)
    for start in range(1, len(raw), TOGETHER):
        async with asyncio.TaskGroup() as tasks:
            for at in range(start, min(len(raw), start + TOGETHER)):
                tasks.create_task(in_two(server.url, raw, at))


@pytest.mark.parametrize("make", [declared, chunked])
async def test_byte_by_byte(server: Server, key: Key, make: object) -> None:
    assert callable(make)
    line = await Line.open(server.url)
    for byte in make(key):
        await line.send(bytes([byte]))
        await asyncio.sleep(0)
    reply = await line.reply()
    assert reply is not None
    assert reply.status == 200
    await line.leave()


@pytest.mark.parametrize("politely", [True, False], ids=["half closed", "hung up"])
async def test_a_client_that_is_gone_after_every_byte(server: Server, key: Key, politely: bool) -> None:
    raw = declared(key)
    before = server.gauge("tokenry_requests_in_flight")

    async def cut(at: int) -> None:
        if politely:
            replies = await send_all(server.url, [raw[:at]])
            assert [reply.status for reply in replies] in ([], [400]), at
        else:
            line = await Line.open(server.url)
            await line.send(raw[:at])
            await line.leave()

    for start in range(0, len(raw), TOGETHER):
        async with asyncio.TaskGroup() as tasks:
            for at in range(start, min(len(raw), start + TOGETHER)):
                tasks.create_task(cut(at))
    await asyncio.to_thread(server.idle)
    assert server.gauge("tokenry_requests_in_flight") == before


async def test_requests_behind_each_other(server: Server, key: Key) -> None:
    """Answered in order, each for its own: a stream, a refusal, a chunked one, a GET."""
    stream = json.dumps({**json.loads(BODY), "stream": True}).encode()
    raw = [
        request("POST", CHAT, body=stream, key=key.text),
        declared(key),
        request("POST", CHAT, body=b"{", key=key.text),
        chunked(key),
        request("GET", "/healthz"),
        request("POST", CHAT, body=BODY),
        request("GET", "/v1/models/none", "connection: close", key=key.text),
        declared(key),  # behind `close`: never served
    ]
    line = await Line.open(server.url)
    await line.send(b"".join(raw))
    replies = await line.rest()
    assert [reply.status for reply in replies] == [200, 200, 400, 200, 200, 401, 404]
    assert replies[0].body.endswith(b"data: [DONE]\n\n")
    assert replies[4].body == b"ok\n"
    ids = [reply.headers["x-request-id"] for reply in replies]
    assert len(set(ids)) == len(ids)


async def test_many_requests_behind_each_other(server: Server, key: Key) -> None:
    """A pipeline of hundreds is worked off one by one: nothing is lost, and it is no way around a key's limits."""
    line = await Line.open(server.url)
    raw = b"".join([declared(key), request("GET", "/healthz")] * 150)
    sending = asyncio.ensure_future(line.send(raw + request("GET", "/healthz", "connection: close")))
    replies = await line.rest()
    await sending
    assert [reply.status for reply in replies] == [200] * 301


async def test_a_refused_request_leaves_the_connection_in_step(server: Server, key: Key) -> None:
    """The body of a request that was refused for its key is not read as a request of its own."""
    inner = request("GET", "/v1/models/smuggled", key=key.text)
    line = await Line.open(server.url)
    await line.send(request("POST", CHAT, body=inner) + request("GET", "/healthz", "connection: close"))
    replies = await line.rest()
    assert [reply.status for reply in replies] == [401, 200]
    large = request("POST", "/v1/nowhere", body=inner * 2000)
    assert all(b"smuggled" not in reply.body for reply in await send_all(server.url, [large]))


async def test_a_body_is_asked_for_with_100(server: Server, key: Key) -> None:
    line = await Line.open(server.url)
    head, _, body = declared(key, "expect: 100-continue").partition(b"\r\n\r\n")
    await line.send(head + b"\r\n\r\n")
    assert await line.reader_line() == b"HTTP/1.1 100 Continue"
    await line.send(body)
    reply = await line.reply()
    assert reply is not None
    assert reply.status == 200
    await line.leave()


async def test_a_flood_of_connections_that_say_nothing(server: Server, key: Key) -> None:
    """They are held, they cost little, and whoever speaks is served."""
    lines = [await Line.open(server.url) for _ in range(FLOOD)]
    try:
        assert (await ask(server.url, CHAT, key.text, BODY)).status == 200
        await lines[0].send(request("GET", "/healthz"))
        reply = await lines[0].reply()
        assert reply is not None
        assert reply.status == 200
    finally:
        for line in lines:
            await line.leave()


async def test_a_flood_of_connections_that_come_and_go(server: Server, key: Key) -> None:
    async def knock(number: int) -> None:
        line = await Line.open(server.url)
        if number % 3:
            await line.send(declared(key)[: number % 200])
        await line.leave()

    for _ in range(FLOOD // TOGETHER):
        await asyncio.gather(*[knock(number) for number in range(TOGETHER)])
    assert (await ask(server.url, CHAT, key.text, BODY)).status == 200
