"""Whether the list of places leads from shards to documents to sources, and adds up to the manifest's sums."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tokenry.corpus.checking.breach import Breach
from tokenry.corpus.durable import read_parquet
from tokenry.corpus.papers import MANIFEST, PLACES_NAME, grown
from tokenry.corpus.shards import read_index

Json = dict[str, Any]


def places(out: Path, manifest: Json) -> Iterator[Breach]:
    """Everything that is wrong with them."""
    yield from _counts(out, manifest)
    yield from _sources(out, manifest)
    if grown(out / PLACES_NAME, bands=manifest["trees"]["bands"] is not None).told() != manifest["trees"]:
        yield Breach(MANIFEST, "its trees are not those of the texts in the list of places")


def _counts(out: Path, manifest: Json) -> Iterator[Breach]:
    table = read_parquet(out / PLACES_NAME, ["shard", "row", "tokens"]).to_pydict()
    held: dict[str, list[int]] = {}
    for shard, row, tokens in zip(table["shard"], table["row"], table["tokens"], strict=True):
        lengths = held.setdefault(shard, [])
        if row != len(lengths):
            yield Breach(PLACES_NAME, f"row {row} of shard {shard} stands where {len(lengths)} should")
        lengths.append(tokens)
    for shard in manifest["shards"]:
        lengths = held.pop(shard["name"], [])
        if (len(lengths), sum(lengths)) != (shard["documents"], shard["tokens"]):
            yield Breach(PLACES_NAME, f"shard {shard['name']} has other counts than the manifest")
        for file in shard["files"]:
            if file["name"].endswith(".idx") and _lengths(out / file["name"]) != lengths:
                yield Breach(file["name"], "its documents' lengths are not those in the list of places")
    for shard in held:
        yield Breach(PLACES_NAME, f"shard {shard} is in no manifest")
    totals = (len(table["tokens"]), sum(table["tokens"]))
    if totals != (manifest["documents"]["kept"], manifest["tokens"]):
        yield Breach(MANIFEST, "its sums are not those of its shards")
    dropped = sum(row["documents"] for row in manifest["funnel"])
    if manifest["documents"]["read"] != manifest["documents"]["kept"] + dropped:
        yield Breach(MANIFEST, "the documents that were read are not those that were kept and those that were dropped")


def _lengths(path: Path) -> list[int] | None:
    try:
        lengths: list[int] = read_index(path)[0].tolist()
    except ValueError:
        return None
    return lengths


def _sources(out: Path, manifest: Json) -> Iterator[Breach]:
    """A document's id is made of its input's sha256 and its place there: see `read.batches`."""
    known: dict[str, list[str]] = {}
    for one in manifest["inputs"]:
        known.setdefault(one["name"], []).append(one["sha256"])
    table = read_parquet(out / PLACES_NAME, ["id", "source", "position"]).to_pydict()
    for one, source, position in zip(table["id"], table["source"], table["position"], strict=True):
        made = {hashlib.sha256(f"{sha256}:{position}".encode()).hexdigest()[:32] for sha256 in known.get(source, ())}
        if one not in made:
            yield Breach(PLACES_NAME, f"the document {one} is not that at {position} of {source}")
