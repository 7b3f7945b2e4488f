"""Trees of sorted entries beside a plain reference, and proofs that were tampered with."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.corpus.papers import Commitment, Leaf, NoProof, Tree, included

ENTRIES = st.sets(st.binary(min_size=1, max_size=3), max_size=40)


def reference(entries: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, as it is written there."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    half = 1
    while half * 2 < len(entries):
        half *= 2
    return sha256(b"\x01" + reference(entries[:half]) + reference(entries[half:])).digest()


@given(ENTRIES)
def test_the_root_is_the_references(entries: set[bytes]) -> None:
    assert Tree(entries).commitment == (reference(sorted(entries)), len(entries))
    assert Tree([*entries, *entries]).commitment == Tree(entries).commitment


@given(ENTRIES, st.binary(min_size=1, max_size=3))
def test_every_entry_is_in_or_absent(entries: set[bytes], entry: bytes) -> None:
    tree = Tree(entries)
    assert included(entry, tree.prove(entry), tree.commitment) is (entry in entries)
    for one in entries:
        assert included(one, tree.prove(one), tree.commitment)


@given(
    st.sets(st.binary(min_size=1, max_size=2), min_size=1, max_size=24), st.binary(min_size=1, max_size=2), st.data()
)
def test_no_leaves_of_the_tree_show_the_contrary(entries: set[bytes], entry: bytes, data: st.DataObject) -> None:
    tree = Tree(entries)
    places = data.draw(st.lists(st.integers(0, len(entries) - 1), max_size=3))
    leaves = tuple(tree.leaf(at) for at in places)
    try:
        said = included(entry, leaves, tree.commitment)
    except NoProof:
        return
    assert said is (entry in entries)


@given(st.sets(st.binary(min_size=1, max_size=2), min_size=2, max_size=24), st.data())
def test_a_changed_leaf_leads_elsewhere(entries: set[bytes], data: st.DataObject) -> None:
    tree = Tree(entries)
    leaf = tree.leaf(data.draw(st.integers(0, len(entries) - 1)))
    path = list(leaf.path)
    at = data.draw(st.integers(0, len(path) - 1))
    forged = [
        replace(leaf, entry=leaf.entry + b"x"),
        replace(leaf, index=leaf.index + 1),
        replace(leaf, index=-1),
        replace(leaf, path=tuple(path[:-1])),
        replace(leaf, path=(*path, path[0])),
        replace(leaf, path=(*path[:at], bytes(32), *path[at + 1 :])),
    ]
    if len(set(path)) > 1:
        forged.append(replace(leaf, path=tuple(reversed(path))))
    for one in forged:
        with pytest.raises(NoProof):
            included(one.entry, (one,), tree.commitment)
    with pytest.raises(NoProof):
        included(leaf.entry, (leaf,), Commitment(bytes(32), len(entries)))


def test_a_node_is_no_leaf() -> None:
    tree = Tree([b"a", b"b"])
    left, right = (sha256(b"\x00" + one).digest() for one in (b"a", b"b"))
    with pytest.raises(NoProof):
        included(left + right, (Leaf(0, left + right, ()),), Commitment(tree.commitment.root, 1))


def test_a_set_of_nothing_holds_nothing() -> None:
    assert included(b"a", (), Tree([]).commitment) is False
    with pytest.raises(NoProof):
        included(b"a", (), Tree([b"b"]).commitment)
