"""What two sets have in common and what not: how they were made, from what, and which texts they hold."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from tokenry.corpus.durable import read_parquet
from tokenry.corpus.papers import PLACES_NAME, read_manifest

SHOWN_MAX = 20  # documents
Json = dict[str, Any]


def difference(one: Path, other: Path) -> Json:
    """Everything in which two finished sets differ; `same` says whether nothing does.

    Args:
        one: a set's folder.
        other: the folder of the set that it is compared with: what is there alone is `added`.

    Raises:
        RunFolderError: one of them holds no finished set.
    """
    first, second = read_manifest(one), read_manifest(other)
    settings = [
        {"key": key, "from": left, "to": right}
        for name in ("recipe", "versions", "tokenizer")
        for key, left, right in _changed(name, first[name], second[name])
    ]
    before, after = _funnel(first), _funnel(second)
    told = {
        "settings": settings,
        "inputs": _named({row["sha256"]: row["name"] for row in first["inputs"]},
                         {row["sha256"]: row["name"] for row in second["inputs"]}),
        "funnel": [
            {"stage": key[0], "rule": key[1], "from": before.get(key, 0), "to": after.get(key, 0)}
            for key in sorted(before.keys() | after.keys())
            if before.get(key, 0) != after.get(key, 0)
        ],
        "tokens": {"from": first["tokens"], "to": second["tokens"]},
        "texts": _texts(one, other),
    }  # fmt: skip  # the answer in one look
    same = first["fingerprint"] == second["fingerprint"] and first["files"] == second["files"]
    return {"same": same and first["shards"] == second["shards"], **told}


def _changed(name: str, one: Any, other: Any) -> list[tuple[str, Any, Any]]:
    if not (isinstance(one, Mapping) and isinstance(other, Mapping)):
        return [] if one == other else [(name, one, other)]
    keys = sorted(one.keys() | other.keys())
    return [row for key in keys for row in _changed(f"{name}.{key}", one.get(key), other.get(key))]


def _named(one: dict[str, str], other: dict[str, str]) -> Json:
    return {
        "removed": sorted(one[key] for key in one.keys() - other.keys()),
        "added": sorted(other[key] for key in other.keys() - one.keys()),
        "common": len(one.keys() & other.keys()),
    }


def _funnel(manifest: Json) -> dict[tuple[str, str], int]:
    return {(row["stage"], row["rule"]): row["documents"] for row in manifest["funnel"]}


def _texts(one: Path, other: Path) -> Json:
    """Texts are the same where their digests are."""
    tables = [read_parquet(out / PLACES_NAME, ["digest", "id", "url", "source"]) for out in (one, other)]
    digests = [set(table.column("digest").to_pylist()) for table in tables]
    told: Json = {"common": len(digests[0] & digests[1])}
    for name, table, beside in (("removed", tables[0], tables[1]), ("added", tables[1], tables[0])):
        alone = table.filter(pc.invert(pc.is_in(table.column("digest"), beside.column("digest"))))
        shown = alone.slice(0, SHOWN_MAX).select(["id", "url", "source"]).to_pylist()
        told[name] = {"documents": alone.num_rows, "first": shown}
    return told
