"""What a start says about signing in, and the link that the machine's command line makes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tokenry.access import put_hash
from tokenry.api.admin import Admin
from tokenry.api.sign_in import base_url
from tokenry.app.announce import announce, set_up_logs
from tokenry.app.house import House, admin_rooms, offline, opened
from tokenry.app.starter import with_starter
from tokenry.config import Config, Log, Server

pytestmark = pytest.mark.anyio
URL = "http://127.0.0.1:8080"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    set_up_logs(Log(format="console"))
    async with opened(tmp_path / "data", with_starter(Config()), None) as made:
        yield made


async def test_a_start_shows_a_link_until_an_owner_can_sign_in(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    links = set()
    for _ in range(2):
        announce(house, {}, URL)
        said = capsys.readouterr()
        (line,) = [line for line in said.err.splitlines() if "/sign-in/link/" in line]
        links.add(line)
        assert f"{URL}/sign-in/link/" in line
        assert said.out == f"ready {URL}\n"
    assert len(links) == 2, "the same link twice"
    with house.desk.db.write() as connection:
        put_hash(connection, house.first.user.id, "x", 1)
    announce(house, {}, URL)
    assert "/sign-in/link/" not in capsys.readouterr().err


async def test_the_verb_makes_a_link_for_an_owner_and_nobody_else(house: House) -> None:
    rooms = admin_rooms(house)
    rooms.url = "https://127.0.0.1:9"
    made = await Admin(rooms).call("owner link", {})
    assert made["user"] == house.first.user.id
    assert made["url"].startswith("https://127.0.0.1:9/sign-in/link/")
    assert (await Admin(rooms).call("owner link", {"user": "owner"}))["user"] == house.first.user.id
    with pytest.raises(Exception, match="no such owner"):
        await Admin(rooms).call("owner link", {"user": "nobody@example.org"})


async def test_the_verb_works_with_the_server_down(tmp_path: Path) -> None:
    async with offline(tmp_path / "data", None) as rooms:
        made = await Admin(rooms).call("owner link", {})
    assert made["url"].startswith("http://127.0.0.1:8080/sign-in/link/")


@pytest.mark.parametrize(
    ("server", "listening", "base"),
    [
        (Server(), None, "http://127.0.0.1:8080"),
        (Server(), "http://0.0.0.0:9", "http://127.0.0.1:9"),
        (Server(), "https://[::]:9", "https://127.0.0.1:9"),
        (Server(), "unix:/run/x", "http://127.0.0.1:8080"),
        (Server(public_url="https://t.example.org"), "http://127.0.0.1:9", "https://t.example.org"),
        (Server(host="::1", tls_cert_file="a", tls_key_file="b"), None, "https://[::1]:8080"),
    ],
)
async def test_links_lead_where_people_reach_the_server(server: Server, listening: str | None, base: str) -> None:
    assert base_url(server, listening) == base
