"""What runs in an actor of the cluster: a pool of one process on that machine, so that a document costs there what it
costs anywhere. Does not know Ray."""

from __future__ import annotations

import socket
import sys

from tokenry.corpus.errors import CorpusError
from tokenry.corpus.work import Answered, Failed, Limits, Maker, Pool, Task


class Hand:
    """Made on its machine.

    Args:
        factory: makes the work; knows what a machine must see.
        limits: what a document may cost.
    """

    def __init__(self, factory: Maker, limits: Limits) -> None:
        # Children run their parent's main file once more, which is Ray's worker here: they have no use for it.
        vars(sys.modules["__main__"]).pop("__file__", None)
        self._factory = factory
        self._pool = Pool(1, factory, limits)

    def look(self) -> Failed | None:
        """Whether this machine can do the work."""
        words = self._factory.missing()
        return Failed(f"on {socket.gethostname()}, {words}") if words else None

    def do(self, task: Task) -> Answered | Failed:
        """Do one task, and again document by document where one harms."""
        try:
            (done,) = self._pool.run([task])
        except CorpusError as error:
            return Failed(f"on {socket.gethostname()}, {error.message}")
        return Answered(done.answer, done.seconds)
