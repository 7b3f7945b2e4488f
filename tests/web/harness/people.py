"""Somebody who is signed in: asks the API by HTTP as their browser would, and lends its cookies to tabs."""

from __future__ import annotations

from typing import Any

import httpx2

PASSWORD = "correct horse battery"


class Person:
    """One person at one server.

    Attributes:
        name, email: as they gave them.
        me: what `GET /v1/tokenry/me` says of them.
    """

    def __init__(self, url: str, name: str) -> None:
        self.name = name
        self.email = f"{name.lower()}@example.org"
        self.me: dict[str, Any] = {}
        self._http = httpx2.Client(base_url=url, headers={"origin": url}, timeout=30)

    def begin(self, path: str) -> Person:
        """Take a one-time link of an owner or an invite, say who one is, and be signed in."""
        form = {"name": self.name, "email": self.email, "password": PASSWORD}
        answer = self._http.post(path, data=form)
        assert answer.status_code == 303, answer.text
        return self._known()

    def sign_in(self) -> Person:
        """Sign in by password, in a browser of its own."""
        answer = self._http.post("/sign-in", data={"email": self.email, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return self._known()

    def _known(self) -> Person:
        self.me = self.get("/v1/tokenry/me")
        self._http.headers["x-tokenry-csrf"] = self.me["csrf_token"]
        return self

    def get(self, path: str, **query: str) -> Any:
        """What a GET answers; it fails when that is an error."""
        return self._ask("GET", path, params=query)

    def post(self, path: str, **body: Any) -> Any:
        """What a POST of JSON answers; it fails when that is an error."""
        return self._ask("POST", path, json=body)

    def delete(self, path: str) -> Any:
        """What a DELETE answers; it fails when that is an error."""
        return self._ask("DELETE", path)

    def raw(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """A request as it comes, and its answer, whatever that is."""
        return self._http.request(method, path, **more)

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        answer = self._http.request(method, path, **more)
        if answer.status_code == 403 and answer.json()["error"]["code"] == "csrf_refused":
            self._known()  # the session has a new token since somebody's rights changed, as the pages find out, too
            answer = self._http.request(method, path, **more)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def cookies(self) -> list[dict[str, Any]]:
        """Their cookies, as Playwright takes them."""
        url = str(self._http.base_url)
        return [{"name": one.name, "value": one.value, "url": url} for one in self._http.cookies.jar]

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()
