"""Files of the workspace through the public API: left, read, found by a question, cited, had back, deleted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.api.organization.stand import CONFIGURATION, Stand, standing
from tests.api.workspace.test_chats import fund
from tests.reading import documents as made
from tokenry.gateway import EngineFailed, RequestEnded
from tokenry.storage import tables

pytestmark = pytest.mark.anyio
BASE = "/v1/tokenry/workspace_files"
EMBEDS = """
[workspace]
embedding_model = "near"
file_size_max = 200000

[[model]]
name = "near"
kind = "embedding"
price = { input = 1 }
deployments = [{ provider = "script", model = "scripted" }]
"""


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One loop for the whole file, and so one house."""
    return "asyncio"


@pytest.fixture(scope="module")
async def stand(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stand]:
    """One house for all who leave no more behind than files in it."""
    async with standing(tmp_path_factory.mktemp("house"), CONFIGURATION + EMBEDS) as stand:
        await fund(stand)
        yield stand
        await stand.serving.close()


@pytest.fixture
async def fresh(tmp_path: Path) -> AsyncIterator[Stand]:
    """A house of one's own, without any money."""
    async with standing(tmp_path, CONFIGURATION + EMBEDS) as stand:
        yield stand
        await stand.serving.close()


class Person:
    """Somebody who leaves files."""

    def __init__(self, stand: Stand, role: str = "project_member") -> None:
        self.stand = stand
        self.key = stand.ours.keys[role]

    async def leave(self, content: bytes, name: str, status: int = 200, **fields: str) -> Any:
        files = {"file": (name, content, "text/html")}
        answer = await self.stand.ask("POST", BASE, self.key, files=files, data=fields)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def read(self, content: bytes, name: str, **fields: str) -> Any:
        """A file that is no longer being read."""
        one = await self.leave(content, name, **fields)
        filing = self.stand.serving.filing
        async with asyncio.timeout(30):
            while tasks := list(filing.intake._tasks.values()):
                await asyncio.gather(*tasks)
        return await self.ask("GET", f"{BASE}/{one['id']}")

    async def ask(self, method: str, path: str, status: int = 200, **body: Any) -> Any:
        more = {"json": body} if method == "POST" else {}
        answer = await self.stand.ask(method, path, self.key, **more)
        assert answer.status_code == status, answer.text
        return answer.json()


async def answered(person: Person, chat: str, text: str, *files: str) -> Any:
    """What a chat answers to a question with files."""
    pair = await person.ask("POST", f"/v1/tokenry/chats/{chat}/messages", text=text, file_ids=list(files))
    events = f"/v1/tokenry/chats/{chat}/messages/{pair['answer']['id']}/events"
    assert (await person.stand.ask("GET", events, person.key)).status_code == 200
    return (await person.ask("GET", f"/v1/tokenry/chats/{chat}/messages"))["data"][-1]


async def test_from_the_upload_to_the_passage_behind_an_answer(stand: Stand) -> None:
    person = Person(stand)
    file = await person.read(made.pdf("Budgets end at midnight", "Awards pay for tokens"), "../../rules\\Rules.pdf")
    assert (file["name"], file["kind"], file["mime"], file["state"]) == ("Rules.pdf", "pdf", "application/pdf", "ready")
    assert (file["pages"], file["found_by"], file["note"], file["chat_id"]) == (2, "words_and_meaning", None, None)
    chat = (await person.ask("POST", "/v1/tokenry/chats"))["id"]
    answer = await answered(person, chat, "When do budgets end?", file["id"])
    assert [(one["number"], one["page"], one["text"]) for one in answer["sources"]] == [
        (1, 1, "Budgets end at midnight"), (2, 2, "Awards pay for tokens"),
    ]  # fmt: skip
    now = await person.ask("GET", f"{BASE}/{file['id']}")
    assert (now["chat_id"], now["expires_at"]) == (chat, None), "it lies in the chat that it was sent to"
    passage = await person.ask("GET", f"{BASE}/{file['id']}/passages/{answer['sources'][1]['passage_id']}")
    assert (passage["before"], passage["text"], passage["after"]) == (
        "Budgets end at midnight", "Awards pay for tokens", "",
    )  # fmt: skip
    assert (passage["page"], passage["position"], passage["downloadable"]) == (2, 2, True)
    assert (await person.ask("GET", f"{BASE}?chat_id={chat}"))["data"] == [now]


async def test_vectors_are_paid_by_whose_file_it_is(stand: Stand) -> None:
    intake = stand.serving.filing.intake
    await asyncio.gather(*intake._tasks.values())  # other tests' files, which may be read and have no vectors yet
    ended: list[RequestEnded] = []
    stand.serving.gateway._events.on(RequestEnded, ended.append)
    file = await Person(stand).read(b"Words to be embedded.", "a.txt")
    seen = stand.serving.filing.files.any(file["id"])
    assert seen is not None
    intake.begin(replace(seen, state="reading"))  # as one who looked before it was read would
    assert await intake.settled([file["id"]], 30)
    (one,) = ended
    assert (one.endpoint, one.model, one.principal.key_name) == ("embeddings", "near", "Workspace")
    assert one.principal.user_id == stand.ours.users["project_member"]
    assert one.receipt is not None
    assert one.receipt.charge > 0


