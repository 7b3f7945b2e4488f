"""Parquet with a document a row: text, ids and where it is from. What `datasets` and most trainers read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tokenry.corpus.durable import write_parquet
from tokenry.corpus.shards.shard import TOKENIZED, Vocabulary


class Tables:
    """The columns of `TOKENIZED`, but for the digest, which is the manifest's."""

    def write(self, stem: Path, batches: Iterable[Any], vocabulary: Vocabulary) -> list[Path]:
        """As `ShardWriter` says."""
        path = stem.with_suffix(".parquet")
        names = [name for name in TOKENIZED.names if name != "digest"]
        schema = TOKENIZED.remove(TOKENIZED.get_field_index("digest"))
        write_parquet(path, (batch.select(names) for batch in batches), schema)
        return [path]
