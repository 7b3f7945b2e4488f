"""What responses go on from, in the house's own memory: another project's, deleted ones, circles, runs, files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.objects.test_ending import Place
from tokenry.api.responses import HouseMemory, Kept, Reading
from tokenry.base.errors import InvalidRequest, NotFound, TokenryError
from tokenry.base.ids import new_id
from tokenry.objects import NewFile

pytestmark = pytest.mark.anyio


class Talk:
    """One project's memory, without a gateway: answers are made up."""

    def __init__(self, place: Place) -> None:
        objects = place.objects
        self.place = place
        self.memory = HouseMemory(objects.responses, objects.conversations, objects.files, objects.ground)
        self.reading = Reading(self.memory, place.clock)

    async def read(self, **body: Any) -> list[dict[str, Any]]:
        """The messages that an engine would be asked."""
        read = await self.reading.read(self.place.principal, msgspec.json.encode({"model": "m", "input": "hi", **body}))
        made: list[dict[str, Any]] = msgspec.json.decode(read.request.fields["messages"])
        return made

    async def answered(self, text: str, status: str = "completed", **body: Any) -> str:
        """A response that was answered with this text, and kept."""
        data = msgspec.json.encode({"model": "m", "input": "hi", **body})
        read = await self.reading.read(self.place.principal, data)
        part = {"type": "output_text", "text": text, "annotations": []}
        said = {"id": new_id("msg"), "type": "message", "role": "assistant", "status": "completed", "content": [part]}
        made = {**read.prepared.echo, "status": status, "output": [said]}
        await self.memory.keep(Kept(self.place.principal, read.own, made, True, self.place.clock.now_ns()))
        return read.response_id


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.db.close()


async def test_a_chain_and_a_conversation_are_told_whole(place: Place) -> None:
    talk = Talk(place)
    first = await talk.answered("one")
    second = await talk.answered("two", input="and", previous_response_id=first)
    told = [message["content"] for message in await talk.read(previous_response_id=second, instructions="be brief")]
    assert told == ["be brief", "hi", "one", "and", "two", "hi"]
    conversation = place.objects.conversations.create(place.principal, {}, []).id
    await talk.answered("three", conversation=conversation)
    await talk.answered("four", "failed", conversation=conversation)
    told = [message["content"] for message in await talk.read(conversation={"id": conversation})]
    assert told == ["hi", "three", "hi"], "what failed is no part of the conversation"


async def test_what_is_not_there_is_said_so(place: Place) -> None:
    talk = Talk(place)
    gone, still = await talk.answered("one"), await talk.answered("two", "in_progress")
    place.objects.responses.delete(place.project, gone)
    for body, code in (
        ({"previous_response_id": gone}, "previous_response_not_found"),
        ({"previous_response_id": "resp_never"}, "previous_response_not_found"),
        ({"previous_response_id": still}, "invalid_value"),
        ({"conversation": "conv_never"}, "not_found"),
        ({"input": [{"type": "item_reference", "id": "msg_never"}]}, "not_found"),
        ({"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "file_never"}]}]}, "not_found"),
    ):
        with pytest.raises(TokenryError) as refused:
            await talk.read(**body)
        assert refused.value.code == code, body
        assert 400 <= refused.value.status < 500


async def test_a_chain_that_goes_round_is_refused(place: Place) -> None:
    talk = Talk(place)
    first = await talk.answered("one")
    second = await talk.answered("two", previous_response_id=first)
    found = place.objects.responses.get(place.project, first)
    await talk.memory.keep(
        Kept(place.principal, [], {**msgspec.json.decode(found.body), "previous_response_id": second}, True, 1)
    )
    with pytest.raises(InvalidRequest, match="circle"):
        await talk.read(previous_response_id=second)


async def test_an_item_is_found_by_its_id_and_a_file_by_its(place: Place) -> None:
    talk = Talk(place)
    response_id = await talk.answered("one")
    (asked,) = msgspec.json.decode(place.objects.responses.get(place.project, response_id).input)
    (said,) = msgspec.json.decode(place.objects.responses.get(place.project, response_id).body)["output"]
    references = [{"type": "item_reference", "id": asked["id"]}, {"type": "item_reference", "id": said["id"]}]
    assert [message["content"] for message in await talk.read(input=references)] == ["hi", "one"]
    draft = place.blobs.draft()
    draft.write(b"# Notes")
    file = place.objects.files.create(place.principal, draft, NewFile("notes.md", "user_data"))
    part = {"type": "input_file", "file_id": file.id}
    (message,) = await talk.read(input=[{"role": "user", "content": [part]}])
    assert message["content"] == "notes.md:\n\n# Notes"
    place.objects.files.delete(place.project, file.id)
    with pytest.raises(NotFound):
        await talk.read(input=[{"role": "user", "content": [part]}])


async def test_a_large_transcript_is_told_beside_the_others(place: Place) -> None:
    talk = Talk(place)
    items = [{"role": "user", "content": f"{number} " + "x" * 1000} for number in range(400)]
    told = await talk.read(input=items)
    assert [message["content"].split()[0] for message in told] == [str(number) for number in range(400)]
