"""The measure of extraction, by hand-made cases."""

from __future__ import annotations

import pytest

from bench.corpus_extraction import Counted, counted, runs, scored


def test_runs_of_four_words_count_as_often_as_they_stand() -> None:
    assert runs("a b, c-d! a b c d") == {
        ("a", "b", "c", "d"): 2,
        ("b", "c", "d", "a"): 1,
        ("c", "d", "a", "b"): 1,
        ("d", "a", "b", "c"): 1,
    }
    assert runs("two words") == {("two", "words"): 1}
    assert not runs(" ,. ")


def test_a_page_is_shares_of_true_false_and_missed() -> None:
    assert counted("a b c d e", "a b c d x") == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert counted("a b c d", "a b c d") == (1, 0, 0)
    assert counted("", "") == (0, 0, 0)


def test_f1_is_made_of_means_over_pages_that_have_a_say() -> None:
    pages = [Counted(1, 0, 0), Counted(0.5, 0.5, 0), Counted(0, 0, 1), Counted(0, 0, 0)]
    made = scored(pages)
    assert made.precision == pytest.approx((1 + 0.5) / 2), "the page where nothing was found has none"
    assert made.recall == pytest.approx((1 + 1 + 0) / 3)
    assert made.f1 == pytest.approx(2 * 0.75 * (2 / 3) / (0.75 + 2 / 3))
    assert made.f1_of_sums == pytest.approx(3 / (3 + 0.5 + 1))
