"""A browser at a running house: it keeps cookies, says where it comes from, and reads the forms it is shown."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx2

from tests.api.organization.stand import Stand
from tokenry.access import Cost, Hashing, put_hash

PASSWORD = "correct horse battery"
HOME = "http://127.0.0.1:8080"
CHEAP = Cost(1, 8, 1)


class Visitor:
    """One browser. `origin` is what it says of the page that makes it ask; None = it says nothing."""

    def __init__(self, stand: Stand, home: str = HOME, address: str = "127.0.0.1") -> None:
        self.stand = stand
        self.home = home
        transport = httpx2.ASGITransport(app=stand.serving.app, raise_app_exceptions=False, client=(address, 5))
        self.http = httpx2.AsyncClient(transport=transport, base_url=home, headers={"user-agent": "Firefox on Linux"})

    async def get(self, path: str, **more: Any) -> httpx2.Response:
        """Go to a page; redirects are not followed."""
        return await self.http.get(path, **more)

    async def post(self, path: str, *, origin: str | None = "", **fields: str) -> httpx2.Response:
        """Send a form, from a page of ours unless said otherwise."""
        said = self.home if origin == "" else origin
        return await self.http.post(path, data=fields or {"_": ""}, headers={} if said is None else {"origin": said})

    async def sign_in(self, email: str, password: str = PASSWORD, path: str = "/sign-in") -> httpx2.Response:
        """Sign in by password."""
        return await self.post(path, email=email, password=password)

    async def csrf(self) -> str:
        """The token that the pages of this session show."""
        found = re.search(r'name="csrf" value="([^"]+)"', (await self.get("/account")).text)
        assert found is not None
        return unescape(found[1])

    @property
    def token(self) -> str | None:
        """The session's token, as the cookie has it."""
        for cookie in self.http.cookies.jar:
            if cookie.name.endswith("tokenry_session"):
                return cookie.value
        return None

    def steal(self, token: str) -> None:
        """Have somebody else's cookie."""
        secure = self.home.startswith("https")
        name = "__Host-tokenry_session" if secure else "tokenry_session"
        self.http.cookies.set(name, token, domain=self.home.split("//")[1].split(":")[0])

    async def me(self, method: str = "GET", path: str = "", **headers: str) -> httpx2.Response:
        """Ask /v1/tokenry/me…, with further headers."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.request(method, f"/v1/tokenry/me{path}", headers=named)


async def with_password(stand: Stand, role: str, password: str = PASSWORD) -> str:
    """Somebody of a role in our organization gets a password; their e-mail address."""
    entry = stand.serving.entrance.entry
    user = stand.house.people.roster.users[stand.ours.users[role]]
    with stand.house.desk.db.write() as connection:
        put_hash(connection, user.id, await entry.hashing.hash(password), 1)
    assert user.email is not None
    return user.email


def cheaper(stand: Stand) -> None:
    """Hash at next to no cost; and lead to the account, whether or not the workspace's pages were built here."""
    stand.serving.entrance.entry.hashing = Hashing(CHEAP)
    stand.serving.entrance.pages.home = "/account"


def audited(stand: Stand, kind: str) -> list[Any]:
    """The rows of the audit log of one kind."""
    from tokenry.access import read_audit

    return [row for row in read_audit(stand.house.desk.db) if row.type == kind]
