"""What a filter is: its published thresholds as fields, and a verdict for each document. Knows no rule itself.

A family of rules is one file here, and each rule a frozen Struct whose fields are the thresholds by their published
names and with their published defaults: a recipe's `[filters.NAME]` is parsed straight into it.
"""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from tokenry.corpus.documents import Outcome, Verdict, sift, texts


class Filter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The base of every filter. A filter is a stage."""

    name: ClassVar[str]  # as it is written in a recipe and in the book
    slow: ClassVar[bool] = False
    cheap: ClassVar[bool] = True  # quick enough to run on the cheap extractor's text, before the careful one

    @property
    def stage(self) -> str:
        return self.name

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
