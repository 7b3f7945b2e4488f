"""Pieces: what a chat completion says, whether it comes in events or whole."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.gateway import pieces
from tokenry.gateway.assemble import Assembler
from tokenry.gateway.cutter import event
from tokenry.gateway.pieces import Arguments, Call, Finish, Other, Piece, Pieces, Reasoning, Refusal, Text
from tokenry.ledger import Usage


def chunk(delta: Any, finish: str | None = None, **more: Any) -> bytes:
    return event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish, **more}]})


def called(index: int | None, **more: Any) -> dict[str, Any]:
    named = {} if index is None else {"index": index}
    return {"tool_calls": [{**named, **more}]}


def joined(found: list[Piece]) -> list[Any]:
    """Neighbours of one kind as one."""
    rows: list[Any] = []
    for piece in found:
        if isinstance(piece, Call | Finish | Other):
            rows.append(piece)
            continue
        key = (type(piece).__name__, piece.index if isinstance(piece, Arguments) else None)
        if rows and isinstance(rows[-1], list) and rows[-1][0] == key:
            rows[-1][1] += piece.text
        else:
            rows.append([key, piece.text])
    return rows


def test_every_kind_in_order() -> None:
    events = [
        chunk({"role": "assistant", "content": None}),
        chunk({"reasoning_content": "hm", "reasoning": "hm"}),
        chunk({"content": "a"}, logprobs={"content": [{"token": "a"}]}),
        chunk({"refusal": "no"}),
        chunk(called(0, id="call_1", function={"name": "f", "arguments": ""})),
        chunk(called(0, function={"arguments": "{}"})),
        chunk({"annotations": [1]}),
        chunk({}, "tool_calls"),
        b"data: [DONE]\n\n",
    ]
    assert Pieces().read(b"".join(events)) == [
        Reasoning("hm"),
        Text("a", [{"token": "a"}]),
        Refusal("no"),
        Call(0, "call_1", "f"),
        Arguments(0, "{}"),
        Other("annotations", [1]),
        Finish("tool_calls"),
    ]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (
            [called(0, id="x"), called(0, function={"name": "f", "arguments": "{"})],
            [Call(0, "x", "f"), Arguments(0, "{")],
        ),
        (
            [called(0, id="x", function={"arguments": "{"}), called(0, function={"name": "f", "arguments": "}"})],
            [Call(0, "x", "f"), Arguments(0, "{}")],
        ),
        ([called(0, function={"name": "f"}), called(0, function={"name": "f"})], [Call(0, "", "f")]),
        (
            [called(None, function={"name": "f", "arguments": "{"}), called(None, function={"arguments": "}"})],
            [Call(0, "", "f"), Arguments(0, "{"), Arguments(0, "}")],
        ),
        (
            [called(None, function={"name": "f"}), called(None, function={"name": "g"})],
            [Call(0, "", "f"), Call(1, "", "g")],
        ),
        ([called(-1, function={"name": "f"}), called(10**9, function={"name": "f"})], []),
    ],
)
def test_calls_of_engines_that_write_them_in_their_own_way(parts: list[Any], expected: list[Piece]) -> None:
    assert Pieces().read(b"".join([chunk(part) for part in parts])) == expected


def test_a_whole_answer() -> None:
    message = {
        "role": "assistant",
        "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}],
        "reasoning": "hm",
        "tool_calls": [
            {"id": "1", "function": {"name": "f", "arguments": "{}"}},
            {"id": "2", "function": {"name": "g"}},
        ],
    }
    answer = {"choices": [{"message": message, "finish_reason": "stop"}, {"index": 1, "message": {"content": "no"}}]}
    assert Pieces().read_whole(answer) == [
        Reasoning("hm"), Text("ab"), Call(0, "1", "f"), Arguments(0, "{}"), Call(1, "2", "g"), Finish("stop"),
    ]  # fmt: skip


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
member = st.sampled_from(
    ["content", "reasoning", "tool_calls", "refusal", "index", "function", "id", "name", "arguments"]
)


@given(json | st.dictionaries(member, json), json, json)
def test_nothing_raises(delta: Any, choices: Any, finish: Any) -> None:
    reader = Pieces()
    for payload in (choices, {"choices": choices}, {"choices": [{"delta": delta, "finish_reason": finish}]}):
        reader.read(event(payload))
    reader.read_whole({"choices": [{"message": delta, "logprobs": choices}]})
    reader.read_whole({"choices": choices})
    reader.read(b"data: {\n\ndata: \xff\n\n: x\n\n")


texts = st.text(min_size=1, max_size=4)
said = st.lists(texts.map(lambda text: {"reasoning_content": text}), max_size=3).flatmap(
    lambda thought: st.lists(texts.map(lambda text: {"content": text}), max_size=3).flatmap(
        lambda text: st.lists(st.lists(texts, max_size=3), max_size=3).map(
            lambda calls: [
                *thought,
                *text,
                *(
                    called(index, id=f"call_{index}", function={"name": f"f{index}", "arguments": ""})
                    if place == 0
                    else called(index, function={"arguments": part})
                    for index, parts in enumerate(calls)
                    for place, part in enumerate(["", *parts])
                ),
            ]
        )
    )
)


@given(said)
def test_a_stream_says_the_same_as_what_it_is_put_together_to(deltas: list[Any]) -> None:
    events = [*[chunk(delta) for delta in deltas], chunk({}, "stop")]
    whole = Assembler(chat=True)
    for one in events:
        whole.add(one)
    streamed = Pieces()
    pieces_of_stream = [piece for one in events for piece in streamed.read(one)]
    assert joined(pieces_of_stream) == joined(Pieces().read_whole(whole.answer(Usage())))
    assert pieces.Finish("stop") == pieces_of_stream[-1]
