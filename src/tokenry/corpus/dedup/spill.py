"""Keys of documents by the hundred million: spilled to disk as they come, and read back in passes of bounded size.

Knows numbers only. A key is one or more words of 64 bits; documents are numbered in the order in which they come. The
files have no name, so a kill leaves nothing behind.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

PASS = 4 * 2**20  # keys that one pass sorts: about 200 MB
CHUNK = 2**20  # words read at once
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # odd, so that keys that are no hashes are spread over passes too


class Spill:
    """Columns of words, one file each. Use as a context manager.

    Args:
        columns: words a document.
        folder: where the files lie while they are needed; None is the system's.
    """

    def __init__(self, columns: int, folder: Path | None, *, size: int = PASS) -> None:
        self._files = [tempfile.TemporaryFile(dir=folder) for _ in range(columns)]  # noqa: SIM115  # __exit__ closes them
        self._size = size
        self.count = 0

    def __enter__(self) -> Spill:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        for file in self._files:
            file.close()

    def add(self, words: Any) -> None:
        """Take documents: uint64 of the shape (documents, columns)."""
        for at, file in enumerate(self._files):
            file.write(np.ascontiguousarray(words[:, at]).tobytes())
        self.count += len(words)

    def pairs(self, first: int, words: int = 1) -> Iterator[tuple[Any, Any]]:
        """Documents that have one key, chained: for each group of equals (a, b, c) the pairs (a, b), (b, c).

        Args:
            first: the column at which the key begins.
            words: of the key.

        Returns:
            Two arrays of document numbers, a pass at a time; the left is below the right.
        """
        passes = max(1, -(-self.count // self._size))
        for number in range(passes):
            keys, rows = self._selected(first, words, number, passes)
            order = np.lexsort((rows, *keys.T))
            keys, rows = keys[order], rows[order]
            same = (keys[1:] == keys[:-1]).all(axis=1)
            yield rows[:-1][same], rows[1:][same]

    def _selected(self, first: int, words: int, number: int, passes: int) -> tuple[Any, Any]:
        files = self._files[first : first + words]
        for file in files:
            file.seek(0)
        keys, rows = [np.empty((0, words), np.uint64)], [np.empty(0, np.int64)]
        for begin in range(0, self.count, CHUNK):
            chunk = np.stack([np.frombuffer(file.read(8 * CHUNK), np.uint64) for file in files], axis=1)
            mine = (chunk[:, 0] * _SPREAD >> np.uint64(33)) % np.uint64(passes) == number if passes > 1 else slice(None)
            keys.append(chunk[mine])
            rows.append(np.arange(begin, begin + len(chunk))[mine])
        return np.concatenate(keys), np.concatenate(rows)
