"""The routes of the pages: one HTML file for every page of the workspace, and the files that it asks for.

Whoever opens `/` in a browser gets the workspace; whatever else asks there is told in words what this is.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tokenry.api.web.bundle import FOLDER, LICENCES, Asset, Bundle
from tokenry.api.web.negotiation import IDENTITY, has_already, pick_encoding, wants_html
from tokenry.api.web.paths import APP, leads_into_app
from tokenry.base.errors import NotFound

WORDS: Final = "Tokenry serves OpenAI's API under /v1. See /docs.\n"
ABSENT: Final = (
    "This installation was made without the workspace's pages; everything else works. An installed package gets them "
    "by being installed anew without TOKENRY_WITHOUT_PAGES; in a checkout, `uv run --only-group web python -m "
    "web.packing.building` builds them, or says what is missing. Then start the server again."
)
HEADERS: Final = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(self), midi=(), payment=(), serial=(), usb=()"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_VARY = "accept, accept-encoding, cookie"
_LOOK_AGAIN = "no-cache"  # keep it, and ask each time whether it is still the one
_FOR_EVER = "public, max-age=31536000, immutable"
HOME: Final = "/"


class WebPages:
    """The handlers over what was built.

    Args:
        bundle: None = nothing was.
        signed_in: whether somebody is signed in with the browser that asks; nobody is sent to sign in first.
    """

    def __init__(self, bundle: Bundle | None, signed_in: Callable[[Request], bool]) -> None:
        self._bundle = bundle
        self._signed_in = signed_in

    @property
    def home(self) -> str:
        """Where people go who have signed in."""
        return "/account" if self._bundle is None else HOME

    def routes(self) -> list[Route]:
        """The routes, as the web framework takes them; each answers HEAD as well."""
        pages = [Route(path, self.page) for top in APP for path in (f"/{top}", f"/{top}/{{rest:path}}")]
        return [
            Route(HOME, self.root),
            Route(f"/{FOLDER}/{{name:path}}", self.asset),
            Route(f"/{LICENCES}", self.licences),
            Route("/favicon.ico", self.icon),
            *pages,
        ]

    async def root(self, request: Request) -> Response:
        """GET /: the workspace for browsers, words for everything else."""
        if not wants_html(request.headers.get("accept", "")):
            return PlainTextResponse(WORDS, headers={"vary": _VARY})
        if self._bundle is None:
            return PlainTextResponse(f"{WORDS}\n{ABSENT}\n", headers={"vary": _VARY})
        return self._index(request, self._bundle)

    async def page(self, request: Request) -> Response:
        """Every page of the workspace is the same file; it looks at its address itself."""
        if self._bundle is None:
            raise NotFound(ABSENT)
        return self._index(request, self._bundle)

    def lost(self, request: Request) -> Response | None:
        """What a person sees whose address is none: the workspace, which says so. None = a program asks; no pages."""
        named = wants_html(request.headers.get("accept", ""))
        if self._bundle is None or not named or request.method != "GET" or request.url.path.startswith("/v1/"):
            return None
        shown = self._index(request, self._bundle)
        if shown.status_code == HTTPStatus.OK:
            shown.status_code = HTTPStatus.NOT_FOUND
        return shown

    def _index(self, request: Request, bundle: Bundle) -> Response:
        if not self._signed_in(request):
            return RedirectResponse(_door(request), 303, {**HEADERS, "cache-control": "no-store"})
        return _sent(request, bundle.index, {**HEADERS, "vary": _VARY, "cache-control": _LOOK_AGAIN})

    async def asset(self, request: Request) -> Response:
        """GET /assets/{name}: a file whose name says its content."""
        name = request.path_params["name"]
        asset = None if self._bundle is None else self._bundle.assets.get(name)
        if asset is None:
            raise NotFound(f"there is no /{FOLDER}/{name[:100]} here; load the page again to get the names of today")
        return _sent(request, asset, {**HEADERS, "cache-control": _FOR_EVER})

    async def licences(self, request: Request) -> Response:
        """GET /THIRD-PARTY.txt: whose work the pages are made of."""
        if self._bundle is None or self._bundle.licences is None:
            raise NotFound(ABSENT)
        return _sent(request, self._bundle.licences, {**HEADERS, "cache-control": _LOOK_AGAIN})

    async def icon(self, request: Request) -> Response:
        """GET /favicon.ico: what browsers ask for beside pages that name no icon, as those of signing in."""
        assets = {} if self._bundle is None else self._bundle.assets
        found = next((one for name, one in assets.items() if name.startswith("icon-") and name.endswith(".svg")), None)
        told = {**HEADERS, "cache-control": "public, max-age=86400"}
        return Response(None, 204, told) if found is None else _sent(request, found, told)


def _door(request: Request) -> str:
    """Where one signs in, to come back to the page that was asked for."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return "/sign-in" if wanted == HOME or not leads_into_app(wanted) else f"/sign-in?next={quote(wanted, safe='')}"


def _sent(request: Request, asset: Asset, headers: dict[str, str]) -> Response:
    """The file in the best form that the client takes, or word that it has it."""
    encoding = pick_encoding(request.headers.get("accept-encoding", ""), asset.forms)
    tag = asset.tag(encoding)
    told = {"vary": "accept-encoding", **headers, "etag": tag}
    if has_already(request.headers.get("if-none-match", ""), tag):
        return Response(None, 304, told)
    told["content-type"] = asset.media
    if encoding != IDENTITY:
        told["content-encoding"] = encoding
    return Response(asset.body(encoding), 200, told)
