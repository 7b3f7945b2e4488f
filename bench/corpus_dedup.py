"""Near copies that were put in on purpose: how many MinHash finds, what it takes for one by mistake, and its memory.

Texts are those of the quick extractor that are nobody's near copy. Beside each measured share stands what 14 bands of 8
hashes promise for these very pairs: the mean of 1 - (1 - s^8)^14 over their similarities s. Then

- copies with 2, 5, 10 and 20 % of their words exchanged for others;
- mirrors: the page in capitals, with other line breaks and accents, between another site's header and footer;
- boilerplate: pages that share a header and a footer and say different things, which must stay;
- builds of 10 and of 100 MB of text, whose memory must not follow.

It ends with 1 when copies are found otherwise than chance explains, when pages with little in common are merged more
often than the curve allows, when a text is merged with a stranger, or when memory grows. Pages that share most of what
they say are chained to one another (what meets, and what meets that), so they are merged more often than pairs meet.

    just bench corpus_dedup --input "crawl/*.warc.gz"
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from bench.corpus_copies import BANDS, ROWS, Rows, jaccard, ours, runs
from bench.corpus_runs import Run, measured
from bench.corpus_texts import rows as texts_of
from bench.table import markdown
from tokenry.corpus.dedup.shingles import words

SEED = 1
EXCHANGED = (2, 5, 10, 20)  # % of words
COUNT = 400  # texts that are copied
WORDS_MIN, WORDS_MAX = 100, 3000  # of a text that is copied
BOILERPLATE = 120  # words that pages share
OWN = (40, 120, 360, 1080)  # words that each has besides
STRANGERS = 0.4  # similarity below which nobody should be merged: the curve says one in a hundred at it
GROWN_MB = (10, 100)  # of text
GROWTH_MAX = 1.25  # of the largest process
CHANCE = 4  # standard deviations
MEMORY_MB = 512


@dataclass(frozen=True)
class Found:
    """Of pairs that were made: how many were merged, and how many the curve promises."""

    name: str
    pairs: int
    likeness: float
    merged: int
    promised: float
    deviation: float  # of the number that the curve promises, were pairs independent
    strangers: int  # pairs merged though they have next to nothing in common

    @property
    def far(self) -> float:
        """How many standard deviations more than was promised."""
        return (self.merged - self.promised) / max(self.deviation, 1.0)

    @property
    def wrong(self) -> bool:
        """Whether chance does not explain it; pairs among many pages are no independent draws and may be fewer."""
        alone = self.pairs <= COUNT
        return bool(self.strangers) or (
            abs(self.far) > CHANCE if alone else self.likeness < STRANGERS and self.far > CHANCE
        )


def main() -> None:
    """Print the tables; exit 1 as the docstring says."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--input", action="append", required=True)
    asked.add_argument("--workers", type=int, default=2)
    given = asked.parse_args()
    pages = list(texts_of(given.input, "quick"))
    texts = _distinct(pages)
    print(f"{len(pages):,} texts, of which {len(texts)} without near copies are copied\n")
    found = [_copied(texts, share) for share in EXCHANGED] + [_mirrored(texts)]
    found += [_boilerplate(texts, own) for own in OWN]
    print(markdown(
        ["put in", "pairs", "similarity, mean", "merged", "share", "14 x 8 promise", "deviations", "of strangers"],
        [
            [one.name, f"{one.pairs:,}", f"{one.likeness:.3f}", f"{one.merged:,}", f"{one.merged / one.pairs:.2%}",
             f"{one.promised / one.pairs:.2%}", f"{one.far:+.1f}", str(one.strangers)]
            for one in found
        ],
    ), flush=True)  # fmt: skip  # a table
    print("\nBuilds of so much text (every document kept, MinHash among the stages):\n")
    grown = {size: _grown(texts, size, given.workers) for size in GROWN_MB}
    rows = [
        [f"{size} MB", f"{one.largest_mb:.0f}", f"{one.all_mb:.0f}", f"{one.cpu:.0f}"] for size, one in grown.items()
    ]
    print(markdown(["text", "largest process MB", "all processes MB", "CPU s"], rows))
    small, large = (grown[size].largest_mb for size in GROWN_MB)
    wrong = [one.name for one in found if one.wrong]
    if large > GROWTH_MAX * small or large > MEMORY_MB:
        wrong.append(f"memory: {small:.0f} to {large:.0f} MB")
    print(f"\nmissed: {'; '.join(wrong)}" if wrong else "\nas promised, and memory stays flat")
    raise SystemExit(bool(wrong))


