"""The command line as a function, over a data folder and a cache of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tokenry.cli import app


@dataclass(frozen=True)
class Ran:
    """How one command line ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output as the one JSON document that it must be."""
        return json.loads(self.out)


Tokenry = Callable[..., Ran]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that is not there yet; nothing of the user's own can be met."""
    monkeypatch.setenv("TOKENRY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path / "data"


@pytest.fixture
def tokenry(data: Path) -> Tokenry:
    """`tokenry WORDS --data DATA`."""

    def run(*words: str, where: Path | None = data) -> Ran:
        place = [] if where is None else ["--data", str(where)]
        result = CliRunner().invoke(app, [*words, *place], catch_exceptions=False)
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run
