"""What `work.Pool` does, on the machines of a Ray cluster that see the same folders.

Each actor keeps a pool of one process on its machine, so a document that hangs, swells or dies costs itself there as it
does here. An actor or a machine that is lost is replaced, and what it worked on is done again: results are files that
are whole or not there, so doing a task twice gives the same bytes. Order and answers are the pool's; Ray moves tasks.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any

import ray
from ray.exceptions import RayActorError, RayTaskError

from tokenry.corpus.errors import StageFailed
from tokenry.corpus.work import Done, Limits, Pool, Task, Work

LOST_MAX = 3  # times that a task may lose its actor before the run stops


def cores(address: str | None) -> int:
    """How many processors a cluster has.

    Args:
        address: of its head, `auto` for the one on this machine, None to start one for this process.
    """
    _join(address)
    return int(ray.cluster_resources().get("CPU", 1))


class Cluster:
    """Use as a context manager.

    Args:
        workers: how many actors; each takes one processor of the cluster.
        factory: makes each worker's `Work`; picklable.
        limits: what a document may cost.
        address: as `cores` has it.
    """

    def __init__(self, workers: int, factory: Callable[[], Work], limits: Limits, address: str | None) -> None:
        self._made = (factory, limits)
        self._wanted = workers
        self._address = address
        self._actors: list[Any] = []

    def __enter__(self) -> Cluster:
        _join(self._address)
        self._actors = [self._actor() for _ in range(self._wanted)]
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        for actor in self._actors:
            ray.kill(actor)

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """As `Pool.run`.

        Raises:
            StageFailed: a task failed where no document is to blame, or lost its machine too often.
        """
        waiting, again = iter(tasks), deque[Task]()
        idle, doing, lost = deque(self._actors), dict[Any, tuple[Any, Task]](), dict[tuple[str, str], int]()
        while True:
            while idle and (task := again.popleft() if again else next(waiting, None)) is not None:
                actor = idle.popleft()
                doing[actor.do.remote(task)] = (actor, task)
            if not doing:
                return
            ready, _ = ray.wait([*doing], num_returns=1)
            actor, task = doing.pop(ready[0])
            try:
                done = ray.get(ready[0])
            except RayActorError as error:
                again.append(task)
                lost[task.kind, task.key] = lost.get((task.kind, task.key), 0) + 1
                if lost[task.kind, task.key] > LOST_MAX:
                    raise StageFailed(f"{task.kind} {task.key} lost {LOST_MAX + 1} workers: {error}") from error
                self._actors[self._actors.index(actor)] = fresh = self._actor()
                idle.append(fresh)
                continue
            except RayTaskError as error:
                raise StageFailed(str(error.cause)) from error
            idle.append(actor)
            yield done

    def _actor(self) -> Any:
        return ray.remote(num_cpus=1)(Place).remote(*self._made)


class Place:
    """What an actor is: one process that can be killed, and its keeper."""

    def __init__(self, factory: Callable[[], Work], limits: Limits) -> None:
        self._pool = Pool(1, factory, limits)

    def do(self, task: Task) -> Done:
        """Do one task, document by document where it must be."""
        (done,) = self._pool.run([task])
        return done


def _join(address: str | None) -> None:
    if not ray.is_initialized():
        ray.init(address=address, log_to_driver=False, include_dashboard=False, configure_logging=False)
