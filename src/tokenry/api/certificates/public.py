"""The public routes of certificates: whoever has the link may look, whoever holds a certificate may have it checked.

Nobody signs in here, and nothing changes. An id that is not known, or is none, is answered like any other page that is
not there.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tokenry.api.certificates import pages
from tokenry.api.certificates.acts import address_of, file_name, file_of, register_of
from tokenry.api.certificates.look import HEADERS
from tokenry.api.rooms import Rooms
from tokenry.base.errors import InvalidRequest, NotFound, TokenryError
from tokenry.base.ids import is_id
from tokenry.programmes.certificates import (
    DOCUMENT_SIZE_MAX,
    MEDIA,
    Certificate,
    Form,
    check,
    document,
    judge,
    key_set,
)

FORM_SIZE_MAX = 2 * DOCUMENT_SIZE_MAX + 4096  # bytes: a file, a text, and what stands around them
PARTS_MAX = 10  # of a form
_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,100})"|([^";,\s]{1,100}))', re.IGNORECASE)
_NAME = re.compile(r'^content-disposition:[^\r\n]{0,500}?[;\s]name="(\w{1,20})"', re.IGNORECASE | re.MULTILINE)
_FILE = {
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; sandbox",
}
Handler = Callable[[Request], Awaitable[Response]]


class VerifyPages:
    """The handlers."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    def routes(self) -> list[Route]:
        """The routes, as the web framework takes them."""
        table: tuple[tuple[str, str, Handler], ...] = (
            ("GET", "/verify", self.form),
            ("POST", "/verify", self.check),
            ("GET", "/verify/keys.json", self.keys),
            ("GET", "/verify/{certificate_id}", self.page),
            ("GET", "/verify/{certificate_id}/certificate.json", self.json),
            ("GET", "/verify/{certificate_id}/certificate.svg", self.svg),
            ("GET", "/verify/{certificate_id}/certificate.pdf", self.pdf),
        )
        return [Route(path, _told_in_pages(handler), methods=[method]) for method, path, handler in table]

    async def form(self, request: Request) -> Response:
        """GET /verify: a form to check a certificate with."""
        return _page(pages.check())

    async def check(self, request: Request) -> Response:
        """POST /verify: what came of checking one."""
        text = _handed_in(request.headers.get("content-type", ""), await _body(request))
        checked = await asyncio.to_thread(lambda: check(register_of(self._rooms), text))
        return _page(pages.check(checked, "" if checked.genuine else text[:DOCUMENT_SIZE_MAX]))

    async def page(self, request: Request) -> Response:
        """GET /verify/{certificate_id}: what is signed, and whether that holds."""
        certificate = await self._find(request)
        checked = await asyncio.to_thread(lambda: judge(register_of(self._rooms), certificate))
        return _page(pages.verified(certificate, checked, address_of(self._rooms, certificate.statement.id)))

    async def keys(self, request: Request) -> Response:
        """GET /verify/keys.json: all public keys there ever were, as a JSON Web Key Set."""
        found = await asyncio.to_thread(register_of(self._rooms).keys.public)
        return JSONResponse(key_set(found), headers=_FILE | _attached(request, "keys.json"))

    async def json(self, request: Request) -> Response:
        """GET /verify/{certificate_id}/certificate.json."""
        certificate = await self._find(request)
        headers = _FILE | _attached(request, file_name(certificate, "json"))
        return Response(document(certificate), media_type="application/json", headers=headers)

    async def svg(self, request: Request) -> Response:
        """GET /verify/{certificate_id}/certificate.svg."""
        return await self._file(request, "svg")

    async def pdf(self, request: Request) -> Response:
        """GET /verify/{certificate_id}/certificate.pdf."""
        return await self._file(request, "pdf")

    async def _file(self, request: Request, form: Form) -> Response:
        certificate = await self._find(request)
        content = await asyncio.to_thread(file_of, self._rooms, certificate, form)
        headers = _FILE | _attached(request, file_name(certificate, form))
        if form == "pdf":
            del headers["content-security-policy"]  # browsers show a PDF with a page of their own
        return Response(content, media_type=MEDIA[form], headers=headers)

    async def _find(self, request: Request) -> Certificate:
        certificate_id = request.path_params["certificate_id"]
        if not is_id(certificate_id, "cert"):
            raise NotFound("There is no such certificate. Look at the address once more: all of it counts.")
        return await asyncio.to_thread(lambda: register_of(self._rooms).find(certificate_id))


def _page(text: str, status: int = 200) -> Response:
    return HTMLResponse(text, status, HEADERS)


def _attached(request: Request, name: str) -> dict[str, str]:
    if "download" not in request.query_params:
        return {}
    return {"content-disposition": f'attachment; filename="{name}"'}


async def _body(request: Request) -> bytes:
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > FORM_SIZE_MAX:
            raise InvalidRequest(f"No certificate has more than {DOCUMENT_SIZE_MAX} bytes.")
        pieces.append(piece)
    return b"".join(pieces)


def _handed_in(content_type: str, body: bytes) -> str:
    """What was handed in: the file of a form if there is one, else its text, else the body itself."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        fields = _multipart(content_type, body)
    elif kind == "application/x-www-form-urlencoded":
        try:
            fields = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=10))
        except ValueError:
            raise InvalidRequest("The form cannot be read.") from None
    else:
        return body.decode(errors="replace")
    return fields.get("file", "").strip() or fields.get("text", "")


def _multipart(content_type: str, body: bytes) -> dict[str, str]:
    """The fields of a form with a file, as browsers send them (RFC 7578); what is otherwise is no field."""
    mark = _BOUNDARY.search(content_type)
    if mark is None:
        return {}
    fields: dict[str, str] = {}
    for part in body.split(b"--" + (mark[1] or mark[2]).encode("latin-1"))[1:PARTS_MAX]:
        head, blank, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head.decode(errors="replace"))
        if blank and name is not None:
            fields[name[1]] = content.removesuffix(b"\r\n").decode(errors="replace")
    return fields


def _told_in_pages(handler: Handler) -> Handler:
    """The handler, with what it refuses told as a page."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except TokenryError as error:
            title = "There is no such page" if error.status == 404 else "That did not work"
            response = _page(pages.failed(title, error.message), error.status)
            response.headers.update(error.headers)
            return response

    return answer
