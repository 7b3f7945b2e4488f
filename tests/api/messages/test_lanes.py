"""Pieces of a chat become blocks in a row, whatever turns they take; deltas joined are the whole."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.messages.asking import hear
from tokenry.api.messages.blocks import checked_id
from tokenry.api.messages.lanes import Lanes, told_id
from tokenry.api.messages.words import event
from tokenry.gateway import Arguments, Call, Finish, Other, Piece, Reasoning, Refusal, Text

INPUTS = st.dictionaries(st.text(max_size=2), st.one_of(st.integers(), st.text(max_size=4), st.none()), max_size=2)


def told(batches: list[list[Piece]], *, thoughts: bool = True) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The blocks as a stream tells them, and as a whole message has them."""
    lanes = Lanes("req_1", thoughts=thoughts)
    payloads = [payload for batch in batches for payload in lanes.take(batch)] + lanes.close()
    start = {"type": "message_start", "message": {"content": [], "stop_reason": None}}
    end = [{"type": "message_delta", "delta": {}, "usage": {}}, {"type": "message_stop"}]
    heard = hear(b"".join(map(event, [start, *payloads, *end])))
    return heard.message["content"], lanes.content()


@st.composite
def turns(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[list[Piece]]]:
    """Inputs of calls, and their pieces in turns: within a call in order, among calls in any."""
    inputs = draw(st.lists(INPUTS, min_size=1, max_size=3))
    waiting: list[list[Piece]] = []
    for index, given_ in enumerate(inputs):
        text = json.dumps(given_)
        cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=3)))
        parts = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
        waiting.append([Call(index, f"call_{index}", "t"), *[Arguments(index, part) for part in parts]])
    pieces: list[Piece] = []
    begun = 0
    while any(waiting):
        ready = [at for at, rest in enumerate(waiting) if rest and (at <= begun)]
        at = draw(st.sampled_from(ready))
        begun = max(begun, at + 1)
        pieces.append(waiting[at].pop(0))
    size = draw(st.integers(1, 5))
    return inputs, [pieces[at : at + size] for at in range(0, len(pieces), size)]


@settings(max_examples=50, deadline=None)
@given(turns())
def test_calls_in_turns_become_blocks_in_a_row(case: tuple[list[dict[str, Any]], list[list[Piece]]]) -> None:
    inputs, batches = case
    streamed, whole = told(batches)
    assert streamed == whole
    assert [block["input"] for block in whole] == inputs
    assert [block["id"] for block in whole] == [f"toolu_call_{index}" for index in range(len(inputs))]


@settings(deadline=None)
@given(st.lists(st.builds(Text, st.text(max_size=3)) | st.builds(Reasoning, st.text("ab", min_size=1, max_size=3))))
def test_texts_and_thoughts_keep_their_order_and_go_on_where_they_can(pieces: list[Piece]) -> None:
    streamed, whole = told([[piece] for piece in pieces])
    assert streamed == whole
    kinds = [block["type"] for block in whole]
    assert all(one != other for one, other in pairwise(kinds))
    said = "".join(block.get("text") or block.get("thinking") or "" for block in whole)
    assert said == "".join(piece.text for piece in pieces if isinstance(piece, Text | Reasoning))


def test_thoughts_are_hidden_from_those_who_did_not_ask() -> None:
    streamed, whole = told([[Reasoning("hm"), Text("yes")]], thoughts=False)
    assert streamed == whole == [{"type": "text", "text": "yes"}]


def test_a_call_is_told_as_it_comes_and_ended_when_the_next_begins() -> None:
    lanes = Lanes("req_1", thoughts=False)
    begun = lanes.take([Call(0, "c", "t"), Arguments(0, '{"a":')])
    assert [one["type"] for one in begun] == ["content_block_start", "content_block_delta"]
    more = lanes.take([Arguments(0, "1}")])
    assert more == [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": "1}"}}
    ]
    following = lanes.take([Call(1, "d", "t")])
    assert [one["type"] for one in following] == ["content_block_stop", "content_block_start"]


@pytest.mark.parametrize("text", ['{"a": "}"}', '{"a": {"b": [1, "]"]}}', '{"a": "\\\\"}', '{"a": "\\"}{"}', "{}"])
def test_a_call_waits_for_its_own_last_brace(text: str) -> None:
    lanes = Lanes("req_1", thoughts=False)
    lanes.take([Call(0, "c", "t"), Call(1, "d", "t")])
    told_ = [lanes.take([Arguments(0, character)]) for character in text]
    stops = [any(one["type"] == "content_block_stop" for one in payloads) for payloads in told_]
    assert stops == [False] * (len(text) - 1) + [True]


def test_a_call_without_an_end_or_arguments_is_still_a_block() -> None:
    streamed, whole = told([[Call(0, "", "t"), Arguments(0, '{"a": ["cut')], [Call(1, "x", "u")]])
    assert streamed == whole
    assert [block["input"] for block in whole] == [{}, {}]
    assert whole[0]["id"].startswith("toolu_")


def test_what_says_nothing_makes_no_block() -> None:
    assert told([[Finish("stop"), Other("annotations", [])]]) == ([], [])


def test_refused_words_are_text_and_remembered() -> None:
    lanes = Lanes("req_1", thoughts=False)
    lanes.take([Refusal("no, "), Refusal("never")])
    assert lanes.content() == [{"type": "text", "text": "no, never"}]
    assert "".join(lanes.refusal) == "no, never"


@pytest.mark.parametrize("name", ["call_abc", "D681PevKs", "a-b_c"])
def test_an_engines_id_comes_back_as_it_was(name: str) -> None:
    assert checked_id(told_id(name, "0"), "id") == name


@pytest.mark.parametrize("name", ["", "a b", "ü", "x" * 300])
def test_an_id_that_cannot_be_told_gets_another_that_stays(name: str) -> None:
    made = told_id(name, "req_1.0")
    assert made == told_id(name, "req_1.0") != told_id(name, "req_1.1")
    assert checked_id(made, "id") == made.removeprefix("toolu_")
