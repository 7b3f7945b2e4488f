"""The scripted engine as OpenAI's own SDK meets it, and every mishap it can be told to have."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from tests.engines.providers import provider
from tokenry.base.clock import ManualClock
from tokenry.engines import Call, EngineDown, Exchange, ScriptedEngine, ScriptedServer, WireError

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(scripted: ScriptedServer) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=scripted.base_url, api_key=scripted.key, max_retries=0) as made:
        yield made


@pytest.fixture
async def engine() -> AsyncIterator[ScriptedEngine]:
    made = ScriptedEngine(provider(dialect="scripted"), clock=ManualClock())
    await made.start()
    yield made
    await made.stop()


def said(text: str, **more: Any) -> dict[str, Any]:
    return {"model": "scripted", "messages": [{"role": "user", "content": text}], **more}


WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


async def ask(engine: ScriptedEngine, text: str, path: str = "/chat/completions", **more: Any) -> Exchange:
    body = {"model": "scripted", "prompt": text, **more} if path == "/completions" else said(text, **more)
    return await engine.open(Call(path, json.dumps(body).encode(), "req_1", bool(more.get("stream"))))


async def events(exchange: Exchange) -> list[str]:
    """The data of every event; raises WireError when the stream breaks."""
    raw = (await exchange.read_all(10**7)).decode().replace("\r\n", "\n")
    return [line.removeprefix("data: ") for line in raw.split("\n") if line.startswith("data: ")]


# As the SDK sees it.


async def test_plain_answer(client: openai.AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(**said("hello there"))
    assert answer.choices[0].message.content == "scripted: hello there"
    assert answer.choices[0].finish_reason == "stop"
    assert answer.model == "scripted"
    assert answer.object == "chat.completion"
    assert answer.usage is not None
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (8, 4)
    assert answer.usage.total_tokens == 12


async def test_the_same_request_gets_the_same_answer(engine: ScriptedEngine) -> None:
    first = await (await ask(engine, "again", n=2, logprobs=True, top_logprobs=2)).read_all(10**6)
    second = await (await ask(engine, "again", n=2, logprobs=True, top_logprobs=2)).read_all(10**6)
    assert first == second


async def test_a_stream_equals_its_whole_twin(client: openai.AsyncOpenAI) -> None:
    whole = await client.chat.completions.create(**said("[[reasoning=let me think]] a b c", n=2))
    stream = await client.chat.completions.create(
        **said("[[reasoning=let me think]] a b c", n=2), stream=True, stream_options={"include_usage": True}
    )
    texts, thoughts, usage, finishes = ["", ""], ["", ""], None, {}
    async for chunk in stream:
        usage = chunk.usage or usage
        for choice in chunk.choices:
            texts[choice.index] += choice.delta.content or ""
            thoughts[choice.index] += getattr(choice.delta, "reasoning_content", None) or ""
            if choice.finish_reason:
                finishes[choice.index] = choice.finish_reason
    assert texts == [choice.message.content for choice in whole.choices] == ["scripted: a b c", "[1] scripted: a b c"]
    assert thoughts == ["let me think"] * 2
    assert usage == whole.usage
    assert usage is not None
    assert usage.completion_tokens_details is not None
    assert usage.completion_tokens_details.reasoning_tokens == 6
    assert finishes == {0: "stop", 1: "stop"}


@pytest.mark.parametrize(
    ("choice", "prompt", "finish"),
    [
        ("required", "hi", "tool_calls"),
        ({"type": "function", "function": {"name": "weather"}}, "hi", "stop"),
        ("auto", "[[tool=weather]]", "tool_calls"),
    ],
)
async def test_tool_calls(client: openai.AsyncOpenAI, choice: Any, prompt: str, finish: str) -> None:
    answer = await client.chat.completions.create(**said(prompt, tools=[WEATHER], tool_choice=choice))
    (call,) = answer.choices[0].message.tool_calls or []
    assert call.type == "function"
    assert call.function.name == "weather"
    assert json.loads(call.function.arguments) == {"city": "text"}
    assert answer.choices[0].message.content is None
    assert answer.choices[0].finish_reason == finish


async def test_parallel_tool_calls_stream_in_pieces(client: openai.AsyncOpenAI) -> None:
    prompt = '[[tool=weather; calls=2; args={"city": "Amsterdam Zuid"}]]'
    stream = await client.chat.completions.create(**said(prompt, tools=[WEATHER]), stream=True)
    names, arguments, ids, pieces = {}, {0: "", 1: ""}, set(), 0
    async for chunk in stream:
        for call in chunk.choices[0].delta.tool_calls or []:
            assert call.function is not None
            if call.id:
                ids.add(call.id)
                names[call.index] = call.function.name
            arguments[call.index] += call.function.arguments or ""
            pieces += 1
    assert names == {0: "weather", 1: "weather"}
    assert [json.loads(text) for text in arguments.values()] == [{"city": "Amsterdam Zuid"}] * 2
    assert len(ids) == 2
    assert pieces > 4


async def test_after_a_tool_it_answers(client: openai.AsyncOpenAI) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    messages: list[Any] = [
        {"role": "user", "content": "[[tool=weather]]"},
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": "rain"},
    ]
    answer = await client.chat.completions.create(model="scripted", messages=messages, tools=[WEATHER])  # type: ignore[list-item] # a plain mapping
    assert answer.choices[0].message.content == "the tool said: rain"


class Person(BaseModel):
    name: str
    age: int
    tags: list[str]


async def test_structured_output_parses(client: openai.AsyncOpenAI) -> None:
    answer = await client.chat.completions.parse(**said("who?"), response_format=Person)
    assert answer.choices[0].message.parsed == Person(name="text", age=1, tags=["text"])


async def test_json_object(client: openai.AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(**said("q"), response_format={"type": "json_object"})
    assert json.loads(answer.choices[0].message.content or "") == {"scripted": "q"}


async def test_logprobs(client: openai.AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(**said("a"), logprobs=True, top_logprobs=3)
    logprobs = answer.choices[0].logprobs
    assert logprobs is not None
    content = logprobs.content or []
    assert "".join(entry.token for entry in content) == "scripted: a"
    assert all(entry.logprob < 0 and len(entry.top_logprobs) == 3 for entry in content)
    assert content[0].top_logprobs[0].token == content[0].token
    assert bytes(content[0].bytes or []).decode() == content[0].token


@pytest.mark.parametrize("limit", [{"max_tokens": 3}, {"max_completion_tokens": 3}])
async def test_limits_are_held(client: openai.AsyncOpenAI, limit: dict[str, int]) -> None:
    answer = await client.chat.completions.create(**said("[[words=10]]", n=2), **limit)  # type: ignore[call-overload] # either limit
    assert [choice.message.content for choice in answer.choices] == ["one two three"] * 2
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 6


async def test_a_tool_call_is_cut_at_the_limit_too(client: openai.AsyncOpenAI) -> None:
    prompt = "[[tool=weather; calls=3; args=1 2 3 4]]"
    answer = await client.chat.completions.create(**said(prompt, tools=[WEATHER], max_tokens=7))
    calls = answer.choices[0].message.tool_calls or []
    assert [call.function.arguments for call in calls if call.type == "function"] == ["1 2 3 4", "1"]
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 7


async def test_stop_sequences(client: openai.AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(**said("[[text=one, two. three]]", stop=[".", "zzz"]))
    assert answer.choices[0].message.content == "one, two"


async def test_refusal_and_finish(client: openai.AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(**said("[[finish=content_filter; refusal=I will not]]"))
    assert answer.choices[0].message.refusal == "I will not"
    assert answer.choices[0].message.content is None
    assert answer.choices[0].finish_reason == "content_filter"


async def test_embeddings(client: openai.AsyncOpenAI) -> None:
    answer = await client.embeddings.create(model="scripted", input=["a b", "c"])  # base64 on the wire
    plain = await client.embeddings.create(model="scripted", input=["a b", "c"], encoding_format="float")
    short = await client.embeddings.create(model="scripted", input=[[1, 2], [3]], dimensions=8)
    assert [len(entry.embedding) for entry in answer.data] == [256, 256]
    assert answer.data[0].embedding == pytest.approx(plain.data[0].embedding, abs=1e-6)
    assert answer.data[0].embedding != answer.data[1].embedding
    assert sum(value * value for value in plain.data[1].embedding) == pytest.approx(1)
    assert answer.usage.prompt_tokens == 3
    assert [len(entry.embedding) for entry in short.data] == [8, 8]


async def test_completions(client: openai.AsyncOpenAI) -> None:
    answer = await client.completions.create(model="scripted", prompt=["a", "b"], n=2, echo=True, logprobs=2)
    assert [choice.text for choice in answer.choices] == [
        *("ascripted: a", "a[1] scripted: a", "bscripted: b", "b[1] scripted: b"),
    ]
    assert [choice.index for choice in answer.choices] == [0, 1, 2, 3]
    told = answer.choices[0].logprobs
    assert told is not None
    assert told.tokens == ["a", "scripted", ":", " a"]
    assert told.text_offset == [0, 1, 9, 10]
    assert answer.usage is not None
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (2, 14)


async def test_completions_stream_equals_whole(client: openai.AsyncOpenAI) -> None:
    whole = await client.completions.create(model="scripted", prompt="a b", n=2, max_tokens=3)
    stream = await client.completions.create(
        model="scripted", prompt="a b", n=2, max_tokens=3, stream=True, stream_options={"include_usage": True}
    )
    texts, usage = ["", ""], None
    async for chunk in stream:
        usage = chunk.usage or usage
        for choice in chunk.choices:
            texts[choice.index] += choice.text
    assert texts == [choice.text for choice in whole.choices]
    assert whole.choices[0].finish_reason == "length"
    assert usage == whole.usage


async def test_models(client: openai.AsyncOpenAI) -> None:
    assert [model.id async for model in client.models.list()] == ["scripted"]


async def test_errors_have_openais_shape(client: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.RateLimitError) as caught:
        await client.chat.completions.create(**said("[[error=429; code=slow; retry_after=7; message=too; fast]]"))
    assert caught.value.response.headers["retry-after"] == "7"
    assert caught.value.code == "slow"
    assert caught.value.type == "rate_limit_error"
    assert "too; fast" in caught.value.message


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"model": "m"}', b'{"model": "m", "messages": []}', b'{"model": 5, "messages": []}']
)
async def test_bad_requests_are_refused(engine: ScriptedEngine, body: bytes) -> None:
    exchange = await engine.open(Call("/chat/completions", body, "req_1", stream=False))
    answer = json.loads(await exchange.read_all(10**6))
    assert exchange.status == 400
    assert answer["error"]["type"] == "invalid_request_error"


async def test_the_wrong_key_is_refused(scripted: ScriptedServer) -> None:
    async with openai.AsyncOpenAI(base_url=scripted.base_url, api_key="wrong", max_retries=0) as client:
        with pytest.raises(openai.AuthenticationError):
            await client.chat.completions.create(**said("hi"))
    assert not scripted.seen


# Mishaps, on the wire.


async def test_a_stream_breaks_after_so_many_events(engine: ScriptedEngine) -> None:
    exchange = await ask(engine, "[[words=9; break_after=3]]", stream=True)
    got = b""

    async def read_on() -> None:
        nonlocal got
        while piece := await exchange.read():
            got += piece

    with pytest.raises(WireError) as caught:
        await read_on()
    assert caught.value.phase == "body"
    assert got.count(b"data: ") == 3
    assert (engine.server.seen[-1].outcome, engine.server.seen[-1].events) == ("broken", 3)


async def test_the_head_never_comes(engine: ScriptedEngine) -> None:
    with pytest.raises(WireError) as caught:
        await ask(engine, "[[break_head]]")
    assert caught.value.phase == "head"


async def test_a_whole_answer_breaks(engine: ScriptedEngine) -> None:
    exchange = await ask(engine, "[[break_after=20]]")
    with pytest.raises(WireError):
        await exchange.read_all(10**6)


async def test_errors_end_after_so_many_times(engine: ScriptedEngine) -> None:
    statuses = [(await ask(engine, "[[error=500; times=2]]")).status for _ in range(4)]
    other = (await ask(engine, "[[error=500; times=2]] else")).status
    assert statuses == [500, 500, 200, 200]
    assert other == 500


@pytest.mark.parametrize("count", [0, 2])
async def test_an_error_event_ends_the_stream(engine: ScriptedEngine, count: int) -> None:
    told = await events(await ask(engine, f"[[words=9; error_after={count}]]", stream=True))
    assert len(told) == count + 1
    assert "error" in json.loads(told[-1])
    assert engine.server.seen[-1].outcome == "failed"


async def test_junk_and_no_done(engine: ScriptedEngine) -> None:
    told = await events(await ask(engine, "[[words=3; junk_after=1; no_done]]", stream=True))
    with pytest.raises(json.JSONDecodeError):
        json.loads(told[1])
    assert "[DONE]" not in told
    assert json.loads(told[-1])["choices"][0]["finish_reason"] == "stop"


async def test_a_stalled_stream_is_cancelled_by_the_reader(engine: ScriptedEngine) -> None:
    exchange = await ask(engine, "[[words=9; stall_after=2]]", stream=True)
    got = b""
    while got.count(b"data: ") < 2:
        got += await exchange.read()
    exchange.abort()
    await engine.server.stop()  # waits for the handler, which must have been let go
    assert (engine.server.seen[-1].outcome, engine.server.seen[-1].events) == ("cancelled", 2)


@pytest.mark.parametrize(
    ("directive", "usages"),
    [
        ("words=3", [(10, 6)]),
        ("words=3; no_usage", []),
        ("words=3; usage=7:8", [(7, 8)]),
        ("words=3; usage_per_choice", [(10, 3), (10, 3)]),
    ],
)
async def test_how_usage_is_told(engine: ScriptedEngine, directive: str, usages: list[tuple[int, int]]) -> None:
    exchange = await ask(engine, f"[[{directive}]]".ljust(26), stream=True, n=2, stream_options={"include_usage": True})
    told = [json.loads(event) for event in await events(exchange) if event != "[DONE]"]
    found = [chunk["usage"] for chunk in told if chunk.get("usage")]
    assert [usage["completion_tokens"] for usage in found] == [completion for _, completion in usages]
    if "usage=" in directive:
        assert found[0]["prompt_tokens"] == 7
    assert all(chunk["choices"] == [] for chunk in told if chunk.get("usage"))


async def test_usage_in_every_event_grows(engine: ScriptedEngine) -> None:
    exchange = await ask(engine, "[[words=3; usage_each]]", stream=True, stream_options={"include_usage": True})
    told = [json.loads(event)["usage"]["completion_tokens"] for event in await events(exchange) if event != "[DONE]"]
    assert told == [0, 1, 2, 3, 3, 3]


async def test_without_include_usage_nothing_is_told(engine: ScriptedEngine) -> None:
    told = [json.loads(event) for event in await events(await ask(engine, "hi", stream=True)) if event != "[DONE]"]
    assert all("usage" not in chunk for chunk in told)


async def test_cached_tokens(engine: ScriptedEngine) -> None:
    answer = json.loads(await (await ask(engine, "[[cached=4]]")).read_all(10**6))
    assert answer["usage"]["prompt_tokens_details"]["cached_tokens"] == 4


async def test_framing(engine: ScriptedEngine) -> None:
    plain = await events(await ask(engine, "a b c", stream=True))
    odd = await ask(engine, "[[pings; crlf; split=3]] a b c", stream=True)
    raw = await odd.read_all(10**6)
    assert raw.count(b": ping\r\n\r\n") == len(plain)
    assert raw.count(b"\n") == raw.count(b"\r\n")
    texts = [json.loads(event)["choices"][0]["delta"].get("content", "") for event in plain[:-1]]
    assert "".join(texts) == "scripted: a b c"


async def test_a_whole_answer_though_a_stream_was_asked(engine: ScriptedEngine) -> None:
    exchange = await ask(engine, "[[whole]]", stream=True)
    assert exchange.header(b"content-type") == b"application/json"
    assert json.loads(await exchange.read_all(10**6))["object"] == "chat.completion"


async def test_going_past_the_limit(engine: ScriptedEngine) -> None:
    answer = json.loads(await (await ask(engine, "[[words=9; ignore_limit]]", max_tokens=2)).read_all(10**6))
    assert answer["usage"]["completion_tokens"] == 9


async def test_delays_are_kept(engine: ScriptedEngine) -> None:
    exchange = await ask(engine, "[[latency_ms=1; first_ms=1; delay_ms=1; words=2]]", stream=True)
    assert (await events(exchange))[-1] == "[DONE]"


async def test_what_reached_it_can_be_seen(engine: ScriptedEngine) -> None:
    await (await ask(engine, "hi", "/completions")).read_all(10**6)
    seen = engine.server.seen[-1]
    assert (seen.path, seen.outcome) == ("/v1/completions", "done")
    assert seen.headers["x-request-id"] == "req_1"
    assert seen.body == {"model": "scripted", "prompt": "hi"}


async def test_stopped_it_takes_nothing(engine: ScriptedEngine) -> None:
    await engine.stop()
    with pytest.raises(EngineDown, match="stopped"):
        await ask(engine, "hi")
    await engine.start()
    assert (await ask(engine, "hi")).status == 200
