"""One owner per data folder, also after the owner was killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tokenry.base.clock import NS_PER_S, ManualClock
from tokenry.storage import FolderLock, FolderLocked, StorageError

HOLDER = """
import sys
from pathlib import Path
from tokenry.storage import FolderLock
FolderLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_writes_who_owns_the_folder_and_since_when(tmp_path: Path) -> None:
    with FolderLock(tmp_path, clock=ManualClock(1_750_000_000 * NS_PER_S)):
        words = json.loads((tmp_path / "lock").read_text())
    assert words == {"pid": os.getpid(), "since": "2025-06-15T15:06:40.000Z"}


def test_a_second_owner_is_refused_in_words(tmp_path: Path) -> None:
    with (
        FolderLock(tmp_path, clock=ManualClock(1_750_000_000 * NS_PER_S)),
        pytest.raises(FolderLocked) as refused,
    ):
        FolderLock(tmp_path).acquire()
    assert refused.value.message == (
        f"{tmp_path} is in use by process {os.getpid()} (since 2025-06-15T15:06:40.000Z); "
        "stop it, or choose another data folder"
    )
    assert isinstance(refused.value, StorageError)


def test_release_lets_the_next_one_in_and_is_harmless_twice(tmp_path: Path) -> None:
    first = FolderLock(tmp_path).acquire()
    assert first.held
    first.release()
    first.release()
    assert not first.held
    with FolderLock(tmp_path) as second:
        assert second.held


def test_words_left_by_a_dead_owner_lock_nobody_out(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text(json.dumps({"pid": 1, "since": "2020-01-01T00:00:00.000Z"}) + "\n" + "x" * 500)
    with FolderLock(tmp_path):
        assert json.loads((tmp_path / "lock").read_text())["pid"] == os.getpid()


def test_an_owner_that_wrote_no_name_is_another_process(tmp_path: Path) -> None:
    with FolderLock(tmp_path):
        (tmp_path / "lock").write_text("")
        with pytest.raises(FolderLocked, match="in use by another process"):
            FolderLock(tmp_path).acquire()


def test_the_lock_dies_with_a_killed_owner(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"held\n"
        with pytest.raises(FolderLocked, match=f"process {owner.pid} "):
            FolderLock(tmp_path).acquire()
        owner.send_signal(signal.SIGKILL)
        owner.wait()
    with FolderLock(tmp_path) as lock:
        assert lock.held


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"cannot open .*No such file"):
        FolderLock(tmp_path / "absent").acquire()
