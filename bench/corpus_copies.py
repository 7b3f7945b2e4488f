"""Which texts MinHash takes out and which it puts together: Tokenry's beside datatrove's, for `bench.corpus_decisions`.

Both compare runs of five words by 14 bands of 8 hashes, and which hash functions are drawn is chance: pairs that are
much alike meet in both, pairs about the threshold meet in one or the other. So datatrove is also held against itself
with other functions (another seed): two tools cannot agree better than one of them does with itself.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from tokenry.corpus.dedup import Bands, MinHashDedup
from tokenry.corpus.dedup.shingles import WIDTH, words
from tokenry.corpus.documents import batch

BANDS, ROWS = 14, 8
SEEDS = (1, 2)  # datatrove's own, and another
EXAMPLE_LENGTH = 70
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")  # scripts without blanks
Rows = Sequence[dict[str, str]]


@dataclass(frozen=True)
class Copies:
    """What one of the two found: texts that go, and for each text that has a near copy all that belong with it."""

    removed: frozenset[int]
    together: dict[int, frozenset[int]]

    @property
    def but_the_first(self) -> set[int]:
        """What goes when of those that belong together the first stays."""
        return {one for one, all_of_them in self.together.items() if one != min(all_of_them)}


def compared(rows: Rows, peer: str) -> Iterator[str]:
    """The lines of the comparison, then those that explain it."""
    mine = ours(rows)
    theirs, other = (_theirs(rows, peer, seed) for seed in SEEDS)
    their_words = theirs.pop("words")
    first, second = _copies(theirs), _copies(other)
    yield f"{'after MinHash 14 x 8':34}{'here':>8}{'there':>8}{'same':>10}{'there, itself':>15}"
    for name, sets in _views().items():
        here, there, again = (sets(one) for one in (mine, first, second))
        alike, by_chance = _alike(here, there, len(rows)), _alike(there, again, len(rows))
        yield f"{name:34}{len(here):>8}{len(there):>8}{alike:>10.2%}{by_chance:>15.2%}"
    yield ""
    yield from _words_compared(rows, their_words)
    yield from _explained(rows, mine, first, second, their_words)


def ours(rows: Rows) -> Copies:
    """What Tokenry finds."""
    bands = Bands()
    table = pa.Table.from_batches([
        bands(batch([{"id": str(at), "text": row["text"]}])).kept for at, row in enumerate(rows)
    ])  # fmt: skip  # a row is one fact
    numbered = table.append_column("row", [list(range(table.num_rows))])
    together: dict[int, set[int]] = defaultdict(set)
    removed = set()
    for _, row, gone in MinHashDedup().removals(lambda columns: [numbered.select([*columns, "row"])]):
        stays = int(str(gone["value"]))
        together[stays] |= {row, stays}
        removed.add(row)
    return Copies(frozenset(removed), {one: frozenset(group) for group in together.values() for one in group})


def _theirs(rows: Rows, peer: str, seed: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        texts = Path(folder, "texts.jsonl")
        texts.write_text("\n".join(map(json.dumps, rows)))
        command = [peer, "-P", str(Path(__file__).with_name("corpus_peer.py")), "copies", str(texts), str(seed)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)
    if done.returncode:
        raise SystemExit(f"datatrove's MinHash failed:\n{done.stderr[-2000:]}")
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made


def _copies(made: dict[str, Any]) -> Copies:
    clusters: dict[int, set[int]] = defaultdict(set)
    for text, cluster in made["clusters"]:
        clusters[cluster].add(text)
    groups = [frozenset(group) for group in clusters.values()]
    return Copies(frozenset(made["removed"]), {one: group for group in groups for one in group})


def _views() -> dict[str, Any]:
    return {
        "texts that have a near copy": lambda found: set(found.together),
        "texts with just those companions": lambda found: set(found.together.items()),
        "texts removed, the first staying": lambda found: found.but_the_first,
        "texts removed, as each chooses": lambda found: found.removed,
    }


def _alike(one: set[Any], two: set[Any], count: int) -> float:
    """The share of texts that both judge alike; of texts with companions, by the text."""
    differing = {item[0] if isinstance(item, tuple) else item for item in one ^ two}
    return 1 - len(differing) / max(count, 1)


def _words_compared(rows: Rows, theirs: Sequence[Sequence[str]]) -> Iterator[str]:
    """How many texts are compared by the same runs of words, and what differs in the others."""
    differing = [at for at, row in enumerate(rows) if runs(words(row["text"])) != runs(theirs[at])]
    classes: Counter[str] = Counter()
    example: dict[str, str] = {}
    likeness = []
    for at in differing:
        mine = words(rows[at]["text"])
        likeness.append(jaccard(runs(mine), runs(theirs[at])))
        place = next((n for n, pair in enumerate(zip(mine, theirs[at], strict=False)) if pair[0] != pair[1]), 0)
        here, there = mine[place : place + 3], list(theirs[at][place : place + 3])
        name = _kind(here, there)
        classes[name] += 1
        example.setdefault(name, f"{' '.join(here)!r} here, {' '.join(there)!r} there, {rows[at]['url']}")
    share = 1 - len(differing) / max(len(rows), 1)
    median = f"; of the others {statistics.median(likeness):.3f} of the runs are shared (median)" if likeness else ""
    yield f"words: {share:.2%} of texts are compared by the same runs of words{median}"
    for name, count in classes.most_common():
        yield f"words: first differ because {name}: {count}, as {example[name]}"


def _kind(here: list[str], there: list[str]) -> str:
    """Why two lists of words part ways, by the first that differ."""
    if not here or not there:
        return "one ends earlier"
    left, right = "".join(here), "".join(there)
    if left.startswith(right[:3]) or right.startswith(left[:3]):
        if _UNSPACED.search(here[0] + there[0]):
            return "a script without blanks is cut otherwise"
        return "there a word is cut in two" if len(there[0]) < len(here[0]) else "here a word is cut in two"
    return "characters are simplified otherwise"


def _explained(rows: Rows, mine: Copies, theirs: Copies, again: Copies, told: Sequence[Sequence[str]]) -> Iterator[str]:
    """Each text that has a near copy for one of the two alone, by how alike it is to what it was put with."""
    classes: dict[tuple[str, str], list[tuple[float, float, int, int]]] = defaultdict(list)
    for where, one, two in (("here", mine, theirs), ("there", theirs, mine)):
        for text in sorted(one.together.keys() - two.together.keys()):
            best = max(
                (*_likeness(rows, told, text, other), other) for other in one.together[text] - {text}
            )  # the pair that brought it in, most likely
            kind = "and not with another seed" if where == "there" and text not in again.together else _about(best[0])
            classes[where, kind].append((best[0], best[1], text, best[2]))
    for (where, kind), found in sorted(classes.items(), key=lambda item: -len(item[1])):
        here, there, text, other = found[0]
        chance = statistics.fmean(1 - (1 - pair[0] ** ROWS) ** BANDS for pair in found)
        shown = " ".join(rows[text]["text"].split())[:EXAMPLE_LENGTH]
        yield (
            f"copies: {where} alone, {kind}: {len(found)} texts, which meet with a probability of {chance:.2f} (mean), "
            f"as {here:.2f} alike (by their words {there:.2f}): {rows[text]['url']} and {rows[other]['url']} "
            f"({shown!r})"
        )


def _about(likeness: float) -> str:
    return "below 0.5 alike" if likeness < 0.5 else "0.5 to 0.8 alike" if likeness < 0.8 else "0.8 alike or more"


def _likeness(rows: Rows, told: Sequence[Sequence[str]], left: int, right: int) -> tuple[float, float]:
    mine = jaccard(*(runs(words(rows[one]["text"])) for one in (left, right)))
    return mine, jaccard(*(runs(told[one]) for one in (left, right)))


def runs(given: Sequence[str]) -> set[tuple[str, ...]]:
    """Every run of as many words as MinHash compares."""
    return {tuple(given[at : at + WIDTH]) for at in range(len(given) - WIDTH + 1)}


def jaccard(left: set[tuple[str, ...]], right: set[tuple[str, ...]]) -> float:
    """What two sets share, of what either has."""
    return len(left & right) / max(len(left | right), 1)
