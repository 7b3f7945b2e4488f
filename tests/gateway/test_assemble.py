"""A stream put together is the answer it would have been; junk in it is passed over."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.gateway.assemble import Assembler
from tokenry.gateway.cutter import event
from tokenry.gateway.toolcalls import as_events
from tokenry.ledger import Usage

HEAD = {"id": "c", "created": 5, "model": "m", "system_fingerprint": "fp"}
PIECES = st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=5)
CALL = st.fixed_dictionaries({"name": st.text(min_size=1, max_size=5), "arguments": PIECES})


def put_together(chunks: list[dict[str, Any]], *, chat: bool = True) -> dict[str, Any]:
    assembler = Assembler(chat=chat)
    for chunk in chunks:
        assembler.add(event({**HEAD, **chunk}))
    return assembler.answer(Usage(3, 4, 1, 2, "engine"))


def part(delta: dict[str, Any], finish: str | None = None, *, index: int = 0, logprobs: Any = None) -> dict[str, Any]:
    return {"choices": [{"index": index, "delta": delta, "finish_reason": finish, "logprobs": logprobs}]}


@given(st.lists(PIECES, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_choices_in_any_mixture(texts: list[list[str]], chance: Any) -> None:
    queues = [[part({"content": piece}, index=i) for piece in pieces] for i, pieces in enumerate(texts)]
    chunks: list[dict[str, Any]] = []
    while any(queues):
        chunks.append(chance.choice([queue for queue in queues if queue]).pop(0))
    chunks += [part({}, "stop", index=i) for i in range(len(texts))]
    answer = put_together(chunks)
    assert [choice["index"] for choice in answer["choices"]] == list(range(len(texts)))
    assert [choice["message"]["content"] for choice in answer["choices"]] == ["".join(pieces) for pieces in texts]
    assert {choice["finish_reason"] for choice in answer["choices"]} == {"stop"}
    assert {name: answer[name] for name in HEAD} == HEAD
    assert answer["object"] == "chat.completion"


@given(st.lists(CALL, min_size=1, max_size=3))
def test_calls_come_in_pieces(calls: list[dict[str, Any]]) -> None:
    chunks = []
    for i, call in enumerate(calls):
        first = {"index": i, "id": f"call_{i}", "type": "function", "function": {"name": call["name"], "arguments": ""}}
        chunks.append(part({"tool_calls": [first]}))
        chunks += [
            part({"tool_calls": [{"index": i, "function": {"arguments": piece}}]}) for piece in call["arguments"]
        ]
    (choice,) = put_together(chunks)["choices"]
    assert choice["message"]["tool_calls"] == [
        {
            "id": f"call_{i}",
            "type": "function",
            "function": {"name": call["name"], "arguments": "".join(call["arguments"])},
        }
        for i, call in enumerate(calls)
    ]
    assert choice["message"]["content"] is None


def test_what_else_a_message_may_hold() -> None:
    chunks = [
        part({"role": "assistant", "content": None, "refusal": None}),
        part({"reasoning_content": "let "}),
        part({"reasoning_content": "me"}),
        part({"refusal": "no"}),
        part({"annotations": [1]}),
        part({}, logprobs={"content": [{"token": "a"}], "refusal": None}),
        part({}, "stop", logprobs={"content": [{"token": "b"}]}),
    ]
    (choice,) = put_together(chunks)["choices"]
    assert choice["message"] == {
        "role": "assistant",
        "content": None,
        "refusal": "no",
        "reasoning_content": "let me",
        "annotations": [1],
    }
    assert choice["logprobs"] == {"content": [{"token": "a"}, {"token": "b"}], "refusal": None}


def test_usage_has_every_detail() -> None:
    usage = put_together([part({"content": "a"}, "stop")])["usage"]
    assert usage["prompt_tokens"] + usage["completion_tokens"] == usage["total_tokens"] == 7
    assert usage["prompt_tokens_details"] == {"cached_tokens": 1, "audio_tokens": 0}
    assert usage["completion_tokens_details"]["reasoning_tokens"] == 2


def test_text_completions() -> None:
    rows = [{"choices": [{"index": 0, "text": t, "finish_reason": f}]} for t, f in (("a", None), ("b", "length"))]
    answer = put_together(rows, chat=False)
    assert answer["object"] == "text_completion"
    assert answer["choices"] == [{"index": 0, "text": "ab", "logprobs": None, "finish_reason": "length"}]


@pytest.mark.parametrize(
    "junk",
    [
        [1, 2],
        "text",
        None,
        {"choices": "abc"},
        {"choices": [None]},
        {"choices": [{"index": "x"}]},
        {"choices": [{"index": 0, "delta": "x"}]},
        {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 10**12}]}}]},
        {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": -1}]}}]},
        {"choices": [{"index": 0, "delta": {"tool_calls": ["x"]}}]},
        {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": "x"}]}}]},
        {"choices": [{"index": 0, "delta": {}, "logprobs": "x"}]},
    ],
    ids=repr,
)
def test_junk_is_passed_over(junk: Any) -> None:
    assembler = Assembler(chat=True)
    assembler.add(event({**HEAD, **part({"content": "a"})}) + b"data: {not json\n\n: comment\n\n" + event(junk))
    assembler.add(event(part({"content": "b"}, "stop")))
    choice = assembler.choices()[0]
    assert (choice["message"]["content"], choice["finish_reason"]) == ("ab", "stop")


@given(st.lists(st.lists(CALL, max_size=2), min_size=1, max_size=2))
def test_a_stream_made_of_an_answer_is_that_answer(choices: list[list[dict[str, Any]]]) -> None:
    answer = {
        **HEAD,
        "choices": [
            {
                "index": i,
                "message": {
                    "role": "assistant",
                    "content": None if calls else "words",
                    "tool_calls": [
                        {"id": f"c{n}", "type": "function", "function": {"name": c["name"], "arguments": json.dumps(c)}}
                        for n, c in enumerate(calls)
                    ],
                },
                "finish_reason": "tool_calls" if calls else "stop",
            }
            for i, calls in enumerate(choices)
        ],
    }
    assembler = Assembler(chat=True)
    for one in as_events(answer):
        assembler.add(one)
    for made, meant in zip(assembler.choices(), answer["choices"], strict=True):
        assert made["finish_reason"] == meant["finish_reason"]
        assert made["message"]["content"] == meant["message"]["content"]
        assert made["message"].get("tool_calls", []) == meant["message"]["tool_calls"]
