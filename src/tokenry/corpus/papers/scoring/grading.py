"""Points: each metric's rule on a summary, sums by section and dimension, and two grades, as the framework adds up.

Self-assessed points count what a rule read, what the framework takes to be so, and what a person attested, with a
reason. Checked points count only what a rule read. A metric that does not apply counts neither way; any other that
nobody could affirm counts nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from tokenry.corpus.papers.scoring.checklist import CHECKLIST
from tokenry.corpus.papers.scoring.metrics import TRANSPARENCY, USEFULNESS, Metric, Yardstick
from tokenry.corpus.papers.scoring.paper import (
    ASSUMED,
    ATTESTED,
    MET,
    NOT_APPLICABLE,
    UNJUDGED,
    Paper,
    Verdict,
)  # fmt: skip  # a list of names

FORMAT: Final = "tokenry.corpus.score/1"
_GOOD: Final = (MET, ASSUMED, ATTESTED)
_UNKNOWN: Final = Verdict(UNJUDGED, "this version knows no rule for it")


@dataclass(frozen=True, slots=True)
class Mark:
    """One metric's outcome. `keys`: the fields that were looked at."""

    id: str
    section: str
    field: str
    dimension: str
    weight: int
    keys: list[str]
    state: str
    why: str


@dataclass(frozen=True, slots=True)
class Points:
    """Of one group of metrics: had by self-assessment, had by rules alone, and the most that could be had."""

    assessed: int
    checked: int
    most: int


@dataclass(frozen=True, slots=True)
class Score:
    """Every mark, and what they come to."""

    marks: list[Mark]
    yardstick: Yardstick

    def points(self, *, dimensions: Iterable[str] = (*TRANSPARENCY, *USEFULNESS), section: str | None = None) -> Points:
        """Of these dimensions, and of one section or all."""
        wanted = set(dimensions)
        own = [
            one
            for one in self.marks
            if one.dimension in wanted and section in (None, one.section) and one.state != NOT_APPLICABLE
        ]
        return Points(
            sum(one.weight for one in own if one.state in _GOOD),
            sum(one.weight for one in own if one.state == MET),
            sum(one.weight for one in own),
        )

    def grades(self) -> dict[str, dict[str, Any]]:
        """Both grades of transparency, of usefulness and of all."""
        groups = {"transparency": TRANSPARENCY, "usefulness": USEFULNESS, "all": (*TRANSPARENCY, *USEFULNESS)}
        return {name: self._graded(self.points(dimensions=group)) for name, group in groups.items()}

    def sections(self) -> dict[str, dict[str, Any]]:
        """The same of each section."""
        names = list(dict.fromkeys(one.section for one in self.marks))
        return {name: self._graded(self.points(section=name)) for name in names}

    def states(self) -> dict[str, int]:
        """How many metrics are in each state."""
        return dict(Counter(one.state for one in self.marks).most_common())

    def plain(self) -> dict[str, Any]:
        """As a JSON document. The metrics' words are not in it: they are the framework's."""
        return {
            "format": FORMAT,
            "self_assessed": True,
            "grades": self.grades(),
            "sections": self.sections(),
            "states": self.states(),
            "metrics": [asdict(one) for one in self.marks],
        }

    def _graded(self, points: Points) -> dict[str, Any]:
        told: dict[str, Any] = {"grade": self.yardstick.grade(points.assessed, points.most)}
        told["grade_checked"] = self.yardstick.grade(points.checked, points.most)
        return {**told, **asdict(points)}


def scored(folder: Path, yardstick: Yardstick) -> Score:
    """Look each metric up in a written report.

    Args:
        folder: of the report.
        yardstick: the metrics.

    Raises:
        CorpusError: there is no summary in the folder.
    """
    paper = Paper(folder)
    return Score([_marked(paper, metric) for metric in yardstick.metrics], yardstick)


def _marked(paper: Paper, metric: Metric) -> Mark:
    rule = CHECKLIST.get(metric.id)
    verdict = rule.check(paper) if rule is not None else _UNKNOWN
    if verdict.state == UNJUDGED and metric.id in paper.attested:
        verdict = Verdict(ATTESTED, paper.attested[metric.id])
    return Mark(
        metric.id,
        metric.section,
        metric.field,
        metric.dimension,
        metric.weight,
        list(rule.keys) if rule is not None else [],
        verdict.state,
        verdict.why,
    )
