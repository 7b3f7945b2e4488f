"""Chance, time, names and sockets of the product's own, tied to a seed, so that the same seed lives the same life."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest import mock

from tests.simulation.chance import drawn_from
from tests.simulation.house_loop import HouseLoop, Socket
from tokenry.engines import dial
from tokenry.gateway import gateway, toolcalls


class Thread:
    """Stands where a thread stood: its work is done whole, at one instant, on the loop."""

    def __init__(self, *, target: Any, args: Any = (), **_: Any) -> None:
        self._target, self._args = target, args

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, HouseLoop)
        loop.start_thread(self._target, self._args)


class Net:
    """Stands where the module `socket` stood: its constants and errors are real, nothing else."""

    socket = Socket

    def __init__(self, look_up: Any) -> None:
        self.getaddrinfo = look_up

    def __getattr__(self, name: str) -> Any:
        return getattr(socket, name)


@contextlib.contextmanager
def tied(rng: Random, now_ns: Any, look_up: Any, environment: dict[str, str]) -> Iterator[None]:
    """Within: ids, secrets and draws of the product come from `rng`, ids sort by `now_ns()`.

    Args:
        look_up: what `getaddrinfo` answers.
        environment: environment variables to be found on top of the real ones.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, environment))
        stack.enter_context(mock.patch.object(dial, "socket", Net(look_up)))
        stack.enter_context(mock.patch.object(dial, "threading", SimpleNamespace(Thread=Thread)))
        stack.enter_context(drawn_from(rng, now_ns, gateway, toolcalls))
        yield
