"""Near copies meet as often as theory says, the best of them stays, and memory does not grow with texts."""

from __future__ import annotations

import math
import random
import tracemalloc
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.corpus.pages import jsonl, recipe
from tokenry.corpus import build, verify
from tokenry.corpus.dedup import Bands, ExactDedup, MinHashDedup
from tokenry.corpus.dedup.clusters import Forest
from tokenry.corpus.dedup.minhash import BANDS, ROWS, keys_of, signature
from tokenry.corpus.dedup.shingles import Shingler, words
from tokenry.corpus.dedup.spill import Spill
from tokenry.corpus.documents import DOCUMENT, batch
from tokenry.corpus.normal import digest

VOCABULARY = [f"w{n:x}" for n in range(4000)]


def pair(chance: np.random.Generator, similarity: float, size: int = 200) -> tuple[Any, Any]:
    """Two sets of runs whose Jaccard similarity is the given one."""
    union = chance.integers(0, 2**64, size, np.uint64)
    common = round(similarity * size)
    rest = (size - common) // 2
    return union[: common + rest], np.concatenate([union[:common], union[common + rest :]])


@pytest.mark.parametrize("similarity", [0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9])
def test_pairs_meet_as_the_s_curve_says(similarity: float) -> None:
    chance, tries = np.random.default_rng(int(similarity * 100)), 600
    met = same = 0
    for _ in range(tries):
        left, right = pair(chance, similarity)
        met += bool((keys_of(left) == keys_of(right)).any())
        same += int((signature(left) == signature(right)).sum())
    theory = 1 - (1 - similarity**ROWS) ** BANDS
    assert abs(met / tries - theory) < 4 * math.sqrt(theory * (1 - theory) / tries) + 0.002
    assert abs(same / tries / (BANDS * ROWS) - similarity) < 0.01


def test_words_are_those_of_the_published_recipe() -> None:
    assert words("Straße, 12.5 km — «Éclair»; don't\x00 1,234,567") == [
        "straße", "0", "km", "eclair", "don", "t", "0", "0"
    ]  # fmt: skip  # one list
    assert words("東京 is big") == ["東", "京", "is", "big"]
    assert words("") == []


