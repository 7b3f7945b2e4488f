"""Megatron-LM's indexed dataset: `.bin` holds token ids back to back, `.idx` says where each document lies.

Source: Megatron-LM, megatron/core/datasets/indexed_dataset.py. Little-endian: the nine bytes `MMIDIDX\\0\\0`, a version
(u64, 1), a code for the type of ids (u8: 8 is uint16, 4 is int32), the number of sequences (u64) and of document
borders (u64), each sequence's length (i32), each one's first byte in `.bin` (i64), the borders (i64, from 0).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from tokenry.corpus.durable import write_whole
from tokenry.corpus.shards.shard import Vocabulary

MAGIC = b"MMIDIDX\x00\x00"
HEAD = struct.Struct("<9sQBQQ")
UINT16, INT32 = 8, 4


class Megatron:
    """A document is one sequence."""

    def write(self, stem: Path, batches: Iterable[Any], vocabulary: Vocabulary) -> list[Path]:
        """As `ShardWriter` says."""
        code = UINT16 if vocabulary.size <= 2**16 else INT32
        kind = np.dtype("<u2" if code == UINT16 else "<i4")
        lengths: list[Any] = []

        def ids(file: BinaryIO) -> None:
            for batch in batches:
                column = batch.column("tokens")
                lengths.append(column.value_lengths().to_numpy(zero_copy_only=False))
                file.write(column.flatten().to_numpy(zero_copy_only=False).astype(kind).tobytes())

        binary, index = stem.with_suffix(".bin"), stem.with_suffix(".idx")
        write_whole(binary, ids)
        sizes = np.concatenate(lengths).astype("<i4") if lengths else np.empty(0, "<i4")
        write_whole(index, lambda file: _index(file, sizes, code, kind.itemsize))
        return [binary, index]


def _index(file: BinaryIO, sizes: Any, code: int, item: int) -> None:
    ends = np.cumsum(sizes, dtype=np.int64) * item
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]]) if len(sizes) else ends
    file.write(HEAD.pack(MAGIC, 1, code, len(sizes), len(sizes) + 1))
    file.write(sizes.tobytes())
    file.write(starts.astype("<i8").tobytes())
    file.write(np.arange(len(sizes) + 1, dtype="<i8").tobytes())


def read_index(path: Path) -> tuple[Any, Any, Any]:
    """An index's lengths (tokens), starts (bytes) and the type of the ids, as numpy arrays and a dtype.

    Raises:
        ValueError: it is no such file.
    """
    text = path.read_bytes()
    if len(text) < HEAD.size or not text.startswith(MAGIC):
        raise ValueError(f"{path.name} is no Megatron index")
    _, version, code, count, borders = HEAD.unpack_from(text)
    if version != 1 or code not in (UINT16, INT32) or len(text) != HEAD.size + count * 12 + borders * 8:
        raise ValueError(f"{path.name} is damaged or of another version")
    lengths = np.frombuffer(text, "<i4", count, HEAD.size)
    starts = np.frombuffer(text, "<i8", count, HEAD.size + 4 * count)
    return lengths, starts, np.dtype("<u2" if code == UINT16 else "<i4")
