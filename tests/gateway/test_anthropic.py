"""Requests through the gateway to an engine that speaks Anthropic's API: paid, cut, failed over and hung up as any."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway.rooms import House, NotingClient, house
from tokenry.base.errors import InvalidRequest, TokenryError
from tokenry.config import Provider
from tokenry.engines.anthropic import AnthropicEngine
from tokenry.gateway import EngineRefused
from tokenry.gateway.reply import EngineBusy

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def claude(targets: str, **more: Any) -> AsyncIterator[House]:
    """A house whose provider `a` is Anthropic's API, as the scripted engine speaks it; others are what they are."""
    async with house({"m": targets}, **more) as it:
        server = it.engines["a"].server
        engine = AnthropicEngine(Provider(name="a", dialect="anthropic", base_url=server.base_url), server.key)
        await engine.start()
        it.gateway.setup = replace(it.gateway.setup, engines={**it.gateway.setup.engines, "a": engine})
        try:
            yield it
        finally:
            await engine.stop()


async def test_a_plain_answer() -> None:
    async with claude("a/scripted?words=5&cached=3&cache_write=2") as it:
        client = await it.ask()
        answer = json.loads(client.body)
        assert answer["model"] == "m"
        assert answer["choices"][0]["message"]["content"] == "one two three four five"
        usage = it.receipt.usage
        assert (usage.output_tokens, usage.cached_tokens, usage.cache_write_tokens, usage.source) == (5, 3, 2, "engine")
        assert answer["usage"]["prompt_tokens"] == usage.input_tokens
        assert it.receipt.charge == 1000 * (usage.input_tokens + 2 * 5)
        assert it.engines["a"].server.seen[-1].body["max_tokens"] == 100  # the model's own limit: there must be one


async def test_a_stream() -> None:
    async with claude("a/scripted?words=5") as it:
        client = await it.ask(stream=True, stream_options={"include_usage": True})
        chunks = client.chunks()
        assert {chunk["model"] for chunk in chunks} == {"m"}
        assert chunks[-1]["usage"]["completion_tokens"] == it.receipt.usage.output_tokens == 5
        assert client.body.endswith(b"data: [DONE]\n\n")


async def test_calls_and_their_answers() -> None:
    tool = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}
    messages: list[dict[str, Any]] = [{"role": "user", "content": "[[tool=weather; reasoning=hm]] go"}]
    async with claude("a/scripted") as it:
        message = json.loads((await it.ask(messages=messages, tools=[tool])).body)["choices"][0]["message"]
        assert message["tool_calls"][0]["function"]["name"] == "weather"
        messages += [message, {"role": "tool", "tool_call_id": message["tool_calls"][0]["id"], "content": "rain"}]
        answer = json.loads((await it.ask(messages=messages, tools=[tool])).body)
        assert answer["choices"][0]["message"]["content"] == "the tool said: rain"
        sent = it.engines["a"].server.seen[-1].body["messages"][1]["content"]
        assert sent[0] == message["thinking_blocks"][0]  # signed thinking went back as it came


async def test_what_the_limit_cuts_is_cut() -> None:
    async with claude("a/scripted?words=50") as it:
        answer = json.loads((await it.ask(max_tokens=7)).body)
        assert answer["choices"][0]["finish_reason"] == "length"
        assert it.receipt.usage.output_tokens == 7
    async with claude("a/scripted?words=50&ignore_limit&delay_ms=1") as it:
        *_, last = (await it.ask(stream=True, max_tokens=7)).chunks()
        assert last["choices"][0]["finish_reason"] == "length"
        assert (it.receipt.outcome, it.receipt.usage.output_tokens) == ("cut", 7)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("mishap", "ended"),
    [
        ("break_head", "head"), ("error=529", "http_529"), ("error=429&retry_after=9", "http_429"),
        ("error=401", "http_401"), ("error=402", "http_402"), ("error_after=3", "error_event"),
        ("break_after=3", "body"), ("whole", "ended_early"), ("error=404", "http_404"),
    ],
)  # fmt: skip
async def test_another_provider_takes_over(mishap: str, ended: str, stream: bool) -> None:
    async with claude(f"a/scripted?{mishap} b/scripted?words=3") as it:
        await it.ask(stream=stream)
        assert [attempt.ended for attempt in it.receipt.attempts] == [ended, "ok"]
        assert it.receipt.deployment == "b/scripted?words=3"


async def test_anthropic_takes_over_from_another() -> None:
    async with claude("b/scripted?error=500 a/scripted?words=3") as it:
        await it.ask()
        assert it.receipt.deployment == "a/scripted?words=3"


