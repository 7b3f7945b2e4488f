"""Whether a set is what its manifest says. Reads every byte; knows nothing of how it was made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tokenry.corpus.checking import Breach, places, signed, tokens, tokens_unchecked
from tokenry.corpus.durable import sha256_of
from tokenry.corpus.errors import RunFolderError
from tokenry.corpus.papers import PLACES_NAME, read_manifest
from tokenry.corpus.withdrawing import unfinished

BOOK = "book.jsonl"


def verify(out: Path, sample: int | None = None) -> Iterator[Breach]:
    """Everything in a set that is not as its manifest says.

    Args:
        out: a finished set.
        sample: documents a shard whose ids are turned into text again; all of them when None.
    """
    manifest = read_manifest(out)
    breaches = [*_bytes(out, manifest), *_strays(out, manifest)]
    yield from breaches
    yield from signed(out, manifest)
    if (out / BOOK).exists() and unfinished(out):
        yield Breach(BOOK, "a withdrawal was broken off: `tokenry corpus withdraw --rebuild-withdrawn` finishes it")
    if not breaches:  # what was changed may be anything
        try:
            yield from places(out, manifest)
            yield from tokens(out, manifest, sample)
        except RunFolderError as error:
            yield Breach(PLACES_NAME, error.message)


def unchecked(out: Path, sample: int | None = None) -> list[str]:
    """What `verify` did not look at, in words."""
    manifest = read_manifest(out)
    words = [
        "whether inputs still are those files whose sha256 the manifest names, and whether what it was made by is true"
    ]
    if why := tokens_unchecked(manifest):
        words.append(why)
    elif sample is not None:
        words.append(f"the text of more than {sample} documents a shard")
    if not (out / "roots.jsonl").exists():
        words.append("who made the set: no root is signed")
    return words


def _bytes(out: Path, manifest: dict[str, Any]) -> Iterator[Breach]:
    sums = {file["name"]: file["sha256"] for shard in manifest["shards"] for file in shard["files"]}
    for name, sha256 in (sums | manifest["files"]).items():
        try:
            if sha256_of(_inside(out, name)) != sha256:
                yield Breach(name, "its bytes are not those that the manifest names")
        except OSError as error:
            yield Breach(name, f"cannot be read: {error.strerror}")


def _strays(out: Path, manifest: dict[str, Any]) -> Iterator[Breach]:
    known = {file["name"] for shard in manifest["shards"] for file in shard["files"]}
    for path in sorted((out / "shards").rglob("*")):
        name = path.relative_to(out).as_posix()
        if not path.is_dir() and name not in known:
            yield Breach(name, "is in no manifest, and a trainer would read it")


def _inside(out: Path, name: str) -> Path:
    path = (out / name).resolve()
    if not path.is_relative_to(out.resolve()):
        raise RunFolderError(f"the manifest names a file outside its folder: {name}")
    return path
