"""The lines of a page, as FineWeb judges them. Source: Penedo et al., The FineWeb Datasets, 2024, section 3.6.

Lines are parted at "\\n" and blank ones left out; a line ends with a stop where its last character is one, white space
not taken off. Words are those of `corpus.words`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from tokenry.corpus.documents import Verdict
from tokenry.corpus.filters.filter import WordFilter
from tokenry.corpus.words import STOPS, Words

_STOPS = frozenset(STOPS)


class FinewebQuality(WordFilter, frozen=True, forbid_unknown_fields=True):
    """Drops pages whose lines end without a stop, are short, stand twice, or have few words each."""

    name: ClassVar[str] = "fineweb_quality"

    line_punct_thr: float = 0.12
    line_punct_exclude_zero: bool = False  # keep pages in which no line ends with a stop
    short_line_thr: float = 0.67
    short_line_length: int = 30
    char_duplicates_ratio: float = 0.01
    new_line_ratio: float = 0.3

    def verdicts(self, given: Sequence[str], words: Words) -> list[Verdict | None]:
        """Why each text goes; None where it stays."""
        counts = words.counts().tolist()
        return [self._lines(text) or self._list(text, count) for text, count in zip(given, counts, strict=True)]

    def _lines(self, text: str) -> Verdict | None:
        lines = [line for line in text.split("\n") if line.strip()]
        if not lines:
            return Verdict("empty", "0")
        stopped = sum(line[-1] in _STOPS for line in lines) / len(lines)
        if stopped < self.line_punct_thr and (stopped or not self.line_punct_exclude_zero):
            return Verdict("line_punct_ratio", f"{stopped:.4f}")
        short = sum(len(line) <= self.short_line_length for line in lines) / len(lines)
        if short > self.short_line_thr:
            return Verdict("short_line_ratio", f"{short:.4f}")
        if len(unique := set(lines)) < len(lines):
            twice = (sum(map(len, lines)) - sum(map(len, unique))) / (len(text) - text.count("\n"))
            if twice > self.char_duplicates_ratio:
                return Verdict("char_dup_ratio", f"{twice:.4f}")
        return None

    def _list(self, text: str, words: int) -> Verdict | None:
        ratio = text.count("\n") / words if words else 0.0
        return Verdict("list_ratio", f"{ratio:.4f}") if ratio > self.new_line_ratio else None
