"""Whether a set is what its manifest says. Reads every byte; knows nothing of how it was made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tokenry.corpus.durable import read_parquet, sha256_of
from tokenry.corpus.errors import RunFolderError
from tokenry.corpus.papers import MANIFEST, PLACES_NAME, read_manifest
from tokenry.corpus.shards import read_index


class Breach(NamedTuple):
    """One thing that is not as the manifest says: the file and what is wrong there."""

    file: str
    what: str


def verify(out: Path) -> Iterator[Breach]:
    """Everything in a set that is not as its manifest says."""
    manifest = read_manifest(out)
    sums = {file["name"]: file["sha256"] for shard in manifest["shards"] for file in shard["files"]}
    whole = True
    for name, sha256 in (sums | manifest["files"]).items():
        try:
            same = sha256_of(_inside(out, name)) == sha256
        except OSError as error:
            yield Breach(name, f"cannot be read: {error.strerror}")
            whole = False
            continue
        if not same:
            yield Breach(name, "its bytes are not those that the manifest names")
            whole = False
    if whole:
        yield from _counts(out, manifest)


def _counts(out: Path, manifest: dict[str, Any]) -> Iterator[Breach]:
    places = read_parquet(out / PLACES_NAME, ["shard", "tokens"]).to_pydict()
    held: dict[str, list[int]] = {}
    for shard, tokens in zip(places["shard"], places["tokens"], strict=True):
        held.setdefault(shard, []).append(tokens)
    for shard in manifest["shards"]:
        lengths = held.pop(shard["name"], [])
        if (len(lengths), sum(lengths)) != (shard["documents"], shard["tokens"]):
            yield Breach(PLACES_NAME, f"shard {shard['name']} has other counts than the manifest")
        for file in shard["files"]:
            if file["name"].endswith(".idx") and read_index(out / file["name"])[0].tolist() != lengths:
                yield Breach(file["name"], "its documents' lengths are not those in the list of places")
    for shard in held:
        yield Breach(PLACES_NAME, f"shard {shard} is in no manifest")
    totals = (len(places["tokens"]), sum(places["tokens"]))
    if totals != (manifest["documents"]["kept"], manifest["tokens"]):
        yield Breach(MANIFEST, "its sums are not those of its shards")


def _inside(out: Path, name: str) -> Path:
    path = (out / name).resolve()
    if not path.is_relative_to(out.resolve()):
        raise RunFolderError(f"the manifest names a file outside its folder: {name}")
    return path
