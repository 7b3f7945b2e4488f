"""Clients that hang up, dawdle or announce too much in the middle of a form: nothing is kept of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.keyed.asking import FORM, form
from tests.api.organization.stand import Stand
from tokenry.api import feeding

pytestmark = pytest.mark.anyio

BODY = form(b"x" * 10_000, fields={"purpose": "batch"})


async def post(stand: Stand, pieces: AsyncIterator[dict[str, Any]], *, length: int = len(BODY)) -> tuple[int, int]:
    """The status of a form that comes in these messages, 0 when none was sent; and how many messages were read."""
    key, sent, read = stand.project_key(stand.ours.projects[0]), [], []

    async def receive() -> dict[str, Any]:
        message = await anext(pieces)
        read.append(message)
        return message

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [
        (b"host", b"tokenry.test"), (b"authorization", f"Bearer {key}".encode()), (b"content-type", FORM.encode()),
        (b"content-length", b"%d" % length),
    ]  # fmt: skip
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": "/v1/files",
        "raw_path": b"/v1/files", "query_string": b"", "headers": headers, "scheme": "http",
        "client": ("127.0.0.1", 1), "server": ("tokenry.test", 80), "root_path": "",
    }  # fmt: skip
    await stand.serving.app(scope, receive, send)
    starts = [message["status"] for message in sent if message["type"] == "http.response.start"]
    return (starts[0] if starts else 0), len(read)


def nothing_is_left(stand: Stand) -> None:
    folder = stand.house.objects.ground.blobs.folder
    assert [path for path in folder.rglob("*") if path.is_file()] == []


async def test_a_client_that_hangs_up_leaves_nothing(stand: Stand, capfd: pytest.CaptureFixture[str]) -> None:
    async def pieces() -> AsyncIterator[dict[str, Any]]:
        yield {"type": "http.request", "body": BODY[:5000], "more_body": True}
        yield {"type": "http.disconnect"}

    await post(stand, pieces())
    nothing_is_left(stand)
    assert "request failed" not in capfd.readouterr().err


async def test_a_form_that_is_shorter_than_it_says_is_no_form(stand: Stand) -> None:
    async def pieces() -> AsyncIterator[dict[str, Any]]:
        yield {"type": "http.request", "body": BODY[:5000], "more_body": False}

    assert (await post(stand, pieces()))[0] == 400
    nothing_is_left(stand)


async def test_one_that_announces_too_much_is_refused_unread(stand: Stand) -> None:
    async def pieces() -> AsyncIterator[dict[str, Any]]:
        yield {"type": "http.request", "body": BODY, "more_body": False}

    for length in (10**9, 10**30):
        assert await post(stand, pieces(), length=length) == (413, 0)
    nothing_is_left(stand)


async def test_silence_ends_the_wait(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "BODY_TIMEOUT_S", 0.01)

    async def pieces() -> AsyncIterator[dict[str, Any]]:
        yield {"type": "http.request", "body": BODY[:5000], "more_body": True}
        await asyncio.Event().wait()

    assert (await post(stand, pieces()))[0] == 408
    nothing_is_left(stand)
