"""The pages over HTTP: one file for every page, files that stay for ever, and no way to anything else."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from tokenry.api.web import APP, HEADERS, WebPages, leads_into_app, read_bundle
from tokenry.base.errors import NotFound, TokenryError

pytestmark = pytest.mark.anyio

BROWSER = {"accept": "text/html,*/*;q=0.8", "accept-encoding": "gzip, br", "cookie": "session=1"}
INDEX = b"<!doctype html><title>Pages</title>"
SCRIPT = b"export const words = 'many';\n" * 100


def folder(top: Path) -> Path:
    """A built folder, as the build leaves it, beside something that is nobody's business."""
    dist = top / "dist"
    (dist / "assets" / "fonts").mkdir(parents=True)
    (dist / "index.html").write_bytes(INDEX)
    (dist / "stamp").write_text("0123")
    (dist / "assets" / "app-1.js.br").write_bytes(b"by brotli")
    (dist / "assets" / "app-1.js.gz").write_bytes(gzip.compress(SCRIPT))
    (dist / "assets" / "fonts" / "f-1.woff2").write_bytes(b"font")
    (dist / "assets" / "icon-1.svg").write_bytes(b"<svg/>")
    (top / "secret.txt").write_text("secret")
    return dist


def client(pages: WebPages) -> httpx2.AsyncClient:
    async def tell(request: object, error: Exception) -> object:
        assert isinstance(error, TokenryError)
        from starlette.responses import JSONResponse

        return JSONResponse(error.envelope(), error.status)

    app = Starlette(routes=pages.routes(), exception_handlers={NotFound: tell})  # type: ignore[dict-item] # it answers by Starlette's own type
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://here")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with client(WebPages(read_bundle(folder(tmp_path)), lambda request: "session" in request.cookies)) as http:
        yield http


async def test_a_browser_gets_the_workspace_and_a_program_gets_words(here: httpx2.AsyncClient) -> None:
    page = await here.get("/", headers=BROWSER)
    assert (page.status_code, page.content) == (200, INDEX)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    assert {name: page.headers[name] for name in HEADERS} == HEADERS
    words = await here.get("/", headers={"accept": "*/*"})
    assert words.text == "Tokenry serves OpenAI's API under /v1. See /docs.\n"
    assert "accept" in words.headers["vary"]
    assert "accept" in page.headers["vary"]


async def test_the_policy_lets_nothing_in_from_elsewhere_and_nothing_inline() -> None:
    policy = HEADERS["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy, "text never becomes markup or code"


@pytest.mark.parametrize("path", [p for top in APP for p in (f"/{top}", f"/{top}/a/b")])
async def test_every_page_of_the_workspace_is_the_one_file(here: httpx2.AsyncClient, path: str) -> None:
    page = await here.get(path, headers=BROWSER)
    assert (page.status_code, page.content) == (200, INDEX)
    assert page.headers["content-security-policy"] == HEADERS["content-security-policy"]
    assert leads_into_app(path)


@pytest.mark.parametrize(
    ("path", "door"),
    [
        ("/", "/sign-in"),
        ("/chat/chat_1?at=msg_2", "/sign-in?next=%2Fchat%2Fchat_1%3Fat%3Dmsg_2"),
        ("/chat//evil.example", "/sign-in"),
        ("/chat/a?x=%0d%0aset-cookie:y", "/sign-in"),
    ],
)
async def test_who_is_not_signed_in_does_that_first_and_comes_back(
    here: httpx2.AsyncClient, path: str, door: str
) -> None:
    answer = await here.get(path, headers={**BROWSER, "cookie": "other=1"})
    assert (answer.status_code, answer.headers["location"]) == (303, door)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/chats", BROWSER, 404),
        ("/chats", {**BROWSER, "cookie": "other=1"}, 303),
        ("/v1/chats", BROWSER, None),
        ("/chats", {"accept": "*/*", "cookie": "session=1"}, None),
    ],
)
def test_a_person_at_an_address_that_is_none_sees_the_workspace(
    tmp_path: Path, path: str, headers: dict[str, str], status: int | None
) -> None:
    pages = WebPages(read_bundle(folder(tmp_path)), lambda request: "session" in request.cookies)
    told = [(name.encode(), value.encode()) for name, value in headers.items()]
    shown = pages.lost(Request({"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": told}))
    assert (shown and shown.status_code) == status


