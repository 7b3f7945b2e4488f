"""Words of texts, as published thresholds mean them."""

from __future__ import annotations

from tokenry.corpus.words.lexicon import Words as Words
from tokenry.corpus.words.lexicon import begin_anew as begin_anew
from tokenry.corpus.words.lexicon import worded as worded
from tokenry.corpus.words.segment import plain_words as plain_words
from tokenry.corpus.words.segment import words_of as words_of
from tokenry.corpus.words.sentences import sentences as sentences
from tokenry.corpus.words.signs import PUNCTUATION as PUNCTUATION
from tokenry.corpus.words.signs import STOPS as STOPS

__all__ = ["PUNCTUATION", "STOPS", "Words", "begin_anew", "plain_words", "sentences", "worded", "words_of"]
