"""The folder that `tokenry corpus report` writes into a set: six files by their names, and what the summary says."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from tokenry.sets.papers import Content

FOLDER: Final = "report"
SUMMARY: Final = f"{FOLDER}/summary.json"
SUMMARY_SIZE_MAX: Final = 16 * 1024 * 1024  # bytes: it names every domain; a larger one can still be fetched
REPORT_FILES: Final = (
    "index.html", "summary.pdf", "summary.json", "croissant.json", "spdx.json", "sha256sums.txt",
)  # fmt: skip  # and no other is ever handed out


class Report(NamedTuple):
    """A set's report.

    Args:
        state: none; current = of this set as it is; older = of the set as it was; unreadable.
        why: what is wrong with one that cannot be read.
        content: what it found; of an older one, in the set as it was.
        files: those that are there with their sizes in bytes.
    """

    state: Literal["none", "current", "older", "unreadable"]
    why: str | None
    content: Content | None
    files: dict[str, int]
