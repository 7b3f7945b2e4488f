"""Bodies that are made to cost: each is refused or served at a price that grows with its bytes, and others go on.

What a body may hold is tested where it is read (tests/api/openai); here it comes over the wire, and the server's own
processor time and memory are looked at.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.harness import Key, Server, ask
from tests.hostile.conftest import BODY_SIZE_MAX
from tests.hostile.raw import Line, request

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("still_well")]

CHAT = "/v1/chat/completions"
HI = [{"role": "user", "content": "hi"}]
CPU_MAX_S = 3.0  # for one body of at most BODY_SIZE_MAX: a hundred times what it takes, to catch what grows faster
RSS_GROWTH_MAX = 48 * 2**20  # bytes, over all of these


def chat(**more: Any) -> bytes:
    return json.dumps({"model": "script", "messages": HI, **more}).encode()


def fill(make: Callable[[int], bytes]) -> bytes:
    """The largest of a kind that still fits the limit."""
    count = 1
    while len(make(count * 2)) <= BODY_SIZE_MAX:
        count *= 2
    return make(count)


def deep(opening: str, closing: str) -> Callable[[int], bytes]:
    return lambda count: chat(x=0).replace(b'"x": 0', b'"x": %b' % (opening * count + closing * count).encode())


def twice(*members: tuple[str, str]) -> bytes:
    """A chat whose object has further members after the good ones."""
    return chat()[:-1] + b"".join([f",{name}:{value}".encode() for name, value in members]) + b"}"


# name -> body, and the statuses that may answer it
COSTLY: dict[str, tuple[bytes, set[int]]] = {
    "many messages": (fill(lambda n: chat(messages=HI * n)), {200}),
    "many parts": (
        fill(lambda n: chat(messages=[{"role": "user", "content": [{"type": "text", "text": ""}] * n}])),
        {200},
    ),
    "many tools": (fill(lambda n: chat(tools=[{"type": "function", "function": {"name": "f"}}] * n)), {200}),
    "many tools, one forced": (
        fill(lambda n: chat(tools=[{"type": "function", "function": {"name": "f"}}] * n, tool_choice="required")),
        {200, 400},
    ),
    "many allowed tools": (
        fill(
            lambda n: chat(
                tools=[{"type": "function", "function": {"name": "f"}}],
                tool_choice={"type": "allowed_tools", "mode": "required", "tools": [{"name": "g"}] * n},
            )
        ),
        {200, 400},
    ),
    "many stops": (fill(lambda n: chat(stop=["x"] * n)), {200, 400}),
    "many biases": (fill(lambda n: chat(logit_bias={str(i): 1 for i in range(n)})), {200, 400}),
    "many members": (fill(lambda n: chat(**{f"m{i}": 0 for i in range(n)})), {200}),
    "one member many times": (fill(lambda n: twice(*[('"x"', "1")] * n)), {200}),
    "members whose hashes collide": (fill(lambda n: chat(**{str(i * (2**61 - 1)): 0 for i in range(n)})), {200}),
    "arrays in arrays": (fill(deep("[", "]")), {400}),
    "objects in objects": (fill(lambda n: deep('{"a":', "}")(n).replace(b":}", b":0}")), {400}),
    "a schema of choices in choices": (
        fill(lambda n: chat(response_format={"type": "json_schema", "json_schema": {"anyOf": [{"anyOf": [{}]}] * n}})),
        {200, 400},
    ),
    "a pattern that backtracks": (
        chat(
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "x", "schema": {"type": "string", "pattern": "^(a+)+$", "maxLength": 10**9}},
            },
            messages=[{"role": "user", "content": "a" * 50_000 + "!"}],
        ),
        {200, 400},
    ),
    "a number of many digits": (chat(seed=0).replace(b'"seed": 0', b'"seed": ' + b"9" * 200_000), {400}),
    "a number of many digits that nobody reads": (chat(x=0).replace(b'"x": 0', b'"x": ' + b"9" * 200_000), {200, 400}),
    "an exponent of many digits": (chat(x=0).replace(b'"x": 0', b'"x": 1e' + b"9" * 200_000), {200, 400}),
    "an infinite temperature": (chat(temperature=0).replace(b'"temperature": 0', b'"temperature": 1e999'), {400}),
    "escapes": (fill(lambda n: chat(user="\x01" * n)), {200}),
    "half a surrogate": (chat(user="x").replace(b'"x"', b'"\\ud800"'), {400}),
    "surrogates the wrong way round": (chat(user="x").replace(b'"x"', b'"\\udc00\\ud800"'), {400}),
    "blanks": (b" " * (BODY_SIZE_MAX - 200) + chat(), {200}),
    "a model's long name": (chat(model="m" * 200_000), {400}),
    "the most choices": (chat(n=128, max_tokens=1), {200}),
    "the most choices of many prompts": (
        json.dumps({"model": "script", "prompt": ["x"] * 2000, "n": 128}).encode(),
        {200, 400, 429},
    ),
    "a long model that is unknown": (chat(model="é" * 250), {404}),
    "an image in base64": (
        chat(messages=[{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "A" * 200_000}}]}]),
        {200, 400},
    ),
}
ENCODED: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "gzip": (gzip.compress(chat()), ("content-encoding: gzip",)),
    "a gzip bomb": (gzip.compress(b" " * 50_000_000), ("content-encoding: gzip",)),
    "gzip in gzip": (gzip.compress(gzip.compress(b" " * 50_000_000)), ("content-encoding: gzip, gzip",)),
    "brotli that is none": (b"\xff" * 1000, ("content-encoding: br",)),
    "UTF-16": (chat().decode().encode("utf-16"), ("content-type: application/json; charset=utf-16",)),
    "UTF-32": (chat().decode().encode("utf-32-be"), ("content-type: application/json; charset=utf-32",)),
    "UTF-8 with a mark": (b"\xef\xbb\xbf" + chat(), ()),
    "UTF-7": (b"+AHsAfQ-", ("content-type: application/json; charset=utf-7",)),
    "a form": (b"model=script&messages=hi", ("content-type: application/x-www-form-urlencoded",)),
    "overlong": (chat(user="x").replace(b'"x"', b'"\xc0\xaf"'), ()),
    "surrogates in UTF-8": (chat(user="x").replace(b'"x"', b'"\xed\xa0\x80"'), ()),
}


def cpu_s(server: Server) -> float:
    """Processor time that the server has used, in seconds."""
    assert server.process is not None
    fields = Path(f"/proc/{server.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(server: Server) -> int:
    """Memory that the server holds, in bytes."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


