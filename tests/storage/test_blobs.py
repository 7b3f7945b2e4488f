"""Blobs: the same content once, durable before it is anybody's; a crash between any two steps leaves nothing behind."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from tokenry.base.clock import ManualClock
from tokenry.storage import BlobMissing, Blobs, Draft, StorageError

STEPS = ("settle the draft", "rename the draft", "write the row")


class Crash(Exception):
    """The process is gone."""


class Rows:
    """What a keeper of rows does: the row is written in the block."""

    def __init__(self, folder: Path, clock: ManualClock, crash_at: str | None = None) -> None:
        self.names: set[str] = set()

        def step(name: str) -> None:
            if name == crash_at:
                raise Crash

        self.blobs = Blobs(folder, clock, step)

    def keep(self, content: bytes) -> str:
        draft = self.blobs.draft()
        draft.write(content)
        try:
            with self.blobs.kept(draft) as sha256:
                self.names.add(sha256)
        except Crash:
            draft._file.close()  # as the process's end does
            raise
        return sha256

    def needs(self, sha256: str) -> bool:
        return sha256 in self.names

    def named(self, prefix: str) -> frozenset[str]:
        return frozenset(name for name in self.names if name.startswith(prefix))

    @property
    def found(self) -> list[str]:
        return sorted(path.name for path in self.blobs.blobs())


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def left(folder: Path) -> list[str]:
    passing = folder / "blobs" / "tmp"
    return sorted(path.name for path in passing.iterdir()) if passing.is_dir() else []


def test_a_content_lies_there_once_under_its_hash(tmp_path: Path, clock: ManualClock) -> None:
    rows = Rows(tmp_path, clock)
    first, second = rows.keep(b"same"), rows.keep(b"same")
    assert first == second == hashlib.sha256(b"same").hexdigest()
    assert rows.found == [first]
    assert rows.blobs.path(first) == tmp_path / "blobs" / first[:2] / first
    assert rows.blobs.path(first).stat().st_mode & 0o777 == 0o600
    assert b"".join(rows.blobs.read(first)) == b"same"
    assert left(tmp_path) == []


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_any_step_leaves_a_blob_with_a_row_or_nothing_in_the_end(
    tmp_path: Path, clock: ManualClock, step: str
) -> None:
    kept = Rows(tmp_path, clock).keep(b"before")
    dying = Rows(tmp_path, clock, crash_at=step)
    with pytest.raises(Crash):
        dying.keep(b"after")
    assert dying.names == set()
    again = Rows(tmp_path, clock)
    again.names = {kept}
    assert left(tmp_path) == [], "what was being written is gone at the next start"
    assert again.blobs.sweep(again.named, again.needs) == 0, "it has an hour for its row"
    clock.advance(s=3601)
    again.blobs.sweep(again.named, again.needs)
    assert again.found == [kept]
    assert again.keep(b"after") in again.found


def test_a_blob_whose_row_is_being_written_is_nobodys_to_remove(tmp_path: Path, clock: ManualClock) -> None:
    rows = Rows(tmp_path, clock)
    draft = rows.blobs.draft()
    draft.write(b"x")
    with rows.blobs.kept(draft) as sha256:
        clock.advance(s=7200)
        rows.blobs.release([sha256], rows.needs)
        assert rows.blobs.sweep(rows.named, rows.needs) == 0
        assert rows.found == [sha256]
    rows.blobs.release([sha256], rows.needs)
    assert rows.found == []


def test_an_orphan_that_comes_again_is_young_again(tmp_path: Path, clock: ManualClock) -> None:
    rows = Rows(tmp_path, clock)
    name = rows.keep(b"x")
    rows.names.clear()
    clock.advance(s=3601)
    draft = rows.blobs.draft()
    draft.write(b"x")
    with rows.blobs.kept(draft):
        pass
    assert rows.blobs.sweep(rows.named, rows.needs) == 0
    assert rows.found == [name]


def test_nothing_is_removed_while_a_copy_is_made(tmp_path: Path, clock: ManualClock) -> None:
    rows = Rows(tmp_path, clock)
    name = rows.keep(b"x")
    rows.names.clear()
    clock.advance(s=7200)
    with rows.blobs.frozen():
        rows.blobs.release([name], rows.needs)
        rows.blobs.sweep(rows.named, rows.needs)
        assert rows.found == [name]
    assert rows.blobs.sweep(rows.named, rows.needs) == 1


def test_a_reader_reads_to_the_end_whatever_becomes_of_it(tmp_path: Path, clock: ManualClock) -> None:
    rows = Rows(tmp_path, clock)
    name = rows.keep(b"a" * 3_000_000)
    pieces = rows.blobs.read(name)
    first = next(pieces)
    rows.names.clear()
    rows.blobs.release([name], rows.needs)
    assert len(first + b"".join(pieces)) == 3_000_000
    with pytest.raises(BlobMissing, match="backup"):
        rows.blobs.open(name)


@pytest.mark.parametrize("name", ["", "../../../etc/passwd", "A" * 64, "0" * 63, "0" * 65])
def test_only_hashes_are_names(tmp_path: Path, clock: ManualClock, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        Blobs(tmp_path, clock).path(name)


def test_a_disk_that_takes_no_more_is_told_and_nothing_stays(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    rows = Rows(tmp_path, clock)
    draft = rows.blobs.draft()
    draft.write(b"x")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"), rows.blobs.kept(draft):
        pass
    draft.discard()
    assert (rows.found, left(tmp_path)) == ([], [])


def test_a_draft_that_is_not_wanted_leaves_nothing(tmp_path: Path, clock: ManualClock) -> None:
    draft: Draft = Blobs(tmp_path, clock).draft()
    draft.write(b"x")
    draft.discard()
    draft.discard()
    assert left(tmp_path) == []
