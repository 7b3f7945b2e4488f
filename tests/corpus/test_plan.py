"""What a set would cost: arithmetic that adds up, a sample that is counted, and words for what is no number."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.corpus.pages import jsonl, recipe, sentences, warc
from tests.corpus.typed import typed
from tokenry.cli.corpus_plan import certainty, cost, rounded, size, span
from tokenry.corpus import Terms, plan, sampled_costs
from tokenry.corpus.errors import InputError
from tokenry.corpus.run import Measured

HOUR_NS = 3_600 * 10**9
SAMPLE = Measured(
    input_files=2, input_bytes=10_000, walked_bytes=5_000, walked_documents=50, documents=10, kept=4, bytes=9_000,
    characters=2_000, tokens=500, shard_bytes=4_000, cpu_ns={"read": HOUR_NS // 100, "tokens": HOUR_NS // 1000},
)  # fmt: skip  # a line a fact


def test_a_million_tokens() -> None:
    made = plan(SAMPLE, Terms(tokens=1_000_000, cores=10, duplicates_ppm=500_000, core_hour_nano=10**9))
    assert made.documents == 40_000, "a document in ten gives 50 tokens, and half of them go"
    assert (made.tokens, made.kept, made.shard_bytes) == (1_000_000, 8_000, 8_000_000)
    assert made.input_bytes == 40_000 * 100
    assert not made.inputs_suffice
    assert [(one.stage, one.core_ms) for one in made.steps] == [("read", 40 * 3_600_000), ("tokens", 2 * 3_600_000)]
    assert made.compute_nano == 42 * 10**9 == sum(one.cost_nano for one in made.steps)
    assert made.wall_ms == made.core_ms // 10
    assert made.dedup_disk_bytes == 16_000 * 128


def test_what_the_inputs_give() -> None:
    made = plan(SAMPLE, Terms())
    assert (made.documents, made.inputs_suffice, made.tokens) == (100, True, 5_000)
    limited = Measured(**{name: getattr(SAMPLE, name) for name in SAMPLE.__struct_fields__} | {"limit": 20})
    assert plan(limited, Terms()).documents == 20


def test_a_sample_that_kept_nothing_foretells_nothing() -> None:
    empty = Measured(**{name: getattr(SAMPLE, name) for name in SAMPLE.__struct_fields__} | {"tokens": 0})
    with pytest.raises(ValueError, match="kept nothing"):
        plan(empty, Terms(tokens=1))


def ticking() -> Iterator[int]:
    yield from range(0, 10**9, 7)


def test_a_sample_is_counted_and_nothing_stays(tmp_path: Path) -> None:
    for name in "ab":
        warc(tmp_path / f"{name}.warc.gz", 30)
    clock = ticking()
    made = recipe(tmp_path, "*.warc.gz", filters={"language": False, "pii": False})
    measured = sampled_costs(made, 20, cpu=lambda: next(clock))
    assert (measured.input_files, measured.walked_documents, measured.input_documents) == (2, 60, 60)
    assert (measured.documents, measured.kept) == (20, 20)
    assert measured.cpu_ns == {
        "survey": 7 * 20 // 60, "read": 14, "evidence": 14, "licence": 14, "opt_out": 14, "pdf_extract": 14,
        "extract": 14, "length": 14, "seal": 14, "tokens": 7, "shards": 7,
    }  # fmt: skip  # one record
    assert measured.tokens > measured.characters // 10
    assert not (tmp_path / "out").exists()


def test_inputs_that_hold_nothing(tmp_path: Path) -> None:
    jsonl(tmp_path / "a.jsonl", [])
    with pytest.raises(InputError, match="nothing to measure"):
        sampled_costs(recipe(tmp_path, "a.jsonl"), 5)


def test_as_it_is_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    jsonl(tmp_path / "a.jsonl", [sentences(number) for number in range(20)])
    file = tmp_path / "recipe.toml"
    file.write_text('input = ["a.jsonl"]\noutput = "out"\n')
    assert typed(monkeypatch, "plan", file, "--tokens", "1e9", "--core-hour-usd", "1", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert 10**9 <= told["plan"]["tokens"] < 10**9 + 1000
    assert told["plan"]["compute_usd"].replace(".", "").isdigit()
    assert typed(monkeypatch, "build", file, "--dry-run") == 0
    assert "20 documents" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()
    for option, words in (("--tokens", "many"), ("--duplicates", "1"), ("--core-hour-usd", "-1")):
        assert typed(monkeypatch, "plan", file, f"{option}={words}") == 1
        assert option in capsys.readouterr().err


def test_words_for_numbers() -> None:
    assert [cost(n) for n in (0, 1, 10**7, 1_990_000_000, 272_900_000_000)] == [
        "$0.00",
        "< $0.01",
        "$0.01",
        "$1.99",
        "$272",
    ]
    assert [span(n) for n in (400, 119_000, 150_000, 7_200_000, 10**9)] == [
        "0.4 s",
        "119.0 s",
        "2.5 min",
        "2.0 h",
        "278 h",
    ]
    assert [size(n) for n in (5, 2_000_000, 23_500_000_000_000, 6 * 10**17)] == ["5 B", "2.0 MB", "23.5 TB", "600.0 PB"]


def test_what_is_foretold_is_told_no_better_than_it_is_known() -> None:
    numbers = (999, 123_456, 1_234_567, 25_278_378_140, 796_268_911, 1_000_000_000_029)
    assert [*map(rounded, numbers)] == [
        "999", "123,456", "1.23 million", "25.3 billion", "796 million", "1.00 trillion"
    ]  # fmt: skip  # in one look
    assert certainty(400, 21, 2_526) == (
        "By so many, figures are right to about 42 % either way. A larger --sample of `tokenry corpus plan` says it "
        "better."
    )
    assert certainty(40_000, 20_000, 10**9).strip() == "By so many, figures are right to about 1 % either way."
    assert certainty(20, 9, 20) == "These are all of them."
    assert "Too few to say" in certainty(20, 20, 40)
