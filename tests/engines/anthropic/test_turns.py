"""A chat's messages as a system prompt and turns: what is said is said, in the order that the API wants."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.engines.anthropic.chats import HI, MARK, WEATHER, called, said, sent, turns
from tokenry.engines.anthropic.turns import fit


def test_a_question() -> None:
    assert sent() == {"model": "m", "max_tokens": 100, "messages": [{"role": "user", "content": [said("hi")]}]}


def test_systems_and_developers_stand_before_everything() -> None:
    made = sent(messages=[{"role": "system", "content": "a"}, *HI, {"role": "developer", "content": [said("b")]}])
    assert made["system"] == [said("a"), said("b")]
    assert [turn["role"] for turn in made["messages"]] == ["user"]


def test_a_system_prompt_alone_is_the_question() -> None:
    made = sent(messages=[{"role": "system", "content": "do it"}])
    assert made["messages"] == [{"role": "user", "content": [said("do it")]}]
    assert "system" not in made


def test_turns_of_one_side_are_one() -> None:
    assert turns(*HI, {"role": "user", "content": "there"}) == [
        {"role": "user", "content": [said("hi"), said("there")]}
    ]


def test_what_says_nothing_is_left_out() -> None:
    empty = [
        {"role": "user", "content": ""},
        {"role": "assistant", "content": None},
        {"role": "user", "content": [said("")]},
    ]
    assert turns(*empty, *HI) == [{"role": "user", "content": [said("hi")]}]


def test_what_is_to_be_gone_on_from_ends_in_no_white_space() -> None:
    assert turns(*HI, {"role": "assistant", "content": "so \n"})[-1]["content"] == [said("so")]


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("data:image/png;base64,QUJD", {"type": "base64", "media_type": "image/png", "data": "QUJD"}),
        ("data:image/JPEG;name=x;base64,QQ==", {"type": "base64", "media_type": "image/jpeg", "data": "QQ=="}),
        ("https://example.org/a.png", {"type": "url", "url": "https://example.org/a.png"}),
    ],
)
def test_images(url: str, source: dict[str, str]) -> None:
    (turn,) = turns({"role": "user", "content": [said("what?"), {"type": "image_url", "image_url": {"url": url}}]})
    assert turn["content"] == [said("what?"), {"type": "image", "source": source}]


def test_documents() -> None:
    pdf = {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,QUJD"}}
    words = {"type": "file", "file": {"file_data": "data:text/plain;base64," + base64.b64encode(b"words").decode()}}
    (turn,) = turns({"role": "user", "content": [pdf, words]})
    first, second = turn["content"]
    assert first == {
        "type": "document",
        "title": "a.pdf",
        "source": {"type": "base64", "media_type": "application/pdf", "data": "QUJD"},
    }
    assert second["source"] == {"type": "text", "media_type": "text/plain", "data": "words"}


def test_tools_answer_in_one_turn_before_anything_else() -> None:
    told = turns(
        *HI,
        {"role": "assistant", "content": "wait", "tool_calls": [called("a", '{"x": 1}'), called("b", "", "c2")]},
        {"role": "tool", "tool_call_id": "c1", "content": "one"},
        {"role": "user", "content": "and?"},
        {"role": "tool", "tool_call_id": "c2", "content": [said("two")]},
    )
    assert told[1]["content"] == [
        said("wait"),
        {"type": "tool_use", "id": "c1", "name": "a", "input": {"x": 1}},
        {"type": "tool_use", "id": "c2", "name": "b", "input": {}},
    ]
    assert told[2] == {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": "c1", "content": [said("one")]},
            {"type": "tool_result", "tool_use_id": "c2", "content": [said("two")]},
            said("and?"),
        ],
    }


def test_a_tool_that_says_nothing_has_answered() -> None:
    told = turns(
        *HI, {"role": "assistant", "tool_calls": [called("a")]}, {"role": "tool", "tool_call_id": "c1", "content": ""}
    )
    assert told[2]["content"] == [{"type": "tool_result", "tool_use_id": "c1"}]


@pytest.mark.parametrize(
    ("arguments", "given"),
    [("not json", {"arguments": "not json"}), ("[1]", {"arguments": [1]}), ("null", {"arguments": None}), (" ", {})],
)
def test_arguments_that_are_no_object(arguments: str, given: dict[str, Any]) -> None:
    (block,) = turns(*HI, {"role": "assistant", "tool_calls": [called("a", arguments)]})[1]["content"]
    assert block["input"] == given


def test_calls_by_the_older_names_find_their_results() -> None:
    told = turns(
        *HI,
        {"role": "assistant", "content": None, "function_call": {"name": "a", "arguments": "{}"}},
        {"role": "function", "name": "a", "content": "one"},
    )
    assert told[1]["content"][0]["id"] == told[2]["content"][0]["tool_use_id"]


def test_ids_are_made_to_fit_and_stay_apart() -> None:
    assert fit("call_1-A") == "call_1-A"
    assert fit("call.1") == fit("call.1") != fit("call 1")
    assert fit("") != fit(".")
    assert all(character.isalnum() or character in "_-" for character in fit("a/b:ü" * 50))
    assert len(fit("/" * 1000)) < 64


def test_thinking_goes_back_as_it_came_and_only_then() -> None:
    blocks = [{"type": "thinking", "thinking": "hm", "signature": "s"}, {"type": "redacted_thinking", "data": "d"}]
    signed = {"role": "assistant", "content": "so", "reasoning_content": "hm", "thinking_blocks": blocks}
    assert turns(*HI, signed)[1]["content"] == [*blocks, said("so")]
    unsigned = {"role": "assistant", "content": "so", "reasoning_content": "hm", "thinking_blocks": "hm"}
    assert turns(*HI, unsigned)[1]["content"] == [said("so")]


def test_cache_marks_are_kept_wherever_they_stand() -> None:
    made = sent(
        messages=[
            {"role": "system", "content": [said("a"), {**said("b"), "cache_control": MARK}]},
            {"role": "user", "content": "long", "cache_control": MARK},
            {"role": "assistant", "tool_calls": [called("weather")]},
            {"role": "tool", "tool_call_id": "c1", "content": "rain", "cache_control": MARK},
        ],
        tools=[{**WEATHER, "cache_control": MARK}],
        cache_control=MARK,
    )
    assert made["system"] == [said("a"), {**said("b"), "cache_control": MARK}]
    assert made["messages"][0]["content"] == [{**said("long"), "cache_control": MARK}]
    assert made["messages"][2]["content"][0]["cache_control"] == MARK
    assert made["tools"][0]["cache_control"] == MARK
    assert made["cache_control"] == MARK
