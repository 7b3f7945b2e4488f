"""`POST /v1/audio/transcriptions`, `/v1/audio/translations` and `/v1/audio/speech`: how requests are read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.api.audio.asked import TooLong, read_form
from tokenry.api.audio.seconds import seconds_of
from tokenry.api.audio.voice import TranscriptVoice
from tokenry.api.openai.fields import ModelName
from tokenry.api.openai.parse import read_json
from tokenry.api.surfaces import OPENAI_WORDS, Asked, Surface, Words
from tokenry.base.limits import AUDIO_SECONDS_MAX, SPEECH_INPUT_LENGTH_MAX
from tokenry.gateway import Endpoint, Form, Inference

_IN_THREAD_SIZE_MIN = 256 * 1024  # bytes beyond which a form is read in a thread


class Speech(msgspec.Struct):
    """A speech's request. Members that are not named here pass through to the engine as they are."""

    model: ModelName
    input: Annotated[str, Meta(min_length=1, max_length=SPEECH_INPUT_LENGTH_MAX, description="The text to be spoken.")]
    voice: Annotated[str | dict[str, str] | None, Meta(description="One of the engine's voices.")] = None
    response_format: Annotated[
        str | None, Meta(description="`mp3`, `opus`, `aac`, `flac`, `wav`, `pcm`, or what else the engine makes.")
    ] = None
    speed: Annotated[float, Meta(ge=0.25, le=4)] | None = None
    instructions: Annotated[str, Meta(max_length=SPEECH_INPUT_LENGTH_MAX)] | None = None
    stream_format: Annotated[
        Literal["audio", "sse"] | None, Meta(description="Bytes of sound, or events with sound in them.")
    ] = None


_speech = msgspec.json.Decoder(Speech)
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


class _Audio:
    """What the three have in common; see `surfaces.Surface`."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    @property
    def endpoint(self) -> Endpoint:
        """See Surface."""
        return self._endpoint

    @property
    def words(self) -> Words:
        """See Surface."""
        return OPENAI_WORDS

    def authorization(self, headers: Mapping[bytes, bytes]) -> bytes | None:
        """See Surface."""
        return headers.get(b"authorization")


class HearingSurface(_Audio):
    """Sound in, text out."""

    async def read(self, asked: Asked) -> Inference:
        """See Surface."""
        if len(asked.body) < _IN_THREAD_SIZE_MIN:
            return self._read(asked)
        return await asyncio.to_thread(self._read, asked)

    def _read(self, asked: Asked) -> Inference:
        content_type = asked.headers.get(b"content-type", b"").decode("latin-1")
        heard = read_form(asked.body, content_type, translates=self._endpoint == "audio.translations")
        seconds, most = seconds_of(heard.file.value)
        if seconds > AUDIO_SECONDS_MAX:
            raise TooLong(
                f"the sound is {seconds} s long, and {AUDIO_SECONDS_MAX} s are taken at most; send it in parts",
                param="file",
            )
        return Inference(
            self._endpoint,
            {},
            heard.model,
            len(asked.body),
            stream=heard.stream,
            fingerprint=heard.fingerprint if b"idempotency-key" in asked.headers else b"",
            voices=partial(TranscriptVoice, heard.wish),
            form=Form(heard.file, heard.passed, heard.engine_format, seconds, most),
        )


class SpeechSurface(_Audio):
    """Text in, sound out."""

    async def read(self, asked: Asked) -> Inference:
        """See Surface."""
        speech = read_json(_speech, asked.body)
        fields = read_json(_members, asked.body)
        return Inference(
            self._endpoint,
            fields,
            speech.model,
            len(asked.body),
            stream=speech.stream_format == "sse",
            characters=len(speech.input) + len(speech.instructions or ""),
        )


def audio_surfaces() -> dict[str, Surface]:
    """The three, by path."""
    return {
        "/v1/audio/transcriptions": HearingSurface("audio.transcriptions"),
        "/v1/audio/translations": HearingSurface("audio.translations"),
        "/v1/audio/speech": SpeechSurface("audio.speech"),
    }
