"""The language of texts, a batch at a time, by the arithmetic of fastText's own predictor on whole arrays.

A text is the mean of what its words and their n-grams add, a word's being the same wherever it stands: so the words of
a batch are made one list without repeats, their n-grams are hashed together (FNV-1a over bytes taken as signed, modulo
the model's buckets), and each text sums its words. Sums are of whole numbers, hence the same in any order and any
batch. Knows the model's arrays, not its file.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tokenry.corpus.languages.model import ONE, ROWS_SUMMED, Model, model

UNKNOWN = "und"
AT_ONCE = 1 << 15  # characters whose n-grams are held at a time
_BASIS, _PRIME = np.uint32(2166136261), np.uint32(16777619)
_SIGNED = np.arange(256, dtype=np.uint8).view(np.int8).astype(np.int32).view(np.uint32)
_END, _LABEL = "</s>", "__label__"
_TINY = 1e-5  # fastText adds it before each logarithm
_DIGITS = 6  # of a score that are told: more differ between processors


def identified(texts: Any) -> tuple[list[str], list[float]]:
    """The likeliest language of each text, and how likely it is, from 0 to 1.

    Args:
        texts: an Arrow array of strings, none null.

    Returns:
        Codes, `UNKNOWN` where a text is empty, and scores.
    """
    known = model()
    sums, counts = _sums(texts, known)
    logarithms = _logarithms(sums / counts / ONE, known)
    best = np.argmax(logarithms, axis=0)
    scores = np.exp(logarithms[best, np.arange(len(best))]).clip(max=1.0).round(_DIGITS)
    empty = pc.equal(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
    scores[empty] = 0.0
    labels = [UNKNOWN if nothing else known.labels[at] for nothing, at in zip(empty, best.tolist(), strict=True)]
    return labels, scores.tolist()


def _sums(texts: Any, known: Model) -> tuple[Any, Any]:
    """What each text's words and its end add, of the shape (dimensions, texts), and how many rows that was."""
    lists = pc.ascii_split_whitespace(pc.replace_substring(texts, "\0", " "))
    encoded = pc.list_flatten(lists).dictionary_encode()
    begins = lists.offsets.to_numpy()[:-1]  # none is empty: of nothing the one word is ""
    word = encoded.indices.to_numpy(zero_copy_only=False)
    end = known.words.index(_END).as_py()
    adds, rows = _of_words(encoded.dictionary, known)
    of_end = np.ravel(_unpacked(known.pairs[:, end]))
    sums = [np.add.reduceat(one[word], begins) + last for one, last in zip(adds, of_end, strict=True)]
    return np.array(sums), np.add.reduceat(rows[word], begins) + 1


def _of_words(words: Any, known: Model) -> tuple[Any, Any]:
    """What each word adds with its n-grams, int64 of the shape (dimensions, words), and how many rows that is."""
    half = len(known.pairs)
    adds, rows = np.zeros((2 * half, len(words)), np.int64), np.zeros(len(words), np.int64)
    own = pc.fill_null(pc.index_in(words, known.words), -1).to_numpy(zero_copy_only=False)
    with_row = np.flatnonzero(own >= 0)
    for word, row in chain([(with_row, own[with_row])], _grams(words, known)):
        ends = np.diff(word, append=-1) != 0
        ends[ROWS_SUMMED - 1 :: ROWS_SUMMED] = True
        last = np.flatnonzero(ends)
        np.add.at(rows, word[last], np.diff(last, prepend=-1))
        for at, pairs in enumerate(known.pairs):
            both = _unpacked(np.diff(np.cumsum(pairs[row])[last], prepend=0))
            np.add.at(adds[at], word[last], both[0])
            np.add.at(adds[half + at], word[last], both[1])
    silent = pc.or_(pc.equal(words, ""), pc.starts_with(words, _LABEL)).to_numpy(zero_copy_only=False)
    adds[:, silent] = rows[silent] = 0
    return adds, rows


def _unpacked(pairs: Any) -> Any:
    """Both numbers of each pair, see `Model.pairs`; int64 with one dimension more, the first."""
    low = pairs.astype(np.int32).astype(np.int64)
    return np.stack([low, (pairs - low) >> 32])


