"""What is charged of what engines say: never more than a request can have used, whoever says so."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.rooms import chat, configuration
from tokenry.gateway import Estimates
from tokenry.gateway.metering import Meter
from tokenry.ledger import Facts, Usage
from tokenry.router import Catalogue

(MODEL,) = Catalogue.build(configuration({"m": "p/x"})).models
COUNT = st.integers(0, 10**13)
USAGE = st.builds(Usage, COUNT, COUNT, COUNT, COUNT, st.just("engine"), COUNT)


@dataclass
class Said:
    """A reader of a stream that has said this much."""

    said: Usage | None
    tokens: int = 0
    done: bool = False
    whole: bool = False
    cut: bool = False
    error: bytes | None = None
    held: list[bytes] = field(default_factory=list)

    def feed(self, data: bytes) -> bytes:
        return data

    def usage(self) -> Usage | None:
        return self.said


def meter(*, media: int = 0) -> Meter:
    request = chat()
    request.media = media
    facts = Facts("org_1", "proj_1", "key_1", None, "chat.completions", "m", True, 300, 100, None)
    return Meter(request, MODEL, facts, Estimates())


@given(USAGE | st.none(), st.integers(0, 10**6), st.booleans(), st.booleans())
def test_nothing_is_charged_beyond_what_can_have_been_used(
    said: Usage | None, tokens: int, whole: bool, done: bool
) -> None:
    used = meter().of_stream(Said(said, tokens, done=done, whole=whole))
    assert used.input_tokens <= 300
    assert used.output_tokens <= 100


@given(USAGE)
def test_a_sound_report_is_taken_at_its_word(said: Usage) -> None:
    used = meter().reported(said)
    if said.input_tokens <= 300 and said.output_tokens <= 100:
        assert used == said
    else:
        assert used.source == "estimate"


def test_images_are_not_bounded_by_bytes_and_teach_nothing() -> None:
    seeing = meter(media=1)
    assert seeing.reported(Usage(5000, 7, source="engine")).input_tokens == 5000
    assert seeing.estimates.input_tokens("m", 400) == meter().estimates.input_tokens("m", 400)


def test_a_stream_that_broke_keeps_the_prompt_that_it_was_told() -> None:
    told = Usage(12, 0, 4, 0, "engine", 2)
    assert meter().of_stream(Said(told, tokens=3)) == Usage(12, 3, 4, 0, "events", 2)
    guessed = meter().of_stream(Said(None, tokens=3))
    assert (guessed.output_tokens, guessed.source) == (3, "events")


def test_an_answer_without_a_word_about_it_is_estimated_by_its_size() -> None:
    assert meter().of_answer(None, 80).output_tokens == 20
    assert meter().of_answer(None, 10**6).output_tokens == 100
    assert meter().of_nothing(stops=True).output_tokens == 0
