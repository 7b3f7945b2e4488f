"""The hot routes: POST /v1/chat/completions, /v1/completions, /v1/embeddings; over ASGI or straight on the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Protocol

from tokenry.access import InvalidApiKey, Keys, require_scope
from tokenry.api.client import AsgiClient, ClientGone, HttpClient, Receive, Send
from tokenry.api.forwarded import Proxies
from tokenry.api.openai.parse import parse
from tokenry.base.clock import Clock
from tokenry.base.errors import TokenryError
from tokenry.base.ids import new_id
from tokenry.base.logs import get_logger
from tokenry.gateway import Endpoint, Gateway

ROUTES: dict[str, Endpoint] = {
    "/v1/chat/completions": "chat.completions",
    "/v1/completions": "completions",
    "/v1/embeddings": "embeddings",
}

log = get_logger("tokenry.api")


class InternalError(TokenryError):
    """A fault of ours. The log has the rest under the request's id."""

    code = "internal_error"


class Tracer(Protocol):
    """Who puts a request into the trace that its client began."""

    def began(self, request_id: str, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """The gateway is about to get this request; `RequestEnded` follows."""
        ...


class InferenceRoutes:
    """Serves one request per call. `body_size_max` (bytes) may be changed by a reload.

    `turned_away` hears of requests that are refused before the gateway has them: endpoint, request id, error, and the
    client's address; `tracer` of those that it is about to get.
    """

    def __init__(self, gateway: Gateway, keys: Keys, clock: Clock, body_size_max: int) -> None:
        self.body_size_max = body_size_max
        self.proxies = Proxies()  # a reload puts others in its place
        self.turned_away: Callable[[Endpoint, str, TokenryError, str | None], None] | None = None
        self.tracer: Tracer | None = None
        self._gateway = gateway
        self._keys = keys
        self._clock = clock

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        address = scope["client"][0] if scope.get("client") else None
        client = AsgiClient(new_id("req"), self._clock, receive, send, address)
        await self.serve(ROUTES[scope["path"]], scope["headers"], client)

    async def serve(self, endpoint: Endpoint, headers: Iterable[tuple[bytes, bytes]], client: HttpClient) -> None:
        """Answer one request, whatever way its client came."""
        try:
            await self._serve(endpoint, headers, client)
        except TokenryError as error:
            await client.fail(error)
        except ClientGone:
            pass
        except Exception:  # edge: HTTP error handler
            log.exception("request failed", request_id=client.request_id)
            words = f"something went wrong here; tell your administrator {client.request_id}"
            await client.fail(InternalError(words))
        finally:
            client.close()

    async def _serve(self, endpoint: Endpoint, headers: Iterable[tuple[bytes, bytes]], client: HttpClient) -> None:
        try:
            known = _known(headers)
            principal = self._keys.authenticate(known.get(b"authorization"))
            client.rate_headers = partial(self._rate_headers, principal.key_id, principal.limits)
            require_scope(principal, known.get(b"openai-organization"), known.get(b"openai-project"))
            body = await client.read_body(self.body_size_max, self._gateway.deadlines)
            idempotency_key = known.get(b"idempotency-key")
            request = parse(endpoint, body, None if idempotency_key is None else idempotency_key.decode("latin-1"))
        except TokenryError as error:
            if self.turned_away is not None:
                self.turned_away(endpoint, client.request_id, error, client.address())
            raise
        if self.tracer is not None:
            self.tracer.began(client.request_id, headers)
        await self._gateway.serve(client.request_id, request, principal, client)

    def _rate_headers(self, key_id: str, limits: Any) -> list[tuple[bytes, bytes]]:
        return self._gateway.rates.headers(key_id, limits, self._clock.monotonic_ns())


_NAMES = frozenset({b"authorization", b"openai-organization", b"openai-project", b"idempotency-key"})


def _known(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The headers that decide, each at most once.

    Raises:
        InvalidApiKey: two Authorization headers, of which nobody could say which one counts.
    """
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _NAMES:
            if name in found and name == b"authorization":
                raise InvalidApiKey("the request has two Authorization headers")
            found[name] = value
    return found
