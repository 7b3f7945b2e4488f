"""The report of a finished set: a folder with the summary as JSON and as a page, and the set as Croissant and SPDX."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from tokenry.base.clock import isoformat
from tokenry.corpus.durable import PUBLIC, sha256_of, write_json, write_whole
from tokenry.corpus.errors import RunFolderError
from tokenry.corpus.papers.answers import Answers
from tokenry.corpus.papers.croissant import croissant
from tokenry.corpus.papers.findings import found
from tokenry.corpus.papers.manifest import MANIFEST
from tokenry.corpus.papers.page import PARTS, SECTIONS, TITLE, page
from tokenry.corpus.papers.pdf import pdf
from tokenry.corpus.papers.scoring.paper import SUMS
from tokenry.corpus.papers.spdx import spdx
from tokenry.corpus.papers.summary import Summary, summarised

PAGE, DOCUMENT, CROISSANT, SPDX = "index.html", "summary.json", "croissant.json", "spdx.json"
PDF = "summary.pdf"


def report(out: Path, manifest: dict[str, Any], answers: Answers, to: Path, *, samples: int = 3) -> Summary:
    """Write the report.

    Args:
        out: the set's folder.
        manifest: as it was read from there.
        answers: what a person said.
        to: the folder to write to.
        samples: how many documents that a rule took out the page shows, of each rule.

    Raises:
        RunFolderError: the set's tables cannot be read, or the folder cannot be written.
    """
    try:
        summary = summarised(out, manifest, answers)
        to.mkdir(parents=True, exist_ok=True)
        findings = found(out, manifest, summary.tally, samples)
        write_json(to / DOCUMENT, {**summary.plain(), **findings.plain()}, mode=PUBLIC)
        write_json(to / CROISSANT, croissant(out, to, summary, answers.said, _finished(out)), mode=PUBLIC)
        write_json(to / SPDX, spdx(summary, answers.said, _finished(out)), mode=PUBLIC)
        text = page(summary, findings).encode("utf-8", "replace")
        _write(to / PAGE, text)
        _write(to / PDF, pdf(summary, findings, TITLE, PARTS, SECTIONS))
        _write(to / SUMS, _sums(to, (PAGE, DOCUMENT, PDF, CROISSANT, SPDX)))
    except (OSError, KeyError) as error:
        raise RunFolderError(
            f"no report of {out}: {error}; `tokenry corpus verify {out}` says what is missing"
        ) from error
    return summary


def _finished(out: Path) -> str:
    """When the set was, to the second, as SPDX wants it: its manifest is the last file that a run writes."""
    return isoformat((out / MANIFEST).stat().st_mtime_ns)[:19] + "Z"


def _sums(to: Path, names: Iterable[str]) -> bytes:
    """As `sha256sum --check` reads them."""
    return "".join(f"{sha256_of(to / name)}  {name}\n" for name in names).encode()


def _write(path: Path, content: bytes) -> None:
    def fill(file: BinaryIO) -> None:
        file.write(content)

    write_whole(path, fill, mode=PUBLIC)