def test_runs_do_not_depend_on_what_was_met_before(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh, used = Shingler(), Shingler()
    used("other words that were met before these came")
    monkeypatch.setattr("tokenry.corpus.dedup.shingles.KNOWN_MAX", 3)
    used("more and more of them")
    text = "one two three four five six"
    assert used(text).tolist() == fresh(text).tolist()
    assert len(fresh(text)) == 2
    assert not len(fresh("one two three four"))


@pytest.mark.parametrize("size", [3, 10, 10**6])
def test_passes_of_any_size_find_the_same_pairs(size: int, tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    keys = chance.integers(0, 40, (200, 2), np.uint64)
    with Spill(2, tmp_path, size=size) as spill:
        spill.add(keys[:90])
        spill.add(keys[90:])
        forest = Forest(spill.count)
        for left, right in spill.pairs(0, 2):
            assert (left < right).all()
            forest.join(left, right)
        single = {(a, b) for left, right in spill.pairs(1) for a, b in zip(left.tolist(), right.tolist(), strict=True)}
    goes, stays = forest.best(np.zeros(200, np.uint64))
    first: dict[tuple[int, ...], int] = {}
    expected = [(at, first[key]) for at, key in enumerate(map(tuple, keys.tolist())) if first.setdefault(key, at) != at]
    assert list(zip(goes.tolist(), stays.tolist(), strict=True)) == expected
    assert all(keys[a, 1] == keys[b, 1] for a, b in single)
    assert len(single) == 200 - len(set(keys[:, 1].tolist()))
    assert not list(tmp_path.iterdir()), "spilled files have no name"


def test_clusters_are_the_same_in_any_order_and_keep_the_best() -> None:
    edges = [(0, 5), (5, 9), (2, 3), (9, 2), (7, 8)]
    worth = np.array([1, 0, 4, 4, 0, 2, 9, 5, 5, 3], np.uint64)
    for seed in range(20):
        random.Random(seed).shuffle(edges)
        forest = Forest(10)
        for left, right in edges:
            forest.join(np.array([left]), np.array([right]))
        goes, stays = forest.best(worth)
        assert dict(zip(goes.tolist(), stays.tolist(), strict=True)) == {0: 2, 3: 2, 5: 2, 9: 2, 8: 7}
    assert [len(one) for one in Forest(0).best(np.empty(0, np.uint64))] == [0, 0]


def told(rows: list[dict[str, object]]) -> Any:
    return lambda columns: [
        pa.Table.from_batches([one]).select(columns).append_column("row", [list(range(one.num_rows))])
        for one in (batch(rows[:2]), batch(rows[2:]))
    ]


def test_of_exact_copies_the_one_with_a_licence_stays_then_the_longer_then_the_first() -> None:
    texts = [("a b", None), ("c d", None), ("a  b", "MIT"), ("c   d", None), ("a b", "MIT"), ("e", None)]
    rows: list[dict[str, object]] = [
        {"id": str(at), "text": text, "licence": licence, "digest": digest(text)}
        for at, (text, licence) in enumerate(texts)
    ]
    found = [(number, row, gone["value"]) for number, row, gone in ExactDedup().removals(told(rows))]
    assert found == [(0, 0, "2"), (0, 1, "3"), (1, 2, "2")]


def changed(text: list[str], share: float, chance: random.Random) -> list[str]:
    return [chance.choice(VOCABULARY) if chance.random() < share else word for word in text]


def test_injected_near_copies() -> None:
    """Of 60 texts each, with 2, 5, 10 and 20 % of their words changed: found as their similarity foretells."""
    chance = random.Random(4)
    originals = [[chance.choice(VOCABULARY) for _ in range(400)] for _ in range(60)]
    shingler, found = Shingler(), {}
    for share in (0.02, 0.05, 0.10, 0.20):
        rows = []
        theory = 0.0
        for at, original in enumerate(originals):
            copy = changed(original, share, chance)
            left, right = (set(shingler(" ".join(one)).tolist()) for one in (original, copy))
            theory += 1 - (1 - (len(left & right) / len(left | right)) ** ROWS) ** BANDS
            rows += [{"id": f"{at}a", "text": " ".join(original)}, {"id": f"{at}b", "text": " ".join(copy)}]
        banded = Bands()(batch(rows)).kept.to_pylist()
        pairs = [(gone["id"], gone["value"]) for _, _, gone in MinHashDedup().removals(told(banded))]
        assert all(str(gone)[:-1] == str(stay)[:-1] for gone, stay in pairs), "no false merge"
        assert abs(len(pairs) - theory) < 4 * math.sqrt(60 * 0.25)
        found[share] = len(pairs)
    assert found[0.02] == 60
    assert found[0.20] < 5


def test_documents_without_runs_meet_nobody() -> None:
    banded = Bands()(batch([{"id": str(n), "text": text} for n, text in enumerate(["", "", "a b c", "a b c"])])).kept
    assert banded.column("bands").null_count == 4
    assert not list(MinHashDedup().removals(told(banded.to_pylist())))


def _random_documents(count: int) -> Any:
    def documents(columns: Sequence[str]) -> Iterable[Any]:
        for number in range(count // 1000):
            keys = np.random.default_rng(number).bytes(112 * 1000)
            rows = [keys[at : at + 112] for at in range(0, len(keys), 112)]
            table = pa.table({"bands": pa.array(rows, pa.binary(112)), "text": ["t"] * 1000, "id": ["i"] * 1000})
            yield table.append_column("licence", pa.nulls(1000, pa.string())).select(columns)

    return documents


def test_memory_is_a_few_words_a_document(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Spill.__init__, "__kwdefaults__", {"size": 4096})
    peaks = []
    for count in (10_000, 100_000):
        tracemalloc.start()
        assert not list(MinHashDedup(tmp_path).removals(_random_documents(count)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 90_000 * 100, "the keys alone are 112 bytes a document"


def test_a_run_removes_near_copies_and_says_for_whom(tmp_path: Path) -> None:
    chance = random.Random(3)
    text = [chance.choice(VOCABULARY) for _ in range(300)]
    close = [*text[:150], "other", *text[151:], "and", "more"]
    far = [chance.choice(VOCABULARY) for _ in range(300)]
    jsonl(tmp_path / "a.jsonl", [" ".join(one) for one in (text, far, close)])
    made = recipe(tmp_path, "a.jsonl", dedup={"minhash": True})
    manifest = build(made, workers=1, tell=lambda _: None)
    assert manifest["documents"] == {"read": 3, "kept": 2}
    assert [row["rule"] for row in manifest["funnel"]] == ["near_copy"]
    assert not list(verify(tmp_path / "out"))
    assert DOCUMENT.field("bands").type == pa.binary(112)
