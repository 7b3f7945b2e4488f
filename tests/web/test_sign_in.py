"""People come in by a browser: with a passkey of a device, and through a provider."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.web.harness import CONFIGURATION, DESK, House, Tab

PROVIDER = """
import warnings
from wsgiref.simple_server import WSGIRequestHandler, make_server
warnings.simplefilter("ignore")
import oidc_provider_mock
class Quiet(WSGIRequestHandler):
    def log_message(self, *args): pass
server = make_server("127.0.0.1", 0, oidc_provider_mock.app(), handler_class=Quiet)
print(server.server_port, flush=True)
server.serve_forever()
"""
OIDC = """
[[sign_in.oidc]]
name = "lab"
title = "The lab"
issuer = "{issuer}"
client_id = "tokenry"
client_secret_file = "{secret}"
default_role = "member"
"""
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A provider in a process of its own; its issuer."""
    told = [sys.executable, "-c", PROVIDER]
    with subprocess.Popen(told, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.kill()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, provider: str) -> Iterator[House]:
    """A house that people may come into through the provider, too."""
    folder: Path = tmp_path_factory.mktemp("house")
    (folder / "secret").write_text("s3cret\n")
    house = House(folder, CONFIGURATION + OIDC.format(issuer=provider, secret=folder / "secret"))
    yield house
    house.close()


@pytest.fixture
def here(browser: Browser, house: House) -> Iterator[Tab]:
    """A tab at the name that passkeys are made for."""
    tab = Tab(browser, house.url.replace("127.0.0.1", "localhost"), None, DESK, "light")
    yield tab
    tab.close()
    assert not tab.complaints


def test_a_passkey_is_made_used_and_removed(here: Tab, house: House) -> None:
    page = here.page
    devices = here.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    here.go("/sign-in?next=/account")
    page.get_by_label("E-mail").fill(house.owner.email)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/account")

    page.get_by_label("What to call it").fill("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("never used").wait_for()
    assert not here.wrong()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in?out")
    assert not here.wrong()
    assert not here.colours("dark").wrong()

    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    here.settled()
    here.go("/account")
    page.get_by_text("My laptop").wait_for()
    assert page.get_by_text("never used").count() == 0
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("My laptop").wait_for(state="detached")

    here.go("/sign-in?next=/account")  # signed in already
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("alert").wait_for()
    assert "opens nothing here" in page.get_by_role("alert").inner_text()
    here.complaints = [words for words in here.complaints if "401" not in words]


def test_somebody_new_comes_in_through_the_provider(browser: Browser, house: House, provider: str) -> None:
    tab = Tab(browser, house.url, None, DESK, "light")
    try:
        page = tab.go("/sign-in").page
        assert not tab.wrong()
        page.get_by_role("link", name="Continue with The lab").click()
        page.wait_for_url(f"{provider}/**")
        page.locator("input[name=sub]").fill("grace@example.org")
        page.locator("button[type=submit], input[type=submit]").first.click()
        page.wait_for_url(f"{house.url}/**")
        tab.complaints.clear()  # of the provider's own pages
        tab.settled()
        assert tab.path == "/"
        me = page.evaluate("async () => (await fetch('/v1/tokenry/me')).json()")
        assert (me["kind"], [place["role"] for place in me["organizations"]]) == ("session", ["member"])
        assert me["id"] != house.owner.me["id"]
        assert not tab.complaints
    finally:
        tab.close()
