"""Exact copies: of documents with one digest the best stays.

Their texts are the same in their normal form; the one whose licence is known is better, then the longer, then the
first. The first 16 bytes of the digest decide; they are spilled to disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tokenry.corpus.dedup.clusters import Forest
from tokenry.corpus.dedup.deduplicator import WORTH, Documents, worth
from tokenry.corpus.dedup.removing import removed
from tokenry.corpus.dedup.spill import Spill

STAGE = "exact_dedup"


class ExactDedup:
    """See `Deduplicator`.

    Args:
        folder: where keys are spilled; None is the system's.
    """

    stage: str = STAGE

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def removals(self, documents: Documents) -> Iterator[tuple[int, int, dict[str, object]]]:
        """As `Deduplicator` says."""
        worths = [np.empty(0, np.uint64)]
        with Spill(2, self._folder) as spill:
            for table in documents(["digest", *WORTH]):
                digests = b"".join(digest[:16] for digest in table.column("digest").to_pylist())
                spill.add(np.frombuffer(digests, np.uint64).reshape(-1, 2))
                worths.append(worth(table))
            forest = Forest(spill.count)
            for left, right in spill.pairs(0, 2):
                forest.join(left, right)
        yield from removed(documents, *forest.best(np.concatenate(worths)), (STAGE, "exact_copy"))
