"""Engines' events, read and told: ours, OpenAI's, vLLM's; cut anywhere; and what is charged while they flow."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.api.audio.formats import Format
from tokenry.api.audio.voice import TranscriptReader, TranscriptVoice, Wish
from tokenry.gateway import About, BadStream
from tokenry.ledger import Usage

ABOUT = About("req_1", "whisper-1", 0, 0)
SECONDS = Usage(source="engine", audio_seconds=3)


def events(*told: Any) -> bytes:
    return b"".join(b"data: " + json.dumps(one).encode() + b"\n\n" for one in told)


def delta(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "transcript.text.delta", "delta": text, **more}


def segment(start: float, end: float, text: str) -> dict[str, Any]:
    return {"id": 0, "start": start, "end": end, "text": text, "words": [{"word": text, "start": start, "end": end}]}


OURS = events(
    delta("Hello", segment=segment(0, 1.2, "Hello")),
    delta(" there.", segment=segment(1.2, 2.5, " there.")),
    {"type": "transcript.text.done", "text": "Hello there.", "language": "english", "duration": 2.5,
     "task": "transcribe", "usage": {"type": "duration", "seconds": 3}},
)  # fmt: skip


def shown(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(one[6:]) for one in data.split(b"\n\n") if one]


def voice_of(wanted: Format = "json", *granularities: str) -> tuple[TranscriptVoice, Any]:
    voice = TranscriptVoice(Wish(wanted, frozenset(granularities)), ABOUT)
    return voice, voice.native(ABOUT)


@given(st.lists(st.integers(0, len(OURS)), max_size=8), st.booleans())
def test_a_stream_says_the_same_wherever_it_is_cut(cuts: list[int], lines: bool) -> None:
    voice, reader = voice_of()
    stream = OURS.replace(b"\n", b"\r\n") if lines else OURS
    places = [0, *sorted(cuts), len(stream)]
    out = b"".join(voice.say(reader.feed(stream[a:b])) for a, b in pairwise(places))
    assert shown(out) == [delta("Hello"), delta(" there.")], "segments are ours alone"
    assert (reader.done, reader.whole, reader.tokens) == (True, True, 2)
    assert reader.usage() == SECONDS
    assert shown(voice.end(b"".join(reader.held), SECONDS, cut=False)) == [
        {"type": "transcript.text.done", "text": "Hello there.", "usage": {"type": "duration", "seconds": 3}}
    ]


def test_a_whole_answer_is_put_together() -> None:
    voice, reader = voice_of("verbose_json", "word", "segment")
    reader.feed(OURS)
    told = json.loads(voice.whole(None, SECONDS, cut=False))
    assert (told["text"], told["duration"], told["language"], told["task"]) == (
        "Hello there.", 2.5, "english", "transcribe",
    )  # fmt: skip
    assert [one["word"] for one in told["words"]] == ["Hello", " there."]
    assert [one.keys() for one in told["segments"]] == [{"id", "start", "end", "text"}] * 2
    assert "type" not in told


def test_what_was_heard_so_far_is_known() -> None:
    _, reader = voice_of()
    assert reader.usage() is None
    reader.feed(events(delta("Hello", segment=segment(0, 31.2, "Hello"))) + b": listening\n\n")
    assert reader.usage() == Usage(source="events", audio_seconds=32)
    assert (reader.whole, reader.done) == (False, False)


def test_a_remote_that_counts_tokens() -> None:
    voice, reader = voice_of()
    told = {"type": "tokens", "input_tokens": 5, "output_tokens": 2, "input_token_details": {"audio_tokens": 5}}
    reader.feed(events(delta("a", logprobs=[1]), {"type": "transcript.text.done", "text": "a", "usage": told}))
    usage = reader.usage()
    assert (usage.input_tokens, usage.output_tokens) == (5, 2)
    (last,) = shown(voice.end(b"".join(reader.held), usage, cut=False))
    assert last["usage"] == {**told, "total_tokens": 7}


def test_chunks_of_a_chat_are_told_as_deltas() -> None:
    voice, reader = voice_of()
    chunks = [{"choices": [{"delta": {"content": text}}]} for text in ("ask", " not", "")]
    usage = {"prompt_tokens": 9, "completion_tokens": 2}
    out = reader.feed(events(*chunks, {"choices": [], "usage": usage}) + b"data: [DONE]\n\n")
    assert shown(out) == [delta("ask"), delta(" not")]
    assert (reader.usage().input_tokens, reader.whole) == (9, True)
    assert shown(voice.end(b"".join(reader.held), reader.usage(), cut=False))[0]["text"] == "ask not"


def test_speakers_pass_and_errors_are_errors() -> None:
    _, reader = voice_of("diarized_json")
    spoken = {"type": "transcript.text.segment", "speaker": "A", "text": "hi"}
    assert shown(reader.feed(events(spoken))) == [spoken]
    assert reader.feed(events({"error": {"message": "no more"}}) + events(delta("late"))) == b""
    assert (reader.error, reader.done, reader.whole) == (b'{"message":"no more"}', True, False)


@pytest.mark.parametrize("stream", [b"data: nonsense\n\n", b"data: []\n\n", events({"type": "transcript.text.delta"})])
def test_what_makes_no_sense_is_no_stream(stream: bytes) -> None:
    with pytest.raises(BadStream):
        TranscriptReader().feed(stream)


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(data: bytes) -> None:
    for stream in (data, b"data: " + data + b"\n\n"):
        try:
            TranscriptReader().feed(stream)
        except BadStream:
            return
