"""Chance and time for the product, drawn from a seed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from random import Random
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

from tokenry.access import secret
from tokenry.base import ids

_CHANCE = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"


class Secrets:
    """Stands where `secrets` stood."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def token_bytes(self, size: int = 32) -> bytes:
        return self._rng.randbytes(size)

    def token_hex(self, size: int = 32) -> str:
        return self._rng.randbytes(size).hex()

    def token_urlsafe(self, size: int = 32) -> str:
        return "".join(self._rng.choices(_CHANCE, k=size))

    def choice(self, letters: Any) -> Any:
        return self._rng.choice(letters)


@contextlib.contextmanager
def drawn_from(rng: Random, now_ns: Callable[[], int], *more: ModuleType) -> Iterator[None]:
    """Within: identifiers, keys and whatever `more` modules draw come from `rng`; identifiers sort by `now_ns()`."""
    stand_ins: dict[str, Any] = {
        "secrets": Secrets(rng),
        "os": SimpleNamespace(urandom=rng.randbytes),
        "time": SimpleNamespace(time_ns=now_ns),
        "random": SimpleNamespace(Random=lambda *_: Random(rng.getrandbits(48)), random=rng.random),
    }
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(ids, "_drawn", []))  # what was drawn before is another seed's
        for module in (ids, secret, *more):
            for name, stand_in in stand_ins.items():
                if isinstance(getattr(module, name, None), ModuleType):
                    stack.enter_context(mock.patch.object(module, name, stand_in))
        yield
