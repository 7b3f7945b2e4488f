"""Sources come out in the shares that a recipe gives them, the same documents each time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.pages import jsonl, recipe, sentences
from tokenry.corpus import RecipeError, build
from tokenry.corpus.errors import InputError
from tokenry.corpus.mixing import Mixture

SOURCES = st.lists(
    st.tuples(st.sampled_from(["web/a.gz", "web/b", "books", "books/x"]), st.integers(1, 30)), max_size=60
)


def tables(rows: list[tuple[str, int]], size: int = 7) -> Any:
    parts = [list(enumerate(rows))[at : at + size] for at in range(0, len(rows), size)]
    return lambda columns: [
        pa.table({
            "id": [f"{n:032x}" for n, _ in part], "source": [source for _, (source, _) in part],
            "text": ["x" * length for _, (_, length) in part], "row": list(range(len(part))),
            "url": [""] * len(part), "position": [n for n, _ in part],
        }).select([*columns, "row"])
        for part in parts
    ]  # fmt: skip  # a table is one fact


@given(SOURCES, st.integers(1, 9), st.integers(1, 9))
def test_shares_are_those_of_the_weights_and_one_source_stays_whole(
    rows: list[tuple[str, int]], web: int, books: int
) -> None:
    gone = list(Mixture({"web": web, "books": books}).removals(tables(rows)))
    assert len({(number, row) for number, row, _ in gone}) == len(gone)
    lost = {number * 7 + row for number, row, _ in gone}
    totals, left = Counter[str](), Counter[str]()
    for at, (source, length) in enumerate(rows):
        totals[source.split("/")[0]] += length
        left[source.split("/")[0]] += length * (at not in lost)
    scale = min((totals[name] / weight for name, weight in (("web", web), ("books", books)) if totals[name]), default=0)
    for name, weight in (("web", web), ("books", books)):
        assert left[name] <= weight * scale + 1e-6
        assert left[name] > min(totals[name], weight * scale) - 30
    if totals:
        assert any(left[name] == totals[name] for name in totals)


def test_chance_is_the_documents_own_and_the_seeds() -> None:
    rows = [("web/a", 10)] * 50 + [("books/b", 10)] * 10
    picks = [
        {document["id"] for _, _, document in Mixture({"web": 1, "books": 1}, seed).removals(tables(rows, size))}
        for seed, size in ((0, 7), (0, 60), (1, 7))
    ]
    assert picks[0] == picks[1] != picks[2]
    assert len(picks[0]) == 40
    (*_, row) = Mixture({"web": 1, "books": 1}).removals(tables(rows))
    assert (row[2]["stage"], row[2]["rule"], row[2]["value"]) == ("mixing", "over_weight", "web 0.8333 -> 0.5000")


def test_a_build_mixes_before_tokens(tmp_path: Path) -> None:
    jsonl(tmp_path / "a.jsonl", [sentences(n) for n in range(20)])
    jsonl(tmp_path / "b.jsonl", [sentences(n) for n in range(100, 105)])
    inputs = [{"path": "a.jsonl", "name": "many"}, {"path": "b.jsonl", "name": "few"}]
    settings = {"filters": {"length": True}, "mix": {"weights": {"many": 2, "few": 1}}}
    made = recipe(tmp_path, **{**settings, "input": inputs})
    manifest = build(made, workers=1, tell=lambda progress: None)
    assert manifest["documents"]["read"] == 25
    over = {(row["stage"], row["rule"]): row["documents"] for row in manifest["funnel"]}["mixing", "over_weight"]
    assert 25 - over == manifest["documents"]["kept"]
    assert 14 <= manifest["documents"]["kept"] <= 15
    assert build(made, workers=1, tell=lambda progress: None) == manifest


def test_weights_that_do_not_fit_are_refused_before_work(tmp_path: Path) -> None:
    jsonl(tmp_path / "a.jsonl", [sentences(1)])
    with pytest.raises(RecipeError, match=r"mix\.weights\.a: must be more than 0"):
        recipe(tmp_path, "a.jsonl", mix={"weights": {"a": 0}})
    inputs = [{"path": "a.jsonl", "name": "one"}]
    for weights, words in (({"two": 1}, "no input is named two"), ({"one/b": 1, "one": 1}, "no input is named one/b")):
        with pytest.raises(InputError, match=words):
            build(recipe(tmp_path, input=inputs, mix={"weights": weights}), workers=1, tell=lambda progress: None)
