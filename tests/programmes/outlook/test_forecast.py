"""The forecast of an award's end: how often its interval holds, and what it says where it can say little."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from bench.forecast import History, held, histories, naive, rest_held
from tokenry.programmes.outlook.forecast import HORIZON_DAYS, Forecast, Span, forecast, words

TODAY = date(2026, 11, 22)
STEADY = [100, 90, 110, 100, 95, 10, 5] * 8


@pytest.fixture(scope="module")
def made() -> list[History]:
    return list(histories())


def test_four_intervals_out_of_five_hold_on_200_histories_that_it_was_not_made_for(made: list[History]) -> None:
    found = [(one, forecast(one.seen, one.left, one.ends_in_days)) for one in made]
    assert len(found) == 200
    share = sum(held(*both) for both in found) / len(found)
    assert 0.75 <= share <= 0.85
    assert sum(held(one, naive(one)) for one, _ in found) / len(found) < 0.6
    # No accident of intervals without end: half of each would not do.
    halved = [(one, _halved(expected)) for one, expected in found]
    assert sum(held(*both) for both in halved) / len(halved) < 0.65
    assert sum(one.used_up_in is not None and one.used_up_in.low is None for _, one in found) < 40


def _halved(expected: Forecast) -> Forecast:
    span = expected.used_up_in
    assert span is not None
    low, middle, high = (HORIZON_DAYS if end is None else end for end in (span.low, span.middle, span.high))
    return Forecast("estimated", Span((low + middle) // 2, middle, (middle + high) // 2), expected.rest, "")


def test_the_rest_at_the_end_holds_about_as_often(made: list[History]) -> None:
    ample = [replace(one, left=one.left + one.ample) for one in made]
    found = [rest_held(one, forecast(one.seen, one.left, one.ends_in_days)) for one in ample]
    assert 0.75 <= sum(found) / len(found) <= 0.9


@pytest.mark.parametrize(
    ("days", "words_"),
    [
        ([], "Nothing was used yet"),
        ([0] * 50, "Nothing was used yet"),
        ([0] * 50 + [7] * 9, "too little to go by: 9 days"),
        ([5, *[0] * 40, 3], "a forecast takes 10 with use on 3 of them"),
    ],
)
def test_too_little_history_is_said_and_not_guessed_from(days: list[int], words_: str) -> None:
    expected = forecast(days, 1000, 100)
    assert (expected.state, expected.used_up_in, expected.rest) == ("unknown", None, None)
    assert words_ in words(expected, TODAY, 100)


def test_what_is_used_up_is_used_up() -> None:
    assert forecast(STEADY, 0, 10) == Forecast("used_up", Span(0, 0, 0), Span(0, 0, 0), "Nothing is left.")
    assert words(forecast([], -5), TODAY) == "It is used up."


def test_a_steady_use_ends_about_when_it_must() -> None:
    expected = forecast(STEADY, sum(STEADY))
    span = expected.used_up_in
    assert span is not None
    assert span.low is not None
    assert span.middle is not None
    assert span.high is not None
    assert span.low < 56 < span.high
    assert span.middle == pytest.approx(56, abs=5)
    assert words(expected, TODAY) == (
        f"Enough until about January 2027: used up between {_day(span.low)} and {_day(span.high)}."
    )


def _day(ahead: int) -> str:
    at = TODAY + timedelta(days=ahead)
    return f"{at.day} {at:%B %Y}"


def test_an_end_that_comes_first_is_said_with_what_will_be_left() -> None:
    expected = forecast(STEADY, 10**6, 30)
    assert expected.used_up_in == Span(None, None, None)
    assert words(expected, TODAY, 30) == "Enough until its end."
    assert expected.rest is not None
    low, middle, high = expected.rest.low, expected.rest.middle, expected.rest.high
    assert low is not None
    assert middle is not None
    assert high is not None
    assert low < middle < high <= 10**6
    assert 10**6 - middle == pytest.approx(30 * sum(STEADY) / len(STEADY), rel=0.15)


def test_an_idle_award_says_that_it_is() -> None:
    expected = forecast([*STEADY, *[0] * 20], 1000, 300)
    assert expected.state == "idle"
    assert "last 20 days" in words(expected, TODAY, 300)


def test_the_ends_of_an_interval_are_in_order_whatever_the_history() -> None:
    for seed in range(300):
        chance = Random(seed)
        days = [chance.choice((0, 0, 1, 10, 10**9, 10**15)) for _ in range(chance.randint(10, 120))]
        expected = forecast(days, chance.choice((1, 10**6, 10**18)), chance.choice((None, 0, 1, 90, 10**6)))
        for span in (expected.used_up_in, expected.rest):
            if span is not None:
                ends = [HORIZON_DAYS * 10**18 if end is None else end for end in (span.low, span.middle, span.high)]
                assert ends == sorted(ends)
                assert ends[0] >= 0
