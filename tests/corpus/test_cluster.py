"""A real Ray cluster of two nodes, as `python -m tests.corpus.cluster` builds on it; only where Ray is installed."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.corpus.pages import jsonl
from tests.corpus.typed import typed

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: uv sync --group dev --extra ray")
def test_killed_actors_builds_and_nodes_change_no_byte() -> None:
    command = [sys.executable, "-m", "tests.corpus.cluster", "--files", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("same bytes") == 4


def test_without_ray_the_verb_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    jsonl(tmp_path / "a.jsonl", ["text"])
    (tmp_path / "r.toml").write_text('input = ["a.jsonl"]\noutput = "out"\n')
    for name in [name for name in sys.modules if name.startswith("tokenry.corpus.cluster")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ray", None)
    assert typed(monkeypatch, "build", tmp_path / "r.toml", "--ray", "auto") == 1
    assert "`--ray` needs ray: pip install 'tokenry[corpus,ray]' on every machine" in capsys.readouterr().err
    assert typed(monkeypatch, "build", tmp_path / "r.toml", "--ray", "auto", "--dry-run") == 1
    assert "--dry-run looks at this machine" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
