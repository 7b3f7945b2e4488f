"""The door, withdrawals, and what may go wrong beneath a run: inputs that change, a disk that is full."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.corpus.pages import jsonl, recipe, sentences
from tests.corpus.test_build import contents, silent
from tests.corpus.typed import typed
from tokenry.corpus import Consented, Recipe, admit, affected, build, rebuild, standing, traced, verify
from tokenry.corpus.errors import InputError, RunFolderError
from tokenry.corpus.run import Book

MINE = [Consented(f"c-{number}", sentences(number)) for number in (1, 20, 21, 22)]  # the first is said by others too
FORMATS = ["megatron", "parquet", "mds", "flat"]


def settings(base: Path, **more: object) -> Recipe:
    formats = {"tokens": 1200, "formats": FORMATS}
    return recipe(base, "in/*.jsonl", dedup={"minhash": False, "exact": False}, shards=formats, **more)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("consent")
    (base / "in").mkdir()
    jsonl(base / "in/a.jsonl", [sentences(number) for number in range(6)])
    assert admit(settings(base), iter(MINE)) == 4
    assert admit(settings(base), iter(MINE[:1])) == 4  # what is there stays
    build(settings(base), workers=1, tell=silent)
    return base / "out"


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "out")
    return tmp_path / "out"


def holding(out: Path, text: bytes) -> list[str]:
    """Files in which a text stands as it is, or packed in Parquet."""
    found = [name for name, raw in contents(out).items() if text in raw]
    tables = sorted(out.rglob("*.parquet"))
    return found + [str(path) for path in tables if text.decode() in str(pq.read_table(path).to_pylist())]


def test_what_comes_through_the_door_carries_its_consent(made: Path) -> None:
    (row,) = traced(made, "url", "consent:c-21")
    assert (row["fate"], row["source"]) == ("kept", "consented/texts.jsonl")
    assert not (made / "consented").exists()
    assert list(verify(made)) == []
    (row,) = affected(made, ["c-21"])["documents"]
    assert affected(made, ["c-99"])["shards"] == []


@pytest.mark.parametrize("bad", [Consented("", "text"), Consented("a\nb", "text"), Consented("x" * 201, "text")])
def test_what_has_no_consent_does_not_come_in(bad: Consented, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no consent's id"):
        admit(settings(tmp_path), [MINE[0], bad])
    assert not list(tmp_path.rglob("*.jsonl*"))[1:]  # the book alone


def test_a_run_that_began_takes_nobody_in(made: Path) -> None:
    with Book(made) as book:
        assert book.row("head", "")
    (made.parent / "other").mkdir()
    (made.parent / "other/book.jsonl").write_text('{"kind":"head","key":"","row":{}}\n')
    other = settings(made.parent)
    with pytest.raises(RunFolderError, match="has begun without these texts"):
        admit(Recipe(**{name: getattr(other, name) for name in other.__struct_fields__} | {"output": "other"}), MINE)


def test_a_withdrawal_rebuilds_exactly_the_shards_that_held_it(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(out)
    mine = MINE[2].text.split("\n")[0].encode()
    assert holding(out, mine)
    assert typed(monkeypatch, "withdraw", out, "c-21", "--json") == 0
    plan = json.loads(capsys.readouterr().out)
    assert contents(out) == before
    assert typed(monkeypatch, "withdraw", out, "c-21", "--rebuild-withdrawn", "--key", tmp_path / "k", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [proof["included"] for proof in told["proofs"]] == [False]
    after = contents(out)
    changed = {name.split("/")[1][:6] for name in before if name.startswith("shards/") and before[name] != after[name]}
    assert changed == set(plan["shards"]) == {plan["documents"][0]["shard"]}
    assert holding(out, mine) == []
    assert list(verify(out)) == []
    (row,) = (row for row in traced(out, "url", "consent:c-21") if row["fate"] == "dropped")
    assert (row["rule"], row["value"]) == ("withdrawn", "c-21")
    assert standing(out)["kept"] == 9


def test_a_text_that_others_say_too_is_not_called_absent(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "withdraw", out, "c-1", "--rebuild-withdrawn", "--key", tmp_path / "k") == 1
    assert "STILL THERE" in capsys.readouterr().out


def test_a_withdrawal_that_was_broken_off_is_finished(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, real, left = tmp_path / "out", os.replace, [0]

    def dying(*names: Any) -> None:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        real(*names)

    monkeypatch.setattr(os, "replace", dying)
    shutil.copytree(made, out)
    rebuild(out, ["c-20", "c-22"], tmp_path)
    wanted, steps = contents(out), -left[0]
    assert steps > 10
    for step in range(1, steps + 1, 3):
        shutil.rmtree(out)
        shutil.copytree(made, out)
        left[0] = step
        with pytest.raises(KeyboardInterrupt):
            rebuild(out, ["c-20", "c-22"], tmp_path)
        assert any("broken off" in breach.what for breach in verify(out))
        rebuild(out, [], tmp_path)
        assert contents(out) == wanted
    assert list(verify(out)) == []


def test_inputs_that_change_are_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    file = jsonl(tmp_path / "in/a.jsonl", [sentences(number) for number in range(4)])

    def edit(progress: Any) -> None:
        if progress.phase == "documents" and not progress.done:
            file.write_text(file.read_text().replace("harbour", "haven's"))

    with pytest.raises(InputError, match="changed since this build began"):
        build(settings(tmp_path), workers=1, tell=edit)
    with pytest.raises(InputError, match="changed since this build began"):
        build(settings(tmp_path), workers=1, tell=silent)


def test_a_touched_input_is_still_the_same(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    file = jsonl(tmp_path / "in/a.jsonl", [sentences(number) for number in range(4)])

    def touch(progress: Any) -> None:
        os.utime(file, ns=(1, 1))

    assert build(settings(tmp_path), workers=1, tell=touch)["documents"]["kept"] == 4


CODE = """
import resource, sys, pathlib, signal
from tests.corpus.test_consent import settings, silent
from tokenry.corpus import build
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
build(settings(pathlib.Path(sys.argv[1])), workers=1, tell=silent)
"""


@pytest.mark.parametrize("room", [700, 9000])
def test_a_full_disk_is_told_and_the_run_goes_on_later(room: int, made: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    jsonl(tmp_path / "in/a.jsonl", [sentences(number) for number in range(6)])
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(tmp_path), str(room)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode
    assert "make room" in done.stderr
    assert build(settings(tmp_path), workers=1, tell=silent)["documents"]["kept"] == 6
    assert list(verify(tmp_path / "out")) == []
