"""Sources mixed by weight: which documents go so that each source has its share of the characters. None is repeated.

The set is as large as the scarcest source lets it be. Which of a source's documents stay is chance that can be done
again: they are taken by rising sha256 of the seed and the document's id until the share is full. Knows no engine and no
file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tokenry.corpus.documents import Verdict, dropped_row

STAGE = "mixing"
RULE = "over_weight"
_SHOWN = ("id", "url", "source", "position", "text")
Documents = Callable[[Sequence[str]], Iterable[Any]]


class Mixture:
    """Weights of sources.

    Args:
        weights: by the source's name, above 0; only their ratios count.
        seed: another one takes other documents.
    """

    def __init__(self, weights: Mapping[str, float], seed: int = 0) -> None:
        self._weights = dict(weights)
        self._names = sorted(weights, key=lambda name: (-len(name), name))
        self._seed = seed

    def removals(self, documents: Documents) -> Iterator[tuple[int, int, dict[str, object]]]:
        """Which documents go.

        Args:
            documents: gives, for names of columns of `DOCUMENT`, every batch in order as a table of them, with a column
                `row` for each document's row in its batch; is asked twice. It costs 20 bytes of memory a document.

        Returns:
            The batch's number, the row in it, and a row of `DROPPED` whose value is the source's share of all
            characters that came, and the share that it is given.
        """
        sources, sizes, keys = self._read(documents)
        stays = self._staying(sources, sizes, keys)
        words = self._words(sources, sizes)
        first = 0
        for number, table in enumerate(documents(_SHOWN)):
            gone = np.flatnonzero(~stays[first : first + table.num_rows])
            lost = table.take(gone).to_pylist() if len(gone) else []
            for row, at in zip(lost, gone.tolist(), strict=True):
                yield number, row["row"], dropped_row(row, STAGE, Verdict(RULE, words[int(sources[first + at])]))
            first += table.num_rows

    def _read(self, documents: Documents) -> tuple[Any, Any, Any]:
        """Of each document: its source's number (-1: not weighed), its characters, and the chance it has."""
        sources, sizes, keys = [np.zeros(0, np.int32)], [np.zeros(0, np.int64)], [np.zeros(0, np.uint64)]
        number = {name: at for at, name in enumerate(self._names)}
        for table in documents(("id", "source", "text")):
            named = [self._source(source) for source in table.column("source").to_pylist()]
            sources.append(np.array([number.get(name, -1) for name in named], np.int32))
            sizes.append(np.array([len(text or "") for text in table.column("text").to_pylist()], np.int64))
            keys.append(np.array([self._chance(one) for one in table.column("id").to_pylist()], np.uint64))
        return np.concatenate(sources), np.concatenate(sizes), np.concatenate(keys)

    def _source(self, source: str) -> str:
        return next((name for name in self._names if source == name or source.startswith(f"{name}/")), "")

    def _chance(self, document: str) -> int:
        return int.from_bytes(hashlib.sha256(f"{self._seed}:{document}".encode()).digest()[:8], "big")

    def _staying(self, sources: Any, sizes: Any, keys: Any) -> Any:
        stays = np.zeros(len(sources), np.bool_)
        totals = np.array([sizes[sources == at].sum() for at in range(len(self._names))], np.float64)
        weights = np.array([self._weights[name] for name in self._names], np.float64)
        scale = (totals / weights)[totals > 0].min(initial=np.inf)
        for at in range(len(self._names)):
            mine = np.flatnonzero(sources == at)
            mine = mine[np.argsort(keys[mine], kind="stable")]
            taken = np.cumsum(sizes[mine]) <= weights[at] * scale * (1 + 1e-12)
            stays[mine[taken]] = True
        return stays

    def _words(self, sources: Any, sizes: Any) -> dict[int, str]:
        """By the source's number: its share of what came, and its share of what is wanted."""
        whole, wanted = max(1, int(sizes.sum())), sum(self._weights.values())
        told = {-1: "no weight"}
        for at, name in enumerate(self._names):
            share = int(sizes[sources == at].sum()) / whole
            told[at] = f"{name} {share:.4f} -> {self._weights[name] / wanted:.4f}"
        return told


def unweighted(weights: Mapping[str, float], sources: Iterable[str]) -> tuple[list[str], list[str]]:
    """Sources that have no weight, and weights that no source has; both in order.

    Args:
        weights: by the source's name.
        sources: names of sources, each perhaps with a path behind it.
    """
    found = set(sources)
    without = {one for one in found if not any(one == name or one.startswith(f"{name}/") for name in weights)}
    idle = {name for name in weights if not any(one == name or one.startswith(f"{name}/") for one in found)}
    return sorted(without), sorted(idle)
