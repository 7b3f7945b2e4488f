"""The routes of the pages: what each reads, asks of `Entry`, and shows. Server-rendered; no page needs a script.

Every form that is sent must come from a page of ours; once there is a session it must show the session's token, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tokenry.access import Session, SignInThrottled, csrf_token, find_invite, hash_of, new_token, person
from tokenry.api.guarded import (
    SESSION_COOKIE,
    find_session,
    keep_fresh,
    read_cookie,
    renew,
    require_private,
    require_same_origin,
    require_unforged,
    set_cookie,
)
from tokenry.api.sign_in import pages
from tokenry.api.sign_in.asked import ACCOUNT, after_of, caller, entered, form_of, onward, shown, with_session
from tokenry.api.sign_in.entry import Entry, WrongCredentials
from tokenry.api.sign_in.passkeys import PasskeyDoor
from tokenry.base.errors import Conflict, InvalidRequest, TokenryError

FLOW_COOKIE = "tokenry_flow"
FLOW_S = 600
_MENDABLE = (InvalidRequest, Conflict, WrongCredentials, SignInThrottled)
Handler = Callable[[Request], Awaitable[Response]]


class Pages:
    """The handlers, and the ways in that they lead to.

    Attributes:
        home: where people go once they are in, if they named no other page.
    """

    def __init__(self, entry: Entry) -> None:
        self.home = ACCOUNT
        self.entry = entry
        self._rooms = entry.rooms

    def routes(self) -> list[Route]:
        """The routes, as the web framework takes them."""
        table: tuple[tuple[str, str, Handler], ...] = (
            ("GET", "/sign-in", self.door),
            ("POST", "/sign-in", self.password),
            ("GET", "/sign-in/link/{token}", self.link),
            ("POST", "/sign-in/link/{token}", self.use_link),
            ("GET", "/sign-in/{provider}", self.provider),
            ("GET", "/sign-in/{provider}/callback", self.callback),
            ("POST", "/sign-out", self.sign_out),
            ("GET", "/invite/{token}", self.invite),
            ("POST", "/invite/{token}", self.accept),
            ("GET", "/account", self.account),
            ("POST", "/account/name", self.rename),
            ("POST", "/account/password", self.change_password),
            ("POST", "/account/passkeys/{passkey_id}/remove", self.remove_passkey),
            ("POST", "/account/sessions", self.sign_out_everywhere),
            ("POST", "/account/sessions/{session_id}", self.end_session),
        )
        own = [Route(path, _told_in_pages(handler), methods=[method]) for method, path, handler in table]
        return [*PasskeyDoor(self.entry, lambda: self.home).routes(), *own]

    async def door(self, request: Request) -> Response:
        """GET /sign-in."""
        if find_session(request, self._rooms.sessions) is not None:
            return onward(after_of(request, self.home))
        try:
            require_private(request)
        except TokenryError as error:
            return self._door(request, error)
        return self._door(request)

    async def password(self, request: Request) -> Response:
        """POST /sign-in."""
        self._require_ours(request)
        form = await form_of(request)
        try:
            who = await self.entry.by_password(
                form.get("email", ""), form.get("password", ""), caller(request, self._rooms)
            )
        except _MENDABLE as error:
            return self._door(request, error, form.get("email", ""))
        return entered(request, who, after_of(request, self.home))

    async def link(self, request: Request) -> Response:
        """GET /sign-in/link/{token}: looking at it does not spend it."""
        require_private(request)
        token = request.path_params["token"]
        found = await asyncio.to_thread(self.entry.links.find, token)
        user = self._rooms.people.roster.users[found.user_id]
        return shown(pages.link(token, name="" if user.name == "owner" else user.name, email=user.email or ""))

    async def use_link(self, request: Request) -> Response:
        """POST /sign-in/link/{token}."""
        self._require_ours(request)
        token, form = request.path_params["token"], await form_of(request)
        name, email = form.get("name", ""), form.get("email", "")
        try:
            who = await self.entry.by_link(token, name, email, form.get("password", ""), caller(request, self._rooms))
        except _MENDABLE as error:
            return _again(pages.link(token, name=name, email=email, wrong=error.message), error)
        return entered(request, who, self.home)

    async def provider(self, request: Request) -> Response:
        """GET /sign-in/{provider}: on to the provider."""
        require_private(request)
        name, browser = request.path_params["provider"], read_cookie(request, FLOW_COOKIE) or new_token()
        address = request.client.host if request.client else None
        url = await self.entry.begin(name, after_of(request, self.home), browser, address, self._back(request, name))
        response = onward(url)
        set_cookie(request, response, FLOW_COOKIE, browser, FLOW_S)
        return response

    async def callback(self, request: Request) -> Response:
        """GET /sign-in/{provider}/callback: back from the provider."""
        require_private(request)
        name, query = request.path_params["provider"], dict(request.query_params)
        who, flow = await self.entry.by_provider(
            name, query, read_cookie(request, FLOW_COOKIE), caller(request, self._rooms), self._back(request, name)
        )
        return entered(request, who, flow.after)

    async def sign_out(self, request: Request) -> Response:
        """POST /sign-out."""
        session = await self._guarded(request)
        if session is not None:
            await self.entry.leave(session)
        return self._goodbye(request)

    async def sign_out_everywhere(self, request: Request) -> Response:
        """POST /account/sessions."""
        session = await self._guarded(request)
        if session is not None:
            await self.entry.leave(session, everywhere=True)
        return self._goodbye(request)

    async def end_session(self, request: Request) -> Response:
        """POST /account/sessions/{session_id}."""
        session = await self._guarded(request)
        if session is None:
            return onward("/sign-in")
        await self.entry.leave(session, only=request.path_params["session_id"])
        return onward(ACCOUNT)

    async def remove_passkey(self, request: Request) -> Response:
        """POST /account/passkeys/{passkey_id}/remove."""
        session = await self._guarded(request)
        if session is None:
            return onward("/sign-in")
        rooms, passkey_id = self._rooms, request.path_params["passkey_id"]
        by = person(rooms.people.roster, session.user_id)
        await asyncio.to_thread(rooms.passkeys.remove, by, session.user_id, passkey_id)
        return onward(ACCOUNT)

    async def invite(self, request: Request) -> Response:
        """GET /invite/{token}: looking at it does not accept it."""
        require_private(request)
        return await self._invite(request)

    async def accept(self, request: Request) -> Response:
        """POST /invite/{token}."""
        self._require_ours(request)
        token, form = request.path_params["token"], await form_of(request)
        session = find_session(request, self._rooms.sessions)
        try:
            if session is not None:
                require_unforged(request, self._rooms, session, form.get("csrf"))
                await self.entry.accept(session, token)
                return onward(self.home)
            who = await self.entry.by_invite(
                token, form.get("name", ""), form.get("password", ""), caller(request, self._rooms)
            )
        except _MENDABLE as error:
            return await self._invite(request, error, form.get("name", ""))
        return entered(request, who, self.home)

    async def account(self, request: Request) -> Response:
        """GET /account."""
        await renew(request, self._rooms.sessions)
        session = find_session(request, self._rooms.sessions)
        if session is None:
            return onward("/sign-in")
        response = await self._account(session)
        await keep_fresh(request, response, self._rooms.sessions)
        return response

    async def rename(self, request: Request) -> Response:
        """POST /account/name."""
        session = await self._guarded(request)
        if session is None:
            return onward("/sign-in")
        try:
            await self.entry.rename(session, (await form_of(request)).get("name", ""))
        except _MENDABLE as error:
            return await self._account(session, error)
        return onward(ACCOUNT)

    async def change_password(self, request: Request) -> Response:
        """POST /account/password."""
        session = await self._guarded(request)
        if session is None:
            return onward("/sign-in")
        form = await form_of(request)
        try:
            fresh, token = await self.entry.change_password(session, form.get("old", ""), form.get("password", ""))
        except _MENDABLE as error:
            return await self._account(session, error)
        done = "Your password is changed; all your other sessions have ended."
        return with_session(request, await self._account(fresh, done=done), fresh, token)

    def _require_ours(self, request: Request) -> None:
        require_private(request)
        require_same_origin(request, self._rooms.config.server.public_url)

    async def _guarded(self, request: Request) -> Session | None:
        """Whose session sends a form, once it has shown that a page of ours made it; None = nobody is signed in."""
        self._require_ours(request)
        session = find_session(request, self._rooms.sessions)
        if session is not None:
            require_unforged(request, self._rooms, session, (await form_of(request)).get("csrf"))
        return session

    def _back(self, request: Request, name: str) -> str:
        """Where a provider sends people back to: exactly what is registered there."""
        base = self._rooms.config.server.public_url or f"{request.url.scheme}://{request.headers.get('host', '')}"
        return f"{base.rstrip('/')}/sign-in/{name}/callback"

    def _door(self, request: Request, error: TokenryError | None = None, email: str = "") -> Response:
        providers = [(name, door.provider.title) for name, door in self.entry.providers.items()]
        note = "You are signed out." if "out" in request.query_params else None
        wrong = None if error is None else error.message
        after = after_of(request, self.home)
        further = None if after == self.home else after
        text = pages.sign_in(providers, further, email=email, wrong=wrong, note=note)
        return shown(text) if error is None else _again(text, error)

    async def _invite(self, request: Request, error: TokenryError | None = None, name: str = "") -> Response:
        token = request.path_params["token"]
        found = await asyncio.to_thread(find_invite, self._rooms.desk, token)
        session = find_session(request, self._rooms.sessions)
        roster = self._rooms.people.roster
        told = pages.Invited(
            where=roster.organizations[found.organization_id].name,
            email=found.email,
            role=found.role,
            reader=None if session is None else roster.users[session.user_id].email,
        )
        csrf = None if session is None else csrf_token(session)
        text = pages.invite(told, token, csrf, name=name, wrong=None if error is None else error.message)
        return shown(text) if error is None else _again(text, error)

    async def _account(
        self, session: Session, error: TokenryError | None = None, *, done: str | None = None
    ) -> Response:
        rooms = self._rooms
        roster = rooms.people.roster
        user = roster.users[session.user_id]
        encoded = await asyncio.to_thread(hash_of, rooms.desk.db, user.id)
        told = pages.Account(
            name=user.name,
            email=user.email,
            places=[
                (roster.organizations[one].name, roster.members[one, user.id].role)
                for one in roster.organizations_of(user.id)
            ],
            sessions=rooms.sessions.of_user(user.id),
            current=session,
            has_password=encoded is not None,
            passkeys=await asyncio.to_thread(rooms.passkeys.of_user, user.id),
        )
        text = pages.account(told, csrf_token(session), wrong=None if error is None else error.message, done=done)
        return shown(text) if error is None else _again(text, error)

    def _goodbye(self, request: Request) -> Response:
        response = onward("/sign-in?out")
        set_cookie(request, response, SESSION_COOKIE, "", 0)
        return response


def _again(text: str, error: TokenryError) -> Response:
    """The page once more, with what went wrong on it."""
    response = shown(text, error.status)
    response.headers.update(error.headers)
    return response


def _told_in_pages(handler: Handler) -> Handler:
    """The handler, with what it refuses told as a page."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except TokenryError as error:
            return _again(pages.failed("That did not work", error.message), error)

    return answer