@pytest.fixture(scope="module")
def warm(server: Server, key: Key) -> int:
    """The server's memory once it has seen a large body and some small ones."""

    async def work() -> None:
        for body in (chat(), chat(padding="x" * (BODY_SIZE_MAX - 1000)), chat()):
            await ask(server.url, CHAT, key.text, body)

    asyncio.run(work())
    return resident(server)


@pytest.mark.parametrize("name", COSTLY)
async def test_a_body_that_is_made_to_cost(server: Server, key: Key, warm: int, name: str) -> None:
    body, statuses = COSTLY[name]
    assert len(body) <= BODY_SIZE_MAX
    path = "/v1/completions" if b'"prompt"' in body else CHAT
    before = cpu_s(server)
    answer = await ask(server.url, path, key.text, body)
    assert answer.status in statuses, answer.body[:500]
    if answer.status >= 400:
        assert len(answer.body) < 1500, "a refusal does not repeat what it refuses"
        answer.error()
    assert cpu_s(server) - before < CPU_MAX_S
    assert resident(server) - warm < RSS_GROWTH_MAX


@pytest.mark.parametrize("name", ENCODED)
async def test_a_body_in_another_encoding(server: Server, key: Key, warm: int, name: str) -> None:
    """Refused as what it is: bytes that are no JSON. Nothing is ever unpacked, so that nothing can burst."""
    body, lines = ENCODED[name]
    line = await Line.open(server.url)
    await line.send(request("POST", CHAT, *lines, body=body, key=key.text))
    reply = await line.reply()
    assert reply is not None
    assert reply.status in {400, 415}
    assert reply.code is None or isinstance(reply.code, str)
    assert resident(server) - warm < RSS_GROWTH_MAX


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('"model"', '"vectors"'),
        ('"\\u006dodel"', '"vectors"'),
        ('"max_tokens"', "-1"),
        ('"n"', "0"),
        ('"stream"', '"yes"'),
    ],
)
async def test_of_a_repeated_member_the_last_is_checked(server: Server, key: Key, first: str, second: str) -> None:
    """What was checked is what is sent on: a second value, or a name in escapes, slips past nothing."""
    answer = await ask(server.url, CHAT, key.text, twice((first, second)))
    assert answer.status == 400
    answer.error()


