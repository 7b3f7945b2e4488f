"""An engine's own events go through as they came, in whatever pieces; what says it is whole waits for the charge."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.messages.asking import events, hear
from tokenry.api.messages.reader import MessagesReader
from tokenry.api.messages.voice import MessagesVoice, Wish
from tokenry.api.messages.words import event
from tokenry.base.limits import SSE_EVENT_SIZE_MAX
from tokenry.gateway import About, BadStream
from tokenry.ledger import Usage

ABOUT = About("req_1", "public", 0, 1000)
USAGE = {"input_tokens": 3, "cache_read_input_tokens": 20, "cache_creation_input_tokens": 100, "output_tokens": 1}
HEAD = {"id": "msg_up", "type": "message", "role": "assistant", "content": [], "stop_reason": None}
START = {"type": "message_start", "message": {**HEAD, "model": "their-name", "usage": USAGE, "unknown": {"x": [1]}}}
BLOCKS: list[tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]] = [
    (
        {"type": "thinking", "thinking": "", "signature": ""},
        [
            {"type": "thinking_delta", "thinking": "h"}, {"type": "thinking_delta", "thinking": "m"},
            {"type": "signature_delta", "signature": "s/=="},
        ],
        {"type": "thinking", "thinking": "hm", "signature": "s/=="},
    ),
    ({"type": "redacted_thinking", "data": "opaque"}, [], {"type": "redacted_thinking", "data": "opaque"}),
    (
        {"type": "text", "text": ""},
        [{"type": "text_delta", "text": "a"}, {"type": "citations_delta", "citation": {"n": 1}}],
        {"type": "text", "text": "a", "citations": [{"n": 1}]},
    ),
    (
        {"type": "tool_use", "id": "toolu_1", "name": "t", "input": {}, "caller": {"type": "direct"}},
        [{"type": "input_json_delta", "partial_json": '{"a"'}, {"type": "input_json_delta", "partial_json": ":1}"}],
        {"type": "tool_use", "id": "toolu_1", "name": "t", "input": {"a": 1}, "caller": {"type": "direct"}},
    ),
    ({"type": "of_tomorrow", "x": 1}, [{"type": "y_delta", "y": "z"}], {"type": "of_tomorrow", "x": 1, "y": "z"}),
]  # fmt: skip  # as tables
ENDING = {
    "type": "message_delta",
    "delta": {"stop_reason": "end_turn", "stop_sequence": None, "stop_details": None},
    "usage": {"output_tokens": 9, "output_tokens_details": {"thinking_tokens": 4}},
    "context_management": {"applied_edits": []},
}
_ANY = st.none() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2)
CHARGED = Usage(123, 9, 20, 4, "engine", 100)


def payloads(order: list[int]) -> list[dict[str, Any]]:
    """A stream up to its end, with these blocks."""
    made: list[dict[str, Any]] = [START, {"type": "ping"}]
    for index, which in enumerate(order):
        start, deltas, _ = BLOCKS[which]
        made.append({"type": "content_block_start", "index": index, "content_block": start})
        made += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        made.append({"type": "content_block_stop", "index": index})
    return made


def fed(reader: MessagesReader, data: bytes, cuts: list[int]) -> bytes:
    """What the reader lets through of bytes that come in these pieces."""
    places = sorted({0, len(data), *[cut % (len(data) + 1) for cut in cuts]})
    return b"".join([reader.feed(data[a:b]) for a, b in pairwise(places)])


@settings(deadline=None)
@given(
    st.lists(st.integers(0, len(BLOCKS) - 1), max_size=6), st.lists(st.integers(0, 10**6), max_size=30), st.booleans()
)
def test_everything_goes_through_as_it_came_and_the_end_waits(order: list[int], cuts: list[int], crlf: bool) -> None:
    said = payloads(order)
    data = b"".join(map(event, [*said, ENDING, {"type": "message_stop"}]))
    voice = MessagesVoice(Wish(stream=True, thoughts=True, stops=(), input_tokens=1), ABOUT)
    reader = voice.native(ABOUT)
    assert isinstance(reader, MessagesReader)
    out = fed(reader, data.replace(b"\n", b"\r\n") if crlf else data, cuts)
    renamed = {**START, "message": {**START["message"], "model": "public"}}
    assert events(out) == [renamed, *said[1:]]
    assert (reader.done, reader.whole, reader.cut, reader.error) == (True, True, False, None)
    assert reader.usage() == CHARGED
    assert reader.tokens == sum(_texts(BLOCKS[which][1]) for which in order)
    told = voice.say(out) + voice.end(b"".join(reader.held), CHARGED, cut=False)
    heard_end = events(told)[-2]
    assert heard_end["delta"] == ENDING["delta"]
    assert heard_end["context_management"] == {"applied_edits": []}
    assert heard_end["usage"] == {
        "input_tokens": 3, "cache_read_input_tokens": 20, "cache_creation_input_tokens": 100, "output_tokens": 9,
        "output_tokens_details": {"thinking_tokens": 4},
    }  # fmt: skip


def _texts(deltas: list[dict[str, Any]]) -> int:
    return sum(delta["type"] in ("text_delta", "thinking_delta", "input_json_delta") for delta in deltas)


@settings(deadline=None)
@given(st.lists(st.integers(0, len(BLOCKS) - 1), max_size=6), st.lists(st.integers(0, 10**6), max_size=30))
def test_a_whole_message_has_every_block_with_all_that_was_said_of_it(order: list[int], cuts: list[int]) -> None:
    voice = MessagesVoice(Wish(stream=False, thoughts=True, stops=(), input_tokens=1), ABOUT)
    reader = voice.native(ABOUT)
    assert isinstance(reader, MessagesReader)
    fed(reader, b"".join(map(event, [*payloads(order), ENDING, {"type": "message_stop"}])), cuts)
    whole = json.loads(voice.whole(None, CHARGED, cut=False))
    assert whole["content"] == [BLOCKS[which][2] for which in order]
    assert (whole["id"], whole["model"], whole["stop_reason"]) == ("msg_up", "public", "end_turn")
    assert whole["unknown"] == {"x": [1]}
    assert whole["context_management"] == {"applied_edits": []}
    assert "type" in whole
    assert whole["type"] == "message"


def test_a_stream_beyond_the_limit_is_cut_and_closed_properly() -> None:
    about = About("req_1", "public", 0, 2)
    voice = MessagesVoice(Wish(stream=True, thoughts=True, stops=(), input_tokens=1), about)
    reader = voice.native(about)
    out = reader.feed(b"".join(map(event, [*payloads([3, 2]), ENDING])))
    assert (reader.cut, reader.tokens, reader.whole) == (True, 2, False)
    heard = hear(out + voice.end(b"", Usage(5, 2), cut=True))
    assert heard.message["stop_reason"] == "max_tokens"
    assert [block["type"] for block in heard.message["content"]] == ["tool_use", "text"]
    assert heard.usage["output_tokens"] == 2


def test_an_error_in_the_stream_is_its_end() -> None:
    reader = MessagesReader(ABOUT, keep=False)
    error = {"type": "overloaded_error", "message": "Overloaded"}
    assert events(reader.feed(event(START) + event({"type": "error", "error": error})))[-1]["type"] == "message_start"
    assert reader.error is not None
    assert json.loads(reader.error) == error
    assert reader.done
    assert not reader.whole


@pytest.mark.parametrize(
    "data",
    [
        b"data: {\n\n",
        b"data: []\n\n",
        b'data: {"type": 1}\n\n',
        b'data: {"type":"ping","index":"x"}\n\n',
        b'data: {"type":"message_start","message":{"usage":7}}\n\n',
        b"data: \xff\n\n",
        b"data: " + b"[" * 10_000 + b"\n\n",
    ],
)
def test_what_is_no_event_breaks_the_stream(data: bytes) -> None:
    with pytest.raises(BadStream):
        MessagesReader(ABOUT, keep=True).feed(data)


@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"type": st.sampled_from(["content_block_start", "content_block_delta", "content_block_stop"])},
            optional={
                "index": st.integers(-2, 3),
                "content_block": st.dictionaries(st.sampled_from(["type", "text", "citations", "input"]), _ANY),
                "delta": st.dictionaries(st.sampled_from(["type", "text", "citation", "partial_json"]), _ANY),
            },
        ),
        max_size=8,
    )
)
def test_whatever_an_engine_makes_of_blocks_is_a_message(said: list[dict[str, Any]]) -> None:
    voice = MessagesVoice(Wish(stream=False, thoughts=True, stops=(), input_tokens=1), ABOUT)
    reader = voice.native(ABOUT)
    reader.feed(b"".join(map(event, [START, *said, ENDING, {"type": "message_stop"}])))
    assert json.loads(voice.whole(None, CHARGED, cut=False))["stop_reason"] == "end_turn"


def test_an_event_without_end_breaks_the_stream() -> None:
    reader = MessagesReader(ABOUT, keep=False)
    with pytest.raises(BadStream):
        reader.feed(b"data: " + b"x" * SSE_EVENT_SIZE_MAX)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    reader = MessagesReader(ABOUT, keep=True)
    try:
        reader.feed(data + b"\n\n")
    except BadStream:
        return
    reader.usage()
