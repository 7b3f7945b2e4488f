"""The price book and margins over HTTP: every rate of every version, and sums of the caller's organization alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.organization.stand import Stand
from tokenry.app.house import price_book
from tokenry.ledger import Award

pytestmark = pytest.mark.anyio
BODY: dict[str, Any] = {"model": "chatty", "messages": [{"role": "user", "content": "hello"}], "max_tokens": 8}


async def test_every_version_with_every_rate(stand: Stand) -> None:
    house = stand.house
    await house.ledger.set_prices(*price_book(house, house.config))
    answer = await stand.ask("GET", "/v1/tokenry/prices", stand.ours.keys["auditor"])
    announced, present = answer.json()["data"]
    assert (announced["status"], announced["effective_from"], present["status"]) == (
        "announced", 4_070_908_800, "in_force",
    )  # fmt: skip
    chatty = next(one for one in present["models"] if one["model"] == "chatty")
    batch = {"meter": "input", "service_tier": "batch", "above_tokens": 0, "usd": "0.50", "per": "million_tokens"}
    assert batch in chatty["price"]
    assert [rate["usd"] for rate in chatty["cost"]] == ["0.25", "0.25", "0.50"]
    assert {rate["usd"] for rate in announced["models"][0]["price"] if rate["service_tier"] == "default"} == {
        "2.00", "4.00",
    }  # fmt: skip
    page = (await stand.ask("GET", "/v1/tokenry/prices?limit=1", stand.ours.keys["auditor"])).json()
    assert (page["has_more"], [one["id"] for one in page["data"]]) == (True, [announced["id"]])


async def test_margins_are_the_operators_alone(stand: Stand) -> None:
    await spend(stand)
    told = (await stand.ask("GET", "/v1/tokenry/margins", stand.ours.keys["owner"])).json()
    (row,) = told["data"]
    assert (row["group"], row["requests"], row["margin_percent"]) == ("chatty", 1, "75.00")
    assert told["total"]["margin_usd"] == row["margin_usd"] != "0.00"
    by_project = (await stand.ask("GET", "/v1/tokenry/margins?by=project", stand.ours.keys["owner"])).json()
    assert [one["group"] for one in by_project["data"]] == [stand.ours.projects[0].id]
    theirs = await stand.ask("GET", "/v1/tokenry/margins", stand.theirs.keys["owner"])
    assert (theirs.status_code, theirs.json()["error"]["code"]) == (403, "insufficient_permissions")


@pytest.mark.parametrize("query", ["by=key", "start_time=5&end_time=5", "start_time=-1", "since=7d"])
async def test_a_strange_question_is_refused_in_words(stand: Stand, query: str) -> None:
    answer = await stand.ask("GET", f"/v1/tokenry/margins?{query}", stand.ours.keys["owner"])
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


async def spend(stand: Stand) -> None:
    """One request of our first project, paid by an award."""
    project = stand.ours.projects[0]
    award = Award("awd_1", "all", stand.ours.id, project.id, "internal", "active", 0, 0)
    await stand.house.ledger.grant(award, 10**12)
    key = stand.project_key(project)
    answer = await stand.ask("POST", "/v1/chat/completions", key, json=BODY)
    assert answer.status_code == 200, answer.text
