"""What a start tells the person at the terminal: prices, offers, warnings, downloads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from tokenry.app.announce import announce, pull_starter, set_up_logs
from tokenry.app.house import House, opened
from tokenry.app.starter import with_starter
from tokenry.base.logs import get_logger
from tokenry.config import Config, Log, Server, parse
from tokenry.engines import Artifact, ArtifactFile, ArtifactStore
from tokenry.engines.artifacts import PathSource

pytestmark = pytest.mark.anyio
BYTES = b"weights" * 100_000


@pytest.fixture(autouse=True)
def for_people() -> None:
    """A person reads."""
    set_up_logs(Log(format="console"))


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    async with opened(tmp_path / "data", with_starter(Config()), None) as made:
        yield made


async def test_prices_stand_as_people_write_them(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    announce(house, {}, "http://127.0.0.1:8080")
    said = capsys.readouterr()
    assert "$0.02 in / $0.08 out per million" in said.err
    assert "$0.01 in per million" in said.err
    assert said.out == "ready http://127.0.0.1:8080\n"


async def test_a_key_of_openai_is_offered_whole_and_one_of_ours_is_not(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-proj-abc")
    announce(house, {}, "http://127.0.0.1:8080")
    assert "found OPENAI_API_KEY, not used until you add a [[provider]]: dialect" in capsys.readouterr().err
    monkeypatch.setenv("OPENAI_API_KEY", "sk-tok-abcdefgh-xyz")
    announce(house, {}, "http://127.0.0.1:8080")
    assert "OPENAI_API_KEY" not in capsys.readouterr().err


async def test_a_key_of_anthropics_is_offered_in_its_own_dialect(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-abc")
    announce(house, {}, "http://127.0.0.1:8080")
    offer = capsys.readouterr().err.partition("found ANTHROPIC_API_KEY")[2].partition("[[provider]]: ")[2]
    (made,) = parse('[[provider]]\nname = "p"\n' + offer.splitlines()[0].replace(", ", "\n"), source="offer").provider
    assert (made.dialect, made.api_key_env) == ("anthropic", "ANTHROPIC_API_KEY")


PROXY = Server(trusted_proxies=("10.0.0.1",))


@pytest.mark.parametrize(
    ("url", "server", "warned"),
    [
        ("http://127.0.0.1:1", Server(), False),
        ("http://[::1]:1", Server(), False),
        ("unix:/run/x", Server(), False),
        ("http://0.0.0.0:1", Server(), True),
        ("http://[::]:1", Server(public_url="http://tokenry.example"), True),
        ("https://0.0.0.0:1", Server(), False),
        ("http://0.0.0.0:1", PROXY, False),
        ("http://0.0.0.0:1", Server(public_url="https://tokenry.example"), False),
    ],
)
async def test_an_address_that_others_reach_comes_with_a_word_about_tls(
    house: House, capsys: pytest.CaptureFixture[str], url: str, server: Server, warned: bool
) -> None:
    house.config = msgspec.structs.replace(house.config, server=server)
    announce(house, {}, url)
    said = capsys.readouterr().err
    assert ("in the clear" in said) is warned
    assert ("people reach it at" in said) is (server.public_url is not None)


async def test_a_download_that_nobody_watches_is_two_lines(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "w").write_bytes(BYTES)
    file = ArtifactFile("w", (PathSource(str(tmp_path / "w")),), hashlib.sha256(BYTES).hexdigest(), len(BYTES))
    models = [provider.model for provider in house.config.provider if provider.model is not None]
    catalogue = {name: Artifact(name, "chat", "MIT", (file,)) for name in models}
    house.artifacts = ArtifactStore(tmp_path / "cache", catalogue=catalogue)
    await pull_starter(house)
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == [f"fetching {models[0]} (0.7 MB)", "done"]
    await pull_starter(house)
    assert capsys.readouterr().err == ""


async def test_for_machines_every_line_is_json(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(Log(format="json"))
    announce(house, {}, "http://127.0.0.1:8080")
    said = capsys.readouterr()
    lines = [json.loads(line) for line in said.err.splitlines()]
    assert any("first start" in line["event"] for line in lines)
    assert said.out == "ready http://127.0.0.1:8080\n"


def test_the_command_line_goes_before_the_configuration_also_after_a_reload(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(Log(format="console"), "json")
    set_up_logs(Log(format="console", level="debug"))
    get_logger("x").debug("this")
    assert json.loads(capsys.readouterr().err)["event"] == "this"


def test_auto_is_for_machines_where_no_terminal_is(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(Log(), "auto")
    get_logger("x").info("this")
    assert json.loads(capsys.readouterr().err)["event"] == "this"
