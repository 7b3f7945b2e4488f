"""OpenAI's Python client, unmodified, on the Responses API: on the scripted engine, and on the starter where it can."""

from __future__ import annotations

import json
import time
from typing import Any

import openai
import pytest
from openai import OpenAI
from pydantic import BaseModel

from tests.conformance.house import CHAT, NATIVE, SCRIPTED, House

every = pytest.mark.parametrize("model", [SCRIPTED, NATIVE, CHAT])
WEATHER: dict[str, Any] = {
    "type": "function",
    "name": "weather",
    "parameters": {
        "type": "object",
        "properties": {"city": {"enum": ["Paris", "Rome"]}},
        "required": ["city"],
        "additionalProperties": False,
    },
    "strict": True,
}
PATIENCE_S = 30


class Answer(BaseModel):
    """What a structured answer must be."""

    colour: str
    sure: bool


def create(client: OpenAI, house: House, **body: Any) -> Any:
    """A response whose usage is in the books."""
    raw = client.responses.with_raw_response.create(**body)
    response = raw.parse()
    receipt = house.booked(raw.headers["x-request-id"], response.usage.model_dump())
    assert int(raw.headers["x-tokenry-charge-nanousd"]) == receipt["charge_nanousd"]
    assert receipt["endpoint"] == "responses"
    assert response.model == body["model"]
    return response


def stream(client: OpenAI, house: House, **body: Any) -> list[Any]:
    """The events of a stream whose usage is in the books."""
    with client.responses.with_streaming_response.create(stream=True, **body) as raw:
        events = list(raw.parse())
        house.booked(raw.headers["x-request-id"], events[-1].response.usage.model_dump())
    assert [event.sequence_number for event in events] == list(range(len(events)))
    return events


@every
def test_create(client: OpenAI, house: House, model: str) -> None:
    response = create(client, house, model=model, input="Say hello.", max_output_tokens=16, metadata={"topic": "x"})
    assert response.status in ("completed", "incomplete")
    assert response.output_text
    assert response.output[0].type == "message"
    assert (response.metadata, response.store, response.max_output_tokens) == ({"topic": "x"}, True, 16)


@every
def test_stream(client: OpenAI, house: House, model: str) -> None:
    events = stream(client, house, model=model, input="Say hello.", max_output_tokens=16)
    assert events[0].type == "response.created"
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    (done,) = [event for event in events if event.type == "response.output_text.done"]
    assert text == done.text == events[-1].response.output_text


def test_the_stream_helper(client: OpenAI, house: House) -> None:
    with client.responses.stream(model=SCRIPTED, input="[[words=5]]") as streamed:
        said = [event.delta for event in streamed if event.type == "response.output_text.delta"]
        final = streamed.get_final_response()
    assert "".join(said) == final.output_text == "one two three four five"
    _book_last(house, final)


@every
def test_parse(client: OpenAI, house: House, model: str) -> None:
    response = client.responses.parse(model=model, input="Is the sea green?", text_format=Answer, max_output_tokens=64)
    _book_last(house, response)
    assert response.text.format.type == "json_schema"
    assert response.status == "incomplete" or isinstance(response.output_parsed, Answer)


@every
def test_a_loop_with_tools(client: OpenAI, house: House, model: str) -> None:
    items: list[Any] = [{"role": "user", "content": "What is the weather in Paris?"}]
    first = create(
        client, house, model=model, input=items, tools=[WEATHER], tool_choice="required", max_output_tokens=64
    )
    (call,) = first.output
    assert (call.type, call.name, call.status) == ("function_call", "weather", "completed")
    assert json.loads(call.arguments)["city"] in ("Paris", "Rome")
    items += [call.model_dump(exclude_none=True)]
    items += [{"type": "function_call_output", "call_id": call.call_id, "output": "raining"}]
    second = create(client, house, model=model, input=items, tools=[WEATHER], max_output_tokens=24)
    assert second.output
    if model != CHAT:
        assert second.output_text == "the tool said: raining"


