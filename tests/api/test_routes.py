"""The surface over real rooms in a folder: models, receipts, health, documents, errors; and real answers' shapes."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from tokenry.access import NewKey
from tokenry.api.documents import openapi
from tokenry.api.documents.catalogue import operations
from tokenry.api.openai.answers import Error, ModelList
from tokenry.api.openai.answers import Model as ModelAnswer
from tokenry.api.receipts import RequestReceipt
from tokenry.app.fleet import Fleet
from tokenry.app.house import House, opened, price_version, read_config
from tokenry.app.serving import Serving

pytestmark = pytest.mark.anyio

CONFIGURATION = """
[[provider]]
name = "script"
dialect = "scripted"

[[model]]
name = "chatty"
aliases = ["org/chatty", "c"]
price = { input = 1, output = 2 }
max_output_tokens = 64
deployments = [{ provider = "script", model = "scripted" }]

[[model]]
name = "secret"
price = { input = 1, output = 2 }
deployments = [{ provider = "script", model = "scripted" }]

[[model]]
name = "failing"
price = { input = 1, output = 2 }
deployments = [{ provider = "script", model = "scripted?error=500" }]

[[model]]
name = "refusing"
price = { input = 1, output = 2 }
deployments = [{ provider = "script", model = "scripted?error=418" }]

