"""What a set can show for itself: the manifest, and whatever is written from it."""

from __future__ import annotations

from tokenry.corpus.papers.manifest import FORMAT as FORMAT
from tokenry.corpus.papers.manifest import MANIFEST as MANIFEST
from tokenry.corpus.papers.manifest import PLACES as PLACES
from tokenry.corpus.papers.manifest import PLACES_NAME as PLACES_NAME
from tokenry.corpus.papers.manifest import Facts as Facts
from tokenry.corpus.papers.manifest import fingerprint as fingerprint
from tokenry.corpus.papers.manifest import read_hashed as read_hashed
from tokenry.corpus.papers.manifest import read_manifest as read_manifest
from tokenry.corpus.papers.manifest import write_manifest as write_manifest
from tokenry.corpus.papers.merkle import Commitment as Commitment
from tokenry.corpus.papers.merkle import Leaf as Leaf
from tokenry.corpus.papers.merkle import NoProof as NoProof
from tokenry.corpus.papers.merkle import Tree as Tree
from tokenry.corpus.papers.merkle import included as included
from tokenry.corpus.papers.trees import Trees as Trees
from tokenry.corpus.papers.trees import entries as entries
from tokenry.corpus.papers.trees import grown as grown

__all__ = [
    "Commitment",
    "Leaf",
    "NoProof",
    "Tree",
    "Trees",
    "entries",
    "grown",
    "included",
    "FORMAT",
    "MANIFEST",
    "PLACES",
    "PLACES_NAME",
    "Facts",
    "fingerprint",
    "write_manifest",
    "read_hashed",
    "read_manifest",
]
