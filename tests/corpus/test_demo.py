"""The sample that comes with the package goes through a whole build, and shows what a build does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.corpus.typed import typed


def test_demo_builds_reports_and_can_be_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    to = tmp_path / "demo"
    assert typed(monkeypatch, "demo", "--to", to, "--json") == 0
    manifest = json.loads(capsys.readouterr().out)
    gone = {row["rule"]: row["documents"] for row in manifest["funnel"]}
    assert manifest["documents"] == {"read": 12, "kept": 5}
    assert gone == {
        "exact_copy": 1, "min_characters": 1, "meta-robots": 1, "robots.txt": 1, "tdm-reservation": 1,
        "http_status": 1, "site_file": 1,
    }  # fmt: skip  # one line: what the sample is for
    summary = json.loads((to / "out/report/summary.json").read_bytes())
    assert [one["name"] for one in summary["licences"]] == ["CC0-1.0"]
    assert typed(monkeypatch, "demo", "--to", to) == 0
    assert "5 of 12 documents" in capsys.readouterr().out
    (to / "recipe.toml").write_text('input = ["mine"]\n')
    assert typed(monkeypatch, "demo", "--to", to) == 1
    assert "name another folder" in capsys.readouterr().err
    assert (to / "recipe.toml").read_text() == 'input = ["mine"]\n'