def test_custom_tools_and_namespaces(client: OpenAI, house: House) -> None:
    patch: Any = {"type": "custom", "name": "patch"}
    space: Any = {
        "type": "namespace",
        "name": "files",
        "description": "About files.",
        "tools": [WEATHER | {"name": "read"}],
    }
    response = create(
        client, house, model=SCRIPTED, input='[[tool=patch; args={"input": "*** Begin"}]]', tools=[patch, space]
    )
    (call,) = response.output
    assert (call.type, call.name, call.input) == ("custom_tool_call", "patch", "*** Begin")
    response = create(client, house, model=SCRIPTED, input="[[tool=files__read]]", tools=[patch, space])
    (call,) = response.output
    assert (call.type, call.name, call.namespace) == ("function_call", "read", "files")


def test_web_search_is_left_out_and_said_so(client: OpenAI, house: House) -> None:
    raw = client.responses.with_raw_response.create(model=SCRIPTED, input="hi", tools=[{"type": "web_search"}])
    house.booked(raw.headers["x-request-id"], raw.parse().usage.model_dump())
    assert raw.headers["x-tokenry-tools-left-out"] == "web_search"


def test_previous_responses_are_gone_on_from(client: OpenAI, house: House) -> None:
    first = create(client, house, model=SCRIPTED, input="My name is Ada.")
    second = create(client, house, model=SCRIPTED, input="What is it?", previous_response_id=first.id)
    assert second.previous_response_id == first.id
    assert second.usage.input_tokens > first.usage.input_tokens + 3, "it was told what was said before"
    assert client.responses.retrieve(second.id).output_text == second.output_text
    (item,) = client.responses.input_items.list(second.id).data
    assert item.content[0].text == "What is it?"
    client.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(first.id)
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.create(model=SCRIPTED, input="Still?", previous_response_id=second.id)
    assert refused.value.code == "previous_response_not_found"


def test_what_is_not_stored_is_not_there(client: OpenAI, house: House) -> None:
    response = create(client, house, model=SCRIPTED, input="hi", store=False)
    assert response.store is False
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(response.id)


def test_references_to_items(client: OpenAI, house: House) -> None:
    first = create(client, house, model=SCRIPTED, input="[[words=3]]")
    items: list[Any] = [{"type": "item_reference", "id": first.output[0].id}, {"role": "user", "content": "And?"}]
    second = create(client, house, model=SCRIPTED, input=items)
    kept = client.responses.input_items.list(second.id, order="asc").data
    assert kept[0].content[0].text == "one two three"


def test_conversations(client: OpenAI, house: House) -> None:
    made = client.conversations.create(metadata={"topic": "ada"}, items=[{"role": "user", "content": "I am Ada."}])
    assert client.conversations.retrieve(made.id).metadata == {"topic": "ada"}
    response = create(client, house, model=SCRIPTED, input="Who am I?", conversation=made.id)
    assert response.conversation.id == made.id
    said = [item.content[0].text for item in client.conversations.items.list(made.id, order="asc")]
    assert said == ["I am Ada.", "Who am I?", response.output_text]
    page = client.conversations.items.list(made.id, limit=2)
    assert page.has_more
    assert len(list(page)) == 3
    (added,) = client.conversations.items.create(made.id, items=[{"role": "user", "content": "Bye."}]).data
    assert client.conversations.items.retrieve(added.id, conversation_id=made.id).id == added.id
    assert client.conversations.items.delete(added.id, conversation_id=made.id).id == made.id
    assert client.conversations.update(made.id, metadata={"topic": "b"}).metadata == {"topic": "b"}
    assert client.conversations.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.responses.create(model=SCRIPTED, input="hi", conversation=made.id)


def _ended(client: OpenAI, response_id: str) -> Any:
    until = time.monotonic() + PATIENCE_S
    while True:
        response = client.responses.retrieve(response_id)
        if response.status not in ("queued", "in_progress"):
            return response
        assert time.monotonic() < until
        time.sleep(0.02)


def test_background(client: OpenAI, house: House) -> None:
    raw = client.responses.with_raw_response.create(model=SCRIPTED, input="[[words=20; delay_ms=5]]", background=True)
    begun = raw.parse()
    assert (begun.status, begun.background, begun.output) == ("queued", True, [])
    response = _ended(client, begun.id)
    assert response.status == "completed"
    assert len(response.output_text.split()) == 20
    house.booked(raw.headers["x-request-id"], response.usage.model_dump())
    assert client.responses.cancel(begun.id).status == "completed", "what has ended stays as it is"


