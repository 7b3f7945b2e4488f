"""Near copies by MinHash: 14 bands of 8 hashes over runs of five words, as FineWeb has it (arXiv 2406.17557).

Two texts whose sets of runs have the Jaccard similarity s meet in a band with the probability 1 - (1 - s^8)^14: 0.92
at 0.8, 0.01 at 0.4. Who meets belongs together, and so do those that meet somebody in common; the best of them stays.
The bands are a stage on batches; meeting is a matter of all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from tokenry.corpus.dedup.clusters import Forest
from tokenry.corpus.dedup.deduplicator import WORTH, Documents, worth
from tokenry.corpus.dedup.removing import removed
from tokenry.corpus.dedup.shingles import Shingler, mixed
from tokenry.corpus.dedup.spill import Spill
from tokenry.corpus.documents import Outcome, nothing_dropped, texts, with_column

BANDS, ROWS = 14, 8
STAGE = "minhash_dedup"
_AT_ONCE = 512  # shingles: their hashes stay in the processor's cache
_WORD = np.dtype("<u8")


class Bands:
    """The stage that sets `bands`: 14 keys of 8 bytes, little-endian; null where a text has fewer than five words."""

    slow: ClassVar[bool] = False

    def __init__(self) -> None:
        self._shingler = Shingler()

    @property
    def stage(self) -> str:
        return "minhash_bands"

    def __call__(self, documents: Any) -> Outcome:
        """Set `bands`."""
        keys = [self.of(text) for text in texts(documents)]
        return Outcome(with_column(documents, "bands", keys), nothing_dropped())

    def of(self, text: str) -> bytes | None:
        """One text's keys."""
        shingles = self._shingler(text)
        return keys_of(shingles).astype(_WORD).tobytes() if len(shingles) else None


class MinHashDedup:
    """See `Deduplicator`; needs the stage `Bands` before it.

    Args:
        folder: where keys are spilled; None is the system's.
    """

    stage: str = STAGE

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def removals(self, documents: Documents) -> Iterator[tuple[int, int, dict[str, object]]]:
        """As `Deduplicator` says."""
        worths = [np.empty(0, np.uint64)]
        with Spill(BANDS, self._folder) as spill:
            for table in documents(["bands", *WORTH]):
                spill.add(_keys(table.column("bands").to_pylist(), spill.count))
                worths.append(worth(table))
            forest = Forest(spill.count)
            for band in range(BANDS):
                for left, right in spill.pairs(band):
                    forest.join(left, right)
        yield from removed(documents, *forest.best(np.concatenate(worths)), (STAGE, "near_copy"))


def signature(shingles: Any) -> Any:
    """The least hash of a set of runs under each of the 112 functions, as uint32 of the shape (112,).

    Args:
        shingles: uint64, one at least.
    """
    factors, terms = _functions()
    least = np.full(BANDS * ROWS, np.iinfo(np.uint32).max, np.uint32)
    short = (shingles >> np.uint64(32)).astype(np.uint32)
    for begin in range(0, len(short), _AT_ONCE):
        hashes = np.multiply.outer(factors, short[begin : begin + _AT_ONCE])
        hashes += terms[:, None]
        hashes ^= hashes >> np.uint32(15)
        np.minimum(least, hashes.min(axis=1), out=least)
    return least


def keys_of(shingles: Any) -> Any:
    """A set's key in each band, uint64 of the shape (14,)."""
    hashes = signature(shingles).reshape(BANDS, ROWS).astype(np.uint64)
    keys = np.zeros(BANDS, np.uint64)
    for at in range(ROWS):
        keys = mixed(keys * np.uint64(0x100000001B3) + hashes[:, at] + np.uint64(1))
    return keys


def _keys(packed: list[bytes | None], first: int) -> Any:
    """Keys of a batch; a document without any gets such as nobody else has."""
    missing = [at for at, one in enumerate(packed) if one is None]
    keys = (
        np.frombuffer(b"".join(one or bytes(8 * BANDS) for one in packed), _WORD).reshape(-1, BANDS).astype(np.uint64)
    )
    for at in missing:
        keys[at] = mixed(np.full(BANDS, first + at, np.uint64) ^ np.uint64(0x5851F42D4C957F2D))
    return keys


@cache
def _functions() -> tuple[Any, Any]:
    """Odd factors and terms of 112 functions, from a fixed seed: they are part of what a set's keys mean."""
    numbers = mixed(np.arange(1, 2 * BANDS * ROWS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    short = (numbers >> np.uint64(32)).astype(np.uint32)
    return short[: BANDS * ROWS] | np.uint32(1), short[BANDS * ROWS :]
