"""The speech child without its model: what a form asks for, and what is refused."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

pytest.importorskip("faster_whisper")

import numpy as np

from tests.engines.sounds import silence
from tokenry.base.multipart import BadForm, Part, build
from tokenry.engines.languages import LANGUAGES, language_code, language_name
from tokenry.engines.loopback import Request
from tokenry.engines.transcriber import Asked, Segment, Transcript
from tokenry.engines.whisper_child import Account, BadAsk, Job, read_job

FILE = Part("file", b"sound", "a.flac", "audio/flac")


def request(*parts: Part, path: str = "/v1/audio/transcriptions") -> Request:
    return Request("POST", path, headers={"content-type": "multipart/form-data; boundary=x"}, body=build(parts, "x"))


def read(*parts: Part, path: str = "/v1/audio/transcriptions", multilingual: bool = True) -> Job:
    return read_job(request(*parts, path=path), multilingual=multilingual, seconds_max=100)


def test_a_form_says_what_is_wanted() -> None:
    job = read(
        Part("language", b"de"), FILE, Part("response_format", b"verbose_json"), Part("temperature", b"0.4"),
        Part("timestamp_granularities[]", b"segment"), Part("timestamp_granularities[]", b"word"),
        Part("prompt", "Grüße".encode()), Part("stream", b"true"), Part("seconds_max", b"12"), Part("unknown", b"1"),
    )  # fmt: skip
    assert (job.data, job.verbose, job.stream, job.seconds_max) == (b"sound", True, True, 12)
    assert job.asked == Asked(language="de", prompt="Grüße", temperature=0.4, words=True)


def test_little_is_needed() -> None:
    job = read(FILE)
    assert (job.asked, job.verbose, job.stream, job.seconds_max) == (Asked(), False, False, 100)


@pytest.mark.parametrize(
    ("parts", "param"),
    [
        ([], "file"),
        ([FILE, Part("language", b"klingon")], "language"),
        ([FILE, Part("temperature", b"2")], "temperature"),
        ([FILE, Part("temperature", b"nan")], "temperature"),
        ([FILE, Part("response_format", b"srt")], "response_format"),
        ([FILE, Part("seconds_max", b"-1")], "seconds_max"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(parts: list[Part], param: str) -> None:
    with pytest.raises(BadAsk) as caught:
        read(*parts)
    assert caught.value.param == param


def test_a_model_of_english_alone_neither_translates_nor_hears_others() -> None:
    with pytest.raises(BadAsk, match="multilingual"):
        read(FILE, path="/v1/audio/translations", multilingual=False)
    with pytest.raises(BadAsk, match="English only"):
        read(FILE, Part("language", b"fr"), multilingual=False)
    assert read(FILE, Part("language", b"english"), multilingual=False).asked.language == "en"
    assert read(FILE, path="/v1/audio/translations").asked.task == "translate"


def test_no_form_is_refused() -> None:
    with pytest.raises(BadForm):
        read_job(Request("POST", "/v1/audio/transcriptions", body=b"{}"), multilingual=True, seconds_max=1)


def test_languages_have_codes_and_names() -> None:
    assert len(LANGUAGES) == 100
    for code, name in LANGUAGES.items():
        assert (language_code(code), language_code(name), language_name(code)) == (code, code, name)
    assert (language_code("en-US"), language_code("EN"), language_code("xx")) == ("en", "en", None)


class Model:
    """Hears one segment each ten seconds; the last of a window is cut off."""

    def __init__(self) -> None:
        self.prompts: list[str | None] = []
        self.windows: list[float] = []

    def transcribe(self, samples: Any, **options: Any) -> tuple[Any, Any]:
        self.prompts.append(options["initial_prompt"])
        seconds = len(samples) / 16_000
        self.windows.append(seconds)
        starts = np.arange(0, seconds, 10)
        return (
            (
                SimpleNamespace(
                    seek=0, start=start, end=min(start + 10, seconds), text=f" {seconds - start:g}", tokens=[1],
                    temperature=0.0, avg_logprob=-0.1, compression_ratio=1.0, no_speech_prob=0.0, words=None,
                )
                for start in starts
            ),
            SimpleNamespace(language="en"),
        )  # fmt: skip


def long_sound(seconds: int) -> Any:
    return (np.zeros(16_000, np.float32) for _ in range(seconds))


def test_a_long_sound_is_heard_by_windows_that_go_on_where_the_last_whole_segment_ended() -> None:
    model: Any = Model()
    transcript = Transcript(model, long_sound(95), Asked(prompt="hint"), 35 * 16_000)
    segments = list(transcript)
    assert model.windows == [35, 35, 35]
    assert [segment.start for segment in segments] == [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]
    assert [segment.id for segment in segments] == list(range(10))
    assert (segments[-1].end, transcript.seconds, transcript.language) == (95, 95, "en")
    assert model.prompts[0] == "hint"
    assert (model.prompts[1] or "").endswith(segments[2].text)


def test_one_segment_as_long_as_its_window_is_not_heard_for_ever() -> None:
    model: Any = Model()
    transcript = Transcript(model, long_sound(20), Asked(), 8 * 16_000)
    assert [segment.start for segment in transcript] == [0, 8, 16]
    assert transcript.seconds == 20


def test_a_last_event_says_what_was_used() -> None:
    job = Job(silence(1), Asked(words=True), verbose=True, stream=True, seconds_max=9)
    account = Account(job)
    segment = Segment(0, 0, 0.0, 1.2, " Hello.", [1], 0.0, -0.1, 1.0, 0.0, [])
    assert account.take(segment) == {"type": "transcript.text.delta", "delta": "Hello.", "segment": segment}
    transcript: Any = SimpleNamespace(seconds=1.2004, language="en")
    last = msgspec.to_builtins(account.last_event(transcript))
    assert last == {
        "type": "transcript.text.done", "text": "Hello.", "task": "transcribe", "language": "english",
        "duration": 1.2, "usage": {"type": "duration", "seconds": 2},
    }  # fmt: skip
