"""What a soak counts as an error that nobody asked for, and its slope."""

from __future__ import annotations

import random

import pytest

from bench.client import Ask, Client, Outcome
from bench.mixed import GRACE_S, KINDS, Load, Tally
from bench.series import percentile, slope

BY_NAME = {kind.name: kind for kind in KINDS}


def load() -> Load:
    return Load(Client("http://x/v1"), Client("http://y/v1"), "sk", Tally(), random.Random(1))


def noted(name: str, outcome: Outcome, killed_at: float | None = None) -> Tally:
    """The tally after one outcome of a kind, its engine killed at this time."""
    tally, kind = Tally(), BY_NAME[name]
    if killed_at is not None:
        tally.killed_at["mock"].append(killed_at)
    tally.note(kind, kind.make(load()), outcome)
    return tally


@pytest.mark.parametrize(
    ("name", "status", "whole", "right"),
    [
        ("answer", 200, True, True),
        ("answer", 503, True, False),
        ("answer", 0, False, False),
        ("stream", 200, False, False),
        ("mistake", 404, True, True),
        ("mistake", 200, True, False),
        ("revoked key", 401, True, True),
        ("revoked key", 200, True, False),
    ],
)
def test_what_is_right(name: str, status: int, whole: bool, right: bool) -> None:
    tally = noted(name, Outcome(100.0, 1.0, status=status, whole=whole))
    assert (tally.not_asked_for.total(), len(tally.latencies_s[name])) == ((0, 1) if right else (1, 0))


@pytest.mark.parametrize(
    ("name", "killed_at", "excused"),
    [
        ("stream", 100.5, True),  # while it ran
        ("stream", 99.0, True),  # before
        ("stream", 101.5, False),  # after it had ended
        ("stream", 100.0 - GRACE_S - 1, False),  # long before
        ("stream", None, False),
        ("answer", 100.5, False),  # it has a second provider
    ],
)
def test_only_the_death_of_its_engine_excuses_an_error(name: str, killed_at: float | None, excused: bool) -> None:
    tally = noted(name, Outcome(100.0, 1.0, status=502, whole=True), killed_at)
    assert (tally.asked_for.total(), tally.not_asked_for.total()) == ((1, 0) if excused else (0, 1))


def test_a_hang_up_is_right_when_it_was_ours() -> None:
    assert noted("hang-up", Outcome(100.0, 1.0, status=200, words="hung up")).not_asked_for.total() == 0
    assert noted("hang-up", Outcome(100.0, 1.0, status=200, words="the connection broke")).not_asked_for.total() == 1


def test_every_kind_asks_something() -> None:
    for kind in KINDS:
        ask = kind.make(load())
        assert isinstance(ask, Ask)
        assert ask.path.startswith("/")


def test_slope_and_percentile() -> None:
    assert slope([0, 1, 2, 3], [1, 3, 5, 7]) == pytest.approx(2)
    assert slope([0, 1], [1, 3]) is None
    assert percentile([5, 1, 3], 0.5) == 3
    assert percentile([], 0.5) is None
