"""Languages are fastText's own, whatever a text holds and however texts are put together."""

from __future__ import annotations

from importlib.metadata import files

import fasttext
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.corpus.pages import sentences
from tokenry.corpus.languages import identified
from tokenry.corpus.languages import model as models
from tokenry.corpus.languages.identifier import AT_ONCE
from tokenry.corpus.languages.model import FILE, PACKAGE, ROWS_SUMMED, model

NEAR = 2e-4
TEXTS = [
    sentences(3),
    "Der Hafen liegt am Morgen ruhig da, und jedes Boot wartet auf seine Leute aus der Stadt.",
    "Гавань утром тиха, и каждая лодка ждёт своих людей из города.",
    "港は朝静かで、どの船も町からの人々を待っている。",
    "الميناء هادئ في الصباح، وكل قارب ينتظر أهله من المدينة.",
    "naïve “quotes” … 12.5 % of\u00a0it 😀 \t\x0b\x0c\r x",
    " ", "a\0b", "__label__de the harbour", "<>", "a", "zdvih\u0301at",
]  # fmt: skip


@pytest.fixture(scope="module")
def theirs() -> fasttext.FastText._FastText:
    """fastText's predictor with the same file."""
    place = next(file for file in files(PACKAGE) or [] if file.name == FILE)
    return fasttext.load_model(str(place.locate()))


def same(text: str, theirs: fasttext.FastText._FastText) -> None:
    """Both say the same of a text, and are as sure of it."""
    (language,), (score,) = identified(pa.array([text]))
    labels, scores = theirs.predict(text.replace("\n", " "), k=2)
    assert score == pytest.approx(scores[0], abs=NEAR)
    if scores[0] - sum(scores[1:]) > NEAR:  # else either may be first
        assert language == labels[0].removeprefix("__label__")


@given(st.text(st.one_of(st.sampled_from("abcdeé ß\n.港は"), st.characters(codec="utf-8")), min_size=1, max_size=60))
@example("x " * 400)
def test_any_text_is_judged_as_fasttext_does(theirs: fasttext.FastText._FastText, text: str) -> None:
    if "</s>" not in text:
        same(text, theirs)


@pytest.mark.parametrize("text", TEXTS)
def test_scripts_signs_and_blanks_are_read_as_fasttext_does(theirs: fasttext.FastText._FastText, text: str) -> None:
    same(text, theirs)


def test_words_longer_than_what_is_summed_or_held_at_a_time(theirs: fasttext.FastText._FastText) -> None:
    for word in ("港は朝静かで", "harbour", "гавань"):
        same(word * (2 * ROWS_SUMMED), theirs)
        same(word * (AT_ONCE // len(word) + 10), theirs)


def test_a_text_is_judged_alone_to_the_last_digit() -> None:
    together = identified(pa.array(TEXTS * 3))
    alone = [identified(pa.array([text])) for text in TEXTS * 3]
    assert together == ([one for (one,), _ in alone], [one for _, (one,) in alone])
    assert identified(pa.array([""])) == (["und"], [0.0])
    assert identified(pa.array([], pa.string())) == ([], [])


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(RuntimeError, match="no model of single words"):
        models._read(models._File(bytes(200)))


def test_sums_of_pairs_stay_apart() -> None:
    low = model().pairs.astype(np.int32).astype(np.int64)
    high = (model().pairs - low) >> 32
    assert max(abs(low).max(), abs(high).max()) * ROWS_SUMMED < 1 << 31
