"""The metrics that published summaries are graded by, read from a file that a person brings.

They are those of Blankvoort, Pandit and Gahntz, "Quality Assessment of Public Summary of Training Content for GPAI
models required by AI Act Article 53(1)(d)" (2026, https://doi.org/10.5281/zenodo.18803975). Their words and weights are
not ours to give out. A file is the methodology's page as a browser saves it
(https://aial.ie/research/gpai-training-transparency/methodology), or the rows of its tables as a JSON list of lists.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from tokenry.corpus.errors import CorpusError

FILE_SIZE_MAX: Final = 8 * 1024 * 1024
TRANSPARENCY: Final = ("Clarity", "Completeness", "Consistency", "Correctness")
USEFULNESS: Final = ("Accessibility", "Comprehension")
_ID = re.compile(r"D\d+|F[\d.]+[\d.a-z]*\d")
_GRADE = re.compile(r"(\d{1,3})\+")
_METRIC_CELLS, _GRADE_CELLS = 6, 4


class Metric(NamedTuple):
    """One question. `weight`: its points; `dimension`: one of the six above."""

    id: str
    words: str
    section: str
    field: str
    dimension: str
    weight: int


class Yardstick(NamedTuple):
    """All metrics, and grades by the least percent of points that each wants, the best first."""

    metrics: list[Metric]
    grades: list[tuple[str, str, int]]  # grade, its word, percent

    def grade(self, points: int, most: int) -> str:
        """Of so many points; `n/a` where none could be had."""
        if not most:
            return "n/a"
        return next((name for name, _, least in self.grades if points * 100 >= least * most), self.grades[-1][0])


def read_yardstick(path: Path) -> Yardstick:
    """The metrics in a file.

    Raises:
        CorpusError: it cannot be read, or holds no such metrics or no grades.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(FILE_SIZE_MAX + 1)
    except OSError as error:
        raise CorpusError(f"{path}: {error.strerror}") from error
    if len(raw) > FILE_SIZE_MAX:
        raise CorpusError(f"{path}: more than {FILE_SIZE_MAX // 1024**2} MiB; metrics are fewer")
    rows = _rows(raw)
    metrics = [one for row in rows if (one := _metric(row)) is not None]
    unique = {one.id: one for one in metrics}
    grades = [(row[0], row[1], int(found[1])) for row in rows if (found := _grade(row)) is not None]
    if not unique or not grades:
        raise CorpusError(
            f"{path} holds no metrics and grades: save the page of the methodology, or give its rows as JSON lists"
        )
    return Yardstick(list(unique.values()), sorted(grades, key=lambda one: -one[2]))


def _rows(raw: bytes) -> Sequence[Sequence[str]]:
    try:
        return msgspec.json.decode(raw, type=list[list[str]])
    except msgspec.DecodeError:
        page = _Tables()
        page.feed(raw.decode("utf-8", "replace"))
        return page.rows


def _metric(row: Sequence[str]) -> Metric | None:
    if len(row) != _METRIC_CELLS or not _ID.fullmatch(row[0]) or row[4] not in (*TRANSPARENCY, *USEFULNESS):
        return None
    return Metric(row[0], row[1], row[2], row[3], row[4], int(row[5])) if row[5].isdecimal() else None


def _grade(row: Sequence[str]) -> re.Match[str] | None:
    return _GRADE.fullmatch(row[2]) if len(row) == _GRADE_CELLS else None


class _Tables(HTMLParser):
    """Rows of a page's tables, each cell's text with single blanks."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self._cell = []

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None and self.rows:
            self.rows[-1].append(" ".join("".join(self._cell).split()))
            self._cell = None
