"""Made-up providers behind the real wire client: they answer well, badly, late, too much, or not at all.

Each call writes tokens that name it (`w<call>.<choice>.<place> `), so that whoever reads an answer can say which call
it came from, in which order, and whether anything is missing. What a call really did is kept for the judge.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httptools
import msgspec

from tests.simulation.wires import Far, Pace

ENGINE_KEY = "engine-secret-7f3a"
_ASK = re.compile(rb"ask-(\d+)-")

WELL = ("well", "well", "slow", "no_usage", "odd_usage", "no_done", "twice_usage", "late_close")
ILL = (
    "status", "status", "reset_before", "silent", "silent", "reset_head", "reset_mid", "reset_mid", "silent_mid",
    "ends_early", "error_first", "error_mid", "error_mid", "garbage", "no_http", "too_many", "overrun", "junk_after",
)  # fmt: skip
STATUSES = (400, 401, 404, 408, 429, 429, 500, 503, 529)


@dataclass
class Made:
    """What one call did. `events` are tokens that went onto the wire; `usage` what it says of its use, once it is
    `reported`; `limit` what it was told, per choice."""

    number: int
    provider: str
    request_id: str
    ask: int | None
    body: dict[str, Any]
    fault: str
    at_ns: int
    status: int = 0
    events: int = 0
    usage: tuple[int, int, int] | None = None
    whole: bool = False
    reported: bool = False  # what it said of its use went out
    broken: bool = False  # the gateway let go before the answer was out
    done: bool = False

    @property
    def stream(self) -> bool:
        return bool(self.body.get("stream"))

    @property
    def choices(self) -> int:
        return int(self.body.get("n") or 1)

    @property
    def limit(self) -> int:
        return int(self.body.get("max_tokens") or self.body.get("max_completion_tokens") or 0)


@dataclass
class Provider:
    """One provider's world: how often what goes wrong, and all it did."""

    name: str
    rng: Random
    trouble: float  # share of calls that go ill
    odd: float  # share of the others that are odd in a way the gateway must bear
    refuses: float  # share of connections that fail
    pause_s: float  # the longest pause between two pieces of a good answer
    made: list[Made] = field(default_factory=list)

    def fault(self) -> str:
        if self.rng.random() < self.trouble:
            return self.rng.choice(ILL)
        return self.rng.choice(WELL) if self.rng.random() < self.odd else "well"


