"""The stage that puts a page's own words and its site's beside the headers that its reader kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from tokenry.corpus.documents import Outcome, nothing_dropped, with_column
from tokenry.corpus.evidence.pages import words
from tokenry.corpus.evidence.rsl import MEDIA
from tokenry.corpus.evidence.sites import Sites

_LINK = re.compile(r"<([^<>]{1,500})>([^<]{0,500})")
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
            more += self._licensed(url, [*((one["kind"], one["value"]) for one in told or ()), *more])
            rows.append([*(told or ()), *({"kind": kind, "value": value} for kind, value in more)])
        return Outcome(with_column(documents, "evidence", rows), nothing_dropped())

    def _licensed(self, url: str | None, said: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """What the RSL documents say that a page, its response and its site name, in this order."""
        inline = [value for kind, value in said if kind == "html:rsl-inline"]
        named = [value for kind, value in said if kind == "html:rsl"]
        named += [address for kind, value in said if kind == "http:link" for address in _linked(value)]
        named += [value for kind, value in said if kind == "robots.txt:license"]
        if self._sites is None or not (inline or named):
            return []
        return self._sites.licensed(url, named, inline)


def _linked(value: str) -> list[str]:
    """The addresses of RSL documents in a Link header."""
    links = ((link[1], link[2].lower()) for link in _LINK.finditer(value))
    return [address.strip() for address, said in links if "license" in said and MEDIA in said]
