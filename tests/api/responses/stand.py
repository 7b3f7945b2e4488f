"""Responses over the real gateway and the scripted engine, with a memory of dictionaries; what holds for all."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tests.gateway.rooms import House, NotingClient, house
from tokenry.access import Principal
from tokenry.api.responses import Kept, Reading
from tokenry.api.responses.errors import NoPreviousResponse
from tokenry.api.responses.fields import Context
from tokenry.api.responses.items import Item
from tokenry.api.responses.messages import FileData
from tokenry.base.clock import ManualClock
from tokenry.base.errors import NotFound
from tokenry.base.ids import new_id
from tokenry.objects import StoredResponse

Event = dict[str, Any]
_ENDS = {"response.completed", "response.incomplete", "response.failed"}
_DONE = {  # by the kind of delta: what ends it, and the member that has all of it
    "response.output_text": "text",
    "response.reasoning_text": "text",
    "response.refusal": "refusal",
    "response.function_call_arguments": "arguments",
    "response.custom_tool_call_input": "input",
}


@dataclass
class Remembered:
    """A memory of dictionaries."""

    kept: dict[str, Kept] = field(default_factory=dict)
    known_files: dict[str, FileData] = field(default_factory=dict)

    async def before(self, principal: Principal, body: Context) -> list[Item]:
        wanted, items = body.previous_response_id, list[Item]()
        while wanted is not None:
            if wanted not in self.kept:
                raise NoPreviousResponse("not found")
            one = self.kept[wanted]
            items = [*one.own, *one.made["output"], *items]
            wanted = one.made["previous_response_id"]
        return items

    async def item(self, principal: Principal, item_id: str) -> Item:
        for one in self.kept.values():
            for item in (*one.own, *one.made["output"]):
                if item["id"] == item_id:
                    return dict(item)
        raise NotFound("no such item")

    async def files(self, principal: Principal, file_ids: Iterable[str]) -> dict[str, FileData]:
        return {file_id: self.known_files[file_id] for file_id in file_ids}

    async def keep(self, kept: Kept) -> None:
        if kept.stored:
            self.kept[kept.made["id"]] = kept

    async def find(self, principal: Principal, response_id: str) -> StoredResponse | None:
        return None


@dataclass
class Desk:
    """Asks for responses."""

    house: House
    memory: Remembered
    reading: Reading

    async def ask(self, **body: Any) -> NotingClient:
        """One request, whatever it is answered with; TokenryError as it raises."""
        client = NotingClient()
        data = msgspec.json.encode({"model": "m", "input": "go", **body})
        read = await self.reading.read(self.house.principal, data)
        await self.house.gateway.serve(new_id("req"), read.request, self.house.principal, client)
        return client

    async def whole(self, **body: Any) -> dict[str, Any]:
        """The response, in one piece, held to its receipt."""
        made: dict[str, Any] = json.loads((await self.ask(**body)).body)
        self.agrees(made)
        return made

    async def told(self, **body: Any) -> list[Event]:
        """The events of a stream, held to the laws and to the receipt."""
        events = events_of((await self.ask(**body, stream=True)).body)
        self.agrees(lawful(events))
        return events

    async def streamed(self, **body: Any) -> dict[str, Any]:
        """The response that a stream ends with."""
        made: dict[str, Any] = (await self.told(**body))[-1]["response"]
        return made

    def agrees(self, made: dict[str, Any]) -> None:
        """What the client was told is what the books say."""
        usage, receipt = made["usage"], self.house.receipt
        details = usage["input_tokens_details"]
        reasoning = usage["output_tokens_details"]["reasoning_tokens"]
        counted = receipt.usage
        told = (usage["input_tokens"], usage["output_tokens"], details["cached_tokens"], details["cache_write_tokens"])
        booked = (counted.input_tokens, counted.output_tokens, counted.cached_tokens, counted.cache_write_tokens)
        assert (*told, reasoning) == (*booked, counted.reasoning_tokens)
        assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
        assert details["cached_tokens"] + details["cache_write_tokens"] <= usage["input_tokens"]
        assert reasoning <= usage["output_tokens"]


@asynccontextmanager
async def desk(*, native: bool = False) -> AsyncIterator[Desk]:
    """A desk whose engine speaks chat completions; the Responses API itself, when `native`."""
    async with house({"m": "s/base"}, award=10**12) as rooms:
        if native:
            rooms.engines["s"].speaks = frozenset({"responses"})
        memory = Remembered()
        yield Desk(rooms, memory, Reading(memory, ManualClock(now_ns=10**18)))


def events_of(stream: bytes) -> list[Event]:
    """The events of a stream; each says its type twice."""
    found = []
    for block in stream.split(b"\n\n"):
        if not block or block.startswith(b":"):
            continue
        name, _, data = block.partition(b"\n")
        event = json.loads(data.removeprefix(b"data: "))
        assert name == b"event: " + event["type"].encode()
        found.append(event)
    return found


def lawful(events: list[Event]) -> dict[str, Any]:
    """Hold a stream to what holds for every stream; the response that it ends with."""
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert [event["type"] for event in events[:2]] == ["response.created", "response.in_progress"]
    assert [event["type"] for event in events if event["type"] in _ENDS] == [events[-1]["type"]]
    made: dict[str, Any] = events[-1]["response"]
    assert events[-1]["type"] == f"response.{made['status']}"
    assert {event["response"]["id"] for event in events if "response" in event} == {made["id"]}
    added = {event["output_index"]: event["item"] for event in events if event["type"] == "response.output_item.added"}
    done = {event["output_index"]: event["item"] for event in events if event["type"] == "response.output_item.done"}
    assert sorted(added) == sorted(done) == list(range(len(made["output"])))
    for index, item in enumerate(made["output"]):
        assert added[index]["id"] == done[index]["id"] == item["id"]
        assert done[index] == item
        _item_is_lawful([event for event in events if event.get("output_index") == index], item)
    return made


def _item_is_lawful(events: list[Event], item: Item) -> None:
    assert events[0]["type"] == "response.output_item.added"
    assert events[-1]["type"] == "response.output_item.done"
    assert all(event["item_id"] == item["id"] for event in events if "item_id" in event)
    for kind, member in _DONE.items():
        ends = [event for event in events if event["type"] == f"{kind}.done"]
        for end in ends:
            deltas = [
                event["delta"]
                for event in events
                if event["type"] == f"{kind}.delta" and event.get("content_index") == end.get("content_index")
            ]
            assert "".join(deltas) == end[member]
            part = item if "content_index" not in end else item["content"][end["content_index"]]
            assert part[member] == end[member]
        assert bool(ends) or not [event for event in events if event["type"] == f"{kind}.delta"]
    opened = [event["content_index"] for event in events if event["type"] == "response.content_part.added"]
    closed = [event for event in events if event["type"] == "response.content_part.done"]
    if item["type"] == "reasoning" and not opened:
        return  # engines that speak this API need not tell its parts
    assert opened == [event["content_index"] for event in closed] == list(range(len(item.get("content") or [])))
    assert [event["part"] for event in closed] == (item.get("content") or [])


def timeless(made: dict[str, Any]) -> dict[str, Any]:
    """A response without what tells one from its twin: ids and moments."""
    rest = {name: value for name, value in made.items() if name not in ("id", "created_at", "completed_at")}
    rest["output"] = [
        {name: value for name, value in item.items() if name not in ("id", "call_id")} for item in made["output"]
    ]
    return rest
