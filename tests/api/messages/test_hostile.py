"""Requests that mean harm: what would keep the server busy for minutes, or cost more than was held."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.api.messages.asking import read
from tests.gateway.rooms import house
from tokenry.api.messages import surface
from tokenry.api.messages.blocks import parts
from tokenry.api.messages.native import beta_lines, unbounded
from tokenry.api.messages.tools import added, is_strict, refuse_paid
from tokenry.api.openai.parse import parse
from tokenry.base.errors import InvalidRequest

pytestmark = pytest.mark.anyio

# Each of these took minutes when a step was repeated for each byte; the suite's own limit on time would say so.
MANY = 200_000


def test_what_is_nearly_base64_is_refused_at_once() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": " " * MANY + "!"}
    with pytest.raises(InvalidRequest, match="not base64"):
        parts([{"type": "image", "source": source}], "messages[0].content")


def test_a_schema_of_many_properties_is_looked_at_at_once() -> None:
    properties = {f"p{number}": {} for number in range(MANY)}
    schema: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    assert is_strict({**schema, "required": [*reversed(properties), {"no": "name"}]})
    assert not is_strict({**schema, "required": [*properties][1:]})


TOLD = {"type": "text", "text": "see"}
IMAGE = {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}
PAPER = {"type": "document", "source": {"type": "url", "url": "https://example.org/a.pdf"}}
FETCHED = {"type": "web_fetch_tool_result", "content": {"type": "web_fetch_result", "content": PAPER}}
WORDS = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "words"}}


@pytest.mark.parametrize(
    ("block", "found"),
    [
        (TOLD, (0, 0)),
        (IMAGE, (1, 0)),
        (PAPER, (0, 1)),
        (WORDS, (0, 0)),
        (FETCHED, (0, 1)),
        ({"type": "tool_result", "tool_use_id": "a", "content": [IMAGE, PAPER, TOLD]}, (1, 1)),
        ({"type": "document", "source": {"type": "content", "content": [IMAGE, IMAGE]}}, (2, 0)),
        ({"type": "container_upload", "file_id": "file_a"}, (0, 1)),
        ({"type": "tool_use", "id": "a", "name": "draw", "input": {"type": "image"}}, (0, 0)),
    ],
)
def test_what_bytes_do_not_bound_is_found_wherever_it_stands(block: dict[str, Any], found: tuple[int, int]) -> None:
    assert unbounded([{"role": "user", "content": "go"}, {"role": "user", "content": [block]}]) == found


async def test_a_document_in_a_tools_answer_is_none_that_is_bounded() -> None:
    """Else a model that only engines of this API serve would be held for by the bytes of its URL."""
    asked = {"type": "tool_use", "id": "toolu_a", "name": "t", "input": {}}
    answer = {"type": "tool_result", "tool_use_id": "toolu_a", "content": [PAPER, IMAGE]}
    turns = [{"role": "user", "content": "go"}, {"role": "assistant", "content": [asked]}]
    async with house({"m": "native/m"}) as rooms:
        rooms.engines["native"].speaks = frozenset({"messages"})
        request = await read(rooms, messages=[*turns, {"role": "user", "content": [answer]}])
        assert (request.media, request.opaque) == (1, 1)


async def test_a_context_is_not_made_short_at_a_providers_price() -> None:
    async with house({"m": "native/m"}) as rooms:
        with pytest.raises(InvalidRequest, match="not compacted"):
            await read(rooms, context_management={"edits": [{"type": "compact_20260112"}]})
        await read(rooms, context_management={"edits": [{"type": "clear_tool_uses_20250919"}, 1]})
    assert beta_lines(b"compact-2026-01-12") == b""


def test_a_tool_that_is_added_is_none_of_a_providers_whatever_its_definition_says() -> None:
    tool = {"type": "web_search_20250305", "name": "w", "definition": {"name": "w", "input_schema": {}}}
    with pytest.raises(InvalidRequest, match="runs at a provider"):
        refuse_paid(added([{"role": "system", "content": [{"type": "tool_addition", "tool": tool}]}]))


async def test_a_large_body_is_read_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """32 MiB of small blocks take seconds, in which nobody else would be served."""
    where: list[bool] = []
    monkeypatch.setattr(surface, "parse", lambda *said: (where.append(in_main_thread()), parse(*said))[1])
    async with house({"m": "chat/m"}) as rooms:
        for size in (10, 300_000):
            await read(rooms, messages=[{"role": "user", "content": "x" * size}])
    assert where == [True, False]


def in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
