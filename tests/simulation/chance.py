"""Chance for the product, drawn from a seed."""

from __future__ import annotations

from random import Random
from typing import Any

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
