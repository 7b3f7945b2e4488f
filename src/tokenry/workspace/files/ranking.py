"""How two ways of finding become one list: words by FTS5, meaning by vectors, fused by reciprocal rank. Pure.

Source of the fusion: Cormack, Clarke, Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank
learning methods", SIGIR 2009, with their constant of 60.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")
FUSION_CONSTANT = 60
WORDS_MAX = 48  # of a question
_WORD = re.compile(r"\w+")
_OF_WORDS = (
    "a about also an and any are as at be but by can could did do does for from get had has have how i if in into is "
    "it its may me might must my no not of on or our shall should so than that the their them then there these they "
    "this to us was we were what when where which who why will with would you your"
)
_COMMON = frozenset(_OF_WORDS.split())
_STEM_MIN = 4  # letters


def expression(question: str) -> str | None:
    """Words of a question as an expression of FTS5: any of them, in any form of its ending. None = there are none."""
    seen: dict[str, None] = {}
    for word in _WORD.findall(question.lower()):
        seen.setdefault(word)
    words = [word for word in seen if word not in _COMMON] or list(seen)
    if not words:
        return None
    return " OR ".join(_term(word) for word in words[:WORDS_MAX])


def _term(word: str) -> str:
    """English endings are taken off, and whatever follows the rest is meant too."""
    for ending in ("ies", "ing", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= _STEM_MIN:
            return f'"{word[: -len(ending)]}"*'
    return f'"{word}"*' if len(word) > _STEM_MIN else f'"{word}"'


def fuse(rankings: Iterable[Sequence[T]]) -> list[T]:
    """One list of several, the best first; what stands high in more of them stands higher. Ties keep their order."""
    scores: dict[T, float] = {}
    for ranking in rankings:
        for rank, one in enumerate(ranking, start=1):
            scores[one] = scores.get(one, 0.0) + 1.0 / (FUSION_CONSTANT + rank)
    return sorted(scores, key=scores.__getitem__, reverse=True)
