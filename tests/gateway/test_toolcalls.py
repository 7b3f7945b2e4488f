"""A forced tool call as a constraint, and the constrained answer as the call."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.base.errors import InvalidRequest
from tokenry.gateway import forces_call
from tokenry.gateway.toolcalls import as_calls, constrain

TOOLS: list[dict[str, Any]] = [
    {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {"a": {}}}}},
    {"type": "function", "function": {"name": "g"}},
    {"type": "web_search"},
]
NAMED = {"type": "function", "function": {"name": "g"}}
ALLOWED = {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [NAMED]}}
FLAT = {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "g"}]}
AUTO = {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [NAMED]}}


@pytest.mark.parametrize(
    ("choice", "forced"),
    [
        (None, False),
        ("auto", False),
        ("none", False),
        ("required", True),
        (NAMED, True),
        (ALLOWED, True),
        (FLAT, True),
        (AUTO, False),
    ],
    ids=repr,
)
def test_what_forces_a_call(choice: Any, forced: bool) -> None:
    assert forces_call(TOOLS, choice) is forced
    assert forces_call([], choice) is False
    assert forces_call(None, choice) is False


def schema(choice: Any) -> dict[str, Any]:
    fields = {"messages": [{"role": "user", "content": "x"}], "tools": TOOLS, "tool_choice": choice, "seed": 1}
    made = constrain(fields)
    assert made.keys() == {"messages", "response_format", "seed"}
    assert made["messages"][0]["role"] == "system"
    assert made["messages"][1:] == fields["messages"]
    assert made["response_format"]["json_schema"]["strict"] is True
    return dict(made["response_format"]["json_schema"]["schema"])


def test_any_of_the_functions() -> None:
    options = schema("required")["anyOf"]
    assert [option["properties"]["name"] for option in options] == [{"const": "f"}, {"const": "g"}]
    assert options[0]["properties"]["arguments"] == TOOLS[0]["function"]["parameters"]
    assert options[1]["properties"]["arguments"] == {"type": "object"}


@pytest.mark.parametrize("choice", [NAMED, ALLOWED, FLAT])
def test_one_of_them(choice: Any) -> None:
    assert schema(choice)["properties"]["name"] == {"const": "g"}


@pytest.mark.parametrize(
    "choice",
    [
        {"type": "function", "function": {"name": "h"}},
        {"type": "function"},
        {"type": "function", "function": "f"},
        {"type": "allowed_tools", "allowed_tools": "x"},
        {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": 5}},
        {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": ["f", None]}},
    ],
    ids=repr,
)
def test_a_choice_of_nothing_is_refused(choice: Any) -> None:
    forces_call(TOOLS, choice)
    with pytest.raises(InvalidRequest) as raised:
        schema(choice)
    assert raised.value.param == "tool_choice"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "function", "name", "allowed_tools", "tools", "mode"]) | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(
    st.lists(ANYTHING, max_size=3), st.dictionaries(st.sampled_from(["type", "function", "allowed_tools"]), ANYTHING)
)
def test_no_shape_is_a_fault(tools: list[Any], choice: dict[str, Any]) -> None:
    if forces_call(tools, choice):
        with contextlib.suppress(InvalidRequest):
            constrain({"messages": [], "tools": tools, "tool_choice": choice})


def answer(text: str | None, finish: str = "stop") -> dict[str, Any]:
    message = {"role": "assistant", "content": text, "refusal": None}
    return {"choices": [{"index": 0, "message": message, "finish_reason": finish}]}


def test_the_answer_becomes_the_call() -> None:
    (choice,) = as_calls(answer('{"name": "f", "arguments": {"a": "ü"}}'))["choices"]
    (call,) = choice["message"]["tool_calls"]
    assert choice["message"]["content"] is None
    assert choice["finish_reason"] == "tool_calls"
    assert call["function"]["name"] == "f"
    assert json.loads(call["function"]["arguments"]) == {"a": "ü"}
    assert call["id"].startswith("call_")


@pytest.mark.parametrize(
    ("text", "name", "arguments"),
    [
        ('{"name": "f", "arguments": {"a": "be', "f", '{"a": "be'),
        ('{"name": "f", "argu', "f", ""),
        ("", "", ""),
        (None, "", ""),
        ("[1]", "", ""),
    ],
)
def test_a_call_that_was_cut_keeps_what_there_is(text: str | None, name: str, arguments: str) -> None:
    (choice,) = as_calls(answer(text, "length"))["choices"]
    (call,) = choice["message"]["tool_calls"]
    assert call["function"]["arguments"] == arguments
    assert call["function"]["name"].startswith(name)
    assert choice["finish_reason"] == "length"
