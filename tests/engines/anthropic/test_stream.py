"""A Messages stream told as a chat's: whatever it says and however it is cut, the chat says the same."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.anthropic.messages_stream import (
    TRANSCRIPTS,
    begin,
    block,
    call,
    end,
    events_of,
    sse,
    text,
    thinking,
)
from tokenry.base.limits import SSE_EVENT_SIZE_MAX
from tokenry.engines.anthropic.stream import THOUGHTS_SIZE_MAX, Translator
from tokenry.gateway.assemble import Assembler
from tokenry.gateway.cutter import BadStream, Cutter
from tokenry.ledger import Usage

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no failure


def told(*events: dict[str, Any], answer_tool: str | None = None) -> bytes:
    return Translator(1_700_000_000, answer_tool=answer_tool).feed(sse(*events))


def chunks(raw: bytes) -> list[dict[str, Any]]:
    lines = [part.removeprefix(b"data: ") for part in raw.split(b"\n\n") if part.startswith(b"data: ")]
    return [json.loads(line) for line in lines if line != b"[DONE]"]


def deltas(raw: bytes) -> list[dict[str, Any]]:
    return [choice["delta"] for chunk in chunks(raw) for choice in chunk.get("choices", [])]


def read(raw: bytes) -> tuple[dict[str, Any], Cutter]:
    """The answer as the gateway puts it together."""
    cutter, assembler = Cutter(choices=1, limit=10**9), Assembler(chat=True)
    assembler.add(cutter.feed(raw))
    assembler.add(b"".join(cutter.held))
    return assembler.answer(cutter.usage() or Usage()), cutter


# What it says.


def test_a_chunk_has_openais_shape() -> None:
    first, prompt, second, *_ = chunks(told(begin(), *text(0, "hi"), *end()))
    assert first == {
        "id": "msg_1", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": "m",
        "choices": [{"index": 0, "delta": {"role": "assistant", "content": None, "refusal": None}, "logprobs": None,
                     "finish_reason": None}],
    }  # fmt: skip
    assert (prompt["choices"], prompt["usage"]["completion_tokens"]) == ([], 0)  # in case that it breaks off
    assert second["choices"][0]["delta"] == {"content": "hi"}


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("end_turn", "stop"), ("stop_sequence", "stop"), ("max_tokens", "length"), ("refusal", "content_filter"),
        ("model_context_window_exceeded", "length"), ("pause_turn", "stop"), ("of_the_future", "stop"),
        ("tool_use", "stop"),
    ],
)  # fmt: skip
def test_how_it_ended(reason: str, finish: str) -> None:
    answer, cutter = read(told(begin(), *text(0, "hi"), *end(reason)))
    assert answer["choices"][0]["finish_reason"] == finish
    assert cutter.whole
    assert cutter.done


def test_calls_have_indices_of_their_own() -> None:
    raw = told(begin(), *text(0, "so"), *call(1, "a", '{"x"', ": 1}"), *call(2, "b"), *end("tool_use"))
    answer, _ = read(raw)
    (choice,) = answer["choices"]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["tool_calls"] == [
        {"id": "toolu_1", "type": "function", "function": {"name": "a", "arguments": '{"x": 1}'}},
        {"id": "toolu_2", "type": "function", "function": {"name": "b", "arguments": "{}"}},
    ]
    assert [part["tool_calls"][0]["index"] for part in deltas(raw) if "tool_calls" in part] == [0, 0, 0, 1, 1]


def test_input_that_came_at_once_is_told() -> None:
    answer, _ = read(told(begin(), *call(0, "a", given={"x": [1]}), *end("tool_use")))
    assert json.loads(answer["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"]) == {"x": [1]}


def test_thinking_is_reasoning_and_comes_whole_with_its_signature() -> None:
    hidden = block(1, {"type": "redacted_thinking", "data": "opaque"})
    answer, _ = read(told(begin(), *thinking(0, "sig", "let ", "me"), *hidden, *text(2, "hi"), *end()))
    message = answer["choices"][0]["message"]
    assert (message["reasoning_content"], message["content"]) == ("let me", "hi")
    assert message["thinking_blocks"] == [
        {"type": "thinking", "thinking": "let me", "signature": "sig"},
        {"type": "redacted_thinking", "data": "opaque"},
    ]


def test_thinking_without_a_signature_cannot_go_back() -> None:
    answer, _ = read(told(begin(), *block(0, {"type": "thinking", "thinking": "hm"}), *text(1, "hi"), *end()))
    assert "thinking_blocks" not in answer["choices"][0]["message"]
    assert answer["choices"][0]["message"]["reasoning_content"] == "hm"


def test_thinking_too_large_to_keep_is_told_in_pieces_only() -> None:
    piece = "x" * (THOUGHTS_SIZE_MAX // 2)
    raw = told(begin(), *thinking(0, "sig", piece, piece, "more"), *text(1, "hi"), *end())
    assert not any("thinking_blocks" in delta for delta in deltas(raw))
    assert sum(len(delta.get("reasoning_content", "")) for delta in deltas(raw)) == THOUGHTS_SIZE_MAX + 4


def test_a_refusal_says_why() -> None:
    details = {"type": "refusal", "category": "bio", "explanation": "not this"}
    stop = {"type": "message_delta", "delta": {"stop_reason": "refusal", "stop_details": details}}
    answer, _ = read(told(begin(), stop, {"type": "message_stop"}))
    assert answer["choices"][0]["message"]["refusal"] == "not this"
    assert answer["choices"][0]["finish_reason"] == "content_filter"


def test_an_answer_that_is_a_tools_input_is_content() -> None:
    answer, _ = read(told(begin(), *call(0, "answer", '{"a"', ": 1}"), *end("tool_use"), answer_tool="answer"))
    (choice,) = answer["choices"]
    assert (choice["message"]["content"], choice["finish_reason"]) == ('{"a": 1}', "stop")
    assert "tool_calls" not in choice["message"]


def test_a_call_of_another_tool_stays_a_call() -> None:
    answer, _ = read(told(begin(), *call(0, "other", "{}"), *end("tool_use"), answer_tool="answer"))
    assert answer["choices"][0]["finish_reason"] == "tool_calls"


def test_usage_is_the_whole_prompt_and_what_of_it_was_cached() -> None:
    started = begin(input_tokens=3, cache_read_input_tokens=100, cache_creation_input_tokens=20, output_tokens=1)
    stop, last = end(output_tokens=9)
    stop["usage"]["output_tokens_details"] = {"thinking_tokens": 4}
    raw = told(started, *text(0, "hi"), stop, last)
    assert chunks(raw)[-1]["usage"] == {
        "prompt_tokens": 123, "completion_tokens": 9, "total_tokens": 132,
        "prompt_tokens_details": {"cached_tokens": 100, "cache_write_tokens": 20},
        "completion_tokens_details": {"reasoning_tokens": 4},
    }  # fmt: skip
    assert read(raw)[1].usage() == Usage(123, 9, 100, 4, "engine", 20)


def test_what_the_end_counts_anew_goes_before_what_the_beginning_counted() -> None:
    raw = told(begin(input_tokens=3), *end(output_tokens=2, input_tokens=50, cache_read_input_tokens=7))
    assert chunks(raw)[-1]["usage"]["prompt_tokens"] == 57


def test_a_beginnings_count_of_output_is_no_usage() -> None:
    """It says 1 whatever follows; a stream without a count at its end must be counted by its events."""
    stop = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}
    raw = told(begin(), *text(0, "a", "b"), stop, {"type": "message_stop"})
    assert [chunk["usage"]["completion_tokens"] for chunk in chunks(raw) if "usage" in chunk] == [0]
    used = read(raw)[1].usage()
    assert used is not None
    assert (used.output_tokens, used.input_tokens > 0) == (0, True)


# What may happen to it.


def test_an_error_is_the_last_word() -> None:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    raw = told(begin(), *text(0, "a"), error, *text(1, "b"), *end())
    assert chunks(raw)[-1] == {
        "error": {"message": "Overloaded", "type": "server_error", "param": None, "code": "overloaded"}
    }
    _, cutter = read(raw)
    assert cutter.error is not None
    assert not cutter.whole


def test_an_error_of_any_shape_is_an_error() -> None:
    for error in ("words", 5, {"type": 7}, [1]):
        _, cutter = read(told(begin(), {"type": "error", "error": error}))
        assert cutter.error is not None, error


def test_a_stream_cut_off_is_not_whole() -> None:
    raw = sse(begin(), *text(0, "a", "b"), *end())
    cut = raw[: raw.index(b"event: message_delta")]
    _, cutter = read(Translator(0).feed(cut))
    assert not cutter.whole
    assert cutter.tokens == 2


def test_a_stream_without_its_very_last_event_is_whole() -> None:
    _, cutter = read(told(begin(), *text(0, "a"), end()[0]))
    assert cutter.whole
    assert not cutter.done


def test_a_stop_without_a_reason_ends_it() -> None:
    answer, cutter = read(told(begin(), *text(0, "a"), {"type": "message_stop"}))
    assert cutter.done
    assert answer["choices"][0]["finish_reason"] == "stop"


def test_blocks_that_were_never_closed_are_closed_at_the_end() -> None:
    start, *_ = call(0, "a", given={"x": 1})
    answer, _ = read(told(begin(), start, *end("tool_use")))
    assert answer["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] == '{"x": 1}'


@pytest.mark.parametrize(
    "junk",
    [
        b"data: {\n\n", b"data: []\n\n", b"data: null\n\n", b": ping\n\n", b"event: x\n\n", b"\n\n\n\n",
        b'data: {"type": 5}\n\n', b'data: {"type": "content_block_delta", "index": "x"}\n\n',
        b'data: {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": 5}}\n\n',
        b'data: {"type": "content_block_delta", "index": 9, "delta": {"type": "text_delta", "text": "lost"}}\n\n',
        b'data: {"type": "content_block_start", "index": 0}\n\n', b"data: \xff\xfe\n\n",
        b'data: {"type": "message_delta", "delta": 5, "usage": {"output_tokens": "many"}}\n\n',
        b'data: {"type": "message_delta", "usage": {"output_tokens": null}}\n\n',
        b'data: {"type": "message_start", "message": 7}\n\n', b'data: {"type": "content_block_stop"}\n\n',
        b"data: " + b"[" * 5000 + b"\n\n",
    ],
)  # fmt: skip
def test_junk_is_passed_over(junk: bytes) -> None:
    raw = sse(begin(), *text(1, "a"))
    answer, cutter = read(Translator(0).feed(junk + raw + junk + sse(*text(2, "b"), *end())))
    assert answer["choices"][0]["message"]["content"] == "ab"
    assert cutter.usage() == Usage(5, 7, 0, 0, "engine")


def test_an_event_without_an_end_is_no_stream() -> None:
    translator, cutter = Translator(0), Cutter(choices=1, limit=10)
    cutter.feed(translator.feed(sse(begin())))
    piece = b"data: " + b"x" * (SSE_EVENT_SIZE_MAX + 1)
    with pytest.raises(BadStream):
        cutter.feed(translator.feed(piece))
    assert translator.feed(sse(*text(0, "a"))) == b""  # it stays lost


def test_a_thousand_open_blocks_are_enough() -> None:
    starts = [{"type": "content_block_start", "index": i, "content_block": {"type": "text"}} for i in range(5000)]
    translator = Translator(0)
    translator.feed(sse(begin(), *starts))
    assert len(translator._blocks) <= 1024


@PATIENT
@given(TRANSCRIPTS)
def test_the_stream_is_the_message(transcript: dict[str, Any]) -> None:
    answer, cutter = read(told(*events_of(transcript)))
    (choice,) = answer["choices"]
    message, blocks, usage = choice["message"], transcript["blocks"], transcript["usage"]
    assert (message["content"] or "") == "".join("".join(said) for kind, said in blocks if kind == "text")
    assert message.get("reasoning_content", "") == "".join("".join(said) for kind, said in blocks if kind == "thinking")
    calls = [json.loads(one["function"]["arguments"]) for one in message.get("tool_calls", [])]
    assert calls == [said for kind, said in blocks if kind == "call"]
    assert [one["signature"] for one in message.get("thinking_blocks", [])] == [
        f"sig{i}" for i, (kind, _) in enumerate(blocks) if kind == "thinking"
    ]
    counted = cutter.usage()
    assert counted is not None
    parts = usage["input_tokens"], usage["cache_read_input_tokens"], usage["cache_creation_input_tokens"]
    assert counted.input_tokens == sum(parts)
    assert (counted.cached_tokens, counted.cache_write_tokens, counted.output_tokens) == (
        *parts[1:],
        usage["output_tokens"],
    )
    assert counted.cached_tokens + counted.cache_write_tokens <= counted.input_tokens
    assert counted.total_tokens == counted.input_tokens + counted.output_tokens
    assert cutter.done


@PATIENT
@given(TRANSCRIPTS, st.lists(st.integers(0, 10**6), max_size=20), st.booleans())
def test_however_the_bytes_are_cut_it_says_the_same(transcript: dict[str, Any], cuts: list[int], crlf: bool) -> None:
    raw = sse(*events_of(transcript))
    whole = Translator(0).feed(raw)
    if crlf:
        raw = raw.replace(b"\n", b"\r\n")
    places = sorted({0, len(raw), *(cut % len(raw) for cut in cuts)})
    translator = Translator(0)
    pieces = [translator.feed(raw[a:b]) for a, b in pairwise(places)]
    assert b"".join(pieces) == whole


@PATIENT
@given(st.lists(st.binary(max_size=60), max_size=10))
def test_no_bytes_make_it_raise(pieces: list[bytes]) -> None:
    translator = Translator(0)
    for piece in pieces:
        translator.feed(b"data: " + piece + b"\n\n")


_NAMES = ["type", "index", "delta", "content_block", "message", "usage", "error"]
_TYPES = st.sampled_from(
    ["message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "error", "x"]
)
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.text(max_size=5), st.just("text_delta")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["type", "text", "usage", "input", "id", "stop_reason"]), inner, max_size=4),
    ),
    max_leaves=5,
)


@PATIENT
@given(st.lists(st.fixed_dictionaries({"type": _TYPES}, optional=dict.fromkeys(_NAMES[1:], _JSON)), max_size=6))
def test_no_events_make_it_raise_and_what_it_says_are_events(events: list[dict[str, Any]]) -> None:
    for chunk in chunks(told(*events)):
        assert set(chunk) == {"error"} or chunk["object"] == "chat.completion.chunk"
