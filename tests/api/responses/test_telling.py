"""How answers are told: natively, in the background, when they break; and what is kept of them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from tests.api.responses.stand import Desk, desk, events_of, lawful, timeless
from tests.gateway.rooms import NotingClient
from tokenry.api.responses import Background, Kept, ResponsesSurface
from tokenry.api.surfaces import Answered, Asked
from tokenry.base.errors import TokenryError
from tokenry.base.ids import is_id, new_id
from tokenry.engines import Call

pytestmark = pytest.mark.anyio


def asked_of(office: Desk) -> list[Call]:
    """What the engine is asked from now on."""
    engine, calls = office.house.engines["s"], list[Call]()
    send = engine._send

    def noted(link: Any, call: Call) -> Any:
        calls.append(call)
        return send(link, call)

    engine._send = noted  # type: ignore[method-assign] # what is sent is the test's own matter
    return calls


async def test_an_engine_that_speaks_it_is_asked_in_its_words_and_keeps_nothing() -> None:
    async with desk(native=True) as office:
        calls = asked_of(office)
        first = await office.streamed(input="[[reasoning=hm]]", include=["reasoning.encrypted_content"])
        second = await office.whole(input="And?", previous_response_id=first["id"], metadata={"a": "b"})
    bodies = [json.loads(call.body) for call in calls]
    assert [call.path for call in calls] == ["/responses", "/responses"]
    assert [body["store"] for body in bodies] == [False, False]
    assert "previous_response_id" not in bodies[1]
    assert [item["type"] for item in bodies[1]["input"]] == ["message", "reasoning", "message", "message"]
    thought = first["output"][0]
    assert thought["encrypted_content"], "the engine gave it, and it went through us as it was"
    assert bodies[1]["input"][1]["encrypted_content"] == thought["encrypted_content"]
    assert (second["model"], second["store"], second["metadata"]) == ("m", True, {"a": "b"})
    assert second["previous_response_id"] == first["id"]
    assert is_id(second["id"], "resp")


async def test_an_answer_is_kept_before_its_client_hears_the_end() -> None:
    async with desk() as office:
        seen: list[bool] = []

        def noted(client: NotingClient) -> None:
            seen.append(b"response.completed" not in client.body or len(office.memory.kept) == 1)

        client = NotingClient(on_piece=noted)
        read = await office.reading.read(office.house.principal, b'{"model":"m","input":"hi","stream":true}')
        await office.house.gateway.serve(new_id("req"), read.request, office.house.principal, client)
        assert all(seen)
        assert b"response.completed" in client.body


async def test_a_disk_that_fails_costs_the_client_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    async with desk() as office:

        async def fails(kept: Kept) -> None:
            raise OSError("no")

        office.memory.keep = fails  # type: ignore[method-assign] # a disk that fails
        made = await office.whole()
    assert made["status"] == "completed"
    assert "could not be kept" in capfd.readouterr().err


async def test_a_stream_that_breaks_says_failed_and_is_not_kept() -> None:
    async with desk() as office:
        events = events_of((await office.ask(input="[[words=9; break_after=4]]", stream=True)).body)
        assert office.house.receipt.outcome == "engine_failed"
        assert not office.memory.kept
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert events[-1]["type"] == "response.failed"
    assert events[-1]["response"]["status"] == "failed"
    assert events[-1]["response"]["error"]["code"] == "engine_error"


async def test_what_fails_before_it_begins_is_told_as_it_is() -> None:
    async with desk() as office:
        with pytest.raises(TokenryError):
            await office.ask(input="[[error=500; message=no]]", stream=True)
        assert not office.memory.kept


@pytest.mark.parametrize("native", [False, True])
async def test_what_a_project_keeps_nothing_of_is_not_stored(*, native: bool) -> None:
    async with desk(native=native) as office:
        made = await office.whole(store=False)
        office.house.principal = replace(office.house.principal, keeps_content=False)
        unkept = await office.whole()
    assert (made["store"], unkept["store"]) == (False, False)
    assert not office.memory.kept


async def test_references_and_history_are_told_once() -> None:
    async with desk() as office:
        calls = asked_of(office)
        first = await office.whole(input="one")
        said = first["output"][0]["id"]
        more = [{"type": "item_reference", "id": said}, {"role": "user", "content": "two"}]
        await office.whole(input=more, previous_response_id=first["id"])
        await office.whole(input=more)
    told = [[message["content"] for message in json.loads(call.body)["messages"]] for call in calls]
    assert told == [["one"], ["one", "scripted: one", "two"], ["scripted: one", "two"]]


class Back:
    """Responses in the background of one desk."""

    def __init__(self, office: Desk) -> None:
        self.office = office
        self.states: list[str] = []
        self.background = Background(office.house.gateway, self.keep)
        office.reading.on_kept = self.background.settled
        self.surface = ResponsesSurface(office.reading, self.background)

    async def keep(self, kept: Kept) -> None:
        self.states.append(kept.made["status"])
        self.office.memory.kept[kept.made["id"]] = kept

    async def begin(self, **body: Any) -> dict[str, Any]:
        """The answer to a request."""
        data = msgspec.json.encode({"model": "m", "input": "go", "background": True, **body})
        asked = Asked(new_id("req"), self.office.house.principal, {}, data)
        answered = await self.surface.read(asked)
        assert isinstance(answered, Answered)
        assert isinstance(answered.body, bytes)
        made: dict[str, Any] = json.loads(answered.body)
        return made

    async def ended(self, response_id: str) -> dict[str, Any]:
        run = self.background.run("proj_1", response_id)
        if run is not None:
            await run.ended.wait()
        return self.office.memory.kept[response_id].made


async def test_the_background_is_its_twin() -> None:
    async with desk() as office:
        back = Back(office)
        made = await back.begin(input="[[words=7]]", max_output_tokens=5)
        assert (made["status"], made["usage"]) == ("queued", None)
        ended = await back.ended(made["id"])
        office.agrees(ended)
        twin = await office.whole(input="[[words=7]]", max_output_tokens=5)
        assert timeless({**ended, "background": False}) == timeless(twin)
        assert back.states[0] == "queued"
        assert ended["status"] == "incomplete"


async def test_whoever_watches_sees_all_events() -> None:
    async with desk() as office:
        back = Back(office)
        made = await back.begin(input="[[words=20; delay_ms=1]]")
        run = back.background.run("proj_1", made["id"])
        assert run is not None
        assert back.background.run("proj_2", made["id"]) is None
        seen = b"".join([piece async for piece in run.watch()])
        assert lawful(events_of(seen)) == await back.ended(made["id"])


async def test_what_is_cancelled_is_charged_for_what_it_brought() -> None:
    async with desk() as office:
        back = Back(office)
        made = await back.begin(input="[[words=200; delay_ms=5]]")
        run = back.background.run("proj_1", made["id"])
        assert run is not None
        async for piece in run.watch():
            if b"output_text.delta" in piece:
                break
        stopped = await run.stop()
        assert (stopped["status"], back.states[-1]) == ("cancelled", "cancelled")
        assert office.house.receipt.outcome == "client_gone"
        assert 0 < office.house.receipt.usage.output_tokens < 200
        assert back.background.run("proj_1", made["id"]) is None


@pytest.mark.parametrize(
    ("directive", "code"), [("error=500", "engine_error"), ("words=9; break_after=4", "engine_error")]
)
async def test_what_fails_in_the_background_says_so(directive: str, code: str) -> None:
    async with desk() as office:
        back = Back(office)
        made = await back.begin(input=f"[[{directive}]]")
        failed = await back.ended(made["id"])
        assert (failed["status"], failed["error"]["code"]) == ("failed", code)
        assert back.states == ["queued", "failed"]


async def test_a_queue_that_cannot_be_kept_is_not_begun() -> None:
    async with desk() as office:
        back = Back(office)

        async def fails(kept: Kept) -> None:
            raise TokenryError("no room")

        back.background = Background(office.house.gateway, fails)
        back.surface = ResponsesSurface(office.reading, back.background)
        with pytest.raises(TokenryError, match="no room"):
            await back.begin()
        await asyncio.sleep(0)
        assert not office.house.ended
