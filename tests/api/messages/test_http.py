"""The paths of Anthropic's API over real rooms: keys, models, counts, and errors in that API's shape."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from tokenry.access import NewKey
from tokenry.api.messages.answers import MessageAnswer, MessagesError, MessagesModel, MessagesModelList
from tokenry.app.fleet import Fleet
from tokenry.app.house import House, opened, price_version, read_config
from tokenry.app.serving import Serving

pytestmark = pytest.mark.anyio

CONFIGURATION = """
[[provider]]
name = "chat"
dialect = "scripted"

[[provider]]
name = "native"
dialect = "scripted"
speaks = ["messages"]

[[model]]
name = "chatty"
aliases = ["claude-small"]
price = { input = 1, output = 2 }
max_output_tokens = 64
deployments = [{ provider = "chat", model = "scripted" }]

[[model]]
name = "native"
price = { input = 1, output = 2 }
context_length = 9000
deployments = [{ provider = "native", model = "scripted" }]
"""
VERSION = {"anthropic-version": "2023-06-01"}
PROMPT: dict[str, Any] = {"messages": [{"role": "user", "content": "Say hello."}], "system": "Be brief."}
MESSAGES, COUNT = "/v1/messages", "/v1/messages/count_tokens"


@dataclass
class Stand:
    """A running house and a client with one of its keys in `x-api-key`."""

    house: House
    client: httpx2.AsyncClient

    async def ask(self, path: str, **body: Any) -> httpx2.Response:
        return await self.client.post(path, json={"model": "chatty", **PROMPT, **body})


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    path = tmp_path / "tokenry.toml"
    path.write_text(CONFIGURATION)
    async with opened(tmp_path / "data", *read_config(tmp_path, path)) as house:
        await house.ledger.set_prices(price_version(house, house.config))
        fleet = Fleet(house.artifacts)
        staged = await fleet.stage(house.config)
        serving = Serving(house, fleet)
        serving.put_in_force(staged, house.router.catalogue)
        transport = httpx2.ASGITransport(app=serving.app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://tokenry") as client:
            _, key = house.keys.create(NewKey(name="test", project_id=house.first.project.id))
            client.headers["x-api-key"] = key
            yield Stand(house, client)
        await fleet.stop(fleet.engines.values(), 0.0)


def told(answer: httpx2.Response) -> tuple[int, str, str | None]:
    """Status, type and code of an error, whose envelope is whole and names its request as the head does."""
    body = msgspec.json.decode(answer.content, type=MessagesError, strict=True)
    assert body.error.message
    assert body.request_id == answer.headers["request-id"] == answer.headers["x-request-id"]
    return answer.status_code, body.error.type, body.error.details.error_code if body.error.details else None


async def test_a_message_has_its_receipt(stand: Stand) -> None:
    for path in (MESSAGES, f"{MESSAGES}?beta=true"):
        answer = await stand.ask(path, max_tokens=9)
        message = msgspec.json.decode(answer.content, type=MessageAnswer)
        assert message.content[0].text == "scripted: Say hello."
        request_id = answer.headers["request-id"]
        assert request_id == answer.headers["x-request-id"]
        receipt = stand.house.ledger.receipt(request_id)
        assert receipt is not None
        assert receipt.facts.endpoint == "messages"
        assert receipt.usage.output_tokens == message.usage.output_tokens


async def test_an_alias_is_answered_under_the_models_name(stand: Stand) -> None:
    assert (await stand.ask(MESSAGES, model="claude-small", max_tokens=9)).json()["model"] == "chatty"


async def test_the_same_request_again_is_answered_once_charged(stand: Stand) -> None:
    key = {"idempotency-key": "once"}
    body = {"model": "chatty", **PROMPT, "max_tokens": 9}
    first, again = [await stand.client.post(MESSAGES, json=body, headers=key) for _ in range(2)]
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert "x-tokenry-charge-nanousd" not in again.headers


@pytest.mark.parametrize(("model", "source"), [("native", "engine"), ("chatty", "estimate")])
async def test_a_prompt_is_counted(stand: Stand, model: str, source: str) -> None:
    answer = await stand.ask(COUNT, model=model)
    assert answer.status_code == 200
    assert answer.headers["x-tokenry-counted-by"] == source
    assert answer.headers["request-id"].startswith("req_")
    counted = answer.json()["input_tokens"]
    asked = (await stand.ask(MESSAGES, model=model, max_tokens=9)).json()["usage"]["input_tokens"]
    assert counted == asked if source == "engine" else counted > 0


async def test_models_in_the_shape_that_is_asked_for(stand: Stand) -> None:
    listed = await stand.client.get("/v1/models", headers=VERSION)
    models = msgspec.json.decode(listed.content, type=MessagesModelList)
    assert [model.id for model in models.data] == ["chatty", "native"] == [models.first_id, models.last_id]
    assert (models.has_more, models.data[0].max_tokens, models.data[1].max_input_tokens) == (False, 64, 9000)
    one = await stand.client.get("/v1/models/claude-small", headers=VERSION)
    assert msgspec.json.decode(one.content, type=MessagesModel) == models.data[0]
    assert listed.headers["request-id"] == listed.headers["x-request-id"]
    plain = await stand.client.get("/v1/models")
    assert plain.json()["object"] == "list"
    assert "request-id" not in plain.headers


async def test_the_door_answers_who_looks_whether_somebody_is_there(stand: Stand) -> None:
    answer = await stand.client.head("/")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("path", [MESSAGES, COUNT])
async def test_errors(stand: Stand, path: str) -> None:
    assert told(await stand.ask(path, max_tokens=1, model="nothing")) == (404, "not_found_error", "model_not_found")
    assert told(await stand.ask(path, max_tokens=1, messages=[])) == (400, "invalid_request_error", "invalid_value")
    unknown = await stand.ask(path, max_tokens=1, messages=[{"role": "user", "content": [{"type": "x"}]}])
    assert told(unknown) == (400, "invalid_request_error", "invalid_value")
    assert told(await stand.client.get(path)) == (405, "invalid_request_error", "method_not_allowed")
    large = await stand.client.post(path, content=b"x", headers={"content-length": "1000000000"})
    assert told(large)[:2] == (413, "request_too_large")
    for key in ("", "sk-ant-x", "sk-tok-abcdefgh-x"):
        stand.client.headers["x-api-key"] = key
        assert told(await stand.ask(path, max_tokens=1)) == (401, "authentication_error", "invalid_api_key")


async def test_other_paths_there_are_told_in_the_same_shape(stand: Stand) -> None:
    assert told(await stand.client.post(f"{MESSAGES}/batches", json={})) == (404, "not_found_error", "unknown_url")
    assert told(await stand.client.get("/v1/models/nothing", headers=VERSION))[:2] == (404, "not_found_error")


async def test_a_path_in_another_spelling_is_not_the_hot_one(stand: Stand) -> None:
    answer = await stand.client.post("/v1/mess%61ges", json={"model": "chatty", **PROMPT, "max_tokens": 9})
    assert told(answer) == (404, "not_found_error", "not_found")