async def test_a_file_comes_in_the_form_that_was_asked_for(here: httpx2.AsyncClient) -> None:
    small = await here.get("/assets/app-1.js", headers={"accept-encoding": "gzip"})
    assert small.headers["content-encoding"] == "gzip"
    assert small.content == SCRIPT
    assert small.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert small.headers["x-content-type-options"] == "nosniff"
    plain = await here.get("/assets/app-1.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == SCRIPT
    assert plain.headers["content-type"] == "text/javascript; charset=utf-8"
    assert plain.headers["vary"] == "accept-encoding"
    best = await here.head("/assets/app-1.js", headers={"accept-encoding": "br, gzip"})
    assert best.headers["content-encoding"] == "br"
    assert best.headers["content-length"] == "9"
    tags = {answer.headers["etag"] for answer in (small, plain, best)}
    assert len(tags) == 3, "each form has a tag of its own"
    font = await here.get("/assets/fonts/f-1.woff2", headers={"accept-encoding": "br"})
    assert (font.content, font.headers["content-type"]) == (b"font", "font/woff2")


async def test_pages_that_name_no_icon_have_one(here: httpx2.AsyncClient) -> None:
    icon = await here.get("/favicon.ico")
    assert (icon.status_code, icon.headers["content-type"], icon.content) == (200, "image/svg+xml", b"<svg/>")
    async with client(WebPages(None, bool)) as http:
        assert (await http.get("/favicon.ico")).status_code == 204


async def test_who_has_it_already_is_told_so(here: httpx2.AsyncClient) -> None:
    tag = (await here.get("/", headers=BROWSER)).headers["etag"]
    again = await here.get("/", headers={**BROWSER, "if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert "content-type" not in again.headers
    assert (await here.get("/", headers={**BROWSER, "if-none-match": '"other"'})).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "..%5csecret.txt", "/etc/passwd", "%00", "../stamp", "",
     "app-1.js.br", "app-1.js/", "fonts", "app-1.js%00.css", "./app-1.js"],
)  # fmt: skip
async def test_nothing_but_what_was_built_can_be_asked_for(here: httpx2.AsyncClient, name: str) -> None:
    here.base_url = httpx2.URL("http://here")
    answer = await here.send(httpx2.Request("GET", f"http://here/assets/{name}", headers={"host": "here"}))
    if name == "./app-1.js":  # clients put this right before they ask
        assert answer.content == SCRIPT
        return
    assert answer.status_code == 404
    assert b"secret" not in answer.content or b"there is no" in answer.content


async def test_without_pages_everything_is_said_in_words(tmp_path: Path) -> None:
    assert read_bundle(tmp_path) is None
    pages = WebPages(None, bool)
    assert pages.home == "/account"
    async with client(pages) as http:
        home = await http.get("/", headers=BROWSER)
        assert home.status_code == 200
        assert "without the workspace's pages" in home.text
        chat = await http.get("/chat/chat_1", headers=BROWSER)
        assert chat.status_code == 404
        assert "without the workspace's pages" in chat.json()["error"]["message"]


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/", True),
        ("/chat/chat_01k0", True),
        ("/admin/receipts?project=proj_1&after=x", True),
        ("/me", True),
        ("/meadow", False),
        ("/v1/models", False),
        ("//evil.example", False),
        ("/chat//evil.example", False),
        ("/chat/../v1", False),
        ("/chat/.", False),
        ("/chat/a\nb", False),
        ("/chat/%2e%2e", False),
        ("/\\evil.example", False),
        ("https://evil.example", False),
        ("/chat" + "/a" * 9, False),
        ("/chat\n", False),
    ],
)
def test_where_signing_in_may_lead(path: str, leads: bool) -> None:
    assert leads_into_app(path) is leads
