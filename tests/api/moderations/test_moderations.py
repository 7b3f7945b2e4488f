"""Moderations: what the engine finds comes through, and the tokens of input are charged, whatever it says of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.organization.stand import CONFIGURATION, Stand, standing
from tokenry.access import NewKey

pytestmark = pytest.mark.anyio

GUARDED = (
    CONFIGURATION
    + """
[[model]]
name = "guard"
aliases = ["omni-moderation-latest"]
kind = "moderation"
price = { input = 1000 }
deployments = [{ provider = "script", model = "scripted" }]
"""
)
BAD = "[[refusal=no]] something bad"


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[Stand]:
    async with standing(tmp_path, GUARDED) as stand:
        yield stand


def key_of(stand: Stand, **more: Any) -> str:
    return stand.project_key(stand.house.first.project, **more)


async def moderate(stand: Stand, key: str, **body: Any) -> Any:
    return await stand.ask("POST", "/v1/moderations", key, json=body)


async def test_what_is_found_comes_through_and_is_charged_once(guarded: Stand) -> None:
    key = key_of(guarded)
    answer = await moderate(guarded, key, input=["all is well", BAD], model="omni-moderation-latest")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [one["flagged"] for one in told["results"]] == [False, True]
    assert told["model"] == "guard"
    receipt = guarded.house.ledger.receipt(answer.headers["x-request-id"])
    assert receipt is not None
    assert (receipt.facts.endpoint, receipt.facts.model) == ("moderations", "guard")
    assert (receipt.usage.output_tokens, receipt.usage.source) == (0, "estimate")
    assert receipt.charge == receipt.usage.input_tokens * 1_000_000 > 0  # 1,000 dollars a million
    assert receipt.charge <= receipt.facts.input_bound * 1_000_000
    assert int(answer.headers["x-tokenry-charge-nanousd"]) == receipt.charge


async def test_without_a_name_the_first_that_the_key_may_use_is_meant(guarded: Stand) -> None:
    assert (await moderate(guarded, key_of(guarded), input="hello")).json()["model"] == "guard"
    bound = guarded.house.keys.create(NewKey(name="k", project_id=guarded.house.first.project.id, models=("chatty",)))[
        1
    ]
    refused = await moderate(guarded, bound, input="hello")
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "model_not_found")
    assert "that this key may use" in refused.json()["error"]["message"]


async def test_without_such_a_model_it_says_how_to_add_one(stand: Stand) -> None:
    for more in ({}, {"model": "omni-moderation-latest"}):
        answer = await moderate(stand, key_of(stand), input="hello", **more)
        told = answer.json()["error"]
        assert (answer.status_code, told["code"], told["param"]) == (404, "model_not_found", "model")
        assert 'kind = "moderation"' in told["message"]


async def test_a_model_answers_where_its_kind_does(guarded: Stand) -> None:
    key = key_of(guarded)
    wrong = await moderate(guarded, key, input="hello", model="chatty")
    assert (wrong.status_code, wrong.json()["error"]["param"]) == (400, "model")
    chat = {"model": "guard", "messages": [{"role": "user", "content": "hi"}]}
    assert (await guarded.ask("POST", "/v1/chat/completions", key, json=chat)).status_code == 400
    near = await moderate(guarded, key, input="hello", model="guards")
    assert "'guard'" in near.json()["error"]["message"]


async def test_parts_of_one_thing_are_looked_at_together(guarded: Stand) -> None:
    parts = [{"type": "text", "text": BAD}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]
    answer = await moderate(guarded, key_of(guarded), input=parts)
    assert [one["flagged"] for one in answer.json()["results"]] == [True]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "input"),
        ({"input": []}, "input"),
        ({"input": 5}, "input"),
        ({"input": "x", "messages": []}, "messages"),
        ({"input": "x", "model": 7}, "model"),
    ],
)
async def test_what_cannot_be_is_refused_and_not_charged(guarded: Stand, body: dict[str, Any], param: str) -> None:
    before = guarded.house.ledger.stats.holds
    answer = await moderate(guarded, key_of(guarded), **body)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param), answer.text
    assert guarded.house.ledger.stats.holds == before
