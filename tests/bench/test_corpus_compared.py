"""What the comparisons of `bench.corpus_*` count, by hand-made cases: each must be able to find a difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from bench import corpus_ids
from bench.corpus_copies import Copies, jaccard, ours, runs
from bench.corpus_decisions import alike, both_left, disagreements


class Letters:
    """Ids of a text's letters, or one more."""

    name, vocabulary, end, fingerprint = "letters", 256, 0, ""

    def __init__(self, *, more: int) -> None:
        self._more = more

    def encode(self, texts: Sequence[str]) -> list[Any]:
        return [np.array([ord(one) + (self._more if one == "b" else 0) for one in text]) for text in texts]

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(map(chr, ids))


def test_another_id_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus_ids, "AT_ONCE", 2)
    monkeypatch.setattr(corpus_ids, "_both", lambda name: (Letters(more=1), Letters(more=0)))
    made = corpus_ids.compared(["a", "xyz", "ab", ""], "letters")
    assert (made.texts, made.tokens, made.other_ids, made.other_text) == (4, 6, [2], [2])


def test_near_copies_are_groups_and_the_first_may_stay() -> None:
    text = " ".join(f"word{chr(97 + at % 26)}{chr(97 + at // 26)}" for at in range(80))
    found = ours([{"url": "", "text": one} for one in ("short", text, "another text of more than five words", text)])
    assert found == Copies(frozenset({3}), {1: frozenset({1, 3}), 3: frozenset({1, 3})})
    assert found.but_the_first == {3}


def test_likeness_is_of_runs_of_five_words() -> None:
    left, right = runs([*"abcdef"]), runs([*"abcdex"])
    assert jaccard(left, right) == pytest.approx(1 / 3)
    assert not runs(["a"] * 4)


def test_a_class_of_disagreement_is_told_with_its_first_example() -> None:
    rows = [{"url": f"u{at}", "text": f"text {at}"} for at in range(4)]
    mine = {"verdicts": [None, "short", None, None], "left": ["text 0", None, "text 2", "edited"]}
    theirs = {"name": "pii", "verdicts": [None, None, "long", None], "left": [None, None, None, "edits"]}
    told = [*disagreements(mine, theirs, rows)]
    assert told[0].startswith("pii: we short, they keep: 1, as u1")
    assert told[1].startswith("pii: we keep, they long: 1, as u2")
    assert "1 texts differ, as u3" in told[2]
    assert told[3].endswith("no IP address"), "and why"
    assert [row["text"] for row in both_left(mine, theirs, rows)] == ["text 0", "edited"]
    assert alike("language_score", "dropped")
    assert not alike("short", "dropped")
