"""The admin socket: who may come in, what is answered to sense and to nonsense, how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.api.admin.conftest import Installation
from tokenry.api.admin import LINE_SIZE_MAX, AdminSocket, serve_socket
from tokenry.storage import StorageError

pytestmark = pytest.mark.anyio
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def door(house: Installation) -> AsyncIterator[AdminSocket]:
    opened = await serve_socket(house.admin, house.rooms.data_dir / "run" / "admin.sock")
    yield opened
    await opened.close()


@asynccontextmanager
async def line(path: Path) -> AsyncIterator[Line]:
    folder = os.open(path.parent, os.O_RDONLY)
    reader, writer = await asyncio.open_unix_connection(f"/proc/self/fd/{folder}/{path.name}", limit=2**24)
    os.close(folder)
    try:
        async with asyncio.timeout(10):
            yield reader, writer
    finally:
        writer.close()


async def said(talk: Line, question: bytes) -> dict[str, Any]:
    talk[1].write(question)
    answer: dict[str, Any] = json.loads(await talk[0].readline())
    return answer


async def test_questions_are_answered_one_after_the_other(door: AdminSocket) -> None:
    async with line(door.path) as talk:
        made = await said(talk, b'{"verb": "key create", "args": {"name": "alice"}}\n')
        assert made["ok"]["key"].startswith("sk-tok-")
        listed = await said(talk, b'{"verb": "key list"}\n')
        assert [key["name"] for key in listed["ok"]["keys"]] == ["alice"]


async def test_a_refusal_has_the_envelope_and_the_status(door: AdminSocket) -> None:
    async with line(door.path) as talk:
        refused = await said(talk, b'{"verb": "key show", "args": {"key": "nobody"}}\n')
        assert refused["status"] == 404
        assert set(refused["error"]) == {"message", "type", "param", "code"}


@pytest.mark.parametrize(
    "nonsense",
    [b"hello\n", b"[]\n", b'"x"\n', b"\xff\xfe\x00\n", b'{"verb": 1}\n', b'{"verb": "x", "more": 1}\n', b'{"verb":\n'],
)
async def test_nonsense_is_answered_and_the_line_goes_on(door: AdminSocket, nonsense: bytes) -> None:
    async with line(door.path) as talk:
        assert (await said(talk, nonsense))["status"] == 400
        assert "ok" in await said(talk, b'{"verb": "status"}\n')


async def test_a_question_without_end_is_refused_and_the_line_closed(door: AdminSocket) -> None:
    async with line(door.path) as talk:
        refused = await said(talk, b"x" * (LINE_SIZE_MAX + 2))
        assert str(LINE_SIZE_MAX) in refused["error"]["message"]
        assert await talk[0].read() == b""
    async with line(door.path) as talk:
        assert "ok" in await said(talk, b'{"verb": "status"}\n')


async def test_a_mistake_of_ours_is_told_and_the_server_goes_on(
    house: Installation, door: AdminSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_verb: str, _args: object) -> dict[str, Any]:
        raise KeyError("secret inside")

    monkeypatch.setattr(house.admin, "call", fail)
    async with line(door.path) as talk:
        refused = await said(talk, b'{"verb": "status"}\n')
        assert refused["status"] == 500
        assert "secret" not in str(refused)


async def test_what_is_followed_comes_line_by_line_and_ends_with_the_listener(
    house: Installation, door: AdminSocket
) -> None:
    key = (await house.call("key create", name="alice"))["id"]
    first = await house.request(key)
    async with line(door.path) as talk:
        assert (await said(talk, b'{"verb": "requests", "args": {}, "follow": true}\n'))["ok"]["id"] == first
        second = await house.request(key)
        assert json.loads(await talk[0].readline())["ok"]["id"] == second
        talk[1].write_eof()
        assert await talk[0].read() == b""


async def test_the_socket_is_the_owners_alone_and_gone_at_the_end(house: Installation) -> None:
    path = house.rooms.data_dir / "run" / "admin.sock"
    before = os.umask(0)
    try:
        door = await serve_socket(house.admin, path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    async with line(path) as talk:
        await said(talk, b'{"verb": "status"}\n')
        await door.close()
        assert await talk[0].read() == b""
    assert not path.exists()


async def test_a_socket_left_by_a_dead_process_is_replaced(house: Installation) -> None:
    path = house.rooms.data_dir / "run" / "admin.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    door = await serve_socket(house.admin, path)
    async with line(path) as talk:
        assert "ok" in await said(talk, b'{"verb": "status"}\n')
    await door.close()


async def test_a_file_that_is_no_socket_is_left_alone(house: Installation) -> None:
    path = house.rooms.data_dir / "run" / "admin.sock"
    path.write_text("mine")
    with pytest.raises(StorageError, match="not a socket"):
        await serve_socket(house.admin, path)
    assert path.read_text() == "mine"


async def test_a_path_too_long_for_the_system_is_served(house: Installation, tmp_path: Path) -> None:
    folder = tmp_path / ("d" * 120)
    folder.mkdir()
    door = await serve_socket(house.admin, folder / "admin.sock")
    async with line(folder / "admin.sock") as talk:
        assert "ok" in await said(talk, b'{"verb": "status"}\n')
    await door.close()
    assert not (folder / "admin.sock").exists()
