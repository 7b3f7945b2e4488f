"""What is charged of what engines say they heard: never above what was held; and the forms they are sent."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.rooms import configuration
from tokenry.base.multipart import Part, parse
from tokenry.gateway.inference import Bound, Inference, bound
from tokenry.gateway.sound import TOKENS_PER_SECOND_MAX, Form, believed, reported, written
from tokenry.ledger import Rates, Usage
from tokenry.router import Catalogue

FILE = Part("file", b"sound", "a.flac", "audio/flac")
FORM = Form(FILE, (Part("prompt", b"hint"), Part("include[]", b"logprobs")), "json", 11, 13)


def test_a_form_says_first_what_the_gateway_decides() -> None:
    sent = written(FORM, "tiny", stream=True, ours=True)
    parts = parse(sent.data, sent.content_type)
    assert [(part.name, part.value) for part in parts] == [
        ("model", b"tiny"), ("response_format", b"verbose_json"), ("stream", b"true"), ("seconds_max", b"13"),
        ("prompt", b"hint"), ("include[]", b"logprobs"), ("file", b"sound"),
    ]  # fmt: skip
    assert parts[-1] == FILE
    sent = written(FORM, "m", stream=False, ours=False)
    assert [part.name for part in parse(sent.data, sent.content_type)] == [
        "model",
        "response_format",
        "prompt",
        "include[]",
        "file",
    ]


@pytest.mark.parametrize(
    ("answer", "usage"),
    [
        ({"usage": {"type": "duration", "seconds": 10.2}}, Usage(source="engine", audio_seconds=11)),
        ({"duration": "10.2"}, Usage(source="engine", audio_seconds=11)),
        ({"duration": 4.0004}, Usage(source="engine", audio_seconds=4)),
        ({"usage": {"type": "tokens", "input_tokens": 9, "output_tokens": 2}}, Usage(9, 2, source="engine")),
        ({"text": "x"}, None),
        ({"usage": {"type": "duration", "seconds": -1}, "duration": "long"}, None),
        ({"usage": {"type": "duration", "seconds": True}}, None),
        ({"usage": {"input_tokens": "9"}}, None),
    ],
)
def test_what_an_engine_says_is_read(answer: dict[str, Any], usage: Usage | None) -> None:
    assert reported(answer) == usage


@pytest.mark.parametrize(
    ("usage", "seconds", "source"),
    [
        (None, 11, "estimate"),
        (Usage(source="engine", audio_seconds=11), 11, "engine"),
        (Usage(source="engine", audio_seconds=99), 13, "estimate"),
        (Usage(9, 2, source="engine"), 11, "engine"),
        (Usage(10**6, 2, source="engine"), 11, "estimate"),
        (Usage(source="events", audio_seconds=2), 11, "events"),
        (Usage(source="events", audio_seconds=99), 13, "events"),
    ],
)
def test_no_more_is_believed_than_the_sound_may_be(usage: Usage | None, seconds: int, source: str) -> None:
    charged = believed(usage, FORM, 500, 100)
    assert (charged.audio_seconds, charged.source) == (seconds, source)
    assert charged.input_tokens <= FORM.seconds_believed * TOKENS_PER_SECOND_MAX


@given(
    st.builds(
        Usage,
        st.integers(0, 10**6),
        st.integers(0, 10**6),
        source=st.sampled_from(["engine", "events"]),
        audio_seconds=st.integers(0, 10**6),
    ),
    st.integers(1, 500),
    st.integers(0, 50),
)
def test_never_above_the_bound(usage: Usage, seconds: int, more: int) -> None:
    form = msgspec.structs.replace(FORM, seconds=seconds, seconds_max=seconds + more)
    charged = believed(usage, form, 700, 300)
    assert charged.audio_seconds <= form.seconds_believed
    assert charged.input_tokens <= max(700, form.seconds_believed * TOKENS_PER_SECOND_MAX)
    assert charged.output_tokens <= 300


def test_a_head_that_promises_less_than_there_is_does_not_make_the_rest_free() -> None:
    lying = msgspec.structs.replace(FORM, file=dataclasses.replace(FORM.file, value=bytes(125_000)))
    assert believed(Usage(source="engine", audio_seconds=900), lying, 500, 100) == Usage(
        source="engine", audio_seconds=900
    )
    assert believed(Usage(source="engine", audio_seconds=9000), lying, 500, 100).audio_seconds == 1000


def test_a_bound_has_tokens_only_where_they_cost_something() -> None:
    (model,) = Catalogue.build(configuration({"m": "p/x"})).models
    request = Inference("audio.transcriptions", {}, "m", 5, form=FORM)
    assert bound(request, model) == Bound(13 * TOKENS_PER_SECOND_MAX + len(b"hintlogprobs"), 100, 100, 13)
    by_second = dataclasses.replace(model, rates=Rates(0, 0))
    assert bound(request, by_second) == Bound(0, 0, 0, 13)
    assert bound(Inference("audio.speech", {}, "m", 50, characters=7), model) == Bound(7, 0, 0)


class TestSoundByTheToken:
    """Models that are priced by tokens: what nobody counted is not free, and what a head hid is paid."""

    FORM = Form(Part("file", b"x" * 125_000, "a.flac"), (), "json", 10, 12)  # may last 1,000 s

    def test_an_answer_that_broke_off_costs_what_was_read_and_said(self) -> None:
        broken = believed(None, self.FORM, 600, 50, said=7)
        assert (broken.input_tokens, broken.output_tokens, broken.audio_seconds) == (100, 7, 10)
        heard = believed(Usage(source="events", audio_seconds=12), self.FORM, 600, 50, said=70)
        assert (heard.input_tokens, heard.output_tokens, heard.audio_seconds) == (120, 50, 12)

    def test_where_sound_is_charged_by_the_second_no_tokens_are_told(self) -> None:
        assert believed(None, self.FORM, 0, 0, said=7).total_tokens == 0

    def test_a_head_that_lied_hides_no_tokens(self) -> None:
        counted = believed(Usage(9000, 40, source="engine"), self.FORM, 600, 50)
        assert (counted.input_tokens, counted.output_tokens, counted.source) == (9000, 40, "engine")
        assert believed(Usage(10**9, 40, source="engine"), self.FORM, 600, 50).input_tokens == 50_000
