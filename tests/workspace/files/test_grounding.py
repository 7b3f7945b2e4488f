"""What a question stands on: which files may be read for it, what of them is given, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.reading import documents as made
from tests.workspace.files.test_index import Desk
from tokenry.base.errors import Conflict, InvalidRequest, TokenryError
from tokenry.base.ids import new_id
from tokenry.reading import Found
from tokenry.storage import tables
from tokenry.workspace.files import Place, Retrieval, WorkspaceFile, grounding
from tokenry.workspace.sources import Grounded, Wish

pytestmark = pytest.mark.anyio


class Calm:
    """An intake that has read everything, or never will."""

    def __init__(self, *, settled: bool = True) -> None:
        self._settled = settled

    async def settled(self, file_ids: Iterable[str], seconds: float) -> bool:
        return self._settled


class Near:
    """An embedder that says every text is the same, or that it cannot; counts how often it is asked."""

    model: str | None = "near"

    def __init__(self, error: TokenryError | None = None) -> None:
        self.asked = 0
        self._error = error

    async def embed(self, principal: Any, model: str, texts: Sequence[str]) -> tuple[list[bytes], str]:
        self.asked += 1
        if self._error is not None:
            raise self._error
        return [b"\x00\x3c\x00\x00"] * len(texts), "req_1"


class Asker:
    """Ada, who asks."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        self.near = Near()
        self.settled = True

    async def ask(self, text: str, files: dict[str, tuple[str, ...]], **more: Any) -> Grounded:
        wish: dict[str, Any] = {
            "whose": self.desk.office.whose("ada"), "principal": None, "chat_id": "chat_1", "text": text,
            "files": files, "folder_id": None, "assistant_id": None, "sees": False, "characters_max": 100_000, **more,
        }  # fmt: skip
        intake: Any = Calm(settled=self.settled)
        near: Any = self.near
        return await Retrieval(self.desk.files, self.desk.index, intake, near)(Wish(**wish))

    def image(self, size: int = 100) -> WorkspaceFile:
        desk = self.desk
        draft = desk.files.ground.blobs.draft()
        draft.write(made.png(2, 2).ljust(size, b"\0"))
        file = desk.files.create(desk.office.whose("ada"), draft, "a.png", Place(), None)
        desk.index.store(file, Found(kind="image", mime_type="image/png", width=2, height=2))
        return file


@pytest.fixture
def asker(tmp_path: Path) -> Asker:
    return Asker(tmp_path)


def texts(grounded: Grounded) -> list[str]:
    return [source.text for source in grounded.sources]


async def test_files_that_fit_are_given_whole_those_of_the_question_first(asker: Asker) -> None:
    early, now = asker.desk.left("Said before."), asker.desk.left("Asked now.")
    found = await asker.ask("?", {"m1": (early.id,), "m2": (now.id,)})
    assert texts(found) == ["Asked now.", "Said before."]
    assert [source.number for source in found.sources] == [1, 2]
    assert asker.near.asked == 0


async def test_of_what_does_not_fit_what_is_found_is_given_in_the_order_of_the_file(asker: Asker) -> None:
    file = asker.desk.left("\n\n".join(f"Part {at} of the zebra file. " + "Filler. " * 110 for at in range(30)))
    found = await asker.ask("zebra part 7 and part 21", {"m": (file.id,)}, characters_max=4_000)
    assert 1 <= len(found.sources) <= 4
    assert sum(map(len, texts(found))) <= 4_000
    order = [one.id for one in asker.desk.index.whole([file.id])]
    places = [order.index(source.passage_id) for source in found.sources]
    assert places == sorted(places)


async def test_a_question_without_a_hit_gets_the_beginning_of_its_file(asker: Asker) -> None:
    file = asker.desk.left("\n\n".join(f"Part {at}. " + "Filler. " * 110 for at in range(30)))
    found = await asker.ask("Worum geht es?", {"m": (file.id,)}, characters_max=2_000)
    assert texts(found)[0].startswith("Part 0.")


async def test_vectors_are_asked_for_where_there_are_some_and_words_do_without(asker: Asker) -> None:
    file = asker.desk.left("\n\n".join(f"Part {at}. " + "Filler. " * 110 for at in range(30)))
    kept = asker.desk.index.whole([file.id])
    asker.desk.index.put_vectors([(kept[25].seq, b"\x00\x3c\x00\x00")])
    asker.desk.index.end_vectors(file.id, "near", None)
    found = await asker.ask("Qué?", {"m": (file.id,)}, characters_max=2_000)
    assert (texts(found), found.request_ids) == ([kept[25].text], ("req_1",))
    asker.near = Near(Conflict("no money"))
    without = await asker.ask("filler", {"m": (file.id,)}, characters_max=2_000)
    assert without.sources
    assert without.request_ids == ()


async def test_nobody_elses_file_is_read(asker: Asker) -> None:
    theirs = asker.desk.left("Bob's alone.", "bob")
    assert await asker.ask("bob", {"m": (theirs.id,)}) == Grounded()
    assert await asker.ask("bob", {}) == Grounded()


async def test_files_of_an_assistant_are_read_as_it_is_shared(asker: Asker) -> None:
    office, assistant = asker.desk.office, new_id("asst")
    row = {
        "id": assistant, "user_id": office.users["bob"], "organization_id": office.whose("bob").organization_id,
        "kind": "chat", "name": "Law", "shared": False, "created_at": 1, "updated_at": 1,
    }  # fmt: skip
    with office.db.write() as connection:
        connection.execute(tables.assistants.insert(), row)
    asker.desk.left("Bob's law.", "bob", Place(assistant_id=assistant))
    assert (await asker.ask("law", {}, assistant_id=assistant)).sources == ()
    with office.db.write() as connection:
        connection.execute(tables.assistants.update(), {"shared": True})
    assert texts(await asker.ask("law", {}, assistant_id=assistant)) == ["Bob's law."]


async def test_images_go_to_the_messages_they_came_with(asker: Asker) -> None:
    first, second = asker.image(), asker.image()
    found = await asker.ask("?", {"m1": (first.id,), "m2": (), "m3": (second.id,)}, sees=True)
    assert set(found.images) == {"m1", "m3"}
    (part,) = found.images["m3"]
    assert part["image_url"]["url"].startswith("data:image/png;base64,iVBOR")
    with pytest.raises(InvalidRequest, match="sees none"):
        await asker.ask("?", {"m": (second.id,)})
    assert (await asker.ask("?", {"m1": (first.id,), "m2": ()})).images == {}


async def test_images_that_fit_no_request_are_left_out_or_told(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grounding, "IMAGES_SIZE_MAX", 250)
    early, now = asker.image(200), asker.image(100)
    assert set((await asker.ask("?", {"m1": (early.id,), "m2": (now.id,)}, sees=True)).images) == {"m2"}
    with pytest.raises(InvalidRequest, match="in all"):
        await asker.ask("?", {"m": (early.id, now.id)}, sees=True)


async def test_a_file_that_is_not_there_yet_or_never_will_be_is_told(asker: Asker) -> None:
    file = asker.desk.left("x")
    asker.settled = False
    with pytest.raises(Conflict, match="still being read"):
        await asker.ask("?", {"m": (file.id,)})
    asker.settled = True
    asker.desk.index.fail(file.id, "it is torn")
    with pytest.raises(InvalidRequest, match="it is torn"):
        await asker.ask("?", {"m": (file.id,)})
    assert await asker.ask("?", {"m1": (file.id,), "m2": ()}) == Grounded(), "what failed before is passed over"
