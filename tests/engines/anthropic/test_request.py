"""A chat's request as one to the Messages API: each case is a line of what is asked and what is sent."""

from __future__ import annotations

import json
from contextlib import suppress
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.anthropic.chats import DUMB, HI, NEW, OLD, WEATHER, called, said, sent
from tokenry.base.errors import InvalidRequest
from tokenry.engines.anthropic.abilities import UNKNOWN, Abilities, read_abilities
from tokenry.engines.anthropic.request import asks_abilities, translate
from tokenry.engines.scripted.messages_asked import MessagesRequest

# Tools.


PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no failure


@pytest.mark.parametrize(
    ("fields", "choice"),
    [
        ({}, None),
        ({"tool_choice": "auto"}, {"type": "auto"}),
        ({"tool_choice": "none"}, {"type": "none"}),
        ({"tool_choice": "required"}, {"type": "any"}),
        ({"tool_choice": {"type": "function", "function": {"name": "weather"}}}, {"type": "tool", "name": "weather"}),
        ({"function_call": {"name": "weather"}}, {"type": "tool", "name": "weather"}),
        ({"parallel_tool_calls": True}, None),
        ({"parallel_tool_calls": False}, {"type": "auto", "disable_parallel_tool_use": True}),
        ({"parallel_tool_calls": False, "tool_choice": "required"}, {"type": "any", "disable_parallel_tool_use": True}),
        ({"parallel_tool_calls": False, "tool_choice": "none"}, {"type": "none"}),
        (
            {"tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [WEATHER]}}},
            {"type": "any"},
        ),
        ({"tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"name": "weather"}]}}, {"type": "auto"}),
    ],
)  # fmt: skip
def test_which_tool_must_be_called(fields: dict[str, Any], choice: dict[str, Any] | None) -> None:
    made = sent(tools=[WEATHER], **fields)
    assert made.get("tool_choice") == choice
    assert [tool["name"] for tool in made["tools"]] == ["weather"]


def test_tools_and_functions_are_tools() -> None:
    described = {"name": "f", "description": "d", "parameters": {"properties": {"x": {"type": "string"}}}}
    made = sent(tools=[WEATHER, {"type": "function", "function": described}], functions=[{"name": "g"}])
    assert made["tools"] == [
        {"name": "weather", "input_schema": {"type": "object", "properties": {}}},
        {"name": "f", "description": "d", "input_schema": {"type": "object", "properties": {"x": {"type": "string"}}}},
        {"name": "g", "input_schema": {"type": "object", "properties": {}}},
    ]


def test_only_allowed_tools_are_offered() -> None:
    other = {"type": "function", "function": {"name": "other"}}
    choice = {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [other]}}
    assert [tool["name"] for tool in sent(tools=[WEATHER, other], tool_choice=choice)["tools"]] == ["other"]


def test_strictness_only_where_the_model_can() -> None:
    strict = [{"type": "function", "function": {"name": "a", "strict": True, "parameters": {"type": "object"}}}]
    assert "strict" not in sent(OLD, tools=strict)["tools"][0]
    assert sent(NEW, tools=strict)["tools"][0]["strict"] is True


# How it is answered.


@pytest.mark.parametrize(
    ("fields", "members"),
    [
        ({"stop": "."}, {"stop_sequences": ["."]}),
        ({"stop": [".", "\n", ""]}, {"stop_sequences": ["."]}),
        ({"stop": "\n\n"}, {}),
        ({"temperature": 0}, {"temperature": 0}),
        ({"temperature": 1.5}, {"temperature": 1}),
        ({"temperature": 0.2, "top_p": 0.9}, {"temperature": 0.2}),
        ({"top_p": 0.9}, {"top_p": 0.9}),
        ({"user": "u"}, {"metadata": {"user_id": "u"}}),
        ({"user": "u", "safety_identifier": "s"}, {"metadata": {"user_id": "s"}}),
        ({"seed": 1, "frequency_penalty": 1, "logit_bias": {"1": 1}, "n": 1, "logprobs": False}, {}),
        ({"stream": True}, {"stream": True}),
        ({"top_k": 5}, {"top_k": 5}),
        ({"thinking": {"type": "enabled", "budget_tokens": 2000}, "reasoning_effort": "low", "temperature": 0},
         {"thinking": {"type": "enabled", "budget_tokens": 2000}}),
    ],
)  # fmt: skip
def test_members(fields: dict[str, Any], members: dict[str, Any]) -> None:
    made = sent(**fields)
    assert {name: value for name, value in made.items() if name not in {"model", "messages", "max_tokens"}} == members


@pytest.mark.parametrize(
    ("given", "limit"),
    [
        ({"max_completion_tokens": 7}, 100),
        ({"max_tokens": None, "max_completion_tokens": 7}, 7),
        ({"max_tokens": 9}, 9),
    ],
)
def test_limits(given: dict[str, Any], limit: int) -> None:
    assert sent(**given)["max_tokens"] == limit


@pytest.mark.parametrize(
    ("able", "effort", "limit", "thinking", "level"),
    [
        (NEW, "low", 100, {"type": "adaptive", "display": "summarized"}, "low"),
        (NEW, "minimal", 100, {"type": "adaptive", "display": "summarized"}, "low"),
        (NEW, "xhigh", 100, {"type": "adaptive", "display": "summarized"}, "xhigh"),
        (NEW, "none", 100, None, "low"),
        (OLD, "low", 10_000, {"type": "enabled", "budget_tokens": 2000}, None),
        (OLD, "low", 2000, {"type": "enabled", "budget_tokens": 1024}, None),
        (OLD, "high", 10_000, {"type": "enabled", "budget_tokens": 8000}, None),
        (OLD, "high", 1024, None, None),
        (OLD, "none", 10_000, {"type": "disabled"}, None),
        (OLD, "of the future", 10_000, None, None),
        (DUMB, "high", 10_000, None, None),
        (UNKNOWN, "medium", 10_000, {"type": "enabled", "budget_tokens": 5000}, None),
    ],
)  # fmt: skip
def test_effort(able: Abilities, effort: str, limit: int, thinking: dict[str, Any] | None, level: str | None) -> None:
    made = sent(able, reasoning_effort=effort, max_tokens=limit, temperature=0)
    assert made.get("thinking") == thinking
    assert made.get("output_config", {}).get("effort") == level
    assert ("temperature" in made) == (thinking is None or thinking["type"] == "disabled")


def test_an_effort_that_the_model_lacks_is_the_next_below() -> None:
    few = Abilities(adaptive=True, budgeted=False, disabled=True, efforts=("low", "high"), structured=True)
    assert sent(few, reasoning_effort="max")["output_config"] == {"effort": "high"}
    assert sent(few, reasoning_effort="medium")["output_config"] == {"effort": "low"}


def test_a_forced_call_goes_before_thinking() -> None:
    made = sent(NEW, reasoning_effort="high", tools=[WEATHER], tool_choice="required")
    assert "thinking" not in made
    assert made["output_config"] == {"effort": "high"}


def test_no_budget_in_the_middle_of_calls_made_without_thinking() -> None:
    talk = [
        *HI,
        {"role": "assistant", "tool_calls": [called("weather")]},
        {"role": "tool", "tool_call_id": "c1", "content": "x"},
    ]
    assert "thinking" not in sent(OLD, messages=talk, tools=[WEATHER], reasoning_effort="low", max_tokens=9000)
    assert "thinking" in sent(NEW, messages=talk, tools=[WEATHER], reasoning_effort="low", max_tokens=9000)


SCHEMA = {
    "type": "object",
    "properties": {
        "age": {"type": "integer", "minimum": 0, "description": "years"},
        "names": {
            "type": "array",
            "minItems": 2,
            "items": {"oneOf": [{"type": "string", "maxLength": 5}, {"$ref": "#/$defs/n"}]},
        },
    },
    "$defs": {"n": {"type": "object", "properties": {}}},
    "required": ["age"],
}


def shaped(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}}


def test_a_schema_in_what_the_api_knows_of_schemas() -> None:
    made = sent(NEW, response_format=shaped(SCHEMA))
    assert made["output_config"]["format"] == {
        "type": "json_schema",
        "schema": {
            "type": "object",
            "additionalProperties": False,
            "required": ["age"],
            "properties": {
                "age": {"type": "integer", "description": 'years {"minimum":0}'},
                "names": {
                    "type": "array",
                    "description": '{"minItems":2}',
                    "items": {"anyOf": [{"type": "string", "description": '{"maxLength":5}'}, {"$ref": "#/$defs/n"}]},
                },
            },
            "$defs": {"n": {"type": "object", "properties": {}, "additionalProperties": False}},
        },
    }
    assert "tools" not in made


def test_effort_and_schema_share_a_member() -> None:
    made = sent(NEW, response_format=shaped(SCHEMA), reasoning_effort="low")
    assert set(made["output_config"]) == {"format", "effort"}


@pytest.mark.parametrize("wanted", [shaped(SCHEMA), {"type": "json_object"}], ids=["schema", "object"])
def test_models_that_cannot_are_made_to_call_a_tool(wanted: dict[str, Any]) -> None:
    made = translate({"model": "m", "max_tokens": 9, "messages": HI, "response_format": wanted}, OLD)
    body = json.loads(made.body)
    assert made.answer_tool == body["tools"][0]["name"]
    assert body["tool_choice"] == {"type": "tool", "name": made.answer_tool}
    assert body["tools"][0]["input_schema"]["type"] == "object"


def test_models_that_cannot_and_have_tools_are_asked_for_it() -> None:
    made = sent(OLD, response_format=shaped(SCHEMA), tools=[WEATHER])
    assert "JSON" in made["system"][0]["text"]
    assert "tool_choice" not in made


# What is refused.


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"n": 2}, "n"), ({"logprobs": True}, "logprobs"), ({"top_logprobs": 3}, "top_logprobs"),
        ({"audio": {"voice": "a"}}, "audio"), ({"max_tokens": None}, "max_tokens"),
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools"),
        ({"tools": [{"type": "custom", "custom": {"name": "a"}}]}, "tools"),
        ({"tools": [WEATHER], "tool_choice": {"type": "function"}}, "tool_choice"),
        ({"response_format": {"type": "json_schema"}}, "response_format"),
        ({"messages": [{"role": "judge", "content": "x"}]}, "messages"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages"),
        (
            {"messages": [{"role": "assistant", "tool_calls": [{"id": "c", "type": "custom", "custom": {}}]}]},
            "messages",
        ),
    ],
)  # fmt: skip
def test_what_the_api_does_not_have_is_refused_by_name(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        sent(**fields)
    assert raised.value.param == param
    assert raised.value.status == 400


@pytest.mark.parametrize(
    "part",
    [
        {"type": "input_audio", "input_audio": {}},
        {"type": "image_url", "image_url": {"url": "file:///x"}},
        {"type": "image_url"},
        {"type": "file", "file": {"file_id": "f"}},
        {"type": "file", "file": {"file_data": "data:a/b;base64,QQ"}},
        {"type": "file", "file": {"file_data": "data:text/plain;base64,/w=="}},
        {"type": None},
        "x",
    ],
)
def test_parts_that_there_are_no_blocks_for_are_refused(part: Any) -> None:
    with pytest.raises(InvalidRequest) as raised:
        sent(messages=[{"role": "user", "content": [part]}])
    assert raised.value.param == "messages"


# What a model can do.


def test_what_a_model_says_of_itself() -> None:
    yes, no = {"supported": True}, {"supported": False}
    told = {"capabilities": {
        "thinking": {"supported": True, "types": {"adaptive": yes, "enabled": no, "disabled": yes}},
        "effort": {"supported": True, "low": yes, "medium": no, "high": yes, "xhigh": None}, "structured_outputs": yes,
    }}  # fmt: skip
    able = read_abilities(json.dumps(told).encode())
    assert able == Abilities(adaptive=True, budgeted=False, disabled=True, efforts=("low", "high"), structured=True)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"capabilities": 5}', b"\xff", b"[" * 5000])
