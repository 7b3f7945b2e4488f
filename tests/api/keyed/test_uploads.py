"""Uploads over HTTP: parts in any order make one file, once, with the bytes that were declared."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.api.keyed.asking import form, send
from tests.api.organization.stand import Stand

pytestmark = pytest.mark.anyio


async def begin(stand: Stand, key: str, size: int) -> str:
    body = {"bytes": size, "filename": "big.jsonl", "mime_type": "application/jsonl", "purpose": "batch"}
    answer = await stand.ask("POST", "/v1/uploads", key, json=body)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["status"], told["file"], told["bytes"]) == ("pending", None, size)
    assert told["expires_at"] - told["created_at"] == 3600
    return str(told["id"])


async def add(stand: Stand, key: str, upload: str, content: bytes) -> Any:
    return await send(stand, f"/v1/uploads/{upload}/parts", key, form(content, fields={}, file="data"))


async def complete(stand: Stand, key: str, upload: str, **body: Any) -> Any:
    return await stand.ask("POST", f"/v1/uploads/{upload}/complete", key, json=body)


async def test_parts_make_a_file_in_the_order_that_is_said(stand: Stand) -> None:
    key, pieces = stand.project_key(stand.ours.projects[0]), [b"one\n" * 500, b"two\n" * 500, b"three\n"]
    whole = b"".join(pieces)
    upload = await begin(stand, key, len(whole))
    ids = [(await add(stand, key, upload, piece)).json()["id"] for piece in reversed(pieces)][::-1]
    done = await complete(stand, key, upload, part_ids=ids, md5=hashlib.md5(whole).hexdigest())
    assert done.status_code == 200, done.text
    told = done.json()
    assert (told["status"], told["file"]["bytes"], told["file"]["purpose"]) == ("completed", len(whole), "batch")
    assert (await stand.ask("GET", f"/v1/files/{told['file']['id']}/content", key)).content == whole
    assert len(list(stand.house.objects.ground.blobs.blobs())) == 1, "the parts are gone"
    for again in (await complete(stand, key, upload, part_ids=ids), await add(stand, key, upload, b"more")):
        assert (again.status_code, "completed" in again.json()["error"]["message"]) == (400, True)
    assert (await stand.ask("POST", f"/v1/uploads/{upload}/cancel", key)).status_code == 400


async def test_what_does_not_fit_is_refused_and_may_be_mended(stand: Stand) -> None:
    key = stand.project_key(stand.ours.projects[0])
    upload = await begin(stand, key, 6)
    one, two = [(await add(stand, key, upload, piece)).json()["id"] for piece in (b"abc", b"def")]
    refused = [
        ({"part_ids": [one]}, "part_ids"),
        ({"part_ids": [one, one]}, "part_ids"),
        ({"part_ids": [one, "part_never"]}, "part_ids"),
        ({"part_ids": []}, "part_ids"),
        ({"part_ids": [one, two], "md5": "0" * 32}, "md5"),
    ]
    for body, param in refused:
        answer = await complete(stand, key, upload, **body)
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, param), answer.text
    assert (await complete(stand, key, upload, part_ids=[two, one])).json()["file"]["bytes"] == 6


async def test_a_cancelled_upload_leaves_nothing(stand: Stand) -> None:
    key = stand.project_key(stand.ours.projects[0])
    upload = await begin(stand, key, 4)
    await add(stand, key, upload, b"abcd")
    assert (await stand.ask("POST", f"/v1/uploads/{upload}/cancel", key)).json()["status"] == "cancelled"
    assert list(stand.house.objects.ground.blobs.blobs()) == []
    assert (await complete(stand, key, upload, part_ids=["part_x"])).status_code == 400


async def test_parts_are_bounded_by_what_was_declared(stand: Stand) -> None:
    key = stand.project_key(stand.ours.projects[0])
    upload = await begin(stand, key, 4)
    assert (await add(stand, key, upload, b"abcd")).status_code == 200
    assert (await add(stand, key, upload, b"abcd")).status_code == 200  # the first one's answer may have been lost
    assert (await add(stand, key, upload, b"e")).status_code == 413
    assert (await add(stand, key, upload, b"")).status_code == 400
    assert len(list(stand.house.objects.ground.blobs.blobs())) == 1


async def test_an_upload_has_bounds_of_its_own(calm: Stand) -> None:
    key = calm.project_key(calm.ours.projects[0])
    body = {"bytes": 9 * 2**30, "filename": "big", "mime_type": "text/plain", "purpose": "batch"}
    answer = await calm.ask("POST", "/v1/uploads", key, json=body)
    assert (answer.status_code, answer.json()["error"]["param"]) == (413, "bytes")
    for wrong in ({"bytes": 0}, {"purpose": "evil"}, {"filename": ""}, {"filename": "a\x00b"}):
        assert (await calm.ask("POST", "/v1/uploads", key, json={**body, "bytes": 5, **wrong})).status_code == 400
