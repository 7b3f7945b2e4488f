"""What a deduplicator is. Knows no way of finding copies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol


class Deduplicator(Protocol):
    """Decides over all batches at once which documents go; the only stages that are not a function of one batch."""

    stage: str
    columns: tuple[str, ...]  # of `DOCUMENT`, that it needs

    def removals(self, batches: Iterable[Any]) -> Iterator[tuple[int, int, dict[str, object]]]:
        """Which documents go.

        Args:
            batches: every batch in order as a table of `columns`; what an earlier deduplicator removed is gone,
                and a column `row` says each document's row in its batch.

        Returns:
            The batch's number, the row in it, and a row of `DROPPED` whose value is the id of the document that stays.
        """
        ...
