"""The cache on disk: what counts as being there, and what is told when it is not."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tokenry.engines import (
    CATALOGUE,
    Artifact,
    ArtifactError,
    ArtifactFile,
    ArtifactMissing,
    ArtifactStore,
    UnknownArtifact,
)

BYTES = b"weights"
SHA256 = hashlib.sha256(BYTES).hexdigest()
PINNED = Artifact("pinned", "chat", "MIT", (ArtifactFile("a.gguf", (), SHA256, len(BYTES)),))
UNPINNED = Artifact("unpinned", "chat", "MIT", (ArtifactFile("b.gguf", ()), ArtifactFile("c.json", ())))


@pytest.fixture
def store(tmp_path: Path) -> ArtifactStore:
    return ArtifactStore(tmp_path / "cache", catalogue={"pinned": PINNED, "unpinned": UNPINNED})


def adopt(store: ArtifactStore, artifact: Artifact, file: ArtifactFile, data: bytes = BYTES) -> None:
    store.cache.mkdir(exist_ok=True)
    part = store.cache / "x.part"
    part.write_bytes(data)
    store.adopt(artifact, file, part, hashlib.sha256(data).hexdigest())
    assert not part.exists()


def test_nothing_is_there_at_first(store: ArtifactStore) -> None:
    assert store.find("pinned") is None
    with pytest.raises(ArtifactMissing, match="tokenry pull pinned"):
        store.require("pinned")


def test_a_file_is_found_under_its_name(store: ArtifactStore) -> None:
    adopt(store, PINNED, PINNED.files[0])
    path = store.require("pinned")
    assert path == store.cache / "artifacts" / "pinned" / "a.gguf"
    assert path.read_bytes() == BYTES
    assert path.resolve() == store.cache / "sha256" / SHA256
    assert path.resolve().stat().st_mode & 0o777 == 0o444


def test_several_files_are_found_as_a_folder_once_all_are_there(store: ArtifactStore) -> None:
    adopt(store, UNPINNED, UNPINNED.files[0])
    assert store.find("unpinned") is None
    adopt(store, UNPINNED, UNPINNED.files[1], b"{}")
    folder = store.require("unpinned")
    assert sorted(path.name for path in folder.iterdir()) == ["b.gguf", "c.json", "pins.json"]
    assert store.pins("unpinned")["b.gguf"] == SHA256


def test_a_cache_that_moves_is_still_whole(store: ArtifactStore, tmp_path: Path) -> None:
    adopt(store, PINNED, PINNED.files[0])
    store.cache.rename(tmp_path / "elsewhere")
    moved = ArtifactStore(tmp_path / "elsewhere", catalogue=store.catalogue)
    assert moved.require("pinned").read_bytes() == BYTES


def test_a_file_of_another_size_is_not_it(store: ArtifactStore) -> None:
    adopt(store, PINNED, PINNED.files[0])
    store.blob(SHA256).chmod(0o600)
    store.blob(SHA256).write_bytes(BYTES + b"!")
    assert store.find("pinned") is None


def test_damaged_pins_are_told(store: ArtifactStore) -> None:
    adopt(store, UNPINNED, UNPINNED.files[0])
    (store.folder("unpinned") / "pins.json").write_text("[")
    with pytest.raises(ArtifactError, match="delete it and pull"):
        store.find("unpinned")


def test_the_nearest_names_are_told(store: ArtifactStore) -> None:
    with pytest.raises(UnknownArtifact, match="did you mean unpinned"):
        store.find("unpined")
    with pytest.raises(UnknownArtifact, match="known are: pinned, unpinned"):
        store.find("zzz")


def test_the_catalogue_is_sound() -> None:
    for name, artifact in CATALOGUE.items():
        assert name == artifact.name
        assert artifact.licence
        assert artifact.size
        assert artifact.files
        targets = [file.target for file in artifact.files]
        assert len(set(targets)) == len(targets)
        assert all(file.sources and "/" not in file.target for file in artifact.files)
        assert all(file.sha256 is None or len(file.sha256) == 64 for file in artifact.files)


def test_the_starters_are_pinned() -> None:
    assert CATALOGUE["smollm2-135m"].pinned
    assert CATALOGUE["smollm2-135m"].size == 98_362_432
    assert CATALOGUE["wordllama-256"].pinned
    assert not CATALOGUE["gpt-oss-20b"].pinned
