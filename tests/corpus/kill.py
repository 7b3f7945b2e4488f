"""A build killed at random instants, gone on with each time: are the bytes those of an undisturbed run?

    python -m tests.corpus.kill --kills 30 --seed 1

Builds made-up documents once in peace. Then it starts the same build again and again, kills it (SIGKILL) after a random
part of the time that the first one took, and starts it where it was left; a run that reaches its end is compared and
begun anew. Ends with 1 when a byte differs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tokenry.corpus import standing
from tokenry.corpus.run import book

FILES, DOCUMENTS, WORDS = 3, 500, 900  # documents a file, words a document: about 3 MB a file
RECIPE = """preset = "own-documents"
input = ["in/*.jsonl"]
output = "{output}"
[dedup]
minhash = true
[shards]
tokens = 500000
"""


def main() -> int:
    """Print what was done; 0 when all bytes are the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="kill-") as folder:
        base = Path(folder)
        make(base, chance)
        begun = time.monotonic()
        started(base, "peace").communicate()
        whole = time.monotonic() - begun
        wanted = sums(base / "peace")
        print(f"undisturbed: {whole:.1f} s, {len(wanted)} files", flush=True)
        return disturbed(base, asked.kills, whole, wanted, chance)


def disturbed(base: Path, kills: int, whole: float, wanted: dict[str, str], chance: random.Random) -> int:
    """Kill so many times; what was found when all was done."""
    out, done, ends, phases = base / "killed", 0, 0, Counter[str]()
    while True:
        build = started(base, "killed")
        try:
            _, said = build.communicate(timeout=chance.uniform(0, whole) if done < kills else None)
        except subprocess.TimeoutExpired:
            build.kill()
            build.communicate()
            done += 1
            phases[reached(out)] += 1
            print(f"kill {done}: {reached(out)}", flush=True)
            continue
        found = sums(out)
        ends += 1
        if build.returncode or found != wanted:
            differing = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
            print(f"after {done} kills: exit code {build.returncode}, differing: {differing}")
            print(said.decode(errors="replace")[-2000:])
            return 1
        if done >= kills:
            print(f"{done} kills, {ends} runs to their end, each the same bytes; last entered in the book when killed:")
            print(", ".join(f"{phase} {count}" for phase, count in sorted(phases.items())))
            return 0
        shutil.rmtree(out)


def make(base: Path, chance: random.Random, files: int = FILES) -> None:
    """Documents of made-up words, some of them copies, and two recipes."""
    (base / "in").mkdir()
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 9))) for _ in range(20_000)]
    for number in range(files):
        with (base / f"in/{number}.jsonl").open("w", encoding="utf-8") as file:
            for _ in range(DOCUMENTS):
                line = json.dumps({"text": " ".join(chance.choices(words, k=WORDS))}) + "\n"
                file.write(line * chance.choice((1, 1, 1, 2)))
    for output in ("peace", "killed"):
        (base / f"{output}.toml").write_text(RECIPE.format(output=output), encoding="utf-8")


def started(base: Path, name: str) -> subprocess.Popen[bytes]:
    """A build of its own process."""
    words = [sys.executable, "-m", "tokenry", "corpus", "build", str(base / f"{name}.toml"), "--workers", "2"]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def sums(out: Path) -> dict[str, str]:
    """Each file's sha256, but for the book, which holds the order in which workers were ready."""
    files = (path for path in sorted(out.rglob("*")) if path.is_file() and path.name != book.NAME)
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def reached(out: Path) -> str:
    """The kind of the book's last row."""
    path = out / book.NAME
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    assert not lines or standing(out)
    return str(json.loads(lines[-1])["kind"]) if lines else "nothing yet"


if __name__ == "__main__":
    sys.exit(main())
