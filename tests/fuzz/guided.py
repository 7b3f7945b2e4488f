"""Coverage-guided fuzzing of one target in a process of its own: the child that `python -m tests.fuzz` starts.

Needs atheris (libFuzzer), which the group `fuzz` brings. A target is a module of this folder with `target(data)`, which
raises when something is wrong, `seeds()`, `WORDS` to make inputs of, and `ROOMS`, the packages whose branches guide the
search. The targets
themselves are plain Python: the everyday suite runs them on their seeds without atheris.
"""

from __future__ import annotations

import importlib
import logging
import sys
from pathlib import Path
from typing import Any

import atheris

LENGTH_MAX = 4096  # bytes of one input
HANG_S = 10  # one input that takes longer counts as a hang


def load(name: str) -> Any:
    """The module of a target, with its rooms instrumented."""
    logging.disable(logging.INFO)  # it would name each module
    rooms = _rooms(name)
    with atheris.instrument_imports(include=rooms):
        return importlib.import_module(f"tests.fuzz.{name}")


def _rooms(name: str) -> list[str]:
    """What a target's source says of `ROOMS`: it cannot be imported before it is known what to instrument."""
    for line in Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8").splitlines():
        if line.startswith("ROOMS = "):
            return [str(word) for word in line.removeprefix("ROOMS = ").strip('()[] ,"').replace('"', "").split(", ")]
    raise SystemExit(f"{name} names no ROOMS")


def _escaped(word: str) -> str:
    """A word as libFuzzer's dictionaries have it."""
    return "".join([f"\\x{byte:02x}" for byte in word.encode()])


def main(name: str, folder: str, *options: str) -> None:
    """Fuzz one target; libFuzzer's options as it writes them. Never returns."""
    module = load(name)
    corpus = Path(folder)
    for number, seed in enumerate(module.seeds()):
        (corpus / f"seed-{number:03}").write_bytes(seed)
    words = corpus.with_name(f"words-{name}")
    words.write_text("".join([f'"{_escaped(word)}"\n' for word in module.WORDS]), encoding="ascii")
    limits = [
        f"-dict={words}",
        f"-max_len={LENGTH_MAX}",
        f"-timeout={HANG_S}",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
    ]
    atheris.Setup(["fuzz", *limits, *options, str(corpus)], module.target)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
