"""What a page says again and again, as Gopher measures it. Source: Rae et al., 2021 (arXiv 2112.11446), table A1.

Shares are of the text's characters, white space counted. An n-gram's characters are those of its words: with the blanks
between them for the n-gram that comes most often, without for n-grams that come twice. Those are found from left to
right: one that stood before counts, and the search goes on behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from tokenry.corpus.documents import Verdict
from tokenry.corpus.filters.filter import WordFilter
from tokenry.corpus.words import Words

_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # of the rolling hash: odd, and its bits look like chance
Limits = tuple[tuple[int, float], ...]


class GopherRepetition(WordFilter, frozen=True, forbid_unknown_fields=True):
    """Drops pages in which paragraphs, lines, one n-gram, or n-grams that come twice take too much room."""

    name: ClassVar[str] = "gopher_repetition"

    dup_line_frac: float = 0.3
    dup_para_frac: float = 0.3
    dup_line_char_frac: float = 0.2
    dup_para_char_frac: float = 0.2
    top_n_grams: Limits = ((2, 0.2), (3, 0.18), (4, 0.16))
    dup_n_grams: Limits = ((5, 0.15), (6, 0.14), (7, 0.13), (8, 0.12), (9, 0.11), (10, 0.10))

    def verdicts(self, given: Sequence[str], words: Words) -> list[Verdict | None]:
        """Why each text goes; None where it stays."""
        return [
            self._twice(text) or self._grams(len(text), words.of(at), words.lengths) for at, text in enumerate(given)
        ]

    def _twice(self, text: str) -> Verdict | None:
        if not text:
            return Verdict("empty", "0")
        for pieces, name, share, characters in (
            (_paragraphs(text), "para", self.dup_para_frac, self.dup_para_char_frac),
            (_lines(text), "line", self.dup_line_frac, self.dup_line_char_frac),
        ):
            if len(unique := set(pieces)) == len(pieces):
                continue
            if (ratio := (len(pieces) - len(unique)) / len(pieces)) > share:
                return Verdict(f"dup_{name}_frac", f"{ratio:.4f}")
            again = sum(map(len, pieces)) - sum(map(len, unique))
            if (ratio := again / len(text)) > characters:
                return Verdict(f"dup_{name}_char_frac", f"{ratio:.4f}")
        return None

    def _grams(self, length: int, words: Any, lengths: Any) -> Verdict | None:
        if not len(words):
            return None
        sizes = lengths[words].astype(np.int64)
        often = _often(words)
        for n, share in self.top_n_grams:
            if len(words) >= n and (ratio := _top(words, sizes, often, (n, share * length)) / length) > share:
                return Verdict(f"top_{n}_gram", f"{ratio:.4f}")
        limits = dict(sorted(self.dup_n_grams))
        for n, characters in _again(words, sizes, length, limits):
            if (ratio := characters / length) > limits[n]:
                return Verdict(f"duplicated_{n}_n_grams", f"{ratio:.4f}")
        return None


def _paragraphs(text: str) -> list[str]:
    """Parted at every run of two line breaks or more."""
    if "\n\n" not in text:
        return [text]
    return [piece.lstrip("\n") for piece in text.strip().split("\n\n") if piece] or [""]


def _lines(text: str) -> list[str]:
    """Parted at runs of line breaks; at either end there may be an empty one."""
    pieces = text.split("\n")
    inside = [piece for piece in pieces if piece]
    if len(inside) == len(pieces):
        return pieces
    return [*[""] * (not pieces[0]), *inside, *[""] * (not pieces[-1])]


def _often(words: Any) -> Any:
    """How often each word stands in the text."""
    order = np.argsort(words)
    ordered = words[order]
    begins = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    counts = np.diff(begins, append=len(words))
    often = np.empty(len(words), np.int64)
    often[order] = np.repeat(counts, counts)
    return often


def _top(words: Any, sizes: Any, often: Any, asked: tuple[int, float]) -> int:
    """Characters that the most frequent n-gram takes; 0 where a quick bound shows them within a limit.

    Args:
        words: their numbers.
        sizes: their characters.
        often: how often each stands in the text: none of its n-grams does more often.
        asked: n and the limit.
    """
    n, limit = asked
    last = len(words) - n + 1
    least = often[:last].copy()
    room = sizes[:last] + (n - 1)
    for k in range(1, n):
        np.minimum(least, often[k : k + last], out=least)
        room += sizes[k : k + last]
    if int((least * room).max()) <= limit:
        return 0
    numbers = words.tolist()
    gram, count = Counter(zip(*(numbers[k:] for k in range(n)), strict=False)).most_common(1)[0]
    first = next(at for at in np.flatnonzero(words == gram[0]).tolist() if tuple(numbers[at : at + n]) == gram)
    return int(room[first]) * count


def _again(words: Any, sizes: Any, length: int, limits: Mapping[int, float]) -> Iterator[tuple[int, int]]:
    """For each n, in rising order: the characters of n-grams that stood before, where they may be more than its limit.

    They are no more than those of all words in such n-grams. Ends where these are within every limit: those of longer
    n-grams are among them.

    Args:
        words: their numbers.
        sizes: their characters.
        length: characters of the text.
        limits: shares of it, by n, rising.
    """
    wanted = list(limits)
    if not wanted or len(words) < wanted[0]:
        return
    spread = (words.astype(np.uint64) + np.uint64(1)) * _FACTOR
    spread ^= spread >> np.uint64(29)
    grown = wanted[0]
    last = len(words) - grown + 1
    hashes = spread[:last].copy()
    for k in range(1, grown):
        hashes *= _FACTOR
        hashes += spread[k : k + last]
    places = np.arange(last)
    ends = np.zeros(len(words) + 1, np.int64)
    np.cumsum(sizes, out=ends[1:])
    for n in wanted:
        inside = np.searchsorted(places, len(words) - n, side="right")
        places, hashes = places[:inside], hashes[:inside]
        for k in range(grown, n):
            hashes = hashes * _FACTOR + spread[places + k]
        grown = n
        places, hashes, later = _not_alone(places, hashes)
        most = int(sizes[_covered(places[later], n, len(words))].sum()) / length
        if most <= min(limits.values()):
            return
        if most > limits[n]:
            yield n, _taken(places.tolist(), hashes.tolist(), n, ends)


def _covered(places: Any, n: int, count: int) -> Any:
    """Which of so many words are in an n-gram that begins at one of these places."""
    edges = np.zeros(count + 1, np.int32)
    edges[places] += 1
    edges[places + n] -= 1
    return np.cumsum(edges[:-1]) > 0


def _not_alone(places: Any, hashes: Any) -> tuple[Any, Any, Any]:
    """Those places whose hash another place has too, their hashes, and which of them are not the first with it."""
    order = np.argsort(hashes)
    ordered = hashes[order]
    like_before = np.zeros(len(order) + 1, np.bool_)
    np.equal(ordered[1:], ordered[:-1], out=like_before[1:-1])
    if not like_before.any():
        return places[:0], hashes[:0], like_before[:0]
    kept = np.empty(len(order), np.bool_)
    kept[order] = like_before[:-1] | like_before[1:]
    later = kept.copy()
    later[np.minimum.reduceat(order, np.flatnonzero(~like_before[:-1]))] = False
    return places[kept], hashes[kept], later[kept]


def _taken(places: list[int], kinds: list[int], n: int, ends: Any) -> int:
    seen: set[int] = set()
    free = characters = 0
    for place, kind in zip(places, kinds, strict=True):
        if place < free:
            continue
        if kind in seen:
            characters += int(ends[place + n] - ends[place])
            free = place + n
        else:
            seen.add(kind)
    return characters
