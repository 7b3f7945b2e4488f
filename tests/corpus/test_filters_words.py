"""Words are cut as the published thresholds mean them, and remembering them changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpus.pages import sentences as page
from tokenry.corpus.words import PUNCTUATION, STOPS, plain_words, sentences
from tokenry.corpus.words.lexicon import Lexicon


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, world!", "Hello , world !"),
        ("I don't think they'll've gone.", "I do n't think they 'll 've gone ."),
        ("don\u2019t, cant (won't)", "do n\u2019t , ca nt ( wo n't )"),
        ("its well were Ill", "its well were Ill"),
        ("Mr. Smith's e.g. U.S. 3.5km £20 5%", "Mr. Smith 's e.g. U.S. 3.5 km £ 20 5 %"),
        ("well-known and/or 1990-2000 2-3 a/b x:y", "well - known and/or 1990 - 2000 2 - 3 a / b x : y"),
        ("see www.example.org/a?b=c. or me@example.org", "see www.example.org/a?b=c . or me@example.org"),
        ("wait... what…", "wait ... what …"),
        ("one.Two three,four", "one . Two three , four"),
        (":) hello:) xD", ":) hello :) xD"),
        ("“Quoted,” she said—twice", "“ Quoted , ” she said — twice"),
        ("6pm 6p.m. cannot gonna", "6 pm 6 p.m. can not gon na"),
        ("", ""),
    ],
)
def test_words_of_english(text: str, words: str) -> None:
    assert plain_words(text) == words.split()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=6))
def test_no_character_is_lost_and_a_lexicon_gives_the_same_words(texts: list[str]) -> None:
    lexicon = Lexicon()
    lexicon.worded(texts[:2])
    words = lexicon.worded(texts)
    names = {number: word for word, number in words.known.items()}
    for at, text in enumerate(texts):
        plain = plain_words(text)
        assert "".join(plain) == "".join(text.split())
        assert [names[number] for number in words.of(at).tolist()] == plain
    assert words.counts().tolist() == [len(plain_words(text)) for text in texts]


def test_what_words_are_like() -> None:
    words = Lexicon().worded(["don't ... 12 «x» é"])
    told = {
        word: (int(words.lengths[n]), bool(words.spoken[n]), bool(words.lettered[n])) for word, n in words.known.items()
    }
    assert told["n't"] == (3, True, True)
    assert told["..."] == (3, False, False)
    assert told["12"] == (2, True, False)
    assert told["«"] == (1, False, False)
    assert told["é"] == (1, True, True)


def test_a_lexicon_that_is_full_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    lexicon = Lexicon()
    lexicon.worded([page(1)])
    assert not lexicon.full
    monkeypatch.setattr("tokenry.corpus.words.lexicon.PIECES_MAX", 3)
    assert lexicon.full


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("One sentence only", 1),
        ("One. Two! Three?", 3),
        ('He said "stop." Then he went.', 2),
        ("At 6 p.m. Mr. Smith came.", 1),
        ("Wait... what?", 1),
        ("", 1),
        ("日本語。英語。", 1),
        ("日本語。 英語。", 2),
    ],
)
def test_sentences(line: str, count: int) -> None:
    assert sentences(plain_words(line)) == count


def test_signs() -> None:
    assert {".", "!", "?", "。", "؟", "।"} <= set(STOPS)
    assert {"\x05", "»", "_", "。"} <= PUNCTUATION
    assert PUNCTUATION.isdisjoint("aé5")
