"""Fuzz Tokenry: `just fuzz` for everything in turn, `just fuzz TARGET --minutes N` for one.

Targets that read bytes are fuzzed by coverage, each in a child process that is started again after a crash until the
time is over. `http` talks to a server of its own in broken HTTP, `openapi` asks it what our OpenAPI document, or
another one (`--spec`), allows and forbids. What fails is kept, and the command that shows it again is printed.
"""

from __future__ import annotations

import argparse
import importlib
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

GUIDED = ("cutter", "anthropic", "head", "front", "answers", "config", "admin", "keys", "reading")
LIVE = ("http", "openapi")
CRASHES_MAX = 20  # of one target in one run
_RUN = re.compile(r"^#(\d+)\t.*?cov: (\d+) ")
_DONE = re.compile(r"^stat::number_of_executed_units:\s*(\d+)")
_PLACE = re.compile(r'^  File "(.*)", line (\d+)')
_KEPT = re.compile(r"Test unit written to (\S+)")


@dataclass
class Tally:
    """What came of one target."""

    runs: int = 0
    branches: int = 0
    seconds: float = 0.0
    crashes: dict[str, tuple[str, str]] = field(default_factory=dict)  # where -> in words, and the input's file

    def line(self, name: str) -> str:
        return (
            f"{name:8} {self.runs:12,} inputs  {self.seconds / 60:7.1f} min  {self.branches:6,} branches"
            f"  {len(self.crashes)} crashes"
        )


def guided(name: str, seconds: float, seed: int, folder: Path) -> Tally:
    """Fuzz one target by coverage for about so many seconds."""
    tally = Tally()
    corpus, kept = folder / f"corpus-{name}", folder / "crashes"
    for place in (corpus, kept):
        place.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    while (left := seconds - (time.monotonic() - began)) > 1 and len(tally.crashes) < CRASHES_MAX:
        options = [f"-max_total_time={int(left)}", f"-seed={seed}", f"-artifact_prefix={kept}/{name}-"]
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.guided", name, str(corpus), *options],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        )  # fmt: skip
        _listen(child, tally, name)
        if child.wait() == 0:
            break
        seed += 1
    tally.seconds = time.monotonic() - began
    return tally


def _listen(child: subprocess.Popen[str], tally: Tally, name: str) -> None:
    """Take down what libFuzzer tells, and pass on what went wrong."""
    assert child.stdout is not None
    runs, words, place, shown = 0, "", "", 0.0
    log: list[str] = []
    for line in child.stdout:
        log = [*log[-60:], line]
        if found := _RUN.match(line):
            runs, tally.branches = int(found[1]), max(tally.branches, int(found[2]))
            if time.monotonic() - shown > 30:
                shown = time.monotonic()
                print(f"{name}: {tally.runs + runs:,} inputs, {tally.branches:,} branches", flush=True)
        elif found := _DONE.match(line):
            runs = int(found[1])
        elif re.match(r"^[A-Za-z_.]*(Error|Exception|BadStream|Exit)\b", line) or "libFuzzer: timeout" in line:
            words = line.strip()[:200]
        elif found := _PLACE.match(line):
            place = f"{Path(found[1]).name}:{found[2]}"
        elif (found := _KEPT.search(line)) and place not in tally.crashes:
            tally.crashes[place] = (words, found[1])
            print("".join(log[-40:]), f"again: just fuzz {name} --input {found[1]}", sep="\n", flush=True)
    tally.runs += runs
    if child.wait() and not tally.crashes:
        raise SystemExit("".join(log))


def live(name: str, seconds: float, seed: int, which: tuple[Path | None, str]) -> Tally:
    """Run a target that asks a server of its own."""
    module = importlib.import_module(f"tests.fuzz.{name}")
    began = time.monotonic()
    runs, failed = module.run(seconds, seed, *which)
    crashes = {words: ("", again) for words, again in failed.items()}
    return Tally(runs, 0, time.monotonic() - began, crashes)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="just fuzz", description=__doc__)
    parser.add_argument("target", nargs="?", choices=[*GUIDED, *LIVE], help="all of them when left out")
    parser.add_argument("--minutes", type=float, default=2.0, help="how long each target is run (default 2)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--input", type=Path, help="show one input to the target and end")
    parser.add_argument("--folder", type=Path, help="keep corpus and crashes here, and go on from what is there")
    parser.add_argument("--spec", type=Path, help="openapi: this document instead of the one that is served")
    parser.add_argument("--paths", default="", metavar="REGEX", help="openapi: only paths in which this is found")
    args = parser.parse_args()
    if args.input is not None:
        importlib.import_module(f"tests.fuzz.{args.target}").target(args.input.read_bytes())
        print("nothing is wrong with this input")
        return 0
    folder = args.folder or Path(tempfile.mkdtemp(prefix="tokenry-fuzz-"))
    tallies: dict[str, Tally] = {}
    for name in [args.target] if args.target else [*GUIDED, *LIVE]:
        seconds = args.minutes * 60
        tallies[name] = (
            guided(name, seconds, args.seed, folder)
            if name in GUIDED
            else live(name, seconds, args.seed, (args.spec, args.paths))
        )
        print(tallies[name].line(name), flush=True)
    print(f"seed {args.seed}; corpus and crashes in {folder}")
    for name, tally in tallies.items():
        print(tally.line(name))
        for place, (words, again) in tally.crashes.items():
            print(f"  {place}: {words}\n  again: {again if name in LIVE else f'just fuzz {name} --input {again}'}")
    return 1 if any(tally.crashes for tally in tallies.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
