"""What does not depend on pages: language, filters and MinHash on the same texts, and tokens, each on one core.

For `bench.corpus`. Texts are those of the quick extractor, one for each page that has any. The filters are FineWeb's,
each text through all of them until one drops it; MinHash looks at what they leave. Both sides are warm: models, words
and Python are loaded before the clock begins, which counts processor time.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa

from bench.corpus_decisions import AT_ONCE, CHAIN, STAGES
from bench.corpus_ids import END, compared
from bench.corpus_runs import ROOT, model_of
from tokenry.corpus.dedup import Bands, MinHashDedup
from tokenry.corpus.documents import batch
from tokenry.corpus.run.workbench import TEXTS_AT_ONCE
from tokenry.corpus.tokens.tokenizer import Engine, Published
from tokenry.corpus.words import begin_anew, worded

ENCODING = "o200k_base"
ENGINES: tuple[Engine, ...] = ("gigatoken", "tiktoken")
ROUNDS = 3


@dataclass(frozen=True)
class Core:
    """Processor seconds of one side, what its filters left, and how many of these MinHash took."""

    filters: float
    minhash: float
    left: int
    removed: int

    @property
    def seconds(self) -> float:
        """Both."""
        return self.filters + self.minhash


def ours(rows: Sequence[dict[str, str]]) -> Core:
    """Tokenry's."""
    STAGES["language"](batch([{"id": "", "text": "warm"}]))
    worded(["warm"])
    begin_anew()  # a lexicon that knows no word yet
    batches = [
        batch([{"id": str(at + n), "url": row["url"], "text": row["text"]} for n, row in enumerate(some)])
        for at in range(0, len(rows), AT_ONCE)
        if (some := rows[at : at + AT_ONCE])
    ]
    clocks = [time.process_time()]
    kept = [_through(documents) for documents in batches]
    clocks.append(time.process_time())
    bands = Bands()
    table = pa.Table.from_batches([bands(documents).kept for documents in kept])
    numbered = table.append_column("row", [list(range(table.num_rows))])
    removed = sum(1 for _ in MinHashDedup().removals(lambda columns: [numbered.select([*columns, "row"])]))
    clocks.append(time.process_time())
    return Core(clocks[1] - clocks[0], clocks[2] - clocks[1], table.num_rows, removed)


def _through(documents: Any) -> Any:
    for name in CHAIN:
        documents = STAGES[name](documents).kept
    return documents


def theirs(rows: Sequence[dict[str, str]], peer: str, folder: Path) -> Core:
    """datatrove's, in a process of its own."""
    texts = folder / "texts.jsonl"
    texts.write_text("".join(json.dumps({**row, "id": str(at)}) + "\n" for at, row in enumerate(rows)))
    command = [peer, "-P", "-m", "bench.corpus_datatrove", "core", str(folder / "core"), model_of(peer), str(texts)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HF_HOME": str(folder / "hf")}
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, env=environment)
    if done.returncode:
        raise SystemExit(f"datatrove's filters failed:\n{done.stderr[-3000:]}")
    return Core(**json.loads(done.stdout.splitlines()[-1])["stages"])


@dataclass(frozen=True)
class Tokens:
    """Ids of all texts by both ways: how many texts differ, and the median seconds of both over rounds."""

    texts: int
    count: int
    differing: int
    fast_s: float
    tiktoken_s: float


def tokens(texts: Sequence[str]) -> Tokens:
    """Every id compared; then both speeds in turn, each round with a fast way that has met no word yet."""
    made = compared(texts, ENCODING)
    fast_s: list[float] = []
    tiktoken_s: list[float] = []
    for _ in range(ROUNDS):
        fast, slow = (Published(ENCODING, END, engine) for engine in ENGINES)
        for one, spent in ((fast, fast_s), (slow, tiktoken_s)):
            one.encode(["warm"])  # ranks are read at the first text
            began = time.process_time()
            for at in range(0, len(texts), TEXTS_AT_ONCE):
                one.encode(texts[at : at + TEXTS_AT_ONCE])
            spent.append(time.process_time() - began)
    return Tokens(made.texts, made.tokens, len(made.other_ids), median(fast_s), median(tiktoken_s))
