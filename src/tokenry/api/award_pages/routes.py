"""The pages about awards as routes: `/awards`, `/awards/{id}`, `/programmes/{id}`, `/public/programmes/{id}`.

Whoever is not signed in is led to the door and back. What a page does (make a key) must come from that page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from html import escape
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tokenry.access import Actor, NewKey, csrf_token
from tokenry.api.award_pages import awardee, funder
from tokenry.api.award_pages.look import HEADERS, frame, section, table
from tokenry.api.award_pages.reading import (
    award_page,
    awards_in,
    find_visible_award,
    funder_page,
    public_page,
    public_programme,
    shown_state,
)
from tokenry.api.award_pages.words import figure, short_day
from tokenry.api.guarded import find_session, keep_fresh, renew, require_private, session_actor
from tokenry.api.rooms import Rooms
from tokenry.api.sign_in.asked import form_of
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import TokenryError
from tokenry.programmes import ProgrammeAward, get_programme

Handler = Callable[[Request], Awaitable[Response]]
PUBLIC_KEPT_NS = 60 * NS_PER_S  # anybody may ask for it, as often as they like
PUBLIC_HEADERS = {**HEADERS, "cache-control": "public, max-age=300"}


class AwardPages:
    """The handlers over an installation's rooms."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._public: dict[str, tuple[int, str]] = {}  # programme -> until when its page is shown again, and the page

    def routes(self) -> list[Route]:
        """The routes, as the web framework takes them."""
        table: tuple[tuple[str, str, Handler], ...] = (
            ("GET", "/awards", self.mine),
            ("GET", "/awards/{award_id}", self.award),
            ("POST", "/awards/{award_id}/keys", self.make_key),
            ("GET", "/programmes/{programme_id}", self.programme),
            ("GET", "/public/programmes/{programme_id}", self.public),
        )
        return [Route(path, _told_in_pages(handler), methods=[method]) for method, path, handler in table]

    async def mine(self, request: Request) -> Response:
        """GET /awards: those of the projects that one belongs to."""
        actor = session_actor(request, self._rooms)
        if actor is None:
            return _to_the_door(request)
        awards = await asyncio.to_thread(awards_in, self._rooms, actor.organization_id, frozenset(actor.within))
        return await self._fresh(request, _page(frame("Your awards", self._listed(awards))))

    async def award(self, request: Request) -> Response:
        """GET /awards/{award_id}."""
        actor = session_actor(request, self._rooms)
        if actor is None:
            return _to_the_door(request)
        return await self._fresh(request, _page(await self._award(request, actor)))

    async def make_key(self, request: Request) -> Response:
        """POST /awards/{award_id}/keys: a key of one's own, shown on the page this once."""
        require_private(request)
        actor = session_actor(request, self._rooms, (await form_of(request)).get("csrf", ""))
        if actor is None:
            return _to_the_door(request)
        award = await self._find(request, actor)
        actor.require("own_keys.write", award.project_id)
        new = NewKey(name=award.name[:80], project_id=award.project_id, user_id=actor.user_id, created_by=actor.user_id)
        _, text = await asyncio.to_thread(self._rooms.keys.create, new, actor)
        return await self._fresh(request, _page(await self._award(request, actor, new_key=text)))

    async def programme(self, request: Request) -> Response:
        """GET /programmes/{programme_id}: as its funder sees it."""
        rooms, actor = self._rooms, session_actor(request, self._rooms)
        if actor is None:
            return _to_the_door(request)
        actor.require("programmes.read")
        actor.require("awards.read")
        wanted = request.path_params["programme_id"]
        programme = await asyncio.to_thread(get_programme, rooms.desk.db, actor.organization_id, wanted)
        public_url = f"{self._base(request)}/public/programmes/{programme.id}" if programme.terms.public else None
        shown = await asyncio.to_thread(
            funder_page, rooms, programme, costs=actor.may("costs.read"), public_url=public_url
        )
        return await self._fresh(request, _page(funder.funder(shown)))

    async def public(self, request: Request) -> Response:
        """GET /public/programmes/{programme_id}: what everybody may see of a programme that wants to be seen."""
        rooms = self._rooms
        programme = await asyncio.to_thread(public_programme, rooms, request.path_params["programme_id"])
        now_ns = rooms.clock.monotonic_ns()
        until_ns, text = self._public.get(programme.id, (0, ""))
        if now_ns >= until_ns:
            text = await asyncio.to_thread(lambda: funder.public(public_page(rooms, programme)))
            self._public[programme.id] = (now_ns + PUBLIC_KEPT_NS, text)
        return HTMLResponse(text, headers=PUBLIC_HEADERS)

    async def _award(self, request: Request, actor: Actor, new_key: str | None = None) -> str:
        award = await self._find(request, actor)
        await renew(request, self._rooms.sessions)
        session = find_session(request, self._rooms.sessions)
        shown = await asyncio.to_thread(award_page, self._rooms, award, actor.user_id, self._base(request))
        csrf = csrf_token(session) if session is not None and actor.may("own_keys.write", award.project_id) else None
        return awardee.page(shown, csrf=csrf, new_key=new_key)

    async def _find(self, request: Request, actor: Actor) -> ProgrammeAward:
        """The award that the path names: of one's projects, or of any to whoever may read all awards."""
        projects = None if actor.may("awards.read") else frozenset(actor.within)
        wanted = request.path_params["award_id"]
        return await asyncio.to_thread(find_visible_award, self._rooms, actor.organization_id, wanted, projects)

    def _listed(self, awards: list[ProgrammeAward]) -> str:
        if not awards:
            where = "<code>GET /v1/tokenry/me/calls</code>"
            return f'<h1>Your awards</h1><p class="soft">No project of yours has one. Open calls: {where}.</p>'
        rows = []
        for award in awards:
            balance = self._rooms.ledger.balance(award.id)
            state = shown_state(award, balance.left, balance.held, self._rooms.clock.now_ns())
            project = self._rooms.people.roster.projects[award.project_id].name
            link = f'<a href="/awards/{escape(award.id)}">{escape(award.name)}</a>'
            name = f'{link}<span class="soft">{escape(project)}</span>'
            rows.append((name, escape(state), figure(balance.left, award.unit), short_day(award.ends_at // NS_PER_S)))
        return f"<h1>Your awards</h1>{section('Awards', table(('Award', 'State', '#Left', '#Until'), rows))}"

    def _base(self, request: Request) -> str:
        """Where this server is reached."""
        public_url = self._rooms.config.server.public_url
        return (public_url or f"{request.url.scheme}://{request.headers.get('host', '')}").rstrip("/")

    async def _fresh(self, request: Request, response: Response) -> Response:
        await keep_fresh(request, response, self._rooms.sessions)
        return response


def _page(text: str) -> Response:
    return HTMLResponse(text, headers=HEADERS)


def _to_the_door(request: Request) -> Response:
    return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", 303, HEADERS)


def _told_in_pages(handler: Handler) -> Handler:
    """The handler, with what it refuses told as a page."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except TokenryError as error:
            body = f"<h1>That did not work</h1><p>{escape(error.message[:1].upper() + error.message[1:])}</p>"
            return HTMLResponse(frame("That did not work", body), error.status, {**error.headers, **HEADERS})

    return answer
