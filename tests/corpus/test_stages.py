"""Stages look at each row by itself, and filters drop what their papers say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.corpus.pages import page, recipe, sentences
from tokenry.corpus.documents import DOCUMENT, DROPPED, batch, joined, run_chain, sift
from tokenry.corpus.extract import Careful, Quick
from tokenry.corpus.extract.decode import decoded
from tokenry.corpus.filters import FILTERS, FinewebQuality, Length
from tokenry.corpus.normal import Seal, digest
from tokenry.corpus.run import chain

BODIES = [page(1), page(2, body="short"), "", "<p>" * 300, "\x00\x01", page(3, body="No stop here\n" * 20), page(4)]


def documents(bodies: list[str] | None = None) -> Any:
    pages = BODIES if bodies is None else bodies
    rows = [{"id": f"{n:032x}", "position": n, "raw": text.encode()} for n, text in enumerate(pages)]
    return batch([*rows, {"id": "f" * 32, "position": 99, "text": sentences(7)}])


def nobody(row: int = 0) -> None:
    pass


@pytest.mark.parametrize(
    "stage", [*(kind() for kind in FILTERS.values()), Quick(), Careful(fast=True), Seal()], ids=lambda s: s.stage
)
def test_a_batch_gives_the_rows_of_its_documents_one_by_one(stage: Any) -> None:
    filled = documents() if stage.stage == "extract" else Quick()(documents()).kept
    whole = stage(filled)
    single = [stage(filled.slice(at, 1)) for at in range(filled.num_rows)]
    assert whole.kept.equals(joined([one.kept for one in single], DOCUMENT))
    assert whole.dropped.equals(joined([one.dropped for one in single], DROPPED))
    assert whole.kept.num_rows + whole.dropped.num_rows == filled.num_rows


def test_a_recipe_runs_from_page_to_digest_and_accounts_for_every_row(tmp_path: Path) -> None:
    stages = chain(recipe(tmp_path, "x", preset="fineweb"))
    outcome = run_chain(stages, documents(), nobody)
    assert outcome.kept.num_rows + outcome.dropped.num_rows == len(BODIES) + 1
    assert [row["position"] for row in outcome.kept.to_pylist()] == [0, 6, 99]
    for row in outcome.kept.to_pylist():
        assert row["raw"] is None
        assert row["digest"] == digest(row["text"])
        assert "All rights" not in row["text"]
    stages_that_dropped = set(outcome.dropped.column("stage").to_pylist())
    assert stages_that_dropped <= {stage.stage for stage in stages}


def test_in_a_cascade_cheap_filters_come_before_the_careful_extractor_and_after(tmp_path: Path) -> None:
    made = recipe(tmp_path, "x", preset="gopher", filters={"pii": True}, dedup={"minhash": True})
    names = [stage.stage for stage in chain(made)]
    cheap = ["language", "gopher_quality", "gopher_repetition"]
    assert names[:4] == ["evidence", "licence", "opt_out", "pdf_extract"]
    assert names[4:] == ["quick_extract", *cheap, "extract", *cheap, "pii", "seal", "minhash_bands"]
    careful = chain(recipe(tmp_path, "x", preset="gopher", extract={"extractor": "careful"}))
    assert [stage.stage for stage in careful][4:] == ["extract", *cheap, "seal"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (sentences(1), None),
        ("   \n \n", "empty"),
        ("No stop at the end\n" * 3 + "A line that ends in a comma, as lists do,", "line_punct_ratio"),
        ("Short one.\nShort two.\nBut this line is long enough to count as a sentence of its own.", None),
        ("One.\nTwo.\nThree.\nFour.", "short_line_ratio"),
        ((f"{sentences(1)}\n") + "A line that is there twice, word for word.\n" * 2, "char_dup_ratio"),
    ],
)
def test_fineweb_quality(text: str, rule: str | None) -> None:
    verdict = FinewebQuality().verdict(text)
    assert (verdict and verdict.rule) == rule


def test_length() -> None:
    assert Length(min_characters=3).verdict(" ab ") == ("min_characters", "2")
    assert Length(min_characters=3).verdict("abc") is None
    assert Length(min_characters=0, max_characters=3).verdict("abcd") == ("max_characters", "4")


def test_what_is_dropped_keeps_its_place_its_rule_and_a_look_at_it() -> None:
    given = batch([{"id": "a", "url": "u", "source": "s", "position": 5, "text": "x" * 3000}])
    outcome = sift(given, "length", [Length(max_characters=10).verdict("x" * 3000)])
    (row,) = outcome.dropped.to_pylist()
    assert (row["id"], row["url"], row["source"], row["position"]) == ("a", "u", "s", 5)
    assert (row["stage"], row["rule"], row["value"], row["characters"]) == ("length", "max_characters", "3000", 3000)
    assert row["excerpt"] == "x" * 2000


@pytest.mark.parametrize(
    ("raw", "declared", "text"),
    [
        ("häuser".encode(), "utf-8", "häuser"),
        ("häuser".encode("latin-1"), "iso-8859-1", "häuser"),
        ("häuser in der straße".encode(), "no-such-charset", "häuser in der straße"),
        ("häuser in der straße".encode(), "ascii", "häuser in der straße"),
        (b"aGk=", "base64", "aGk="),
        ("häuser in der straße".encode(), "utf-7\x00", "häuser in der straße"),
    ],
)
def test_a_charset_is_believed_only_where_it_fits(raw: bytes, declared: str, text: str) -> None:
    assert decoded(raw, declared) == text


def test_no_bytes_make_a_text_that_cannot_be_written() -> None:
    for raw in (b"\xff\xfe\x00\xd8", b"\xc3\x28", bytes(range(256))):
        for declared in (None, "utf-16", "utf-8", "utf-32"):
            decoded(raw, declared).encode("utf-8")


def test_texts_that_differ_in_white_space_and_form_only_are_one() -> None:
    assert digest("a  b\n c ") == digest("a b c")
    assert digest("é") == digest("e\u0301")
    assert digest("a b") != digest("A b")
