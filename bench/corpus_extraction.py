"""`python -m bench.corpus_extraction FOLDER`: how much of articles Tokenry's extractors find, beside their peers.

FOLDER holds `gold.json` (`articleBody` by name) and `html/NAME.html.gz`, as article-extraction-benchmark (scrapinghub,
MIT) has them. The measure is that of its evaluate.py: words are `\\w+`; of the multisets of runs of four words a page's
true, false and missed are counted and divided by their sum; F1 is made of the means of the pages' precision and recall.
Beside it stands F1 of the sums over pages, as others report it. Each way is given the same characters.

The cascade is a recipe's own chain of stages. Without filters it shows the texts; with those of the preset `fineweb`
also which pages it keeps at all: means are then over kept pages, and the number of them stands beside.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from resiliparse.extract.html2text import extract_plain_text
from trafilatura import extract

from bench.table import markdown
from tokenry.corpus import parse_recipe
from tokenry.corpus.documents import batch
from tokenry.corpus.recipe import PRESETS
from tokenry.corpus.run.chain import chain

WIDTH = 4  # words in a run
DRAWS = 1000  # of pages, for the interval
TARGET = 0.955  # of the cascade's F1
_WORD = re.compile(r"\w+")
Texts = dict[str, str]
Ways = Mapping[str, Callable[[Texts], Texts]]


class Counted(NamedTuple):
    """Runs of words of a page, as shares of all that stand in either text."""

    true: float
    false: float
    missed: float


class Score(NamedTuple):
    """Over several pages."""

    precision: float
    recall: float
    f1: float
    f1_of_sums: float


def main() -> None:
    """Print the table; end with 1 when the cascade misses its target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    gold = {name: page["articleBody"] for name, page in json.loads((folder / "gold.json").read_text()).items()}
    pages = {
        name: gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()).decode("utf-8", "replace")
        for name in gold
    }
    rows = []
    reached = 0.0
    for name, way in ways().items():
        way(dict(list(pages.items())[:2]))
        begun = time.process_time()
        found = way(pages)
        spent = time.process_time() - begun
        counts = [counted(gold[page], text) for page, text in found.items()]
        score = scored(counts)
        reached = score.f1 if name == "cascade" else reached
        f1 = f"{score.f1:.4f} ± {interval(counts):.4f}"
        rest = (f"{score.f1_of_sums:.4f}", f"{score.precision:.4f}", f"{score.recall:.4f}", f"{len(pages) / spent:.0f}")
        rows.append([name, str(len(found)), f1, *rest])
    print(f"{len(pages)} pages; ± is 1.96 deviations of F1 over {DRAWS} draws of as many pages\n")
    print(markdown(["way", "pages", "F1", "F1 of sums", "precision", "recall", "pages/s and core"], rows))
    print(f"\ncascade: F1 {reached:.4f}, at least {TARGET} wanted: {'reached' if reached >= TARGET else 'MISSED'}")
    raise SystemExit(reached < TARGET)


def ways() -> Ways:
    """Every way from pages to texts, ours first."""
    return {
        "cascade": lambda pages: built(pages, "cascade"),
        "cascade, then fineweb's filters": lambda pages: built(pages, "cascade", without=()),
        "careful": lambda pages: built(pages, "careful"),
        "careful, then fineweb's filters": lambda pages: built(pages, "careful", without=()),
        "careful, `fast = false`": lambda pages: built(pages, "careful", fast=False),
        "quick": lambda pages: built(pages, "quick"),
        "trafilatura": _by(partial(extract, include_comments=False)),
        "trafilatura, fast": _by(partial(extract, include_comments=False, fast=True)),
        "trafilatura, precision": _by(partial(extract, include_comments=False, favor_precision=True)),
        "trafilatura, recall": _by(partial(extract, include_comments=False, favor_recall=True)),
        "resiliparse, main content": _by(partial(extract_plain_text, main_content=True)),
        "resiliparse, all": _by(extract_plain_text),
    }


def _by(extractor: Callable[[str], str | None]) -> Callable[[Texts], Texts]:
    return lambda pages: {name: extractor(page) or "" for name, page in pages.items()}


def built(
    pages: Texts, extractor: str, *, fast: bool = True, without: Sequence[str] = (*PRESETS["fineweb"]["filters"],)
) -> Texts:
    """What a recipe's chain keeps of pages; without filters, what it drops is an empty text.

    Args:
        pages: characters by name.
        extractor: the recipe's.
        fast: the recipe's.
        without: filters of the preset `fineweb` that are turned off.
    """
    tree: dict[str, object] = {
        "preset": "fineweb", "input": ["none"], "output": "none", "opt_out": {"honour": False},
        "extract": {"extractor": extractor, "fast": fast}, "dedup": {"minhash": False},
        "filters": dict.fromkeys(without, False),
    }  # fmt: skip  # a recipe
    recipe = parse_recipe(tree, source="bench", base=Path.cwd())
    documents = batch([
        {"id": name, "raw": page.encode("utf-8", "replace"), "charset": "utf-8", "media": "text/html"}
        for name, page in pages.items()
    ])  # fmt: skip  # a row is one fact
    for stage in chain(recipe):
        documents = stage(documents).kept if documents.num_rows else documents
    kept = dict(zip(documents.column("id").to_pylist(), documents.column("text").to_pylist(), strict=True))
    return {name: kept.get(name, "") for name in pages} if without else kept


def counted(true: str, found: str) -> Counted:
    """How many runs of words stand in both, in the second alone and in the first alone, as shares of all."""
    left, right = runs(true), runs(found)
    counts = ((left & right).total(), (right - left).total(), (left - right).total())
    whole = sum(counts) or 1
    return Counted(*(count / whole for count in counts))


def runs(text: str) -> Counter[tuple[str, ...]]:
    """Every run of `WIDTH` words; of a shorter text all its words."""
    words = _WORD.findall(text)
    if not words:
        return Counter()
    return Counter(tuple(words[at : at + WIDTH]) for at in range(max(1, len(words) - WIDTH + 1)))


def scored(counts: Sequence[Counted]) -> Score:
    """Of several pages. A page without a word on one side has no say in the mean of that side."""
    precision = statistics.fmean(one.true / (one.true + one.false) for one in counts if one.true + one.false)
    recall = statistics.fmean(one.true / (one.true + one.missed) for one in counts if one.true + one.missed)
    true, false, missed = map(sum, zip(*counts, strict=True))
    f1 = 2 * precision * recall / (precision + recall)
    return Score(precision, recall, f1, 2 * true / (2 * true + false + missed))


def interval(counts: Sequence[Counted]) -> float:
    """How far F1 goes astray with other pages of this kind, by drawing pages anew."""
    chance = random.Random(0)
    return 1.96 * statistics.stdev(scored(chance.choices(counts, k=len(counts))).f1 for _ in range(DRAWS))


if __name__ == "__main__":
    main()
