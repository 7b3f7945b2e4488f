"""What the document says of `/v1/audio`."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from tokenry.api.audio import Speech, Transcription, Translation
from tokenry.api.documents.failures import AUDIO, INFERENCE
from tokenry.api.documents.operations import EVENTS, IDEMPOTENCY, JSON, PURPOSE, Answer, Body, Operation
from tokenry.api.multipart import Layout


class SoundUsed(msgspec.Struct):
    """What is charged: seconds of sound, or tokens where the engine counts those."""

    type: Literal["duration", "tokens"]
    seconds: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    total_tokens: int | None = None


class Transcript(msgspec.Struct):
    """What was heard. `verbose_json` has the rest."""

    text: str
    usage: SoundUsed | None = None
    task: str | None = None
    language: str | None = None
    duration: float | None = None
    segments: list[dict[str, Any]] | None = None
    words: list[dict[str, Any]] | None = None


class TranscriptEvent(msgspec.Struct):
    """One event: a `transcript.text.delta`, or at the end `transcript.text.done`."""

    type: str
    delta: str | None = None
    text: str | None = None
    usage: SoundUsed | None = None


_ANSWER = {"text": "And so, my fellow Americans…", "usage": {"type": "duration", "seconds": 11}}
_STREAM = (
    'data: {"type":"transcript.text.delta","delta":"And so, my fellow Americans…"}\n\n'
    'data: {"type":"transcript.text.done","text":"And so, my fellow Americans…",'
    '"usage":{"type":"duration","seconds":11}}\n\n'
)
_TEXT = Body("text/plain", None, "And so, my fellow Americans…\n")
_EARS = {"model": "whisper-tiny.en"}

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST", "/v1/audio/transcriptions", "createTranscription", "Audio", "Transcribe",
        "The words of a sound of up to 25 MB and four hours. A stream ends with `transcript.text.done`; a comment line "
        "after it tells charge and remaining funds. Fields that are not named here pass through to remote engines.",
        (Answer(200, "The words.", (
            Body(JSON, Transcript, _ANSWER), _TEXT, Body(EVENTS, None, _STREAM, TranscriptEvent),
        )),),
        takes=Transcription, form=Layout(), asks=(("plain", _EARS),), parameters=(IDEMPOTENCY, PURPOSE),
        failures=(*INFERENCE, *AUDIO), keyed=True, metered=True,
    ),
    Operation(
        "POST", "/v1/audio/translations", "createTranslation", "Audio", "Translate a sound",
        "What a sound says, in English, from a model that translates.",
        (Answer(200, "The words.", (Body(JSON, Transcript, _ANSWER), _TEXT)),),
        takes=Translation, form=Layout(), asks=(("plain", {"model": "whisper-large-v3"}),),
        parameters=(IDEMPOTENCY, PURPOSE), failures=(*INFERENCE, *AUDIO), keyed=True, metered=True,
    ),
    Operation(
        "POST", "/v1/audio/speech", "createSpeech", "Audio", "Speak",
        "A text spoken by a remote that does that: bytes of sound as they come, or events with sound in them. "
        "Characters are charged, at the price of input.",
        (Answer(200, "The sound.", (
            Body("application/octet-stream", None, None),
            Body(EVENTS, None, 'data: {"type":"speech.audio.delta","audio":"SUQzBAAAAAAA"}\n\n'),
        )),),
        takes=Speech, asks=(("plain", {"model": "tts", "voice": "alloy", "input": "Ask not!"}),),
        parameters=(IDEMPOTENCY, PURPOSE), failures=INFERENCE, keyed=True, metered=True,
    ),
)  # fmt: skip  # one route on a screen
