"""What made-up clients ask, and what they were answered: one `Ask` per request, read as bytes off the wire."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httptools
import msgspec

from tests.simulation.wires import Pace

PROMPT = "swordfish-prompt"  # stands in every prompt; must never be read in a log
TOKEN = re.compile(rb"w(\d+)\.(\d+)\.(\d+) ")
_CHARGE = re.compile(
    rb": tokenry charge_nanousd=(\d+) remaining_nanousd=(?:-|\d+)"
    rb"(?: charge_tokens=(\d+) remaining_tokens=(?:-|\d+))? request=(?:\w+)"
)
_FINISHED = re.compile(rb'"finish_reason"\s*:\s*"')


@dataclass
class Key:
    """One API key as its owner has it."""

    text: str
    id: str = ""
    revoked: bool = False  # and whoever revoked it was told so
    models: tuple[str, ...] | None = None  # the only ones that it may use
    real: bool = True


@dataclass
class Ask:
    """One request: what it is, and all that came back.

    `leaves` is when the client hangs up, if it does: `sending`, `waiting`, `reading`.
    """

    number: int
    kind: str  # chat | text | embed | models | receipt | nonsense | unknown
    key: Key
    raw: bytes
    stream: bool = False
    choices: int = 1
    model: str = ""
    idempotency_key: str | None = None
    leaves: str | None = None
    half_closes: bool = False
    closes: bool = False  # connection: close
    body: bytes = b""
    sent_at_ns: int | None = None  # all of it
    begun_at_ns: int | None = None  # its first byte
    ended_at_ns: int | None = None
    left: bool = False
    cut: bool = False  # the machine stopped, or the house was drained, before it was answered
    lost: bool = False  # the connection ended before the answer did
    doubtful: bool = False  # told that nothing was charged, and the power went before the disk could forget it
    lacks: bool | None = None  # whether its model was not to be found when this was begun
    reloads: int = 0  # the configuration under which it was begun
    refused_key: bool = False  # the key had been revoked when this was begun
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    got: bytearray = field(default_factory=bytearray)  # of the body

    @property
    def inference(self) -> bool:
        return self.kind in ("chat", "text", "embed")

    @property
    def request_id(self) -> str:
        return self.headers.get("x-request-id", "")

    @property
    def answered(self) -> bool:
        """The whole answer came."""
        return self.ended_at_ns is not None and not self.lost

    @property
    def replayed(self) -> bool:
        return "idempotent-replayed" in self.headers

    @property
    def error(self) -> dict[str, Any] | None:
        """The envelope of an error: the body, or the last event of a stream."""
        body = bytes(self.got)
        if self.headers.get("content-type", "").startswith("text/event-stream"):
            body = body.rstrip(b"\n").rsplit(b"\n\n", 1)[-1].removeprefix(b"data: ")
        try:
            found = msgspec.json.decode(body)
        except msgspec.DecodeError:
            return None
        return found.get("error") if isinstance(found, dict) else None

    def tokens(self) -> list[tuple[int, int, int]]:
        """(call, choice, place) of every token that came, in order."""
        return [(int(a), int(b), int(c)) for a, b, c in TOKEN.findall(self.got)]

    def told_whole(self) -> bool:
        """Whether something that came says that the answer is whole."""
        if not 200 <= self.status < 300:
            return False
        if not self.stream:
            return bool(self.got)
        return b"data: [DONE]" in self.got or len(_FINISHED.findall(self.got)) >= self.choices

    def told_charge(self) -> tuple[int, int] | None:
        """Nano-USD and tokens of awards, as told with the answer."""
        if self.stream:
            found = _CHARGE.search(self.got)
            return (int(found[1]), int(found[2] or 0)) if found else None
        told = self.headers.get("x-tokenry-charge-nanousd")
        return None if told is None else (int(told), int(self.headers.get("x-tokenry-charge-tokens", 0)))


class AnswerReader:
    """httptools' callbacks, filling the asks of one connection in order."""

    def __init__(self, hear: Any) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._hear = hear  # begun(), more(), whole()
        self.ask: Ask | None = None

    def feed(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self.ask = self._hear.begins()

    def on_header(self, name: bytes, value: bytes) -> None:
        assert self.ask is not None
        self.ask.headers[name.decode().lower()] = value.decode()

    def on_headers_complete(self) -> None:
        assert self.ask is not None
        self.ask.status = self._parser.get_status_code()
        self._hear.begun(self.ask)

    def on_body(self, body: bytes) -> None:
        assert self.ask is not None
        self.ask.got += body
        self._hear.more(self.ask)

    def on_message_complete(self) -> None:
        assert self.ask is not None
        ask, self.ask = self.ask, None
        self._hear.whole(ask)


_KINDS = ("chat", "text", "embed", "models", "receipt", "nonsense", "unknown"), (60, 10, 8, 3, 4, 3, 3)


def draw(number: int, rng: Random, world: Any) -> Ask:
    """Some request of some key."""
    known = [key for key in world.keys if not key.revoked]
    key = rng.choice(known if known and rng.random() < 0.9 else [key for key in world.keys if key.revoked])
    kind = rng.choices(*_KINDS)[0]
    leave = rng.choice(("sending", "waiting", "reading")) if rng.random() < world.weather.hang_up else None
    ask = Ask(number, kind, key, b"", leaves=leave, closes=rng.random() < 0.1, half_closes=rng.random() < 0.03)
    if kind in ("models", "receipt"):
        theirs = [other.request_id for other in world.asks if other.request_id and other.key is key]
        path = "/v1/models" if kind == "models" else f"/v1/tokenry/receipts/{rng.choice(theirs) if theirs else 'req_1'}"
        ask.raw = _head(ask, "GET", path, rng, None)
        return ask
    ask.model = "nobody-has-this" if kind == "unknown" else rng.choice(world.models(kind))
    ask.stream = kind in ("chat", "text") and rng.random() < 0.6
    if kind in ("chat", "text") and rng.random() < 0.15:
        ask.choices = rng.randrange(2, 4)
    ask.body = b'{"model": ' if kind == "nonsense" else msgspec.json.encode(_body(ask, rng))
    if ask.inference and rng.random() < world.weather.repeats:
        _repeat(ask, rng, world)
    path = {"text": "/v1/completions", "embed": "/v1/embeddings"}.get(kind, "/v1/chat/completions")
    ask.raw = _head(ask, "POST", path, rng, ask.body)
    return ask


def _body(ask: Ask, rng: Random) -> dict[str, Any]:
    words = f"ask-{ask.number}- {PROMPT} " + "x" * rng.choice((0, 10, 200, 3000))
    body: dict[str, Any] = {"model": ask.model}
    if rng.random() < 0.3:
        body["service_tier"] = rng.choice(("auto", "default", "flex", "priority", "batch"))
    if ask.kind == "embed":
        return {**body, "input": words}
    body |= {"prompt": words} if ask.kind == "text" else {"messages": [{"role": "user", "content": words}]}
    if ask.stream:
        body["stream"] = True
        if rng.random() < 0.3:
            body["stream_options"] = {"include_usage": True}
    if ask.choices > 1:
        body["n"] = ask.choices
    if rng.random() < 0.7:
        body["max_tokens"] = rng.choice((1, 2, 5, 20, 50))
    return body


def _repeat(ask: Ask, rng: Random, world: Any) -> None:
    """The same again under one Idempotency-Key; now and then with another body."""
    earlier = [other for other in world.asks if other.idempotency_key and other.kind == ask.kind]
    if earlier and rng.random() < 0.7:
        first = rng.choice(earlier)
        ask.idempotency_key, ask.key = first.idempotency_key, first.key
        if rng.random() < 0.85:
            ask.body, ask.stream, ask.choices, ask.model = first.body, first.stream, first.choices, first.model
    else:
        ask.idempotency_key = f"idem-{ask.number}"


def _head(ask: Ask, method: str, path: str, rng: Random, body: bytes | None) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: h", f"authorization: Bearer {ask.key.text}"]
    if ask.idempotency_key:
        lines.append(f"idempotency-key: {ask.idempotency_key}")
    if ask.closes:
        lines.append("connection: close")
    payload = body or b""
    if body is not None and rng.random() < 0.1:
        lines.append("transfer-encoding: chunked")
        payload = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    elif body is not None:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + payload


def pace(rng: Random, slow: float) -> Pace:
    """How a client's wire carries; some read little at a time."""
    delay_s = rng.choice((0.0, 0.0, 0.002, 0.05))
    if rng.random() < slow:
        return Pace(delay_s, rng.choice((40, 400)), rng.choice((0.05, 0.4)), rng.choice((64, 1000)))
    return Pace(delay_s)
