"""A browser's session at the door: its cookie, over which transport it counts, and what guards it against forgery.

A cookie is sent by the browser whoever made it ask. So whatever changes something must come from a page of ours
(Origin, Sec-Fetch-Site) and show a token that only a page of ours knows. Cookies count over TLS, and in plain HTTP on
this machine alone. Sources: RFC 6265bis (`__Host-`, SameSite), the Fetch standard (Origin), Fetch Metadata.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from tokenry.access import Actor, InvalidApiKey, MismatchedOrganization, Session, Sessions, is_csrf_token
from tokenry.access.oidc import is_loopback
from tokenry.api.rooms import Rooms
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import TokenryError

CSRF_HEADER = "x-tokenry-csrf"
SESSION_COOKIE = "tokenry_session"
READS = frozenset({"GET", "HEAD"})
_PROXIED = ("forwarded", "x-forwarded-for", "x-forwarded-proto", "via")


class ForgedRequest(TokenryError):
    """A browser sends its cookie along, but nothing shows that a page of ours made it ask."""

    status = 403
    type = "invalid_request_error"
    code = "csrf_refused"


class InsecureTransport(TokenryError):
    """Somebody would sign in over plain HTTP, from another machine."""

    status = 403
    type = "invalid_request_error"
    code = "insecure_transport"


def is_private(request: Request) -> bool:
    """Whether nobody on the way can read what is said: TLS, or a client on this very machine that came directly."""
    if request.url.scheme == "https":
        return True
    client = request.client.host if request.client else ""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    proxied = any(name in request.headers for name in _PROXIED)
    return is_loopback(client) and is_loopback(host) and not proxied


def require_private(request: Request) -> None:
    """Raise InsecureTransport unless `is_private`."""
    if not is_private(request):
        raise InsecureTransport(
            "Nobody signs in over plain HTTP from another machine: passwords and sessions would travel in the clear. "
            "Give the server tls_cert_file, or name the TLS proxy in front of it in trusted_proxies."
        )


def cookie_name(request: Request, name: str) -> str:
    """How a cookie of ours is called: over TLS with the prefix that keeps other hosts from setting it."""
    return f"__Host-{name}" if request.url.scheme == "https" else name


def read_cookie(request: Request, name: str) -> str | None:
    """One of our cookies."""
    return request.cookies.get(cookie_name(request, name))


def set_cookie(request: Request, response: Response, name: str, value: str, life_s: int) -> None:
    """Give the browser a cookie that no script reads; `life_s` 0 takes it away."""
    secure = request.url.scheme == "https"
    response.set_cookie(
        cookie_name(request, name), value, max_age=life_s, path="/", secure=secure, httponly=True, samesite="lax"
    )


def set_session(request: Request, response: Response, session: Session, token: str) -> None:
    """Give the browser its session's cookie."""
    set_cookie(request, response, SESSION_COOKIE, token, (session.expires_at - session.created_at) // NS_PER_S)


def find_session(request: Request, sessions: Sessions) -> Session | None:
    """The session whose cookie came along, if it counts."""
    if not is_private(request):
        return None
    return sessions.find(read_cookie(request, SESSION_COOKIE))


def origin_of(request: Request) -> str:
    """Where the pages of ours stand that this browser has open, `scheme://host[:port]`."""
    return f"{request.url.scheme}://{request.headers.get('host', '')}".lower()


def is_same_origin(request: Request, public_url: str | None) -> bool:
    """Whether a page of ours made the browser ask. A browser that says neither is not believed."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if origin is None and site is None:
        return False
    if site is not None and site != "same-origin":
        return False
    ours = {origin_of(request)}
    if public_url is not None:
        parts = urlsplit(public_url)
        ours.add(f"{parts.scheme}://{parts.netloc}".lower())
    return origin is None or origin.lower() in ours


def require_same_origin(request: Request, public_url: str | None) -> None:
    """Raise ForgedRequest unless `is_same_origin`."""
    if not is_same_origin(request, public_url):
        raise ForgedRequest("This was not asked from a page of this server. Open the page again and repeat it there.")


def require_unforged(request: Request, rooms: Rooms, session: Session, shown: str | None) -> None:
    """Raise ForgedRequest unless a page of ours asks, and shows the session's token."""
    require_same_origin(request, rooms.config.server.public_url)
    if not is_csrf_token(session, shown):
        raise ForgedRequest(
            f"The header {CSRF_HEADER} is missing or belongs to another session; `GET /v1/tokenry/me` tells its value."
        )


def session_actor(request: Request, rooms: Rooms, csrf: str | None = None) -> Actor | None:
    """Who asks with a session's cookie; None = there is none that opens.

    Args:
        csrf: the token that a form brought; None = it is in the header.

    Raises:
        ForgedRequest: something is to change, and nothing shows that they want it.
        MismatchedOrganization: `OpenAI-Organization` names none of theirs.
        InvalidApiKey: they belong to no organization, or are disabled.
    """
    session = find_session(request, rooms.sessions)
    if session is None:
        return None
    if request.method not in READS:
        require_unforged(request, rooms, session, csrf or request.headers.get(CSRF_HEADER))
    places = rooms.people.roster.organizations_of(session.user_id)
    wanted = request.headers.get("openai-organization")
    if wanted:
        named = [one for one in places if wanted in {one, rooms.people.roster.organizations[one].name}]
        if not named:
            raise MismatchedOrganization("OpenAI-Organization names no organization that you belong to")
        places = (named[0],)
    actor = rooms.people.actor(session.user_id, places[0], "session", session.user_id) if places else None
    if actor is None:
        raise InvalidApiKey("The session opens nothing: its owner belongs to no organization, or is disabled.")
    return replace(actor, session_id=session.id)


async def renew(request: Request, sessions: Sessions) -> None:
    """Exchange the token of a session whose owner's roles have changed; `keep_fresh` gives it to the browser.

    What shows the token against forgery asks for this first, or it would show one that is out of date once it arrives;
    and as late as it can, for with an answer that fails no cookie goes along.
    """
    session, token = find_session(request, sessions), read_cookie(request, SESSION_COOKIE)
    if session is None or token is None or not sessions.outgrown(session) or not sessions.is_newest(session, token):
        return
    request.state.renewed = await asyncio.to_thread(sessions.rotate, session)


async def keep_fresh(request: Request, response: Response, sessions: Sessions) -> None:
    """A session whose owner's roles have changed, before or by this request, gets a new token with this answer."""
    await renew(request, sessions)
    renewed = getattr(request.state, "renewed", None)
    if renewed is not None:
        set_session(request, response, *renewed)
