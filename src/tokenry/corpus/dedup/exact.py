"""Exact copies: of documents with one digest the first in the input's order stays.

Their texts are the same in their normal form, so that no one of them is better. Holds 16 bytes and a number a document
in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tokenry.corpus.documents import Verdict, dropped_row

STAGE = "exact_dedup"


class ExactDedup:
    """Looks at all batches in order, once; see `Deduplicator`."""

    stage: str = STAGE
    columns: tuple[str, ...] = ("id", "url", "source", "position", "digest", "text")

    def removals(self, batches: Iterable[Any]) -> Iterator[tuple[int, int, dict[str, object]]]:
        """As `Deduplicator` says."""
        seen: dict[bytes, str] = {}
        for number, documents in enumerate(batches):
            digests = documents.column("digest").to_pylist()
            ids = documents.column("id").to_pylist()
            rows = documents.column("row").to_pylist()
            for at, digest in enumerate(digests):
                kept = seen.setdefault(digest[:16], ids[at])
                if kept != ids[at]:
                    document = documents.slice(at, 1).to_pylist()[0]
                    yield number, rows[at], dropped_row(document, STAGE, Verdict("exact_copy", kept))