async def test_only_what_a_question_needs_is_given_of_a_long_file(stand: Stand) -> None:
    person = Person(stand)
    words = [f"## Part {n}\n\n" + f"Common words of part {n} fill the page. " * 20 for n in range(120)]
    words[77] += "\n\nThe zebra protocol needs two signatures."
    file = await person.read("\n\n".join(words).encode(), "long.md")
    chat = (await person.ask("POST", "/v1/tokenry/chats"))["id"]
    answer = await answered(person, chat, "Who signs under the zebra protocol?", file["id"])
    assert any("zebra protocol needs two" in one["text"] for one in answer["sources"])
    assert 1 <= len(answer["sources"]) <= 12
    assert [one["number"] for one in answer["sources"]] == list(range(1, len(answer["sources"]) + 1))


async def test_files_of_a_folder_stand_behind_all_its_chats_and_nobody_elses(stand: Stand) -> None:
    person, other = Person(stand), Person(stand, "project_owner")
    folder = (await person.ask("POST", "/v1/tokenry/folders", name="law"))["id"]
    await person.read(b"The quorum is seven.", "law.txt", folder_id=folder)
    chat = (await person.ask("POST", "/v1/tokenry/chats", folder_id=folder))["id"]
    assert [one["text"] for one in (await answered(person, chat, "quorum?"))["sources"]] == ["The quorum is seven."]
    plain = (await person.ask("POST", "/v1/tokenry/chats"))["id"]
    assert (await answered(person, plain, "quorum?"))["sources"] == []
    await other.leave(b"x", "x.txt", status=404, folder_id=folder)


async def test_without_money_the_words_find_it_and_the_file_says_so(fresh: Stand) -> None:
    file = await Person(fresh).read(b"Found by words.", "a.txt")
    assert (file["state"], file["found_by"]) == ("ready", "words")
    assert file["note"].startswith("found by its words only: ")
    assert fresh.serving.filing.files.unfinished() == [], "no start tries that again"


async def test_without_a_model_the_words_find_it_and_the_file_says_so(tmp_path: Path) -> None:
    async with standing(tmp_path) as stand:
        file = await Person(stand).read(b"Found by words.", "a.txt")
        assert file["note"] == "found by its words only: no embedding model is served here"
        await stand.serving.close()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-1.4 broken", "a.pdf", "damaged"),
        (made.locked_pdf(), "a.pdf", "password"),
        (made.zipped({"x": "y"}), "a.docx", "archive"),
        (made.zipped({"word/document.xml": '<!DOCTYPE a [<!ENTITY x "y">]><a/>'}), "a.docx", "entities"),
        (b"\x7fELF\0\0", "letter.txt", "program"),
        (made.png(30_000, 30_000), "a.png", "pixels"),
    ],
)
async def test_what_cannot_be_read_says_so_in_words(stand: Stand, content: bytes, name: str, words: str) -> None:
    person = Person(stand)
    file = await person.read(content, name)
    assert file["state"] == "failed"
    assert words in file["error"]
    chat = (await person.ask("POST", "/v1/tokenry/chats"))["id"]
    answer = await answered(person, chat, "What is in it?", file["id"])
    assert answer["state"] == "failed"
    assert words in answer["error"]["message"]


async def test_an_image_needs_a_model_that_sees(stand: Stand) -> None:
    person = Person(stand)
    file = await person.read(made.png(4, 4), "chart.txt")
    assert (file["kind"], file["mime"], file["found_by"]) == ("image", "image/png", None)
    chat = (await person.ask("POST", "/v1/tokenry/chats"))["id"]
    answer = await answered(person, chat, "What is drawn?", file["id"])
    assert (answer["state"], "sees none" in answer["error"]["message"]) == ("failed", True)


@pytest.mark.parametrize(("content", "name"), [(b"<svg onload='alert(1)'/>", "a.svg"), (b"<html><script>", "a.html")])
async def test_what_a_browser_would_run_is_only_ever_saved(stand: Stand, content: bytes, name: str) -> None:
    person = Person(stand)
    file = await person.leave(content, name)
    answer = await stand.ask("GET", f"{BASE}/{file['id']}/content", person.key)
    assert answer.content == content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_bounds(tmp_path: Path) -> None:
    few = EMBEDS.replace("[workspace]", "[workspace]\nperson_files_max = 6")
    async with standing(tmp_path, CONFIGURATION + few) as stand:
        await bounded(stand)
        await stand.serving.close()


async def bounded(stand: Stand) -> None:
    person = Person(stand)
    assert (await person.leave(b"x" * 300_000, "big.txt", status=413))["error"]["code"] == "request_too_large"
    assert (await person.leave(b"", "empty.txt", status=400))["error"]["message"] == "the file is empty"
    await person.leave(b"x", "x" * 300, status=400)
    for number in range(6):
        await person.leave(b"x", f"{number}.txt")
    assert "6 files" in (await person.leave(b"x", "one-more.txt", status=413))["error"]["message"]
    left = list(stand.house.objects.ground.blobs.blobs())
    assert len(left) == 1, "what was refused left nothing behind"


