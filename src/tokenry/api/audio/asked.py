"""The form of a transcription or translation: which fields must be understood, and what is refused. The rest passes.

Source: OpenAI's OpenAPI document 2.3.0, CreateTranscriptionRequest and CreateTranslationRequest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from tokenry.api.audio.formats import ENGINE_FORMAT, FORMATS, Format
from tokenry.api.audio.voice import Wish
from tokenry.api.openai.fields import ModelName
from tokenry.base.errors import InvalidRequest, TokenryError
from tokenry.base.limits import AUDIO_SIZE_MAX, MODEL_NAME_LENGTH_MAX
from tokenry.base.multipart import BadForm, Part, parse

_FIELD_SIZE_MAX = 64 * 1024
_OURS = frozenset({"model", "response_format", "stream", "seconds_max"})  # written by the gateway for every engine
_GRANULARITIES = ("timestamp_granularities[]", "timestamp_granularities")
_STREAMED: tuple[Format, ...] = ("json", "text", "diarized_json")  # formats of which a stream's events can be


class AudioTooLarge(TokenryError):
    """The file of sound has more bytes than are taken."""

    status = 413
    type = "invalid_request_error"
    code = "request_too_large"


class UnreadableSound(InvalidRequest):
    """There is no sound in the file, or none that can be."""

    code = "invalid_audio"


class TooLong(InvalidRequest):
    """The sound goes on for longer than is taken."""

    code = "audio_too_long"


class Transcription(msgspec.Struct):
    """The fields of a transcription's form beside its file. Fields that are not named here pass through."""

    model: ModelName
    language: Annotated[str | None, Meta(description="Of the sound, as `en` or `de`; else it is heard.")] = None
    prompt: Annotated[str | None, Meta(description="Text that the sound goes on from, or names that are in it.")] = None
    response_format: Annotated[
        str, Meta(description="What is answered.", extra_json_schema={"enum": list(FORMATS)})
    ] = "json"
    temperature: Annotated[float, Meta(ge=0, le=1)] | None = None
    timestamp_granularities: Annotated[
        list[str] | None,
        Meta(description="`segment`, `word` or both, with `verbose_json`; written `timestamp_granularities[]`."),
    ] = None
    stream: Annotated[bool | None, Meta(description="Answer in events, as it is heard.")] = None


class Translation(msgspec.Struct):
    """The fields of a translation's form beside its file."""

    model: ModelName
    prompt: Annotated[str | None, Meta(description="English text that the translation goes on from.")] = None
    response_format: Annotated[
        str, Meta(description="What is answered.", extra_json_schema={"enum": list(FORMATS[:-1])})
    ] = "json"
    temperature: Annotated[float, Meta(ge=0, le=1)] | None = None


class Heard(msgspec.Struct, frozen=True):
    """One form, read. `passed`: what goes on to engines beside what the gateway writes."""

    file: Part
    model: str
    wish: Wish
    stream: bool
    passed: tuple[Part, ...]
    fingerprint: bytes

    @property
    def engine_format(self) -> str:
        """What an engine is asked for."""
        return ENGINE_FORMAT[self.wish.format]


def read_form(body: bytes, content_type: str, *, translates: bool = False) -> Heard:
    """The form in a body.

    Raises:
        InvalidRequest: it is no form, or a field is missing or cannot be. AudioTooLarge.
    """
    parts = _parts(body, content_type)
    fields = {part.name: part for part in parts}  # of a repeated one the last counts
    file = _file(parts)
    model, form, stream = _text(fields, "model"), _format(_text(fields, "response_format")), _stream(fields)
    if not model or len(model) > MODEL_NAME_LENGTH_MAX:
        raise InvalidRequest("you must provide a 'model' parameter", param="model")
    if translates and (stream or form == "diarized_json"):
        param = "stream" if stream else "response_format"
        raise InvalidRequest("a translation is answered whole, in json, text, srt, verbose_json or vtt", param=param)
    if stream and form not in _STREAMED:
        told = f"a stream tells the text in events, not as {form}; leave response_format or stream out"
        raise InvalidRequest(told, param="response_format")
    _check_temperature(_text(fields, "temperature"))
    granularities = frozenset(part.value.decode("utf-8", "replace") for part in parts if part.name in _GRANULARITIES)
    _check_granularities(granularities, form)
    return Heard(
        file,
        model,
        Wish(form, granularities),
        stream,
        tuple(part for part in parts if part.filename is None and part.name not in _OURS),
        fingerprint(parts),
    )


def _parts(body: bytes, content_type: str) -> list[Part]:
    try:
        parts = parse(body, content_type)
    except BadForm as error:
        raise InvalidRequest(f"send a form with a file (multipart/form-data): {error}", param="file") from None
    for part in parts:
        if part.filename is None and part.name != "file" and len(part.value) > _FIELD_SIZE_MAX:
            raise InvalidRequest(f"{part.name[:100]} has more than {_FIELD_SIZE_MAX} bytes", param=part.name[:100])
    return parts


def _file(parts: Iterable[Part]) -> Part:
    files = [part for part in parts if part.filename is not None or part.name == "file"]
    others = [part.name for part in files if part.name != "file"]
    if others:
        raise InvalidRequest("the one file that is taken is called 'file'", param=others[0][:100])
    if not files:
        raise InvalidRequest("you must provide a 'file' parameter", param="file")
    if len(files) > 1:
        raise InvalidRequest("one file is heard at a time", param="file")
    file = files[0]
    if not file.value:
        raise UnreadableSound("the file is empty", param="file")
    if len(file.value) > AUDIO_SIZE_MAX:
        raise AudioTooLarge(
            f"the file has {len(file.value)} bytes, and {AUDIO_SIZE_MAX} (25 MB) are taken at most; "
            "compress it, or send it in parts",
            param="file",
        )
    return Part("file", file.value, file.filename or "audio", file.content_type or "application/octet-stream")


def _text(fields: dict[str, Part], name: str) -> str:
    found = fields.get(name)
    return "" if found is None else found.value.decode("utf-8", "replace").strip()


def _format(given: str) -> Format:
    for one in FORMATS:
        if one == (given or "json"):
            return one
    raise InvalidRequest(f"response_format is one of {', '.join(FORMATS)}", param="response_format")


def _stream(fields: dict[str, Part]) -> bool:
    given = _text(fields, "stream").lower()
    if given not in ("", "true", "false", "1", "0"):
        raise InvalidRequest("stream must be true or false", param="stream")
    return given in ("true", "1")


def _check_temperature(given: str) -> None:
    try:
        fine = not given or 0 <= float(given) <= 1
    except ValueError:
        fine = False
    if not fine:
        raise InvalidRequest("temperature must be a number from 0 to 1", param="temperature")


def _check_granularities(given: frozenset[str], form: Format) -> None:
    if given - {"word", "segment"}:
        raise InvalidRequest("timestamp_granularities are word and segment", param="timestamp_granularities")
    if given and form != "verbose_json":
        raise InvalidRequest(
            "timestamp_granularities have a meaning with response_format verbose_json", param="timestamp_granularities"
        )


def fingerprint(parts: Iterable[Part]) -> bytes:
    """SHA-256 of what a form says, whatever boundary stands between its parts: a client that tries again takes a new
    one."""
    digest = hashlib.sha256()
    for part in sorted(parts, key=lambda one: (one.name, one.value)):
        for piece in (part.name.encode(), (part.filename or "").encode(), part.value):
            digest.update(len(piece).to_bytes(8, "big"))
            digest.update(piece)
    return digest.digest()
