"""What a classifier is, and how one is found by name. Knows no filter.

Another package brings a classifier by an entry point of the group `tokenry.corpus.classifiers`, which names a callable
`(Path | None, str) -> Classifier`, of a model and a label. It is loaded in every worker, so its answers may depend on
texts alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from tokenry.corpus.classify.fast import FastText
from tokenry.corpus.classify.prose import Prose
from tokenry.corpus.errors import RecipeError

GROUP = "tokenry.corpus.classifiers"


class Classifier(Protocol):
    """Scores texts."""

    def scores(self, given: Sequence[str]) -> list[float]:
        """A score for each text, from 0 to 1, higher where it is more of what is looked for; each by itself."""
        ...


Maker = Callable[[Path | None, str], Classifier]
_OWN: dict[str, Maker] = {"prose": lambda _model, _label: Prose(), "fasttext": FastText}


def classifier(name: str, model: Path | None = None, label: str = "") -> Classifier:
    """The classifier of a name.

    Args:
        name: `prose`, `fasttext`, or one that an installed package brings.
        model: its file, where it needs one.
        label: what to look for, where it knows several things.

    Raises:
        RecipeError: there is none of this name, or it cannot use its file.
    """
    maker = _OWN.get(name)
    if maker is None:
        brought = {one.name: one for one in entry_points(group=GROUP)}
        if name not in brought:
            raise RecipeError(f"classifier {name!r} is not known; there are: {', '.join(sorted({*_OWN, *brought}))}")
        maker = brought[name].load()
    return maker(model, label)
