"""Whether everybody can use a page, as far as axe-core can tell. It comes with web's development packages."""

from __future__ import annotations

from functools import cache
from typing import Any

from playwright.sync_api import Page

from tests.tidy.house import ROOT

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A tooltip or a menu stands at the end of the page, beside all landmarks, and belongs to the button that names it.
_ASK = """async (rules) => {
    const { violations } = await window.axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
    const told = (node) => [node.target.join(" "), node.any.concat(node.all)[0]?.message ?? ""];
    const aside = (id, node) => id === "region" && node.target.join(" ").includes("data-radix-popper-content-wrapper");
    return violations
        .map(({ id, help, nodes }) => [id, help, nodes.filter((node) => !aside(id, node)).map(told)])
        .filter(([, , nodes]) => nodes.length);
}"""


@cache
def _source() -> str:
    path = ROOT / "web/node_modules/axe-core/axe.min.js"
    assert path.exists(), "axe-core is missing: `just web install`"
    return path.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page as it is now, a line each; empty when nothing is."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_source())  # by the debugger, which the content policy does not concern
    found: list[Any] = page.evaluate(_ASK, _RULES)
    return [f"{name}: {words}: {'; '.join(' '.join(node) for node in nodes[:5])}" for name, words, nodes in found]
