"""The data folder: private, writable, with room, or refused in words."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from tokenry.storage import RUN_NAME, StorageError, prepare


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_makes_private_folders_all_the_way_down(tmp_path: Path) -> None:
    data = prepare(tmp_path / "a" / "b")
    assert data == tmp_path / "a" / "b"
    assert [mode(each) for each in (tmp_path / "a", data, data / RUN_NAME)] == [0o700] * 3


def test_twice_is_once_and_leaves_nothing_behind(tmp_path: Path) -> None:
    prepare(tmp_path / "data")
    prepare(tmp_path / "data")
    assert os.listdir(tmp_path / "data") == [RUN_NAME]


def test_a_shared_folder_keeps_its_mode_but_run_does_not(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / RUN_NAME).mkdir(parents=True)
    data.chmod(0o750)
    (data / RUN_NAME).chmod(0o777)
    prepare(data)
    assert mode(data) == 0o750
    assert mode(data / RUN_NAME) == 0o700


def test_a_relative_path_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert prepare(Path("data")) == tmp_path / "data"


@pytest.mark.parametrize(("where", "asked"), [("data", "data"), ("data/run", "data"), ("data", "data/below")])
def test_a_file_in_the_way_is_named(tmp_path: Path, where: str, asked: str) -> None:
    (tmp_path / where).parent.mkdir(exist_ok=True)
    (tmp_path / where).write_text("")
    with pytest.raises(StorageError, match=f"{where} is a file, not a folder"):
        prepare(tmp_path / asked)


def test_a_nearly_full_disk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"MiB free and \d+ MiB are needed; make room"):
        prepare(tmp_path / "data", free_space_min=2**60)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(fd: int) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("os.fsync", read_only)
    with pytest.raises(StorageError, match=r"cannot write the data folder .*Read-only file system"):
        prepare(tmp_path / "data")
