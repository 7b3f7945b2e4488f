"""A tree of hashes over sorted entries: one root for all of them, and short proofs that an entry is there or is not.

The shape is that of Certificate Transparency (RFC 6962, section 2.1), with its marks that keep leaves and nodes apart:
a leaf is sha256(0x00, entry), a node sha256(0x01, left, right). As the entries are sorted and each stands once, one is
absent where two leaves beside each other enclose it. Who checks a proof must know the tree's size, not only its
root. Knows nothing of what an entry means.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

WIDTH = 32  # bytes of a hash
EMPTY = sha256(b"").digest()  # the root of no entries


class Commitment(NamedTuple):
    """What is told of a tree beforehand: its root, 32 bytes, and how many entries it has."""

    root: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry, its place among the sorted ones, and the hashes beside its way up, from the lowest."""

    index: int
    entry: bytes
    path: tuple[bytes, ...]


class NoProof(ValueError):
    """The leaves do not show what they should under this root."""


class Tree:
    """Args:
    entries: in any order; each counts once.
    """

    def __init__(self, entries: Iterable[bytes]) -> None:
        self.entries = sorted(set(entries))
        self._levels = [b"".join(map(leaf_hash, self.entries))]
        while len(self._levels[-1]) > WIDTH:
            self._levels.append(_above(self._levels[-1]))

    @property
    def commitment(self) -> Commitment:
        return Commitment(self._levels[-1] or EMPTY, len(self.entries))

    def leaf(self, index: int) -> Leaf:
        """The leaf at a place, with its way up."""
        path, at = [], index
        for level in self._levels[:-1]:
            beside = (at ^ 1) * WIDTH
            if beside < len(level):
                path.append(level[beside : beside + WIDTH])
            at //= 2
        return Leaf(index, self.entries[index], tuple(path))

    def prove(self, entry: bytes) -> tuple[Leaf, ...]:
        """The leaf of an entry that is there; the leaves on both sides of one that is not, one at either end."""
        at = bisect_left(self.entries, entry)
        if at < len(self.entries) and self.entries[at] == entry:
            return (self.leaf(at),)
        return tuple(self.leaf(index) for index in (at - 1, at) if 0 <= index < len(self.entries))


def included(entry: bytes, leaves: tuple[Leaf, ...], commitment: Commitment) -> bool:
    """Whether the leaves show that an entry is in the tree (True) or that it is not (False).

    Raises:
        NoProof: they show neither.
    """
    for leaf in leaves:
        if root_of(leaf, commitment.size) != commitment.root:
            raise NoProof(f"the leaf {leaf.index} does not lead to the root")
    if len(leaves) == 1 and leaves[0].entry == entry:
        return True
    if not _enclosed(entry, leaves, commitment):
        raise NoProof("the leaves do not enclose the entry")
    return False


def root_of(leaf: Leaf, size: int) -> bytes:
    """The root that a leaf's way leads to, in a tree of `size` entries.

    Raises:
        NoProof: there is no such place, or the way has another length.
    """
    if not 0 <= leaf.index < size:
        raise NoProof(f"there is no leaf {leaf.index} among {size}")
    made, at, width, path = leaf_hash(leaf.entry), leaf.index, size, list(leaf.path)
    while width > 1:
        if at % 2 or at + 1 < width:  # the last node of an odd level has nobody beside it
            if not path:
                raise NoProof(f"the way of the leaf {leaf.index} is too short")
            beside = path.pop(0)
            made = node_hash(beside, made) if at % 2 else node_hash(made, beside)
        at, width = at // 2, (width + 1) // 2
    if path:
        raise NoProof(f"the way of the leaf {leaf.index} is too long")
    return made


def leaf_hash(entry: bytes) -> bytes:
    """A leaf's hash."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two."""
    return sha256(b"\x01" + left + right).digest()


def _above(level: bytes) -> bytes:
    hashes = [level[at : at + WIDTH] for at in range(0, len(level), WIDTH)]
    last = hashes[-1] if len(hashes) % 2 else b""
    return b"".join(node_hash(*two) for two in zip(hashes[::2], hashes[1::2], strict=False)) + last


def _enclosed(entry: bytes, leaves: tuple[Leaf, ...], commitment: Commitment) -> bool:
    if not leaves:
        return commitment == (EMPTY, 0)
    if len(leaves) == 1:
        (leaf,) = leaves
        first, last = leaf.index == 0, leaf.index == commitment.size - 1
        return (first and entry < leaf.entry) or (last and entry > leaf.entry)
    return (
        len(leaves) == 2
        and leaves[0].index + 1 == leaves[1].index
        and all(one < other for one, other in pairwise((leaves[0].entry, entry, leaves[1].entry)))
    )
