"""Every page as the owner opens it: nothing in the console, nothing asked elsewhere, usable by all, on a phone too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.web.harness import House, Person, Tab
from tests.web.pages import patterns, wrong_with
from tokenry.api.web import leads_into_app

Visit = Callable[..., Tab]


def test_the_server_sends_the_pages_that_the_router_knows_and_signing_in_leads_there() -> None:
    assert "/" in patterns(), "the routes were not read"
    for pattern in patterns():
        assert pattern.startswith("/"), f"{pattern}: a route says its whole path"
        assert leads_into_app(pattern.replace("$", "")), f"{pattern}: put its first word into api/web/paths.py"


@pytest.mark.parametrize("pattern", [pattern for pattern in patterns() if not pattern.startswith("/admin/")])
def test_a_page_is_whole_quiet_and_usable(tour: Tab, house: House, pattern: str) -> None:
    assert not wrong_with(tour, house, pattern)


def test_who_is_not_signed_in_signs_in_and_comes_back(visit: Visit, owner: Person) -> None:
    tab = visit(None, "/search?q=tides")
    assert tab.path == "/sign-in?next=%2Fsearch%3Fq%3Dtides"
    tab.page.get_by_label("E-mail").fill(owner.email)
    tab.page.get_by_label("Password").fill("correct horse battery")
    tab.page.get_by_role("button", name="Sign in", exact=True).click()
    tab.page.wait_for_url("**/search?q=tides")
    tab.settled()


def test_all_that_the_bar_offers_a_member_is_theirs(visit: Visit, member: Person) -> None:
    tab = visit(member, "/")
    offered = tab.page.eval_on_selector_all("aside a[href^='/']", "all => all.map(one => one.getAttribute('href'))")
    paths = sorted({str(path) for path in offered})
    assert len(paths) > 5, f"the bar was not read: {paths}"
    refused = [path for path in paths if "needs the permission" in tab.go(path).page.inner_text("main")]
    assert not refused
