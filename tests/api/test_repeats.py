"""Idempotency-Key on routes for a project's key: files once whatever boundary their forms have; nothing kept for those
who keep nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.responses import Response, StreamingResponse

from tests.api.organization.stand import Stand, standing
from tokenry.access import AnswerNotKept, Asked, local_actor
from tokenry.api.repeats import answered_once
from tokenry.base.errors import Conflict
from tokenry.base.limits import STORED_ANSWER_SIZE_MAX
from tokenry.storage import tables

pytestmark = pytest.mark.anyio

UPLOAD = {"filename": "a.jsonl", "purpose": "batch", "bytes": 3, "mime_type": "application/jsonl"}


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with standing(tmp_path) as stand:
        yield stand


async def post(stand: Stand, path: str, **more: Any) -> httpx2.Response:
    secret = stand.project_key(stand.ours.projects[0])
    headers = {"authorization": f"Bearer {secret}", "idempotency-key": "k"}
    return await stand.client.post(path, headers=headers, **more)


def files(stand: Stand) -> int:
    with stand.house.desk.db.read() as connection:
        return len(connection.execute(tables.files.select()).all())


async def test_a_file_is_left_once(stand: Stand) -> None:
    form: dict[str, Any] = {"data": {"purpose": "user_data"}, "files": {"file": ("a.txt", b"one", "text/plain")}}
    first, second = await post(stand, "/v1/files", **form), await post(stand, "/v1/files", **form)
    assert first.status_code == 200, first.text
    assert first.request.headers["content-type"] != second.request.headers["content-type"]
    assert second.content == first.content
    assert second.headers["idempotent-replayed"] == "true"
    assert files(stand) == 1
    other = await post(stand, "/v1/files", data=form["data"], files={"file": ("a.txt", b"two", "text/plain")})
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_mismatch")
    assert files(stand) == 1


async def test_an_upload_is_begun_once(stand: Stand) -> None:
    first, second = await post(stand, "/v1/uploads", json=UPLOAD), await post(stand, "/v1/uploads", json=UPLOAD)
    assert first.status_code == 200, first.text
    assert second.content == first.content
    path = f"/v1/uploads/{first.json()['id']}/cancel"
    assert (await post(stand, path)).content == (await post(stand, path)).content


async def test_what_may_not_be_kept_is_told_once(stand: Stand) -> None:
    """The answer of a project that keeps no content, one that is too large, and one that comes in pieces."""
    once = stand.house.desk.once
    answers = {
        "a project that keeps nothing": (Response(b"{}"), False),
        "too large": (Response(b"x" * (STORED_ANSWER_SIZE_MAX + 1)), True),
        "in pieces": (StreamingResponse(iter([b"{}"])), True),
    }
    for key, (response, kept) in answers.items():

        async def answer(given: Response = response) -> Response:
            return given

        asked = Asked("somebody /v1/somewhere", key, b"1")
        assert await answered_once(once, asked, answer, kept=kept) is response
        with pytest.raises(AnswerNotKept):
            await answered_once(once, asked, answer, kept=kept)


async def test_a_refusal_after_something_was_done_is_kept_and_a_fault_is_not(stand: Stand) -> None:
    """What an act left behind must not be left twice, however the request ended."""
    once, desk = stand.house.desk.once, stand.house.desk
    done = 0

    async def answer(error: Exception) -> Response:
        nonlocal done
        with desk.act(local_actor(stand.ours.id), "test.done"):
            done += 1
        raise error

    refused, faulty = Asked("a", "1", b""), Asked("a", "2", b"")
    with pytest.raises(Conflict):
        await answered_once(once, refused, lambda: answer(Conflict("too late")))
    again = await answered_once(once, refused, lambda: answer(Conflict("too late")))
    assert (again.status_code, b"too late" in again.body) == (409, True)
    with pytest.raises(ZeroDivisionError):
        await answered_once(once, faulty, lambda: answer(ZeroDivisionError()))
    with pytest.raises(AnswerNotKept):
        await answered_once(once, faulty, lambda: answer(ZeroDivisionError()))
    assert done == 2