async def test_a_broken_stream_is_charged_as_far_as_it_came() -> None:
    async with claude("a/scripted?words=9&break_after=8") as it:  # five words, after three events without any
        client = await it.ask(stream=True)
        assert (it.receipt.outcome, it.receipt.usage.output_tokens) == ("engine_failed", 5)
        assert client.chunks()[-1]["error"]["code"] == "engine_error"


async def test_a_stream_without_its_last_event_is_whole() -> None:
    async with claude("a/scripted?words=5&no_done") as it:
        await it.ask(stream=True)
        assert (it.receipt.outcome, it.receipt.usage.output_tokens, it.receipt.estimated) == ("completed", 5, False)


async def test_no_usage_is_estimated_and_says_so() -> None:
    async with claude("a/scripted?words=9&no_usage") as it:
        await it.ask(stream=True)
        assert (it.receipt.usage.source, it.receipt.usage.output_tokens, it.receipt.estimated) == ("events", 9, True)


async def test_refusals_are_told_in_openais_words() -> None:
    async with claude("a/scripted") as it:
        with pytest.raises(EngineRefused) as refused:
            await it.ask(messages=[{"role": "user", "content": "[[error=400; message=max_tokens: too many]]"}])
        assert refused.value.message == "max_tokens: too many"
        with pytest.raises(EngineBusy):
            await it.ask(messages=[{"role": "user", "content": "[[error=429]]"}])
        with pytest.raises(InvalidRequest, match="n:") as wrong:
            await it.ask(n=2)
        assert wrong.value.param == "n"
        assert it.ledger.books.accounts["award:awd_1"].available == 10**9


@pytest.mark.parametrize("after", [1, 4])
async def test_a_client_that_hangs_up_in_mid_stream(after: int) -> None:
    async with claude("a/scripted?words=50&delay_ms=5") as it:
        client = NotingClient()
        client.on_piece = lambda c: c.hang_up() if c.body.count(b'"content":') > after else None
        await it.ask(client, stream=True)
        seen = it.engines["a"].server.seen
        await _until(lambda: seen[-1].outcome == "cancelled")
        assert it.receipt.outcome == "client_gone"
        assert after <= it.receipt.usage.output_tokens <= seen[-1].events
        assert it.receipt.charge > 0


async def test_time_runs_out() -> None:
    async with claude("a/scripted?words=9&stall_after=7", timeout_s=0.05) as it:
        client = NotingClient()
        task = asyncio.create_task(it.ask(client, stream=True))
        await _until(lambda: client.body.count(b'"content":') == 5)
        await asyncio.sleep(0.05)
        it.gateway.deadlines.sweep()
        with pytest.raises(TokenryError) as raised:
            await task
        assert (raised.value.status, it.receipt.outcome, it.receipt.usage.output_tokens) == (504, "cut", 4)


_WORDS = st.text("abc .,", min_size=1, max_size=40).map(str.strip).filter(bool)
_SAID = st.fixed_dictionaries({"text": _WORDS, "reasoning": st.none() | _WORDS, "split": st.integers(1, 400)})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(_SAID, st.booleans(), st.integers(0, 9), st.integers(0, 9))
def test_a_stream_is_its_plain_twin_and_both_are_what_is_charged(
    said: dict[str, Any], pings: bool, cached: int, written: int
) -> None:
    asyncio.run(_twins(said, pings, cached, written))


async def _twins(said: dict[str, Any], pings: bool, cached: int, written: int) -> None:
    directives = f"[[split={said['split']}; cached={cached}; cache_write={written}{'; pings' if pings else ''}]]"
    reasoning = f"[[reasoning={said['reasoning']}]]" if said["reasoning"] else ""
    messages = [{"role": "user", "content": f"{directives}{reasoning}[[text={said['text']}]]"}]
    async with claude("a/scripted") as it:
        plain = json.loads((await it.ask(messages=messages)).body)
        first = it.receipt.usage
        streamed = await it.ask(messages=messages, stream=True, stream_options={"include_usage": True})
        message, told = plain["choices"][0]["message"], [c["choices"][0]["delta"] for c in streamed.chunks()[:-1]]
        for name in ("content", "reasoning_content"):
            assert "".join(delta.get(name) or "" for delta in told) == (message.get(name) or "")
        assert message["content"] == said["text"]
        assert streamed.chunks()[-1]["usage"] == plain["usage"]
        assert it.receipt.usage == first
        assert first.total_tokens == plain["usage"]["total_tokens"] == first.input_tokens + first.output_tokens
        assert first.cached_tokens + first.cache_write_tokens <= first.input_tokens
        assert first.reasoning_tokens <= first.output_tokens
        assert it.receipt.charge == 1000 * (first.input_tokens + 2 * first.output_tokens)


async def _until(good: Callable[[], bool]) -> None:
    for _ in range(10_000):
        if good():
            return
        await asyncio.sleep(0.002)
    raise AssertionError("it did not come to that")
