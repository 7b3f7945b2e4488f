"""The stage that puts a page's own words and its site's beside the headers that its reader kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from tokenry.corpus.documents import Outcome, nothing_dropped, with_column
from tokenry.corpus.evidence.pages import words
from tokenry.corpus.evidence.sites import Sites

_PDF = "application/pdf"  # has no HTML to look at


@dataclass(slots=True)
class Gather:
    """Fills `evidence`; drops nothing.

    Args:
        table: where the survey's site files are kept; read when the first batch comes, for then it is whole.
        agents: the crawlers whose refusal in robots.txt counts.
    """

    table: Path
    agents: tuple[str, ...]
    _sites: Sites | None = field(default=None, repr=False)

    slow: ClassVar[bool] = False

    @property
    def stage(self) -> str:
        return "evidence"

    def __call__(self, documents: Any) -> Outcome:
        """The rows, each with all evidence there is about it."""
        if self._sites is None:
            self._sites = Sites(self.table, self.agents)
        columns = (documents.column(name).to_pylist() for name in ("raw", "url", "evidence", "media"))
        rows = []
        for raw, url, told, media in zip(*columns, strict=True):
            more = [*(words(raw) if raw and media != _PDF else ()), *self._sites.words(url)]
            rows.append([*(told or ()), *({"kind": kind, "value": value} for kind, value in more)])
        return Outcome(with_column(documents, "evidence", rows), nothing_dropped())
