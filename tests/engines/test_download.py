"""Downloads: they go on where they stopped, and never mix two files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.engines.file_host import FileHost, file_host
from tokenry.engines.artifacts import ArtifactError
from tokenry.engines.download import download

DATA = bytes(range(256)) * 8192  # 2 MiB


@pytest.fixture
def host() -> Iterator[FileHost]:
    with file_host() as made:
        made.files["/a"] = DATA
        yield made


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "a.part"


def ignore(done: int, total: int | None) -> None:
    pass


def leave_half(host: FileHost, part: Path) -> None:
    """Let a first try die after 1 MiB, with nothing more coming."""
    host.break_after = 1024 * 1024
    with pytest.raises(SystemExit):
        download(f"{host.url}/a", part, progress=stop_at_half)
    assert part.stat().st_size >= 512 * 1024
    host.asked.clear()


def stop_at_half(done: int, total: int | None) -> None:
    if done >= 512 * 1024:
        raise SystemExit  # as kill -TERM would


def test_progress_is_told_and_the_bytes_are_there(host: FileHost, part: Path) -> None:
    told: list[tuple[int, int | None]] = []
    download(f"{host.url}/a", part, progress=lambda done, total: told.append((done, total)))
    assert part.read_bytes() == DATA
    assert told[0] == (0, len(DATA))
    assert told[-1] == (len(DATA), len(DATA))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert [path.name for path in part.parent.iterdir()] == ["a.part"]


def test_a_broken_connection_is_taken_up_again(host: FileHost, part: Path) -> None:
    host.break_after = 1024 * 1024
    download(f"{host.url}/a", part, progress=ignore)
    assert part.read_bytes() == DATA
    assert host.asked == [("/a", None), ("/a", "bytes=1048576-")]


def test_a_later_run_goes_on(host: FileHost, part: Path) -> None:
    leave_half(host, part)
    have = part.stat().st_size
    download(f"{host.url}/a", part, progress=ignore)
    assert part.read_bytes() == DATA
    assert host.asked == [("/a", f"bytes={have}-")]


def test_a_file_that_changed_meanwhile_is_taken_whole(host: FileHost, part: Path) -> None:
    leave_half(host, part)
    host.files["/a"] = DATA[::-1]
    download(f"{host.url}/a", part, progress=ignore)
    assert part.read_bytes() == DATA[::-1]


@pytest.mark.parametrize("missing", ["tags", "ranges"])
def test_a_host_that_cannot_resume_sends_all_again(host: FileHost, part: Path, missing: str) -> None:
    setattr(host, missing, False)
    leave_half(host, part)
    download(f"{host.url}/a", part, progress=ignore)
    assert part.read_bytes() == DATA


def test_everything_was_there_already(host: FileHost, part: Path) -> None:
    leave_half(host, part)
    part.write_bytes(DATA)
    download(f"{host.url}/a", part, progress=ignore)
    assert part.read_bytes() == DATA
    assert host.asked == [("/a", f"bytes={len(DATA)}-")]


def test_more_than_they_have_is_started_over(host: FileHost, part: Path) -> None:
    leave_half(host, part)
    part.write_bytes(DATA + b"!")
    with pytest.raises(ArtifactError, match="start over"):
        download(f"{host.url}/a", part, progress=ignore)
    download(f"{host.url}/a", part, progress=ignore)
    assert part.read_bytes() == DATA


def test_what_is_not_there_is_told_in_one_line(host: FileHost, part: Path) -> None:
    with pytest.raises(ArtifactError, match=r"127\.0\.0\.1 answered 404 for /none"):
        download(f"{host.url}/none", part, progress=ignore)


def test_a_host_out_of_reach_is_told_in_one_line(part: Path) -> None:
    with pytest.raises(ArtifactError, match="broke off") as caught:
        download("http://127.0.0.1:9/a", part, progress=ignore)
    assert "\n" not in caught.value.message


def test_a_full_disk_is_told_before_it_is_full(host: FileHost, part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=64 * 1024 * 1024))
    with pytest.raises(ArtifactError, match="make room"):
        download(f"{host.url}/a", part, progress=ignore)
    assert not part.exists()
