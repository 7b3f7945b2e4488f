"""Documents that hold what a model will be examined with. Source: Brown et al., Language Models are Few-Shot Learners,
2020, appendix C: 13 words in a row that also stand in an evaluation set.

Words are runs of letters and digits, lower-case, accents taken off, so that punctuation and spacing hide
nothing. An item of fewer words than `n` cannot be found. The whole document goes.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import numpy as np
import regex

from tokenry.corpus.documents import Outcome, Stage, Verdict, sift, texts
from tokenry.corpus.errors import RecipeError
from tokenry.corpus.filters.filter import Filter

FILE_SIZE_MAX = 2**30  # bytes of one evaluation set
_WORD = regex.compile(r"[\p{L}\p{N}]+")
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


class Decontamination(Filter, frozen=True, forbid_unknown_fields=True):
    """Drops documents that share `n` words in a row with an evaluation set."""

    name: ClassVar[str] = "decontamination"
    cheap: ClassVar[bool] = False

    evaluations: tuple[str, ...] = ()  # paths: `.jsonl`, each text in an item of its own, or text of one item a line
    n: int = 13

    def __post_init__(self) -> None:
        """Refuse what cannot be counted."""
        if not 1 <= self.n <= 100:
            raise ValueError("`n` must be from 1 to 100 words")

    def files(self) -> tuple[str, ...]:
        """The evaluation sets."""
        return self.evaluations

    def opened(self, base: Path) -> Stage:
        """The stage, with the runs of words of every set read."""
        grams: dict[str, str] = {}
        for path in self.evaluations:
            for item in _items(path, base):
                words = plain(item)
                for at in range(len(words) - self.n + 1):
                    grams.setdefault(" ".join(words[at : at + self.n]), path)
        return DecontaminationStage(self.n, grams)

    def __call__(self, documents: Any) -> Outcome:
        """Part the batch; sets are looked for from the folder one works in."""
        return self.opened(Path())(documents)


class DecontaminationStage:
    """The filter with its evaluation sets in memory.

    Args:
        n: words of a run.
        grams: each run, its words apart by a blank, and the file that it stands in.
    """

    slow: ClassVar[bool] = False

    def __init__(self, n: int, grams: dict[str, str]) -> None:
        self._n, self._grams = n, grams
        self._known: dict[str, int] = {}
        for gram in grams:
            for word in gram.split():
                self._known.setdefault(word, len(self._known) + 1)
        hashes = [_rolled(self._numbers(gram.split()), n) for gram in grams]
        self._hashes = np.unique(np.concatenate(hashes)) if hashes else np.zeros(0, np.uint64)

    @property
    def stage(self) -> str:
        return Decontamination.name

    def __call__(self, documents: Any) -> Outcome:
        """Part the batch."""
        return sift(documents, self.stage, [self.verdict(text) for text in texts(documents)])

    def verdict(self, text: str) -> Verdict | None:
        """Why this text goes, with the first run of words that an evaluation set holds; None when it stays."""
        if not self._grams:
            return None
        words = plain(text)
        if len(words) < self._n:
            return None
        rolled = _rolled(self._numbers(words), self._n)
        near = self._hashes[np.searchsorted(self._hashes, rolled).clip(max=len(self._hashes) - 1)] == rolled
        for at in np.flatnonzero(near).tolist():
            gram = " ".join(words[at : at + self._n])
            if (file := self._grams.get(gram)) is not None:
                return Verdict("contaminated", f"{file}: {gram}")
        return None

    def _numbers(self, words: list[str]) -> Any:
        """Each word's number in the evaluation sets; 0 for words that they do not have."""
        return np.array([self._known.get(word, 0) for word in words], np.uint64)


def plain(text: str) -> list[str]:
    """The words of a text as they are compared."""
    low = text.lower()
    if not low.isascii():
        low = "".join(sign for sign in unicodedata.normalize("NFKD", low) if unicodedata.category(sign) != "Mn")
    found: list[str] = _WORD.findall(low)
    return found


def _rolled(numbers: Any, n: int) -> Any:
    """A hash of every run of n numbers."""
    last = len(numbers) - n + 1
    hashes = np.zeros(last, np.uint64)
    for at in range(n):
        hashes = hashes * _FACTOR + numbers[at : at + last]
    return hashes


def _items(path: str, base: Path) -> list[str]:
    file = base / Path(path).expanduser()
    place = f"filters.decontamination.evaluations: {path}"
    try:
        if file.stat().st_size > FILE_SIZE_MAX:
            raise RecipeError(f"{place}: larger than 1 GiB; part it")
        lines = file.read_text("utf-8", "replace").splitlines()
    except OSError as error:
        raise RecipeError(f"{place}: {error.strerror}") from error
    if file.suffix != ".jsonl":
        return lines
    items: list[str] = []
    for number, line in enumerate(lines, 1):
        try:
            items += _strings(msgspec.json.decode(line)) if line.strip() else []
        except (msgspec.DecodeError, RecursionError) as error:
            raise RecipeError(f"{place}: line {number} is no JSON") from error
    return items


def _strings(tree: Any) -> list[str]:
    if isinstance(tree, str):
        return [tree]
    children = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return [text for child in children for text in _strings(child)]
