"""Every page as the owner opens it: nothing in the console, nothing asked elsewhere, usable by all, on a phone too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.web.harness import PHONE, House, Person, Tab
from tests.web.pages import address, patterns
from tokenry.api.web import leads_into_app

Visit = Callable[..., Tab]


def test_the_server_sends_the_pages_that_the_router_knows_and_signing_in_leads_there() -> None:
    assert "/" in patterns(), "the routes were not read"
    for pattern in patterns():
        assert pattern.startswith("/"), f"{pattern}: a route says its whole path"
        assert leads_into_app(pattern.replace("$", "")), f"{pattern}: put its first word into api/web/paths.py"


@pytest.mark.parametrize("pattern", patterns())
def test_a_page_is_whole_quiet_and_usable(visit: Visit, house: House, owner: Person, pattern: str) -> None:
    tab = visit(owner, address(pattern, house))
    wrong = [f"desk, light: {words}" for words in tab.wrong()]
    wrong += [f"phone, dark: {words}" for words in tab.colours("dark").resize(PHONE).wrong()]
    assert not wrong


def test_who_is_not_signed_in_signs_in_and_comes_back(visit: Visit, owner: Person) -> None:
    tab = visit(None, "/search?q=tides")
    assert tab.path == "/sign-in?next=%2Fsearch%3Fq%3Dtides"
    tab.page.get_by_label("E-mail").fill(owner.email)
    tab.page.get_by_label("Password").fill("correct horse battery")
    tab.page.get_by_role("button", name="Sign in", exact=True).click()
    tab.page.wait_for_url("**/search?q=tides")
    tab.settled()
