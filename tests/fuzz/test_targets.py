"""Each target on its seeds and on every input that ever failed: what fuzzing found stays found. Needs no atheris.

An input in `regressions/TARGET/` has the name of what it showed.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.__main__ import GUIDED

KEPT = Path(__file__).with_name("regressions")


def module(name: str) -> Any:
    return importlib.import_module(f"tests.fuzz.{name}")


@pytest.mark.parametrize("name", GUIDED)
def test_seeds(name: str) -> None:
    """They pass, and there are some: a fuzzer without seeds stays at the door."""
    seeds = list(module(name).seeds())
    assert len(seeds) > 5
    for seed in seeds:
        module(name).target(seed)


@pytest.mark.parametrize("path", sorted(KEPT.glob("*/*")), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_failed_once(path: Path) -> None:
    module(path.parent.name).target(path.read_bytes())


@pytest.mark.parametrize("name", GUIDED)
def test_short_and_cut_inputs(name: str) -> None:
    """Every beginning of the longest seed, up to 300 bytes: what a connection that broke off brings."""
    target, longest = module(name).target, max(module(name).seeds(), key=len)[:300]
    for end in range(0, len(longest), 7):
        target(longest[:end])
