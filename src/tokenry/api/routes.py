"""Every route but the hot ones: models, receipts, health, metrics; the error envelope for all else that is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Match, Route

from tokenry.access import Keys, Principal, model_allowed, visible_names, withheld
from tokenry.api.documents import PAGE_HEADERS, docs_page, openapi
from tokenry.api.messages import MESSAGES_WORDS, authorization, listed, shown, speaks_messages
from tokenry.api.metrics import Metrics
from tokenry.api.openai.inference import ROUTES, InternalError
from tokenry.api.openai.unserved import unserved
from tokenry.api.receipts import receipt_json
from tokenry.base.errors import NotFound, TokenryError
from tokenry.base.ids import is_id
from tokenry.base.logs import get_logger
from tokenry.gateway import Gateway
from tokenry.router import ModelEntry

log = get_logger("tokenry.api")


class Json(Response):
    """A JSON answer, written by msgspec."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return msgspec.json.encode(content)


class MethodNotAllowed(TokenryError):
    """The path is served, but not with this method."""

    status = 405
    type = "invalid_request_error"
    code = "method_not_allowed"


class Surface:
    """The handlers, and what they read."""

    def __init__(
        self, gateway: Gateway, keys: Keys, metrics: Metrics, started_at: int, guarded: Sequence[Route] = ()
    ) -> None:
        """Args:
        started_at: seconds since the epoch; `created` of every model.
        guarded: the administrative routes, and all else behind a door.
        """
        self.inferring: Callable[[str], bool] = ROUTES.__contains__  # whether a POST there is one, and never comes here
        self.lost: Callable[[Request], Response | None] = lambda _: None  # what a person sees whose address is none
        self.draining = False
        self._gateway = gateway
        self._keys = keys
        self._metrics = metrics
        self._started_at = started_at
        self._guarded = guarded

    def app(self) -> Starlette:
        """The ASGI app."""
        app = Starlette(
            routes=[
                Route("/v1/models", self.models),
                Route("/v1/models/{model:path}", self.model),
                Route("/v1/tokenry/receipts/{request_id}", self.receipt),
                Route("/healthz", self.healthz),
                Route("/readyz", self.readyz),
                Route("/metrics", self.metrics),
                Route("/openapi.json", self.openapi),
                Route("/docs", self.docs),
                *self._guarded,
            ],
            exception_handlers={TokenryError: _tell, HTTPException: _tell_http, Exception: _tell_fault},
        )
        app.router.redirect_slashes = False
        app.state.surface = self
        return app

    def _principal(self, request: Request) -> Principal:
        told = {name.encode(): value.encode("latin-1") for name, value in request.headers.items()}
        return self._keys.authenticate(authorization(told))

    async def models(self, request: Request) -> Response:
        """GET /v1/models: what this key may use."""
        principal = self._principal(request)
        rules, entries = principal.rules, self._gateway.means.router.catalogue.models
        allowed = [m for m in entries if model_allowed(principal, *m.names)]
        seen = [m for m in allowed if rules.refusal is None and m.seen_by(rules.data_class).deployments]
        if speaks_messages("", request.headers):
            return Json(listed([shown(m, self._started_at) for m in seen]))
        return Json({"object": "list", "data": [self._model(m) for m in seen]})

    async def model(self, request: Request) -> Response:
        """GET /v1/models/{id}."""
        principal = self._principal(request)
        name, catalogue = request.path_params["model"], self._gateway.means.router.catalogue
        entry = catalogue.resolve(name, principal.rules.data_class)
        if entry is None or not model_allowed(principal, *entry.names):
            raise catalogue.unknown(name, visible_names(principal, (m.names for m in catalogue.models)))
        if principal.rules.refusal is not None or not entry.deployments:
            raise withheld(principal, entry.name)
        if speaks_messages("", request.headers):
            return Json(shown(entry, self._started_at))
        return Json(self._model(entry))

    def _model(self, entry: ModelEntry) -> dict[str, Any]:
        owners = dict.fromkeys(deployment.provider for deployment in entry.deployments)
        return {"id": entry.name, "object": "model", "created": self._started_at, "owned_by": next(iter(owners))}

    async def receipt(self, request: Request) -> Response:
        """GET /v1/tokenry/receipts/{request_id}: of a request of this key's own project."""
        principal = self._principal(request)
        request_id = request.path_params["request_id"]
        receipt = self._gateway.means.ledger.receipt(request_id) if is_id(request_id, "req") else None
        if receipt is None or receipt.facts.project_id != principal.project_id:
            raise NotFound(
                f"there is no receipt {request_id[:64]!r} in this project; a request that still runs has none yet"
            )
        return Json(receipt_json(receipt, costs=False))  # a project's key is in too many hands

    async def healthz(self, request: Request) -> Response:
        """GET /healthz: the process is alive."""
        return PlainTextResponse("ok\n")

    async def readyz(self, request: Request) -> Response:
        """GET /readyz: requests will be taken; else 503 and why not."""
        engines = {name: engine.state for name, engine in self._gateway.setup.engines.items()}
        down = [name for name, state in engines.items() if state != "ready"]
        checks = {
            "serving": "draining" if self.draining else "ok",
            "ledger": self._ledger_words(),
            "engines": "ok" if not down or len(down) < len(engines) else f"none is ready: {', '.join(down)}",
        }
        ready = all(words == "ok" for words in checks.values())
        body = {"status": "ready" if ready else "unavailable", "checks": checks, "engines": engines}
        return Json(body, status_code=200 if ready else 503)

    def _ledger_words(self) -> str:
        """Whether requests can be charged; if not, why."""
        if self._gateway.means.ledger.journal.latched is not None:
            return "cannot be written; the log says why"
        return "; ".join(self._gateway.means.ledger.shut.values()) or "ok"

    async def metrics(self, request: Request) -> Response:
        """GET /metrics, for Prometheus."""
        return Response(self._metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")

    async def openapi(self, request: Request) -> Response:
        """GET /openapi.json: everything we serve, generated from the code."""
        return Json(openapi())

    async def docs(self, request: Request) -> Response:
        """GET /docs: the same to look at."""
        return Response(docs_page(), headers=PAGE_HEADERS, media_type="text/html; charset=utf-8")


# Coroutines all three: Starlette runs a plain function in a thread, and a flood of refusals would fill them.


async def _tell(request: Request, error: Exception) -> Response:
    assert isinstance(error, TokenryError)
    if speaks_messages(request.url.path, request.headers):
        told = MESSAGES_WORDS.body(error, request.scope.get("request_id", ""))
        return Response(told, error.status, dict(error.headers), media_type="application/json")
    return Json(error.envelope(), status_code=error.status, headers=dict(error.headers))


async def _tell_http(request: Request, error: Exception) -> Response:
    """Starlette's own refusals in our envelope."""
    assert isinstance(error, HTTPException)
    path = request.url.path[:200]
    unbuilt = unserved(request.method, path)
    if unbuilt is not None:
        return await _tell(request, unbuilt)
    surface: Surface = request.app.state.surface
    inferring = surface.inferring(path)
    if error.status_code == 405 or (inferring and request.method != "POST"):
        allowed = ", ".join(_methods(request) | ({"POST": None} if inferring else {}))
        words = f"{request.method[:20]} is not allowed on {path}; it takes {allowed}"
        told: TokenryError = MethodNotAllowed(words, headers={"allow": allowed})
    elif (page := surface.lost(request)) is not None:
        return page
    else:
        told = NotFound(f"there is no {request.method[:20]} {path} here; /docs lists what is served")
        told.code = "unknown_url"
    return await _tell(request, told)


def _methods(request: Request) -> dict[str, None]:
    """All that is taken on a path, in the routes' order: Starlette's own refusal names the first route's alone.

    Where the path stands word for word among them, patterns that it would fit as well tell of other things.
    """
    here = [route for route in request.app.routes if isinstance(route, Route)]
    fitting = [route for route in here if route.matches(request.scope)[0] is not Match.NONE]
    path = request.url.path
    exact = [route for route in fitting if route.path == path]
    alone = exact or request.app.state.surface.inferring(path)
    taken = [route.methods or () for route in (exact if alone else fitting)]
    return dict.fromkeys(method for methods in taken for method in sorted(methods))


async def _tell_fault(request: Request, error: Exception) -> Response:  # edge: HTTP error handler
    fault = InternalError("something went wrong here; tell your administrator")
    log.error("request failed", path=request.url.path[:200], exc_info=error)
    return await _tell(request, fault)
