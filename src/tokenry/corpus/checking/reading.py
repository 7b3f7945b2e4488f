"""Token ids read back from each format of shards, document by document."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from tokenry.corpus.shards import read_index

Ids = Callable[[Path, list[int]], Iterator[Any]]
_SHAPES = {4: "<B", 5: "<H", 6: "<I"}


def reader_of(name: str) -> Ids | None:
    """What reads a file of this name; None for one that holds no ids, such as an index."""
    return next((read for ending, read in _READERS.items() if name.endswith(ending)), None)


def _megatron(path: Path, _lengths: list[int]) -> Iterator[Any]:
    counts, starts, kind = read_index(path.with_suffix(".idx"))
    ids = np.memmap(path, kind, "r") if path.stat().st_size else np.empty(0, kind)
    for count, start in zip(counts.tolist(), starts.tolist(), strict=True):
        first = start // kind.itemsize
        yield ids[first : first + count]


def _flat(path: Path, lengths: list[int]) -> Iterator[Any]:
    kind = np.dtype("<u2" if path.suffix == ".uint16" else "<u4")
    ids = np.memmap(path, kind, "r") if path.stat().st_size else np.empty(0, kind)
    first = 0
    for count in lengths:
        yield ids[first : first + count]
        first += count


def _parquet(path: Path, _lengths: list[int]) -> Iterator[Any]:
    for batch in pq.ParquetFile(path).iter_batches(1024, columns=["tokens"]):
        for ids in batch.column("tokens"):
            yield ids.values.to_numpy(zero_copy_only=False)


def _mds(path: Path, _lengths: list[int]) -> Iterator[Any]:
    text = path.read_bytes()
    (count,) = struct.unpack_from("<I", text)
    for start in struct.unpack_from(f"<{count}I", text, 4):
        named, _ = struct.unpack_from("<II", text, start)
        at = start + 8 + named
        shape = _SHAPES[text[at]]
        (length,) = struct.unpack_from(shape, text, at + 1)
        yield np.frombuffer(text, "<i4", length, at + 1 + struct.calcsize(shape))


_READERS: dict[str, Ids] = {
    ".bin": _megatron, ".parquet": _parquet, ".uint16": _flat, ".uint32": _flat, ".00000.mds": _mds
}  # fmt: skip  # one format a line would bury the table
