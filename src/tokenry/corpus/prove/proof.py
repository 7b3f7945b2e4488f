"""A proof as plain data, and the check of it. Knows no set: all that it needs is in the proof and the text.

`examples/verify_corpus_proof.py` checks the same without this package.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.corpus.dedup import Bands
from tokenry.corpus.normal import digest
from tokenry.corpus.papers import Leaf, NoProof, entries, included
from tokenry.corpus.papers.roots import Committed, Root

Path = tuple[str, ...]


class Way(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A leaf of a tree: its place, its entry and the hashes beside its way up, as hex."""

    index: int
    entry: str
    path: Path

    @property
    def leaf(self) -> Leaf:
        return Leaf(self.index, bytes.fromhex(self.entry), tuple(map(bytes.fromhex, self.path)))


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That a text's digest is under a signed root, or is not."""

    digest: str
    included: bool
    leaves: tuple[Way, ...]
    root: Root
    type: Literal["tokenry.corpus.proof"]
    version: Literal[1]


Near = tuple[tuple[Way, ...], ...]  # a band each


def way(leaf: Leaf) -> Way:
    """A leaf as a proof has it."""
    return Way(leaf.index, leaf.entry.hex(), tuple(one.hex() for one in leaf.path))


def checked(proof: Proof, text: str, key: str) -> None:
    """Nothing, where the proof holds as it says.

    Args:
        proof: somebody's.
        text: that it is said to be about.
        key: the signer's public key as hex, from the signer.

    Raises:
        NoProof: it does not hold: for another text, by another key, or changed.
    """
    if proof.root.statement.key != key or not proof.root.genuine:
        raise NoProof("the root is not signed by this key")
    if digest(text).hex() != proof.digest:
        raise NoProof("the proof is about another text")
    if _included(digest(text), proof.leaves, proof.root.statement.documents) != proof.included:
        raise NoProof("the leaves show the contrary of what the proof says")


def meeting(near: Near, text: str, root: Root) -> int:
    """How many bands of a text meet one of the set's.

    Args:
        near: for each band of the text its leaf, or the leaves on both sides.
        text: whose keys are made anew.
        root: genuine.

    Raises:
        NoProof: the leaves are not those of this text's keys under this root.
    """
    wanted = keys(text)
    if root.statement.bands is None or len(near) != len(wanted):
        raise NoProof("there are other bands to be proved")
    bands = root.statement.bands
    return sum(_included(entry, ways, bands) for entry, ways in zip(wanted, near, strict=True))


def keys(text: str) -> list[bytes]:
    """The entries of a text's band keys; none where it has fewer than five words."""
    return entries(Bands().of(text) or b"")


def _included(entry: bytes, ways: tuple[Way, ...], tree: Committed) -> bool:
    try:
        return included(entry, tuple(one.leaf for one in ways), tree.commitment)
    except NoProof:
        raise
    except ValueError as error:
        raise NoProof(f"no hash: {error}") from error
