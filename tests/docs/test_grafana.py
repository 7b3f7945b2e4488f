"""The Grafana dashboard asks for metrics and labels that exist, and is put together as Grafana wants it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.tidy.house import ROOT
from tokenry.api.families import FAMILIES

DASHBOARD: dict[str, Any] = json.loads((ROOT / "examples/grafana/tokenry.json").read_text(encoding="utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel["targets"]] + [
    variable["definition"] for variable in DASHBOARD["templating"]["list"] if variable["type"] == "query"
]
SCRAPED = {"job", "instance"}  # what Prometheus adds to every sample
WORDS = re.compile(r"\b(?:tokenry|process)_[a-z0-9_]+")


def exposed() -> dict[str, set[str]]:
    """Names as a scrape has them, with their labels."""
    found: dict[str, set[str]] = {}
    for name, family in FAMILIES.items():
        labels = {*family.labels, *SCRAPED}
        if family.kind == "counter":
            found[f"{name}_total"] = labels
        elif family.kind == "histogram":
            found |= {f"{name}_bucket": {*labels, "le"}, f"{name}_sum": labels, f"{name}_count": labels}
        else:
            found[name] = labels
    return found


def complaints(expression: str) -> list[str]:
    """What is wrong with the names in an expression."""
    known, wrong = exposed(), []
    bare = re.sub(r'"[^"]*"', '""', expression)
    for match in WORDS.finditer(bare):
        name = match[0]
        if name not in known:
            wrong.append(f"no metric {name}")
            continue
        selector = re.match(r"\{([^}]*)\}", bare[match.end() :])
        asked = re.findall(r"([a-z_]+)\s*(?:=~|!~|!=|=)", selector[1]) if selector else []
        wrong += [f"{name} has no label {label}" for label in asked if label not in known[name]]
    names = [name for name in WORDS.findall(bare) if name in known]
    labels = set().union(*(known[name] for name in names)) if names else set()
    for group in re.findall(r"\bby \(([^)]*)\)", bare):
        wrong += [f"nothing has the label {part.strip()}" for part in group.split(",") if part.strip() not in labels]
    if bare.startswith("label_values"):
        wrong += [f"no label {label}" for label in re.findall(r", ([a-z_]+)\)$", bare) if label not in labels]
    if not names:
        wrong.append("no metric at all")
    return wrong


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_expression_asks_for_what_there_is(expression: str) -> None:
    assert complaints(expression) == []
    for opening, closing in ("()", "{}", "[]"):
        assert expression.count(opening) == expression.count(closing)
    for rated in re.findall(r"(?:rate|increase)\((tokenry|process)(_[a-z_]+)", expression):
        assert "".join(rated).endswith(("_total", "_bucket")), "only what grows has a rate"


@pytest.mark.parametrize(
    "wrong",
    [
        "tokenry_request_total", "tokenry_requests", 'tokenry_requests_total{key="x"}',
        "sum by (key) (tokenry_tokens_total)",
        "rate(tokenry_request_duration_seconds[5m])", "up", "label_values(tokenry_build_info, who)",
    ],
)  # fmt: skip
def test_a_wrong_name_is_seen(wrong: str) -> None:
    assert complaints(wrong)


def test_legends_name_labels_that_the_expression_keeps() -> None:
    known = exposed()
    for panel in PANELS:
        for target in panel["targets"]:
            asked = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
            kept = [set(re.split(r",\s*", group)) for group in re.findall(r"\bby \(([^)]*)\)", target["expr"])]
            names = WORDS.findall(target["expr"])
            assert asked <= (kept[0] if kept else known[names[0]]), (panel["title"], target["legendFormat"])


def test_it_is_put_together_as_grafana_wants_it() -> None:
    assert {"title", "uid", "schemaVersion", "panels", "templating", "time", "refresh"} <= set(DASHBOARD)
    assert DASHBOARD.get("id") is None, "an id belongs to one installation"
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    variables = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
    for expression in EXPRESSIONS:
        assert set(re.findall(r"\$\{?([a-z]+)", expression)) <= variables
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] in range(25 - place["w"]), panel["title"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, f"{panel['title']} lies on another panel"
        taken |= cells
    for panel in PANELS:
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert panel["targets"], panel["title"]
        assert {target["refId"] for target in panel["targets"]} == {chr(65 + i) for i in range(len(panel["targets"]))}


def test_it_shows_what_a_house_has_to_know() -> None:
    asked = {name for expression in EXPRESSIONS for name in WORDS.findall(expression)}
    for part in (
        "requests",
        "time_to_first_token",
        "tokens",
        "charge",
        "cost",
        "engine_up",
        "breaker",
        "journal_commit",
    ):
        assert any(part in name for name in asked), part
