"""A Ray cluster that is there, joined for one build. Knows Ray's actors, and nothing of tasks.

Of Ray there are only actors, one a core, whose deaths it tells. It restarts none and tries nothing again: `work.Crew`
does, which knows what was lost. Files go through the shared file system, so that Ray's object store stays empty.
"""

from __future__ import annotations

import logging
import socket
from types import TracebackType
from typing import Any

import ray
from ray import exceptions

from tokenry.base.clock import Clock
from tokenry.corpus.cluster.hand import Hand
from tokenry.corpus.errors import CorpusError, StageFailed
from tokenry.corpus.work import Answered, Crew, Failed, Limits, Lost, Maker, Task

KNOCK_MAX = 5.0  # seconds
PORT_MAX = 65_535
_GONE = (
    exceptions.NodeDiedError, exceptions.ObjectLostError, exceptions.OutOfMemoryError, exceptions.WorkerCrashedError
)  # fmt: skip  # a table of four


class Cluster:
    """Use as a context manager.

    Args:
        address: the head's `HOST:PORT`, or `auto` for the cluster that this machine belongs to.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def __enter__(self) -> Cluster:
        """Join.

        Raises:
            CorpusError: there is no such cluster, or it does not let us in.
        """
        if self._address != "auto":
            _knock(self._address)
        try:
            ray.init(address=self._address, log_to_driver=False, logging_level=logging.ERROR)
        except (ConnectionError, ValueError, RuntimeError, exceptions.RayError) as error:
            if self._address == "auto" and error.__cause__ is None:
                raise CorpusError(
                    "this machine belongs to no Ray cluster: `ray start --head --disable-usage-stats` begins one, "
                    "`ray start --address HOST:PORT` joins one"
                ) from error
            words = _last(error.__cause__ or error)
            raise CorpusError(f"cannot join the Ray cluster at {self._address}: {words}") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        ray.shutdown()

    @property
    def cores(self) -> int:
        """Of all its machines now."""
        return max(int(ray.cluster_resources().get("CPU", 0)), 1)

    def crew(self, workers: int, factory: Maker, limits: Limits, clock: Clock | None = None) -> Crew:
        """So many workers on its machines; see `work.Opener`."""
        return Crew(workers, _Actors(factory, limits), clock)


class _Actors:
    """`work.Hands` that are actors, spread over machines, a core each."""

    def __init__(self, factory: Maker, limits: Limits) -> None:
        self._made_of = (factory, limits)
        self._actor = ray.remote(Hand).options(num_cpus=1, max_restarts=0, scheduling_strategy="SPREAD")

    def hire(self) -> tuple[Any, Any]:
        actor = self._actor.remote(*self._made_of)
        return actor, actor.look.remote()

    def give(self, hand: Any, task: Task) -> Any:
        return hand.do.remote(task)

    def ready(self, references: list[Any], seconds: float) -> list[Any]:
        come: list[Any] = ray.wait(references, timeout=seconds)[0]
        return come

    def answer(self, reference: Any) -> Answered | Failed | None:
        try:
            answer: Answered | Failed | None = ray.get(reference)
        except exceptions.RayActorError as error:
            if error.actor_init_failed:
                raise StageFailed(f"a worker of the cluster cannot begin: {_last(error)}") from error
            raise Lost(_last(error)) from error
        except _GONE as error:
            raise Lost(_last(error)) from error
        except exceptions.RayError as error:
            raise StageFailed(f"a worker of the cluster failed: {_last(error)}") from error
        return answer

    def dismiss(self, hand: Any) -> None:
        ray.kill(hand)


def _knock(address: str) -> None:
    """Ray asks for minutes where nobody is; a mistyped address is to be told at once."""
    host, _, port = address.rpartition(":")
    if not host or "/" in host or not port.isdecimal() or int(port) > PORT_MAX:
        raise CorpusError(
            f"--ray {address}: a build begins on one of the cluster's machines; give its head's HOST:PORT, or `auto`"
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), KNOCK_MAX).close()
    except OSError as error:
        raise CorpusError(f"no Ray cluster answers at {address}: {error.strerror or error}") from error


def _last(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[-1].strip() if lines else type(error).__name__
