"""Files over HTTP: what comes back is what came, and what is deleted is gone."""

from __future__ import annotations

import pytest

from tests.api.organization.stand import Stand

pytestmark = pytest.mark.anyio

BOUNDARY = "edge"
FORM = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


def part(name: str, value: bytes, more: str = "") -> bytes:
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


def form(content: bytes = b"hello\n", *fields: bytes, name: str = "notes.txt") -> bytes:
    """A form as a client sends it."""
    file = part("file", content, f'; filename="{name}"')
    return b"".join([*(fields or (part("purpose", b"user_data"),)), file, f"--{BOUNDARY}--\r\n".encode()])


async def test_a_file_comes_back_as_it_came(stand: Stand) -> None:
    key = stand.project_key(stand.ours.projects[0])
    content = bytes(range(256)) * 9000
    made = await stand.client.post(
        "/v1/files", content=form(content), headers=FORM | {"authorization": f"Bearer {key}"}
    )
    assert made.status_code == 200, made.text
    file = made.json()
    assert (file["object"], file["bytes"], file["filename"], file["purpose"]) == (
        "file",
        len(content),
        "notes.txt",
        "user_data",
    )
    assert (await stand.ask("GET", f"/v1/files/{file['id']}", key)).json() == file
    answer = await stand.ask("GET", f"/v1/files/{file['id']}/content", key)
    assert answer.content == content
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''notes.txt"
    listed = (await stand.ask("GET", "/v1/files", key)).json()
    assert (listed["data"], listed["has_more"], listed["first_id"]) == ([file], False, file["id"])
    assert (await stand.ask("DELETE", f"/v1/files/{file['id']}", key)).json()["deleted"] is True
    assert (await stand.ask("GET", f"/v1/files/{file['id']}/content", key)).status_code == 404
    assert list(stand.house.objects.ground.blobs.blobs()) == []
