"""A corpus verb as it is typed, on a terminal that is wide enough for every table."""

from __future__ import annotations

import sys

import pytest

from tokenry.cli.root import run


def typed(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    """Its exit code."""
    monkeypatch.setenv("COLUMNS", "240")
    monkeypatch.setattr(sys, "argv", ["tokenry", "corpus", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        run()
    return int(ended.value.code or 0)
