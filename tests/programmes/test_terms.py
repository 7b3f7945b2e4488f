"""What a programme may not say of itself."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tokenry.base.errors import InvalidRequest
from tokenry.programmes.terms import COUNTS_MAX, Terms, refuse_nonsense

TIER = {"name": "Explore", "amount_max": 10}
FIELD = {"id": "plan", "label": "What will you do?"}
CRITERION = {"id": "merit", "label": "Merit"}


def read(**parts: Any) -> Terms:
    return msgspec.convert(parts, Terms)


def test_an_empty_programme_is_one() -> None:
    refuse_nonsense(read())


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"tiers": [TIER, TIER | {"name": "EXPLORE"}]}, "stands twice among the tiers"),
        ({"fields": [FIELD, FIELD]}, "stands twice among the fields"),
        ({"rubric": [CRITERION, CRITERION]}, "stands twice among the rubric"),
        ({"fields": [FIELD | {"kind": "choice"}]}, "1 to 50 choices"),
        ({"fields": [FIELD | {"choices": ["a"]}]}, "or has none"),
        ({"weights": {"input": 0}}, "weigh more than nothing"),
        ({"restrictions": {"on_exhaustion": "downgrade"}}, "downgrade_to"),
        ({"restrictions": {"downgrade_to": "small"}}, "downgrade_to"),
        ({"tranches": {"count": 2, "released_by": "report"}}, "need reports"),
        ({"tiers": [{**TIER, "name": f"t{n}"} for n in range(COUNTS_MAX["tiers"] + 1)]}, "at most 20 tiers"),
    ],
)
def test_nonsense_is_refused_in_words(parts: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        refuse_nonsense(read(**parts))


@pytest.mark.parametrize(
    "parts",
    [
        {"tiers": [TIER | {"amount_max": -1}]},
        {"tiers": [TIER | {"amount_max": 2**63}]},
        {"tiers": [TIER | {"days": 0}]},
        {"fields": [FIELD | {"id": "No Good"}]},
        {"restrictions": {"endpoints": ["../.."]}},
        {"nonsense": 1},
        {"backing": [{"type": "magic"}]},
    ],
)
def test_what_types_see_is_not_decoded(parts: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        read(**parts)
