"""How well scores part two kinds of texts."""

from __future__ import annotations

from collections.abc import Sequence


def auc(good: Sequence[float], bad: Sequence[float]) -> float:
    """The area under the ROC curve: how often a good text scores above a bad one, equals counting half.

    Raises:
        ValueError: there are none of one kind.
    """
    if not good or not bad:
        raise ValueError("the area under the curve needs texts of both kinds")
    ranked = sorted([(score, 0) for score in bad] + [(score, 1) for score in good])
    at, ranks = 0, 0.0
    while at < len(ranked):
        stop = at
        while stop < len(ranked) and ranked[stop][0] == ranked[at][0]:
            stop += 1
        ranks += sum(kind for _, kind in ranked[at:stop]) * (at + 1 + stop) / 2
        at = stop
    return (ranks - len(good) * (len(good) + 1) / 2) / (len(good) * len(bad))
