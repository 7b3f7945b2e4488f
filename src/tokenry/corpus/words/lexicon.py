"""Texts as rows of word numbers, so that counting is arithmetic on arrays. Knows no filter.

Pieces between white space repeat all the time, so each is parted once and remembered. What is remembered never shows: a
word's number differs from process to process, and only whether two are equal, and what a word is like, is ever asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tokenry.corpus.words.segment import words_of
from tokenry.corpus.words.signs import PUNCTUATION

PIECES_MAX = 200_000  # remembered; about 50 MB with their words
PIECE_CHARACTERS_MAX = 16_000_000  # of all that are remembered
TEXT_CHARACTERS_MAX = 8_000_000  # of texts whose rows are kept for the next filter


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a batch of texts.

    Args:
        numbers: int32, of all texts in turn; equal where the words are.
        offsets: int64, where each text begins; one more at the end.
        lengths: int32 by number, characters of the word.
        spoken: bool by number, whether it has a character that is no punctuation.
        lettered: bool by number, whether it has a letter.
        known: the number of each word seen so far.
    """

    numbers: Any
    offsets: Any
    lengths: Any
    spoken: Any
    lettered: Any
    known: dict[str, int]

    def of(self, at: int) -> Any:
        """The numbers of one text's words."""
        return self.numbers[self.offsets[at] : self.offsets[at + 1]]

    def counts(self) -> Any:
        """How many words each text has."""
        return np.diff(self.offsets)

    def sums(self, values: Any) -> Any:
        """For each text, the sum of a value of each word.

        Args:
            values: of every word in `numbers`, in their order.
        """
        running = np.zeros(len(values) + 1, np.int64)
        np.cumsum(values, out=running[1:])
        return running[self.offsets[1:]] - running[self.offsets[:-1]]


class _Numbers(dict[str, int]):
    """Gives the next number to what it has not seen."""

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        return number


class _Rows:
    """Arrays that grow at their end."""

    def __init__(self, kind: Any) -> None:
        self._all = np.empty(1024, kind)
        self.size = 0

    def extend(self, values: Sequence[Any]) -> None:
        need = self.size + len(values)
        if need > len(self._all):
            grown = np.empty(max(need, 2 * len(self._all)), self._all.dtype)
            grown[: self.size] = self._all[: self.size]
            self._all = grown
        self._all[self.size : need] = values
        self.size = need

    def view(self) -> Any:
        return self._all[: self.size]


class Lexicon:
    """Remembers pieces, their words, and the rows of the texts seen last; it only grows, see `full`."""

    def __init__(self) -> None:
        self._pieces, self._words = _Numbers(), _Numbers()
        self._characters = 0
        self._parts, self._starts, self._counts = _Rows(np.int32), _Rows(np.int64), _Rows(np.int32)
        self._lengths, self._spoken, self._lettered = _Rows(np.int32), _Rows(np.bool_), _Rows(np.bool_)
        self._rows: dict[str, Any] = {}
        self._kept = 0

    @property
    def full(self) -> bool:
        """Whether it is time to begin anew."""
        return len(self._pieces) > PIECES_MAX or self._characters > PIECE_CHARACTERS_MAX

    def worded(self, texts: Sequence[str]) -> Words:
        """The words of texts, in order."""
        fresh = [text for text in dict.fromkeys(texts) if text not in self._rows]
        if fresh:
            self._read(fresh)
        rows = [self._rows[text] for text in texts]
        offsets = np.zeros(len(rows) + 1, np.int64)
        np.cumsum([len(row) for row in rows], out=offsets[1:])
        numbers = np.concatenate(rows) if rows else np.zeros(0, np.int32)
        made = Words(numbers, offsets, self._lengths.view(), self._spoken.view(), self._lettered.view(), self._words)
        if self._kept > TEXT_CHARACTERS_MAX:
            self._rows, self._kept = {}, 0
        return made

    def _read(self, texts: list[str]) -> None:
        """Keep the rows of texts. Arrow parts them and lists each piece once; only these are looked up."""
        before = len(self._pieces)
        lists = pc.utf8_split_whitespace(pa.array(texts, pa.large_string()))
        encoded = pc.list_flatten(lists).dictionary_encode()
        known = np.fromiter(map(self._pieces.__getitem__, encoded.dictionary.to_pylist()), np.int32)
        self._learn(before)
        pieces = known[encoded.indices.to_numpy(zero_copy_only=False)]
        many = self._counts.view()[pieces]
        ends = np.zeros(len(pieces) + 1, np.int64)
        np.cumsum(many, out=ends[1:])
        starts = self._starts.view()[pieces] - ends[:-1]
        rows = self._parts.view()[np.repeat(starts, many) + np.arange(ends[-1])]
        self._rows |= zip(texts, np.split(rows, ends[lists.offsets.to_numpy()[1:-1]]), strict=True)
        self._kept += sum(map(len, texts))

    def _learn(self, before: int) -> None:
        """Part the pieces that are new, and say what their new words are like."""
        new = list(self._pieces)[before:]
        self._characters += sum(map(len, new))
        parted = [words_of(piece) if piece else () for piece in new]
        counts = [len(words) for words in parted]
        first = len(self._words)
        number = self._words.__getitem__
        flat = [number(word) for words in parted for word in words]
        self._starts.extend((self._parts.size + np.cumsum(counts, dtype=np.int64) - counts).tolist())
        self._counts.extend(counts)
        self._parts.extend(flat)
        words = list(self._words)[first:]
        self._lengths.extend([len(word) for word in words])
        self._spoken.extend([word.isalpha() or not PUNCTUATION.issuperset(word) for word in words])
        self._lettered.extend([word.isalpha() or any(map(str.isalpha, word)) for word in words])


_OWN = [Lexicon()]


def begin_anew() -> None:
    """Let this process's lexicon forget; nobody but a measurement can tell."""
    _OWN[0] = Lexicon()


def worded(texts: Sequence[str]) -> Words:
    """The words of texts, by this process's own lexicon."""
    if _OWN[0].full:
        begin_anew()
    return _OWN[0].worded(texts)
