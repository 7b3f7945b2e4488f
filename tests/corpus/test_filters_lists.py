"""Filters that read files of the recipe's: lists of addresses, evaluation sets, classifiers' models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.pages import jsonl, recipe, sentences
from tokenry.corpus import RecipeError, build, verify
from tokenry.corpus.classify import Prose, auc, classifier, features
from tokenry.corpus.documents import batch
from tokenry.corpus.filters import Decontamination, Quality, Urls
from tokenry.corpus.filters.decontamination import DecontaminationStage, plain
from tokenry.corpus.filters.urls import UrlStage
from tokenry.corpus.run import chain

STAGE = UrlStage(
    2, frozenset({"bad.example", "sub.fine.co.uk", "evil.co.uk", "one.github.io", "blogspot.com"}), frozenset({"http://x.org/one"}),
    frozenset({"casino"}), frozenset({"freecash"}), frozenset({"win", "prize", "now"}),
)  # fmt: skip  # a list each


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("https://bad.example/x", "domain"),
        ("https://www.evil.co.uk/", "domain"),
        ("https://sub.fine.co.uk/", "subdomain"),
        ("https://deep.sub.fine.co.uk/", None),
        ("https://notbad.example.org/", None),
        ("https://one.github.io/", "subdomain"),  # who rents out names below its own has registered one domain
        ("https://a.one.github.io/", None),
        ("https://any.blogspot.com/", "domain"),
        ("https://Evil.CO.UK.:8080/", "domain"),
        ("http://x.org/one", "url"),
        ("http://x.org/one?", None),
        ("http://x.org/my-casino-page", "hard_blacklisted"),
        ("http://x.org/casinos", None),
        ("http://x.org/win-a-prize", "soft_blacklisted"),
        ("http://x.org/win-win", None),
        ("http://x.org/Free-Cash", "blacklisted_subword"),
        ("http://[::", None),
        ("", None),
    ],
)
def test_addresses(url: str, rule: str | None) -> None:
    verdict = STAGE.verdict(url)
    assert (verdict and verdict.rule) == rule


def test_lists_are_files_of_the_recipe(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("# ours\n\nCasino \n")
    stage = Urls(banned_words="words.txt").opened(tmp_path)
    documents = batch([{"id": "a", "url": "http://x/casino"}, {"id": "b", "url": "http://x/y"}, {"id": "c"}])
    assert stage(documents).kept.column("id").to_pylist() == ["b", "c"]
    with pytest.raises(RecipeError, match=r"filters\.urls\.domains: none\.txt: No such file"):
        Urls(domains="none.txt").opened(tmp_path)
    with pytest.raises(RecipeError, match="No such file"):
        chain(recipe(tmp_path, "x", filters={"decontamination": {"evaluations": ["none.txt"]}}))


QUESTION = "Which of the harbours in the north of the island had the most boats in the winter of that year?"


def test_a_document_with_a_question_of_an_examination_goes(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_text(
        json.dumps({"q": QUESTION, "choices": ["one", {"two": "three"}], "n": 3}) + "\n\n"
    )
    stage = Decontamination(evaluations=("set.jsonl",)).opened(tmp_path)
    hidden = QUESTION.upper().replace(" ", " — ").replace("HARBOURS", "hárbours")
    rows = [sentences(1), f"{sentences(2)} {hidden} {sentences(3)}", QUESTION.replace("island", "coast"), "", "of the"]
    outcome = stage(batch([{"id": str(n), "text": text} for n, text in enumerate(rows)]))
    assert outcome.kept.column("id").to_pylist() == ["0", "2", "3", "4"]
    (row,) = outcome.dropped.to_pylist()
    assert row["rule"] == "contaminated"
    assert row["value"] == "set.jsonl: which of the harbours in the north of the island had the most"


@given(
    st.lists(st.sampled_from("abcde"), max_size=40), st.lists(st.sampled_from("abcde"), max_size=40), st.integers(1, 6)
)
def test_runs_of_words_are_found_as_one_would_by_hand(text: list[str], item: list[str], n: int) -> None:
    runs = [item[at : at + n] for at in range(len(item) - n + 1)]
    stage = DecontaminationStage(n, {" ".join(run): "f" for run in runs})
    by_hand = any(text[at : at + n] in runs for at in range(len(text) - n + 1))
    assert (stage.verdict(" ".join(text)) is not None) == by_hand


def test_words_as_they_are_compared() -> None:
    assert plain("Don't — Café, 3.5 \uff21\uff22!") == ["don", "t", "cafe", "3", "5", "ab"]


def test_evaluation_sets_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("{}\n{x\n")
    with pytest.raises(RecipeError, match="line 2 is no JSON"):
        Decontamination(evaluations=("bad.jsonl",)).opened(tmp_path)
    with pytest.raises(RecipeError, match="`n` must be from 1 to 100"):
        recipe(tmp_path, "x", filters={"decontamination": {"n": 0}})


PROSE = [sentences(n, 6) for n in range(20)]
MENUS = ["\n".join(line.split(",")[0][:n] for line in sentences(n, 20).split("\n")) for n in range(14, 24)] + [
    f"Home\nNews {n}\nSport\nSign in\nBasket (0)\n© {n}" for n in range(10)
]


def test_prose_stands_above_menus() -> None:
    judge = classifier("prose")
    assert auc(judge.scores(PROSE), judge.scores(MENUS)) > 0.95
    assert Quality()(batch([{"id": "a", "text": PROSE[0]}, {"id": "b", "text": MENUS[-1]}])).kept.num_rows == 1
    below = Quality(keep="below")(batch([{"id": "a", "text": PROSE[0]}, {"id": "b", "text": MENUS[-1]}]))
    assert below.dropped.to_pylist()[0]["rule"] == "prose_score"
    assert below.kept.column("id").to_pylist() == ["b"]


def test_a_text_scores_alone_as_in_a_batch() -> None:
    texts = [*PROSE, *MENUS, "", "\n"]
    assert Prose().scores(texts) == [Prose().scores([text])[0] for text in texts]
    assert ((features(texts) >= 0) & (features(texts) <= 1)).all()


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.lists(st.integers(0, 5), min_size=1, max_size=20))
def test_the_area_is_how_often_good_stands_above_bad(good: list[int], bad: list[int]) -> None:
    wins = sum((one > two) + (one == two) / 2 for one in good for two in bad)
    assert auc(good, bad) == pytest.approx(wins / len(good) / len(bad))


def test_classifiers_by_name(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="'proes' is not known; there are: fasttext, prose"):
        classifier("proes")
    with pytest.raises(RecipeError, match="needs `model`"):
        classifier("fasttext")
    with pytest.raises(RecipeError, match="fastText cannot read it"):
        Quality(classifier="fasttext", model="none.bin", label="hq").opened(tmp_path)
    with pytest.raises(ValueError, match="both kinds"):
        auc([], [1.0])


def test_what_a_recipe_reads_stands_in_the_manifest_and_changes_the_run(tmp_path: Path) -> None:
    jsonl(tmp_path / "a.jsonl", [sentences(1), QUESTION])
    (tmp_path / "set.txt").write_text(QUESTION)
    made = recipe(tmp_path, "a.jsonl", filters={"decontamination": {"evaluations": ["set.txt"]}})
    manifest = build(made, workers=1, tell=lambda progress: None)
    assert manifest["documents"] == {"read": 2, "kept": 1}
    assert list(manifest["reads"]) == ["set.txt"]
    assert list(verify(tmp_path / "out")) == []
    (tmp_path / "set.txt").write_text("another")
    with pytest.raises(Exception, match=r"reads\.set\.txt differs"):
        build(made, workers=1, tell=lambda progress: None)