async def test_what_strangers_name_makes_no_labels(server: Server, key: Key) -> None:
    """Paths, models, methods and codes that nobody serves leave no trace in the metrics."""
    gone = len(server_metrics(server))
    for number in range(60):
        await ask(server.url, CHAT, key.text, chat(model=f"stranger-{number}"))
        await ask(server.url, f"/v1/stranger-{number}", key.text, b"")
        await ask(server.url, CHAT, f"sk-tok-stranger-{number}", chat())
    said = server_metrics(server)
    assert "stranger" not in said
    assert len(said) < gone + 3000


def server_metrics(server: Server) -> str:
    """The metrics page."""
    with urllib.request.urlopen(server.url + "/metrics", timeout=30) as answer:
        text: str = answer.read().decode()
        return text


async def test_keys_that_are_none_leave_nothing(server: Server, key: Key, warm: int) -> None:
    """A thousand guesses cost a hash each and no memory; whoever has a key is served between them."""
    line = await Line.open(server.url)
    before = cpu_s(server)
    for number in range(1000):
        guess = f"sk-tok-{'abcdefgh'}-{number:043}"
        await line.send(request("POST", CHAT, body=chat(), key=guess))
        reply = await line.reply()
        assert reply is not None
        assert (reply.status, reply.code) == (401, "invalid_api_key")
    assert cpu_s(server) - before < CPU_MAX_S
    assert (await ask(server.url, CHAT, key.text, chat())).status == 200
    assert resident(server) - warm < RSS_GROWTH_MAX


async def test_a_key_that_asks_too_much_is_told_when_to_come_again(server: Server) -> None:
    """429 with Retry-After, for requests a minute and for requests at a time; another key goes on."""
    few, other = server.key("few", limits={"requests_per_minute": 5}), server.key("other")
    answers = await asyncio.gather(*[ask(server.url, CHAT, few.text, chat()) for _ in range(40)])
    refused = [answer for answer in answers if answer.status != 200]
    assert len(refused) >= 35
    for answer in refused:
        assert (answer.status, answer.error()["code"]) == (429, "rate_limit_exceeded")
        assert int(answer.headers["retry-after"]) >= 1
    assert (await ask(server.url, CHAT, other.text, chat())).status == 200


async def test_one_hostile_client_starves_nobody(server: Server, key: Key) -> None:
    """While one client sends the costliest bodies without end, another's small requests are all answered."""
    costly = [body for body, _ in COSTLY.values() if len(body) > 100_000 and b'"prompt"' not in body]
    stop = asyncio.Event()

    async def attack(offset: int) -> None:
        number = offset
        while not stop.is_set():
            await ask(server.url, CHAT, key.text, costly[number % len(costly)])
            number += 1

    attacks = [asyncio.ensure_future(attack(offset)) for offset in range(4)]
    other = server.key("bystander")
    for _ in range(10):
        assert (await ask(server.url, CHAT, other.text, chat())).status == 200
    assert not any(attack.done() for attack in attacks)
    stop.set()
    await asyncio.gather(*attacks)
