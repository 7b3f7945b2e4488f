"""The real child: the starter of speech to text, in a process of its own, over its own HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.engines.providers import provider
from tests.engines.sounds import SPOKEN, SPOKEN_S, encoded, of_no_codec, silence
from tokenry.base.multipart import Part, build
from tokenry.engines import ArtifactStore, Call, Engine, EngineDown, EngineSetupError, UnknownArtifact
from tokenry.engines import build as build_engine
from tokenry.engines import whisper as whisper_room

pytestmark = pytest.mark.anyio


@pytest.fixture
async def engine(ears: ArtifactStore) -> AsyncIterator[Engine]:
    made = build_engine(
        provider(dialect="whisper", model="whisper-tiny.en", parallel=1, threads=2, connect_timeout_s=30), {}, ears
    )
    await made.start()
    yield made
    await made.stop()


def call(data: bytes, path: str = "/audio/transcriptions", **fields: str) -> Call:
    parts = [Part(name, value.encode()) for name, value in fields.items()]
    body = build([*parts, Part("file", data, "a.flac", "audio/flac")], "mark")
    stream = fields.get("stream") == "true"
    return Call(path, body, "req_1", stream, content_type="multipart/form-data; boundary=mark")


async def ask(engine: Engine, data: bytes, path: str = "/audio/transcriptions", **fields: str) -> tuple[int, Any]:
    exchange = await engine.open(call(data, path, **fields))
    raw = await exchange.read_all(10**7)
    if (exchange.header(b"content-type") or b"").startswith(b"text/event-stream"):
        return exchange.status, [json.loads(line[6:]) for line in raw.splitlines() if line.startswith(b"data: ")]
    return exchange.status, json.loads(raw)


async def test_it_hears_speech_whole_and_as_events(engine: Engine) -> None:
    status, whole = await ask(engine, SPOKEN, response_format="verbose_json", **{"timestamp_granularities[]": "word"})
    assert status == 200, whole
    assert "ask not what your country can do for you" in whole["text"]
    assert (whole["language"], whole["duration"], whole["task"]) == ("english", SPOKEN_S, "transcribe")
    assert whole["usage"] == {"type": "duration", "seconds": SPOKEN_S}
    assert "".join(segment["text"] for segment in whole["segments"]).strip() == whole["text"]
    assert [word["word"] for word in whole["words"]] == whole["text"].split()
    ends = [word["end"] for word in whole["words"]]
    assert ends == sorted(ends)
    assert ends[-1] <= SPOKEN_S
    status, events = await ask(engine, SPOKEN, stream="true", response_format="verbose_json")
    assert [event["type"] for event in events] == ["transcript.text.delta"] * (len(events) - 1) + [
        "transcript.text.done"
    ]
    assert "".join(event["delta"] for event in events[:-1]) == events[-1]["text"]
    assert all("segment" in event for event in events[:-1])
    assert (await ask(engine, SPOKEN))[1].keys() == {"text", "usage"}
    assert await engine.models() == ["whisper-tiny.en"]
    assert "audio.transcriptions" in engine.speaks, "the gateway asks it for a stream, and says how long it may last"


async def test_bad_files_are_told_and_the_next_one_is_heard(engine: Engine) -> None:
    bomb = encoded("flac", "flac", 120, rate=8000)
    for data, code, fields in (
        (b"", "invalid_audio", {}),
        (os.urandom(10_000), "invalid_audio", {"stream": "true"}),
        (silence(0), "invalid_audio", {}),
        (of_no_codec(), "invalid_audio", {}),
        (bomb, "audio_too_long", {"seconds_max": "60"}),
        (silence(1), "invalid_value", {"language": "klingon"}),
    ):
        status, told = await ask(engine, data, **fields)
        assert (status, told["error"]["code"]) == (400, code), told
    status, told = await ask(engine, silence(1), "/audio/translations")
    assert (status, told["error"]["param"]) == (400, "model")
    assert (await ask(engine, silence(1)))[0] == 200
    assert engine.starts == 1


async def test_a_client_that_goes_frees_its_place(engine: Engine) -> None:
    """A long sound is at work on the one place there is; when its client goes, it ends after a segment."""
    long = encoded("flac", "flac", 120)
    exchange = await engine.send(call(long, stream="true"))
    waiting = asyncio.create_task(ask(engine, SPOKEN))
    done, _ = await asyncio.wait({waiting}, timeout=0.05)
    assert not done
    exchange.abort()
    status, told = await waiting
    assert (status, "country" in told["text"]) == (200, True)


async def test_it_comes_back_when_it_is_killed(engine: Engine) -> None:
    await engine.wait_ready(30)
    assert engine.pid is not None
    down = asyncio.Event()
    engine.on_state(lambda changed: down.set() if changed.state == "down" else None)
    os.kill(engine.pid, signal.SIGKILL)
    await asyncio.wait_for(down.wait(), 10)
    while engine.state != "ready":
        again = asyncio.Event()
        engine.on_state(lambda changed, again=again: again.set())
        await asyncio.wait_for(again.wait(), 30)
    assert (await ask(engine, silence(1)))[0] == 200


async def test_what_is_missing_is_named(ears: ArtifactStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownArtifact, match=r"whisper-tiny\.en"):
        build_engine(provider(dialect="whisper", model="whisper-tiny"), {}, ears)
    with pytest.raises(EngineSetupError, match=r"llama\.cpp"):
        build_engine(provider(dialect="whisper", model="smollm2-135m"), {}, ears)
    with pytest.raises(EngineSetupError, match="whisper"):
        build_engine(provider(dialect="llama.cpp", model="whisper-tiny.en"), {}, ears)
    folder = build_engine(provider(dialect="whisper", model=str(tmp_path)), {}, ears)
    await folder.start()
    with pytest.raises(EngineDown, match=r"no Whisper model at .* has a model\.bin"):
        await folder.wait_ready(10)
    await folder.stop()
    monkeypatch.setattr(whisper_room, "find_spec", lambda name: None)
    bare = build_engine(provider(dialect="whisper", model="whisper-tiny.en"), {}, ears)
    await bare.start()
    with pytest.raises(EngineDown, match=r"tokenry\[audio\]"):
        await bare.wait_ready(10)
    await bare.stop()
