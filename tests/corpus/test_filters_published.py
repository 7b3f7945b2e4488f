"""The filters decide as their papers say: against slow plain ones, and rule by rule at the threshold."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpus import reference
from tests.corpus.pages import sentences
from tokenry.corpus import RecipeError
from tokenry.corpus.documents import Verdict, batch
from tokenry.corpus.filters import C4Quality, FinewebQuality, GopherQuality, GopherRepetition, Language

WORDS = ["the", "and", "be", "harbour", "boat", "waits", "a", "I", "don't", "3.5", "#", "...", "-", "•", "end.", "x,y"]
TEXTS = st.lists(st.sampled_from([*WORDS, "\n", "\n\n", " "]), max_size=120).map(" ".join)


def rule(verdict: Verdict | None) -> str | None:
    return verdict.rule if verdict else None


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_repetition_is_what_the_plain_definition_says(text: str) -> None:
    assert rule(GopherRepetition().verdict(text)) == reference.gopher_repetition(text)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.integers(1, 20))
def test_gopher_quality_is_what_the_plain_definition_says(text: str, fewest: int) -> None:
    assert rule(GopherQuality(min_doc_words=fewest).verdict(text)) == reference.gopher_quality(text, fewest)


PROSE = sentences(1)


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        (PROSE, None),
        ("word " * 49 + "the to", "gopher_enough_stop_words"),
        ("the and " * 24, "gopher_short_doc"),
        ("the and " * 25, None),
        ("a b of to " * 30, "gopher_below_avg_threshold"),
        ("internationalisation the misunderstanding and " * 30, "gopher_above_avg_threshold"),
        (PROSE + " #" * 60, "gopher_too_many_hashes"),
        (PROSE + " word…" * 60, "gopher_too_many_ellipsis"),
        ("\n".join(f"- {line}" for line in PROSE.split("\n")), "gopher_too_many_bullets"),
        ("\n".join(f"{line}..." for line in PROSE.split("\n")), "gopher_too_many_end_ellipsis"),
        (PROSE + " 12 34" * 60, "gopher_below_alpha_threshold"),
    ],
)
def test_gopher_quality_rule_by_rule(text: str, broken: str | None) -> None:
    if broken == "gopher_enough_stop_words":
        text = text.replace("the to", "the")
    assert rule(GopherQuality().verdict(text)) == broken


def test_numbers_of_a_batch_are_those_of_its_texts_alone() -> None:
    texts = [sentences(n, 8) for n in range(20)] + ["", "\n", "the " * 200]
    rows = [{"id": str(n), "text": text} for n, text in enumerate(texts)]
    for one in (GopherQuality(), GopherRepetition(), FinewebQuality()):
        dropped = {row["id"]: (row["rule"], row["value"]) for row in one(batch(rows)).dropped.to_pylist()}
        alone = {str(n): tuple(verdict) for n, text in enumerate(texts) if (verdict := one.verdict(text))}
        assert dropped == alone
        assert {"20", "22"} <= dropped.keys()


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("One line is here.\nTwo lines are here.\n" * 3, "One line is here.\nTwo lines are here.\n" * 3),
        ("It was built in 1900[3] as a church[edit] by them.\n" * 5, "It was built in 1900 as a church by them.\n" * 5),
        ("A line with no stop at all\n" + "This is a line.\n" * 5, "This is a line.\n" * 5),
        ("This one trails off...\n" + "This is a line.\n" * 5, "This is a line.\n" * 5),
        ("Too short.\n" + "This is a line.\n" * 5, "This is a line.\n" * 5),
        ("Please enable Javascript to go on.\n" + "This is a line.\n" * 5, "This is a line.\n" * 5),
        ("Read our Privacy Policy before you go.\n" + "This is a line.\n" * 5, "This is a line.\n" * 5),
        (f"One long {'x' * 1001} word.\n" + "This is a line.\n" * 5, "This is a line.\n" * 5),
        ("First it rains. Then it pours. Then it stops.\nAnd then we walk. And then we sleep.", None),
    ],
)
def test_c4_takes_out_lines(text: str, cleaned: str | None) -> None:
    assert C4Quality().cleaned(text) == (cleaned if cleaned is not None else text).strip()


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("This is a line.\n" * 4, "too_few_sentences"),
        ("This is a line.\n" * 9 + "Lorem ipsum dolor sit amet.", "lorem_ipsum"),
        ("This is a line.\n" * 9 + "if (x) { return 1; } is code.", "curly_bracket"),
        ("", "too_few_sentences"),
    ],
)
def test_c4_drops_pages(text: str, broken: str) -> None:
    cleaned = C4Quality().cleaned(text)
    assert isinstance(cleaned, Verdict)
    assert cleaned.rule == broken


def test_c4_as_fineweb_has_it_keeps_lines_without_a_stop() -> None:
    text = "A heading without stop\n" + "This is a line.\n" * 5
    assert C4Quality(filter_no_terminal_punct=False).cleaned(text) == text.strip()
    outcome = C4Quality()(batch([{"id": "a", "text": text}, {"id": "b", "text": "No."}]))
    assert outcome.kept.column("text").to_pylist() == [("This is a line.\n" * 5).strip()]
    assert outcome.dropped.column("excerpt").to_pylist() == ["No."]


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        (PROSE, None),
        ("Ends here.  \n" * 2 + "This line is long enough, and ends here.  ", "line_punct_ratio"),
        (
            "one two three four. five six seven.\n"
            + "\n".join(f"{n} is a line of {n} words, no more." for n in range(9)),
            None,
        ),
        ("\n" * 9 + "One line of words that is long enough to be one, and a stop.", "list_ratio"),
    ],
)
def test_fineweb_quality_counts_as_published(text: str, broken: str | None) -> None:
    assert rule(FinewebQuality().verdict(text)) == broken


def test_fineweb_thresholds_are_kept_at_equality() -> None:
    lines = [f"This is line number {n} of a page without any stop at its end" for n in range(22)]
    three = [f"This is line number {n} of a page that has a stop at its end." for n in range(3)]
    assert FinewebQuality().verdict("\n".join(lines + three)) is None  # 3 of 25 are 0.12, and 0.12 is enough
    assert rule(FinewebQuality().verdict("\n".join([*lines, lines[0] + " too", *three]))) == "line_punct_ratio"
    assert FinewebQuality(line_punct_exclude_zero=True).verdict("\n".join(lines)) is None


def test_language_is_written_down_and_decides() -> None:
    texts = [
        sentences(1),
        "Der Hafen liegt am Morgen ruhig da, und jedes Boot wartet auf seine Leute aus der Stadt.",
        "1 2",
    ]
    documents = batch([{"id": str(n), "text": text} for n, text in enumerate(texts)])
    told = Language(label_only=True)(documents).kept
    assert told.column("language").to_pylist()[:2] == ["en", "de"]
    assert min(told.column("language_score").to_pylist()[:2]) > 0.65
    english = Language(languages=("en",))(documents)
    assert english.kept.column("id").to_pylist() == ["0"]
    assert english.dropped.column("rule").to_pylist()[0] == "language"
    assert Language(languages=("en", "de"))(documents).kept.num_rows == 2
    assert Language(language_threshold=0.9999)(documents).kept.num_rows == 0


def test_language_looks_at_the_beginning_it_is_told_to() -> None:
    text = "The harbour lies quiet in the morning. " + "Der Hafen liegt ruhig da, und niemand wartet. " * 50
    documents = batch([{"id": "0", "text": text}, {"id": "1", "text": None}])
    for characters, language in ((38, "en"), (0, "de")):
        told = Language(characters=characters, label_only=True)(documents).kept
        assert told.column("language").to_pylist() == [language, "und"]


def test_a_language_that_is_never_found_is_a_mistake(tmp_path: Path) -> None:
    assert Language(languages=("en", "de")).opened(tmp_path)
    with pytest.raises(RecipeError, match=r"'english' is no code that is known; known are af, .*, zh$"):
        Language(languages=("de", "english")).opened(tmp_path)
