"""Passages in app.db: stored anew, found where one may look and nowhere else, shown in their surroundings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workspace.office import Office, furnished
from tokenry.access import forget_files
from tokenry.base.errors import NotFound
from tokenry.base.ids import new_id
from tokenry.config import Config
from tokenry.objects import Ground
from tokenry.reading import Found, Mark
from tokenry.storage import Blobs, tables
from tokenry.workspace.files import Index, Place, WorkspaceFile, WorkspaceFiles
from tokenry.workspace.files.index import AROUND, FILES_NAMED_MAX


class Desk:
    """Files of the people of an office."""

    def __init__(self, folder: Path) -> None:
        self.office: Office = furnished(folder)
        ground = Ground(self.office.db, Blobs(folder, self.office.clock), self.office.clock, Config)
        self.files, self.index = WorkspaceFiles(ground), Index(self.office.db)

    def left(
        self, text: str, who: str = "ada", place: Place | None = None, marks: tuple[Mark, ...] = ()
    ) -> WorkspaceFile:
        draft = self.files.ground.blobs.draft()
        draft.write(text.encode() or b"-")
        file = self.files.create(self.office.whose(who), draft, "a.txt", place or Place(), None)
        self.index.store(file, Found(kind="pdf", mime_type="text/plain", text=text, marks=marks))
        return self.files.get(self.office.whose(who), file.id)

    def words(self, within: list[WorkspaceFile], question: str) -> list[str]:
        return [one.text for one in self.index.search(within, question, None, 10)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_words_are_found_where_one_may_look_and_nowhere_else(desk: Desk) -> None:
    mine, other = desk.left("The heron waits."), desk.left("A heron flies.", "bob")
    assert desk.words([mine], "where is the heron?") == ["The heron waits."]
    assert desk.words([other], "herons") == ["A heron flies."]
    assert desk.words([], "heron") == []
    assert desk.words([mine], "?!") == []


def test_of_many_files_those_that_are_meant_are_found(desk: Desk) -> None:
    many = [desk.left(f"Heron number {at} stands in the reeds.") for at in range(FILES_NAMED_MAX + 2)]
    outside = desk.left("This heron is not meant.")
    found = desk.index.search(many, "heron", None, 100)
    assert {one.file_id for one in found} <= {file.id for file in many}
    assert len(found) == len(many)
    assert outside.id not in {one.file_id for one in found}


def test_headings_and_endings_help_to_find(desk: Desk) -> None:
    marks = (Mark(at=0, heading="Vacations"), Mark(at=400, heading="Sickness"))
    file = desk.left("x " * 200 + "y " * 200, marks=marks)
    (one,) = desk.index.search([file], "vacation?", None, 10)
    assert one.heading == "Vacations"


def test_reading_again_replaces_what_was_read(desk: Desk) -> None:
    file = desk.left("old words")
    desk.index.store(file, Found(kind="text", mime_type="text/plain", text="new words"))
    assert desk.words([file], "old") == []
    assert desk.words([file], "new") == ["new words"]
    with desk.office.db.write() as connection:
        forget_files(connection, [file.id])
    desk.index.store(file, Found(kind="text", mime_type="text/plain", text="nobody's words"))
    with desk.office.db.read() as connection:
        assert connection.execute(tables.file_passages.select()).all() == []
        assert connection.exec_driver_sql("SELECT count(*) FROM passage_search").scalar() == 0


def test_a_passage_stands_in_its_surroundings(desk: Desk) -> None:
    text = "\n\n".join(f"Page {page}. " + "Words go on. " * 60 for page in range(1, 8))
    marks = tuple(Mark(at=text.index(f"Page {page}."), page=page) for page in range(1, 8))
    file = desk.left(text, marks=marks)
    one = next(one for one in desk.index.whole([file.id]) if one.page == 4)
    shown = desk.index.around(file.id, one.id)
    assert shown is not None
    assert shown.passage.text.startswith("Page 4.")
    assert "Page 3." in shown.before
    assert "Page 5." in shown.after
    assert max(len(shown.before), len(shown.after)) <= AROUND
    assert desk.index.around(file.id, "psg_none") is None
    first = desk.index.whole([file.id])[0]
    beginning = desk.index.around(file.id, first.id)
    assert beginning is not None
    assert beginning.before == ""


def test_an_assistant_that_is_shared_lends_its_passages_and_not_its_files(desk: Desk) -> None:
    office, assistant = desk.office, new_id("asst")
    row = {
        "id": assistant, "user_id": office.users["ada"], "organization_id": office.whose("ada").organization_id,
        "kind": "chat", "name": "Law", "shared": False, "created_at": 1, "updated_at": 1,
    }  # fmt: skip
    with office.db.write() as connection:
        connection.execute(tables.assistants.insert(), row)
    file = desk.left("Paragraph one.", place=Place(assistant_id=assistant))
    bob, eve = office.whose("bob"), office.whose("eve", "org_00000000000000000000000002")
    with pytest.raises(NotFound):
        desk.files.readable(bob, file.id)
    with office.db.write() as connection:
        connection.execute(tables.assistants.update(), {"shared": True})
    assert desk.files.readable(bob, file.id) == file
    for whose, look in ((bob, desk.files.get), (eve, desk.files.readable)):
        with pytest.raises(NotFound):
            look(whose, file.id)


def test_places_are_ones_own(desk: Desk) -> None:
    for place in (Place(folder_id="fld_none"), Place(chat_id="chat_none"), Place(assistant_id="asst_none")):
        with pytest.raises(NotFound):
            desk.left("x", place=place)
    assert list(desk.files.ground.blobs.blobs()) == [], "what was refused left nothing behind"
    with pytest.raises(Exception, match="one place"):
        Place(chat_id="a", folder_id="b")


def test_what_lies_nowhere_is_over_after_a_day(desk: Desk) -> None:
    file = desk.left("x")
    desk.office.clock.advance(s=24 * 3600)
    with pytest.raises(NotFound):
        desk.files.get(desk.office.whose("ada"), file.id)
