"""A batch's line takes the way of every other request, from the reading of its body on; nobody is at the other end."""

from __future__ import annotations

from tokenry.access import Principal
from tokenry.api.client import HttpClient
from tokenry.api.openai.inference import ROUTES, InferenceRoutes
from tokenry.api.surfaces import Asked
from tokenry.base.clock import Clock
from tokenry.base.errors import TokenryError
from tokenry.gateway import Deadlines, Endpoint, Gateway, Headers, Inference
from tokenry.objects.batches import ENDPOINTS, Errand, Heard, Reply


class LineClient(HttpClient):
    """Keeps what it is told.

    Attributes:
        status, body: of the answer. error: what stands behind it, if it is one.
    """

    def __init__(self, request_id: str, clock: Clock) -> None:
        super().__init__(request_id, clock)
        self.status = 0
        self.body = b""
        self.error: TokenryError | None = None

    async def fail(self, error: TokenryError) -> None:
        """See HttpClient."""
        self.error = error
        await super().fail(error)

    async def read_body(self, size_max: int, deadlines: Deadlines) -> bytes:
        """See HttpClient; never asked, since a line's body is whole."""
        raise AssertionError("a line's body is at hand")

    async def write(self, status: int, headers: Headers, body: bytes) -> None:
        """See HttpClient."""
        self.status, self.body = status, body
        self.started = self.ended = True

    async def write_head(self, status: int, headers: Headers) -> None:
        """See HttpClient; a line that streams is refused before it is asked."""
        self.status = status

    async def write_piece(self, data: bytes, *, last: bool) -> None:
        """See HttpClient."""
        self.body += data

    def close(self) -> None:
        """See HttpClient."""


class Asker:
    """Asks lines of the endpoints that are served here."""

    def __init__(self, inference: InferenceRoutes, gateway: Gateway, clock: Clock) -> None:
        self._inference = inference
        self._gateway = gateway
        self._clock = clock

    def endpoints(self) -> tuple[str, ...]:
        """Paths that a batch may name."""
        return tuple(path for path in ENDPOINTS if self._inference.serves(path))

    def require_model(self, principal: Principal, path: str, model: str) -> None:
        """Raises the TokenryError that a request for this model would be answered with now."""
        self._gateway.require_model(Inference(self._endpoint(path), {}, model, 0), principal)

    async def ask(self, errand: Errand) -> Reply:
        """One line, to its end."""
        client = LineClient(errand.request_id, self._clock)
        surface = self._inference.surfaces.get(errand.path)
        if surface is not None:
            client.words = surface.words
        headers = {b"idempotency-key": errand.key.encode()}
        asked = Asked(errand.request_id, errand.principal, headers, errand.body, errand.unattended)
        await self._inference.pursue(self._endpoint(errand.path), asked, client, surface)
        assert client.status, "whoever is asked answers"
        return Reply(Heard(errand.request_id, client.status, client.body), client.error)

    def _endpoint(self, path: str) -> Endpoint:
        endpoint = ROUTES.get(path)
        return self._inference.surfaces[path].endpoint if endpoint is None else endpoint
