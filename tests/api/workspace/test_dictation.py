"""Spoken words: heard by the house's transcription model, charged to their person, kept nowhere."""

from __future__ import annotations

import asyncio
import io
import json
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.api.organization.stand import CONFIGURATION, Stand, standing
from tests.api.workspace.chatting import Person, fund

pytestmark = pytest.mark.anyio
PATH = "/v1/tokenry/chats/transcriptions"
EARS = """
[[provider]]
name = "ears"
base_url = "{url}"

[[model]]
name = "hearing"
kind = "transcription"
price = {{ audio_second = 0.001 }}
deployments = [{{ provider = "ears", model = "whisper-1" }}]
"""


def sound(seconds: int) -> bytes:
    """Silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(100)
        file.writeframes(b"\x80" * (100 * seconds))
    return out.getvalue()


@asynccontextmanager
async def ears(heard: list[bytes], told: Any = None) -> AsyncIterator[str]:
    """An engine that always hears the same; what it was sent."""
    said = told or {"text": " Good morning. ", "duration": 2}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-l"))
        heard.append(await reader.readexactly(length))
        body = json.dumps(said).encode()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n")
        writer.write(b"content-length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


async def say(stand: Stand, key: str, content: bytes, **fields: str) -> Any:
    files = {"file": ("speech.wav", content, "audio/wav")}
    return await stand.ask("POST", PATH, key, files=files, data=fields)


async def test_spoken_words_become_text(tmp_path: Path) -> None:
    heard: list[bytes] = []
    async with ears(heard) as url, standing(tmp_path, CONFIGURATION + EARS.format(url=url)) as stand:
        await fund(stand)
        anna = Person(stand)
        models = (await stand.ask("GET", "/v1/tokenry/me/models", anna.key)).json()
        assert models["transcription"] == "hearing"
        assert "hearing" not in [one["id"] for one in models["data"]]
        answer = await say(stand, anna.key, sound(2), language="en")
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert (told["text"], told["model"], told["charge_nanousd"]) == ("Good morning.", "hearing", 2_000_000)
        assert b'name="language"' in heard[0]
        receipt = await stand.ask("GET", f"/v1/tokenry/me/receipts/{told['request_id']}", anna.key)
        assert receipt.json()["user_id"] == stand.ours.users["project_member"]
        assert not list((tmp_path / "blobs").rglob("*.*")), "nothing of it is kept"
        long = await say(stand, anna.key, sound(700))
        assert (long.status_code, long.json()["error"]["code"]) == (400, "audio_too_long")
        assert (await say(stand, anna.key, b"")).json()["error"]["code"] == "invalid_audio"
        stranger = await say(stand, anna.key, sound(1), project_id=stand.ours.projects[1].id)
        assert stranger.status_code == 404
        assert (await say(stand, stand.project_key(stand.ours.projects[0]), sound(1))).status_code == 403
        assert len(heard) == 1


async def test_a_house_without_ears(stand: Stand) -> None:
    answer = await say(stand, Person(stand).key, sound(1))
    assert answer.status_code == 400
    assert "type it instead" in answer.text
