"""OpenAI's Python client on /v1/responses, unmodified, where the engine speaks Responses itself: nothing is translated.

The scripted engine answers natively. `test_responses_openai.py` holds the same client on engines that speak chat.
"""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel

from tests.conformance.house import NATIVE, House

TOOL: Any = {
    "type": "function",
    "name": "weather",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
    "strict": True,
}
CALL = '[[tool=weather; args={"city": "Paris"}]]'


class Person(BaseModel):
    """Who it is."""

    name: str
    age: int


def create(client: OpenAI, house: House, **body: Any) -> Response:
    """A response whose usage is in the books."""
    raw = client.responses.with_raw_response.create(**body)
    answer = raw.parse()
    assert isinstance(answer, Response)
    assert answer.usage is not None
    receipt = house.booked(raw.headers["x-request-id"], answer.usage.model_dump())
    assert int(raw.headers["x-tokenry-charge-nanousd"]) == receipt["charge_nanousd"]
    return answer


def stream(client: OpenAI, house: House, **body: Any) -> list[ResponseStreamEvent]:
    """The events of a stream whose usage is in the books, without gaps in their numbers."""
    with client.responses.with_streaming_response.create(stream=True, **body) as raw:
        events: list[Any] = list(raw.parse())
        usage = events[-1].response.usage
        house.booked(raw.headers["x-request-id"], usage.model_dump())
    assert [event.sequence_number for event in events] == list(range(len(events)))
    return events


def test_a_response(client: OpenAI, house: House) -> None:
    answer = create(client, house, model=NATIVE, input="Say hello.", instructions="Be brief.", max_output_tokens=16)
    assert answer.output_text
    assert answer.status in ("completed", "incomplete")
    assert (answer.model, answer.instructions, answer.max_output_tokens) == (NATIVE, "Be brief.", 16)
    assert answer.usage is not None
    assert answer.usage.output_tokens <= 16


def test_a_stream_says_what_the_response_says(client: OpenAI, house: House) -> None:
    events = stream(client, house, model=NATIVE, input="Say hello.", max_output_tokens=16, temperature=0)
    kinds = [event.type for event in events]
    assert kinds[:2] == ["response.created", "response.in_progress"]
    final: Any = events[-1]
    assert final.type in ("response.completed", "response.incomplete")
    deltas = "".join([event.delta for event in events if event.type == "response.output_text.delta"])
    (done,) = [event.text for event in events if event.type == "response.output_text.done"]
    assert deltas == done == final.response.output_text
    ids = {event.item_id for event in events if hasattr(event, "item_id")}
    assert ids == {item.id for item in final.response.output}


def test_the_clients_own_helper_for_streams(client: OpenAI, house: House) -> None:
    with client.responses.stream(model=NATIVE, input="[[words=6]]") as events:
        kinds = [event.type for event in events]
        final = events.get_final_response()
        request = events._response.headers["x-request-id"]
    assert final.usage is not None
    house.booked(request, final.usage.model_dump())
    assert final.output_text == "one two three four five six"
    assert kinds[-1] == "response.completed"


def test_a_parsed_answer(client: OpenAI, house: House) -> None:
    raw = client.responses.with_raw_response.parse(model=NATIVE, input="who", text_format=Person)
    answer = raw.parse()
    house.booked(raw.headers["x-request-id"], answer.usage.model_dump())
    assert answer.output_parsed == Person(name="text", age=1)


def test_a_required_tool_is_called(client: OpenAI, house: House) -> None:
    answer = create(
        client, house, model=NATIVE, input="Rain?", tools=[TOOL], tool_choice="required", max_output_tokens=60
    )
    calls = [item for item in answer.output if item.type == "function_call"]
    assert calls
    for call in calls:
        assert call.name == "weather"
        assert call.call_id
        assert json.loads(call.arguments).keys() == {"city"}


@pytest.mark.parametrize("kept", [True, False])
def test_a_loop_with_a_tool(client: OpenAI, house: House, kept: bool) -> None:
    first = create(client, house, model=NATIVE, input=CALL, tools=[TOOL], store=kept)
    (call,) = first.output
    assert call.type == "function_call"
    assert json.loads(call.arguments) == {"city": "Paris"}
    output: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "rain"}
    more: dict[str, Any] = {"previous_response_id": first.id, "input": [output]}
    if not kept:
        more = {"input": [{"role": "user", "content": CALL}, call.model_dump(exclude_none=True), output]}
    second = create(client, house, model=NATIVE, tools=[TOOL], store=kept, **more)
    assert second.output_text == "the tool said: rain"


