"""A browser and a house with people in it, once for a file; tabs that a test opens and that may not complain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.web.harness import CHROMIUM, CONFIGURATION, DESK, House, Person, Tab, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: `apt-get install chromium`, or name one in TOKENRY_CHROMIUM")
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server with an owner; its configuration is the module's `CONFIG`, if it has one."""
    config = getattr(request.module, "CONFIG", CONFIGURATION)
    house = House(tmp_path_factory.mktemp("house"), config)
    yield house
    house.close()


@pytest.fixture(scope="module")
def owner(house: House) -> Person:
    """Who owns the house, signed in."""
    return house.owner


@pytest.fixture(scope="module")
def member(house: House) -> Person:
    """Somebody with no other rights than to work in the first project, signed in."""
    return house.invite("Mia")


@pytest.fixture(scope="module")
def tour(browser: Browser, house: House) -> Iterator[Tab]:
    """One tab of the owner's for all that a file looks at: what one page has fetched, the next need not fetch."""
    tab = Tab(browser, house.url, house.owner, DESK, "light")
    yield tab
    tab.close()


@pytest.fixture
def visit(browser: Browser, house: House) -> Iterator[Callable[..., Tab]]:
    """Opens tabs: `visit(person, "/admin/keys", size=PHONE, theme="dark")`. Their complaints fail the test."""
    tabs: list[Tab] = []

    def opened(person: Person | None, path: str = "/", **how: Any) -> Tab:
        tab = Tab(browser, house.url, person, how.get("size", DESK), how.get("theme", "light"))
        tabs.append(tab)
        return tab.go(path)

    yield opened
    for tab in tabs:
        tab.close()
    assert not [words for tab in tabs for words in tab.complaints]