[[model]]
name = "vectors"
kind = "embedding"
price = { input = 1 }
deployments = [{ provider = "script", model = "scripted" }]
"""
SAY = {"model": "chatty", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 8}


@dataclass
class Stand:
    """A running house and a client that holds one of its keys."""

    house: House
    serving: Serving
    client: httpx2.AsyncClient

    def key(self, **more: Any) -> dict[str, str]:
        """The header of a fresh key of the first project, or of what `more` says."""
        new = NewKey(**{"name": "test", "project_id": self.house.first.project.id, **more})
        return {"authorization": f"Bearer {self.house.keys.create(new)[1]}"}

    async def say(self, **more: Any) -> httpx2.Response:
        answer = await self.client.post("/v1/chat/completions", json={**SAY, **more})
        assert answer.status_code == 200, answer.text
        return answer


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
            made = Stand(house, serving, client)
            client.headers.update(made.key())
            yield made
        await fleet.stop(fleet.engines.values(), 0.0)


def told(answer: httpx2.Response) -> tuple[int, str | None]:
    """Status and code of an error, whose envelope is whole."""
    error = msgspec.json.decode(answer.content, type=Error, strict=True).error
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}
    assert error.message
    return answer.status_code, error.code


class TestModels:
    async def test_a_key_sees_every_model_once(self, stand: Stand) -> None:
        answer = await stand.client.get("/v1/models")
        listed = msgspec.json.decode(answer.content, type=ModelList)
        assert [model.id for model in listed.data] == ["chatty", "secret", "failing", "refusing", "vectors"]
        assert {model.owned_by for model in listed.data} == {"script"}
        assert answer.headers["x-request-id"].startswith("req_")

    async def test_a_key_with_a_list_sees_those_alone(self, stand: Stand) -> None:
        headers = stand.key(models=("chatty",))
        answer = await stand.client.get("/v1/models", headers=headers)
        assert [model["id"] for model in answer.json()["data"]] == ["chatty"]
        hidden = await stand.client.get("/v1/models/secret", headers=headers)
        missing = await stand.client.get("/v1/models/nothing", headers=headers)
        assert told(hidden) == told(missing) == (404, "model_not_found")
        assert hidden.text.replace("secret", "nothing") == missing.text

    @pytest.mark.parametrize("name", ["chatty", "c", "org/chatty", "org%2Fchatty"])
    async def test_one_by_name_or_alias(self, stand: Stand, name: str) -> None:
        answer = await stand.client.get(f"/v1/models/{name}")
        assert msgspec.json.decode(answer.content, type=ModelAnswer).id == "chatty"

    async def test_one_that_is_not_there(self, stand: Stand) -> None:
        answer = await stand.client.get("/v1/models/chaty")
        assert told(answer) == (404, "model_not_found")
        assert "Did you mean 'chatty'?" in answer.text


class TestReceipts:
    async def test_it_adds_up_and_agrees_with_the_answer(self, stand: Stand) -> None:
        answer = await stand.say()
        request_id = answer.headers["x-request-id"]
        got = await stand.client.get(f"/v1/tokenry/receipts/{request_id}")
        receipt = msgspec.json.decode(got.content, type=RequestReceipt)
        usage = answer.json()["usage"]
        assert receipt.id == request_id
        assert (receipt.model, receipt.outcome, receipt.status, receipt.stream) == ("chatty", "completed", 200, False)
        assert receipt.usage.input_tokens == usage["prompt_tokens"] > 0
        assert receipt.usage.output_tokens == usage["completion_tokens"] > 0
        assert receipt.usage.total_tokens == usage["total_tokens"]
        assert receipt.charge_nanousd == usage["prompt_tokens"] * 1000 + usage["completion_tokens"] * 2000
        assert receipt.charge_nanousd == sum(line.amount_nanousd for line in receipt.lines)
        assert receipt.charge_nanousd == int(answer.headers["x-tokenry-charge-nanousd"])
        assert receipt.charge_usd == f"{receipt.charge_nanousd / 10**9:.9f}".rstrip("0")
        assert [share.posted_nanousd for share in receipt.accounts] == [receipt.charge_nanousd]
        assert receipt.prompt_seen_by == ["script"]
        assert (receipt.project_id, receipt.deployment) == (stand.house.first.project.id, "script/scripted")
        assert set(got.json()) == set(RequestReceipt.__struct_fields__)

    async def test_a_stream_has_one_too(self, stand: Stand) -> None:
        answer = await stand.say(stream=True)
        got = await stand.client.get(f"/v1/tokenry/receipts/{answer.headers['x-request-id']}")
        assert f"charge_nanousd={got.json()['charge_nanousd']} " in answer.text
        assert got.json()["stream"] is True

    async def test_another_project_does_not_see_it(self, stand: Stand) -> None:
        request_id = (await stand.say()).headers["x-request-id"]
        other = stand.house.directory.create_project(stand.house.first.organization.id, "other")
        stand.house.keys.load()
        headers = stand.key(project_id=other.id)
        theirs = await stand.client.get(f"/v1/tokenry/receipts/{request_id}", headers=headers)
        assert told(theirs) == (404, "not_found")

    @pytest.mark.parametrize("name", ["x", "req_", "req_" + "0" * 26, "awd_" + "0" * 26, "%00", "é" * 500, "a%2Fb"])
    async def test_what_is_no_receipt_of_ours(self, stand: Stand, name: str) -> None:
        answer = await stand.client.get(f"/v1/tokenry/receipts/{name}")
        assert answer.status_code == 404
        assert told(answer)[1] in ("not_found", "unknown_url")
        assert len(answer.content) < 800


class TestDoor:
    @pytest.mark.parametrize("path", ["/v1/models", "/v1/models/chatty", "/v1/tokenry/receipts/x"])
    @pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer sk-tok-nothing", "Basic eDp5", "Bearer é"])
    async def test_no_key_opens_nothing(self, stand: Stand, path: str, value: str | None) -> None:
        del stand.client.headers["authorization"]
        headers = {} if value is None else {"authorization": value.encode("latin-1")}
        answer = await stand.client.get(path, headers=headers)
        assert told(answer) == (401, "invalid_api_key")
        assert answer.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/"])
    async def test_what_needs_no_key(self, stand: Stand, path: str) -> None:
        del stand.client.headers["authorization"]
        assert (await stand.client.get(path)).status_code == 200

    async def test_nothing_there(self, stand: Stand) -> None:
        for path in ("/nothing", "/v1", "/v1/answers", "/v1/chat/completions/", "/docs/../x"):
            assert told(await stand.client.get(path)) == (404, "unknown_url"), path

    async def test_not_with_this_method(self, stand: Stand) -> None:
        for method, path in (
            ("POST", "/v1/models"),
            ("DELETE", "/docs"),
            ("GET", "/v1/completions"),
            ("PUT", "/v1/embeddings"),
        ):
            assert told(await stand.client.request(method, path)) == (405, "method_not_allowed"), path

    async def test_what_a_path_takes_instead(self, stand: Stand) -> None:
        for path, takes in (
            ("/v1/completions", "POST"),
            ("/v1/responses/input_tokens", "POST"),
            ("/v1/files", "POST, GET, HEAD"),
            ("/v1/responses/resp_1", "GET, HEAD, DELETE"),
        ):
            answer = await stand.client.request("PATCH", path)
            assert answer.headers["allow"] == takes
            assert answer.json()["error"]["message"].endswith(f"it takes {takes}")

    async def test_head_is_get_without_a_body(self, stand: Stand) -> None:
        answer = await stand.client.head("/v1/models")
        assert (answer.status_code, answer.content) == (200, b"")

    async def test_a_fault_of_ours_is_told_as_one(self, stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
        def fault(*_: object) -> None:
            raise RuntimeError("the secret words of a fault")

        monkeypatch.setattr(type(stand.house.ledger), "receipt", fault)
        answer = await stand.client.get("/v1/tokenry/receipts/req_" + "0" * 26)
        assert told(answer) == (500, "internal_error")
        assert "secret words" not in answer.text


class TestHealth:
    async def test_ready(self, stand: Stand) -> None:
        answer = await stand.client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json() == {
            "status": "ready",
            "checks": {"serving": "ok", "ledger": "ok", "engines": "ok"},
            "engines": {"script": "ready"},
        }

    async def test_draining(self, stand: Stand) -> None:
        stand.serving.surface.draining = True
        answer = await stand.client.get("/readyz")
        assert (answer.status_code, answer.json()["checks"]["serving"]) == (503, "draining")
        assert (await stand.client.get("/healthz")).text == "ok\n"

    async def test_no_engine(self, stand: Stand) -> None:
        await stand.serving.fleet.engines["script"].stop()
        answer = await stand.client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"]["engines"] == "none is ready: script"

    async def test_metrics_count_what_was_asked(self, stand: Stand) -> None:
        await stand.say()
        answer = await stand.client.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert (
            'tokenry_requests_total{endpoint="chat.completions",model="chatty",outcome="completed"} 1\n' in answer.text
        )


class TestDocuments:
    async def test_the_document(self, stand: Stand) -> None:
        answer = await stand.client.get("/openapi.json")
        assert answer.headers["content-type"] == "application/json"
        assert answer.json() == openapi()

    async def test_the_page(self, stand: Stand) -> None:
        answer = await stand.client.get("/docs")
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.text.startswith("<!doctype html>")
        style = answer.text.partition("<style>")[2].partition("</style>")[0]
        digest = b64encode(sha256(style.encode()).digest()).decode()
        assert f"default-src 'none'; style-src 'sha256-{digest}';" in answer.headers["content-security-policy"]


EMBED = {"model": "vectors", "input": "hi"}
REAL: list[tuple[str, str, Any, int]] = [
    ("POST", "/v1/chat/completions", SAY, 200),
    ("POST", "/v1/chat/completions", {**SAY, "stream": True, "stream_options": {"include_usage": True}}, 200),
    ("POST", "/v1/chat/completions", {**SAY, "n": 2, "logprobs": True}, 200),
    ("POST", "/v1/chat/completions", {**SAY, "max_tokens": -1}, 400),
    ("POST", "/v1/chat/completions", {**SAY, "model": "nothing"}, 404),
    ("POST", "/v1/chat/completions", {**SAY, "model": "failing"}, 502),
    ("POST", "/v1/chat/completions", {**SAY, "model": "refusing"}, 418),
    ("POST", "/v1/completions", {"model": "chatty", "prompt": "hi"}, 200),
    ("POST", "/v1/completions", {"model": "chatty", "prompt": "hi", "stream": True}, 200),
    ("POST", "/v1/completions", {"model": "vectors", "prompt": "hi"}, 400),
    ("POST", "/v1/embeddings", EMBED, 200),
    ("POST", "/v1/embeddings", {**EMBED, "encoding_format": "base64"}, 200),
    ("POST", "/v1/embeddings", {**EMBED, "input": []}, 400),
    ("GET", "/v1/models", None, 200),
    ("GET", "/v1/models/{model:path}", None, 404),
    ("GET", "/v1/tokenry/receipts/{request_id}", None, 404),
    ("GET", "/healthz", None, 200),
    ("GET", "/readyz", None, 200),
    ("GET", "/metrics", None, 200),
    ("GET", "/openapi.json", None, 200),
    ("GET", "/docs", None, 200),
    ("GET", "/", None, 200),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), REAL, ids=lambda value: str(value)[:40])
async def test_a_real_answer_is_as_the_document_says(
    stand: Stand, method: str, path: str, body: Any, status: int
) -> None:
    operation = next(one for one in operations() if (one.method, one.path) == (method, path))
    asked = path.replace("{model:path}", "nothing").replace("{request_id}", "nothing")
    answer = await stand.client.request(method, asked, json=body)
    assert answer.status_code == status, answer.text
    entry = next(e for m in openapi()["paths"].values() for e in m.values() if e["operationId"] == operation.name)
    response = entry["responses"].get(str(status)) or entry["responses"]["4XX"]
    media = answer.headers["content-type"].partition("; charset")[0]
    assert media in response["content"]
    ours = {name for name in answer.headers if name.startswith(("x-", "openai-"))}
    assert ours <= set(response.get("headers", ()))
    if status >= 400 and path != "/readyz":
        told(answer)
        return
    promised = next(one for a in operation.answers for one in a.bodies if one.media == media)
    if promised.event is not None:
        lines = [line[6:] for line in answer.text.split("\n") if line.startswith("data: ")]
        assert lines.pop() == "[DONE]"
        for line in lines:
            msgspec.json.decode(line, type=promised.event)
    elif promised.kind is not None:
        msgspec.json.decode(answer.content, type=promised.kind)


async def test_the_headers_of_every_inference_answer_are_all_there(stand: Stand) -> None:
    entry = openapi()["paths"]["/v1/chat/completions"]["post"]["responses"]["200"]["headers"]
    answer = await stand.say()
    only_then = {"idempotent-replayed", "x-tokenry-downgraded-from", "x-tokenry-low-priority"}
    only_then |= {"x-tokenry-charge-tokens", "x-tokenry-remaining-tokens", "x-tokenry-tools-left-out"}
    assert only_then < set(entry)
    assert set(entry) - only_then <= set(answer.headers)
    twice = [
        await stand.client.post("/v1/chat/completions", json=SAY, headers={"idempotency-key": "k"}) for _ in range(2)
    ]
    assert twice[1].headers["idempotent-replayed"] == "true"
    assert json.loads(twice[0].content) == json.loads(twice[1].content)
