"""What a programme begins with is sound: its own rules take it, and each of its tiers can be awarded from its pool."""

from __future__ import annotations

import msgspec
import pytest

from tokenry.base.clock import NS_PER_S
from tokenry.programmes import TEMPLATES, AwardTerms, Period, Terms
from tokenry.programmes.awards.schedule import refuse_impossible
from tokenry.programmes.calls.templates import Template
from tokenry.programmes.terms import refuse_nonsense

NOW_NS = 1_750_000_000 * NS_PER_S


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda one: one.id)
def test_a_template_is_sound(template: Template) -> None:
    refuse_nonsense(template.terms)
    assert msgspec.convert(msgspec.to_builtins(template.terms), Terms) == template.terms
    assert "{programme}" in template.terms.acknowledgement
    assert template.terms.rubric
    assert any(field.required for field in template.terms.fields)
    for tier in template.terms.tiers:
        assert tier.amount_max * 10 <= template.cap
        terms = AwardTerms.of(template.terms, tier)
        refuse_impossible(tier.amount_max, Period.of_days(NOW_NS, tier.days), terms)


def test_more_is_asked_of_those_who_ask_for_more() -> None:
    for template in TEMPLATES.values():
        tiers = template.terms.tiers
        assert [one.amount_max for one in tiers] == sorted({one.amount_max for one in tiers})
        assert [one.reviews for one in tiers] == sorted(one.reviews for one in tiers)


def test_research_goes_up_to_a_trillion() -> None:
    research = TEMPLATES["research"]
    names = [tier.name for tier in research.terms.tiers]
    assert names == ["Explore", "Discover", "Accelerate", "Maximize"]
    assert (research.terms.tiers[-1].amount_max, research.cap) == (10**12, 10**13)
