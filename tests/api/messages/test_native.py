"""What an engine that speaks Messages is sent: the body as it came, but for what costs what no price of ours covers."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tokenry.api.messages.native import native


def sent(**body: Any) -> dict[str, Any]:
    members = msgspec.json.decode(msgspec.json.encode(body), type=dict[str, msgspec.Raw])
    return {name: msgspec.json.decode(raw) for name, raw in native(members, body.get("messages", [])).items()}


def mark(ttl: str | None) -> dict[str, Any]:
    return {"cache_control": {"type": "ephemeral"} | ({} if ttl is None else {"ttl": ttl})}


@pytest.mark.parametrize(("asked", "goes_on"), [("1h", "5m"), ("5m", "5m"), (None, None), ("2h", "2h")])
def test_a_cache_is_for_five_minutes_wherever_it_is_marked(asked: str | None, goes_on: str | None) -> None:
    def body(ttl: str | None) -> dict[str, Any]:
        inner = {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "x", **mark(ttl)}]}
        return {
            "messages": [{"role": "user", "content": [{"type": "text", "text": "hi", **mark(ttl)}, inner]}],
            "system": [{"type": "text", "text": "be brief", **mark(ttl)}],
            "tools": [{"name": "n", "input_schema": {"type": "object"}, **mark(ttl)}],
            **mark(ttl),
        }

    assert sent(**body(asked)) == body(goes_on)


def test_escapes_hide_nothing() -> None:
    raw = b'[{"role":"user","content":[{"type":"text","text":"x","cache_control":{"ttl":"\\u0031h"}}]}]'
    (turn,) = msgspec.json.decode(native({"messages": msgspec.Raw(raw)}, msgspec.json.decode(raw))["messages"])
    assert turn["content"][0]["cache_control"] == {"ttl": "5m"}


def test_words_about_an_hour_stay() -> None:
    said = [
        {"role": "user", "content": 'say {"cache_control": {"ttl": "1h"}}'},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "n", "input": mark("1h")}]},
    ]
    assert sent(messages=said)["messages"] == said


def test_what_needs_no_change_stays_as_it_came() -> None:
    raw = msgspec.Raw(b'[ {"role": "user",  "content": "1 hour"} ]')
    assert native({"messages": raw}, [{"role": "user", "content": "1 hour"}])["messages"] is raw


def test_unsigned_thoughts_and_long_caches_together() -> None:
    said = [
        {"role": "user", "content": [{"type": "text", "text": "x", **mark("1h")}]},
        {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "y"}]},
    ]
    first, second = sent(messages=said)["messages"]
    assert first["content"][0]["cache_control"]["ttl"] == "5m"
    assert second["content"] == [{"type": "text", "text": "y"}]
