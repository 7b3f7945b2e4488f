"""The form of a transcription: what is read, what passes on, what is refused and under which name."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.api.audio.asked import AudioTooLarge, Heard, UnreadableSound, read_form
from tokenry.base.errors import InvalidRequest
from tokenry.base.limits import AUDIO_SIZE_MAX
from tokenry.base.multipart import Part, build

FILE = Part("file", b"sound", "a.flac", "audio/flac")
MODEL = Part("model", b"whisper-1")


def read(*parts: Part, boundary: str = "x1", translates: bool = False) -> Heard:
    return read_form(build(parts, boundary), f"multipart/form-data; boundary={boundary}", translates=translates)


def test_what_is_known_is_read_and_the_rest_passes() -> None:
    heard = read(
        Part("temperature", b"0.5"), FILE, MODEL, Part("response_format", b"verbose_json"), Part("seconds_max", b"9"),
        Part("timestamp_granularities[]", b"word"), Part("timestamp_granularities[]", b"segment"),
        Part("language", b"en"), Part("include[]", b"logprobs"),
    )  # fmt: skip
    assert (heard.model, heard.wish.format, heard.stream) == ("whisper-1", "verbose_json", False)
    assert heard.wish.granularities == {"word", "segment"}
    assert [part.name for part in heard.passed] == [
        "temperature", "timestamp_granularities[]", "timestamp_granularities[]", "language", "include[]",
    ]  # fmt: skip
    assert heard.file == FILE


@pytest.mark.parametrize(
    ("asked", "of_engine"),
    [("text", "json"), ("json", "json"), ("srt", "verbose_json"), ("vtt", "verbose_json"), ("", "json"),
     ("diarized_json", "diarized_json")],
)  # fmt: skip
def test_an_engine_is_asked_for_what_has_the_times(asked: str, of_engine: str) -> None:
    assert read(FILE, MODEL, Part("response_format", asked.encode())).engine_format == of_engine


@pytest.mark.parametrize(
    ("parts", "param"),
    [
        ([MODEL], "file"),
        ([FILE], "model"),
        ([FILE, Part("model", b"")], "model"),
        ([FILE, Part("model", b"m" * 300)], "model"),
        ([FILE, FILE, MODEL], "file"),
        ([FILE, MODEL, Part("image", b"x", "a.png")], "image"),
        ([FILE, MODEL, Part("prompt", b"p" * 70_000)], "prompt"),
        ([FILE, MODEL, Part("response_format", b"docx")], "response_format"),
        ([FILE, MODEL, Part("stream", b"maybe")], "stream"),
        ([FILE, MODEL, Part("stream", b"true"), Part("response_format", b"vtt")], "response_format"),
        ([FILE, MODEL, Part("temperature", b"nan")], "temperature"),
        ([FILE, MODEL, Part("timestamp_granularities[]", b"word")], "timestamp_granularities"),
        ([FILE, MODEL, Part("timestamp_granularities[]", b"letter")], "timestamp_granularities"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(parts: list[Part], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read(*parts)
    assert caught.value.param == param


def test_sizes() -> None:
    with pytest.raises(UnreadableSound, match="empty"):
        read(Part("file", b"", "a.wav"), MODEL)
    with pytest.raises(AudioTooLarge, match="25 MB"):
        read(Part("file", bytes(AUDIO_SIZE_MAX + 1), "a.wav"), MODEL)
    assert len(read(Part("file", bytes(AUDIO_SIZE_MAX), "a.wav"), MODEL).file.value) == AUDIO_SIZE_MAX


def test_a_translation_is_answered_whole() -> None:
    assert read(FILE, MODEL, translates=True).model == "whisper-1"
    for part in (Part("stream", b"true"), Part("response_format", b"diarized_json")):
        with pytest.raises(InvalidRequest, match="whole"):
            read(FILE, MODEL, part, translates=True)


def test_a_retry_with_another_boundary_is_the_same_request() -> None:
    other = Part("language", b"en")
    assert read(FILE, MODEL, other).fingerprint == read(other, MODEL, FILE, boundary="other").fingerprint
    assert read(FILE, MODEL).fingerprint != read(FILE, MODEL, other).fingerprint
    assert read(Part("file", b"sound!", "a.flac"), MODEL).fingerprint != read(FILE, MODEL).fingerprint


@given(st.binary(max_size=400))
def test_no_body_does_more_than_be_refused(body: bytes) -> None:
    for form in (body, build([FILE, MODEL, Part("x", body)], "zzzzzzzzzzzz1234")):
        with contextlib.suppress(InvalidRequest):
            heard = read_form(form, "multipart/form-data; boundary=zzzzzzzzzzzz1234")
            assert heard.passed == (Part("x", body),)
