"""Every page of the workspace, read from the routes in `web/src`, and a real address for each that has a parameter.

A new page is tried by `test_pages.py` without a word here, unless its path has a parameter: then it needs a maker in
`things`.
"""

from __future__ import annotations

import re

from tests.tidy.house import ROOT
from tests.web.harness import DESK, PHONE, House, Tab
from tests.web.things import MAKERS

WEB = ROOT / "web" / "src"
_PATH = re.compile(r'\bpath:\s*"([^"]*)"')
_ROUTES = re.compile(r'from "@/(areas/[\w/-]*routes)"')
_PARAMETER = re.compile(r"\$\w+")
_DEVELOPMENT = ("/gallery",)


def patterns() -> list[str]:
    """The paths of all routes as the router has them (`/chat/$id`), whole, in order."""
    router = (WEB / "router.tsx").read_text(encoding="utf-8")
    files = [WEB / "router.tsx", *(WEB / f"{name}.ts" for name in sorted(_ROUTES.findall(router)))]
    found = {path for file in files for path in _PATH.findall(file.read_text(encoding="utf-8"))}
    return sorted(path for path in found if path not in _DEVELOPMENT)


def wrong_with(tour: Tab, house: House, pattern: str) -> list[str]:
    """All that is wrong with a page, as the owner opens it in a tab that has been elsewhere: light at a desk, dark on a
    phone."""
    tour.complaints.clear()
    tour.colours("light").resize(DESK).go(address(pattern, house))
    found = [f"desk, light: {words}" for words in tour.wrong()]
    found += [f"phone, dark: {words}" for words in tour.colours("dark").resize(PHONE).wrong()]
    return [*found, *tour.complaints]


def address(pattern: str, house: House) -> str:
    """Where a page is: its path itself, or one with the id of a thing that is made for it."""
    if "$" not in pattern:
        return pattern
    assert pattern in MAKERS, f"the page {pattern} has a parameter: give it a maker in tests/web/things.py"
    made = MAKERS[pattern](house)
    return _PARAMETER.sub(lambda _: made, pattern)
