"""The cutter against streams that are cut anywhere: what goes out, what is held back, what is counted."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.base.limits import SSE_EVENT_SIZE_MAX
from tokenry.gateway.cutter import BadStream, Cutter, data_of, event

MANY = 10_000


def chunk(delta: dict[str, Any], finish: str | None = None, *, index: Any = 0, **more: Any) -> dict[str, Any]:
    return {"id": "c", "choices": [{"index": index, "delta": delta, "finish_reason": finish}], **more}


def usage(prompt: int, output: int, *, cached: int = 0) -> dict[str, Any]:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": output,
        "total_tokens": prompt + output,
        "prompt_tokens_details": {"cached_tokens": cached},
    }


def framed(*payloads: Any) -> bytes:
    return b"".join([p if isinstance(p, bytes) else b"data: " + json.dumps(p).encode() + b"\n\n" for p in payloads])


DONE = b"data: [DONE]\n\n"
ROLE = chunk({"role": "assistant", "content": ""})
STOP = chunk({}, "stop")
USAGE = {"id": "c", "choices": [], "usage": usage(5, 2)}


def cutter(*, choices: int = 1, limit: int = MANY, adds_up: bool = False) -> Cutter:
    return Cutter(choices=choices, limit=limit, usage_adds_up=adds_up)


def test_what_says_that_the_answer_is_whole_is_held_back() -> None:
    it = cutter()
    out = it.feed(framed(ROLE, chunk({"content": "a"}), chunk({"content": "b"}), STOP, USAGE, DONE))
    assert out == framed(ROLE, chunk({"content": "a"}), chunk({"content": "b"}))
    assert it.held == [framed(STOP)]
    assert (it.tokens, it.whole, it.done, it.cut, it.error) == (2, True, True, False, None)
    counted = it.usage()
    assert counted is not None
    assert (counted.input_tokens, counted.output_tokens, counted.source) == (5, 2, "engine")


def test_the_last_words_may_come_with_the_reason() -> None:
    it = cutter()
    last = chunk({"content": "b"}, "stop", usage=usage(5, 2))
    assert it.feed(framed(chunk({"content": "a"}), last, DONE)) == framed(chunk({"content": "a"}))
    assert (it.held, it.tokens) == ([framed(last)], 2)
    assert it.usage() is not None


def test_only_the_last_choices_reason_ends_the_answer() -> None:
    it = cutter(choices=2)
    first, second = chunk({}, "stop", index=1), chunk({}, "length", index=0)
    assert it.feed(framed(first, chunk({"content": "a"}))) == framed(first, chunk({"content": "a"}))
    assert not it.whole
    assert it.feed(framed(second)) == b""
    assert (it.whole, it.held) == (True, [framed(second)])


def test_usage_of_every_event_is_the_last_ones() -> None:
    it = cutter()
    it.feed(framed(chunk({"content": "a"}, usage=usage(5, 1)), chunk({"content": "b"}, usage=usage(5, 2)), STOP, DONE))
    counted = it.usage()
    assert counted is not None
    assert counted.output_tokens == 2


def test_usage_of_each_choice_adds_up_where_engines_count_so() -> None:
    it = cutter(choices=2, adds_up=True)
    reports = [{"choices": [], "usage": usage(9, 4, cached=0)}, {"choices": [], "usage": usage(9, 3, cached=8)}]
    it.feed(framed(chunk({}, "stop"), chunk({}, "stop", index=1), *reports, DONE))
    counted = it.usage()
    assert counted is not None
    assert (counted.input_tokens, counted.output_tokens, counted.cached_tokens) == (9, 7, 0)


def test_a_report_that_comes_twice_counts_once() -> None:
    it = cutter(adds_up=True)
    report = {"choices": [], "usage": usage(9, 4)}
    it.feed(framed(chunk({"content": "a"}), chunk({}, "stop"), report, report, DONE))
    counted = it.usage()
    assert counted is not None
    assert counted.output_tokens == 4


@pytest.mark.parametrize(("told", "output"), [(1, None), (2, 2), (5, 5)])
def test_reports_of_some_choices_are_not_taken_for_all(told: int, output: int | None) -> None:
    """One report for two choices: of the first alone, when it says less than came; else it may be of both."""
    it = cutter(choices=2, adds_up=True)
    texts = chunk({"content": "a"}), chunk({"content": "b"}, index=1)
    it.feed(framed(*texts, chunk({}, "stop"), chunk({}, "stop", index=1), {"choices": [], "usage": usage(9, told)}))
    counted = it.usage()
    assert (counted and counted.output_tokens) == output


@pytest.mark.parametrize("error", [{"message": "boom", "code": None}, "boom"])
@pytest.mark.parametrize("before", [(), (ROLE,), (ROLE, chunk({"content": "a"}))])
def test_an_error_event_is_not_forwarded(error: Any, before: tuple[Any, ...]) -> None:
    it = cutter()
    assert it.feed(framed(*before, {"error": error}, chunk({"content": "late"}))) == framed(*before)
    assert it.error is not None
    assert json.loads(it.error) == error
    assert (it.done, it.held) == (True, [])


def test_an_error_that_is_null_is_none() -> None:
    it = cutter()
    assert it.feed(framed(chunk({"content": "a"}, error=None))) == framed(chunk({"content": "a"}, error=None))
    assert it.error is None


@pytest.mark.parametrize(
    "odd",
    [chunk({}, "stop", usage="many"), chunk({}, "stop", index="0"), chunk({}, "stop", usage={"prompt_tokens": "x"})],
)
def test_an_odd_field_does_not_hide_that_the_answer_is_whole(odd: Any) -> None:
    it = cutter()
    assert it.feed(framed(chunk({"content": "a"}), odd)) == framed(chunk({"content": "a"}))
    assert (it.whole, it.held) == (True, [framed(odd)])


def test_the_limit_cuts_the_stream_whatever_the_engine_goes_on_to_send() -> None:
    it = cutter(limit=3)
    words = [chunk({"content": word}) for word in "abcdef"]
    out = it.feed(framed(ROLE, *words[:2])) + it.feed(framed(*words[2:], STOP, DONE))
    assert out == framed(ROLE, *words[:3])
    assert (it.tokens, it.cut, it.held, it.last_event) == (3, True, [], framed(words[2]))


def test_comments_and_junk_pass() -> None:
    it = cutter()
    parts = [
        b": ping\n\n",
        framed(ROLE),
        b'data: {"choices": [\n\n',
        b"event: odd\n\n",
        framed(chunk({"content": "a"})),
    ]
    assert b"".join([it.feed(part) for part in parts]) == b"".join(parts)
    assert it.tokens == 1


def test_text_that_looks_like_framing_is_text() -> None:
    it = cutter()
    words = 'data: [DONE]\n\n "finish_reason":"stop" "usage":{ "error":{ \\"content\\":\\"x'
    out = it.feed(framed(chunk({"content": words})))
    assert out == framed(chunk({"content": words}))
    assert (it.tokens, it.done, it.held) == (1, False, [])


def test_an_event_without_end_is_refused() -> None:
    it = cutter()
    assert it.feed(b"x" * SSE_EVENT_SIZE_MAX) == b""
    with pytest.raises(BadStream):
        it.feed(b"x")


def test_data_on_several_lines_is_one_text() -> None:
    assert data_of(b'event: x\ndata: {"a":\ndata:1}\n\n') == b'{"a":\n1}'
    assert data_of(b": comment\n\n") is None
    assert event({"a": 1}) == b'data: {"a":1}\n\n'


WORDS = st.text(max_size=12)
EVENTS = st.one_of(
    WORDS.map(lambda text: chunk({"content": text})),
    WORDS.map(lambda text: chunk({"reasoning_content": text})),
    WORDS.map(lambda text: chunk({"tool_calls": [{"index": 0, "function": {"arguments": text}}]})),
    st.just(ROLE),
    st.just(b": ping\n\n"),
    st.just(chunk({"content": "x"}, usage=usage(3, 1))),
    st.just(b"data: not json\n\n"),
)
ENDS = st.lists(st.sampled_from([STOP, chunk({"content": "z"}, "length"), USAGE, DONE, b": bye\n\n"]), max_size=5)


@given(st.lists(EVENTS, max_size=12), ENDS, st.lists(st.integers(0, 4000), max_size=20), st.booleans())
def test_where_reads_cut_the_stream_changes_nothing(
    body: list[Any], ends: list[Any], cuts: list[int], crlf: bool
) -> None:
    stream = framed(*body, *ends)
    one = cutter()
    whole = one.feed(stream)
    data = stream.replace(b"\n", b"\r\n") if crlf else stream
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    many = cutter()
    outs = [many.feed(data[start:end]) for start, end in itertools.pairwise(places)]
    assert b"".join(outs) == whole
    assert (many.held, many.tokens, many.finished, many.done) == (one.held, one.tokens, one.finished, one.done)
    assert many.usage() == one.usage()


@given(st.lists(EVENTS, max_size=12), ENDS, st.integers(1, 20))
def test_nothing_that_says_whole_goes_out_and_no_token_beyond_the_limit(
    body: list[Any], ends: list[Any], limit: int
) -> None:
    it = cutter(limit=limit)
    out = it.feed(framed(*body, *ends))
    payloads = [data_of(part) for part in out.split(b"\n\n")]
    chunks = [json.loads(data) for data in payloads if data and data != b"not json"]
    assert b"[DONE]" not in payloads
    reasons = [choice["finish_reason"] for one in chunks for choice in one["choices"]]
    assert set(reasons) <= {None}
    assert all(one["choices"] for one in chunks)
    texts = [next(iter(choice["delta"].values())) for one in chunks for choice in one["choices"]]
    held = sum(1 for part in it.held if b'"z"' in part)
    tokens = [t if isinstance(t, str) else t[0]["function"]["arguments"] for t in texts if t != "assistant"]
    assert it.tokens == sum(1 for text in tokens if text) + held <= limit
