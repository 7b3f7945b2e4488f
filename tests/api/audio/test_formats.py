"""A transcript in every format, letter by letter."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tokenry.api.audio.formats import FORMATS, Format, clock, content_type, render

NONE: frozenset[str] = frozenset()
USAGE = {"type": "duration", "seconds": 3}
ANSWER: dict[str, Any] = {
    "task": "transcribe", "language": "english", "duration": 2.5, "text": "Fish & chips. <No> -->",
    "segments": [
        {"id": 0, "start": 0.0, "end": 1.2345, "text": " Fish & chips."},
        {"id": 1, "start": 3599.9996, "end": 3700.5, "text": " <No> -->"},
        {"id": 2, "start": 3700.5, "end": 3700.5, "text": "  "},
    ],
    "words": [{"word": "Fish", "start": 0.0, "end": 0.4}],
}  # fmt: skip


def test_subtitles() -> None:
    assert render(ANSWER, "srt", NONE, USAGE).decode() == (
        "1\n00:00:00,000 --> 00:00:01,234\nFish & chips.\n\n2\n01:00:00,000 --> 01:01:40,500\n<No> ->\n\n"
    )
    assert render(ANSWER, "vtt", NONE, USAGE).decode() == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.234\nFish &amp; chips.\n\n01:00:00.000 --> 01:01:40.500\n&lt;No> ->\n\n"
    )


def test_an_answer_without_segments_is_one_subtitle_and_silence_none() -> None:
    told = render({"text": "Hello.", "duration": 2}, "srt", NONE, USAGE).decode()
    assert told == "1\n00:00:00,000 --> 00:00:02,000\nHello.\n\n"
    assert render({"text": ""}, "srt", NONE, USAGE) == b""
    assert render({"text": "", "segments": ["odd", {}]}, "vtt", NONE, USAGE) == b"WEBVTT\n\n"


@pytest.mark.parametrize(
    ("granularities", "there"),
    [(set(), {"segments"}), ({"word"}, {"words"}), ({"segment"}, {"segments"}),
     ({"segment", "word"}, {"segments", "words"})],
)  # fmt: skip
def test_verbose_json_has_the_times_that_were_asked_for(granularities: set[str], there: set[str]) -> None:
    told = json.loads(render(ANSWER, "verbose_json", frozenset(granularities), USAGE))
    assert told.keys() & {"segments", "words"} == there
    assert (told["duration"], told["language"], told["usage"]) == (2.5, "english", USAGE)


def test_text_and_json() -> None:
    assert render(ANSWER, "text", NONE, USAGE) == b"Fish & chips. <No> -->\n"
    assert json.loads(render({"text": "a", "logprobs": [], "segments": [], "duration": 1}, "json", NONE, USAGE)) == {
        "text": "a", "logprobs": [], "usage": USAGE,
    }  # fmt: skip


@pytest.mark.parametrize("wanted", FORMATS)
def test_every_format_has_a_type(wanted: Format) -> None:
    assert content_type(wanted).startswith(b"application/json" if "json" in wanted else b"text/plain")
    assert render({"text": "x"}, wanted, NONE, USAGE)


def test_clocks_carry() -> None:
    assert (clock(59.9996, "."), clock(0, ","), clock(36_000, ".")) == ("00:01:00.000", "00:00:00,000", "10:00:00.000")
