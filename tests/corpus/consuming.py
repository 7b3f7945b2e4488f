"""Shards as those read them whom they are for. Run by a Python that has these libraries, for `tests.corpus.consumers`.

    PYTHON -P tests/corpus/consuming.py SHARDS END

Imports nothing of Tokenry. Writes one JSON line per consumer: its name and version, and for each shard the sha256 of
each document's ids (as little-endian int32) in the order in which the consumer gives them, and what else it was given.
"""

from __future__ import annotations

import hashlib
import json
import sys
import warnings
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

Shards = dict[str, list[Any]]


def main(folder: str, end: str) -> None:
    """One line each."""
    warnings.simplefilter("ignore")
    shards = Path(folder)
    for name, read in (
        ("megatron-core", megatron), ("datasets", tables), ("numpy", lambda one: flat(one, int(end))),
        ("mosaicml-streaming", mds),
    ):  # fmt: skip  # a pair is one fact
        print(json.dumps({"name": f"{name} {version(name)}", "shards": read(shards)}), flush=True)


def told(ids: Any) -> str:
    """The hash of a document's ids."""
    return hashlib.sha256(np.asarray(ids).astype("<i4").tobytes()).hexdigest()


def megatron(shards: Path) -> Shards:
    """As Megatron-LM's own class opens `.bin` and `.idx`; document borders must be those of sequences."""
    from megatron.core.datasets.indexed_dataset import IndexedDataset

    found: Shards = {}
    for index in sorted(shards.glob("*.idx")):
        data = IndexedDataset(str(index.with_suffix("")), mmap=True)
        assert list(data.document_indices) == list(range(len(data) + 1))
        assert (
            int(data.sequence_lengths.sum()) * data.index.dtype().itemsize == index.with_suffix(".bin").stat().st_size
        )
        found[index.stem] = [[told(data[at])] for at in range(len(data))]
    return found


def tables(shards: Path) -> Shards:
    """As Hugging Face's `datasets` loads Parquet."""
    from datasets import load_dataset

    found: Shards = {}
    for file in sorted(shards.glob("*.parquet")):
        data = load_dataset("parquet", data_files=str(file), split="train", cache_dir=str(shards.parent / "cache"))
        found[file.stem] = [[told(row["tokens"]), row["id"], row["text"]] for row in data]
    return found


def flat(shards: Path, end: int) -> Shards:
    """As numpy maps ids; the end token parts documents."""
    found: Shards = {}
    for file in sorted([*shards.glob("*.uint16"), *shards.glob("*.uint32")]):
        ids = np.memmap(file, file.suffix[1:], "r")
        borders = np.flatnonzero(ids == end) + 1
        assert borders[-1] == len(ids)
        found[file.stem] = [[told(one)] for one in np.split(ids, borders[:-1])]
    return found


def mds(shards: Path) -> Shards:
    """As MosaicML's streaming gives samples, all shards as streams of one set."""
    from streaming import Stream, StreamingDataset
    from streaming.base.util import clean_stale_shared_memory

    clean_stale_shared_memory()
    folders = sorted(shards.glob("*.mds"))
    data = StreamingDataset(streams=[Stream(local=str(one)) for one in folders], batch_size=1, shuffle=False)
    samples = (data[at] for at in range(data.num_samples))
    return {folder.stem: [*_taken(samples, _count(folder))] for folder in folders}


def _count(folder: Path) -> int:
    shards: list[dict[str, int]] = json.loads((folder / "index.json").read_text())["shards"]
    return sum(one["samples"] for one in shards)


def _taken(samples: Iterator[Any], count: int) -> Iterator[list[str]]:
    for _ in range(count):
        sample = next(samples)
        yield [told(sample["tokens"]), sample["id"]]


if __name__ == "__main__":
    main(*sys.argv[1:])
