"""Proofs about a set that lies here, and what can be told of the texts that a proof meets."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from tokenry.corpus.durable import read_parquet, sha256_of
from tokenry.corpus.errors import CorpusError, RunFolderError
from tokenry.corpus.normal import digest
from tokenry.corpus.papers import MANIFEST, PLACES_NAME, entries, grown, read_manifest, roots
from tokenry.corpus.papers.roots import Root
from tokenry.corpus.prove.proof import Near, Proof, keys, way

TEXT_SIZE_MAX = 64 * 2**20  # bytes
_TOLD = ["shard", "row", "id", "url", "source", "position", "licence"]


class Answer(NamedTuple):
    """A proof, the leaves of the text's bands, its places in the set, and those of others that meet it in a band."""

    proof: Proof
    bands: Near | None
    places: list[dict[str, Any]]
    near: list[dict[str, Any]]


class Prover:
    """Args:
    out: a finished set whose newest signed root is of its manifest.

    Raises:
        RunFolderError: it is not finished or not signed, or its list of places is not what was signed.
    """

    def __init__(self, out: Path) -> None:
        manifest = read_manifest(out)
        self.root = newest(out)
        self.out = out
        self._trees = grown(out / PLACES_NAME, bands=manifest["trees"]["bands"] is not None)
        if self._trees.told() != manifest["trees"]:
            raise RunFolderError(f"{out / PLACES_NAME} is not what was signed; `tokenry corpus verify {out}` says more")

    def prove(self, text: str) -> Proof:
        """Inclusion or absence of a text."""
        return self.prove_digest(digest(text))

    def prove_digest(self, entry: bytes) -> Proof:
        """Inclusion or absence of a text that is known by its digest alone."""
        leaves = self._trees.documents.prove(entry)
        found = len(leaves) == 1 and leaves[0].entry == entry
        return Proof(entry.hex(), found, tuple(map(way, leaves)), self.root, "tokenry.corpus.proof", 1)

    def bands(self, text: str) -> Near | None:
        """Inclusion or absence of each band key of a text; None where the set has none, or the text is too short."""
        tree, wanted = self._trees.bands, keys(text)
        return tuple(tuple(map(way, tree.prove(one))) for one in wanted) if tree is not None and wanted else None

    def answer(self, text: str) -> Answer:
        """A proof, and whom the text meets in this set."""
        proof = self.prove(text)
        table = read_parquet(self.out / PLACES_NAME, [*_TOLD, "digest", "bands"])
        same = pc.equal(table.column("digest"), pa.scalar(bytes.fromhex(proof.digest), pa.binary(32)))
        places = table.filter(same).select(_TOLD).to_pylist()
        bands = self.bands(text)
        wanted = set(keys(text)) if bands is not None else set()
        others = table.filter(pc.invert(same))
        near = []
        for at, packed in enumerate(others.column("bands").to_pylist() if wanted else ()):
            met = len(wanted.intersection(entries(packed or b"")))
            if met:
                near.append({**others.slice(at, 1).select(_TOLD).to_pylist()[0], "bands": met})
        return Answer(proof, bands, places, sorted(near, key=lambda row: -row["bands"]))


def newest(out: Path) -> Root:
    """The newest signed root, which is of the manifest as it stands.

    Raises:
        RunFolderError: there is none, or it is of another manifest.
    """
    signed = roots.read(out)
    if not signed:
        raise RunFolderError(f"{out} is not signed, so nothing can be proved of it: `tokenry corpus sign {out}` first")
    if signed[-1].statement.manifest != sha256_of(out / MANIFEST):
        raise RunFolderError(
            f"{out / MANIFEST} is not the one that was signed last; if it was built anew: `tokenry corpus sign {out}`"
        )
    return signed[-1]


def text_in(path: Path) -> str:
    """The text in a file.

    Raises:
        CorpusError: it cannot be read, is too large, or is no text in UTF-8.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(TEXT_SIZE_MAX + 1)
    except OSError as error:
        raise CorpusError(f"{path}: {error.strerror}") from error
    if len(raw) > TEXT_SIZE_MAX:
        raise CorpusError(f"{path}: more than {TEXT_SIZE_MAX // 2**20} MiB; no document of a set is that large")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path} is no text in UTF-8: {error}; prove the text that was extracted from it") from error
