"""The Responses API on one WebSocket: a message `response.create` is a turn, told in the events of its stream.

Key, rate and budget are looked at in each turn, not when the connection is opened, and refusals are events. Turns come
one after the other; those that wait are few. A turn with `generate: false` warms up: it asks no engine, costs nothing
but counts as a request, and the next one may go on from it.

Source: OpenAI's guide to the WebSocket mode of its Responses API; an error's event is what its clients read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from tokenry.api import families
from tokenry.api.client import HttpClient
from tokenry.api.exposition import Page
from tokenry.api.openai.inference import InferenceRoutes
from tokenry.api.openai.parse import read_json
from tokenry.api.responses.local import LocalMemory, Shelf
from tokenry.api.responses.memory import Memory
from tokenry.api.responses.object import seconds, usage_of
from tokenry.api.responses.reading import Read, Reading
from tokenry.api.socket import Socket
from tokenry.api.surfaces import OPENAI_WORDS, Asked, Words
from tokenry.base.clock import NS_PER_S, Clock
from tokenry.base.errors import InvalidRequest, TokenryError
from tokenry.base.ids import new_id
from tokenry.gateway import Deadlines, Endpoint, Gateway, Headers, Inference, data_of
from tokenry.ledger import Usage

FIRST_WITHIN_S = 60.0  # a connection on which nobody has shown a key
IDLE_S = 15 * 60.0
AGE_S = 60 * 60.0  # of a connection, as OpenAI has it; a turn that runs then comes to its end

_message = msgspec.json.Decoder(dict[str, msgspec.Raw])


class ConnectionTooOld(TokenryError):
    """The connection has been open for as long as one may be; the client opens another."""

    status = 400
    type = "invalid_request_error"
    code = "websocket_connection_limit_reached"


class Turns:
    """Serves connections.

    Args:
        memory: the house's.
    """

    def __init__(self, inference: InferenceRoutes, gateway: Gateway, memory: Memory, clock: Clock) -> None:
        self._inference = inference
        self._gateway = gateway
        self._memory = memory
        self._clock = clock
        self._shelf = Shelf()
        self._open = self._turns = 0

    def expose(self, page: Page) -> None:
        """Write what a scrape wants to know of connections."""
        page.one(families.SOCKETS, self._open)
        page.one(families.TURNS, self._turns)

    async def talk(self, socket: Socket) -> None:
        """Serve one connection until it ends."""
        self._open += 1
        try:
            await self._talk(socket)
        finally:
            self._open -= 1

    async def _talk(self, socket: Socket) -> None:
        local = LocalMemory(self._memory, self._shelf)
        try:
            await self._take_turns(socket, _Connection(socket, self._inference, self._gateway, local, self._clock))
        finally:
            local.forget()

    async def _take_turns(self, socket: Socket, connection: _Connection) -> None:
        until_ns = self._clock.monotonic_ns() + int(AGE_S * NS_PER_S)
        within_s = FIRST_WITHIN_S
        while True:
            left_s = (until_ns - self._clock.monotonic_ns()) / NS_PER_S
            message = await socket.receive(min(within_s, max(0.0, left_s)))
            if message is None:
                if not socket.ending and left_s <= within_s:
                    await _too_old(socket)
                return
            self._turns += 1
            if await connection.turn(message):
                within_s = IDLE_S


async def _too_old(socket: Socket) -> None:
    error = ConnectionTooOld("this connection has been open for 60 minutes; open a new one to go on")
    await socket.send(_error_event(error.status, error.envelope()["error"], {}))


class _Connection:
    """One connection; implements `surfaces.Surface` for its turns."""

    def __init__(
        self, socket: Socket, inference: InferenceRoutes, gateway: Gateway, local: LocalMemory, clock: Clock
    ) -> None:
        self._socket = socket
        self._inference = inference
        self._gateway = gateway
        self._clock = clock
        self._local = local
        self._reading = Reading(local, clock)

    @property
    def endpoint(self) -> Endpoint:
        """See Surface."""
        return "responses"

    @property
    def words(self) -> Words:
        """See Surface."""
        return OPENAI_WORDS

    def authorization(self, headers: Mapping[bytes, bytes]) -> bytes | None:
        """See Surface."""
        return headers.get(b"authorization")

    async def turn(self, message: bytes) -> bool:
        """Answer one message; whether its sender showed a key."""
        client = SocketClient(new_id("req"), self._clock, self._socket)
        headers = self._socket.headers
        try:
            principal = self._inference.let_in(self.authorization(headers), headers, client)
        except TokenryError as error:
            await client.fail(error)
            client.close()
            return False
        try:
            fields = _create(message)
            warm_up = fields.pop("generate", msgspec.Raw(b"true")) == msgspec.Raw(b"false")
            body = msgspec.json.encode({**fields, "stream": True})
            if warm_up:
                with self._gateway.counted(principal):
                    await self._warm_up(await self._reading.read(principal, body), Asked("", principal, headers, body))
                return True
        except TokenryError as error:
            await client.fail(error)
            return True
        asked = Asked(client.request_id, principal, _without_key(headers), body)
        await self._inference.pursue("responses", asked, client, self)
        if client.failed:
            self._local.forget()
        return True

    async def read(self, asked: Asked) -> Inference:
        """See Surface."""
        return (await self._reading.read(asked.principal, asked.body)).request

    async def _warm_up(self, read: Read, asked: Asked) -> None:
        """What a turn would say first, and an end with nothing in between. Nothing is asked or charged."""
        self._gateway.allowed(read.request, asked.principal)
        now = seconds(self._clock.now_ns())
        made: dict[str, Any] = {**read.prepared.echo, "created_at": now}
        done = {**made, "status": "completed", "completed_at": now, "usage": usage_of(Usage())}
        self._local.remember(asked.principal, done, read.own)
        for number, (kind, response) in enumerate((("created", made), ("in_progress", made), ("completed", done))):
            event = {"type": f"response.{kind}", "sequence_number": number, "response": response}
            await self._socket.send(msgspec.json.encode(event))


def _create(message: bytes) -> dict[str, msgspec.Raw]:
    """The members of a `response.create` that are its response's. Raises InvalidRequest: it is none."""
    fields = read_json(_message, message)
    kind = fields.pop("type", None)
    if kind is None or bytes(kind) != b'"response.create"':
        raise InvalidRequest('a message here is a JSON object with "type": "response.create"', param="type")
    if "response" in fields and "model" not in fields:  # as older clients nest it
        fields = read_json(_message, bytes(fields["response"]))
    for name in ("background", "stream_id"):
        if name in fields and bytes(fields[name]) not in (b"null", b"false"):
            raise InvalidRequest(f"{name!r} is not taken on a WebSocket here", param=name)
        fields.pop(name, None)
    fields.pop("stream", None)
    return fields


