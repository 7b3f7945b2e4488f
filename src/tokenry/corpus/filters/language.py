"""Which language a text is in, as fastText's identifier of 176 languages has it: see `corpus.languages`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pyarrow.compute as pc

from tokenry.corpus.documents import Outcome, Stage, Verdict, sift, with_column
from tokenry.corpus.errors import RecipeError
from tokenry.corpus.filters.filter import Filter
from tokenry.corpus.languages import codes, identified


class Language(Filter, frozen=True, forbid_unknown_fields=True):
    """Writes language and score into each document; drops those in other languages, or not surely in one."""

    name: ClassVar[str] = "language"

    languages: tuple[str, ...] = ()  # to keep, as ISO 639-1 (639-3 where there is none); none named: all
    language_threshold: float = 0.65
    label_only: bool = False  # write, drop nothing
    characters: int = 100_000  # of the text's beginning that are looked at; 0: all

    def opened(self, base: Path) -> Stage:
        """The stage; a language that is never found would drop every document."""
        if unknown := sorted(set(self.languages) - codes()):
            known = ", ".join(sorted(codes()))
            raise RecipeError(f"filters.language.languages: {unknown[0]!r} is no code that is known; known are {known}")
        return self

    def __call__(self, documents: Any) -> Outcome:
        """Set `language` and `language_score`, then part the batch."""
        texts = pc.fill_null(documents.column("text"), "")
        languages, scores = identified(pc.utf8_slice_codeunits(texts, 0, self.characters or None))
        told = with_column(with_column(documents, "language", languages), "language_score", scores)
        return sift(told, self.stage, [self._verdict(*one) for one in zip(languages, scores, strict=True)])

    def _verdict(self, language: str, score: float) -> Verdict | None:
        if self.label_only:
            return None
        if self.languages and language not in self.languages:
            return Verdict("language", f"{language} {score:.4f}")
        return None if score > self.language_threshold else Verdict("language_score", f"{language} {score:.4f}")
