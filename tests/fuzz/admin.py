"""The admin socket's front: any bytes that a program of the same user sends get answers of the two known shapes.

    just fuzz admin --minutes 15

Questions are read as the socket reads them, arguments as each verb reads them; the verbs themselves are not run, for
what they do is asked of a ledger. Every line but a blank one is answered with one line.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec

from tokenry.api.admin.admin import VERBS, Admin
from tokenry.api.admin.asked import money, read, since, until
from tokenry.api.admin.door import LINE_SIZE_MAX, AdminSocket
from tokenry.base.errors import NotFound

ROOMS = ("tokenry.api.admin",)
WORDS = (
    *(f'"{verb}"' for verb in VERBS),
    '{"verb":',
    '"args":{',
    '"follow":true',
    '"limit":',
    '"since":',
    '"7d"',
    "\n",
)
NOW_NS = 1_800_000_000 * 10**9
_TIMES = ("since", "until", "expires", "from", "to")
_MONEY = ("amount", "budget", "usd", "limit_usd")


class Deaf(Admin):
    """Reads arguments and does nothing."""

    def __init__(self) -> None:
        super().__init__(cast(Any, SimpleNamespace()))

    async def call(self, verb: str, args: dict[str, Any]) -> dict[str, Any]:
        if verb not in VERBS:
            return await super().call(verb, args)
        asked = msgspec.structs.asdict(read(VERBS[verb].asked, args))
        for name, value in asked.items():
            if name in _TIMES and isinstance(value, str):
                since(value, NOW_NS, name)
                until(value, NOW_NS, name)
            if name in _MONEY and isinstance(value, str):
                money(value, name)
        return {"verb": verb}

    async def follow(self, verb: str, args: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        if verb != "requests":
            raise NotFound("only requests")
        read(VERBS[verb].asked, args)
        yield {"verb": verb}


class Ear:
    """A writer that keeps what it is given."""

    def __init__(self) -> None:
        self.heard = b""
        self.closed = False

    def write(self, data: bytes) -> None:
        self.heard += data

    async def drain(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


async def _talk(data: bytes) -> Ear:
    reader = asyncio.StreamReader(limit=LINE_SIZE_MAX)
    reader.feed_data(data)
    reader.feed_eof()
    ear = Ear()
    await AdminSocket(Deaf(), Path("unused"))._talk(reader, cast(asyncio.StreamWriter, ear))
    return ear


def _ask(data: bytes) -> Ear:
    """The talk, without an event loop of its own: nothing in it waits, for all has come before it begins."""
    with asyncio.Runner() as runner:
        return runner.run(_talk(data))


def target(data: bytes) -> None:
    """One input: all that one connection sends."""
    ear = _ask(data)
    assert ear.closed
    answers = ear.heard.split(b"\n")
    assert answers.pop() == b""
    for line in answers:
        answer = msgspec.json.decode(line)
        assert len(line) < 10_000, line[:300]
        if "ok" in answer:
            assert answer.keys() == {"ok"}
            continue
        assert answer.keys() == {"error", "status"}, answer
        assert 400 <= answer["status"] < 500, answer
        assert answer["error"].keys() == {"message", "type", "param", "code"}
    assert len(answers) <= data.count(b"\n") + 1


def seeds() -> Iterator[bytes]:
    """Questions as the command line asks them."""
    for verb in VERBS:
        yield b'{"verb":"%b","args":{}}\n' % verb.encode()
    yield b'{"verb":"key create","args":{"name":"a","models":["m"],"expires":"7d","budget":"1.50"}}\n'
    yield b'{"verb":"requests","args":{"limit":5,"since":"2026-11-01T12:00:00Z"},"follow":true}\n'
    yield b'{"verb":"award create","args":{"name":"a","amount":"10.5","expires":"2027-01-01"}}\n\n{"verb":"status"}'
    yield b'{"verb":"budget set","args":{"key":"a","amount":"1","period":"month"}}\r\n{}\n[]\nnull\n'
