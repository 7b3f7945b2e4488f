"""Token ids back to back and nothing else, little-endian: what `numpy.memmap` opens.

The file's ending says the type: `.uint16` where the vocabulary allows, else `.uint32`. The end token ends a document.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from tokenry.corpus.durable import write_whole
from tokenry.corpus.shards.shard import Vocabulary


class Flat:
    """One file a shard."""

    def write(self, stem: Path, batches: Iterable[Any], vocabulary: Vocabulary) -> list[Path]:
        """As `ShardWriter` says."""
        name, kind = ("uint16", np.dtype("<u2")) if vocabulary.size <= 2**16 else ("uint32", np.dtype("<u4"))

        def ids(file: BinaryIO) -> None:
            for batch in batches:
                file.write(batch.column("tokens").flatten().to_numpy(zero_copy_only=False).astype(kind).tobytes())

        path = stem.with_suffix(f".{name}")
        write_whole(path, ids)
        return [path]
