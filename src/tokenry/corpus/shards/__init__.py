"""From tokens to files that trainers read. A new format takes its place in `WRITERS`."""

from __future__ import annotations

from tokenry.corpus.shards.flat import Flat as Flat
from tokenry.corpus.shards.mds import MDS as MDS
from tokenry.corpus.shards.megatron import Megatron as Megatron
from tokenry.corpus.shards.megatron import read_index as read_index
from tokenry.corpus.shards.shard import TOKENIZED as TOKENIZED
from tokenry.corpus.shards.shard import ShardWriter as ShardWriter
from tokenry.corpus.shards.shard import Span as Span
from tokenry.corpus.shards.shard import Vocabulary as Vocabulary
from tokenry.corpus.shards.shard import planned as planned
from tokenry.corpus.shards.tables import Tables as Tables

WRITERS: dict[str, ShardWriter] = {"megatron": Megatron(), "parquet": Tables(), "mds": MDS(), "flat": Flat()}

__all__ = [
    "MDS",
    "TOKENIZED",
    "WRITERS",
    "Flat",
    "Megatron",
    "ShardWriter",
    "Span",
    "Tables",
    "Vocabulary",
    "planned",
    "read_index",
]
