"""`POST /v1/messages/count_tokens`: the tokens of a prompt, before it is sent. Costs nothing; counts as a request.

Source: https://platform.claude.com/docs/en/api/messages/count_tokens
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from tokenry.access import Keys, give_back
from tokenry.api.keyed import read_whole
from tokenry.api.messages.answers import TokenCount
from tokenry.api.messages.surface import MessagesSurface, authorization
from tokenry.api.surfaces import Asked
from tokenry.base.errors import NotFound
from tokenry.gateway import Gateway

PATH = "/v1/messages/count_tokens"


class MessagesCounter:
    """Counts prompts.

    Args:
        body_size_max: says how many bytes a body may have now.
    """

    def __init__(
        self, gateway: Gateway, keys: Keys, surface: MessagesSurface, body_size_max: Callable[[], int]
    ) -> None:
        self._gateway = gateway
        self._keys = keys
        self._surface = surface
        self._body_size_max = body_size_max

    def routes(self) -> list[Route]:
        """The routes, as the web framework takes it."""
        return [
            Route(PATH, self._count, methods=["POST"]),
            Route("/v1/messages", self._elsewhere, methods=["POST"]),  # so that other methods are told what it takes
        ]

    async def _elsewhere(self, request: Request) -> Response:
        """A path that is the hot route's but for its spelling."""
        raise NotFound(f"there is no {request.url.path[:200]} here in this spelling; ask for /v1/messages")

    async def _count(self, request: Request) -> Response:
        headers = {name.encode(): value.encode("latin-1") for name, value in request.headers.items()}
        principal = self._keys.authenticate(authorization(headers))
        try:
            body = await read_whole(request, self._body_size_max())
        except ClientDisconnect:
            return Response(status_code=400)  # there is nobody to read it
        rates, clock, limits = self._gateway.rates, self._gateway.means.clock, principal.limits
        grant = rates.admit(principal.key_id, limits, clock.monotonic_ns(), 0)
        try:
            inference = await self._surface.read_prompt(Asked(request.scope["request_id"], principal, headers, body))
            counted = await self._gateway.count(inference, principal)
        finally:
            give_back(grant, limits, clock.monotonic_ns(), 0)
        told = msgspec.json.encode(TokenCount(counted.tokens))
        return Response(told, media_type="application/json", headers={"x-tokenry-counted-by": counted.source})
