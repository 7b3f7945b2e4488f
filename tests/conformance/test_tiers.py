"""Tiers of service as official clients ask for them: the answer names the tier, and the receipt was charged by it."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from openai import OpenAI

from tests.conformance.house import SCRIPTED, House

MODEL = "script-tiers"
ASKED: list[Any] = [{"role": "user", "content": "[[words=4]]"}]
Named = Literal["auto", "default", "flex", "priority"]
# What is asked for, what is used, and nano-USD for a token of input.
CASES: list[tuple[Named, str, int]] = [
    ("auto", "default", 1000), ("default", "default", 1000), ("flex", "flex", 500), ("priority", "priority", 2000),
]  # fmt: skip
tiers = pytest.mark.parametrize(("named", "used", "rate"), CASES)


def charged(house: House, request_id: str, usage: Any, used: str, rate: int) -> None:
    receipt = house.booked(request_id, usage)
    assert receipt["service_tier"] == used
    assert {line["meter"]: line["rate_nanousd_per_million"] for line in receipt["lines"]}["input"] == rate * 1_000_000


@tiers
def test_chat(client: OpenAI, house: House, named: Named, used: str, rate: int) -> None:
    raw = client.chat.completions.with_raw_response.create(model=MODEL, messages=ASKED, service_tier=named)
    answer = raw.parse()
    assert answer.service_tier == used
    assert answer.usage is not None
    charged(house, raw.headers["x-request-id"], answer.usage.model_dump(), used, rate)


@tiers
def test_stream(client: OpenAI, house: House, named: Named, used: str, rate: int) -> None:
    with client.chat.completions.with_streaming_response.create(
        model=MODEL, messages=ASKED, service_tier=named, stream=True, stream_options={"include_usage": True}
    ) as raw:
        chunks = list(raw.parse())
        (usage,) = [chunk.usage for chunk in chunks if chunk.usage is not None]
        charged(house, raw.headers["x-request-id"], usage.model_dump(), used, rate)
    assert {chunk.service_tier for chunk in chunks} == {used}


@tiers
def test_responses(client: OpenAI, house: House, named: Named, used: str, rate: int) -> None:
    raw = client.responses.with_raw_response.create(model=MODEL, input="[[words=4]]", service_tier=named, store=False)
    answer = raw.parse()
    assert answer.service_tier == used
    assert answer.usage is not None
    charged(house, raw.headers["x-request-id"], answer.usage.model_dump(), used, rate)


def test_priority_that_is_not_sold_is_default(client: OpenAI, house: House) -> None:
    raw = client.chat.completions.with_raw_response.create(model=SCRIPTED, messages=ASKED, service_tier="priority")
    answer = raw.parse()
    assert answer.service_tier == "default"
    assert answer.usage is not None
    assert house.booked(raw.headers["x-request-id"], answer.usage.model_dump())["service_tier"] == "default"
