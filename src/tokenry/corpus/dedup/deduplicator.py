"""What a deduplicator is, and which of several copies is the best. Knows no way of finding copies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import numpy as np
import pyarrow.compute as pc

Documents = Callable[[Sequence[str]], Iterable[Any]]


class Deduplicator(Protocol):
    """Decides over all batches at once which documents go; the only stages that are not a function of one batch."""

    stage: str

    def removals(self, documents: Documents) -> Iterable[tuple[int, int, dict[str, object]]]:
        """Which documents go.

        Args:
            documents: gives, for names of columns of `DOCUMENT`, every batch in order as a table of them; can be asked
                again. What an earlier deduplicator removed is gone, and a column `row` says each document's row in its
                batch.

        Returns:
            The batch's number, the row in it, and a row of `DROPPED` whose value is the id of the document that stays.
        """
        ...


WORTH = ("licence", "text")  # the columns that `worth` looks at


def worth(documents: Any) -> Any:
    """How good each document is beside its copies, as uint64: one whose licence is known comes before one without,
    then the longer text. Equals are told apart by their place: the first stays."""
    lengths = pc.fill_null(pc.utf8_length(documents.column("text")), 0).to_numpy()
    known = pc.is_valid(documents.column("licence")).to_numpy()
    worths = lengths.astype(np.uint64)
    worths[known] |= np.uint64(1 << 62)
    return worths
