"""Somebody of the demonstration at a browser: signs in on the pages, asks the public API, and signs in again later."""

from __future__ import annotations

from typing import Any

import httpx2

from tokenry.app.demo.folder import PASSWORD
from tokenry.base.errors import TokenryError

HERE = "http://localhost:8080"
CSRF = "x-tokenry-csrf"


class DemoFailed(TokenryError):
    """The story came to a point that its teller did not expect: a fault of ours."""


class Person:
    """One browser and whoever sits at it.

    Args:
        app: the ASGI app of the house.
        name: how the person is called; their role.
        email: by which they sign in.
    """

    def __init__(self, app: Any, name: str, email: str) -> None:
        self.name = name
        self.email = email
        self.id = ""
        transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 5))
        self._http = httpx2.AsyncClient(
            transport=transport, base_url=HERE, headers={"origin": HERE, "user-agent": "tokenry demo"}, timeout=60
        )
        self._csrf = ""

    async def use_link(self, url: str) -> None:
        """Come in by the one-time link of a first start."""
        fields = {"name": self.name, "email": self.email, "password": PASSWORD}
        await self._http.post(httpx2.URL(url).path, data=fields)
        await self._know_oneself()

    async def accept(self, token: str) -> None:
        """Take an invite."""
        await self._http.post(f"/invite/{token}", data={"name": self.name, "password": PASSWORD})
        await self._know_oneself()

    async def get(self, path: str, **query: Any) -> Any:
        """Ask for something."""
        return await self._asked("GET", path, params=query)

    async def post(self, path: str, **body: Any) -> Any:
        """Do something."""
        return await self._asked("POST", path, json=body)

    async def delete(self, path: str) -> Any:
        """Remove something."""
        return await self._asked("DELETE", path)

    async def watch(self, path: str) -> None:
        """Read events until they end."""
        answer = await self._http.get(path)
        if answer.is_error:
            raise DemoFailed(f"{self.name}: GET {path}: {answer.status_code} {answer.text[:300]}")

    async def form(self, path: str, fields: dict[str, str], file: tuple[str, bytes]) -> Any:
        """Leave a file."""
        return await self._asked("POST", path, data=fields, files={"file": file})

    async def close(self) -> None:
        """Close the browser."""
        await self._http.aclose()

    async def _asked(self, method: str, path: str, **said: Any) -> Any:
        answer = await self._http.request(method, path, headers={CSRF: self._csrf}, **said)
        if await self._is_again(answer):
            answer = await self._http.request(method, path, headers={CSRF: self._csrf}, **said)
        if answer.is_error:
            raise DemoFailed(f"{self.name}: {method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content else None

    async def _is_again(self, answer: httpx2.Response) -> bool:
        """Whether it is to be asked once more: a session lasts a month at the longest and the story a year, and its
        token changes with its owner's roles."""
        if answer.status_code == 401:
            await self._http.post("/sign-in", data={"email": self.email, "password": PASSWORD})
        elif answer.status_code != 403 or "csrf_refused" not in answer.text:
            return False
        await self._know_oneself()
        return True

    async def _know_oneself(self) -> None:
        answer = await self._http.get("/v1/tokenry/me")
        if answer.is_error:
            raise DemoFailed(f"{self.name} cannot sign in: {answer.status_code} {answer.text[:300]}")
        told = answer.json()
        self.id, self._csrf = told["id"], told["csrf_token"]


class Application:
    """A program of somebody's with a key of its own: it asks what applications ask."""

    def __init__(self, app: Any, name: str, key: str) -> None:
        self.name = name
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        self._http = httpx2.AsyncClient(
            transport=transport, base_url=HERE, headers={"authorization": f"Bearer {key}"}, timeout=60
        )

    async def ask(self, model: str, words: str, **more: Any) -> int:
        """One question; the status of its answer, which may well be a refusal."""
        body = {"model": model, "messages": [{"role": "user", "content": words}], **more}
        return (await self._http.post("/v1/chat/completions", json=body)).status_code

    async def close(self) -> None:
        """End."""
        await self._http.aclose()
