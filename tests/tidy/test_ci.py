"""What guards CI can fail: unlisted skips are named and turn the run red, a wheel with a hole is refused."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from tests.tidy.house import ROOT


def guard(name: str) -> ModuleType:
    spec = spec_from_file_location(name, ROOT / f".ci/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_listed_skip_needs_a_reason() -> None:
    listed = guard("skip_list").listed
    assert listed("# words\n\ntests/a.py::*   needs a GPU\n") == {"tests/a.py::*": "needs a GPU"}
    with pytest.raises(ValueError, match="without a reason"):
        listed("tests/a.py::test_x\n")


def test_a_skip_that_no_pattern_covers_is_named() -> None:
    skipped = {"tests/a.py::test_x[1]": "no GPU", "tests/b.py::test_y": "no GPU"}
    unlisted = guard("skip_list").unlisted
    assert unlisted(skipped, {"tests/a.py::test_x[[]*": "why"}) == skipped
    assert unlisted(skipped, {"tests/a.py::*": "why"}) == {"tests/b.py::test_y": "no GPU"}
    assert unlisted(skipped, {"tests/a.py::test_x[1]": "why", "tests/b.py::test_y": "why"}) == {}


@pytest.mark.parametrize("cores", ["0", "2"])
def test_an_unlisted_skip_turns_a_passing_run_red(tmp_path: Path, cores: str) -> None:
    (tmp_path / "test_it.py").write_text("import pytest\ndef test_ok(): pass\ndef test_no(): pytest.skip('no tool')\n")
    without = ["-p", "no:cacheprovider", "-p", "no:randomly"]
    command = [sys.executable, "-m", "pytest", "-p", "skip_list", *without, "-n", cores, "."]
    environ = {**os.environ, "PYTHONPATH": str(ROOT / ".ci"), "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1, done.stdout
    assert "test_it.py::test_no: Skipped: no tool" in done.stdout
    assert "1 passed, 1 skipped" in done.stdout.splitlines()[-1]


def test_every_system_is_tried_and_what_has_no_wheel_is_a_complaint(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = guard("resolve")
    tried = list(resolve.combinations())
    named = re.findall(r"Programming Language :: Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text())
    assert {version for _, version in tried} == set(named)
    assert {system.split("-", 1)[1].split("_")[0] for system, _ in tried} == {
        "manylinux",
        "apple-darwin",
        "pc-windows-msvc",
    }

    def run(words: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        assert "--only-binary" in words
        windows = "x86_64-pc-windows-msvc" in words
        return subprocess.CompletedProcess(words, int(windows), "", "x has no wheels\n" if windows else "")

    monkeypatch.setattr(subprocess, "run", run)
    assert resolve.complaint("a.whl", "x86_64-pc-windows-msvc", "3.11") == "x has no wheels"
    assert resolve.complaint("a.whl", "aarch64-apple-darwin", "3.11") == ""
    monkeypatch.setattr(sys, "argv", ["resolve.py", "a.whl"])
    assert resolve.main() == 1


def test_a_wheel_with_a_hole_or_a_stranger_is_refused(tmp_path: Path) -> None:
    complaints = guard("contents").complaints
    (tmp_path / "tokenry").mkdir()
    (tmp_path / "tokenry/a.py").touch()
    licence, dist = "tokenry-0.dist-info/licenses/LICENSE", "tokenry/api/web/dist"
    page, script, third = f"{dist}/index.html", f"{dist}/assets/a.js.br", f"{dist}/THIRD-PARTY.txt"
    whole = {"tokenry/a.py", licence, page, script, third}
    assert complaints(whole, tmp_path) == []
    assert complaints(whole - {licence}, tmp_path) == ["the licence is missing"]
    assert complaints(whole - {page}, tmp_path) == ["the workspace's page is missing"]
    assert complaints(whole - {script}, tmp_path) == ["the compressed form of its scripts is missing"]
    assert complaints(whole - {third}, tmp_path) == ["the list of what the pages are made of is missing"]
    assert complaints(whole - {"tokenry/a.py"}, tmp_path) == ["tokenry/a.py is missing"]
    assert complaints(whole | {"tests/b.py"}, tmp_path) == ["tests/b.py does not belong"]
    assert complaints(whole | {f"{dist}/a.js.map"}, tmp_path) == [f"{dist}/a.js.map is a source map"]
