"""Sums over awards, and when one is idle."""

from __future__ import annotations

from typing import Any

import pytest

from tokenry.programmes.outlook.burn_down import DAY_S
from tokenry.programmes.outlook.uptake import AwardUse, uptake

NOW = 20_000 * DAY_S


def use(**changes: Any) -> AwardUse:
    facts: dict[str, Any] = {
        "id": "awd_1", "name": "a", "project": "p", "tier": "Explore", "state": "active", "granted": 100, "drawn": 0,
        "held": 0, "left": 100, "requests": 0, "begins_s": NOW - 40 * DAY_S, "ends_s": NOW + DAY_S,
    }  # fmt: skip
    return AwardUse(**{**facts, **changes})


@pytest.mark.parametrize(
    ("changes", "idle"),
    [
        ({}, True),
        ({"begins_s": NOW - 29 * DAY_S}, False),
        ({"idle": 29}, False),
        ({"idle": 30}, True),
        ({"idle": 30, "left": 0}, False),
        ({"state": "closed"}, False),
        ({"state": "suspended"}, True),
    ],
)
def test_when_an_award_is_idle(changes: dict[str, Any], idle: bool) -> None:
    assert use(**changes).is_idle(NOW) is idle


def test_the_sums() -> None:
    uses = [use(drawn=40, left=60, cost=7, idle=1, requests=3), use(state="closed"), use(cost=None, idle=31, drawn=1)]
    sums = uptake(uses, NOW)
    assert (sums.awards, sums.living, sums.idle, sums.unused) == (3, 2, 1, 1)
    assert (sums.granted, sums.drawn, sums.requests, sums.cost) == (300, 41, 3, 7)
    assert sums.percent == 13


def test_nobody_knows_the_cost() -> None:
    assert uptake([use(), use()], NOW).cost is None
    assert uptake([], NOW).percent == 0
