"""Scores by a rubric: whole points, weighted, as exact fractions. Pure; no floats.

A review's score is the sum of weight * points, divided by that of weight * points_max; the panel's is the mean of its
reviews'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tokenry.base.errors import InvalidRequest
from tokenry.programmes.terms import Criterion

Points = Mapping[str, int]  # by the criterion's id


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """What a panel thought of one criterion: lowest and highest points, and their mean."""

    id: str
    lowest: int
    highest: int
    mean: Fraction


@dataclass(frozen=True, slots=True)
class PanelScore:
    """What a panel thought. `score` is from 0 to 1, None without a rubric or without reviews."""

    reviews: int
    score: Fraction | None
    criteria: tuple[CriterionScore, ...]


def check_points(rubric: Sequence[Criterion], points: Mapping[str, Any]) -> dict[str, int]:
    """One reviewer's points: for every criterion, and in its range.

    Raises:
        InvalidRequest: which are missing, unknown or out of range.
    """
    known = {criterion.id: criterion for criterion in rubric}
    unknown, missing = sorted(set(points) - set(known)), [name for name in known if name not in points]
    if unknown or missing:
        words = [f"{', '.join(missing)} must be scored"] if missing else []
        words += [f"there is no {', '.join(name[:60] for name in unknown[:5])}"] if unknown else []
        raise InvalidRequest(f"scores: {'; '.join(words)}", param="scores")
    for name, value in points.items():
        most = known[name].points_max
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise InvalidRequest(f"scores.{name}: whole points from 0 to {most}", param=f"scores.{name}")
    return {name: points[name] for name in known}


def score_of(rubric: Sequence[Criterion], points: Points) -> Fraction | None:
    """One review's score from 0 to 1; None without a rubric."""
    most = sum([criterion.weight * criterion.points_max for criterion in rubric])
    if not most:
        return None
    return Fraction(sum([criterion.weight * points[criterion.id] for criterion in rubric]), most)


def panel_score(rubric: Sequence[Criterion], reviews: Sequence[Points]) -> PanelScore:
    """What all reviews together say. Reviews that lack a criterion of today's rubric are left out."""
    whole = [one for one in reviews if all(criterion.id in one for criterion in rubric)]
    if not rubric or not whole:
        return PanelScore(len(whole), None, ())
    scores = [score for one in whole if (score := score_of(rubric, one)) is not None]
    criteria = []
    for criterion in rubric:
        points = [one[criterion.id] for one in whole]
        criteria.append(CriterionScore(criterion.id, min(points), max(points), Fraction(sum(points), len(points))))
    return PanelScore(len(whole), sum(scores, Fraction()) / len(scores), tuple(criteria))


def percent(score: Fraction) -> str:
    """A score as people read it: percent with two decimals, halves rounded up."""
    hundredths = (score * 20_000 + 1) // 2
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def decimal(value: Fraction) -> str:
    """Points as people read them: two decimals, halves rounded up."""
    hundredths = (value * 200 + 1) // 2
    return f"{hundredths // 100}.{hundredths % 100:02d}"
