"""Requests with sound in them, and what engines say they heard: forms to send, seconds and tokens to charge. Pure."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from tokenry.base.ids import new_id
from tokenry.base.multipart import Part, build
from tokenry.ledger import Usage

BYTES_PER_SECOND_MIN = 125  # one kilobit: less than any codec for speech needs, but for silence
TOKENS_PER_SECOND_MAX = 50  # of sound, for models priced by tokens; OpenAI's count 10
TOKENS_PER_SECOND = 10  # where nobody counted
FIRST_HEARD_S = 30  # what an engine has heard at most before its first word: Whisper listens to half a minute at a time


class Form(msgspec.Struct, frozen=True):
    """A file of sound and what is asked about it.

    Args:
        fields: further parts, which go to engines as they came.
        format: what the engine is asked to answer in; the client's own is the voice's matter.
        seconds: how long the sound is, as far as its bytes tell.
        seconds_max: how long it may be at most, as its head promises; what is held for.
    """

    file: Part
    fields: tuple[Part, ...]
    format: str
    seconds: int
    seconds_max: int

    def __post_init__(self) -> None:
        assert 0 < self.seconds <= self.seconds_max

    @property
    def seconds_believed(self) -> int:
        """Whatever an engine says, it was no longer: a head may promise less than there is, but bytes last only so
        long."""
        return max(self.seconds_max, math.ceil(len(self.file.value) / BYTES_PER_SECOND_MIN))


class Typed(msgspec.Struct, frozen=True):
    """A body that is not JSON, or whose answer is not."""

    data: bytes
    content_type: str


def written(form: Form, model: str, *, stream: bool, ours: bool) -> Typed:
    """The form for an engine: what the gateway decides first, then the client's own fields, the file last.

    Args:
        model: the engine's name for it.
        ours: the engine is a child of ours, which is told how long the sound may be, and asked for times whatever the
            client asked, since they say how far it has come.
    """
    own = {"model": model, "response_format": "verbose_json" if ours and form.format == "json" else form.format}
    if stream:
        own["stream"] = "true"
    if ours:
        own["seconds_max"] = str(form.seconds_max)
    parts = [Part(name, value.encode()) for name, value in own.items()]
    boundary = new_id("form")  # whoever wrote the file could not know it
    data = build([*parts, *form.fields, form.file], boundary)
    return Typed(data, f"multipart/form-data; boundary={boundary}")


def reported(answer: dict[str, Any]) -> Usage | None:
    """What an engine's answer says was used; None when it says nothing that can be read."""
    usage = answer.get("usage")
    seconds = _seconds(answer.get("duration"))
    if isinstance(usage, dict):
        if usage.get("type") == "duration":
            seconds = _seconds(usage.get("seconds")) or seconds
        inputs, outputs = _count(usage.get("input_tokens")), _count(usage.get("output_tokens"))
        if inputs or outputs:
            return Usage(inputs, outputs, source="engine", audio_seconds=seconds)
    return Usage(source="engine", audio_seconds=seconds) if seconds else None


def believed(usage: Usage | None, form: Form, input_max: int, output_max: int, said: int = 0) -> Usage:
    """What is charged of what an engine says: never more tokens or sound than the bytes can last. What is beyond what
    was held, in a file whose head lied, is paid from what is left.

    Args:
        input_max: tokens that were held; 0 where sound is not charged by tokens.
        said: pieces of text that came, of an answer that has not come to its end.

    `usage` from the engine's last word has the source `engine`; from a stream that has not come to its end `events`,
    and then it is what was heard so far; None: the engine said nothing, and the sound's own length counts.
    """
    if input_max:
        input_max = max(input_max, form.seconds_believed * TOKENS_PER_SECOND_MAX)
    if usage is None or usage.source == "events":
        seconds = form.seconds if usage is None else max(usage.audio_seconds, min(FIRST_HEARD_S, form.seconds))
        seconds = min(seconds, form.seconds_believed)
        read, spoken = min(seconds * TOKENS_PER_SECOND, input_max), min(said, output_max)
        return Usage(read, spoken, source="estimate" if usage is None else "events", audio_seconds=seconds)
    seconds = usage.audio_seconds or form.seconds
    within = seconds <= form.seconds_believed and usage.input_tokens <= input_max and usage.output_tokens <= output_max
    return Usage(
        min(usage.input_tokens, input_max),
        min(usage.output_tokens, output_max),
        source="engine" if within and usage.audio_seconds | usage.input_tokens else "estimate",
        audio_seconds=min(seconds, form.seconds_believed),
    )


def _seconds(value: object) -> int:
    """Whole seconds, the last one counted when it has begun; 0 for what is no number of seconds."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return 0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 10**9:
        return 0
    return math.ceil(round(value, 3))


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**12 else 0
