"""The catalogue: what is charged now and what will be, who serves a model and who sees its prompts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.organization.stand import Stand
from tokenry.app.house import price_book

pytestmark = pytest.mark.anyio

CATALOGUE = "/v1/tokenry/catalogue"


async def told(stand: Stand, key: str) -> dict[str, dict[str, Any]]:
    answer = await stand.ask("GET", CATALOGUE, key)
    assert answer.status_code == 200, answer.text
    return {one["name"]: one for one in answer.json()["data"]}


async def test_prices_now_and_to_come_and_who_sees_the_prompt(stand: Stand) -> None:
    await stand.house.ledger.set_prices(*price_book(stand.house, stand.house.config))
    models = await told(stand, stand.ours.keys["owner"])
    chatty = models["chatty"]
    rates = {(one["meter"], one["service_tier"]): one["usd"] for one in chatty["price"]}
    assert rates["input", "default"] == "1.00"
    assert rates["input", "batch"] == "0.50"
    assert {one["usd"] for one in chatty["cost"] if one["meter"] == "output"} == {"0.50"}
    (coming,) = chatty["coming"]
    assert coming["effective_from"] > 4_000_000_000
    assert {one["usd"] for one in coming["price"] if one["meter"] == "output"} == {"4.00"}
    assert models["other"]["coming"] == []
    (deployment,) = chatty["deployments"]
    assert (deployment["id"], deployment["place"], deployment["data_class"]) == (
        "script/scripted", "house", "confidential",
    )  # fmt: skip
    assert (deployment["engine"], deployment["breaker"]) == ("ready", "closed")
    assert chatty["aliases"] == ["c"]


async def test_a_deployment_that_fails_is_told_so(stand: Stand) -> None:
    router, clock = stand.house.router, stand.house.clock
    for _ in range(5):
        router.failed("script/scripted", clock.monotonic_ns(), "timeout")
    (deployment,) = (await told(stand, stand.ours.keys["auditor"]))["chatty"]["deployments"]
    assert (deployment["breaker"], deployment["last_failure"], deployment["failures_in_row"]) == ("open", "timeout", 5)


async def test_what_providers_ask_is_the_operators_business(stand: Stand) -> None:
    models = await told(stand, stand.theirs.keys["owner"])
    assert models["chatty"]["price"] is not None
    assert models["chatty"]["cost"] is None
