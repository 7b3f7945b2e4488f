"""`tokenry import litellm`: files of 0600, nothing overwritten, no secret on either stream."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from typer.main import get_command

from tokenry.cli.root import app
from tokenry.config import load

SECRET = "sk-proj-literal-secret"
SOURCE = f"""
model_list:
  - model_name: chat
    litellm_params: {{model: openai/gpt-4o, api_key: {SECRET}, input_cost_per_token: 1e-6}}
general_settings: {{master_key: {SECRET}}}
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(SOURCE)
    return path


def typed(*words: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        get_command(app).main([*map(str, words)])
    return int(ended.value.code or 0)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_to_a_file_with_the_secrets_beside_it(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "tokenry.toml"
    assert typed("import", "litellm", source, "--out", out) == 0
    said = capsys.readouterr()
    kept = tmp_path / "tokenry.toml.env"
    assert (mode(out), mode(kept)) == (0o600, 0o600)
    name, _, value = kept.read_text().strip().partition("=")
    assert value == f"'{SECRET}'"
    assert load(out, {name: value}).model[0].name == "chat"
    assert said.out == ""
    assert str(kept) in said.err
    assert "Left out (1)" in said.err
    assert SECRET not in said.err + out.read_text()


def test_to_stdout_with_the_report_beside_it(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("import", "litellm", source) == 0
    said = capsys.readouterr()
    assert "[[model]]" in said.out
    assert "general_settings.master_key" in said.err
    assert SECRET not in said.out + said.err
    assert sorted(path.name for path in source.parent.iterdir()) == ["config.yaml"]


def test_for_programs(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("import", "litellm", source, "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert set(shown) == {"config", "config_file", "carried", "changed", "left_out", "next", "secrets"}
    assert "[[model]]" in shown["config"]
    assert shown["secrets"]["file"] is None
    assert typed("import", "litellm", source, "--json", "--out", tmp_path / "t.toml") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["config"] is None
    assert shown["secrets"]["file"] == str(tmp_path / "t.toml.env")
    assert SECRET not in json.dumps(shown)


@pytest.mark.parametrize("there", ["tokenry.toml", "tokenry.toml.env"])
def test_what_is_there_stays(source: Path, tmp_path: Path, there: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / there).write_text("mine")
    assert typed("import", "litellm", source, "--out", tmp_path / "tokenry.toml") == 1
    assert "is there already" in capsys.readouterr().err
    assert (tmp_path / there).read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["config.yaml", there])


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("import", "litellm", tmp_path / "none.yaml") == 1
    assert capsys.readouterr().err.startswith("error: cannot read")
