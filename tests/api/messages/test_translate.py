"""Requests as chats: what becomes of each block, tool and setting."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import pytest

from tokenry.api.messages.fields import Messages
from tokenry.api.messages.native import beta_lines, native
from tokenry.api.messages.translate import chat, refuse_unserved, shows_thoughts
from tokenry.base.errors import InvalidRequest

HELLO = [{"role": "user", "content": "hello"}]
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
PICTURE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}}
PDF = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "aGk="}}


def translated(**body: Any) -> dict[str, Any]:
    """The chat that a request is."""
    whole = {"model": "m", "max_tokens": 50, "messages": HELLO, **body}
    made = chat(msgspec.convert(whole, Messages), msgspec.json.decode(msgspec.json.encode(whole)))
    assert (made.pop("model"), made.pop("max_tokens")) == ("m", 50)
    return made


def messages(*turns: dict[str, Any], **body: Any) -> list[dict[str, Any]]:
    """The messages of the chat that a conversation is."""
    told: list[dict[str, Any]] = translated(messages=list(turns), **body)["messages"]
    return told


def user(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(blocks)}


def text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}


USE = {"type": "tool_use", "id": "toolu_call_1", "name": "t", "input": {"a": 1}}
CALL = {"role": "assistant", "content": [text("I look."), USE]}
CALLED = {
    "role": "assistant",
    "content": "I look.",
    "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "t", "arguments": '{"a":1}'}}],
}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("hello", "hello"),
        ([text("a"), text("b")], "a\n\nb"),
        ([text("a"), PICTURE], [text("a"), {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}]),
        (
            [{"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}],
            [{"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}],
        ),
        ([{"type": "document", "title": "T", "source": {"type": "text", "data": "x"}}], "T\n\nx"),
        ([{"type": "document", "source": {"type": "content", "content": [text("x"), text("y")]}}], "x\n\ny"),
        (
            [PDF],
            [{"type": "file", "file": {"filename": "document.pdf", "file_data": "data:application/pdf;base64,aGk="}}],
        ),
        (
            [{"type": "search_result", "source": "https://example.org", "title": "T", "content": [text("found")]}],
            "T (https://example.org)\nfound",
        ),
        ([{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}], "a"),
        ([{"type": "compaction", "content": "before"}, text("now")], "before\n\nnow"),
        ([{"type": "container_upload", "file_id": "f"}, text("a")], "a"),
    ],
)  # fmt: skip
def test_what_a_user_says(content: Any, told: Any) -> None:
    assert messages({"role": "user", "content": content}) == [{"role": "user", "content": told}]


def test_a_system_prompt_is_one_message_at_the_head_with_what_systems_say_later() -> None:
    system = [text("x-anthropic-billing-header: cc_version=1;"), text("You are."), text("Be.")]
    later = {"role": "system", "content": [text("From now on.")]}
    assert messages(*HELLO, later, system=system) == [
        {"role": "system", "content": "You are.\n\nBe.\n\nFrom now on."},
        {"role": "user", "content": "hello"},
    ]
    assert messages(*HELLO, system="One.")[0] == {"role": "system", "content": "One."}


def test_thoughts_and_results_of_foreign_tools_are_left_out() -> None:
    thought = {"type": "thinking", "thinking": "hm", "signature": "s"}
    foreign = [{"type": kind} for kind in ("redacted_thinking", "server_tool_use", "web_search_tool_result")]
    told = messages(*HELLO, {"role": "assistant", "content": [thought, *foreign, text("so")]}, *HELLO)
    assert told[1] == {"role": "assistant", "content": "so"}


def test_results_follow_their_calls_and_what_else_the_user_says_follows_them() -> None:
    result = {"type": "tool_result", "tool_use_id": "toolu_call_1", "content": [text("1"), text("2")]}
    assert messages(*HELLO, CALL, user(text("and?"), result))[1:] == [
        CALLED,
        {"role": "tool", "tool_call_id": "call_1", "content": "1\n2"},
        {"role": "user", "content": "and?"},
    ]


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ({"content": "done"}, "done"),
        ({}, ""),
        ({"content": "boom", "is_error": True}, "Error: boom"),
        ({"content": []}, ""),
    ],
)
def test_a_result(result: dict[str, Any], told: str) -> None:
    answered = messages(*HELLO, CALL, user({"type": "tool_result", "tool_use_id": "toolu_call_1", **result}))
    assert answered[2:] == [{"role": "tool", "tool_call_id": "call_1", "content": told}]


def test_a_picture_in_a_result_is_shown_by_the_user() -> None:
    shown = messages(*HELLO, CALL, user({"type": "tool_result", "tool_use_id": "call_1", "content": [PICTURE]}))[2:]
    assert shown[0] == {"role": "tool", "tool_call_id": "call_1", "content": ""}
    assert [part["type"] for part in shown[1]["content"]] == ["text", "image_url"]


def tool(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "input_schema": SCHEMA, **more}


def function(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "parameters": SCHEMA, **more}}


def test_tools_are_functions() -> None:
    offered = [
        tool("a", description="does"),
        tool("b", type="custom", strict=True, cache_control={"type": "ephemeral"}),
    ]
    assert translated(tools=offered)["tools"] == [function("a", description="does"), function("b", strict=True)]
    assert "tools" not in translated(tools=[])


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"type": "auto"}, {"tool_choice": "auto"}),
        ({"type": "any"}, {"tool_choice": "required"}),
        ({"type": "none"}, {"tool_choice": "none"}),
        ({"type": "tool", "name": "a"}, {"tool_choice": {"type": "function", "function": {"name": "a"}}}),
        (
            {"type": "auto", "disable_parallel_tool_use": True},
            {"tool_choice": "auto", "parallel_tool_calls": False},
        ),
    ],
)
def test_tool_choice(choice: dict[str, Any], told: dict[str, Any]) -> None:
    made = translated(tools=[tool("a")], tool_choice=choice)
    assert {name: made[name] for name in made if name in ("tool_choice", "parallel_tool_calls")} == told


def test_a_deferred_tool_is_hidden_until_the_conversation_refers_to_it() -> None:
    offered = [tool("search"), tool("late", defer_loading=True)]
    found = {
        "type": "tool_result",
        "tool_use_id": "toolu_call_1",
        "content": [{"type": "tool_reference", "tool_name": "late"}],
    }
    assert translated(tools=offered)["tools"] == [function("search")]
    made = translated(tools=offered, messages=[*HELLO, CALL, user(found)])
    assert made["tools"] == [function("search"), function("late")]
    assert made["messages"][-1]["content"] == "The tool late can be called from now on."
    by_search = [{"type": "tool_search_tool_bm25_20251119", "name": "find"}, *offered]
    assert translated(tools=by_search)["tools"] == [function("search"), function("late")]


def test_systems_add_and_remove_tools() -> None:
    def change(kind: str, **named: Any) -> dict[str, Any]:
        return {"role": "system", "content": [{"type": kind, "tool": named}]}

    added = change("tool_addition", type="tool_definition", definition=tool("b"))
    removed = change("tool_removal", type="tool_reference", name="a")
    made = translated(tools=[tool("a")], messages=[*HELLO, added, removed])
    assert made["tools"] == [function("b")]
    again = change("tool_addition", type="tool_reference", name="a")
    assert translated(tools=[tool("a")], messages=[*HELLO, removed, again])["tools"] == [function("a")]


@pytest.mark.parametrize(
    ("body", "effort"),
    [
        ({}, None),
        ({"thinking": {"type": "adaptive"}}, None),
        ({"thinking": {"type": "adaptive"}, "output_config": {"effort": "high"}}, None),
        ({"output_config": {"effort": "low"}}, "low"),
        ({"output_config": {"effort": "max"}}, "high"),
        ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, "low"),
        ({"thinking": {"type": "enabled", "budget_tokens": 10_000}}, "medium"),
        ({"thinking": {"type": "enabled", "budget_tokens": 30_000}}, "high"),
        ({"thinking": {"type": "disabled"}, "output_config": {"effort": "max"}}, "low"),
    ],
)
def test_effort(body: dict[str, Any], effort: str | None) -> None:
    assert translated(**body).get("reasoning_effort") == effort


@pytest.mark.parametrize(
    ("thinking", "shown"),
    [(None, False), ({"type": "adaptive"}, True), ({"type": "adaptive", "display": "omitted"}, False),
     ({"type": "disabled"}, False), ({"type": "enabled", "budget_tokens": 2000, "display": "summarized"}, True)],
)  # fmt: skip
def test_thoughts_are_shown_to_those_who_ask(thinking: dict[str, Any] | None, shown: bool) -> None:
    whole = {"model": "m", "max_tokens": 50, "messages": HELLO, "thinking": thinking}
    assert shows_thoughts(msgspec.convert(whole, Messages).thinking) is shown


def test_settings() -> None:
    long = "someone" * 20
    made = translated(
        stream=True, temperature=0.5, top_p=0.9, top_k=40, stop_sequences=["END"], metadata={"user_id": long},
        service_tier="auto", context_management={"edits": []}, diagnostics=None, made_up={"x": 1},
    )  # fmt: skip
    del made["messages"]
    assert made == {
        "stream": True, "temperature": 0.5, "top_p": 0.9, "top_k": 40, "stop": ["END"],
        "user": hashlib.sha256(long.encode()).hexdigest(),
    }  # fmt: skip
    assert translated(metadata={"user_id": "ann"})["user"] == "ann"


@pytest.mark.parametrize(
    ("schema", "strict"),
    [
        (SCHEMA, True),
        ({"type": "array", "items": SCHEMA}, True),
        ({**SCHEMA, "required": []}, False),
        ({**SCHEMA, "required": "city"}, False),
        ({**SCHEMA, "additionalProperties": True}, False),
        ({"anyOf": [SCHEMA, {"type": "object"}]}, False),
        ({**SCHEMA, "properties": {"city": {"type": "object", "properties": {}}}}, False),
    ],
)
def test_a_schema_is_strict_where_strict_engines_take_it(schema: dict[str, Any], strict: bool) -> None:
    made = translated(output_config={"format": {"type": "json_schema", "schema": schema}})
    assert made["response_format"]["json_schema"]["strict"] is strict
    (function_,) = translated(tools=[{"name": "a", "input_schema": schema, "strict": True}])["tools"]
    assert function_["function"].get("strict", False) is strict


@pytest.mark.parametrize("place", ["output_config", "output_format"])
def test_a_form_for_the_answer(place: str) -> None:
    form = {"type": "json_schema", "schema": SCHEMA}
    made = translated(**{place: {"format": form} if place == "output_config" else form})
    assert made["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA},
    }


def _bad(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"messages": [user(*blocks)]}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown block": (_bad(text("a"), {"type": "hologram"}), "messages[0].content[1]"),
    "a block that lacks its content": (_bad({"type": "text"}), "messages[0].content[0]"),
    "a picture of no kind": (
        _bad({**PICTURE, "source": {"type": "base64", "media_type": "image/tiff", "data": "aGk="}}),
        "messages[0].content[0].source.media_type",
    ),
    "a picture that is no base64": (
        _bad({**PICTURE, "source": {"type": "base64", "media_type": "image/png", "data": "§§"}}),
        "messages[0].content[0].source.data",
    ),
    "a picture by a file's id": (
        _bad({"type": "image", "source": {"type": "file", "file_id": "f"}}), "messages[0].content[0].source",
    ),
    "a document by URL": (
        _bad({"type": "document", "source": {"type": "url", "url": "https://example.org/a.pdf"}}),
        "messages[0].content[0].source",
    ),
    "a block within a block without a type": (
        _bad({"type": "tool_result", "tool_use_id": "a", "content": [{}]}), "messages[0].content[0].content[0].type",
    ),
    "a call's id with blanks": (
        _bad({"type": "tool_result", "tool_use_id": "a b"}), "messages[0].content[0].tool_use_id",
    ),
    "a system with a picture": (
        {"messages": [*HELLO, {"role": "system", "content": [PICTURE]}]}, "messages[1].content[0]",
    ),
    "nobody but the system": ({"messages": [{"role": "system", "content": "hm"}]}, "messages"),
    "a tool without a schema": ({"tools": [{"name": "a"}]}, "tools[0]"),
    "a tool that models know": ({"tools": [{"type": "bash_20250124", "name": "bash"}]}, "tools[0]"),
    "a search at the provider": ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools[0]"),
    "a tool that is not there": (
        {"tools": [tool("a")], "tool_choice": {"type": "tool", "name": "b"}}, "tool_choice.name",
    ),
    "any of no tools": ({"tool_choice": {"type": "any"}}, "tool_choice"),
    "thinking without a budget": ({"thinking": {"type": "enabled"}}, "thinking.budget_tokens"),
    "an added tool that is none": (
        {"messages": [*HELLO, {"role": "system", "content": [{"type": "tool_addition", "tool": {"type": "x"}}]}]},
        "messages[1].content",
    ),
}  # fmt: skip  # as a table


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_said_in_a_chat_is_refused_with_its_place(case: str) -> None:
    body, param = REFUSED[case]
    with pytest.raises(InvalidRequest) as refusal:
        translated(**body)
    assert refusal.value.param == param
    assert refusal.value.message.startswith(param)


@pytest.mark.parametrize("name", ["mcp_servers", "container", "fallbacks", "inference_geo", "speed"])
def test_what_is_not_done_here_is_refused(name: str) -> None:
    for harmless in (b"null", b"[]"):
        refuse_unserved({name: msgspec.Raw(harmless)})
    refuse_unserved({"speed": msgspec.Raw(b'"standard"')})
    with pytest.raises(InvalidRequest, match=name):
        refuse_unserved({name: msgspec.Raw(b'"x"')})


def test_a_thread_is_refused_in_the_words_that_clients_go_on_from() -> None:
    refuse_unserved({"thread": msgspec.Raw(b"null")})
    with pytest.raises(InvalidRequest) as refusal:
        refuse_unserved({"thread": msgspec.Raw(b'{"type":"create"}')})
    assert refusal.value.code == "thread_unsupported_request"


def test_natively_everything_goes_as_it_came_but_unsigned_thoughts() -> None:
    members = {"messages": msgspec.Raw(b'[ {"role":"user","content":"x" } ]'), "made_up": msgspec.Raw(b"1")}
    assert native(members, [{"role": "user", "content": "x"}]) == members
    signed, unsigned = ({"type": "thinking", "thinking": "h", "signature": s} for s in ("s", ""))
    turns = [*HELLO, {"role": "assistant", "content": [signed, unsigned]}, {"role": "assistant", "content": [unsigned]}]
    sent = msgspec.json.decode(native({}, turns)["messages"])
    assert sent == [*HELLO, {"role": "assistant", "content": [signed]}]


def test_a_name_that_some_engine_takes_for_another_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="say 'max_tokens'"):
        native({"Max_Tokens": msgspec.Raw(b"9")}, HELLO)


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (None, b""),
        (b"interleaved-thinking-2025-05-14, fast-mode-2026-02-01,context-management-2025-06-27",
         b"anthropic-beta: interleaved-thinking-2025-05-14,context-management-2025-06-27\r\n"),
        (b"a\r\nx-api-key: b, C, \xff", b""),
    ],
)  # fmt: skip
def test_betas_that_cost_nothing_are_passed_on(header: bytes | None, line: bytes) -> None:
    assert beta_lines(header) == line
