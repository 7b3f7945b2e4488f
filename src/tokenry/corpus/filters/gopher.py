"""The shape of a page's words and lines, as Gopher judges it. Source: Rae et al., Scaling Language Models: Methods,
Analysis & Insights from Training Gopher, 2021 (arXiv 2112.11446), appendix A.1.

Words are those of `corpus.words`, punctuation among them; where the paper says "words" of a length, those with a
character that is no punctuation are meant. Rules are tried in the paper's order, and the first that is broken is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

import numpy as np

from tokenry.corpus.documents import Verdict
from tokenry.corpus.filters.filter import WordFilter
from tokenry.corpus.words import Words

_BULLETS = ("•", "-")
_ELLIPSES = ("...", "…")


class _Counted(NamedTuple):
    """Of one text: words, those that are not punctuation alone, their characters, words with a letter, stop words."""

    words: int
    spoken: int
    characters: int
    lettered: int
    stops: int


class GopherQuality(WordFilter, frozen=True, forbid_unknown_fields=True):
    """Drops pages with too few or too many words, words too short or long, symbols, bullets, or no common words."""

    name: ClassVar[str] = "gopher_quality"

    min_doc_words: int = 50
    max_doc_words: int = 100_000
    min_avg_word_length: float = 3
    max_avg_word_length: float = 10
    max_symbol_word_ratio: float = 0.1
    max_bullet_lines_ratio: float = 0.9
    max_ellipsis_lines_ratio: float = 0.3
    max_non_alpha_words_ratio: float = 0.8  # words with a letter must be at least this share
    min_stop_words: int = 2
    stop_words: tuple[str, ...] = ("the", "be", "to", "of", "and", "that", "have", "with")

    def verdicts(self, given: Sequence[str], words: Words) -> list[Verdict | None]:
        """Why each text goes; None where it stays."""
        spoken = words.spoken[words.numbers]
        lengths = words.sums(words.lengths[words.numbers] * spoken)
        counted = zip(
            words.counts().tolist(), words.sums(spoken).tolist(), lengths.tolist(),
            words.sums(words.lettered[words.numbers]).tolist(), self._stops(words), strict=True,
        )  # fmt: skip  # a column a line would bury it
        return [self._judged(text, _Counted(*row)) for text, row in zip(given, counted, strict=True)]

    def _stops(self, words: Words) -> list[int]:
        """How many of the stop words each text has."""
        found = np.zeros(len(words.offsets) - 1, np.int64)
        for word in set(self.stop_words):
            if (number := words.known.get(word)) is not None:
                found += words.sums(words.numbers == number) > 0
        return list(found.tolist())

    def _judged(self, text: str, counted: _Counted) -> Verdict | None:
        count, spoken, characters, lettered, stops = counted
        if not spoken or spoken < self.min_doc_words:
            return Verdict("gopher_short_doc", str(spoken))
        if spoken > self.max_doc_words:
            return Verdict("gopher_long_doc", str(spoken))
        if (mean := characters / spoken) < self.min_avg_word_length:
            return Verdict("gopher_below_avg_threshold", f"{mean:.4f}")
        if mean > self.max_avg_word_length:
            return Verdict("gopher_above_avg_threshold", f"{mean:.4f}")
        if (ratio := text.count("#") / count) > self.max_symbol_word_ratio:
            return Verdict("gopher_too_many_hashes", f"{ratio:.4f}")
        ellipses = sum(map(text.count, _ELLIPSES))
        if (ratio := ellipses / count) > self.max_symbol_word_ratio:
            return Verdict("gopher_too_many_ellipsis", f"{ratio:.4f}")
        lines = text.splitlines()
        bullets = sum(map(text.count, _BULLETS))
        # As many lines as there are signs at most: few signs need no look at each line.
        if (
            bullets / len(lines) > (most := self.max_bullet_lines_ratio)
            and (ratio := sum(line.lstrip().startswith(_BULLETS) for line in lines) / len(lines)) > most
        ):
            return Verdict("gopher_too_many_bullets", f"{ratio:.4f}")
        if (
            ellipses / len(lines) > (most := self.max_ellipsis_lines_ratio)
            and (ratio := sum(line.rstrip().endswith(_ELLIPSES) for line in lines) / len(lines)) > most
        ):
            return Verdict("gopher_too_many_end_ellipsis", f"{ratio:.4f}")
        if (ratio := lettered / count) < self.max_non_alpha_words_ratio:
            return Verdict("gopher_below_alpha_threshold", f"{ratio:.4f}")
        if stops < self.min_stop_words:
            return Verdict("gopher_enough_stop_words", str(stops))
        return None
