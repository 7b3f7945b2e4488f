"""Which entries a set's two trees are made of: the digests of its texts, and their MinHash band keys.

An entry of the second is the band's number, one byte, and the key as the set has it, eight bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tokenry.corpus.durable import read_parquet
from tokenry.corpus.papers.merkle import Tree

KEY_SIZE = 8  # bytes


class Trees(NamedTuple):
    """`bands` is None where the recipe made no keys."""

    documents: Tree
    bands: Tree | None

    def told(self) -> dict[str, dict[str, object] | None]:
        """As the manifest and signed roots have them."""
        return {"documents": _told(self.documents), "bands": _told(self.bands) if self.bands else None}


def grown(places: Path, *, bands: bool) -> Trees:
    """The trees over a list of places.

    Args:
        places: a file of the schema `PLACES`.
        bands: whether the recipe made keys.
    """
    table = read_parquet(places, ["digest", "bands"] if bands else ["digest"])
    keys = table.column("bands").to_pylist() if bands else None
    return Trees(Tree(table.column("digest").to_pylist()), None if keys is None else Tree(_entries(keys)))


def entries(packed: bytes) -> list[bytes]:
    """The entries of one document's keys, band by band."""
    count = len(packed) // KEY_SIZE
    return [bytes([band]) + packed[band * KEY_SIZE : (band + 1) * KEY_SIZE] for band in range(count)]


def _entries(keys: Iterable[bytes | None]) -> Iterator[bytes]:
    for packed in keys:
        yield from entries(packed or b"")


def _told(tree: Tree) -> dict[str, object]:
    root, size = tree.commitment
    return {"root": root.hex(), "size": size}


__all__ = ["Trees", "entries", "grown"]
