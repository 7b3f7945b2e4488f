"""Files that projects left come back with a restore; a crash at any step leaves those of before or those of after."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tokenry.access import NewKey
from tokenry.app import Wanted, restore
from tokenry.app.house import House, opened
from tokenry.base.errors import TokenryError
from tokenry.config import Config
from tokenry.objects import NewFile, StoredFile
from tokenry.storage import BackupOrder, Watch, back_up, begin_restore, go_on, old_files
from tokenry.storage.restoring import Restore

pytestmark = pytest.mark.anyio


class Crash(Exception):
    """The process is gone."""


def leave(house: House, content: bytes) -> StoredFile:
    key = house.keys.create(NewKey(name="k", project_id=house.first.project.id))[1]
    principal = house.keys.authenticate(f"Bearer {key}".encode())
    draft = house.objects.ground.blobs.draft()
    draft.write(content)
    return house.objects.files.create(principal, draft, NewFile("a.txt", "user_data"))


async def backed_up(folder: Path, content: bytes) -> tuple[Path, StoredFile]:
    """A backup of a fresh data folder with one file in it."""
    async with opened(folder, Config(), None) as house:
        file = leave(house, content)
        frozen = house.objects.ground.blobs.frozen
        order = BackupOrder(folder, None, folder.parent / "b", house.journal.last_seq, "0.0", 1, frozen)
        return back_up(order, Watch()).path, file


async def test_a_file_comes_back(tmp_path: Path) -> None:
    path, file = await backed_up(tmp_path / "data", b"precious")
    restore(Wanted(path, tmp_path / "new"))
    async with opened(tmp_path / "new", Config(), None) as house:
        blobs, files = house.objects.ground.blobs, house.objects.files
        assert files.get(house.first.project.id, file.id) == file
        assert b"".join(blobs.read(file.sha256)) == b"precious"
        house.objects.sweep()
        assert [one.name for one in blobs.blobs()] == [file.sha256]


async def test_those_of_before_are_moved_aside(tmp_path: Path) -> None:
    path, file = await backed_up(tmp_path / "data", b"precious")
    async with opened(tmp_path / "data", Config(), None) as house:
        later = leave(house, b"later")
    done = restore(Wanted(path, tmp_path / "data", force=True))
    assert done.aside is not None
    names = sorted([file.sha256, later.sha256])
    assert sorted(one.name for one in (done.aside / "blobs").glob("??/*")) == names
    assert [one.name for one in (tmp_path / "data" / "blobs").glob("??/*")] == [file.sha256]


async def test_a_damaged_one_in_the_backup_is_no_backup_to_rest_upon(tmp_path: Path) -> None:
    path, file = await backed_up(tmp_path / "data", b"precious")
    (path / "blobs" / file.sha256[:2] / file.sha256).write_bytes(b"PRECIOUS")
    with pytest.raises(TokenryError, match="nothing was restored: the content"):
        restore(Wanted(path, tmp_path / "new"))


async def test_a_crash_at_any_step_leaves_the_old_or_leads_to_the_new(tmp_path: Path) -> None:
    path, file = await backed_up(tmp_path / "data", b"precious")
    ready = tmp_path / "ready"
    shutil.copytree(path, ready / "restore-7.part", ignore=shutil.ignore_patterns("manifest.json"))
    (ready / "blobs" / "ab").mkdir(parents=True)
    (ready / "blobs" / "ab" / ("ab" * 32)).write_bytes(b"old")
    (ready / "app.db").write_bytes(b"old")
    note = Restore("moving", str(path), 7, 5, "restore-7.part", "before-restore-7", old_files(ready))
    assert note.moves == ("app.db", "blobs")
    for crash_at in range(100):
        trial, left = tmp_path / f"trial{crash_at}", iter(range(crash_at))
        shutil.copytree(ready, trial)

        def step(left=left) -> None:  # type: ignore[no-untyped-def] # the iterator of this round
            if next(left, None) is None:
                raise Crash

        try:
            begin_restore(trial, note, step)
        except Crash:
            go_on(trial)
        else:
            break
        blobs = sorted(one.name for one in (trial / "blobs").glob("??/*"))
        begun = (trial / "restore.json").exists()
        assert blobs == ([file.sha256] if begun else ["ab" * 32])
        if begun:
            assert (trial / "before-restore-7" / "blobs" / "ab" / ("ab" * 32)).read_bytes() == b"old"
    assert crash_at > 5
