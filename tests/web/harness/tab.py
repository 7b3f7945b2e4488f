"""A tab of somebody's browser that notes what must never happen: errors in the console, a request to anywhere else."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, Response

from tests.web.harness.axe import violations
from tests.web.harness.people import Person

DESK = (1280, 800)
PHONE = (390, 844)
SETTLE_MS = 30_000  # two cores may run servers and other browsers meanwhile
_OURS = ("data:", "blob:", "about:")
Theme = Literal["light", "dark"]


class Tab:
    """One tab in a browser profile of its own.

    Args:
        person: who is signed in; None = nobody.
        size: of the window, in CSS pixels.

    Attributes:
        page: Playwright's page.
        complaints: what went wrong so far, in words. `visit` fails a test at its end when there is one; a test that
            wants an error takes it out.
    """

    def __init__(self, browser: Browser, url: str, person: Person | None, size: tuple[int, int], theme: Theme) -> None:
        self.url = url
        self.complaints: list[str] = []
        self.context = browser.new_context(
            base_url=url, viewport=_viewport(size), color_scheme=theme, reduced_motion="reduce", locale="en-GB",
            timezone_id="Europe/Berlin",
        )  # fmt: skip
        if person is not None:
            self.context.add_cookies(person.cookies())  # type: ignore[arg-type] # its own kind of dict
        self.page = self.context.new_page()
        self.page.set_default_timeout(SETTLE_MS)
        self._running: set[Request] = set()
        self._listen(self.page)

    def _listen(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("request", self._asked)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)
        page.on("response", self._answered)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        self._running.add(request)
        if not request.url.startswith((*_OURS, self.url + "/")):
            self.complaints.append(f"asked elsewhere: {request.method} {request.url}")

    def _ended(self, request: Request) -> None:
        self._running.discard(request)

    def _answered(self, response: Response) -> None:
        if response.headers.get("content-type", "").startswith("text/event-stream"):
            self._running.discard(response.request)  # it may go on for long
        if response.status >= 500:
            self.complaints.append(f"the server failed: {response.status} {response.url}")

    def go(self, path: str) -> Tab:
        """Go to a page and wait until it is there."""
        self.page.goto(path, wait_until="load")
        return self.settled()

    def settled(self) -> Tab:
        """Wait until nothing is asked for any more, and the page has something in it that is not about to change."""
        waited = 0
        while waited < SETTLE_MS:
            if not self._running and self.page.evaluate(_QUIET):
                return self
            self.page.wait_for_timeout(20)
            waited += 20
        raise AssertionError(f"{self.page.url} does not come to rest: {[one.url for one in self._running]}")

    @property
    def path(self) -> str:
        """Where it is, without the server's address."""
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def colours(self, theme: Theme) -> Tab:
        """Change the system's colours."""
        self.page.emulate_media(color_scheme=theme)
        self.page.evaluate(_DRAWN)
        return self

    def resize(self, size: tuple[int, int]) -> Tab:
        """Make the window as large as that."""
        self.page.set_viewport_size(_viewport(size))
        self.page.evaluate(_DRAWN)
        return self

    def wrong(self) -> list[str]:
        """What axe complains about, and whether the page is wider than its window."""
        wide = self.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        return [*violations(self.page), *([f"the page is {wide} px wider than the window"] if wide > 0 else [])]

    def close(self) -> None:
        """Close it."""
        try:
            self.context.close()
        except Error:  # the browser is gone already
            self.complaints.append("the browser ended")


_DRAWN = """async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const ending = document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity);
    await Promise.allSettled(ending.map((one) => one.finished));
}"""
_QUIET = """async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const main = document.querySelector("main");
    const waits = '[aria-busy="true"], .animate-turn, [role="status"][aria-label]';
    return main !== null && main.innerText.trim() !== "" && main.querySelector(waits) === null;
}"""


def _viewport(size: tuple[int, int]) -> Any:
    return {"width": size[0], "height": size[1]}