def _distinct(pages: Rows) -> list[str]:
    """Texts of a middle length that are nobody's near copy, some from everywhere."""
    together = ours(pages).together
    alone = [
        row["text"]
        for at, row in enumerate(pages)
        if at not in together and WORDS_MIN <= len(words(row["text"])) <= WORDS_MAX
    ]
    return random.Random(SEED).sample(alone, min(COUNT, len(alone)))


def _copied(texts: Sequence[str], share: int) -> Found:
    chance = random.Random(SEED + share)
    vocabulary = [word for text in texts for word in text.split()]
    copies = []
    for text in texts:
        told = text.split()
        for at in chance.sample(range(len(told)), round(len(told) * share / 100)):
            told[at] = chance.choice(vocabulary)
        copies.append(" ".join(told))
    return _found(f"{share} % of words exchanged", [*texts, *copies], _twins(len(texts)))


def _mirrored(texts: Sequence[str]) -> Found:
    top = "Mirror of the documentation | Home | Index | Search | Other languages"
    bottom = "This mirror is run by volunteers. Report trouble to the keepers of the mirror, not to the authors."
    copies = [
        f"{top}\n\n" + text.upper().replace(" ", "  ").replace("\n", "\n\n").replace("E", "\u00c9") + f"\n\n{bottom}"
        for text in texts
    ]
    return _found("mirrored pages", [*texts, *copies], _twins(len(texts)))


def _boilerplate(texts: Sequence[str], own: int) -> Found:
    """All pairs of pages with one header and footer; what each says itself is drawn from everywhere."""
    chance = random.Random(SEED + own)
    vocabulary = [word for text in texts for word in text.split() if word.isalpha()]
    shared = chance.choices(vocabulary, k=BOILERPLATE)
    half = BOILERPLATE // 2
    pages = [" ".join([*shared[:half], *chance.choices(vocabulary, k=own), *shared[half:]]) for _ in range(COUNT // 2)]
    name = f"{BOILERPLATE} words of boilerplate, {own} of one's own"
    return _found(name, pages, list(combinations(range(len(pages)), 2)))


def _twins(count: int) -> list[tuple[int, int]]:
    return [(at, at + count) for at in range(count)]


def _found(name: str, texts: Sequence[str], pairs: Sequence[tuple[int, int]]) -> Found:
    together = ours([{"text": text} for text in texts]).together
    sets = [runs(words(text)) for text in texts]
    likeness = [jaccard(sets[left], sets[right]) for left, right in pairs]
    met = [right in together.get(left, ()) for left, right in pairs]
    odds = [1 - (1 - one**ROWS) ** BANDS for one in likeness]
    wanted = set(pairs)
    others = {
        tuple(sorted(pair))
        for group in set(together.values())
        for pair in combinations(sorted(group), 2)
        if pair not in wanted
    }
    strangers = sum(jaccard(sets[left], sets[right]) < STRANGERS for left, right in others)
    strangers += sum(one and likeness[at] < STRANGERS and odds[at] < 0.001 for at, one in enumerate(met))
    deviation = math.sqrt(sum(one * (1 - one) for one in odds))
    return Found(name, len(pairs), sum(likeness) / len(pairs), sum(met), sum(odds), deviation, strangers)


def _grown(texts: Sequence[str], size: int, workers: int) -> Run:
    """A build over so many megabytes: the texts again and again, each time turned and with other words in it."""
    with tempfile.TemporaryDirectory() as folder:
        held = count = 0
        vocabulary = [word for text in texts for word in text.split()]
        with (Path(folder) / "texts.jsonl").open("w") as file:
            while held < size * 10**6:
                for text in texts:
                    count += 1
                    told = _turned(text, vocabulary, count)
                    file.write(json.dumps({"text": told}) + "\n")
                    held += len(told.encode())
                    if held >= size * 10**6:
                        break
        recipe = Path(folder) / "recipe.toml"
        recipe.write_text(
            'preset = "own-documents"\ninput = ["texts.jsonl"]\noutput = "out"\n[dedup]\nminhash = true\n'
            "[budget]\nseconds = 120\n"
        )
        command = [sys.executable, "-m", "tokenry", "corpus", "build", str(recipe), "--workers", str(workers)]
        return measured(command, Path(folder), {})


def _turned(text: str, vocabulary: Sequence[str], number: int) -> str:
    """Words from another place on, and every third one exchanged: a text that nobody has yet."""
    chance = random.Random(number)
    told = text.split()
    at = number * 7919 % max(len(told), 1)
    told = told[at:] + told[:at]
    told[::3] = chance.choices(vocabulary, k=len(told[::3]))
    return " ".join(told)


if __name__ == "__main__":
    main()
