"""A document that hangs, swells, dies or raises costs itself and nothing else."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.corpus.jobs import Job
from tokenry.corpus.errors import StageFailed
from tokenry.corpus.work import Limits, Pool, Task

LIMITS = Limits(seconds=1.5, memory_bytes=500 * 2**20)


def done(*payloads: Any, divisible: bool = True, workers: int = 2) -> dict[str, Any]:
    tasks = [Task("job", str(at), payload, divisible=divisible) for at, payload in enumerate(payloads)]
    with Pool(workers, Job, LIMITS) as pool:
        return {one.task.key: one.answer for one in pool.run(tasks)}


def test_bad_documents_are_dropped_by_name_and_all_others_come_out() -> None:
    answers = done([1, 2], [3, "hang", "die", 4], ["swell", 5], ["raise", 6])
    assert answers == {
        "0": [2, 4],
        "1": [6, "too_slow", "worker_died", 8],
        "2": ["too_much_memory", 10],
        "3": ["raised", 12],
    }


@pytest.mark.parametrize("harm", ["die", "raise"])
def test_work_without_documents_that_fails_stops_the_run(harm: str) -> None:
    with pytest.raises(StageFailed, match=r"job 0 failed: (worker_died|raised)"):
        done(harm, divisible=False, workers=1)


def test_a_worker_leaves_ctrl_c_to_its_parent() -> None:
    assert done(["Ctrl-C", 1], workers=1) == {"0": ["Ctrl-C", 2]}


class Broken:
    """A factory that cannot make its work."""

    def __call__(self) -> Any:
        os._exit(9)


def test_a_worker_that_cannot_start_stops_the_run() -> None:
    words = r"a worker did not start: ended with 9.*__main__"
    with pytest.raises(StageFailed, match=words), Pool(1, Broken(), LIMITS) as pool:
        list(pool.run([Task("job", "0", 1)]))
