"""Batches over HTTP: OpenAI's shapes, clear refusals, and lines that go the way of every request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.api.keyed.asking import leave
from tests.api.organization.stand import Stand
from tokenry.storage import tables

pytestmark = pytest.mark.anyio
CHAT, EMBEDDINGS = "/v1/chat/completions", "/v1/embeddings"
FIELDS = {
    "id", "object", "endpoint", "errors", "input_file_id", "completion_window", "status", "output_file_id",
    "error_file_id", "created_at", "in_progress_at", "expires_at", "finalizing_at", "completed_at", "failed_at",
    "expired_at", "cancelling_at", "cancelled_at", "request_counts", "usage", "metadata",
}  # fmt: skip


def line(name: str, body: dict[str, Any] | None = None, url: str = CHAT) -> bytes:
    """One line of an input file."""
    body = {"model": "chatty", "messages": [{"role": "user", "content": name}]} if body is None else body
    return json.dumps({"custom_id": name, "method": "POST", "url": url, "body": body}).encode() + b"\n"


async def begin(stand: Stand, key: str, content: bytes, **more: Any) -> Any:
    """A batch over a fresh file, as it is answered."""
    file = await leave(stand, key, content, "batch")
    asked = {"input_file_id": file["id"], "endpoint": CHAT, "completion_window": "24h", **more}
    return await stand.ask("POST", "/v1/batches", key, json=asked)


async def until(stand: Stand, key: str, batch_id: str, good: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """How it is, once it is so."""
    for _ in range(1000):
        found: dict[str, Any] = (await stand.ask("GET", f"/v1/batches/{batch_id}", key)).json()
        if good(found):
            return found
        await asyncio.sleep(0.005)
    raise AssertionError(found)


async def rows(stand: Stand, key: str, file_id: str) -> list[dict[str, Any]]:
    """The lines of a file."""
    content = (await stand.ask("GET", f"/v1/files/{file_id}/content", key)).content
    return [json.loads(row) for row in content.splitlines()]


@asynccontextmanager
async def running(stand: Stand) -> AsyncIterator[None]:
    """What a server does beside answering."""
    task = asyncio.create_task(stand.serving.batches.run())
    try:
        yield
    finally:
        task.cancel()
        await stand.serving.batches.close()


async def test_a_batch_is_told_as_openai_tells_it(stand: Stand) -> None:
    key = stand.project_key(stand.house.first.project)
    content = line("fine") + line("c", {"model": "c", "messages": [{"role": "user", "content": "[[words=3]]"}]})
    content += line("wrong", {"model": "chatty", "messages": "none"})
    async with running(stand):
        answer = await begin(stand, key, content, metadata={"run": "x"})
        assert answer.status_code == 200, answer.text
        made = answer.json()
        assert made.keys() == FIELDS
        assert (made["object"], made["endpoint"], made["completion_window"]) == ("batch", CHAT, "24h")
        assert (made["metadata"], made["expires_at"] - made["created_at"]) == ({"run": "x"}, 86_400)
        batch = await until(stand, key, made["id"], lambda one: one["status"] == "completed")
        assert batch["request_counts"] == {"total": 3, "completed": 2, "failed": 1}
        assert batch["in_progress_at"] <= batch["finalizing_at"] <= batch["completed_at"]
        output = await rows(stand, key, batch["output_file_id"])
        assert [one["custom_id"] for one in output] == ["fine", "c"]
        assert {one["response"]["body"]["model"] for one in output} == {"chatty"}
        assert {one["response"]["body"]["service_tier"] for one in output} == {"batch"}
        usages = [one["response"]["body"]["usage"] for one in output]
        assert batch["usage"]["output_tokens"] == sum([one["completion_tokens"] for one in usages])
        assert batch["usage"]["total_tokens"] == sum([one["total_tokens"] for one in usages])
        (error,) = await rows(stand, key, batch["error_file_id"])
        assert (error["custom_id"], error["response"]["status_code"]) == ("wrong", 400)
        assert error["response"]["body"]["error"]["param"] == "messages"
        listed = (await stand.ask("GET", "/v1/batches?limit=1", key)).json()
        assert [one["id"] for one in listed["data"]] == [batch["id"]]
        assert (listed["object"], listed["has_more"], listed["first_id"]) == ("list", False, batch["id"])
    with stand.house.notices.db.read() as connection:
        (news,) = connection.execute(tables.news.select().where(tables.news.c.type == "batch.completed"))
    assert (news.project_id, news.data["id"], news.data["output_file_id"]) == (
        stand.house.first.project.id, batch["id"], batch["output_file_id"],
    )  # fmt: skip
    told = [stand.house.ledger.receipt(one["response"]["request_id"]) for one in output]
    assert {receipt.facts.tier for receipt in told if receipt is not None} == {"batch"}
    assert None not in told


async def test_the_faults_of_a_file_are_told_by_their_lines(stand: Stand) -> None:
    key = stand.project_key(stand.house.first.project, models=("chatty",))
    content = b"\xef\xbb\xbf" + line("a") + b"nope\r\n" + line("b", {"model": "other", "messages": []})
    content += line("c", {"model": "never", "messages": []}) + line("a") + line("d", url=EMBEDDINGS)
    async with running(stand):
        made = (await begin(stand, key, content)).json()
        batch = await until(stand, key, made["id"], lambda one: one["status"] == "failed")
    assert batch["errors"]["object"] == "list"
    assert [(one["code"], one["line"]) for one in batch["errors"]["data"]] == [
        ("invalid_json_line", 2), ("model_not_found", 3), ("model_not_found", 4), ("duplicate_custom_id", 5),
        ("mismatched_url", 6),
    ]  # fmt: skip
    assert (batch["output_file_id"], batch["request_counts"]["total"]) == (None, 0)


async def test_a_model_that_does_not_answer_there_is_a_fault(stand: Stand) -> None:
    key = stand.project_key(stand.house.first.project)
    async with running(stand):
        body = {"model": "chatty", "input": "x"}
        made = (await begin(stand, key, line("a", body, EMBEDDINGS), endpoint=EMBEDDINGS)).json()
        batch = await until(stand, key, made["id"], lambda one: one["status"] == "failed")
    (fault,) = batch["errors"]["data"]
    assert (fault["param"], "chat model" in fault["message"]) == ("body.model", True)


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"endpoint": "/v1/audio/speech"}, "endpoint"),
        ({"endpoint": "https://elsewhere.test/v1/chat/completions"}, "endpoint"),
        ({"completion_window": "1h"}, "completion_window"),
        ({"input_file_id": 7}, "input_file_id"),
        ({"metadata": {"x" * 65: "y"}}, None),
        ({"metadata": {"x": "y" * 513}}, "metadata"),
        ({"metadata": {f"n{n}": "y" for n in range(17)}}, "metadata"),
        ({"output_expires_after": {"anchor": "created_at", "seconds": 60}}, "output_expires_after.seconds"),
        ({"colour": "red"}, None),
    ],
)
async def test_what_cannot_be_is_named(calm: Stand, more: dict[str, Any], param: str | None) -> None:
    key = calm.project_key(calm.ours.projects[0])
    answer = await begin(calm, key, line("a"), **more)
    assert answer.status_code == 400, answer.text
    told = answer.json()["error"]["param"]
    assert told == param or (told or "").startswith(f"{param}"), told


async def test_files_that_are_no_batch_input(calm: Stand) -> None:
    ours, second = (calm.project_key(project) for project in calm.ours.projects)
    other = await leave(calm, second, line("a"), "batch")
    asked = {"endpoint": CHAT, "completion_window": "24h"}
    for file_id in (other["id"], "file_never", ""):
        answer = await calm.ask("POST", "/v1/batches", ours, json={"input_file_id": file_id, **asked})
        assert (answer.status_code, answer.json()["error"]["param"]) == (404, "input_file_id")
        assert answer.json()["error"]["message"] == f"No such File object: {file_id}"
    wrong = await leave(calm, ours, line("a"), "user_data")
    answer = await calm.ask("POST", "/v1/batches", ours, json={"input_file_id": wrong["id"], **asked})
    assert (answer.status_code, "'batch'" in answer.json()["error"]["message"]) == (400, True)


async def test_a_batch_is_cancelled_once_and_not_when_it_is_over(stand: Stand) -> None:
    key = stand.project_key(stand.house.first.project)
    slow = {"model": "chatty", "messages": [{"role": "user", "content": "[[latency_ms=30]]"}]}
    async with running(stand):
        made = (await begin(stand, key, b"".join([line(f"n{n}", slow) for n in range(200)]))).json()
        await until(stand, key, made["id"], lambda one: one["request_counts"]["completed"] > 0)
        for _ in range(2):
            answer = await stand.ask("POST", f"/v1/batches/{made['id']}/cancel", key)
            assert (answer.status_code, answer.json()["status"]) == (200, "cancelling")
        batch = await until(stand, key, made["id"], lambda one: one["status"] == "cancelled")
        counts = batch["request_counts"]
        assert 0 < counts["completed"] == 200 - counts["failed"]
        done = (await begin(stand, key, line("a"))).json()
        await until(stand, key, done["id"], lambda one: one["status"] == "completed")
        refused = await stand.ask("POST", f"/v1/batches/{done['id']}/cancel", key)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
        assert "'completed'" in refused.json()["error"]["message"]


async def test_output_files_live_as_long_as_they_were_told_to(stand: Stand) -> None:
    key = stand.project_key(stand.house.first.project)
    after = {"anchor": "created_at", "seconds": 3600}
    async with running(stand):
        made = (await begin(stand, key, line("a"), output_expires_after=after)).json()
        batch = await until(stand, key, made["id"], lambda one: one["status"] == "completed")
        file = (await stand.ask("GET", f"/v1/files/{batch['output_file_id']}", key)).json()
    assert file["expires_at"] - file["created_at"] == 3600
    assert file["purpose"] == "batch_output"


async def test_a_line_that_nobody_pays_for_is_told_so(stand: Stand) -> None:
    key = stand.project_key(stand.ours.projects[0])  # which has no award
    async with running(stand):
        made = (await begin(stand, key, line("a") + line("b"))).json()
        batch = await until(stand, key, made["id"], lambda one: one["status"] == "completed")
        assert batch["request_counts"] == {"total": 2, "completed": 0, "failed": 2}
        assert batch["output_file_id"] is None
        errors = await rows(stand, key, batch["error_file_id"])
    assert {one["response"]["status_code"] for one in errors} == {429}
    assert {one["response"]["body"]["error"]["code"] for one in errors} == {"insufficient_quota"}