def test_who_says_nothing_can_what_all_can(body: bytes) -> None:
    assert read_abilities(body) == UNKNOWN


@pytest.mark.parametrize(
    ("fields", "asks"),
    [
        ({}, False), ({"reasoning_effort": "low"}, True), ({"response_format": {"type": "json_object"}}, False),
        ({"response_format": shaped(SCHEMA)}, True), ({"tools": [WEATHER]}, False),
        ({"tools": [{"type": "function", "function": {"name": "a", "strict": True}}]}, True), ({"tools": [5]}, False),
    ],
)  # fmt: skip
def test_when_it_matters(fields: dict[str, Any], asks: bool) -> None:
    assert asks_abilities(fields) is asks


# Over all requests.

_TEXT = st.text(max_size=8)
_PART = st.one_of(
    st.builds(said, _TEXT), st.just({"type": "image_url", "image_url": {"url": "https://example.org/x.png"}})
)
_ROUND = st.one_of(
    st.tuples(st.just("user"), st.one_of(_TEXT, st.lists(_PART, max_size=3))),
    st.tuples(st.just("system"), _TEXT),
    st.tuples(st.just("assistant"), _TEXT),
    st.tuples(st.just("calls"), st.lists(st.dictionaries(_TEXT, _TEXT, max_size=2), min_size=1, max_size=3)),
)


