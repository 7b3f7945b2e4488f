"""`tokenry corpus` as people type it, and that nothing which serves loads its libraries."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus.pages import jsonl, sentences
from tests.corpus.typed import typed
from tokenry.base.clock import ManualClock
from tokenry.cli import corpus as verb
from tokenry.cli.corpus_inspect import no_such_rule
from tokenry.cli.corpus_progress import Live, described, taken_out
from tokenry.cli.progress import Progress as Bar
from tokenry.cli.root import app
from tokenry.corpus import Progress

assert app


def test_build_inspect_verify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    jsonl(tmp_path / "a.jsonl", [sentences(1), "too short", sentences(2), sentences(3)])
    file = tmp_path / "recipe.toml"
    file.write_text('preset = "own-documents"\ninput = ["a.jsonl"]\noutput = "out"\n')
    assert typed(monkeypatch, "build", file, "--limit", 3, "--workers", 1, "--json") == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["documents"] == {"read": 3, "kept": 2}
    assert "s  documents\n" in said.err
    assert "s  tokens, 3 read, 2 kept" in said.err
    out = tmp_path / "out"
    assert typed(monkeypatch, "inspect", out) == 0
    assert "min_characters" in capsys.readouterr().out
    assert typed(monkeypatch, "inspect", out, "--url", "u1") == 0
    assert "length: min_characters (9)" in capsys.readouterr().out
    assert typed(monkeypatch, "inspect", out, "--url", "u0", "--json") == 0
    assert json.loads(capsys.readouterr().out)["documents"][0]["shard"] == "000000"
    assert typed(monkeypatch, "inspect", out, "--url", "u0", "--rule", "length") == 1
    assert "name one of" in capsys.readouterr().err
    assert typed(monkeypatch, "verify", out) == 0
    assert "2 documents" in capsys.readouterr().out
    own = tmp_path / "own.json"
    assert typed(monkeypatch, "train-tokenizer", out, "--vocabulary", 300, "--to", own, "--json") == 0
    assert json.loads(capsys.readouterr().out)["vocabulary"] == 300
    assert typed(monkeypatch, "train-tokenizer", tmp_path / "none") == 1
    assert "holds no run" in capsys.readouterr().err
    (out / "shards/000000.bin").write_bytes(b"")
    assert typed(monkeypatch, "verify", out, "--json") == 1
    assert json.loads(capsys.readouterr().out)["breaches"][0]["file"] == "shards/000000.bin"


def test_a_recipe_with_a_mistake_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.toml").write_text('preset = "finweb"\ninput = ["x"]\noutput = "out"\n')
    assert typed(monkeypatch, "build", tmp_path / "r.toml") == 1
    assert capsys.readouterr().err.strip().endswith("'finweb' is not known; did you mean 'fineweb'?")


def test_a_missing_extra_says_which_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("tokenry.corpus")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("tokenry.corpus", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert typed(monkeypatch, "verify", "x") == 1
    assert "needs pyarrow: pip install 'tokenry[corpus]'" in capsys.readouterr().err
    assert verb.room.__doc__


def test_what_serves_loads_nothing_of_it() -> None:
    code = (
        "import sys, tokenry.app, tokenry.cli.root, tokenry.cli.serve, tokenry.cli.corpus;"
        "names = ('pyarrow', 'trafilatura', 'fastwarc', 'tiktoken', 'ray', 'tokenry.corpus');"
        "print([name for name in names if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_a_line_of_progress() -> None:
    progress = Progress("documents", 5, 10, documents=1200, kept=800, bytes=5_000_000)
    assert described(progress, 2_500_000) == "documents, 1,200 read, 800 kept, 2.5 MB/s"
    assert described(Progress("survey"), 0) == "survey"
    progress.dropped = {"language": 250, "c4_quality": 3, "gopher_quality": 100, "fineweb_quality": 47}
    assert taken_out(progress) == "out: language 250, gopher_quality 100, fineweb_quality 47 …"
    assert taken_out(Progress("survey")) == ""


def test_megabytes_a_second_are_those_of_late(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = ManualClock()
    lines: list[str] = []
    monkeypatch.setattr(Bar, "tell", lambda _, words, *__: lines.append(words))
    live = Live(clock)
    progress = Progress("documents", 0, 10)
    live.tell(progress)
    progress.bytes = 500_000_000  # done by the run that was broken off
    for _ in range(40):
        clock.advance(s=1)
        progress.bytes += 1_000_000
        progress.documents += 1
        live.tell(progress)
    assert lines[-1] == "documents, 40 read, 0 kept, 1.0 MB/s"


def test_a_rule_that_dropped_nothing_is_told_the_nearest_that_did() -> None:
    funnel = [{"stage": "language", "rule": "language_score"}, {"stage": "exact_dedup", "rule": "exact_copy"}]
    assert no_such_rule("exact_dedupe", funnel) == "Nothing was dropped by 'exact_dedupe'; did you mean 'exact_dedup'?"
    assert no_such_rule("zz", funnel).endswith("What dropped some: exact_copy, exact_dedup, language, language_score.")
    assert no_such_rule("zz", []) == "Nothing was dropped by 'zz', nor by any other rule."
