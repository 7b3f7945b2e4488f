"""Errors as OpenAI's Python client raises them, and how often it asks before it does."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.conformance.house import SCRIPTED, House

ASKED: list[Any] = [{"role": "user", "content": "hi"}]


@pytest.fixture
def asked(client: OpenAI) -> list[int]:
    """The statuses of all answers that the client met, retries included."""
    statuses: list[int] = []
    hooks = client._client.event_hooks
    hooks["response"] = [lambda response: statuses.append(response.status_code)]
    client._client.event_hooks = hooks
    return statuses


def chat(client: OpenAI, **body: Any) -> Any:
    return client.chat.completions.create(**{"model": SCRIPTED, "messages": ASKED, **body})


@pytest.mark.parametrize("key", ["sk-wrong", "sk-tok-aaaaaaaa-" + "a" * 43, ""])
def test_authentication(client: OpenAI, asked: list[int], key: str) -> None:
    with pytest.raises(openai.AuthenticationError) as raised:
        chat(client.with_options(api_key=key or "x"))
    assert raised.value.code == "invalid_api_key"
    assert raised.value.type == "invalid_request_error"
    assert "aaaaaaaaa" not in raised.value.message
    assert asked == [401]


def test_an_unknown_model_names_the_nearest(client: OpenAI, asked: list[int]) -> None:
    with pytest.raises(openai.NotFoundError, match=SCRIPTED) as raised:
        chat(client, model="scrip")
    assert (raised.value.code, raised.value.param) == ("model_not_found", "model")
    assert asked == [404]


def test_a_model_that_the_key_may_not_use(house: House) -> None:
    key = house.server.key("one-model", models=["script-embeddings"])
    with OpenAI(base_url=f"{house.server.url}/v1", api_key=key.text) as client:
        with pytest.raises(openai.NotFoundError) as raised:
            chat(client)
        assert raised.value.code == "model_not_found"
        assert [model.id for model in client.models.list()] == ["script-embeddings"]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"messages": "hi"}, "messages"),
        ({"messages": []}, "messages"),
        ({"max_tokens": -1}, "max_tokens"),
        ({"max_completion_tokens": 10**9}, "max_completion_tokens"),
        ({"temperature": "hot"}, "temperature"),
        ({"n": 0}, "n"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
    ],
)
def test_a_bad_request_names_its_field(client: OpenAI, asked: list[int], body: dict[str, Any], param: str) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        chat(client, **body)
    assert raised.value.param == param
    assert param in raised.value.message
    assert asked == [400]


def test_no_funds_is_a_rate_limit_error_that_is_not_retried(house: House) -> None:
    key = house.server.key("poor", budget_nano=1)
    with OpenAI(base_url=f"{house.server.url}/v1", api_key=key.text) as client:
        statuses: list[int] = []
        client._client.event_hooks = {"response": [lambda response: statuses.append(response.status_code)]}
        with pytest.raises(openai.RateLimitError) as raised:
            chat(client)
    assert (raised.value.code, raised.value.type) == ("insufficient_quota", "insufficient_quota")
    assert raised.value.response.headers["x-should-retry"] == "false"
    assert statuses == [429]


def test_no_price_under_a_budget(client: OpenAI, asked: list[int]) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        chat(client, model="script-unpriced")
    assert raised.value.code == "unpriced_model"
    assert asked == [400]


def test_too_many_requests_says_when_to_come_back(house: House) -> None:
    key = house.server.key("slow", limits={"requests_per_minute": 1})
    with OpenAI(base_url=f"{house.server.url}/v1", api_key=key.text, max_retries=0) as client:
        raw = client.chat.completions.with_raw_response.create(model=SCRIPTED, messages=ASKED)
        house.booked(raw.headers["x-request-id"], raw.parse().usage.model_dump())
        with pytest.raises(openai.RateLimitError) as raised:
            chat(client)
    assert raised.value.code == "rate_limit_exceeded"
    assert int(raised.value.response.headers["retry-after-ms"]) > 0
    assert raised.value.response.headers["x-ratelimit-limit-requests"] == "1"


def test_an_engine_that_fails_is_retried_by_the_client_and_told_in_words(client: OpenAI, asked: list[int]) -> None:
    with pytest.raises(openai.InternalServerError, match="out of order") as raised:
        chat(client.with_options(max_retries=1), model="script-unlucky-python")
    assert raised.value.status_code == 502
    assert asked == [502, 502]


def test_an_engine_over_its_rate_is_a_rate_limit_error(client: OpenAI, asked: list[int]) -> None:
    with pytest.raises(openai.RateLimitError, match="slow down") as raised:
        chat(client.with_options(max_retries=0), model="script-busy")
    assert raised.value.code == "rate_limit_exceeded"


def test_what_an_engine_refuses_is_told_in_its_words(client: OpenAI, asked: list[int]) -> None:
    with pytest.raises(openai.BadRequestError, match="did you mean 'words'"):
        chat(client, messages=[{"role": "user", "content": "[[wrods=3]]"}])
    assert asked == [400]


def test_an_unknown_path(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="/v1/nonesuch") as raised:
        client.get("/nonesuch", cast_to=object)
    assert raised.value.code == "unknown_url"