def _grams(words: Any, known: Model) -> Iterator[tuple[Any, Any]]:
    """Pairs of arrays: a word's place, and the row of one of its n-grams that the model kept; some at a time.

    Words in ASCII come by themselves, where characters are bytes and all goes by slices.
    """
    ascii_alone = pc.string_is_ascii(words)
    for some in (ascii_alone, pc.invert(ascii_alone)):
        places = np.flatnonzero(some.to_numpy(zero_copy_only=False))
        for word, row in _framed_grams(words.filter(some), known):
            yield places[word], row


def _framed_grams(words: Any, known: Model) -> Iterator[tuple[Any, Any]]:
    wide = pa.large_string()
    signs = (pa.scalar(sign, wide) for sign in ("<", ">", ""))
    framed = pc.binary_join_element_wise(next(signs), words.cast(wide), *signs)
    _, offsets, data = framed.buffers()
    edges = np.frombuffer(offsets, np.int64, len(words) + 1) if len(words) else np.zeros(1, np.int64)
    letters = np.frombuffer(data, np.uint8, int(edges[-1])) if len(words) else np.zeros(0, np.uint8)
    begins = np.append(np.flatnonzero((letters & 0xC0) != 0x80), len(letters))
    word_of = np.repeat(np.arange(len(words)), np.diff(np.searchsorted(begins, edges)))
    least, most = known.lengths
    for first in range(0, len(begins) - 1, AT_ONCE):
        here = begins[first : first + AT_ONCE + most]
        word = word_of[first : first + AT_ONCE]
        end = edges[word + 1]
        hashes = np.full(len(word), _BASIS)
        found: list[tuple[Any, Any]] = []
        for n in range(1, min(most, len(here) - 1) + 1):
            count = min(len(word), len(here) - n)
            hashes = _hashed(hashes[:count], letters, here[n - 1 : n + count])
            if n >= least:
                bucket = hashes - hashes // known.buckets * known.buckets
                at = np.flatnonzero(known.keeps[bucket] & (here[n : n + count] <= end[:count]))
                found.append((word[at], known.rows[bucket[at]]))
        if found:
            yield np.concatenate([some for some, _ in found]), np.concatenate([some for _, some in found])


def _hashed(hashes: Any, letters: Any, edges: Any) -> Any:
    """FNV-1a, gone on with by a character of one to four bytes.

    Args:
        hashes: uint32.
        letters: the bytes of all words.
        edges: where in them each character begins, and the last one ends.
    """
    if edges[-1] - edges[0] == len(hashes):  # characters of one byte, which is its own signed one
        return (hashes ^ letters[edges[0] : edges[-1]]) * _PRIME
    begin, size = edges[:-1], np.diff(edges)
    hashes = (hashes ^ _SIGNED[letters[begin]]) * _PRIME
    for at in range(1, int(size.max(initial=0))):
        more = np.flatnonzero(size > at)
        hashes[more] = (hashes[more] ^ _SIGNED[letters[begin[more] + at]]) * _PRIME
    return hashes


def _logarithms(texts: Any, known: Model) -> Any:
    """Of how likely each label is for each text, of the shape (labels, texts): the product along its way from the root.

    Args:
        texts: of the shape (dimensions, texts).
    """
    drawn = np.zeros((len(known.nodes), texts.shape[1]))
    for values, weights in zip(texts, known.nodes.T, strict=True):  # no matrix product: its order of sums may differ
        drawn += np.multiply.outer(weights, values)
    likely = 1 / (1 + np.exp(-drawn))
    lefts, rights = np.log(1 - likely + _TINY), np.log(likely + _TINY)
    labels = len(known.labels)
    found = np.zeros((2 * labels - 1, texts.shape[1]))
    for at in range(labels - 2, -1, -1):
        left, right = known.children[at]
        np.add(found[labels + at], lefts[at], out=found[left])
        np.add(found[labels + at], rights[at], out=found[right])
    return found[:labels]