class Upstream(Far):
    """One connection to a provider: one call at a time, kept alive."""

    def __init__(self, world: Any, provider: Provider) -> None:
        self.world, self.provider = world, provider
        self.rng = Random(provider.rng.getrandbits(48))
        self._parser = httptools.HttpRequestParser(self)
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._playing: asyncio.Task[None] | None = None
        self._call: Made | None = None

    # --- the request --------------------------------------------------------------------------------------------

    def received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._headers.clear()
        self._body.clear()
        self._target = b""

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode().lower()] = value.decode()

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        world, provider, headers = self.world, self.provider, self._headers
        world.demand(self._playing is None or self._playing.done(), "two calls at a time on one connection")
        world.demand(headers.get("authorization") == f"Bearer {ENGINE_KEY}", "an engine was not given its own key")
        world.demand("sk-tok-" not in repr(headers) + self._body.decode(), "a client's key reached an engine")
        if self._target.endswith(b"/tokenize"):
            self._count()
            return
        found = _ASK.search(self._body)
        self._call = call = Made(
            len(world.calls), provider.name, headers.get("x-request-id", ""), int(found[1]) if found else None,
            msgspec.json.decode(bytes(self._body)), provider.fault(), world.loop.now_ns,
        )  # fmt: skip
        world.calls.append(call)
        provider.made.append(call)
        world.judge.called(call)
        world.note(provider.name, "asked", call.number, call.fault, call.ask)
        self._playing = world.loop.create_task(self._play(call))

    def _count(self) -> None:
        """llama.cpp's tokenizer, when funds are nearly gone."""
        body = msgspec.json.encode({"tokens": list(range(len(self._body) // 4))})
        self._send(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))

    def ended(self) -> None:
        if self._call is not None and not self._call.done:
            self._call.broken = True
            self.world.note(self.provider.name, "let go", self._call.number)
        if self._playing is not None:
            self._playing.cancel()

    # --- the answer ---------------------------------------------------------------------------------------------

    async def _play(self, call: Made) -> None:
        await self._pause(call)
        fault = call.fault
        if fault == "status":
            await self._refuse(call)
        elif fault == "silent":
            return
        elif fault == "reset_before":
            self.wire.reset()
        elif fault == "no_http":
            self.wire.send(b"SSH-2.0-banner\r\n\r\n")
        elif call.stream:
            await self._stream(call)
        else:
            await self._whole(call)
        call.done = True

    async def _pause(self, call: Made) -> None:
        rng, most = self.rng, self.provider.pause_s
        await asyncio.sleep(rng.random() * most * (8 if call.fault == "slow" else 1))

    async def _refuse(self, call: Made) -> None:
        call.status = status = self.rng.choice(STATUSES)
        words = {"error": {"message": f"no, says {self.provider.name}", "type": "made_up", "param": None, "code": None}}
        body = msgspec.json.encode(words) if self.rng.random() < 0.8 else b"<html>no</html>"
        extra = b"retry-after: %d\r\n" % self.rng.choice((0, 1, 3, 30)) if status == 429 else b""
        self._send(b"HTTP/1.1 %d No\r\n%bcontent-length: %d\r\n\r\n%b" % (status, extra, len(body), body))

    def _tokens(self, call: Made) -> int:
        """How many tokens of each choice it will write."""
        most = call.limit or 12
        if call.fault in ("too_many", "overrun"):
            return most + self.rng.randrange(1, 6)
        return min(most, self.rng.choice((0, 1, 2, 3, 5, 8, 13, 40)))

    def _usage(self, call: Made, tokens: int) -> dict[str, Any] | None:
        """What it says it used; what of it is believable is kept in `call.usage`."""
        prompt, output = len(self._body) // 8 + 1, tokens * call.choices
        if call.fault == "no_usage":
            return None
        if call.fault == "odd_usage":
            return self.rng.choice(_ODD)
        if call.fault == "overrun":
            prompt += len(self._body) * self.rng.randrange(1, 4)
        cached = self.rng.choice((0, 0, prompt // 2))
        call.usage = (prompt, output, cached)
        return {
            "prompt_tokens": prompt, "completion_tokens": output, "total_tokens": prompt + output,
            "prompt_tokens_details": {"cached_tokens": cached},
        }  # fmt: skip

    async def _whole(self, call: Made) -> None:
        """An answer in one piece."""
        tokens = self._tokens(call)
        if call.fault in ("garbage", "error_first", "error_mid"):
            body = b'{"choices": [' + b"w" * 40
        else:
            body = msgspec.json.encode(self._answer(call, tokens))
            call.events = tokens * call.choices
        call.status = 200
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
        cut = self.rng.randrange(1, len(body))
        if call.fault in ("reset_head", "reset_mid", "silent_mid", "ends_early"):
            self._send(head + b"content-length: %d\r\n\r\n" % len(body) + body[:cut])
            call.usage = None
            await self._break(call)
            return
        chunked = self.rng.random() < 0.5
        rest = b"%x\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (cut, body[:cut], len(body) - cut, body[cut:])
        length = b"content-length: %d\r\n\r\n" % len(body)
        self._send(head + (b"transfer-encoding: chunked\r\n\r\n" + rest if chunked else length + body))
        call.whole = call.reported = True
        self._after(call)

    def _answer(self, call: Made, tokens: int) -> dict[str, Any]:
        usage = self._usage(call, tokens)
        answer: dict[str, Any] = {"id": f"x-{call.number}", "object": "x", "created": 1, "model": call.body["model"]}
        if "input" in call.body:
            answer |= {"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": [0.5, call.number]}]}
        else:
            texts = ["".join(_token(call, choice, i) for i in range(tokens)) for choice in range(call.choices)]
            chat = "messages" in call.body
            answer["choices"] = [
                {"index": i, "finish_reason": "stop", **({"message": {"content": text}} if chat else {"text": text})}
                for i, text in enumerate(texts)
            ]
        return answer if usage is None else {**answer, "usage": usage}

    async def _stream(self, call: Made) -> None:
        call.status = 200
        self._send(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        fault, tokens = call.fault, self._tokens(call)
        if fault == "reset_head":
            await self._break(call)
            return
        events = self._events(call, tokens)
        if fault == "garbage":
            events.insert(self.rng.randrange(len(events)), (b"data: {nonsense\n\n", 0))
        stop = self.rng.randrange(len(events)) if fault.endswith("_mid") or fault == "ends_early" else len(events)
        if fault == "error_first":
            events, stop = [(b'data: {"error": {"message": "boom", "code": 500}}\n\n', 0)], 1
        for place, (event, counts) in enumerate(events[:stop]):
            if place and self.rng.random() < 0.4:
                await self._pause(call)
            self._chunk(event)
            call.events += counts
            call.reported = call.reported or b'"usage"' in event
        if stop < len(events) or fault == "error_first":
            await self._break(call)
            return
        call.whole = True
        self._end(call)

    def _events(self, call: Made, tokens: int) -> list[tuple[bytes, int]]:
        """The events of a good stream, each with how many tokens it brings."""
        chat = "messages" in call.body
        head = {"id": f"x-{call.number}", "object": "x", "created": 1, "model": call.body["model"]}

        def event(choice: int, text: str | None, finish: str | None) -> bytes:
            part: dict[str, Any] = (
                {"delta": {} if text is None else {"content": text}} if chat else {"text": text or ""}
            )
            row = {"index": choice, **part, "finish_reason": finish}
            return b"data: " + msgspec.json.encode({**head, "choices": [row]}) + b"\n\n"

        places = [(choice, i) for i in range(tokens) for choice in range(call.choices)]
        events = [(event(choice, _token(call, choice, i), None), 1) for choice, i in places]
        if chat and self.rng.random() < 0.5:
            events.insert(0, (b": hello\n\n", 0))
        events += [(event(choice, None, "stop"), 0) for choice in range(call.choices)]
        usage = self._usage(call, tokens)
        reports = 0 if usage is None else 1
        if (
            usage is not None and call.provider == "d" and call.usage is not None
        ):  # llama.cpp: each choice reports its own
            reports, usage = call.choices, {**usage, "completion_tokens": tokens}
        elif call.fault == "twice_usage":
            reports = 2
        for _ in range(reports):
            events.append((b"data: " + msgspec.json.encode({**head, "choices": [], "usage": usage}) + b"\n\n", 0))
        if call.fault != "no_done":
            events.append((b"data: [DONE]\n\n", 0))
        return events

    async def _break(self, call: Made) -> None:
        """How a broken answer ends."""
        if call.fault == "error_mid":
            self._chunk(b'data: {"error": {"message": "boom", "type": "made_up"}}\n\n')
            self._send(b"0\r\n\r\n")
        elif call.fault == "silent_mid":
            return
        elif call.fault == "ends_early" and call.stream:
            self._send(b"0\r\n\r\n")
        elif call.fault == "ends_early":
            self.wire.half_close()
        elif call.fault == "error_first":
            self._send(b"0\r\n\r\n")
        else:
            await asyncio.sleep(self.rng.choice((0.0, 0.01)))
            self.wire.reset()

    def _end(self, call: Made) -> None:
        self._send(b"0\r\n\r\n")
        self._after(call)

    def _after(self, call: Made) -> None:
        if call.fault == "late_close":  # it closes a connection that we may be about to use again
            self.world.loop.call_later(self.rng.random() * 0.2, self.wire.half_close)
        elif call.fault == "junk_after":
            self.wire.send(b"HTTP/1.1 200 OK\r\n\r\nleft over")

    def _chunk(self, event: bytes) -> None:
        self._send(b"%x\r\n%b\r\n" % (len(event), event))

    def _send(self, data: bytes) -> None:
        """Bytes in one piece, or in several."""
        rng = self.rng
        if rng.random() < 0.85 or len(data) < 2:
            self.wire.send(data)
            return
        cuts = sorted(rng.randrange(1, len(data)) for _ in range(rng.randrange(1, 4)))
        for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
            if start < end:
                self.wire.send(data[start:end])


_ODD: tuple[Any, ...] = (
    None, {}, {"prompt_tokens": None, "completion_tokens": None}, {"prompt_tokens": -5, "completion_tokens": -1},
    {"prompt_tokens": 3}, {"total_tokens": 9}, {"prompt_tokens": "many", "completion_tokens": 2},
    {"prompt_tokens": 10**30, "completion_tokens": 1}, {"prompt_tokens": 0, "completion_tokens": 0},
)  # fmt: skip


def _token(call: Made, choice: int, place: int) -> str:
    return f"w{call.number}.{choice}.{place} "


def pace(rng: Random) -> Pace:
    """How a provider's wire carries."""
    return Pace(delay_s=rng.choice((0.0, 0.0, 0.001, 0.05)))
