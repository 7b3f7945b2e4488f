"""MosaicML's streaming format, version 2: a shard is a folder of one `.mds` file and its `index.json`.

Source: mosaicml-streaming, streaming/base/format/mds. Little-endian: the number of samples (u32), where each begins and
the last ends (u32 from the file's start), the shard's settings as JSON, the samples. A sample is the sizes of its
columns (u32 each) and their bytes; the columns here are `id` (a string) and `tokens` (an array of int32 of one
dimension: a byte 4 + the log2 of the length's width in bytes, the length, the values).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from tokenry.corpus.durable import write_whole
from tokenry.corpus.errors import CorpusError
from tokenry.corpus.shards.shard import Vocabulary

SIZE_MAX = 2**32 - 1  # bytes: what an offset can say
_SETTINGS: dict[str, Any] = {
    "column_encodings": ["str", "ndarray:int32"], "column_names": ["id", "tokens"], "column_sizes": [None, None],
    "compression": None, "format": "mds", "hashes": [], "size_limit": None, "version": 2,
}  # fmt: skip  # one record of the format
_WIDTHS = ((1 << 8, "<B", 0), (1 << 16, "<H", 1), (1 << 32, "<I", 2))


class MDS:
    """A sample is a document. Each shard is a data set of its own; several are read as streams of one."""

    def write(self, stem: Path, batches: Iterable[Any], vocabulary: Vocabulary) -> list[Path]:
        """As `ShardWriter` says.

        Raises:
            CorpusError: the shard is larger than the format can say.
        """
        samples = [sample for batch in batches for sample in _samples(batch)]
        settings = json.dumps(_SETTINGS, sort_keys=True).encode()
        first = 4 + 4 * (len(samples) + 1) + len(settings)
        offsets = [*accumulate(map(len, samples), initial=first)]
        if offsets[-1] > SIZE_MAX:
            raise CorpusError(f"shards.tokens: an MDS shard holds less than 4 GiB, this one {offsets[-1]:,} bytes")
        head = np.array([len(samples), *offsets], "<u4").tobytes() + settings
        folder = stem.with_suffix(".mds")
        folder.mkdir(exist_ok=True)
        data, index = folder / "shard.00000.mds", folder / "index.json"
        write_whole(data, lambda file: file.writelines([head, *samples]))
        info = {"basename": data.name, "bytes": offsets[-1], "hashes": {}}
        entry = {**_SETTINGS, "raw_data": info, "samples": len(samples), "zip_data": None}
        text = json.dumps({"shards": [entry], "version": 2}, sort_keys=True).encode()
        write_whole(index, lambda file: file.writelines([text]))
        return [data, index]


def _samples(batch: Any) -> Iterator[bytes]:
    lists = batch.column("tokens")
    lengths = lists.value_lengths().to_numpy(zero_copy_only=False)
    values = lists.flatten().to_numpy(zero_copy_only=False).astype("<i4")
    ends = np.cumsum(lengths)
    for name, length, end in zip(batch.column("id").to_pylist(), lengths.tolist(), ends.tolist(), strict=True):
        text = name.encode()
        shape, code = next((form, code) for limit, form, code in _WIDTHS if length < limit)
        array = bytes([1 << 2 | code]) + struct.pack(shape, length) + values[end - length : end].tobytes()
        yield struct.pack("<II", len(text), len(array)) + text + array
