"""OpenAI's Python client, unmodified: on a real model and on the scripted engine."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai import OpenAI

from tests.conformance.house import CHAT, EMBEDDING, RESPONSE_FORMAT, SCRIPTED, TOOLS, House

both = pytest.mark.parametrize("model", [SCRIPTED, CHAT])
ASKED: list[Any] = [{"role": "user", "content": "What is the weather in Paris today?"}]


def create(client: OpenAI, house: House, **body: Any) -> Any:
    """A chat completion whose usage is in the books."""
    raw = client.chat.completions.with_raw_response.create(messages=ASKED, **body)
    answer = raw.parse()
    receipt = house.booked(raw.headers["x-request-id"], answer.usage.model_dump())
    assert int(raw.headers["x-tokenry-charge-nanousd"]) == receipt["charge_nanousd"]
    assert answer.model == body["model"]
    return answer


def stream(client: OpenAI, house: House, **body: Any) -> list[Any]:
    """The chunks of a chat stream whose usage is in the books."""
    with client.chat.completions.with_streaming_response.create(
        messages=ASKED, stream=True, stream_options={"include_usage": True}, **body
    ) as raw:
        chunks = list(raw.parse())
        (usage,) = [chunk.usage for chunk in chunks if chunk.usage is not None]
        house.booked(raw.headers["x-request-id"], usage.model_dump())
    assert chunks[-1].usage is not None
    assert chunks[-1].choices == []
    assert {chunk.model for chunk in chunks} == {body["model"]}
    return chunks[:-1]


def test_models(client: OpenAI) -> None:
    models = [model.id for model in client.models.list()]
    assert {SCRIPTED, CHAT, EMBEDDING} <= set(models)
    assert client.models.retrieve(CHAT).id == CHAT
    assert client.models.retrieve(CHAT).owned_by


@both
def test_chat(client: OpenAI, house: House, model: str) -> None:
    answer = create(client, house, model=model, max_tokens=12)
    (choice,) = answer.choices
    assert choice.message.role == "assistant"
    assert choice.message.content
    assert choice.finish_reason in ("stop", "length")
    assert 0 < answer.usage.completion_tokens <= 12


@both
def test_stream(client: OpenAI, house: House, model: str) -> None:
    chunks = stream(client, house, model=model, max_completion_tokens=12)
    text = "".join([chunk.choices[0].delta.content or "" for chunk in chunks])
    assert text
    finishes = [chunk.choices[0].finish_reason for chunk in chunks]
    assert finishes[-1] in ("stop", "length")
    assert set(finishes[:-1]) == {None}
    assert len({chunk.id for chunk in chunks}) == 1


@both
def test_a_stream_without_include_usage_has_no_usage(client: OpenAI, house: House, model: str) -> None:
    with client.chat.completions.with_streaming_response.create(
        model=model, messages=ASKED, stream=True, max_tokens=5
    ) as raw:
        chunks = list(raw.parse())
    assert all(chunk.usage is None and chunk.choices for chunk in chunks)
    usage = house.server.receipt(raw.headers["x-request-id"], house.key)["usage"]
    house.booked(
        raw.headers["x-request-id"],
        {
            "prompt_tokens": usage["input_tokens"],
            "completion_tokens": usage["output_tokens"],
            "total_tokens": usage["total_tokens"],
            "prompt_tokens_details": usage["input_tokens_details"],
        },
    )


def check_call(call: Any, name: str) -> None:
    """A tool call that is what the tool's schema says."""
    assert call.type == "function"
    assert call.id
    assert call.function.name == name
    arguments = json.loads(call.function.arguments)
    assert arguments.keys() == {"city", "days"}
    assert arguments["city"] in ("Paris", "Rome")
    assert arguments["days"] in (1, 2)


@both
def test_a_named_tool_is_called(client: OpenAI, house: House, model: str) -> None:
    choice = {"type": "function", "function": {"name": "traffic"}}
    (answer,) = create(client, house, model=model, tools=TOOLS, tool_choice=choice, max_tokens=120).choices
    (call,) = answer.message.tool_calls
    check_call(call, "traffic")
    assert answer.message.content is None
    assert answer.finish_reason in ("stop", "tool_calls")


@both
def test_some_tool_is_called_when_one_is_required(client: OpenAI, house: House, model: str) -> None:
    (answer,) = create(client, house, model=model, tools=TOOLS, tool_choice="required", max_tokens=120).choices
    assert answer.finish_reason == "tool_calls"
    for call in answer.message.tool_calls:
        check_call(call, call.function.name)
        assert call.function.name in ("weather", "traffic")


@both
def test_a_required_tool_in_a_stream(client: OpenAI, house: House, model: str) -> None:
    chunks = stream(client, house, model=model, tools=TOOLS, tool_choice="required", max_tokens=120)
    parts = [part for chunk in chunks for part in chunk.choices[0].delta.tool_calls or ()]
    assert parts[0].function.name in ("weather", "traffic")
    assert parts[0].id
    arguments = json.loads("".join([part.function.arguments or "" for part in parts]))
    assert arguments["days"] in (1, 2)
    assert chunks[-1].choices[0].finish_reason == "tool_calls"


