"""A client of OpenAI-compatible endpoints that counts and times answers and hangs up on demand. Plain HTTP/1.1 only.

It knows one request at a time on a connection that is kept. What an answer means is for others to say.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import httptools

EARLY_S = 0.05  # before the first byte of an engine that takes its time


@dataclass(frozen=True)
class Ask:
    """One request.

    Args:
        path: below the client's base URL.
        body: JSON; None makes it a GET.
        key: the API key.
        headers: further ones.
        hang_up_after: leave after so many events of a stream; 0: `EARLY_S` after asking.
        fresh: on a connection of its own that is closed afterwards.
    """

    path: str
    body: dict[str, Any] | None = None
    key: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    hang_up_after: int | None = None
    fresh: bool = False


@dataclass
class Outcome:
    """What came: `status` 0 when nothing did. `whole`: to the last byte, and for a stream [DONE] without an error.

    `body` of a stream is its last 1,000 bytes; `first_s` is the time to its first event.
    """

    began: float
    seconds: float = 0.0
    status: int = 0
    events: int = 0
    whole: bool = False
    words: str = ""
    body: bytes = b""
    first_s: float | None = None


class Talk(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self.closed = False
        self.outcome: Outcome | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    async def ask(self, request: bytes, hang_up_after: int | None) -> Outcome:
        """Send and wait for the end, whichever."""
        self.parser = httptools.HttpResponseParser(self)
        self.outcome = outcome = Outcome(time.perf_counter())
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.hang_up_after, self.stream = hang_up_after, False
        self.transport.write(request)
        timer = asyncio.get_running_loop().call_later(EARLY_S, self._leave) if hang_up_after == 0 else None
        await self.ended
        if timer is not None:
            timer.cancel()
        outcome.seconds = time.perf_counter() - outcome.began
        return outcome

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._end(f"not HTTP: {error}")
            self.transport.abort()

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type" and value.startswith(b"text/event-stream"):
            self.stream = True

    def on_headers_complete(self) -> None:
        assert self.outcome is not None
        self.outcome.status = self.parser.get_status_code()

    def on_body(self, piece: bytes) -> None:
        outcome = self.outcome
        assert outcome is not None
        if not self.stream:
            outcome.body += piece
            return
        if outcome.first_s is None:
            outcome.first_s = time.perf_counter() - outcome.began
        outcome.events += piece.count(b"\n\n")
        outcome.body = (outcome.body + piece)[-1000:]
        if self.hang_up_after and outcome.events >= self.hang_up_after:
            self._leave()

    def on_message_complete(self) -> None:
        assert self.outcome is not None
        if not self.parser.should_keep_alive():
            self.closed = True
            self.transport.close()
        end = self.outcome.body
        self.outcome.whole = not self.stream or (end.endswith(b"data: [DONE]\n\n") and b'data: {"error"' not in end)
        self._end("" if self.outcome.whole else end.decode(errors="replace"))

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self._end(f"the connection broke: {exc}")

    def _leave(self) -> None:
        self._end("hung up")
        self.transport.abort()

    def _end(self, words: str) -> None:
        if self.outcome is not None and not self.ended.done():
            self.outcome.words = words
            self.ended.set_result(None)


class Client:
    """Connections to one server, kept for the next request."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._idle: list[Talk] = []

    async def ask(self, ask: Ask) -> Outcome:
        """One request; an Outcome, whatever happens."""
        url = urlsplit(self.base_url)
        talk = None if ask.fresh else self._kept()
        try:
            if talk is None:
                loop = asyncio.get_running_loop()
                _, talk = await loop.create_connection(Talk, url.hostname or "", url.port or 80)
        except OSError as error:
            return Outcome(time.perf_counter(), words=f"no connection: {error}")
        outcome = await talk.ask(self._request(ask), ask.hang_up_after)
        if ask.fresh or talk.closed:
            talk.transport.close()
        else:
            self._idle.append(talk)
        return outcome

    def close(self) -> None:
        """Let go of the kept connections."""
        while self._idle:
            self._idle.pop().transport.abort()

    def _kept(self) -> Talk | None:
        while self._idle:
            talk = self._idle.pop()
            if not talk.closed and not talk.transport.is_closing():
                return talk
        return None

    def _request(self, ask: Ask) -> bytes:
        url = urlsplit(self.base_url)
        body = b"" if ask.body is None else json.dumps(ask.body).encode()
        lines = [f"{'GET' if ask.body is None else 'POST'} {url.path}{ask.path} HTTP/1.1", f"host: {url.netloc}"]
        lines += [f"authorization: Bearer {ask.key}", *(f"{name}: {value}" for name, value in ask.headers)]
        if ask.fresh:
            lines.append("connection: close")
        if ask.body is not None:
            lines += ["content-type: application/json", f"content-length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body
