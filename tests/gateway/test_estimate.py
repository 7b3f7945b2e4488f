"""Estimates: never nothing, learned from engines that count, and not to be led astray by one request."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tokenry.gateway import Estimates


@given(st.integers(0, 10**7), st.integers(0, 10**6), st.integers(1, 10**7))
def test_never_nothing_and_never_more_than_a_token_per_byte(size: int, tokens: int, other: int) -> None:
    it = Estimates()
    it.learn("m", size, tokens)
    assert 1 <= it.input_tokens("m", other) <= other
    usage = it.of_events("m", other, 7)
    assert (usage.output_tokens, usage.source) == (7, "events")
    assert it.of_answer("m", other, 0).output_tokens == 1


def test_it_learns() -> None:
    it = Estimates()
    before = it.input_tokens("m", 1000)
    for _ in range(50):
        it.learn("m", 1000, 500)
    assert abs(it.input_tokens("m", 1000) - 500) <= 1
    assert it.input_tokens("other", 1000) == before