@both
def test_tools_may_be_left_alone(client: OpenAI, house: House, model: str) -> None:
    (answer,) = create(client, house, model=model, tools=TOOLS, tool_choice="auto", max_tokens=8).choices
    assert answer.message.content or answer.message.tool_calls


def test_a_tool_that_the_model_chose_and_its_result(client: OpenAI, house: House) -> None:
    messages: list[Any] = [{"role": "user", "content": '[[tool=weather; args={"city": "Paris", "days": 1}]]'}]
    first = client.chat.completions.with_raw_response.create(model=SCRIPTED, messages=messages, tools=TOOLS)  # type: ignore[call-overload] # plain dicts are what users write
    message = first.parse().choices[0].message
    house.booked(first.headers["x-request-id"], first.parse().usage.model_dump())
    (call,) = message.tool_calls
    assert json.loads(call.function.arguments) == {"city": "Paris", "days": 1}
    messages += [message, {"role": "tool", "tool_call_id": call.id, "content": "rain"}]
    second = client.chat.completions.with_raw_response.create(model=SCRIPTED, messages=messages, tools=TOOLS)  # type: ignore[call-overload] # plain dicts are what users write
    house.booked(second.headers["x-request-id"], second.parse().usage.model_dump())
    assert second.parse().choices[0].message.content == "the tool said: rain"


@both
def test_json_schema(client: OpenAI, house: House, model: str) -> None:
    (choice,) = create(client, house, model=model, response_format=RESPONSE_FORMAT, max_tokens=60).choices
    answer = json.loads(choice.message.content)
    assert answer["colour"] in ("red", "green")
    assert isinstance(answer["sure"], bool)


@both
def test_logprobs(client: OpenAI, house: House, model: str) -> None:
    (choice,) = create(client, house, model=model, logprobs=True, top_logprobs=2, max_tokens=4).choices
    entries = choice.logprobs.content
    assert "".join([entry.token for entry in entries]) == choice.message.content
    assert all(entry.logprob <= 0 and len(entry.top_logprobs) == 2 for entry in entries)


@both
def test_several_choices(client: OpenAI, house: House, model: str) -> None:
    answer = create(client, house, model=model, n=2, max_tokens=6)
    assert [choice.index for choice in answer.choices] == [0, 1]
    assert all(choice.message.content for choice in answer.choices)
    assert 2 <= answer.usage.completion_tokens <= 12


@both
def test_several_choices_in_a_stream(client: OpenAI, house: House, model: str) -> None:
    chunks = stream(client, house, model=model, n=2, max_tokens=6)
    for index in (0, 1):
        mine = [choice for chunk in chunks for choice in chunk.choices if choice.index == index]
        assert "".join([choice.delta.content or "" for choice in mine])
        assert mine[-1].finish_reason in ("stop", "length")


@both
def test_stop(client: OpenAI, house: House, model: str) -> None:
    full = create(client, house, model=model, max_tokens=10, temperature=0, seed=1).choices[0].message.content
    stop = full.split()[1]
    (choice,) = create(client, house, model=model, max_tokens=10, temperature=0, seed=1, stop=[stop]).choices
    assert choice.finish_reason == "stop"
    assert stop not in choice.message.content
    assert full.startswith(choice.message.content)


@both
def test_the_limit_ends_the_answer(client: OpenAI, house: House, model: str) -> None:
    answer = create(client, house, model=model, max_tokens=1)
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 1


@both
@pytest.mark.parametrize("streamed", [False, True])
def test_completions(client: OpenAI, house: House, model: str, streamed: bool) -> None:
    body: dict[str, Any] = {"model": model, "prompt": "Once upon a time", "max_tokens": 6}
    if streamed:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    with client.completions.with_streaming_response.create(**body) as raw:
        parts = list(raw.parse()) if streamed else [raw.parse()]
    house.booked(raw.headers["x-request-id"], parts[-1].usage.model_dump())
    assert "".join([choice.text for part in parts for choice in part.choices])
    finishes = [choice.finish_reason for part in parts for choice in part.choices]
    assert finishes[-1] in ("stop", "length")
    assert {part.object for part in parts} == {"text_completion"}


@pytest.mark.parametrize("model", ["script-embeddings", EMBEDDING])
def test_embeddings_as_numbers_and_as_base64(client: OpenAI, house: House, model: str) -> None:
    vectors = []
    for encoding in ("float", "base64", None):
        told: Any = {} if encoding is None else {"encoding_format": encoding}
        raw = client.embeddings.with_raw_response.create(model=model, input=["hello world", "rain in spring"], **told)
        answer = raw.parse()
        house.booked(raw.headers["x-request-id"], answer.usage.model_dump())
        assert [item.index for item in answer.data] == [0, 1]
        vectors.append([item.embedding for item in answer.data])
    numbers, encoded, default = vectors
    assert len(numbers[0]) == len(default[0]) == 256
    # Asked for by name, base64 is handed over as it came; by default the client decodes it.
    assert isinstance(encoded[0], str)
    for one, other in zip(numbers, default, strict=True):
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) < 1e-6
    assert numbers[0] != numbers[1]