def _without_key(headers: Any) -> dict[bytes, bytes]:
    """The connection's headers; an Idempotency-Key there would be one for all turns."""
    return {name: value for name, value in headers.items() if name != b"idempotency-key"}


class SocketClient(HttpClient):
    """The client of one turn: events of its stream go out as messages."""

    def __init__(self, request_id: str, clock: Clock, socket: Socket) -> None:
        super().__init__(request_id, clock)
        self._socket = socket
        self._rest = b""
        self.failed = False
        socket.on_gone = self.hung_up
        if socket.gone:
            self.hung_up()

    def address(self) -> str | None:
        """See HttpClient."""
        return self._socket.address

    async def read_body(self, size_max: int, deadlines: Deadlines) -> bytes:
        """See HttpClient; a turn's message is whole before it has a client."""
        raise NotImplementedError

    async def fail(self, error: TokenryError) -> None:
        """See HttpClient."""
        self.failed = True
        await super().fail(error)

    async def write(self, status: int, headers: Headers, body: bytes) -> None:
        """See HttpClient: nothing but errors comes whole, for every turn is a stream."""
        self.started = self.ended = True
        error = msgspec.json.decode(body, type=dict[str, Any]).get("error")
        lines = {name.decode(): value.decode("latin-1") for name, value in headers if name != b"content-type"}
        await self._socket.send(_error_event(status, error, {**lines, "x-request-id": self.request_id}))

    async def write_head(self, status: int, headers: Headers) -> None:
        """See HttpClient; a turn has no head."""

    def push(self, data: bytes) -> bool:
        """See HttpClient."""
        if not self._socket.willing:
            return False
        for text in self._texts(data):
            self._socket.say(text)
        return True

    async def write_piece(self, data: bytes, *, last: bool) -> None:
        """See HttpClient."""
        for text in self._texts(data):
            await self._socket.send(text)

    def _texts(self, data: bytes) -> list[bytes]:
        """The events that are whole by now, each a message; comments are none."""
        *events, self._rest = (self._rest + data).split(b"\n\n")
        return [text for event in events if (text := data_of(event)) is not None]

    def close(self) -> None:
        """See HttpClient; the connection goes on to the next turn."""
        self._socket.on_gone = _nobody
        if not self.ended:
            asyncio.get_running_loop().call_soon(self._socket.close, 1011, "a turn was not told to its end")


def _nobody() -> None:
    """Nothing runs that would want to know."""


def _error_event(status: int, error: Any, headers: dict[str, str]) -> bytes:
    return msgspec.json.encode({"type": "error", "status": status, "error": error, "headers": headers})
