"""What is over is over: files, uploads and stored answers end by the clock, with their contents; and the round that
forgets them can die between any two steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tokenry.access import Directory, Keys, NewKey, Principal
from tokenry.base.clock import ManualClock
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.config import Config
from tokenry.objects import Files, Ground, NewFile, NewUpload, Objects, Sought, Wish, completions
from tokenry.storage import AppDb, Blobs

DAY_S = 86_400


class Crash(Exception):
    """The process is gone."""


class Place:
    """The room over a fresh folder; `crash_at` is the step of the blobs at which the process dies."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock, self.crash_at = folder, ManualClock(), ""
        self.db = AppDb.open(folder / "app.db")
        first = Directory(self.db, self.clock).ensure_first()
        keys = Keys(self.db, self.clock)
        keys.load()
        key = keys.create(NewKey(name="k", project_id=first.project.id))[1]
        self.principal: Principal = keys.authenticate(f"Bearer {key}".encode())
        self.project = first.project.id
        self.start()

    def start(self) -> None:
        """As after the start of a process."""
        self.blobs = Blobs(self.folder, self.clock, self._step)
        self.objects = Objects(Ground(self.db, self.blobs, self.clock, Config))

    def _step(self, name: str) -> None:
        if name == self.crash_at:
            raise Crash

    def leave(self, content: bytes, **more: int) -> str:
        draft = self.blobs.draft()
        draft.write(content)
        try:
            return self.objects.files.create(self.principal, draft, NewFile("a", "user_data", **more)).id
        finally:
            draft.discard()

    def add(self, upload: str, content: bytes) -> str:
        draft = self.blobs.draft()
        draft.write(content)
        try:
            return self.objects.uploads.add(self.principal, upload, draft).id
        finally:
            draft.discard()

    def begin(self, size: int) -> str:
        new = NewUpload(NewFile("a", "user_data"), "text/plain", size)
        return self.objects.uploads.create(self.principal, new).id

    @property
    def contents(self) -> list[bytes]:
        return sorted(path.read_bytes() for path in self.blobs.blobs())

    @property
    def files(self) -> Files:
        return self.objects.files


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.db.close()


def test_a_file_ends_at_its_time_and_not_before(place: Place) -> None:
    brief, lasting = place.leave(b"brief", expires_after_s=3600), place.leave(b"lasting")
    place.clock.advance(s=3599)
    place.objects.sweep()
    assert place.files.get(place.project, brief).id == brief
    place.clock.advance(s=1)
    with pytest.raises(NotFound):
        place.files.get(place.project, brief)
    assert [one.id for one in place.files.list(place.project, Wish())[0]] == [lasting]
    place.objects.sweep()
    assert place.contents == [b"lasting"]
    place.clock.advance(s=400 * DAY_S)
    place.objects.sweep()
    assert place.contents == [b"lasting"]


def test_an_upload_that_nobody_completes_ends_after_an_hour(place: Place) -> None:
    upload = place.begin(5)
    part = place.add(upload, b"hello")
    place.clock.advance(s=3600)
    assert place.objects.uploads.get(place.project, upload)[0].state == "expired"
    with pytest.raises(InvalidRequest, match="expired"):
        place.objects.uploads.complete(place.principal, upload, [part])
    place.objects.sweep()
    assert place.contents == []
    assert place.objects.uploads.get(place.project, upload)[0].state == "expired"
    place.clock.advance(s=30 * DAY_S)
    place.objects.sweep()
    with pytest.raises(NotFound):
        place.objects.uploads.get(place.project, upload)


def test_a_stored_answer_ends_after_keep_days(place: Place) -> None:
    place.objects.completions.store(place.principal, b'{"id":"chatcmpl-1","model":"m"}', b"[]", {"a": "b"})
    place.clock.advance(s=30 * DAY_S - 1)
    place.objects.sweep()
    assert place.objects.completions.get(place.project, "chatcmpl-1").metadata == {"a": "b"}
    place.clock.advance(s=1)
    assert place.objects.completions.list(place.project, Sought(), Wish()) == ([], False)
    place.objects.sweep()
    with place.db.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM stored_completions").scalar_one() == 0


@pytest.mark.parametrize("step", ["settle the draft", "rename the draft", "write the row"])
def test_a_crash_while_an_upload_is_put_together_leaves_it_as_it_was(place: Place, step: str) -> None:
    upload = place.begin(10)
    parts = [place.add(upload, piece) for piece in (b"hello", b"world")]
    place.crash_at = step
    with pytest.raises(Crash):
        place.objects.uploads.complete(place.principal, upload, parts)
    place.crash_at = ""
    place.start()
    assert place.objects.uploads.get(place.project, upload)[0].state == "pending"
    assert place.files.list(place.project, Wish()) == ([], False)
    done, file = place.objects.uploads.complete(place.principal, upload, parts)
    assert (done.state, done.file_id, file.size) == ("completed", file.id, 10)
    assert place.contents == [b"helloworld"]


def test_a_crash_between_row_and_content_of_a_deletion_leaves_an_orphan_that_goes(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise Crash

    file = place.leave(b"secret")
    with monkeypatch.context() as patched:
        patched.setattr(place.blobs, "release", dies)
        with pytest.raises(Crash):
            place.files.delete(place.project, file)
    assert place.contents == [b"secret"]
    place.start()
    with pytest.raises(NotFound):
        place.files.get(place.project, file)
    place.clock.advance(s=3601)
    place.objects.sweep()
    assert place.contents == []


def test_what_two_files_share_goes_with_the_second(place: Place) -> None:
    first, second = place.leave(b"same", expires_after_s=3600), place.leave(b"same")
    upload = place.begin(4)
    place.add(upload, b"same")
    place.clock.advance(s=3600)
    place.objects.sweep()
    assert place.contents == [b"same"]
    with pytest.raises(NotFound):
        place.files.get(place.project, first)
    place.files.delete(place.project, second)
    assert place.contents == []


def test_orphans_are_looked_for_once_an_hour_and_nothing_that_is_named_goes(place: Place) -> None:
    kept = [place.leave(b"content %d" % n) for n in range(300)]
    upload = place.begin(4)
    place.add(upload, b"part")
    draft = place.blobs.draft()
    draft.write(b"orphan")
    with place.blobs.kept(draft):
        pass
    place.clock.advance(s=1800)
    place.objects.sweep()
    assert len(place.contents) == 302
    place.clock.advance(s=1801)
    place.objects.sweep()
    assert len(place.contents) == 301, "the upload has ended; the last look for orphans is no hour ago"
    place.clock.advance(s=1800)
    place.objects.sweep()
    assert len(place.contents) == 300
    assert len(place.files.list(place.project, Wish(limit=1000))[0]) == len(kept)


def test_a_page_of_large_answers_is_shorter(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completions, "PAGE_SIZE_MAX", 2500)
    for n in range(5):
        body = b'{"id":"chatcmpl-%d","model":"m","x":"%s"}' % (n, b"x" * 1000)
        place.objects.completions.store(place.principal, body, b"[]", None)
        place.clock.advance(s=1)
    found, after = [], None
    for _ in range(3):
        rows, more = place.objects.completions.list(place.project, Sought(), Wish(after, 20, newest_first=False))
        found += [row.id for row in rows]
        after = found[-1]
        assert more is (len(found) < 5)
    assert found == [f"chatcmpl-{n}" for n in range(5)]
