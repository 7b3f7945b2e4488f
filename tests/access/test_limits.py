"""Limits: defaults, overrides, and numbers that cannot be."""

from __future__ import annotations

import pytest

from tokenry.access import KeyLimits
from tokenry.base.errors import InvalidRequest


def test_overrides_lie_over_the_defaults() -> None:
    base = KeyLimits(10, 20, 30)
    assert base.overlaid({}) is base
    assert base.overlaid({"tokens_per_minute": 0}) == KeyLimits(10, 0, 30)
    assert base.overlaid({"requests_per_minute": 10**15, "concurrent_requests": 1}) == KeyLimits(10**15, 20, 1)


@pytest.mark.parametrize("value", [-1, 10**15 + 1, True, 1.0, "5", None])
def test_a_number_that_cannot_be_is_refused(value: int) -> None:
    with pytest.raises(InvalidRequest, match="whole number from 0 to"):
        KeyLimits(requests_per_minute=value)
    with pytest.raises(InvalidRequest) as caught:
        KeyLimits().overlaid({"concurrent_requests": value})
    assert caught.value.param == "limits.concurrent_requests"


def test_an_unknown_limit_names_the_known_ones() -> None:
    with pytest.raises(InvalidRequest, match="requests_per_minute, tokens_per_minute, concurrent_requests") as caught:
        KeyLimits().overlaid({"rpm" * 1000: 5})
    assert len(caught.value.message) < 300
