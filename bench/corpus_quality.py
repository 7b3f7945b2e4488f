"""`python -m bench.corpus_quality FOLDER`: how well the built-in classifier tells an article from its page's rest.

FOLDER holds `gold.json` (`articleBody` by name) and `html/NAME.html.gz`, as the article-extraction-benchmark has them.
Good texts are the articles as people marked them; bad ones are what else their pages say. Pages are parted in two by
the sha256 of their names: `--fit` finds weights on the one half, and the area under the curve is printed for the other.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from tokenry.corpus.classify import FEATURES, Prose, auc, features

STEPS = 4000
RATE = 2.0
DECAY = 0.003


def main() -> None:
    """Print the areas, and new weights where they are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fit", action="store_true", help="find weights anew on the first half")
    given = parser.parse_args()
    halves = parted(given.folder)
    if given.fit:
        weights, constant = fitted(*halves[0])
        for name, weight in zip(FEATURES, weights, strict=True):
            print(f"{name:12} {weight:8.3f}")
        print(f"{'constant':12} {constant:8.3f}")
        good, bad = (features(texts) @ weights + constant for texts in halves[1])
        print(f"AUC of these weights on the other half: {auc(good.tolist(), bad.tolist()):.4f}")
    for words, (good, bad) in zip(("the half of the fit", "the other half"), halves, strict=True):
        area = auc(Prose().scores(good), Prose().scores(bad))
        print(f"AUC of `prose` on {words}: {area:.4f} ({len(good)} articles, {len(bad)} rests of pages)")


def parted(folder: Path) -> list[tuple[list[str], list[str]]]:
    """Good and bad texts of the two halves."""
    halves: list[tuple[list[str], list[str]]] = [([], []), ([], [])]
    for name, page in sorted(json.loads((folder / "gold.json").read_text()).items()):
        html = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()).decode("utf-8", "replace")
        good, bad = halves[hashlib.sha256(name.encode()).digest()[0] % 2]
        if rest := without(extract_plain_text(HTMLTree.parse(html), main_content=False), page["articleBody"]):
            good.append(page["articleBody"])
            bad.append(rest)
    return halves


def without(whole: str, article: str) -> str:
    """The lines of a page that its article does not hold."""
    known = " ".join(article.split())
    lines = [line.strip() for line in whole.split("\n")]
    return "\n".join(line for line in lines if line and " ".join(line.split()) not in known)


def fitted(good: list[str], bad: list[str]) -> tuple[Any, float]:
    """A logistic curve by plain descent, drawn a little to zero."""
    rows = np.concatenate([features(good), features(bad)])
    wanted = np.array([1.0] * len(good) + [0.0] * len(bad))
    weights, constant = np.zeros(rows.shape[1]), 0.0
    for _ in range(STEPS):
        missed = 1 / (1 + np.exp(-(rows @ weights + constant))) - wanted
        weights -= RATE * (rows.T @ missed / len(rows) + DECAY * weights)
        constant -= RATE * missed.mean()
    return weights, constant


if __name__ == "__main__":
    main()
