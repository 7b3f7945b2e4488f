"""A text as MinHash compares it: its words, simplified, and a number for each run of five of them.

The simplification is that of FineWeb's deduplication (datatrove, `simplify_text`): lower case, each number a single 0,
punctuation and control characters blank, accents gone. Words stand between blanks; in scripts that write none between
words each character is one.
"""

from __future__ import annotations

import hashlib
import re
import string
import unicodedata
from functools import lru_cache
from typing import Any

import numpy as np

WIDTH = 5  # words
KNOWN_MAX = 200_000  # words whose numbers are kept
_NUMBER = re.compile(r"\d+(?:[.,\u060c\u066b⎖⎗⎘]\d+)?")
_ASCII_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")  # the same for ASCII, and faster
_UNSPACED = re.compile(
    r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])"
)
_MARKS = string.punctuation + "«´»–—’“”„…∶━►、。〈〉《》「」【】！％（），．：；？～"  # noqa: RUF001  # marks that look alike
_CONTROL = "".join(map(chr, (*range(9), 11, 12, *range(13, 32), *range(127, 160))))
_WORD = re.compile(f"[^{re.escape(_MARKS + _CONTROL)}\\s]+")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_FACTOR = np.uint64(0x100000001B3)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)  # splitmix64's


def words(text: str) -> list[str]:
    """The simplified text's words."""
    text = text.lower()
    if text.isascii():
        text = _ASCII_NUMBER.sub("0", text)
    else:
        text = _NUMBER.sub("0", text)
        text = _FOREIGN.sub(lambda found: _folded(found[0]), text)
    return _WORD.findall(text)


@lru_cache(maxsize=50_000)
def _folded(run: str) -> str:
    """Characters beyond ASCII without the marks that stand on them, parted where their script has no blanks."""
    bare = "".join(one for one in unicodedata.normalize("NFD", run) if unicodedata.category(one) != "Mn")
    return _UNSPACED.sub(r" \1 ", bare)


class Shingler:
    """Numbers of runs of words. Remembers words that it has met; what it answers does not depend on that."""

    def __init__(self) -> None:
        self._known = _Words()

    def __call__(self, text: str) -> Any:
        """The distinct runs of `WIDTH` words as uint64; empty where the text has fewer words."""
        if len(self._known) > KNOWN_MAX:
            self._known.clear()
        numbers = np.fromiter(map(self._known.__getitem__, words(text)), np.uint64)
        if len(numbers) < WIDTH:
            return np.empty(0, np.uint64)
        runs = numbers[: len(numbers) - WIDTH + 1]
        for at in range(1, WIDTH):
            runs = mixed(runs * _FACTOR + numbers[at : len(numbers) - WIDTH + 1 + at])
        return np.unique(runs)


def mixed(numbers: Any) -> Any:
    """uint64 to uint64, one to one, every bit of the answer from every bit (splitmix64's finish)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * _MIX_1
    numbers = (numbers ^ (numbers >> np.uint64(27))) * _MIX_2
    return numbers ^ (numbers >> np.uint64(31))


class _Words(dict[str, int]):
    def __missing__(self, word: str) -> int:
        number = int.from_bytes(
            hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"
        )
        self[word] = number
        return number
