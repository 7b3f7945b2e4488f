"""A transcript's segments become paragraphs, each with the time at which it begins; hostile engines change nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tokenry.reading import Mark
from tokenry.workspace.files.listening import PARAGRAPH, transcript
from tokenry.workspace.files.passages import cut


def segment(start: float, end: float, text: str) -> dict[str, Any]:
    return {"start": start, "end": end, "text": text}


def test_a_pause_begins_a_paragraph() -> None:
    found = transcript(
        {
            "segments": [
                segment(0, 2, " Good morning."),
                segment(2.2, 4, " Who is here?"),
                segment(6.5, 8, "All of us."),
            ]
        },
        "audio/wav",
    )
    assert found.text == "Good morning. Who is here?\n\nAll of us."
    assert found.marks == (Mark(at=0, time_ms=0), Mark(at=28, time_ms=6500))
    (only,) = cut(found.text, found.marks, found.kind)
    assert (only.time_ms, only.text) == (0, found.text)


def test_long_speech_is_parted_at_sentences_and_found_by_its_time() -> None:
    words = "x" * 99 + "."
    found = transcript({"segments": [segment(n, n + 1, words) for n in range(60)]}, "audio/wav")
    paragraphs = found.text.split("\n\n")
    assert all(PARAGRAPH <= len(one) <= PARAGRAPH + 105 for one in paragraphs[:-1])
    passages = cut(found.text, found.marks, found.kind)
    times = [one.time_ms for one in passages]
    assert times == sorted(times)  # type: ignore[type-var] # none of them is None
    assert times[0] == 0
    assert times[-1] > 40_000  # type: ignore[operator] # as above


def test_silence_says_so() -> None:
    found = transcript({"text": " ", "segments": []}, "audio/wav")
    assert (found.text, found.note) == ("", "no speech was heard in it")
    assert transcript({"text": " Good morning. "}, "audio/wav").text == "Good morning."


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(
    st.lists(
        st.one_of(
            st.none(),
            st.fixed_dictionaries(
                {},
                optional={
                    "start": st.one_of(st.floats(), st.none(), st.text()),
                    "end": st.one_of(st.floats(), st.integers(), st.text()),
                    "text": st.one_of(st.text(), st.none(), st.integers()),
                },
            ),
        )
    )
)
def test_whatever_an_engine_says_marks_lie_in_the_text(segments: list[Any]) -> None:
    found = transcript({"segments": segments}, "audio/wav")
    places = [mark.at for mark in found.marks]
    assert places == sorted(set(places))
    assert all(0 <= one <= len(found.text) for one in places)
    assert all(mark.time_ms is not None and mark.time_ms >= 0 for mark in found.marks)


@pytest.mark.parametrize("told", [{}, {"segments": None}, {"segments": [3, "x"]}, {"text": None}])
def test_a_transcript_without_anything_is_empty(told: dict[str, Any]) -> None:
    assert transcript(told, "audio/wav").text == ""
