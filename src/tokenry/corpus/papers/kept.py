"""The documents that stand in shards, out of the batches' files, which hold what deduplication dropped as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from tokenry.corpus.durable import read_parquet
from tokenry.corpus.errors import RunFolderError
from tokenry.corpus.papers.manifest import PLACES_NAME


def kept(out: Path, manifest: Mapping[str, Any], columns: list[str]) -> Iterator[Any]:
    """A table a batch, with its kept rows. The list of places has the same order, so each id is looked at once.

    Args:
        out: a set's folder.
        manifest: as it was read from there.
        columns: wanted ones, `id` among them.

    Raises:
        RunFolderError: a document of a shard is in no batch's file.
    """
    ids = read_parquet(out / PLACES_NAME, ["id"]).column("id").combine_chunks()
    at = 0
    for name in sorted(name for name in manifest["files"] if name.startswith("documents/")):
        table = read_parquet(out / name, columns)
        table = table.filter(pc.is_in(table.column("id"), value_set=ids.slice(at, table.num_rows)))
        at += table.num_rows
        yield table
    if at != len(ids):
        raise RunFolderError(
            f"{len(ids) - at} documents of {out / PLACES_NAME} are not in {out / 'documents'}, or in another order; "
            f"`tokenry corpus verify {out}` says more"
        )