def _chat(rounds: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    """A transcript of a chat in which every call is answered."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": "first"}]
    for number, (kind, value) in enumerate(rounds):
        if kind != "calls":
            messages.append({"role": kind, "content": value})
            continue
        calls = [called(f"t{i}", json.dumps(given), f"call:{number}.{i}") for i, given in enumerate(value)]
        messages.append({"role": "assistant", "content": None, "tool_calls": calls})
        messages += [{"role": "tool", "tool_call_id": one["id"], "content": "done"} for one in calls]
    return messages


@PATIENT
@given(
    st.lists(_ROUND, max_size=8), st.sampled_from([NEW, OLD, UNKNOWN]), st.sampled_from([None, "low", "high", "none"])
)
def test_every_transcript_is_one_that_the_api_takes(
    rounds: list[tuple[str, Any]], able: Abilities, effort: str | None
) -> None:
    made = translate(
        {"model": "m", "max_tokens": 5000, "messages": _chat(rounds), "reasoning_effort": effort, "tools": [WEATHER]},
        able,
    )
    asked = msgspec.json.decode(made.body, type=MessagesRequest)
    asked.chat()  # raises for what the API refuses: calls without results, text without a character
    roles = [turn.role for turn in asked.messages]
    assert all(one != other for one, other in pairwise(roles))


_ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["type", "text", "role", "content", "function", "name", "url", "image_url", "id", "tools",
                             "tool_calls", "arguments", "cache_control", "json_schema", "schema", "file", "properties",
                             "anyOf", "items", "allowed_tools", "minItems", "strict", "parameters"]), inner, max_size=4,
        ),
    ),
    max_leaves=8,
)  # fmt: skip
_MEMBERS = ("tools", "tool_choice", "stop", "response_format", "reasoning_effort", "user", "functions", "temperature",
            "function_call", "n", "thinking", "parallel_tool_calls", "top_p")  # fmt: skip  # as a table


@PATIENT
@given(
    st.lists(_ANY, max_size=4),
    st.dictionaries(st.sampled_from(_MEMBERS), _ANY, max_size=4),
    st.sampled_from([NEW, OLD]),
)
def test_whatever_is_asked_is_sent_or_refused(messages: list[Any], members: dict[str, Any], able: Abilities) -> None:
    fields = {"model": "m", "max_tokens": 5000, "messages": messages, **members}
    asks_abilities(fields)
    with suppress(InvalidRequest):
        assert translate(fields, able).body
