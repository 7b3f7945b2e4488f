"""A recording left as a file is written down, charged to its person, and its passages are found by their time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.organization.stand import CONFIGURATION, standing
from tests.api.workspace.chatting import fund
from tests.api.workspace.test_dictation import EARS, ears, sound
from tests.api.workspace.test_files import Person, answered
from tokenry.gateway import RequestEnded

pytestmark = pytest.mark.anyio
HEARD = {
    "text": "We begin. It ships on Friday.",
    "duration": 9.0,
    "segments": [
        {"id": 0, "start": 0.0, "end": 1.5, "text": " We begin."},
        {"id": 1, "start": 7.0, "end": 9.0, "text": " It ships on Friday."},
    ],
}


async def test_a_call_is_written_down_and_its_notes_stand_on_it(tmp_path: Path) -> None:
    heard: list[bytes] = []
    async with ears(heard, HEARD) as url, standing(tmp_path, CONFIGURATION + EARS.format(url=url)) as stand:
        await fund(stand)
        person, ended = Person(stand), list[RequestEnded]()
        stand.serving.gateway._events.on(RequestEnded, ended.append)
        file = await person.read(sound(9), "call.wav")
        assert (file["kind"], file["state"], file["name"]) == ("audio", "ready", "call.wav")
        assert file["characters"] == len("We begin.\n\nIt ships on Friday.")
        chat = await person.ask("POST", "/v1/tokenry/chats", assistant_id="call_notes")
        answer = await answered(person, chat["id"], "Write the notes.", file["id"])
        assert [(one["time_ms"], one["text"]) for one in answer["sources"]] == [(0, "We begin.\n\nIt ships on Friday.")]
        assert [one.model for one in ended] == ["hearing", "chatty"]
        assert {one.principal.user_id for one in ended} == {stand.ours.users["project_member"]}
        assert all(one.receipt is not None and one.receipt.charge > 0 for one in ended)
        assert len(heard) == 1
        assert b'name="response_format"\r\n\r\nverbose_json' in heard[0]
        await stand.serving.close()


async def test_a_house_that_does_not_hear_keeps_the_file_and_says_so(tmp_path: Path) -> None:
    async with standing(tmp_path, CONFIGURATION) as stand:
        await fund(stand)
        file = await Person(stand).read(sound(1), "call.wav")
        assert (file["state"], file["kind"]) == ("ready", "audio")
        assert "no model of this house turns speech into text" in file["note"]
        await stand.serving.close()


async def test_nobody_hears_for_nothing(tmp_path: Path) -> None:
    heard: list[bytes] = []
    async with ears(heard, HEARD) as url, standing(tmp_path, CONFIGURATION + EARS.format(url=url)) as stand:
        file = await Person(stand).read(sound(1), "call.wav")
        assert file["state"] == "failed"
        assert "could not be written down" in file["error"]
        assert heard == []
        await stand.serving.close()
