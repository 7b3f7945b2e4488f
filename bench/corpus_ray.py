"""The batch stages of a build, three ways: processes of this machine, actors of a Ray cluster, Ray Data's map_batches.

The same tasks go through the same caged processes each way, so that what differs is what carries them there. Join a
cluster that is there; Ray Data wants pandas beside `ray`.

    ray start --head --num-cpus 2 --disable-usage-stats
    just bench corpus_ray --input "crawl/*.warc.gz" --limit 600
"""

from __future__ import annotations

import argparse
import os
import pickle
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ray import data

from bench.table import markdown
from tokenry.corpus import Recipe, parse_recipe
from tokenry.corpus.cluster import Cluster
from tokenry.corpus.cluster.hand import Hand
from tokenry.corpus.evidence import write_sites
from tokenry.corpus.read import planned, survey
from tokenry.corpus.run import layout
from tokenry.corpus.run.inputs import found_inputs
from tokenry.corpus.run.sight import marked
from tokenry.corpus.run.workbench import Factory
from tokenry.corpus.work import Answered, Limits, Pool, Task

Rows = list[tuple[str, int]]  # of each task: its key, documents kept


class Carried:
    """What Ray Data's actors do: a table of tasks in, a table of answers out."""

    def __init__(self, factory: Factory, limits: Limits) -> None:
        self._hand = Hand(factory, limits)

    def __call__(self, rows: dict[str, Any]) -> dict[str, Any]:
        answers = [self._hand.do(pickle.loads(one)) for one in rows["task"]]
        return {
            "kept": [one.answer["kept"] if isinstance(one, Answered) else -1 for one in answers],
            "key": rows["key"],
        }


def main() -> None:
    """Print seconds of each way."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--input", action="append", required=True)
    asked.add_argument("--limit", type=int, default=600, help="documents")
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--ray", default="auto", metavar="ADDRESS")
    asked.add_argument("--rounds", type=int, default=2)
    given = asked.parse_args()
    rows = []
    for round_ in range(given.rounds):
        for name, way in (("pool", _pool), ("actors", _actors), ("Ray Data", _ray_data)):
            with tempfile.TemporaryDirectory() as folder:
                recipe = parse_recipe(
                    {"preset": "fineweb", "input": given.input, "output": "out", "limit": given.limit},
                    source="bench", base=Path(folder),
                )  # fmt: skip  # a recipe is one thing
                load = os.getloadavg()[0]
                spent, answers = _measured(recipe, lambda *of, way=way: way(*of, given))
                kept = sum(kept for _, kept in answers)
                rows.append([name, str(round_ + 1), f"{spent:.1f}", str(len(answers)), str(kept), f"{load:.1f}"])
                print(*rows[-1], flush=True)
    print("\n" + markdown(["way", "round", "seconds", "tasks", "kept", "load before"], rows))


def _measured(recipe: Recipe, way: Callable[[list[Task], Factory, Limits], Rows]) -> tuple[float, Rows]:
    """Seconds from the first task to the last answer, start of workers included."""
    out = Path(recipe.base) / recipe.output
    for name in layout.FOLDERS:
        (out / name).mkdir(parents=True)
    found = found_inputs(recipe)
    surveys = [survey(one) for one in found]
    write_sites(layout.sites(out), [policy for one in surveys for policy in one.policies])
    batches = planned(surveys, recipe.limit)
    tasks = [Task("documents", layout.key(at), parts, divisible=True) for at, parts in enumerate(batches)]
    with marked(out, recipe, found, {}) as sight:
        began = time.perf_counter()
        rows = way(tasks, Factory(recipe, out, sight), Limits(recipe.budget.seconds, recipe.budget.memory_mb * 2**20))
        return time.perf_counter() - began, sorted(rows)


def _told(done: Iterator[Any]) -> Rows:
    return [(one.task.key, one.answer["kept"]) for one in done]


def _pool(tasks: list[Task], factory: Factory, limits: Limits, given: argparse.Namespace) -> Rows:
    with Pool(given.workers, factory, limits) as pool:
        return _told(pool.run(tasks))


def _actors(tasks: list[Task], factory: Factory, limits: Limits, given: argparse.Namespace) -> Rows:
    with Cluster(given.ray) as cluster, cluster.crew(given.workers, factory, limits) as crew:
        return _told(crew.run(tasks))


def _ray_data(tasks: list[Task], factory: Factory, limits: Limits, given: argparse.Namespace) -> Rows:
    with Cluster(given.ray):
        rows = [{"key": task.key, "task": pickle.dumps(task)} for task in tasks]
        table = data.from_items(rows, override_num_blocks=len(rows))
        actors = data.ActorPoolStrategy(size=given.workers)
        made = table.map_batches(
            Carried, fn_constructor_args=(factory, limits), batch_size=1, compute=actors, num_cpus=1
        )
        return [(row["key"], int(row["kept"])) for row in made.iter_rows()]


if __name__ == "__main__":
    main()
