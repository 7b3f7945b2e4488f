"""What holds for every response, over many transcripts: a stream is its twin in one piece, and the books agree."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from tests.api.responses.stand import desk, timeless
from tests.gateway.rooms import NotingClient, house

pytestmark = pytest.mark.anyio
TRANSCRIPTS = 60

_LETTERS = 'abc ÄÖ€😀\n"\\{}:,\u2028'
_TOOLS: list[dict[str, Any]] = [
    {
        "type": "function",
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
    {"type": "custom", "name": "patch", "description": "Changes a file."},
    {"type": "namespace", "name": "mcp__files", "tools": [{"type": "function", "name": "read", "parameters": None}]},
]
_CALLED = ("weather", "patch", "mcp__files__read")


def transcript(dice: random.Random, *, native: bool) -> dict[str, Any]:
    """A request whose directives make an answer of any kind, cut into pieces anywhere."""

    def words() -> str:
        return "".join(dice.choice(_LETTERS) for _ in range(dice.randint(1, 40))).strip() or "x"

    more = [f"cached={dice.randint(0, 2)}", f"split={dice.randint(1, 200)}"]
    more += dice.sample(["pings", "crlf", "finish=length", "finish=content_filter"], dice.randint(0, 1))
    said = [f"[[{'; '.join(more)}]]"]
    if dice.random() < 0.5:
        said.append(f"[[reasoning={words()}]]")
    body: dict[str, Any] = {}
    kind = dice.choice(["text", "words", "refusal", "tool", "limit"])
    if kind == "text":
        said.append(f"[[text={words()}]]")
    elif kind == "words":
        said.append(f"[[words={dice.randint(0, 30)}]]")
    elif kind == "refusal":
        said.append(f"[[refusal={words()}]]")
    elif kind == "limit":
        said.append("[[words=30" + ("]]" if dice.random() < 0.5 else "; ignore_limit]]"))
        body["max_output_tokens"] = dice.randint(1, 20)
    else:
        name = "weather" if native else dice.choice(_CALLED)
        said.append(f"[[tool={name}; calls={dice.randint(1, 3)}]]")
        body["tools"] = _TOOLS[:1] if native else _TOOLS
    return {**body, "input": "go " + " ".join(said)}


@pytest.mark.parametrize("native", [False, True], ids=["chat", "native"])
async def test_a_stream_is_its_twin_in_one_piece_and_the_books_say_the_same(*, native: bool) -> None:
    async with desk(native=native) as office:
        kinds = set()
        for seed in range(TRANSCRIPTS):
            body = transcript(random.Random(seed), native=native)
            try:
                whole = streamed = await office.streamed(**body)
                if "ignore_limit" not in body["input"]:  # an answer in one piece from such an engine is not cut
                    whole = await office.whole(**body)
                assert timeless(whole) == timeless(streamed)
            except AssertionError as error:
                raise AssertionError(f"seed {seed}: {body}") from error
            kinds.update((item["type"], whole["status"]) for item in whole["output"])
        calls = {"function_call"} if native else {"function_call", "custom_tool_call"}
        assert {kind for kind, _ in kinds} == {"message", "reasoning", *calls}
        assert {status for _, status in kinds} == {"completed", "incomplete"}
        assert len(office.memory.kept) > TRANSCRIPTS


async def test_the_same_laws_for_chat_completions() -> None:
    async with house({"m": "s/base"}, award=10**12) as rooms:
        for seed in range(TRANSCRIPTS):
            body = transcript(random.Random(seed), native=True)
            asked: dict[str, Any] = {"messages": [{"role": "user", "content": body["input"]}]}
            if "tools" in body:
                function = {name: value for name, value in body["tools"][0].items() if name != "type"}
                asked["tools"] = [{"type": "function", "function": function}]
            if "max_output_tokens" in body:
                asked["max_tokens"] = body["max_output_tokens"]
            if "ignore_limit" in body["input"]:
                continue  # an answer in one piece from such an engine is not cut
            whole = await rooms.ask(**asked)
            booked = rooms.receipt.usage
            streamed = await rooms.ask(**asked, stream=True, stream_options={"include_usage": True})
            told = _told(streamed)
            answer = _json(whole)
            choice = answer["choices"][0]
            message = choice["message"]
            calls = [
                (call["function"]["name"], call["function"]["arguments"]) for call in message.get("tool_calls") or ()
            ]
            said = (message["content"] or "", message["refusal"] or "", message.get("reasoning_content") or "", calls)
            assert (*said, choice["finish_reason"]) == told[:-1], f"seed {seed}: {body}"
            assert answer["usage"] == told[-1]
            for usage in (answer["usage"], told[-1]):
                assert usage["prompt_tokens"] == booked.input_tokens == rooms.receipt.usage.input_tokens
                assert usage["completion_tokens"] == booked.output_tokens == rooms.receipt.usage.output_tokens
                assert usage["total_tokens"] == booked.input_tokens + booked.output_tokens
                assert usage["prompt_tokens_details"]["cached_tokens"] == booked.cached_tokens <= booked.input_tokens
                reasoning = usage["completion_tokens_details"]["reasoning_tokens"]
                assert reasoning == booked.reasoning_tokens <= booked.output_tokens


def _json(client: NotingClient) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(client.body)
    return made


def _told(client: NotingClient) -> tuple[Any, ...]:
    """What a stream said: texts, calls, why it ended, the usage."""
    texts = dict.fromkeys(("content", "refusal", "reasoning_content"), "")
    calls: dict[int, list[str]] = {}
    finish = usage = None
    for chunk in client.chunks():
        usage = chunk.get("usage") or usage
        for choice in chunk["choices"]:
            finish = choice["finish_reason"] or finish
            for name in texts:
                texts[name] += choice["delta"].get(name) or ""
            for call in choice["delta"].get("tool_calls") or ():
                whole = calls.setdefault(call["index"], ["", ""])
                whole[0] += call["function"].get("name") or ""
                whole[1] += call["function"].get("arguments") or ""
    return (*texts.values(), [tuple(calls[index]) for index in sorted(calls)], finish, usage)


async def test_ids_are_not_given_twice() -> None:
    async with desk() as office:
        made = [await office.whole() for _ in range(3)]
    ids = [one["id"] for one in made] + [item["id"] for one in made for item in one["output"]]
    assert len(set(ids)) == len(ids)
