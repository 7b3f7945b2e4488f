"""What can be said of a set beyond its template: how varied it is, what its texts say of whom, what was taken out.

Reads the set's own tables, one batch's file at a time, texts of a bounded sample alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.compute as pc

from tokenry.corpus.durable import read_parquet
from tokenry.corpus.papers.findings.diversity import Diversity as Diversity
from tokenry.corpus.papers.findings.diversity import diversities
from tokenry.corpus.papers.findings.removed import Removed as Removed
from tokenry.corpus.papers.findings.removed import drawn
from tokenry.corpus.papers.findings.texts import SAMPLE_CHARACTERS, Counting
from tokenry.corpus.papers.findings.texts import Texts as Texts
from tokenry.corpus.papers.kept import kept
from tokenry.corpus.papers.shares import NO_DOMAIN, UNKNOWN
from tokenry.corpus.papers.tally import Tally, domain

__all__ = ["Diversity", "Findings", "Removed", "Texts", "found"]
SEED: Final = 0
_LOTS: Final = 16**8
_ROWS: Final = 4096  # at once


@dataclass(frozen=True, slots=True)
class Findings:
    """`removed` is empty where none was asked for."""

    diversity: list[Diversity]
    texts: Texts
    removed: list[Removed]

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        texts = asdict(self.texts)
        for name in ("associations", "mentions", "standing_out"):
            texts[name] = [one._asdict() for one in getattr(self.texts, name)]
        return {
            "diversity": [one._asdict() for one in self.diversity],
            "texts": texts,
            "removed": {"seed": SEED, "documents": [one._asdict() for one in self.removed]},
        }


def found(out: Path, manifest: dict[str, Any], tally: Tally, samples: int) -> Findings:
    """All of it.

    Args:
        out: the set's folder.
        manifest: as it was read from there.
        tally: the set's figures.
        samples: how many removed documents to show of each rule.
    """
    spoken = sorted((one for one in tally.languages if one.name != UNKNOWN), key=lambda one: -one.documents)
    domains = [one.name for one in tally.domains if one.name != NO_DOMAIN]
    counting = Counting(domains, spoken[0].name if spoken else "")
    for text, language, host in _sampled(out, manifest, tally.characters):
        counting.add(text, language, host)
    removed = drawn(_dropped(out, manifest), samples, SEED) if samples else []
    return Findings(diversities(tally), counting.told(), removed)


def _sampled(out: Path, manifest: dict[str, Any], characters: int) -> Iterator[tuple[str, str | None, str]]:
    """Kept documents whose ids fall under a bound: ids are hashes, so these are drawn evenly, the same each time."""
    bound = min(_LOTS, _LOTS * SAMPLE_CHARACTERS // max(characters, 1))
    for table in kept(out, manifest, ["id", "url", "language", "text"]):
        mine = table.filter(pc.less(table.column("id"), f"{bound:08x}")) if bound < _LOTS else table
        for part in mine.to_batches(_ROWS):
            for row in part.to_pylist():
                yield row["text"] or "", row["language"], domain(row["url"])


def _dropped(out: Path, manifest: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    for name in sorted(name for name in manifest["files"] if name.startswith("dropped/")):
        yield from (part.to_pylist() for part in read_parquet(out / name).to_batches(_ROWS))
