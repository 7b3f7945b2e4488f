"""Near copies: Tokenry's MinHash beside datatrove's on the same texts, pair by pair, and memory as texts grow.

Every page's text (by the quick extractor, no filter before it) goes to both. Which functions hash is chance, so pairs
near the threshold differ by right; each pair that only one of them finds is shown with its true similarity, with
Tokenry's words and with words parted at blanks alone.

    just bench corpus_dedup --peer /tmp/peer/bin/python --input "crawl/*.warc.gz"
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from bench.table import markdown
from tokenry.corpus import parse_recipe
from tokenry.corpus.dedup import Bands, MinHashDedup
from tokenry.corpus.dedup.shingles import Shingler
from tokenry.corpus.documents import batch
from tokenry.corpus.extract import Quick
from tokenry.corpus.read import planned, read_batch, survey
from tokenry.corpus.run.inputs import found_inputs

ROOT = Path(__file__).parent.parent
Pairs = set[tuple[int, int]]
SHOWN = 6
GROWN = (10, 100)  # MB of text


def main() -> None:
    """Print the comparison, then memory."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--input", action="append", required=True)
    asked.add_argument("--peer", help="a Python with datatrove")
    asked.add_argument("--grow", metavar="MB", type=int, help=argparse.SUPPRESS)
    given = asked.parse_args()
    texts = _texts(given.input)
    if given.grow:
        print(json.dumps(_grown(texts, given.grow)))
        return
    began = time.process_time()
    banded = [Bands()(batch([{"id": str(at), "text": text}])).kept for at, text in enumerate(texts)]
    hashed = time.process_time() - began
    ours = _ours(banded)
    total = sum(len(text.encode()) for text in texts)
    print(f"{len(texts):,} texts, {total / 1e6:.1f} MB; load {os.getloadavg()[0]:.1f}; bands {hashed:.2f} s of CPU, ")
    print(f"{len(texts) / hashed:,.0f} documents a core-second, meeting {time.process_time() - began - hashed:.2f} s\n")
    if given.peer:
        _compare(texts, ours, given.peer)
    rows = [
        json.loads(subprocess.run([*_again(given.input), str(size)], capture_output=True, check=True).stdout)
        for size in GROWN
    ]
    print(
        "\n" + markdown(["MB of text", "documents", "peak MB", "of it before"], [list(map(str, row)) for row in rows])
    )


def _again(inputs: Iterable[str]) -> list[str]:
    words = [word for one in inputs for word in ("--input", one)]
    return [sys.executable, "-m", "bench.corpus_dedup", *words, "--grow"]


def _texts(inputs: list[str]) -> list[str]:
    recipe = parse_recipe({"input": inputs, "output": "none"}, source="bench", base=Path.cwd())
    texts: list[str] = []
    for parts in planned(map(survey, found_inputs(recipe)), None):
        texts += Quick()(read_batch(parts).kept).kept.column("text").to_pylist()
    return texts


def _ours(banded: Sequence[Any]) -> Pairs:
    whole = pa.Table.from_batches(banded)
    numbered = whole.append_column("row", [list(range(whole.num_rows))])
    clusters: dict[int, set[int]] = defaultdict(set)
    for _, row, gone in MinHashDedup().removals(lambda columns: [numbered.select([*columns, "row"])]):
        clusters[int(str(gone["value"]))] |= {row, int(str(gone["value"]))}
    return {pair for members in clusters.values() for pair in combinations(sorted(members), 2)}


def _compare(texts: list[str], ours: Pairs, peer: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts.jsonl"
        file.write_text("".join(json.dumps({"id": str(at), "text": text}) + "\n" for at, text in enumerate(texts)))
        command = [peer, "-P", "-m", "bench.corpus_datatrove", "minhash", f"{folder}/out", str(file)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "HF_HOME": folder}
        subprocess.run(command, check=True, capture_output=True, env=environment, cwd=folder)
        clusters: dict[int, set[int]] = defaultdict(set)
        for line, cluster in json.loads((Path(folder) / "out/clusters.json").read_text()):
            clusters[cluster].add(line)
    theirs = {pair for members in clusters.values() for pair in combinations(sorted(members), 2)}
    alike = [_in_any(ours), _in_any(theirs)]
    same = len(texts) - len(alike[0] ^ alike[1])
    print(f"documents that have a near copy: {len(alike[0])} here, {len(alike[1])} there; ", end="")
    print(f"{same / len(texts):.2%} of documents are judged alike")
    both, here, there = ours & theirs, ours - theirs, theirs - ours
    print(f"pairs: {len(both)} found by both, {len(here)} here alone, {len(there)} there alone\n")
    for name, pairs in (("both", both), ("here alone", here), ("there alone", there)):
        _show(name, sorted(pairs), texts)


def _in_any(pairs: Pairs) -> set[int]:
    return {one for pair in pairs for one in pair}


def _show(name: str, pairs: list[tuple[int, int]], texts: list[str]) -> None:
    if not pairs:
        return
    shingler = Shingler()
    likeness = [_jaccard(*(set(shingler(texts[one]).tolist()) for one in pair)) for pair in pairs]
    print(
        f"{name}: similarity median {statistics.median(likeness):.2f}, from {min(likeness):.2f} to {max(likeness):.2f}"
    )
    if name == "both":
        return
    for (left, right), value in list(zip(pairs, likeness, strict=True))[:SHOWN]:
        lengths = " and ".join(str(len(texts[one])) for one in (left, right))
        print(f"  {value:.2f}  {lengths} characters: {' '.join(texts[left].split())[:60]!r}")


def _jaccard(left: set[int], right: set[int]) -> float:
    return len(left & right) / max(len(left | right), 1)


def _grown(texts: list[str], size: int) -> list[object]:
    """Peak memory of bands and meeting over so much text: the texts again and again, each time with other words."""
    bands, count, held = Bands(), 0, 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    keys = []
    while held < size * 10**6:
        for text in texts:
            kept = bands(batch([{"id": f"{count:032x}", "text": f"{count} {_turned(text, count)}"}])).kept
            keys.append((f"{count:032x}", kept.column("bands")[0].as_py()))
            held, count = held + len(text.encode()), count + 1
            if held >= size * 10**6:
                break
    table = pa.table({"id": [one for one, _ in keys], "bands": pa.array([key for _, key in keys], pa.binary(112))})
    table = table.append_column("row", [np.arange(count)]).append_column("text", pa.nulls(count, pa.large_string()))
    table = table.append_column("licence", pa.nulls(count, pa.string()))
    table = table.append_column("url", pa.nulls(count, pa.string())).append_column(
        "source", pa.nulls(count, pa.string())
    )
    table = table.append_column("position", [np.arange(count)])
    sum(1 for _ in MinHashDedup().removals(lambda columns: [table.select([*columns, "row"])]))
    return [size, count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, before]


def _turned(text: str, number: int) -> str:
    words = text.split()
    at = number * 7919 % max(len(words), 1)
    return " ".join(words[at:] + words[:at])


if __name__ == "__main__":
    main()
