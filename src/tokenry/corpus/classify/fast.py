"""Classifiers trained with fastText, as published quality models are: `.bin` or `.ftz`. Knows no particular one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import fasttext

from tokenry.corpus.errors import RecipeError


class FastText:
    """A supervised fastText model.

    Args:
        model: its file.
        label: whose probability is the score, as in `__label__hq` or `hq`.

    Raises:
        RecipeError: no file is named, or it is no such model.
    """

    def __init__(self, model: Path | None, label: str) -> None:
        if model is None or not label:
            raise RecipeError("classifier 'fasttext' needs `model`, a file, and `label`, what to look for in it")
        self._label = f"__label__{label.removeprefix('__label__')}"
        try:
            self._model = fasttext.load_model(str(model))
        except (OSError, ValueError) as error:
            raise RecipeError(f"{model.name}: fastText cannot read it: {error}") from error

    def scores(self, given: Sequence[str]) -> list[float]:
        """The label's probability for each text; line breaks are blanks."""
        return [self._score(text.replace("\n", " ").encode("utf-8", "replace").decode("utf-8")) for text in given]

    def _score(self, line: str) -> float:
        labels, chances = self._model.predict(line, k=-1)
        return min(1.0, float(dict(zip(labels, chances, strict=True)).get(self._label, 0.0)))
