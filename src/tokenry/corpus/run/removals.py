"""What goes after the batch stages, and why: rows of each batch, stage by stage, and the documents that are left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tokenry.corpus.documents import DROPPED, dropped_batch
from tokenry.corpus.durable import read_parquet, sha256_of, write_parquet
from tokenry.corpus.run import layout
from tokenry.corpus.run.workbench import funnel, without

Documents = Callable[[Sequence[str]], Iterable[Any]]
Chooser = Callable[[Documents], Iterable[tuple[int, int, dict[str, object]]]]  # as `Deduplicator.removals`


class Removals:
    """Rows that are gone, by the keys of their batches.

    Args:
        out: the run's folder, with its batches.
        keys: of the batches, in order.
    """

    def __init__(self, out: Path, keys: Sequence[str]) -> None:
        self._out = out
        self._keys = keys
        self._rows: dict[str, list[int]] = {key: [] for key in keys}

    def of(self, key: str) -> list[int]:
        """Rows of a batch, ascending."""
        return self._rows[key]

    def left(self, columns: Sequence[str]) -> Iterator[Any]:
        """Each batch's table of what is left, with its rows' numbers in a column `row`."""
        for key in self._keys:
            table = read_parquet(layout.documents(self._out, key), [*columns])
            numbered = table.append_column("row", [list(range(table.num_rows))])
            yield without(numbered, self._rows[key])

    def chosen(self, stage: str, choose: Chooser) -> dict[str, Any]:
        """Let a stage choose among what is left, and keep what it drops; answers a row for the book."""
        gone: dict[str, list[int]] = {}
        lost = []
        for number, row, document in choose(self.left):
            gone.setdefault(self._keys[number], []).append(row)
            lost.append(document)
        path = layout.dropped(self._out, stage)
        batch = dropped_batch(lost)
        write_parquet(path, [batch], DROPPED)
        name = path.relative_to(self._out).as_posix()
        return {"removed": gone, "funnel": funnel(batch), "files": {name: sha256_of(path)}}

    def take(self, row: Mapping[str, Any]) -> int:
        """What the book says of a stage is gone from now on; answers how many documents."""
        for key, rows in row["removed"].items():
            self._rows[key] = sorted({*self._rows[key], *rows})
        return sum(map(len, row["removed"].values()))
