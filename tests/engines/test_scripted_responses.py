"""The scripted engine as OpenAI's own SDK meets it at the Responses API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest
from openai.types.responses import Response

from tokenry.engines import ScriptedServer

pytestmark = pytest.mark.anyio
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS: list[Any] = [
    {"type": "function", "name": "weather", "parameters": SCHEMA},
    {"type": "custom", "name": "free"},
    {"type": "web_search"},
]
THINKING = {"reasoning": {"summary": "auto"}, "include": ["reasoning.encrypted_content"]}


@pytest.fixture
async def client(scripted: ScriptedServer) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=scripted.base_url, api_key=scripted.key, max_retries=0) as made:
        yield made


async def stream(client: openai.AsyncOpenAI, words: Any, **more: Any) -> list[dict[str, Any]]:
    asked: Any = await client.responses.create(model="scripted", input=words, stream=True, **more)
    return [event.model_dump() async for event in asked]


def bare(response: Response | dict[str, Any]) -> dict[str, Any]:
    """A response without what tells one request from another."""
    told = response if isinstance(response, dict) else response.model_dump()
    own = {"id", "call_id", "encrypted_content"}
    items = [{name: value for name, value in item.items() if name not in own} for item in told["output"]]
    return {**told, "id": "", "created_at": 0, "completed_at": 0, "output": items}


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("hello", {}),
        ("[[reasoning=let me think]] hi", {}),
        ("[[reasoning=let me think]] hi", THINKING),
        ("[[tool=weather; calls=2]]", {"tools": TOOLS}),
        ("[[tool=free; args=a b c]]", {"tools": TOOLS}),
        ("hi", {"tools": TOOLS, "tool_choice": "required"}),
        ("[[words=20; cached=3; cache_write=2]]", {"max_output_tokens": 5}),
        ("[[refusal=not this]]", {}),
        ("[[finish=content_filter]] x", {}),
        ("q", {"text": {"format": {"type": "json_schema", "name": "n", "schema": SCHEMA}}}),
        ([{"role": "developer", "content": "[[words=2]]"}, {"role": "user", "content": "x"}], {"instructions": "i"}),
    ],
)
async def test_a_stream_is_its_whole_twin(client: openai.AsyncOpenAI, words: Any, more: dict[str, Any]) -> None:
    plain = await client.responses.create(model="scripted", input=words, **more)
    events = await stream(client, words, **more)
    last = events[-1]
    assert bare(last["response"]) == bare(plain)
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert last["type"] == f"response.{plain.status}"
    done = [event["item"] for event in events if event["type"] == "response.output_item.done"]
    assert done == last["response"]["output"]
    for event in events:
        if "item_id" in event:
            assert event["item_id"] == done[event["output_index"]]["id"]
    for kind, member in (("output_text", "text"), ("function_call_arguments", "arguments"), ("reasoning_text", "text"),
                         ("reasoning_summary_text", "text"), ("refusal", "refusal"),
                         ("custom_tool_call_input", "input")):  # fmt: skip  # as a table
        deltas = "".join(event["delta"] for event in events if event["type"] == f"response.{kind}.delta")
        assert deltas == "".join(event[member] for event in events if event["type"] == f"response.{kind}.done")


async def test_what_is_said(client: openai.AsyncOpenAI) -> None:
    answer = await client.responses.create(model="scripted", input="hello there", instructions="be short")
    assert answer.output_text == "scripted: hello there"
    assert answer.usage is not None
    assert (answer.usage.output_tokens, answer.usage.total_tokens) == (4, answer.usage.input_tokens + 4)
    counted = await client.responses.input_tokens.count(model="scripted", input="hello there", instructions="be short")
    assert counted.input_tokens == answer.usage.input_tokens


async def test_after_a_tool_it_answers_and_knows_its_own_reasoning(client: openai.AsyncOpenAI) -> None:
    asked: list[Any] = [{"role": "user", "content": "[[tool=weather; reasoning=hm]]"}]
    more: Any = {"tools": TOOLS, **THINKING}
    first = await client.responses.create(model="scripted", input=asked, **more)
    reasoning, call = first.output
    assert reasoning.type == "reasoning"
    assert call.type == "function_call"
    items = [reasoning.model_dump(exclude_none=True), call.model_dump(exclude_none=True)]
    output = {"type": "function_call_output", "call_id": call.call_id, "output": "rain"}
    answer = await client.responses.create(model="scripted", input=[*asked, *items, output], **more)
    assert answer.output_text == "the tool said: rain"
    items[0]["encrypted_content"] = "of somebody else"
    with pytest.raises(openai.BadRequestError, match="could not be verified"):
        await client.responses.create(model="scripted", input=[*asked, *items, output], **more)


CALL = {"type": "function_call", "call_id": "c", "name": "weather", "arguments": "{}"}


@pytest.mark.parametrize(
    ("words", "more", "message"),
    [
        ("x", {"previous_response_id": "resp_1"}, "resp_1"),
        ([CALL], {}, "No tool output found"),
        ([{"type": "function_call_output", "call_id": "c", "output": "x"}], {}, "No tool call found"),
        ([], {}, "Missing required parameter: 'input'"),
        ([{"role": "user", "content": 5}], {}, "content"),
        ("x", {"tools": [{"type": "function"}]}, "name"),
        ("x", {"max_output_tokens": 0}, "max_output_tokens"),
    ],
)  # fmt: skip
async def test_what_the_real_api_refuses(
    client: openai.AsyncOpenAI, words: Any, more: dict[str, Any], message: str
) -> None:
    with pytest.raises(openai.BadRequestError, match=message):
        await client.responses.create(model="scripted", input=words, **more)


async def test_mishaps(client: openai.AsyncOpenAI) -> None:
    events = await stream(client, "[[error_after=3]] a b c")
    assert (events[-1]["type"], events[-1]["sequence_number"]) == ("error", 3)
    events = await stream(client, "[[no_done]] a")
    assert events[-1]["type"] == "response.output_item.done"
    with pytest.raises(openai.InternalServerError):
        await stream(client, "[[error=500]]")
    with pytest.raises(openai.APIConnectionError):
        await stream(client, "[[break_after=3]] a b c")
    answer = await client.responses.create(model="scripted", input="[[no_usage]] a")
    assert answer.usage is None
