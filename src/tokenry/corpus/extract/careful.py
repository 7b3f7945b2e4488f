"""Trafilatura, for pages worth its time. `python -m bench.corpus_extraction` prints its F1 and pages a second."""

from __future__ import annotations

from typing import Any, ClassVar

from trafilatura import extract

from tokenry.corpus.documents import Outcome, Verdict, sift, texts, with_column
from tokenry.corpus.extract.decode import decoded
from tokenry.corpus.extract.remembered import remember


class Careful:
    """Fills `text` from `raw` anew; documents that came as text pass.

    Args:
        fast: without its fallback extractors, which take most of its time and change little.
    """

    slow: ClassVar[bool] = True

    def __init__(self, *, fast: bool) -> None:
        self._fast = fast
        remember()

    @property
    def stage(self) -> str:
        return "extract"

    def __call__(self, documents: Any) -> Outcome:
        rows = zip(
            documents.column("raw").to_pylist(),
            documents.column("charset").to_pylist(),
            texts(documents),
            strict=True,
        )
        found = [text if raw is None else self._main(decoded(raw, charset)) for raw, charset, text in rows]
        filled = with_column(documents, "text", found)
        return sift(filled, self.stage, [None if text.strip() else Verdict("empty", "0") for text in found])

    def _main(self, html: str) -> str:
        return extract(html, fast=self._fast, favor_precision=True, include_comments=False, deduplicate=False) or ""
