"""What a shard's writer is given, and where shards begin and end. Knows no format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pyarrow as pa

TOKENIZED = pa.schema(
    [
        ("id", pa.string()),
        ("url", pa.string()),
        ("source", pa.string()),
        ("position", pa.int64()),
        ("language", pa.string()),
        ("licence", pa.string()),
        ("digest", pa.binary(32)),
        ("text", pa.large_string()),
        ("tokens", pa.large_list(pa.int32())),  # the end token included
    ]
)


class Span(NamedTuple):
    """Rows `first` to `last` (not included) of a batch of tokens."""

    batch: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a format must know of the tokenizer: ids are below `size`."""

    size: int
    name: str


class ShardWriter(Protocol):
    """One format."""

    def write(self, stem: Path, batches: Iterable[Any], vocabulary: Vocabulary) -> list[Path]:
        """Write a shard's files, whole or not at all, and answer them.

        Args:
            stem: where, without an ending: `out/shards/000000`.
            batches: rows of `TOKENIZED`; can be walked once.
            vocabulary: of the tokenizer.
        """
        ...


def planned(counts: Iterable[list[int]], tokens: int) -> Iterator[list[Span]]:
    """Which rows make which shard: a shard closes once it holds `tokens` tokens; a document is never parted.

    Args:
        counts: for each batch in order, each document's tokens.
        tokens: a shard's least number of tokens, but for the last.
    """
    shard: list[Span] = []
    held = 0
    for number, batch in enumerate(counts):
        first = 0
        for row, count in enumerate(batch):
            held += count
            if held >= tokens:
                yield [*shard, Span(number, first, row + 1)]
                shard, held, first = [], 0, row + 1
        if first < len(batch):
            shard.append(Span(number, first, len(batch)))
    if shard:
        yield shard