async def test_a_deleted_file_leaves_nothing(fresh: Stand) -> None:
    stand, person = fresh, Person(fresh)
    file = await person.read(b"Words that go.", "a.txt")
    await person.ask("DELETE", f"{BASE}/{file['id']}")
    await person.ask("GET", f"{BASE}/{file['id']}", 404)
    with stand.house.desk.db.read() as connection:
        assert connection.execute(tables.file_passages.select()).all() == []
        assert connection.exec_driver_sql("SELECT count(*) FROM passage_search").scalar() == 0
    assert list(stand.house.objects.ground.blobs.blobs()) == []


async def test_a_start_takes_up_what_was_left(stand: Stand) -> None:
    person, intake = Person(stand), stand.serving.filing.intake
    begin, intake.begin = intake.begin, lambda file: None  # type: ignore[method-assign] # as if the process had died
    file = await person.leave(b"To be read later.", "a.txt")
    intake.begin = begin  # type: ignore[method-assign] # alive again
    assert file["state"] == "reading"
    await intake.resume()
    assert await intake.settled([file["id"]], 30)
    assert (await person.ask("GET", f"{BASE}/{file['id']}"))["state"] == "ready"


async def test_an_engine_that_rests_is_asked_again(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder, intake = stand.serving.filing.intake._embedder, stand.serving.filing.intake
    tries, ask = list[int](), embedder.embed

    async def resting(*asked: Any) -> Any:
        tries.append(1)
        if len(tries) < 3:
            raise EngineFailed("it rests")
        return await ask(*asked)

    monkeypatch.setattr(embedder, "embed", resting)
    monkeypatch.setattr(intake, "tries_after_s", (0.0, 0.0))
    file = await Person(stand).read(b"Found at last.", "a.txt")
    assert (file["found_by"], file["note"]) == ("words_and_meaning", None)
    assert len(tries) >= 3  # a slow machine may ask once more


async def test_files_of_a_temporary_chat_end_with_it_and_stay_in_it(stand: Stand) -> None:
    person = Person(stand)
    file = await person.read(b"For a while.", "a.txt")
    passing = await person.ask("POST", "/v1/tokenry/chats", temporary=True)
    await answered(person, passing["id"], "What for?", file["id"])
    now = await person.ask("GET", f"{BASE}/{file['id']}")
    assert (now["chat_id"], now["expires_at"]) == (passing["id"], passing["expires_at"])
    other = (await person.ask("POST", "/v1/tokenry/chats"))["id"]
    refused = f"/v1/tokenry/chats/{other}/messages"
    await person.ask("POST", refused, 404, text="And here?", file_ids=[file["id"]])
    await person.ask("POST", f"/v1/tokenry/chats/{passing['id']}", temporary=False)
    kept = await person.ask("GET", f"{BASE}/{file['id']}")
    assert (kept["chat_id"], kept["expires_at"]) == (passing["id"], None), "a chat is kept with its files"


async def test_an_answer_that_goes_on_cites_what_it_began_with(stand: Stand) -> None:
    """Else `[1]` in what it said already, and in what was shown of it, would be another file's first passage."""
    person = Person(stand)
    folder = (await person.ask("POST", "/v1/tokenry/folders", name="of two files"))["id"]
    first = await person.read(b"The quorum is seven.", "a.txt", folder_id=folder)
    chat = await person.ask("POST", "/v1/tokenry/chats", folder_id=folder, parameters={"max_output_tokens": 1})
    cut = await answered(person, chat["id"], "What is the quorum?")
    assert (cut["state"], [one["file_id"] for one in cut["sources"]]) == ("stopped", [first["id"]])
    await person.ask("DELETE", f"{BASE}/{first['id']}")
    await person.read(b"The quorum is SECRET.", "b.txt", folder_id=folder)
    path = f"/v1/tokenry/chats/{chat['id']}/messages/{cut['id']}"
    await person.ask("POST", f"{path}/continue", parameters={"max_output_tokens": 60})
    await person.stand.ask("GET", f"{path}/events", person.key)
    whole = await person.ask("GET", path)
    assert (whole["state"], whole["sources"]) == ("complete", cut["sources"])
    assert len(whole["text"]) > len(cut["text"])


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "application/json"}, b"{}", 400),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x\r\nnonsense", 400),
        ({"content-type": "multipart/form-data; boundary=x", "content-length": "9" * 30}, b"", 413),
    ],
    ids=["json", "broken", "huge"],
)
async def test_a_form_that_is_none(stand: Stand, headers: dict[str, str], body: bytes, status: int) -> None:
    key = stand.ours.keys["project_member"]
    answer = await stand.client.post(BASE, headers={**headers, "authorization": f"Bearer {key}"}, content=body)
    assert answer.status_code == status, answer.text
