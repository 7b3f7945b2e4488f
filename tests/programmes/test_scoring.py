"""Scores are exact: against a second way of reckoning, in whole hundredths, whatever the rubric."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.base.errors import InvalidRequest
from tokenry.programmes.applications.scoring import check_points, decimal, panel_score, percent, score_of
from tokenry.programmes.terms import Criterion

RUBRICS = st.lists(st.tuples(st.integers(1, 100), st.integers(1, 100)), min_size=1, max_size=20).map(
    lambda parts: tuple(Criterion(f"c{n}", f"C {n}", most, weight) for n, (most, weight) in enumerate(parts))
)
RUBRIC = (Criterion("merit", "Merit", 5, 3), Criterion("need", "Need", 10, 1))


@st.composite
def panels(draw: st.DrawFn) -> tuple[tuple[Criterion, ...], list[dict[str, int]]]:
    """A rubric, and what one to six reviewers gave by it."""
    rubric = draw(RUBRICS)
    count = draw(st.integers(1, 6))
    return rubric, [{one.id: draw(st.integers(0, one.points_max)) for one in rubric} for _ in range(count)]


@given(panels())
def test_a_panels_score_is_the_mean_of_weighted_parts(
    panel: tuple[tuple[Criterion, ...], list[dict[str, int]]],
) -> None:
    rubric, reviews = panel
    given_points = sum(one.weight * review[one.id] for review in reviews for one in rubric)
    whole = len(reviews) * sum(one.weight * one.points_max for one in rubric)
    told = panel_score(rubric, reviews)
    assert told.score == Fraction(given_points, whole)
    assert told.reviews == len(reviews)
    assert 0 <= told.score <= 1
    for one, criterion in zip(told.criteria, rubric, strict=True):
        points = [review[criterion.id] for review in reviews]
        assert (one.lowest, one.highest) == (min(points), max(points))
        assert one.mean * len(points) == sum(points)


@given(panels())
def test_more_points_are_never_a_lower_score(panel: tuple[tuple[Criterion, ...], list[dict[str, int]]]) -> None:
    rubric, (review, *_) = panel
    before = score_of(rubric, review)
    assert before is not None
    for one in rubric:
        if review[one.id] < one.points_max:
            after = score_of(rubric, review | {one.id: review[one.id] + 1})
            assert after is not None
            assert after > before


@given(st.fractions(min_value=0, max_value=1))
def test_percent_rounds_once_and_half_up(score: Fraction) -> None:
    with localcontext(prec=400):
        exact = Decimal(score.numerator * 100) / Decimal(score.denominator)
        # Within 400 digits only a true half looks like one.
        assert percent(score) == str(exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


@pytest.mark.parametrize(
    ("score", "said"),
    [(Fraction(0), "0.00"), (Fraction(1), "100.00"), (Fraction(2, 3), "66.67"), (Fraction(1, 20_000), "0.01")],
)
def test_percent(score: Fraction, said: str) -> None:
    assert percent(score) == said


def test_means_have_two_decimals() -> None:
    assert [decimal(Fraction(7, 2)), decimal(Fraction(10, 3)), decimal(Fraction(1, 200))] == ["3.50", "3.33", "0.01"]


def test_a_programme_without_a_rubric_has_no_score() -> None:
    assert score_of((), {}) is None
    assert panel_score((), [{}, {}]).score is None


def test_reviews_by_an_older_rubric_are_left_out() -> None:
    told = panel_score(RUBRIC, [{"merit": 5, "need": 10}, {"merit": 0}])
    assert (told.reviews, told.score) == (1, Fraction(1))


@pytest.mark.parametrize(
    "points",
    [
        {"merit": 5}, {"merit": 5, "need": 11}, {"merit": -1, "need": 0}, {"merit": 5, "need": 1, "looks": 1},
        {"merit": True, "need": 1}, {"merit": 2.5, "need": 1}, {"merit": "5", "need": 1}, {},
    ],
)  # fmt: skip
def test_points_that_cannot_be(points: dict[str, int]) -> None:
    with pytest.raises(InvalidRequest, match="scores"):
        check_points(RUBRIC, points)


def test_points_that_can() -> None:
    assert check_points(RUBRIC, {"need": 0, "merit": 5}) == {"merit": 5, "need": 0}
