"""The hot routes: POST /v1/chat/completions, /v1/completions, /v1/embeddings; over ASGI or straight on the wire.

Further APIs that generate (`surfaces`) take the same way from the reading of their request on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Protocol

from tokenry.access import Keys, Principal, require_scope
from tokenry.api.client import AsgiClient, BodyTooLarge, ClientGone, HttpClient, Receive, Send
from tokenry.api.forwarded import Proxies
from tokenry.api.openai.parse import checked_purpose, parse, remember
from tokenry.api.socket import Talk
from tokenry.api.surfaces import Answered, Asked, Surface
from tokenry.base.clock import Clock
from tokenry.base.errors import TokenryError
from tokenry.base.ids import new_id
from tokenry.base.logs import get_logger
from tokenry.gateway import Endpoint, Gateway, Inference, Keep

ROUTES: dict[str, Endpoint] = {
    "/v1/chat/completions": "chat.completions",
    "/v1/completions": "completions",
    "/v1/embeddings": "embeddings",
}

SIZE_DIGITS_MAX = 15  # of a declared length; a number with more is too large without being read

log = get_logger("tokenry.api")


class InternalError(TokenryError):
    """A fault of ours. The log has the rest under the request's id."""

    code = "internal_error"


class Tracer(Protocol):
    """Who puts a request into the trace that its client began."""

    def began(self, request_id: str, headers: Mapping[bytes, bytes]) -> None:
        """The gateway is about to get this request; `RequestEnded` follows."""
        ...


class InferenceRoutes:
    """Serves one request per call.

    Attributes:
        body_size_max: bytes; may be changed by a reload.
        tracer: told of requests that the gateway is about to get; None = nobody.
        turned_away: told of requests that are refused before the gateway sees them, of which no `RequestEnded` tells:
            endpoint, request id, error, the client's address.
        proxies: who may say where a request comes from; may be changed by a reload.
        surfaces: further APIs that generate, by path.
        sockets: what is said on a WebSocket that is asked for, by path.
        keeper: what keeps the answer of a request that asks for it to be stored, if it may be; None = nothing does.
    """

    def __init__(self, gateway: Gateway, keys: Keys, clock: Clock, body_size_max: int) -> None:
        self.body_size_max = body_size_max
        self.tracer: Tracer | None = None
        self.turned_away: Callable[[Endpoint, str, TokenryError, str | None], None] | None = None
        self.proxies = Proxies()
        self.surfaces: dict[str, Surface] = {}
        self.sockets: dict[bytes, Talk] = {}
        self.keeper: Callable[[Inference, Principal], Keep | None] | None = None
        self._gateway = gateway
        self._keys = keys
        self._clock = clock

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        client = AsgiClient(new_id("req"), self._clock, scope, receive, send)
        headers, path = _by_name(scope["headers"]), scope["path"]
        endpoint = ROUTES.get(path)
        if endpoint is not None:
            await self.serve(endpoint, headers, client)
            return
        surface = self.surfaces[path]
        client.words = surface.words
        await self.serve(surface.endpoint, headers, client, surface)

    def serves(self, path: str) -> bool:
        """Whether a POST there is an inference request."""
        return path in ROUTES or path in self.surfaces

    async def serve(
        self, endpoint: Endpoint, headers: Mapping[bytes, bytes], client: HttpClient, surface: Surface | None = None
    ) -> None:
        """Answer one request, whatever way its client came.

        Args:
            headers: by lower-case name.
            surface: what reads it, where it is not one of OpenAI's three.
        """
        try:
            told = headers.get(b"authorization") if surface is None else surface.authorization(headers)
            principal = self.let_in(told, headers, client)
            _refuse_large(headers.get(b"content-length", b""), self.body_size_max)
            body = await client.read_body(self.body_size_max, self._gateway.deadlines)
        except (TokenryError, ClientGone) as error:
            if isinstance(error, TokenryError):
                await self._turn_away(endpoint, error, client)
            client.close()
            return
        except Exception:  # edge: HTTP error handler
            await _tell_fault(client)
            client.close()
            return
        await self.pursue(endpoint, Asked(client.request_id, principal, headers, body), client, surface)

    async def pursue(
        self, endpoint: Endpoint, asked: Asked, client: HttpClient, surface: Surface | None = None
    ) -> None:
        """Answer one request of a client that was let in, whose body is whole."""
        entered = False
        try:
            if surface is None:
                request = parse(endpoint, asked.body)
            else:
                read = await surface.read(asked)
                if isinstance(read, Answered):
                    await _hand_over(read, client)
                    return
                request = read
            if request.store is not None and self.keeper is not None:
                request.keep = self.keeper(request, asked.principal)
            headers = asked.headers
            if b"idempotency-key" in headers:
                remember(request, asked.body, headers[b"idempotency-key"])
            purpose = headers.get(b"x-tokenry-purpose")
            if purpose is not None:
                request.purpose = checked_purpose(purpose)
            if asked.unattended is not None:
                request.unattended, request.tier, request.names_tier = asked.unattended, "batch", True
            entered = True
            if self.tracer is not None:
                self.tracer.began(client.request_id, headers)
            await self._gateway.serve(client.request_id, request, asked.principal, client)
        except TokenryError as error:
            if entered:
                await client.fail(error)
            else:
                await self._turn_away(endpoint, error, client)
        except ClientGone:
            pass
        except Exception:  # edge: HTTP error handler
            await _tell_fault(client)
        finally:
            client.close()

    async def _turn_away(self, endpoint: Endpoint, error: TokenryError, client: HttpClient) -> None:
        """It did not come as far as the gateway."""
        if self.turned_away is not None:
            self.turned_away(endpoint, client.request_id, error, client.address())
        await client.fail(error)

    def knows(self, told: bytes | None) -> bool:
        """Whether an Authorization header's value is a key's that opens something now."""
        try:
            self._keys.authenticate(told)
        except TokenryError:
            return False
        return True

    def let_in(self, told: bytes | None, headers: Mapping[bytes, bytes], client: HttpClient) -> Principal:
        """Whose request it is; `told` is the value of its Authorization header. Raises TokenryError: nobody's."""
        principal = self._keys.authenticate(told)
        client.rates = partial(self._gateway.rates.figures, principal.key_id, principal.limits)
        if b"openai-organization" in headers or b"openai-project" in headers:
            require_scope(principal, headers.get(b"openai-organization"), headers.get(b"openai-project"))
        return principal


async def _hand_over(answered: Answered, client: HttpClient) -> None:
    """An answer that does not come from the gateway."""
    if isinstance(answered.body, bytes):
        await client.answer(answered.status, answered.headers, answered.body)
        return
    await client.start(answered.status, answered.headers)
    async for piece in answered.body:
        if client.gone:
            return
        await client.send(piece)
    await client.send(b"", last=True)


async def _tell_fault(client: HttpClient) -> None:
    """A fault of ours, from within its handler: the log has it, the client hears that there is something to report."""
    log.exception("request failed", request_id=client.request_id)
    words = f"something went wrong here; tell your administrator {client.request_id}"
    await client.fail(InternalError(words))


def _refuse_large(declared: bytes, size_max: int) -> None:
    """Say so before a client has sent it all, and before it is told to go on (`Expect: 100-continue`)."""
    if declared.isdigit() and (len(declared) > SIZE_DIGITS_MAX or int(declared) > size_max):
        raise BodyTooLarge.than(size_max)


def _by_name(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers by name; those of one name as a list, which is what HTTP takes them for (RFC 9110 §5.3)."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        found[name] = found[name] + b", " + value if name in found else value
    return found