def test_a_streamed_call(client: OpenAI, house: House) -> None:
    events: list[Any] = stream(client, house, model=NATIVE, input=CALL, tools=[TOOL])
    deltas = "".join([event.delta for event in events if event.type == "response.function_call_arguments.delta"])
    (done,) = [event for event in events if event.type == "response.function_call_arguments.done"]
    assert json.loads(deltas) == json.loads(done.arguments) == {"city": "Paris"}
    assert events[-1].response.output[0].id == done.item_id


def test_reasoning_comes_as_an_item(client: OpenAI, house: House) -> None:
    asked = "[[reasoning=first this]]"
    answer = create(
        client,
        house,
        model=NATIVE,
        input=[{"role": "developer", "content": asked}, {"role": "user", "content": "so?"}],
    )
    assert [item.type for item in answer.output] == ["reasoning", "message"]
    assert "first this" in answer.output[0].model_dump_json()
    assert answer.output_text == "scripted: so?"


def test_what_is_kept_can_be_gone_on_from(client: OpenAI, house: House) -> None:
    first = create(client, house, model=NATIVE, input="My name is Ada.", max_output_tokens=16)
    second = create(client, house, model=NATIVE, input="Who am I?", previous_response_id=first.id, max_output_tokens=16)
    assert second.previous_response_id == first.id
    assert first.usage is not None
    assert second.usage is not None
    assert second.usage.input_tokens > first.usage.input_tokens
    assert client.responses.retrieve(second.id).output_text == second.output_text
    items = list(client.responses.input_items.list(second.id, order="asc"))
    assert "Who am I?" in items[-1].model_dump_json()
    client.responses.delete(second.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(second.id)
    with pytest.raises(openai.APIStatusError):
        client.responses.create(model=NATIVE, input="And now?", previous_response_id=second.id)


def test_what_is_not_stored_is_not_there(client: OpenAI, house: House) -> None:
    answer = create(client, house, model=NATIVE, input="hello", store=False)
    assert answer.store is False
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(answer.id)


def test_a_conversation(client: OpenAI, house: House) -> None:
    conversation = client.conversations.create(items=[{"type": "message", "role": "user", "content": "I am Ada."}])
    answer = create(client, house, model=NATIVE, input="Who am I?", conversation=conversation.id)
    assert answer.conversation is not None
    assert answer.conversation.id == conversation.id
    items = list(client.conversations.items.list(conversation.id, order="asc"))
    assert [item.role for item in items if item.type == "message"] == ["user", "user", "assistant"]
    assert client.conversations.delete(conversation.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.conversations.retrieve(conversation.id)


def test_input_tokens_are_counted_before_and_free(client: OpenAI, house: House) -> None:
    counted = client.responses.input_tokens.count(model=NATIVE, input="How many are these?")
    answer = create(client, house, model=NATIVE, input="How many are these?", max_output_tokens=16)
    assert answer.usage is not None
    assert counted.input_tokens == answer.usage.input_tokens


def test_in_the_background(client: OpenAI, house: House) -> None:
    raw = client.responses.with_raw_response.create(model=NATIVE, input="[[words=5]]", background=True)
    answer = raw.parse()
    assert answer.status in ("queued", "in_progress")
    while answer.status in ("queued", "in_progress"):
        answer = client.responses.retrieve(answer.id)
    assert answer.output_text == "one two three four five"
    assert answer.usage is not None
    house.booked(raw.headers["x-request-id"], answer.usage.model_dump())


def test_errors_are_the_clients_own(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as unknown:
        client.responses.create(model="nonesuch", input="hello")
    assert unknown.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError) as wrong:
        client.responses.create(model=NATIVE, input="hello", max_output_tokens=-1)
    assert wrong.value.param == "max_output_tokens"
    with pytest.raises(openai.APIStatusError) as hosted:
        client.responses.create(model=NATIVE, input="hello", tools=[{"type": "code_interpreter", "container": "auto"}])
    assert "code_interpreter" in hosted.value.message