def test_a_background_response_is_watched(client: OpenAI, house: House) -> None:
    with client.responses.with_streaming_response.create(
        model=SCRIPTED, input="[[words=20; delay_ms=5]]", background=True, stream=True
    ) as raw:
        first = next(iter(raw.parse()))  # and the connection ends here
        request_id = raw.headers["x-request-id"]
    response = _ended(client, first.response.id)
    assert response.status == "completed"
    house.booked(request_id, response.usage.model_dump())
    again = list(client.responses.retrieve(response.id, stream=True))
    assert again[-1].type == "response.completed"
    assert again[-1].response.output_text == response.output_text


def test_a_background_response_is_cancelled(client: OpenAI, house: House) -> None:
    key = house.server.key("cancels", budget_nano=10**9)
    with OpenAI(base_url=f"{house.server.url}/v1", api_key=key.text) as own:
        begun = own.responses.create(model=SCRIPTED, input="[[words=500; delay_ms=20]]", background=True)
        cancelled = own.responses.cancel(begun.id)
        assert cancelled.status == "cancelled"
        assert own.responses.retrieve(begun.id).status == "cancelled"
    _forget(house, key)


def test_a_synchronous_response_is_not_cancelled(client: OpenAI, house: House) -> None:
    response = create(client, house, model=SCRIPTED, input="hi")
    with pytest.raises(openai.BadRequestError, match="synchronous"):
        client.responses.cancel(response.id)


@every
def test_tokens_are_counted_before(client: OpenAI, house: House, model: str) -> None:
    raw = client.responses.input_tokens.with_raw_response.count(model=model, input="How many tokens is this?")
    counted = raw.parse()
    assert counted.object == "response.input_tokens"
    assert counted.input_tokens > 0
    assert raw.headers["x-tokenry-counted-by"] in ("engine", "tokenizer", "estimate")


def test_compaction(client: OpenAI, house: House) -> None:
    items: list[Any] = [{"role": "user", "content": "I am Ada."}, {"role": "assistant", "content": "Hello Ada."}]
    raw = client.responses.with_raw_response.compact(model=SCRIPTED, input=items)
    compacted = raw.parse()
    house.booked(raw.headers["x-request-id"], compacted.usage.model_dump())
    assert compacted.object == "response.compaction"
    assert [item.type for item in compacted.output] == ["message", "compaction"]
    on: list[Any] = json.loads(raw.content)["output"]
    response = create(client, house, model=SCRIPTED, input=[*on, {"role": "user", "content": "Who am I?"}])
    assert response.status == "completed"


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({"tools": [{"type": "code_interpreter", "container": {"type": "auto"}}]}, "not_served", "tools[0]"),
        ({"tools": [{"type": "file_search", "vector_store_ids": ["vs_1"]}]}, "not_served", "tools[0]"),
        ({"tools": [{"type": "mcp", "server_label": "x", "server_url": "http://x"}]}, "not_served", "tools[0]"),
        (
            {"tools": [{"type": "web_search"}], "tool_choice": {"type": "web_search_preview"}},
            "not_served",
            "tool_choice",
        ),
        ({"prompt": {"id": "pmpt_1"}}, "not_served", "prompt"),
        ({"previous_response_id": "resp_never"}, "previous_response_not_found", "previous_response_id"),
        ({"input": [{"type": "computer_call", "id": "x"}]}, "not_served", "input[0]"),
        ({"input": [{"type": "function_call_output", "call_id": "x", "output": "y"}]}, "invalid_value", "input"),
        ({"background": True, "store": False}, "invalid_value", "background"),
    ],
)
def test_what_is_refused(client: OpenAI, body: dict[str, Any], code: str, param: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.create(**{"model": SCRIPTED, "input": "hi", **body})
    assert (refused.value.code, refused.value.param) == (code, param)


def _book_last(house: House, response: Any) -> None:
    """For helpers that show no headers: the newest request of the house's key."""
    house.server.idle()
    (newest,) = house.server.verb("requests", key=house.key.id, count=1)["requests"]
    house.booked(newest["id"], response.usage.model_dump())


def _forget(house: House, key: Any) -> None:
    """Count in what was broken off, so that the books still agree with the tally."""
    house.server.idle()
    for one in house.server.verb("requests", key=key.id, count=10)["requests"]:
        receipt = house.server.receipt(one["id"], key)
        assert receipt["outcome"] in ("client_gone", "completed")
        house.input_tokens += receipt["usage"]["input_tokens"]
        house.output_tokens += receipt["usage"]["output_tokens"]
        house.charge += receipt["charge_nanousd"]
