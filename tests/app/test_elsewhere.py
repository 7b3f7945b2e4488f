"""Where parts are missing: systems without Unix's modules, without uvloop, without an engine's wheel. And what a start
does not load, since nobody should wait for what is not needed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

UNIX = ("fcntl", "resource", "grp", "pwd", "termios", "uvloop", "xllamacpp")
BLOCK = """
import asyncio, multiprocessing, socket, subprocess, sys, tempfile  # their own guards are not what is tried here
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
BLOCKED = sys.argv.pop(1).split()
sys.meta_path.insert(0, Block())
for name in BLOCKED:
    sys.modules.pop(name, None)
import importlib.util as util
kept = util.find_spec
util.find_spec = lambda name, package=None: None if name in BLOCKED else kept(name, package)
"""
EVERYTHING = """
import importlib, pkgutil, tokenry
# A child is started only where its library is, and a cluster joined where Ray is; Alembic runs its scripts itself.
LEFT_OUT = ("tokenry.engines.llama_child", "tokenry.corpus.cluster", "tokenry.__main__", "tokenry.storage.migrations")
for module in pkgutil.walk_packages(tokenry.__path__, "tokenry."):
    if not module.name.startswith(LEFT_OUT):
        importlib.import_module(module.name)
print(len([name for name in sys.modules if name.startswith("tokenry.")]))
"""
MAIN = "import sys; from tokenry.cli import main; main()"


def python(code: str, *words: str, blocked: tuple[str, ...] = (), home: Path | None = None) -> tuple[int, str, str]:
    """Code in a Python of its own; exit code, output, errors."""
    environ = {**os.environ, "NO_COLOR": "1"} | ({"HOME": str(home)} if home is not None else {})
    done = subprocess.run(
        [sys.executable, "-c", BLOCK + code, " ".join(blocked), *words],
        capture_output=True, text=True, timeout=120, check=False, env=environ,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_everything_can_be_imported_without_unix() -> None:
    code, out, err = python(EVERYTHING, blocked=UNIX)
    assert code == 0, err
    assert int(out) > 100


def test_without_unix_a_verb_says_where_it_works(tmp_path: Path) -> None:
    code, out, err = python(MAIN, "serve", blocked=UNIX, home=tmp_path)
    assert (code, out) == (1, "")
    assert err.startswith("error: `tokenry serve` needs Linux or macOS; on Windows use WSL 2 or a container.")
    assert python(MAIN, "--version", blocked=UNIX)[0] == 0
    file = str(tmp_path / "tokenry.toml")
    assert python(MAIN, "init", "--config", file, blocked=UNIX, home=tmp_path)[0] == 0
    assert python(MAIN, "config", "check", "--config", file, blocked=UNIX, home=tmp_path)[0] == 0


NEEDED_LATER = (
    "alembic", "mako", "rich.progress", "numpy", "tokenizers", "xllamacpp", "huggingface_hub", "pip", "opentelemetry",
    "yaml",
)  # fmt: skip  # one name a line would bury the list


def test_a_start_loads_only_what_it_needs() -> None:
    code, out, err = python("import tokenry.app, json; print(json.dumps(sorted(sys.modules)))")
    assert code == 0, err
    loaded = set(json.loads(out))
    assert "tokenry.app.serving" in loaded
    assert loaded & set(NEEDED_LATER) == set()


def test_an_engine_without_its_library_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tokenry.config import Provider
    from tokenry.engines import ArtifactStore, EngineSetupError, build, embedded

    model = tmp_path / "model.gguf"
    model.touch()
    engine = build(Provider(name="local", dialect="llama.cpp", model=str(model)), {}, ArtifactStore(tmp_path))
    assert isinstance(engine, embedded.LlamaEngine)
    assert engine._launch()
    monkeypatch.setattr(embedded, "find_spec", lambda _: None)
    with pytest.raises(EngineSetupError, match=r"llama\.cpp is not installed here.*llama-server"):
        engine._launch()
