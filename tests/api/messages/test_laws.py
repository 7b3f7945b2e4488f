"""The laws of accounting and of streams, over random transcripts, from a chat engine and one that speaks the API."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.messages.asking import as_ledger, ask, events, hear
from tests.gateway.rooms import House, house

WORDS = st.text("abc dé,.\n漢", min_size=1, max_size=30).map(str.strip).filter(bool)
TOOLS = [{"name": "weather", "input_schema": {"type": "object"}}, {"name": "time", "input_schema": {"type": "object"}}]
INPUTS = st.dictionaries(st.sampled_from("abc"), st.one_of(st.integers(), WORDS, st.booleans()), max_size=3)


@st.composite
def scripts(draw: st.DrawFn) -> str:
    """Directives of one answer, and of how its bytes come."""
    said = []
    if draw(st.booleans()):
        said.append(f"[[reasoning={draw(WORDS)}]]")
    shape = draw(st.sampled_from(["text", "refusal", "tool", "tools"]))
    match shape:
        case "text" | "refusal":
            said.append(f"[[{shape}={draw(WORDS)}]]")
        case "tool":
            said.append(f"[[tool=weather;args={json.dumps(draw(INPUTS))}]]")
        case _:
            said.append(f"[[tool=time;calls={draw(st.integers(2, 4))};args={json.dumps(draw(INPUTS))}]]")
    said.append(f"[[cached={draw(st.integers(0, 9))};cache_write={draw(st.integers(0, 9))}]]")
    if draw(st.booleans()):
        said.append(f"[[split={draw(st.integers(3, 40))}]]")
    said += [f"[[{name}]]" for name in ("crlf", "pings", "usage_each") if draw(st.booleans())]
    return " ".join(said)


@settings(max_examples=60, deadline=None)
@given(scripts(), st.integers(1, 60))
def test_a_stream_says_what_a_whole_answer_says_and_both_what_is_charged(script: str, limit: int) -> None:
    asyncio.run(_told_four_times(script, limit))


async def _told_four_times(script: str, limit: int) -> None:
    body = {
        "messages": [{"role": "user", "content": f"go {script}"}], "tools": TOOLS, "max_tokens": limit,
        "thinking": {"type": "adaptive"},
    }  # fmt: skip
    async with house({"m": "chat/m", "n": "native/n"}) as rooms:
        rooms.engines["native"].speaks = frozenset({"messages"})
        answers = [await _both(rooms, {**body, "model": model}) for model in ("m", "n")]
        assert [seen.path for seen in rooms.engines["native"].server.seen] == ["/v1/messages"] * 2
    by_chat, natively = answers
    assert _bare(by_chat) == _bare(natively), "an engine's API does not change the answer"


async def _both(rooms: House, body: dict[str, Any]) -> dict[str, Any]:
    """The answer, which is the same as a stream and in one piece."""
    streamed = await ask(rooms, **body, stream=True)
    heard = hear(streamed.body)
    assert as_ledger(heard.usage) == _charged(rooms)
    started = events(streamed.body)[0]["message"]["usage"]
    assert started["output_tokens"] <= heard.usage["output_tokens"]
    plain = await ask(rooms, **body)
    whole: dict[str, Any] = json.loads(plain.body)
    assert as_ledger(whole["usage"]) == _charged(rooms)
    assert as_ledger(whole["usage"]) == as_ledger(heard.usage)
    assert _bare(heard.message) == _bare(whole)
    assert heard.message.keys() == whole.keys()
    assert whole["model"] == body["model"]
    assert whole["usage"]["output_tokens"] <= body["max_tokens"]
    return whole


def _charged(rooms: House) -> tuple[int, int, int, int, int]:
    receipt = rooms.receipt
    usage = receipt.usage
    assert receipt.outcome == "completed"
    assert usage.source == "engine"
    return (
        usage.input_tokens, usage.output_tokens, usage.cached_tokens, usage.cache_write_tokens, usage.reasoning_tokens
    )  # fmt: skip


def _bare(whole: dict[str, Any]) -> tuple[Any, ...]:
    """What an answer says, without names, signatures and counts, which are each engine's own."""
    drop = {"signature": "", "id": ""}
    content = [{**block, **{name: "" for name in drop if name in block}} for block in whole["content"]]
    return content, whole["stop_reason"], whole["stop_sequence"], whole["stop_details"]
