"""What a browser brings to a page of signing in: who it is, a form's fields, where it wants to go afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tokenry.access import Session
from tokenry.api.guarded import find_session, read_cookie, set_cookie, set_session
from tokenry.api.rooms import Rooms
from tokenry.api.sign_in.entry import Caller, Entered
from tokenry.api.sign_in.look import HEADERS
from tokenry.api.web import leads_into_app
from tokenry.base.errors import InvalidRequest

KNOWN_COOKIE = "tokenry_known"
KNOWN_S = 365 * 86_400
FORM_SIZE_MAX = 16 * 1024  # bytes
FIELDS_MAX = 20
ACCOUNT = "/account"
_FORM = "application/x-www-form-urlencoded"
_OURS = re.compile(r"/account|/awards|/(invite|awards|programmes)/[A-Za-z0-9_-]{1,100}")


def caller(request: Request, rooms: Rooms) -> Caller:
    """The browser that asks."""
    return Caller(
        address=request.client.host if request.client else None,
        agent=request.headers.get("user-agent"),
        known=read_cookie(request, KNOWN_COOKIE),
        session=find_session(request, rooms.sessions),
    )


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a form, read once; of a field that comes twice the last counts. Raises InvalidRequest."""
    read: Mapping[str, str] | None = getattr(request.state, "form", None)
    if read is None:
        read = request.state.form = await _read_form(request)
    return read


async def _read_form(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise InvalidRequest(f"a form of this page is sent as {_FORM}")
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > FORM_SIZE_MAX:
            raise InvalidRequest(f"a form of this page has at most {FORM_SIZE_MAX} bytes")
        pieces.append(piece)
    try:
        pairs = parse_qsl(b"".join(pieces).decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict")
    except ValueError:
        raise InvalidRequest("the form cannot be read") from None
    return dict(pairs)


def after_of(request: Request, home: str) -> str:
    """Where somebody wants to go once they are in: a page of ours, or `home`."""
    wanted = request.query_params.get("next", home)
    return wanted if _OURS.fullmatch(wanted) or leads_into_app(wanted) else home


def shown(text: str, status: int = 200) -> Response:
    """A page."""
    return HTMLResponse(text, status, HEADERS)


def onward(path: str) -> Response:
    """Go there now, by GET."""
    return RedirectResponse(path, 303, HEADERS)


def entered(request: Request, who: Entered, path: str) -> Response:
    """They are in: give the browser its cookies and send it on."""
    return with_cookies(request, onward(path), who)


def with_cookies(request: Request, response: Response, who: Entered) -> Response:
    """The response, with the cookies of somebody who is in now."""
    set_session(request, response, who.session, who.token)
    set_cookie(request, response, KNOWN_COOKIE, who.known, KNOWN_S)
    return response


def with_session(request: Request, response: Response, session: Session, token: str) -> Response:
    """The response, with a session's new cookie."""
    set_session(request, response, session, token)
    return response
