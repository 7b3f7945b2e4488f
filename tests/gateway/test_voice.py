"""Answers told in other words than the engines': by a voice that shouts, over engines that speak chat or the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.gateway.rooms import House, NotingClient, chat, house
from tokenry.base.errors import TokenryError
from tokenry.base.ids import new_id
from tokenry.engines import Call
from tokenry.gateway import About, Inference
from tokenry.gateway.cutter import Cutter
from tokenry.ledger import Receipt, Usage

pytestmark = pytest.mark.anyio

_CONTENT = re.compile(rb'"content":"((?:[^"\\]|\\.)*)"')


class Shout:
    """Tells the text of an answer in capitals, a line a piece. `heard` notes what it was asked, in order."""

    content_type = b"text/plain"

    def __init__(self, about: About, heard: list[str]) -> None:
        self.about = about
        self.heard = heard
        self._reader: Cutter | None = None
        self._read: list[bytes] = []

    def native(self, about: About) -> Cutter:
        self.heard.append("native")
        self._reader = Cutter(choices=1, limit=about.limit)
        return self._reader

    def say(self, events: bytes) -> bytes:
        said = b"".join([text.upper() for text in _CONTENT.findall(events)])
        return b"SAY " + said + b"\n" if said else b""

    def end(self, held: bytes, usage: Usage, *, cut: bool) -> bytes:
        self.heard.append("end")
        return self.say(held) + b"END %d%s\n" % (usage.total_tokens, b" CUT" if cut else b"")

    def whole(self, answer: dict[str, Any] | None, usage: Usage, *, cut: bool) -> bytes:
        self.heard.append("whole")
        text = "(native)" if answer is None else answer["choices"][0]["message"]["content"]
        return b"%s %d%s" % (text.upper().encode(), usage.total_tokens, b" CUT" if cut else b"")

    def broken(self, error: TokenryError) -> bytes:
        return b"BROKEN " + error.message.encode() + b"\n"

    async def settled(self, receipt: Receipt) -> None:
        self.heard.append(f"settled {receipt.outcome}")


@dataclass
class Hearer(NotingClient):
    """A client, and what the voices of its request noted."""

    heard: list[str] = field(default_factory=list)


async def ask(rooms: House, *, native: bool = False, **body: Any) -> Hearer:
    """A request of the endpoint `responses` that is told by `Shout`."""
    client = Hearer()
    request = shouted(client, native=native, **body)
    await rooms.gateway.serve(new_id("req"), request, rooms.principal, client)
    return client


def shouted(client: Hearer, *, native: bool = False, **body: Any) -> Inference:
    request = chat(**body)
    request.endpoint = "responses"
    request.voices = lambda about: Shout(about, client.heard)
    if native:
        request.native = request.fields
    return request


def speaking(rooms: House) -> None:
    """The engine `s` speaks what the client does; that it is the same as chat is the test's own matter."""
    engine = rooms.engines["s"]
    engine.speaks = frozenset({"responses"})
    sent = engine._send
    engine._send = lambda link, call: sent(link, _asked(call))  # type: ignore[method-assign] # it speaks by another name


def _asked(call: Call) -> Call:
    assert call.path == "/responses"
    return replace(call, path="/chat/completions")


@pytest.mark.parametrize("native", [False, True])
async def test_a_stream_is_told_in_the_voices_words_and_settled_before_its_end(native: bool) -> None:
    async with house({"m": "s/m?text=hello%20there"}) as rooms:
        if native:
            speaking(rooms)
        client = await ask(rooms, native=native, stream=True)
        said = [line.removeprefix(b"SAY ") for line in client.body.split(b"\n") if line.startswith(b"SAY ")]
        assert b"".join(said) == b"HELLO THERE"
        total = rooms.receipt.usage.total_tokens
        assert client.body.endswith(b"\n\nEND %d\n" % total)
        assert b"data:" not in client.body
        assert client.heard == [*(["native"] if native else []), "end", "settled completed"]
        assert (rooms.receipt.facts.endpoint, rooms.receipt.charge > 0) == ("responses", True)


@pytest.mark.parametrize("native", [False, True])
async def test_a_whole_answer_has_the_voices_own_type(native: bool) -> None:
    async with house({"m": "s/m?text=hello"}) as rooms:
        if native:
            speaking(rooms)
        client = await ask(rooms, native=native)
        text = b"(NATIVE)" if native else b"HELLO"
        assert client.body == b"%s %d" % (text, rooms.receipt.usage.total_tokens)
        assert client.headers["content-type"] == "text/plain"
        assert client.heard[-2:] == ["whole", "settled completed"]


async def test_each_attempt_has_a_voice_of_its_own() -> None:
    async with house({"m": "s/m?break_after=0&words=9 t/m?text=fine"}) as rooms:
        client = await ask(rooms, stream=True)
        assert client.body.startswith(b"SAY ")
        assert b"".join(re.findall(rb"SAY (.*)\n", client.body)) == b"FINE"


async def test_a_stream_that_breaks_says_so_in_the_voices_words() -> None:
    async with house({"m": "s/m?words=9&break_after=4"}) as rooms:
        client = await ask(rooms, stream=True)
        assert client.body.split(b"\n")[-2].startswith(b"BROKEN the engine s/m?")
        assert rooms.receipt.outcome == "engine_failed"
        assert client.heard == []  # nothing to store


@pytest.mark.parametrize(("stream", "native"), [(True, False), (True, True), (False, True)])
async def test_an_answer_that_is_cut_says_so(stream: bool, native: bool) -> None:
    async with house({"m": "s/m?words=50&ignore_limit=true"}) as rooms:
        if native:
            speaking(rooms)
        client = await ask(rooms, native=native, stream=stream, max_tokens=5)
        assert client.body.rstrip().endswith(b" CUT")
        assert (rooms.receipt.outcome, rooms.receipt.usage.output_tokens) == ("cut", 5)


async def test_an_answer_is_replayed_as_it_was_told() -> None:
    async with house({"m": "s/m?text=hello"}) as rooms:
        first, second = Hearer(), Hearer()
        for client in (first, second):
            request = shouted(client, key="k", stream=True)
            await rooms.gateway.serve(new_id("req"), request, rooms.principal, client)
        told = [line for line in first.body.split(b"\n") if line and not line.startswith(b":")]
        assert [line for line in second.body.split(b"\n") if line] == told
        assert len(rooms.ledger.books.awards) == 1
        assert second.headers["idempotent-replayed"] == "true"
