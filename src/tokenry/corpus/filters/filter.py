"""What a filter is: its published thresholds as fields, and a verdict for each document. Knows no rule itself.

A family of rules is one file here, and each rule a frozen Struct whose fields are the thresholds by their published
names and with their published defaults: a recipe's `[filters.NAME]` is parsed straight into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from tokenry.corpus.documents import Outcome, Stage, Verdict, sift, texts
from tokenry.corpus.words import Words, worded


class Filter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The base of every filter. A filter is a stage, or makes one of itself once it may open its files."""

    name: ClassVar[str]  # as it is written in a recipe and in the book
    slow: ClassVar[bool] = False
    cheap: ClassVar[bool] = True  # quick enough to run on the cheap extractor's text, before the careful one

    @property
    def stage(self) -> str:
        return self.name

    def files(self) -> tuple[str, ...]:
        """Paths that it reads, as the recipe writes them: their contents are part of what decides a run's bytes."""
        return ()

    def opened(self, base: Path) -> Stage:
        """The stage that does the work.

        Args:
            base: the folder that relative paths start from.

        Raises:
            RecipeError: a file cannot be read or says nothing.
        """
        return self

    def __call__(self, documents: Any) -> Outcome:
        """Part the batch (rows of `DOCUMENT`)."""
        raise NotImplementedError


class TextFilter(Filter, frozen=True, forbid_unknown_fields=True):
    """A filter that needs a document's text and nothing else."""

    def verdict(self, text: str) -> Verdict | None:
        """Why this text goes; None when it stays."""
        raise NotImplementedError

    def __call__(self, documents: Any) -> Outcome:
        return sift(documents, self.stage, [self.verdict(text) for text in texts(documents)])


class WordFilter(Filter, frozen=True, forbid_unknown_fields=True):
    """A filter that needs the words of texts; those of a whole batch are counted at once."""

    def verdicts(self, given: Sequence[str], words: Words) -> list[Verdict | None]:
        """Why each text goes; None where it stays.

        Args:
            given: texts.
            words: of these texts.
        """
        raise NotImplementedError

    def verdict(self, text: str) -> Verdict | None:
        """Why this text goes; None when it stays."""
        return self.verdicts([text], worded([text]))[0]

    def __call__(self, documents: Any) -> Outcome:
        given = texts(documents)
        return sift(documents, self.stage, self.verdicts(given, worded(given)))
