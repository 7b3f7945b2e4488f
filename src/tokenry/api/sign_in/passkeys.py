"""Signing in with a passkey: the page's script asks for a challenge, a device signs it, and somebody is in.

Nobody says who they are before: the device knows, so nothing here tells whether an address is known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tokenry.access import ADDRESS, new_token
from tokenry.access.passkeys import PasskeyRefused, Shown, Site, site_of
from tokenry.api.guarded import origin_of, read_cookie, require_private, require_same_origin, set_cookie
from tokenry.api.keyed import read_whole
from tokenry.api.sign_in.asked import after_of, caller, with_cookies
from tokenry.api.sign_in.entry import Caller, Entered, Entry, network
from tokenry.api.sign_in.script import SCRIPT, SCRIPT_PATH
from tokenry.base.errors import InvalidRequest, TokenryError
from tokenry.storage import Transaction

BROWSER_COOKIE = "tokenry_passkey"
BROWSER_S = 600
SIZE_MAX = 32 * 1024  # bytes of what a browser brings
_FAILED = ("passkey", "failed")


class PasskeyDoor:
    """The routes, and what is done behind them.

    Args:
        home: tells where people go once they are in, if they named no other page.
    """

    def __init__(self, entry: Entry, home: Callable[[], str]) -> None:
        self._home = home
        self._entry = entry
        self._rooms = entry.rooms

    def routes(self) -> list[Route]:
        """The routes, as the web framework takes them; to stand before the ways of providers."""
        return [
            Route(SCRIPT_PATH, self.script, methods=["GET"]),
            Route("/sign-in/passkey/begin", self.begin, methods=["POST"]),
            Route("/sign-in/passkey", self.finish, methods=["POST"]),
        ]

    async def script(self, request: Request) -> Response:
        """GET /sign-in/passkeys.js."""
        headers = {"cache-control": "no-cache", "x-content-type-options": "nosniff"}
        return Response(SCRIPT, media_type="text/javascript; charset=utf-8", headers=headers)

    async def begin(self, request: Request) -> Response:
        """POST /sign-in/passkey/begin: what the browser asks a device."""
        site = self._site(request)
        browser = read_cookie(request, BROWSER_COOKIE) or new_token()
        verifier = await asyncio.to_thread(self._rooms.passkeys.verifier)
        options = verifier.request(site, self._rooms.passkeys.challenges.give(f"entering {browser}"))
        response = _json({"publicKey": options})
        set_cookie(request, response, BROWSER_COOKIE, browser, BROWSER_S)
        return response

    async def finish(self, request: Request) -> Response:
        """POST /sign-in/passkey: what the device signed."""
        site, browser = self._site(request), read_cookie(request, BROWSER_COOKIE)
        shown = _read(await read_whole(request, SIZE_MAX))
        who = await self._enter(shown, browser, caller(request, self._rooms), site)
        return with_cookies(request, _json({"next": after_of(request, self._home())}), who)

    def _site(self, request: Request) -> Site:
        require_private(request)
        public_url = self._rooms.config.server.public_url
        require_same_origin(request, public_url)
        return site_of(origin_of(request), public_url)

    async def _enter(self, shown: Shown, browser: str | None, asking: Caller, site: Site) -> Entered:
        """Raises PasskeyRefused, SignInThrottled."""
        entry, subject = self._entry, f"passkey {network(asking.address)}"
        entry.throttle.begin([(subject, ADDRESS)])
        try:
            who = await self._checked(shown, browser, asking, site)
        except TokenryError:
            entry.counted[_FAILED] += 1
            raise
        entry.throttle.take_back(subject)
        return who

    async def _checked(self, shown: Shown, browser: str | None, asking: Caller, site: Site) -> Entered:
        passkeys, entry = self._rooms.passkeys, self._entry
        verifier = await asyncio.to_thread(passkeys.verifier)
        challenge = verifier.challenge_of(shown)
        if browser is None or not passkeys.challenges.take(challenge, f"entering {browser}"):
            raise PasskeyRefused(
                "This sign-in was not begun in this browser, took longer than five minutes, or was used. Begin again."
            )
        credential_id, whose = verifier.credential_of(shown)
        passkey = await asyncio.to_thread(passkeys.find, credential_id)
        user = self._rooms.people.roster.users.get("" if passkey is None else passkey.user_id)
        if passkey is None or user is None or user.disabled_at is not None or whose not in {"", user.id}:
            raise PasskeyRefused(
                "This passkey opens nothing here. Sign in another way, and add it on the page of your account."
            )
        try:
            count = await asyncio.to_thread(verifier.counted, site, challenge, shown, passkey)
        except PasskeyRefused:
            entry.note_failed(user.id, "passkey")
            raise

        def use(connection: Transaction) -> None:
            passkeys.used(connection, passkey, count)

        return await entry.enter(user.id, "passkey", asking, use)


def _read(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidRequest("a passkey is sent as one JSON object") from None


def _json(told: dict[str, Any]) -> Response:
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return Response(msgspec.json.encode(told), media_type="application/json", headers=headers)
