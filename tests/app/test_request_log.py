"""The access log in a running house: which requests have a line, what stands in it, and what a fault of ours says."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tokenry.access import NewKey
from tokenry.app.fleet import Fleet
from tokenry.app.house import opened, price_version, read_config
from tokenry.app.serving import Serving

pytestmark = pytest.mark.anyio
CONFIGURATION = """
[log]
format = "json"
requests = "{which}"

[[provider]]
name = "script"
dialect = "scripted"

[[model]]
name = "chatty"
aliases = ["alias"]
price = {{ input = 1, output = 2 }}
deployments = [{{ provider = "script", model = "scripted" }}]

[[model]]
name = "failing"
price = {{ input = 1, output = 2 }}
deployments = [{{ provider = "script", model = "scripted?error=500" }}]
"""
WORDS = "words that only the client knows"


class Stand:
    """A server in this process; `lines` are those of its log."""

    def __init__(self, client: httpx2.AsyncClient, serving: Serving, read: Callable[[], str]) -> None:
        self.client = client
        self.serving = serving
        self.read = read

    async def say(self, model: str = "chatty", **more: Any) -> httpx2.Response:
        body = {"model": model, "messages": [{"role": "user", "content": WORDS}], "max_tokens": 8, **more}
        return await self.client.post("/v1/chat/completions", json=body)

    def requests(self) -> list[dict[str, Any]]:
        text = self.read()
        assert WORDS not in text
        lines = [json.loads(line) for line in text.splitlines()]
        return [line for line in lines if line["event"] == "request"]


@pytest.fixture
async def stand(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Stand]:
    path = tmp_path / "tokenry.toml"
    path.write_text(CONFIGURATION.format(which=getattr(request, "param", "all")))
    async with opened(tmp_path / "data", *read_config(tmp_path, path)) as house:
        await house.ledger.set_prices(price_version(house, house.config))
        fleet = Fleet(house.artifacts)
        staged = await fleet.stage(house.config)
        serving = Serving(house, fleet)
        serving.put_in_force(staged, house.router.catalogue)
        key = house.keys.create(NewKey(name="test", project_id=house.first.project.id))[1]
        transport = httpx2.ASGITransport(app=serving.app, raise_app_exceptions=False)
        headers = {"authorization": f"Bearer {key}"}
        async with httpx2.AsyncClient(transport=transport, base_url="http://tokenry", headers=headers) as client:
            capsys.readouterr()
            yield Stand(client, serving, lambda: capsys.readouterr().err)
        await fleet.stop(fleet.engines.values(), 0.0)


async def test_a_line_says_what_the_receipt_says(stand: Stand) -> None:
    answer = await stand.say("alias")
    (line,) = stand.requests()
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["model"] == "chatty"
    assert (line["outcome"], line["status"], line["stream"]) == ("completed", 200, False)
    assert line["charge_nanousd"] == int(answer.headers["x-tokenry-charge-nanousd"])
    assert line["output_tokens"] == answer.json()["usage"]["completion_tokens"]
    assert line["deployment"] == "script/scripted"
    assert "code" not in line


async def ways(stand: Stand) -> list[str]:
    """One request of each kind; the outcomes that have a line."""
    await stand.say()
    await stand.say("failing")
    await stand.say(WORDS)
    await stand.client.post("/v1/chat/completions", content=WORDS)
    await stand.client.post("/v1/chat/completions", json={}, headers={"authorization": WORDS})
    return [f"{line['outcome']} {line.get('code', '')}".strip() for line in stand.requests()]


async def test_all(stand: Stand) -> None:
    assert await ways(stand) == [
        "completed", "refused engine_error", "refused model_not_found", "turned away invalid_request_error",
        "turned away invalid_api_key",
    ]  # fmt: skip


@pytest.mark.parametrize("stand", ["failed"], indirect=True)
async def test_failed_leaves_out_what_was_answered(stand: Stand) -> None:
    assert [outcome.split()[0] for outcome in await ways(stand)] == ["refused", "refused", "turned", "turned"]


@pytest.mark.parametrize("stand", ["off"], indirect=True)
async def test_off(stand: Stand) -> None:
    assert await ways(stand) == []


@pytest.mark.parametrize("stand", ["off"], indirect=True)
async def test_a_reload_turns_it_on_once(stand: Stand) -> None:
    path = stand.serving.house.config_path
    assert path is not None
    path.write_text(CONFIGURATION.format(which="all"))
    await stand.serving.reload()
    await stand.serving.reload()
    await stand.say()
    assert len(stand.requests()) == 1


async def test_a_fault_of_ours_is_told_without_its_words(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(f"we choke on {WORDS}")

    monkeypatch.setattr("tokenry.gateway.admission.Admission.model", broken)
    answer = await stand.say()
    assert answer.status_code == 500
    text = stand.read()
    assert WORDS not in text + answer.text
    (fault,) = [line for line in map(json.loads, text.splitlines()) if line["event"] == "request failed"]
    assert fault["fault"] == "RuntimeError"
    assert fault["request_id"] == answer.headers["x-request-id"]
    assert any("test_request_log.py" in place for place in fault["at_code"])
