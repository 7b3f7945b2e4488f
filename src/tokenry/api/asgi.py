"""The whole surface as one ASGI app: hot routes first, everything else behind them."""

from __future__ import annotations

from typing import Any

from starlette.middleware.cors import CORSMiddleware

from tokenry.api.client import Receive, Send
from tokenry.api.openai.inference import ROUTES, InferenceRoutes

_EXPOSED = ["x-request-id", "openai-processing-ms", "x-tokenry-charge-nanousd", "x-tokenry-remaining-nanousd"]


class Api:
    """Hands inference POSTs to the hot routes and all else to the ordinary app."""

    def __init__(self, inference: InferenceRoutes, rest: Any) -> None:
        self._inference = inference
        self._rest = rest

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] in ROUTES:
            await self._inference(scope, receive, send)
        else:
            await self._rest(scope, receive, send)


def with_cors(app: Any, origins: tuple[str, ...]) -> Any:
    """The app with CORS for these origins; untouched when there are none, which is the default."""
    if not origins:
        return app
    return CORSMiddleware(
        app, allow_origins=list(origins), allow_methods=["GET", "POST"], allow_headers=["*"], expose_headers=_EXPOSED
    )
