"""Prose or not: connected sentences against menus, lists, tables and slogans, by eight counts and a logistic curve.

Ours, no paper's. The weights were fitted by `python -m bench.corpus_quality --fit` on pages whose articles people had
marked: the article against the rest of its page. It knows nothing of truth, taste or topic.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tokenry.corpus.words import STOPS, worded

FEATURES = ("words", "common", "word_length", "lettered", "line_words", "stopped", "digits", "capitals")
_COMMON = (
    "the",
    "be",
    "to",
    "of",
    "and",
    "that",
    "have",
    "with",
    "a",
    "in",
    "is",
    "was",
    "it",
    "for",
    "on",
    "as",
    "not",
)
_STOPS = frozenset((*STOPS, '"', "”"))
# One weight a feature, in their order, and the constant; bench.corpus_quality prints them.
WEIGHTS = (-0.896, 0.691, 0.499, 0.665, 3.846, 5.166, -0.155, -0.663)
CONSTANT = -3.3


class Prose:
    """The built-in classifier."""

    def scores(self, given: Sequence[str]) -> list[float]:
        """From 0, no prose, to 1."""
        return list((1 / (1 + np.exp(-(features(given) @ np.array(WEIGHTS) + CONSTANT)))).round(6).tolist())


def features(given: Sequence[str]) -> Any:
    """What is counted, a row a text and a column a feature, each about from 0 to 1."""
    words = worded(given)
    counts = np.maximum(words.counts(), 1)
    spoken = words.spoken[words.numbers]
    said = np.maximum(words.sums(spoken), 1)
    common = np.zeros(len(given))
    for word in _COMMON:
        if (number := words.known.get(word)) is not None:
            common += words.sums(words.numbers == number)
    lines = [[line for line in text.split("\n") if line.strip()] for text in given]
    many = np.maximum([len(one) for one in lines], 1)
    characters = np.maximum([len(text) for text in given], 1)
    columns = (
        np.minimum(np.log10(said) / 4, 1),
        common / said,
        np.minimum(words.sums(words.lengths[words.numbers] * spoken) / said / 10, 1),
        words.sums(words.lettered[words.numbers]) / counts,
        np.minimum(said / many / 50, 1),
        np.array([sum(line[-1] in _STOPS for line in one) for one in lines]) / many,
        np.array([sum(map(str.isdigit, text)) for text in given]) / characters,
        np.array([sum(map(str.isupper, text)) for text in given]) / characters,
    )
    return np.stack(columns, axis=1)
