"""Who belongs together once pairs are known, and which of them stays. Knows numbers only.

Eight bytes a document for the forest and eight for what each is worth, and for a moment at the end some 24 more.
"""

from __future__ import annotations

from typing import Any

import numpy as np


class Forest:
    """Documents joined pair by pair; a tree's root is its lowest number, whatever the order of the pairs."""

    def __init__(self, count: int) -> None:
        self._parent = np.arange(count, dtype=np.int64)

    def join(self, left: Any, right: Any) -> None:
        """Make one of what each pair belongs to."""
        while len(left):
            mine, theirs = self._roots(left), self._roots(right)
            apart = mine != theirs
            left, right, mine, theirs = left[apart], right[apart], mine[apart], theirs[apart]
            np.minimum.at(self._parent, np.maximum(mine, theirs), np.minimum(mine, theirs))

    def best(self, worth: Any) -> tuple[Any, Any]:
        """Who goes, and for whom.

        Args:
            worth: uint64 a document; of equals the lowest number stays.

        Returns:
            The numbers of the documents that go, in order, and beside each that of the one that stays.
        """
        roots = self._roots(np.arange(len(self._parent)))
        members = np.flatnonzero(np.bincount(roots, minlength=len(roots))[roots] > 1)
        owner = roots[members]
        order = np.lexsort((members, ~worth[members], owner))
        members, owner = members[order], owner[order]
        begins = np.concatenate([np.ones(1, bool), owner[1:] != owner[:-1]])[: len(owner)]
        stays = members[np.maximum.accumulate(np.where(begins, np.arange(len(begins)), 0))]
        goes, stays = members[~begins], stays[~begins]
        order = np.argsort(goes)
        return goes[order], stays[order]

    def _roots(self, numbers: Any) -> Any:
        roots = self._parent[numbers]
        while True:
            above = self._parent[roots]
            if np.array_equal(above, roots):
                break
            roots = above
        self._parent[numbers] = roots
        return roots
