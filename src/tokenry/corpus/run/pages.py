"""A stage that looks at pages alone, and lets documents that came as text pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from tokenry.corpus.documents import Outcome, Stage


@dataclass(frozen=True)
class OnPages:
    """The first of a quick filter's two turns in a cascade.

    Args:
        inner: the filter; its name is this stage's.
    """

    inner: Stage

    slow: ClassVar[bool] = False

    @property
    def stage(self) -> str:
        return self.inner.stage

    def __call__(self, documents: Any) -> Outcome:
        """Part the rows that have a page; all rows keep their order."""
        page = documents.column("raw").is_valid()
        if pc.all(page).as_py():
            return self.inner(documents)
        outcome = self.inner(documents.filter(page))
        order = {one: at for at, one in enumerate(documents.column("id").to_pylist())}
        merged = pa.concat_batches([documents.filter(pc.invert(page)), outcome.kept])
        places = [order[one] for one in merged.column("id").to_pylist()]
        return Outcome(
            merged.take(pa.array(sorted(range(len(places)), key=places.__getitem__), pa.int64())), outcome.dropped
        )
