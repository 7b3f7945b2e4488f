"""The manifest: what a run made of what, so that every shard leads to its documents and every document to its source.

Two files: `manifest.json` for the whole, `manifest/documents.parquet` for each document's place. Neither holds a time,
a machine or an absolute path: the same recipe, inputs and versions give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from tokenry.corpus.durable import sha256_of, write_json, write_parquet
from tokenry.corpus.errors import RunFolderError
from tokenry.corpus.papers.shape import Shape
from tokenry.corpus.papers.trees import grown

FORMAT = "tokenry.corpus/1"
MANIFEST = "manifest.json"
PLACES_NAME = "manifest/documents.parquet"
PLACES = pa.schema(
    [
        ("shard", pa.string()),
        ("row", pa.int64()),  # in the shard, from 0
        ("id", pa.string()),
        ("url", pa.string()),
        ("source", pa.string()),
        ("position", pa.int64()),
        ("language", pa.string()),
        ("licence", pa.string()),
        ("digest", pa.binary(32)),
        ("tokens", pa.int64()),
        ("bands", pa.binary(112)),  # MinHash band keys; null where the recipe made none, or the text is too short
    ]
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a finished run hands to its papers.

    Args:
        head: the recipe, versions and tokenizer, as plain data.
        inputs: each file: its name, format, bytes, sha256, licence and losses.
        batches: each batch's row of the book by its key.
        removals: each deduplicator's row of the book by its stage, and that of the sites' evidence.
        shards: each shard's row of the book by its key.
        bands: whether the recipe makes band keys.
    """

    head: Mapping[str, object]
    inputs: list[dict[str, object]]
    batches: Mapping[str, Any]
    removals: Mapping[str, Any]
    shards: Mapping[str, Any]
    bands: bool


def write_manifest(out: Path, facts: Facts, places: Iterable[Any]) -> dict[str, Any]:
    """Write both files and answer the manifest.

    Args:
        out: the run's folder.
        facts: of the whole run.
        places: rows of `PLACES`, in the order of shards.
    """
    write_parquet(out / PLACES_NAME, places, PLACES)
    files = {name: sha for row in facts.batches.values() for name, sha in row["files"].items()}
    files |= {name: sha for row in facts.removals.values() for name, sha in row["files"].items()}
    files[PLACES_NAME] = sha256_of(out / PLACES_NAME)
    manifest = {
        "format": FORMAT,
        "fingerprint": fingerprint(facts.head),
        **facts.head,
        "inputs": facts.inputs,
        "documents": {
            "read": sum(row["documents"] for row in facts.batches.values()),
            "kept": sum(row["documents"] for row in facts.shards.values()),
        },
        "tokens": sum(row["tokens"] for row in facts.shards.values()),
        "funnel": _funnel(facts),
        "trees": grown(out / PLACES_NAME, bands=facts.bands).told(),
        "shards": [{"name": key, **row} for key, row in facts.shards.items()],
        "files": files,
    }
    write_json(out / MANIFEST, manifest)
    return msgspec.json.decode((out / MANIFEST).read_bytes(), type=dict[str, Any])


def read_manifest(out: Path) -> dict[str, Any]:
    """The manifest of a set.

    Raises:
        RunFolderError: there is none, or none that can be read.
    """
    return read_hashed(out)[0]


def read_hashed(out: Path) -> tuple[dict[str, Any], str]:
    """The manifest of a set, and the sha256 of the very bytes that it was read from.

    Raises:
        RunFolderError: as `read_manifest`.
    """
    path = out / MANIFEST
    try:
        text = path.read_bytes()
        manifest = msgspec.json.decode(text, type=dict[str, Any])
        if (form := manifest.get("format")) != FORMAT:
            raise RunFolderError(f"{path} is of the format {str(form)[:60]!r}; this version reads {FORMAT!r} alone")
        if PLACES_NAME not in msgspec.convert(manifest, Shape).files:
            raise RunFolderError(f"{path} does not name {PLACES_NAME}; get the set anew from whoever made it")
    except OSError as error:
        raise RunFolderError(
            f"{out} holds no finished set: {MANIFEST}: {error.strerror}; if it is one, start its build again"
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RunFolderError(f"{path} is no whole manifest: {error}; get it anew from whoever made the set") from error
    return manifest, hashlib.sha256(text).hexdigest()


def fingerprint(head: Mapping[str, object]) -> str:
    """One name for a recipe, its versions and its inputs' names: sha256 of their canonical JSON."""
    return hashlib.sha256(msgspec.json.encode(head, order="sorted")).hexdigest()


def _funnel(facts: Facts) -> list[dict[str, object]]:
    """How much each rule dropped over the whole run, the largest first."""
    sums: dict[tuple[str, str], list[int]] = {}
    for row in (*facts.batches.values(), *facts.removals.values()):
        for stage, rule, documents, characters in row["funnel"]:
            held = sums.setdefault((stage, rule), [0, 0])
            held[0] += documents
            held[1] += characters
    rows = [
        {"stage": stage, "rule": rule, "documents": documents, "characters": characters}
        for (stage, rule), (documents, characters) in sums.items()
    ]
    return sorted(rows, key=lambda row: (-int(str(row["documents"])), str(row["stage"]), str(row["rule"])))
