"""Each document's place in the shards, as `manifest/documents.parquet` keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from tokenry.corpus.durable import read_parquet
from tokenry.corpus.papers import PLACES
from tokenry.corpus.run import layout
from tokenry.corpus.run.removals import Removals
from tokenry.corpus.run.workbench import without
from tokenry.corpus.shards import Span

_NAMES = ["id", "url", "source", "position", "language", "licence", "digest", "tokens"]


def places(out: Path, keys: Sequence[str], removals: Removals, shards: Iterable[list[Span]]) -> Iterator[Any]:
    """In the order of shards, a record batch a span.

    Args:
        out: the run's folder.
        keys: of the batches, in order.
        removals: rows of them that have no tokens.
        shards: the spans of batches' tokens that each shard holds.
    """
    for number, spans in enumerate(shards):
        row = 0
        for span in spans:
            key = keys[span.batch]
            bands = without(read_parquet(layout.documents(out, key), ["bands"]), removals.of(key))
            table = read_parquet(layout.tokens(out, key), _NAMES).append_column("bands", bands.column("bands"))
            for place in table.slice(span.first, span.last - span.first).combine_chunks().to_batches():
                yield _placed(place, layout.key(number), row)
                row += place.num_rows


def _placed(tokens: Any, shard: str, first: int) -> Any:
    columns = {name: tokens.column(name) for name in tokens.schema.names}
    columns["tokens"] = tokens.column("tokens").value_lengths().cast(pa.int64())
    columns["shard"] = pa.array([shard] * tokens.num_rows)
    columns["row"] = pa.array(range(first, first + tokens.num_rows), pa.int64())
    return pa.RecordBatch.from_arrays([columns[name] for name in PLACES.names], schema=PLACES)
