"""The report of a finished set: a folder with the summary as JSON and as a page, and the set as Croissant and SPDX."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tokenry.base.clock import isoformat
from tokenry.corpus.durable import write_json, write_whole
from tokenry.corpus.errors import RunFolderError
from tokenry.corpus.papers.croissant import croissant
from tokenry.corpus.papers.manifest import MANIFEST
from tokenry.corpus.papers.page import page
from tokenry.corpus.papers.spdx import spdx
from tokenry.corpus.papers.summary import Summary, summarised

PAGE, DOCUMENT, CROISSANT, SPDX = "index.html", "summary.json", "croissant.json", "spdx.json"


def report(out: Path, manifest: dict[str, Any], answers: Mapping[str, str], to: Path) -> Summary:
    """Write the report.

    Args:
        out: the set's folder.
        manifest: as it was read from there.
        answers: what a person said, by the keys of `answers.QUESTIONS`.
        to: the folder to write to.

    Raises:
        RunFolderError: the set's tables cannot be read, or the folder cannot be written.
    """
    try:
        summary = summarised(out, manifest, answers)
        to.mkdir(parents=True, exist_ok=True)
        write_json(to / DOCUMENT, summary.plain())
        write_json(to / CROISSANT, croissant(out, to, summary, answers, _finished(out)))
        write_json(to / SPDX, spdx(summary, answers, _finished(out)))
        text = page(summary).encode("utf-8", "replace")
        write_whole(to / PAGE, lambda file: _written(file.write(text), len(text)))
    except (OSError, KeyError) as error:
        raise RunFolderError(
            f"no report of {out}: {error}; `tokenry corpus verify {out}` says what is missing"
        ) from error
    return summary


def _finished(out: Path) -> str:
    """When the set was, to the second, as SPDX wants it: its manifest is the last file that a run writes."""
    return isoformat((out / MANIFEST).stat().st_mtime_ns)[:19] + "Z"


def _written(count: int, whole: int) -> None:
    assert count == whole
