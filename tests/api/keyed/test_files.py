"""Files over HTTP: what comes back is what came, lists come in pages, and what is deleted is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.keyed.asking import FORM, form, leave, send
from tests.api.organization.stand import CONFIGURATION, Stand, standing
from tokenry.access import local_actor, set_project_retention
from tokenry.api.keyed import door

pytestmark = pytest.mark.anyio


async def test_a_file_comes_back_as_it_came(stand: Stand) -> None:
    key = stand.project_key(stand.ours.projects[0])
    content = bytes(range(256)) * 9000
    file = await leave(stand, key, content)
    assert (file["object"], file["bytes"], file["filename"]) == ("file", len(content), "notes.txt")
    assert (await stand.ask("GET", f"/v1/files/{file['id']}", key)).json() == file
    answer = await stand.ask("GET", f"/v1/files/{file['id']}/content", key)
    assert answer.content == content
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''notes.txt"
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "no-store")
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


async def test_what_is_deleted_is_gone_with_its_content(stand: Stand) -> None:
    key, other = (stand.project_key(project) for project in stand.ours.projects)
    first, same = await leave(stand, key, b"same"), await leave(stand, other, b"same")
    blobs = stand.house.objects.ground.blobs
    assert len(list(blobs.blobs())) == 1
    assert (await stand.ask("DELETE", f"/v1/files/{first['id']}", key)).json() == {
        "id": first["id"], "object": "file", "deleted": True,
    }  # fmt: skip
    for path in (f"/v1/files/{first['id']}", f"/v1/files/{first['id']}/content"):
        assert (await stand.ask("GET", path, key)).status_code == 404
    assert (await stand.ask("DELETE", f"/v1/files/{first['id']}", key)).status_code == 404
    assert (await stand.ask("GET", f"/v1/files/{same['id']}/content", other)).content == b"same"
    await stand.ask("DELETE", f"/v1/files/{same['id']}", other)
    assert list(blobs.blobs()) == []


async def test_lists_come_in_pages_in_either_order(stand: Stand) -> None:
    key = stand.project_key(stand.ours.projects[0])
    made = [(await leave(stand, key, b"%d" % n, "batch" if n % 2 else "user_data"))["id"] for n in range(5)]
    page = (await stand.ask("GET", "/v1/files?limit=2&order=asc", key)).json()
    assert ([one["id"] for one in page["data"]], page["has_more"]) == (made[:2], True)
    assert (page["first_id"], page["last_id"]) == (made[0], made[1])
    rest = (await stand.ask("GET", f"/v1/files?order=asc&after={made[1]}", key)).json()
    assert ([one["id"] for one in rest["data"]], rest["has_more"]) == (made[2:], False)
    newest = (await stand.ask("GET", "/v1/files?purpose=batch", key)).json()
    assert [one["id"] for one in newest["data"]] == [made[3], made[1]]
    unknown = await stand.ask("GET", "/v1/files?after=file_never", key)
    assert (unknown.status_code, unknown.json()["error"]["param"]) == (400, "after")
    assert (await stand.ask("GET", "/v1/files?limit=0", key)).status_code == 400


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({}, None),
        ({"purpose": "world-domination"}, "purpose"),
        ({"purpose": "batch", "expires_after[anchor]": "created_at", "expires_after[seconds]": "1"}, "expires_after"),
        ({"purpose": "batch", "colour": "red"}, None),
    ],
)
async def test_fields_that_cannot_be_are_named(calm: Stand, fields: dict[str, str], param: str | None) -> None:
    key = calm.project_key(calm.ours.projects[0])
    answer = await send(calm, "/v1/files", key, form(b"x", fields=fields))
    assert answer.status_code == 400, answer.text
    told = answer.json()["error"]
    assert (told["param"] or "").startswith(param or "")
    assert list(calm.house.objects.ground.blobs.blobs()) == []


async def test_a_life_is_said_in_the_form(calm: Stand) -> None:
    key = calm.project_key(calm.ours.projects[0])
    after = {"purpose": "user_data", "expires_after[anchor]": "created_at", "expires_after[seconds]": "3600"}
    file = (await send(calm, "/v1/files", key, form(b"x", fields=after))).json()
    assert file["expires_at"] - file["created_at"] == 3600
    batch = (await send(calm, "/v1/files", key, form(b"x", fields={"purpose": "batch"}))).json()
    assert batch["expires_at"] - batch["created_at"] == 30 * 86_400
    for one in (file, batch):
        await calm.ask("DELETE", f"/v1/files/{one['id']}", key)


async def test_files_of_a_project_that_keeps_nothing_are_refused(stand: Stand) -> None:
    project = stand.ours.projects[0]
    key = stand.project_key(project)
    kept = await leave(stand, key)
    set_project_retention(stand.house.desk, local_actor(stand.ours.id), project, "zero_data_retention")
    stand.serving.rooms().refresh()
    answer = await send(stand, "/v1/files", key, form(b"x", fields={"purpose": "batch"}))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "content_not_kept")
    body = {"bytes": 3, "filename": "a", "mime_type": "text/plain", "purpose": "batch"}
    assert (await stand.ask("POST", "/v1/uploads", key, json=body)).status_code == 403
    # What was left before can still be fetched, and deleted.
    assert (await stand.ask("GET", f"/v1/files/{kept['id']}/content", key)).content == b"hello\n"
    assert (await stand.ask("DELETE", f"/v1/files/{kept['id']}", key)).status_code == 200


async def test_limits_of_a_file_and_of_a_project(tmp_path: Path) -> None:
    limits = "[objects]\nfile_size_max = 2048\nproject_size_max = 3000\n"
    async with standing(tmp_path, limits + CONFIGURATION) as stand:
        key = stand.project_key(stand.ours.projects[0])
        large = await send(stand, "/v1/files", key, form(b"x" * 2049, fields={"purpose": "batch"}))
        assert (large.status_code, large.json()["error"]["code"]) == (413, "request_too_large")
        assert "2048" in large.json()["error"]["message"]
        first = await leave(stand, key, b"x" * 2000)
        second = await send(stand, "/v1/files", key, form(b"y" * 2000, fields={"purpose": "batch"}))
        assert second.status_code == 413
        assert "objects.project_size_max" in second.json()["error"]["message"]
        await stand.ask("DELETE", f"/v1/files/{first['id']}", key)
        await leave(stand, key, b"y" * 2000)
        assert len(list(stand.house.objects.ground.blobs.blobs())) == 1


async def test_nothing_is_taken_while_the_disk_is_nearly_full(tmp_path: Path) -> None:
    async with standing(tmp_path, f"[storage]\ndisk_free_min = {2**50}\n" + CONFIGURATION) as stand:
        key = stand.project_key(stand.ours.projects[0])
        answer = await send(stand, "/v1/files", key, form(b"x", fields={"purpose": "batch"}))
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "disk_full")
        assert answer.headers["retry-after"] == "60"


async def test_a_project_sends_so_many_files_at_one_time(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not whole is in nobody's share: else one project could fill the disk with what it never ends."""
    monkeypatch.setattr(door, "FORMS_AT_ONCE_MAX", 1)
    key, other = (stand.project_key(project) for project in stand.ours.projects)
    body, begun, go_on = form(b"x" * 100, fields={"purpose": "user_data"}), asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield body[:10]
        begun.set()
        await go_on.wait()
        yield body[10:]

    headers = {"authorization": f"Bearer {key}", "content-type": FORM}
    first = asyncio.create_task(stand.client.post("/v1/files", content=slowly(), headers=headers))
    await begun.wait()
    second = await send(stand, "/v1/files", key, body)
    assert (second.status_code, second.json()["error"]["code"]) == (429, "rate_limit_exceeded")
    assert (await send(stand, "/v1/files", other, body)).status_code == 200
    go_on.set()
    assert (await first).status_code == 200
    assert (await send(stand, "/v1/files", key, body)).status_code == 200
