"""Documents that a classifier finds too little of what is looked for: quality by default, whatever its model knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Literal

from tokenry.corpus.classify import Classifier, classifier
from tokenry.corpus.documents import Outcome, Stage, Verdict, sift, texts
from tokenry.corpus.filters.filter import Filter


class Quality(Filter, frozen=True, forbid_unknown_fields=True):
    """Drops documents that score below a threshold, or above it where the classifier looks for what is not wanted."""

    name: ClassVar[str] = "quality"
    cheap: ClassVar[bool] = False

    classifier: str = "prose"  # or `fasttext`, or one that an installed package brings
    model: str = ""  # path of its file, where it needs one
    label: str = ""  # of a model that knows several
    threshold: float = 0.5
    keep: Literal["above", "below"] = "above"  # the threshold, or `below`, as for toxicity

    def files(self) -> tuple[str, ...]:
        """The model."""
        return (self.model,) if self.model else ()

    def opened(self, base: Path) -> Stage:
        """The stage, with its classifier loaded."""
        model = base / Path(self.model).expanduser() if self.model else None
        return QualityStage(self, classifier(self.classifier, model, self.label))

    def __call__(self, documents: Any) -> Outcome:
        """Part the batch; a model is looked for from the folder one works in."""
        return self.opened(Path())(documents)


class QualityStage:
    """The filter with its classifier."""

    slow: ClassVar[bool] = False

    def __init__(self, settings: Quality, judge: Classifier) -> None:
        self._settings, self._judge = settings, judge

    @property
    def stage(self) -> str:
        return Quality.name

    def __call__(self, documents: Any) -> Outcome:
        """Part the batch."""
        return sift(documents, self.stage, [self._verdict(one) for one in self._judge.scores(texts(documents))])

    def _verdict(self, score: float) -> Verdict | None:
        good = (
            score >= self._settings.threshold if self._settings.keep == "above" else score <= self._settings.threshold
        )
        return None if good else Verdict(f"{self._settings.classifier}_score", f"{score:.4f}")
