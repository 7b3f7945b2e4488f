"""The whole surface as one ASGI app: hot routes first, everything else behind them."""

from __future__ import annotations

from typing import Any

from starlette.middleware.cors import CORSMiddleware

from tokenry.api.client import Receive, Send, common_head
from tokenry.api.forwarded import Proxies
from tokenry.api.messages import MESSAGES_WORDS, speaks_messages
from tokenry.api.openai.inference import InferenceRoutes
from tokenry.base.clock import NS_PER_MS, Clock
from tokenry.base.ids import new_id
from tokenry.gateway import Headers

_EXPOSED = [
    "x-request-id", "openai-processing-ms", "x-tokenry-charge-nanousd", "x-tokenry-remaining-nanousd",
    "x-tokenry-charge-tokens", "x-tokenry-remaining-tokens", "x-tokenry-downgraded-from", "x-tokenry-low-priority",
]  # fmt: skip


class Api:
    """Hands inference POSTs to the hot routes and all else to the ordinary app."""

    def __init__(self, inference: InferenceRoutes, rest: Any, clock: Clock) -> None:
        self._inference = inference
        self._rest = rest
        self.proxies = Proxies()  # a reload puts others in its place
        self._clock = clock

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if self.proxies and scope["type"] == "http":
            scope = self.proxies.put_right(scope)
        if scope["type"] == "http" and scope["method"] == "POST" and self._is_hot(scope):
            await self._inference(scope, receive, send)
        else:
            request_id = new_id("req")
            more = MESSAGES_WORDS.headers(request_id) if _speaks_messages(scope) else []
            await self._rest({**scope, "request_id": request_id}, receive, self._stamped(send, request_id, more))

    def _is_hot(self, scope: dict[str, Any]) -> bool:
        """Whether the path is a hot one, letter by letter: a proxy in front that judges by the path reads it so."""
        path = scope["path"]
        return self._inference.serves(path) and scope.get("raw_path") in (None, path.encode())

    def _stamped(self, send: Send, request_id: str, more: Headers) -> Send:
        """The headers that every answer has, and `more`."""
        began_ns = self._clock.monotonic_ns()

        async def stamp(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                head = common_head(request_id, (self._clock.monotonic_ns() - began_ns) // NS_PER_MS) + more
                message = {**message, "headers": [*head, *message["headers"]]}
            await send(message)

        return stamp


def _speaks_messages(scope: dict[str, Any]) -> bool:
    return scope["type"] == "http" and speaks_messages(
        scope["path"], {name.decode("latin-1"): "" for name, _ in scope["headers"]}
    )


def with_cors(app: Any, origins: tuple[str, ...]) -> Any:
    """The app with CORS for these origins; untouched when there are none, which is the default."""
    if not origins:
        return app
    return CORSMiddleware(
        app, allow_origins=list(origins), allow_methods=["GET", "POST"], allow_headers=["*"], expose_headers=_EXPOSED
    )
