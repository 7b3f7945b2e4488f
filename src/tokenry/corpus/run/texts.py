"""The texts of a run that is there: what was kept, after deduplication, in order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tokenry.corpus.durable import read_parquet
from tokenry.corpus.errors import RunFolderError
from tokenry.corpus.run import layout
from tokenry.corpus.run.book import read_book
from tokenry.corpus.run.workbench import without

_OF = 2**32


def kept_texts(out: Path, per_million: int = 10**6) -> Iterator[str]:
    """Texts of a run's documents.

    Args:
        out: the run's folder.
        per_million: how many of a million documents, chosen by their ids: the same ones each time.

    Raises:
        RunFolderError: there is no run, or it has not come so far.
    """
    book = read_book(out)
    if not any(kind == "dedup" for kind, _ in book) and ("manifest", "") not in book:
        raise RunFolderError(f"{out}: the run has not come to its deduplication; go on with the build first")
    for key in sorted(key for kind, key in book if kind == "documents"):
        rows = {row for (kind, _), one in book.items() if kind == "dedup" for row in one["removed"].get(key, ())}
        table = without(read_parquet(layout.documents(out, key), ["id", "text"]), sorted(rows))
        for one, text in zip(table.column("id").to_pylist(), table.column("text").to_pylist(), strict=True):
            if int(one[:8], 16) * 10**6 < per_million * _OF:
                yield text or ""
