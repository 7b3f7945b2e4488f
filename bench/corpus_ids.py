"""`python -m bench.corpus_ids INPUT...`: every token id of the fast way beside tiktoken's, over the whole of inputs.

Texts are those of the quick extractor and, harder, the pages themselves with all their markup. Each published encoding
is made as a build makes it; ids are compared one by one and turned back into text. Speeds are of one core; the fast
way's holds its sample of texts that are looked at twice. Ends with 1 when an id or a character differs.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.corpus_texts import HOWS, rows
from bench.table import markdown
from tokenry.corpus.tokens import NAMES, Tokenizer, tokenizer

AT_ONCE = 300  # texts of a batch
END = "<|endoftext|>"


@dataclass(frozen=True)
class Compared:
    """Of some texts: their ids by tiktoken, texts with other ids, texts that do not come back, seconds of both."""

    texts: int
    tokens: int
    other_ids: list[int]
    other_text: list[int]
    fast_s: float
    tiktoken_s: float


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", nargs="+", help="files, folders or patterns")
    parser.add_argument("--text", nargs="+", default=["quick", "html"], choices=HOWS)
    parser.add_argument("--encoding", nargs="+", default=NAMES, choices=NAMES)
    given = parser.parse_args()
    lines, wrong = [], 0
    for how in given.text:
        texts = [row["text"] for row in rows(given.input, how)]
        size = sum(len(text.encode()) for text in texts) / 1e6
        for name in given.encoding:
            made = compared(texts, name)
            wrong += len(made.other_ids) + len(made.other_text)
            rates = [made.tokens / seconds / 1e6 for seconds in (made.fast_s, made.tiktoken_s)]
            counts = (made.texts, made.tokens, len(made.other_ids), len(made.other_text))
            speeds = [f"{rates[0]:.1f}", f"{rates[1]:.1f}", f"{rates[0] / rates[1]:.1f}"]
            lines.append([f"{how}, {size:.1f} MB", name, *(f"{count:,}" for count in counts), *speeds])
    heads = ["text", "encoding", "texts", "tokens", "other ids", "other text", "M tokens/s", "tiktoken", "times"]
    print(markdown(heads, lines))
    raise SystemExit(bool(wrong))


def compared(texts: Sequence[str], name: str) -> Compared:
    """Every id of these texts, by the fast way and by tiktoken.

    Args:
        texts: what is encoded.
        name: of a published encoding.
    """
    fast, reference = _both(name)
    tokens, spent = 0, [0, 0]
    ids_differ, text_differs = [], []
    for begin in range(0, len(texts), AT_ONCE):
        some = texts[begin : begin + AT_ONCE]
        clocks = [time.process_time_ns()]
        mine = fast.encode(some)
        clocks.append(time.process_time_ns())
        theirs = reference.encode(some)
        clocks.append(time.process_time_ns())
        spent = [before + clocks[n + 1] - clocks[n] for n, before in enumerate(spent)]
        for at, (left, right, text) in enumerate(zip(mine, theirs, some, strict=True), begin):
            tokens += len(right)
            if not np.array_equal(left, right):
                ids_differ.append(at)
            if fast.decode(left) != text:
                text_differs.append(at)
    return Compared(len(texts), tokens, ids_differ, text_differs, spent[0] / 1e9, spent[1] / 1e9)


def _both(name: str) -> tuple[Tokenizer, Tokenizer]:
    fast, reference = tokenizer(name, END, Path(), "gigatoken"), tokenizer(name, END, Path(), "tiktoken")
    for one in (fast, reference):
        one.encode(["warm"])  # ranks are read at the first text
    return fast, reference


if __name__ == "__main__":
    main()
