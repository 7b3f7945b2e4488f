"""Every page of the workspace, read from the routes in `web/src`, and a real address for each that has a parameter.

A new page is tried by `test_pages.py` without a word here, unless its path has a parameter: then it needs a maker in
`things`.
"""

from __future__ import annotations

import re

from tests.tidy.house import ROOT
from tests.web.harness import House
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


def address(pattern: str, house: House) -> str:
    """Where a page is: its path itself, or one with the id of a thing that is made for it."""
    if "$" not in pattern:
        return pattern
    assert pattern in MAKERS, f"the page {pattern} has a parameter: give it a maker in tests/web/things.py"
    made = MAKERS[pattern](house)
    return _PARAMETER.sub(lambda _: made, pattern)
