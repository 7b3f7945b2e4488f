"""What engines are asked for a response: this page specifies how items become messages, and tools functions."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest

from tests.api.responses.stand import Remembered
from tests.api.responses.test_hostile import PRINCIPAL
from tokenry.api.responses import Reading
from tokenry.api.responses.messages import FileData
from tokenry.api.responses.sealed import sealed, sealed_thoughts
from tokenry.base.clock import ManualClock
from tokenry.base.errors import InvalidRequest, TokenryError
from tokenry.gateway import Inference

USER: dict[str, Any] = {"role": "user", "content": "hi"}
CALL: dict[str, Any] = {"type": "function_call", "call_id": "c1", "name": "f", "arguments": '{"a":1}'}
RESULT: dict[str, Any] = {"type": "function_call_output", "call_id": "c1", "output": "ok"}
ASKED: dict[str, Any] = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}
FUNCTION: dict[str, Any] = {"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": True}
THOUGHTS = [{"type": "thinking", "thinking": "hm", "signature": "s"}]
PNG = b"\x89PNG"


def read(**body: Any) -> Inference:
    memory = Remembered(
        known_files={"file_1": FileData("a.png", "image/png", PNG), "file_2": FileData("a.md", "", b"# A")}
    )
    data = msgspec.json.encode({"model": "m", "input": "hi", **body})
    reading = Reading(memory, ManualClock()).read(PRINCIPAL, data)
    try:
        reading.send(None)
    except StopIteration as done:
        request: Inference = done.value.request
        return request
    raise AssertionError("it waits")


def fields(**body: Any) -> dict[str, Any]:
    return {name: msgspec.json.decode(raw) for name, raw in read(**body).fields.items()}


def messages(items: Any, **body: Any) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = fields(input=items, **body)["messages"]
    return made


@pytest.mark.parametrize(
    ("items", "made"),
    [
        ("hi", [USER]),
        ([{"role": "user", "content": [{"type": "input_text", "text": "hi"}]}], [USER]),
        (
            [
                {"role": "system", "content": "a"},
                {"role": "developer", "content": "b"},
                USER,
                {"role": "system", "content": "c"},
            ],
            [{"role": "system", "content": "a\n\nb"}, USER, {"role": "system", "content": "c"}],
        ),
        (
            [
                USER,
                {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "yes"}]},
                CALL,
                RESULT,
            ],
            [
                USER,
                {"role": "assistant", "content": "yes", "tool_calls": [ASKED]},
                {"role": "tool", "tool_call_id": "c1", "content": "ok"},
            ],
        ),
        (
            [
                USER,
                {"type": "reasoning", "summary": []},
                CALL,
                {**CALL, "call_id": "c2"},
                RESULT,
                {**RESULT, "call_id": "c2"},
            ],
            [
                USER,
                {"role": "assistant", "content": None, "tool_calls": [ASKED, {**ASKED, "id": "c2"}]},
                {"role": "tool", "tool_call_id": "c1", "content": "ok"},
                {"role": "tool", "tool_call_id": "c2", "content": "ok"},
            ],
        ),
        (
            [
                CALL,
                {
                    **RESULT,
                    "output": [{"type": "input_text", "text": "see"}, {"type": "input_image", "image_url": "data:x"}],
                },
                USER,
            ],
            [
                {"role": "assistant", "content": None, "tool_calls": [ASKED]},
                {"role": "tool", "tool_call_id": "c1", "content": "see"},
                {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:x"}}]},
                USER,
            ],
        ),
        (
            [
                {"type": "custom_tool_call", "call_id": "c1", "name": "patch", "input": "***"},
                {"type": "custom_tool_call_output", "call_id": "c1", "output": "done"},
            ],
            [
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [{**ASKED, "function": {"name": "patch", "arguments": '{"input":"***"}'}}],
                },
                {"role": "tool", "tool_call_id": "c1", "content": "done"},
            ],
        ),
        (
            [{**CALL, "namespace": "mcp__x__"}, RESULT],
            [
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [{**ASKED, "function": {**ASKED["function"], "name": "mcp__x__f"}}],
                },
                {"role": "tool", "tool_call_id": "c1", "content": "ok"},
            ],
        ),
        ([USER, {"type": "web_search_call", "id": "ws_1", "status": "completed"}], [USER]),
        (
            [{"type": "compaction", "encrypted_content": sealed("We met.")}, USER],
            [{"role": "user", "content": "What was said before, in short:\n\nWe met."}, USER],
        ),
        (
            [USER, {"type": "reasoning", "summary": [], "encrypted_content": sealed_thoughts(THOUGHTS)}, CALL, RESULT],
            [
                USER,
                {"role": "assistant", "content": None, "thinking_blocks": THOUGHTS, "tool_calls": [ASKED]},
                {"role": "tool", "tool_call_id": "c1", "content": "ok"},
            ],
        ),
        (
            [
                {
                    "role": "user",
                    "content": [
                        {"type": "input_image", "file_id": "file_1", "detail": "low"},
                        {"type": "input_file", "file_id": "file_2"},
                    ],
                }
            ],
            [
                {
                    "role": "user",
                    "content": [
                        {
                            "type": "image_url",
                            "image_url": {
                                "url": f"data:image/png;base64,{base64.b64encode(PNG).decode()}",
                                "detail": "low",
                            },
                        },
                        {"type": "text", "text": "a.md:\n\n# A"},
                    ],
                }
            ],
        ),
        (
            [{"role": "user", "content": [{"type": "input_file", "filename": "a.pdf", "file_data": "JVBERg=="}]}],
            [
                {
                    "role": "user",
                    "content": [
                        {
                            "type": "file",
                            "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERg=="},
                        }
                    ],
                }
            ],
        ),
        (
            [USER, {"type": "function_call_output", "call_id": "c9", "name": "told", "output": "unasked"}],
            [
                USER,
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [{"id": "c9", "type": "function", "function": {"name": "told", "arguments": "{}"}}],
                },
                {"role": "tool", "tool_call_id": "c9", "content": "unasked"},
            ],
        ),
    ],
    ids=[
        "text",
        "parts",
        "one system message",
        "calls join a message",
        "parallel calls",
        "images of a result",
        "custom tools",
        "namespaces",
        "hosted calls",
        "compaction",
        "signed thoughts",
        "files",
        "a document",
        "a result nobody asked for",
    ],
)
def test_items_become_messages(items: Any, made: list[dict[str, Any]]) -> None:
    assert messages(items) == made


def test_instructions_stand_first() -> None:
    told = messages([{"role": "developer", "content": "b"}, USER], instructions="a")
    assert told == [{"role": "system", "content": "a\n\nb"}, USER]


def test_parameters() -> None:
    form: dict[str, Any] = {
        "type": "json_schema",
        "json_schema": {"name": "n", "schema": {"type": "object"}, "strict": True},
    }
    made = fields(
        max_output_tokens=7, temperature=0.5, top_p=0.9, user="u", safety_identifier="s", reasoning={"effort": "low"},
        text={"format": {"type": "json_schema", **form["json_schema"]}, "verbosity": "low"},
        include=["message.output_text.logprobs"], top_logprobs=3, seed=4, stream=True, store=False, truncation="auto",
        metadata={"a": "b"}, parallel_tool_calls=False, tools=[FUNCTION], client_metadata={"x": "y"}, stop=["x"],
    )  # fmt: skip
    function = {"name": "f", "parameters": {"type": "object"}, "strict": True}
    assert made == {
        "model": "m", "messages": [USER], "max_completion_tokens": 7, "temperature": 0.5, "top_p": 0.9, "user": "u",
        "safety_identifier": "s", "reasoning_effort": "low", "response_format": form, "verbosity": "low",
        "logprobs": True, "top_logprobs": 3, "seed": 4, "stream": True, "parallel_tool_calls": False, "stop": ["x"],
        "tools": [{"type": "function", "function": function}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("choice", "told", "names"),
    [
        ("auto", "auto", ["f", "g", "n__h"]),
        ("none", "none", ["f", "g", "n__h"]),
        ("required", "required", ["f", "g", "n__h"]),
        ({"type": "function", "name": "f"}, {"type": "function", "function": {"name": "f"}}, ["f", "g", "n__h"]),
        ({"type": "custom", "name": "g"}, {"type": "function", "function": {"name": "g"}}, ["f", "g", "n__h"]),
        ({"type": "allowed_tools", "mode": "required", "tools": [{"type": "custom", "name": "g"}]}, "required", ["g"]),
        (
            {
                "type": "allowed_tools",
                "mode": "auto",
                "tools": [{"type": "function", "name": "h"}, {"type": "web_search"}],
            },
            "auto",
            ["n__h"],
        ),
    ],
)
def test_tool_choice(choice: Any, told: Any, names: list[str]) -> None:
    space = {"type": "namespace", "name": "n", "description": "About.", "tools": [{**FUNCTION, "name": "h"}]}
    custom = {"type": "custom", "name": "g", "format": {"type": "grammar", "syntax": "lark", "definition": "start: A"}}
    request = read(tools=[FUNCTION, custom, space, {"type": "web_search"}, {"type": "new"}], tool_choice=choice)
    made = {name: msgspec.json.decode(raw) for name, raw in request.fields.items()}
    assert made["tool_choice"] == told
    assert [one["function"]["name"] for one in made["tools"]] == names
    assert request.told == [(b"x-tokenry-tools-left-out", b"web_search, new")]
    described = {one["function"]["name"]: one["function"].get("description") for one in made["tools"]}
    if "g" in described:
        assert described["g"] == "`input` must follow this lark grammar:\nstart: A"
    assert described.get("n__h", "About.") == "About."


def test_long_names_are_told_apart() -> None:
    spaces = [
        {
            "type": "namespace",
            "name": "n" * 60,
            "tools": [{**FUNCTION, "name": "first"}, {**FUNCTION, "name": "second"}],
        },
        {"type": "additional", "name": "x"},
    ]
    names = [one["function"]["name"] for one in fields(tools=spaces)["tools"]]
    assert len(set(names)) == 2
    assert max(map(len, names)) == 64


def test_tools_may_stand_in_the_input() -> None:
    items = [{"type": "additional_tools", "role": "developer", "tools": [FUNCTION]}, USER]
    made = fields(input=items)
    assert [one["function"]["name"] for one in made["tools"]] == ["f"]
    assert made["messages"] == [USER]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"input": []}, "input"),
        ({"input": [CALL]}, "input"),
        ({"input": [RESULT]}, "input"),
        ({"input": [CALL, CALL, RESULT]}, "input"),
        ({"input": [{"role": "owner", "content": "x"}]}, "input[0].role"),
        ({"input": [{"role": "user", "content": [{"type": "input_file", "file_url": "http://x"}]}]}, "input"),
        ({"input": [{"role": "user", "content": [{"type": "input_file", "file_data": "%"}]}]}, "input"),
        ({"input": [{"type": "compaction", "encrypted_content": "gAAA"}]}, "input"),
        ({"tools": [{"type": "function"}]}, "tools[0].name"),
        ({"tools": [{"name": "f"}]}, "tools[0]"),
        ({"tool_choice": {"type": "function", "name": "never"}}, "tool_choice"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"text": {"format": {"type": "xml"}}}, "text.format.type"),
        ({"messages": [USER]}, "messages"),
        ({"n": 2}, "n"),
        ({"max_tokens": 5}, "max_tokens"),
        ({"max_output_tokens": 0}, "max_output_tokens"),
        ({"metadata": {"a": "b" * 513}}, "metadata[...]"),
        ({"previous_response_id": "resp_1", "conversation": "conv_1"}, "previous_response_id"),
    ],
)
def test_what_cannot_be(body: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read(**body)
    assert refused.value.param == param


def test_what_is_not_served_says_what_there_is() -> None:
    with pytest.raises(TokenryError, match="file search is not served here") as refused:
        read(tools=[{"type": "file_search", "vector_store_ids": []}])
    assert (refused.value.status, refused.value.code) == (400, "not_served")


def test_natively_the_request_keeps_its_own_words() -> None:
    items = [
        {"id": "msg_1", "role": "user", "content": [{"type": "input_image", "file_id": "file_1"}]},
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAA"},
        {"type": "reasoning", "id": "rs_2", "summary": [], "encrypted_content": sealed_thoughts(THOUGHTS)},
        {"type": "reasoning", "id": "rs_3", "summary": []},
        {**CALL, "id": "fc_1"},
        RESULT,
    ]
    request = read(
        input=items, tools=[FUNCTION, {"type": "web_search"}], store=True, service_tier="flex", metadata={"a": "b"},
        include=["reasoning.encrypted_content"], stream=True, unknown={"x": 1},
    )  # fmt: skip
    assert request.native is not None
    made = {name: msgspec.json.decode(raw) for name, raw in request.native.items()}
    image = {"type": "input_image", "image_url": f"data:image/png;base64,{base64.b64encode(PNG).decode()}"}
    assert made == {
        "model": "m", "store": False, "metadata": {"a": "b"}, "include": ["reasoning.encrypted_content"],
        "unknown": {"x": 1}, "tools": [FUNCTION],
        "input": [
            {"type": "message", "role": "user", "status": "completed", "content": [image]},
            {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAA"},
            {**CALL, "status": "completed"},
            {**RESULT, "status": "completed"},
        ],
    }  # fmt: skip


def test_what_a_model_said_goes_to_an_engine_of_this_api_without_an_id() -> None:
    said = {"type": "message", "role": "assistant", "id": "msg_1", "status": "completed", "phase": "commentary"}
    text = [{"type": "output_text", "text": part, "annotations": []} for part in ("a", "b")]
    refused = [{"type": "refusal", "refusal": "no"}]
    request = read(input=[{**said, "content": text}, {**said, "content": refused}, USER])
    assert request.native is not None
    first, second, _ = msgspec.json.decode(request.native["input"])
    assert first == {"type": "message", "role": "assistant", "phase": "commentary", "content": "ab"}
    assert second == {**{name: value for name, value in said.items() if name != "id"}, "content": refused}
