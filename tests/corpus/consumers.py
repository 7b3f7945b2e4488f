"""Shards read back by those whom they are for: do these see every id, and do the ids give the kept texts again?

    uv venv --python 3.11 consumers
    uv pip install -p consumers/bin/python megatron-core datasets mosaicml-streaming
    python -m tests.corpus.consumers "crawl/*.warc.gz" --consumers consumers/bin/python

Builds a set of all inputs (no filter, no deduplication) in every format, with `o200k_base`; then a smaller one with a
tokenizer trained on the first, whose ids are of two bytes. Of each it reads the Megatron files byte by byte by the
format's description, then asks each consumer for every document. Ids are compared with tiktoken's (of the second: with
those of `tokenizers`), and decoded. Ends with 1 when anything differs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from tokenry.corpus.tokens import Tokenizer, tokenizer

END = "<|endoftext|>"
SOME = 400  # documents of the second set
RECIPE = """preset = "own-documents"
input = {input}
output = "{output}"
{limit}
[opt_out]
honour = false
[extract]
extractor = "quick"
[filters]
language = false
length = false
pii = false
[dedup]
exact = false
[tokens]
tokenizer = "{tokenizer}"
[shards]
formats = ["megatron", "parquet", "mds", "flat"]
tokens = {tokens}
"""


def main() -> int:
    """Print what each consumer saw; 0 when all of it is right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", nargs="+")
    parser.add_argument("--consumers", required=True, help="a Python that has them")
    asked = parser.parse_args()
    inputs = json.dumps([str(Path(one).absolute()) for one in asked.input])
    with tempfile.TemporaryDirectory(prefix="consumers-") as folder:
        base = Path(folder)
        told = {"input": inputs, "output": "first", "limit": "", "tokenizer": "o200k_base", "tokens": 1_000_000}
        _tokenry("build", _written(base, "first", told))
        _tokenry("train-tokenizer", base / "first", "--vocabulary", "4000", "--to", base / "tokenizer.json")
        told |= {"output": "second", "limit": f"limit = {SOME}", "tokenizer": "tokenizer.json", "tokens": 200_000}
        _tokenry("build", _written(base, "second", told))
        first = tokenizer("o200k_base", END, base, "tiktoken")
        second = tokenizer("tokenizer.json", END, base)
        wrong = looked_at(base / "first", first, asked.consumers)
        wrong += looked_at(base / "second", second, asked.consumers)
    return int(wrong > 0)


def looked_at(out: Path, made: Tokenizer, consumers: str) -> int:
    """Print what is found in one set; how many things differ."""
    wanted = expected(out)
    texts = [text for shard in wanted.values() for _, text in shard]
    ids = [[*one.tolist(), made.end] for one in made.encode(texts)]
    back = sum(made.decode(one[:-1]) != text for one, text in zip(ids, texts, strict=True))
    print(f"{made.name}: {len(texts):,} texts, {sum(map(len, ids)):,} tokens in {len(wanted)} shards; ", end="")
    print(f"{back} texts do not come back from their ids")
    given = iter(told(one) for one in ids)
    rows = {shard: [(next(given), *row) for row in documents] for shard, documents in wanted.items()}
    wrong = back + _bytes(out / "shards", ids, wanted)
    command = [consumers, "-P", str(Path(__file__).with_name("consuming.py")), str(out / "shards"), str(made.end)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        print(f"  a consumer failed:\n{done.stderr[-2000:]}")
    for line in filter(lambda line: line.startswith("{"), done.stdout.splitlines()):
        wrong += _compared(json.loads(line), rows)
    return wrong + (done.returncode != 0)


def expected(out: Path) -> dict[str, list[tuple[str, str]]]:
    """Each shard's documents in order, by the papers: id and kept text."""
    texts: dict[str, str] = {}
    for file in sorted((out / "documents").glob("*.parquet")):
        table = pq.read_table(file, columns=["id", "text"])
        texts.update(zip(*(table.column(name).to_pylist() for name in ("id", "text")), strict=True))
    shards: dict[str, list[tuple[str, str]]] = {}
    places = pq.read_table(out / "manifest/documents.parquet", columns=["shard", "row", "id"]).to_pylist()
    for place in sorted(places, key=lambda place: (place["shard"], place["row"])):
        shards.setdefault(str(place["shard"]), []).append((place["id"], texts[place["id"]]))
    return shards


def told(ids: Any) -> str:
    """The hash of a document's ids, as `tests.corpus.consuming` has it."""
    return hashlib.sha256(np.array(ids, "<i4").tobytes()).hexdigest()


def _compared(found: dict[str, Any], rows: dict[str, list[tuple[str, str, str]]]) -> int:
    """What one consumer saw: the hash of ids, and where it was given them, id and text."""
    count = wrong = 0
    for shard, documents in rows.items():
        seen = found["shards"].get(shard, [])
        count += len(seen)
        wrong += abs(len(seen) - len(documents))
        wrong += sum(tuple(one) != wanted[: len(one)] for one, wanted in zip(seen, documents, strict=False))
    print(f"  {found['name']}: {count:,} documents, {wrong} differ")
    return wrong


def _bytes(shards: Path, ids: list[list[int]], wanted: dict[str, list[tuple[str, str]]]) -> int:
    """The Megatron files by the format's description, every byte."""
    begin = wrong = size = 0
    codes = set()
    for shard, documents in wanted.items():
        mine = ids[begin : begin + len(documents)]
        begin += len(documents)
        index = (shards / f"{shard}.idx").read_bytes()
        magic, version, code, sequences, borders = struct.unpack_from("<9sQBQQ", index)
        width = {8: 2, 4: 4}[code]  # uint16, int32
        lengths = [len(one) for one in mine]
        pointers = [0, *np.cumsum(lengths).tolist()]
        body = struct.pack(f"<{len(mine)}i", *lengths)
        body += struct.pack(f"<{len(mine)}q", *(at * width for at in pointers[:-1]))
        body += struct.pack(f"<{len(mine) + 1}q", *range(len(mine) + 1))
        data = b"".join(n.to_bytes(width, "little") for one in mine for n in one)
        wrong += (magic, version, sequences, borders) != (b"MMIDIDX\0\0", 1, len(mine), len(mine) + 1)
        wrong += index[34:] != body
        wrong += (shards / f"{shard}.bin").read_bytes() != data
        size += len(index) + len(data)
        codes.add(code)
    print(f"  Megatron's .idx and .bin: {size:,} bytes, type of ids {codes}, {wrong} of {3 * len(wanted)} parts differ")
    return wrong


def _written(base: Path, name: str, told: dict[str, Any]) -> Path:
    path = base / f"{name}.toml"
    path.write_text(RECIPE.format(**told), encoding="utf-8")
    return path


def _tokenry(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "tokenry", "corpus", *map(str, words)], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
