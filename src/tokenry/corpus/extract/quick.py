"""Resiliparse's main content, for every page. `python -m bench.corpus_extraction` prints its F1 and pages a second."""

from __future__ import annotations

from typing import Any, ClassVar

from resiliparse.extract.html2text import extract_plain_text

from tokenry.corpus.documents import Outcome, Verdict, sift, texts, with_column
from tokenry.corpus.extract.decode import decoded


class Quick:
    """Fills `text` from `raw`; documents that came as text pass."""

    slow: ClassVar[bool] = True

    def __init__(self, stage: str = "extract") -> None:
        self._stage = stage

    @property
    def stage(self) -> str:
        return self._stage

    def __call__(self, documents: Any) -> Outcome:
        rows = zip(
            documents.column("raw").to_pylist(),
            documents.column("charset").to_pylist(),
            texts(documents),
            strict=True,
        )
        found = [text if raw is None else _main(decoded(raw, charset)) for raw, charset, text in rows]
        filled = with_column(documents, "text", found)
        return sift(filled, self.stage, [None if text.strip() else Verdict("empty", "0") for text in found])


def _main(html: str) -> str:
    return str(extract_plain_text(html, main_content=True, alt_texts=False, preserve_formatting=True)).strip()
