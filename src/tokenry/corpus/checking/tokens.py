"""Whether shards hold the texts that the list of places names: ids to text, text to digest, in every format."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa

from tokenry.corpus.checking.breach import Breach
from tokenry.corpus.checking.reading import reader_of
from tokenry.corpus.durable import read_parquet
from tokenry.corpus.normal import digest
from tokenry.corpus.papers import PLACES_NAME
from tokenry.corpus.tokens import NAMES, Tokenizer, tokenizer

Json = dict[str, Any]


def tokens_unchecked(manifest: Json) -> str | None:
    """Why ids cannot be turned into text here; None where they can."""
    name = manifest["tokenizer"]["name"]
    return None if name in NAMES else f"tokens were not decoded: {name} is not in the set, and may not give a text back"


def tokens(out: Path, manifest: Json, sample: int | None) -> Iterator[Breach]:
    """Documents whose ids do not give the text of their digest.

    Args:
        out: a set whose bytes are the manifest's.
        manifest: of it.
        sample: documents a shard, spread evenly; all of them when None.
    """
    if tokens_unchecked(manifest):
        return
    made = tokenizer(manifest["tokenizer"]["name"], manifest["recipe"]["tokens"]["end"], Path(), "tiktoken")
    table = read_parquet(out / PLACES_NAME, ["shard", "digest", "tokens"]).to_pydict()
    rows: dict[str, list[tuple[bytes, int]]] = {}
    for shard, wanted, length in zip(table["shard"], table["digest"], table["tokens"], strict=True):
        rows.setdefault(shard, []).append((wanted, length))
    for shard in manifest["shards"]:
        held = rows.get(shard["name"], [])
        step = 1 if sample is None else max(-(-len(held) // sample), 1)
        for file in shard["files"]:
            try:
                yield from _file(out / file["name"], file["name"], held, step, made)
            except (ValueError, LookupError, OverflowError, OSError, pa.ArrowException, struct.error) as error:
                yield Breach(file["name"], f"cannot be read back: {error}")


def _file(path: Path, name: str, rows: list[tuple[bytes, int]], step: int, made: Tokenizer) -> Iterator[Breach]:
    read = reader_of(name)
    if read is None:
        return
    for at, (ids, row) in enumerate(zip_longest(read(path, [length for _, length in rows]), rows)):
        if ids is None or row is None:
            yield Breach(name, f"it holds {'fewer' if ids is None else 'more'} documents than the list of places")
            return
        if len(ids) != row[1] or int(ids[-1]) != made.end:
            yield Breach(name, f"row {at} is not of its length, or does not end with the token for an end")
        elif at % step == 0 and digest(made.decode(ids[:-1].tolist())) != row[0]:
            yield Breach(name, f"row {at} gives another text than the one whose digest is in the list of places")
