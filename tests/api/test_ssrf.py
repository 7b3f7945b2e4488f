"""SSRF: of all that callers name, the server itself goes to webhooks alone, and to none in a private place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.organization.conftest import anyio_backend, calm
from tests.api.organization.stand import Stand
from tests.api.workspace.chatting import fund
from tests.notify.peers import WebServer, listening
from tokenry.api.documents import openapi
from tokenry.config import Webhooks
from tokenry.notify.calling import Call, Caller

__all__ = ["anyio_backend", "calm"]

pytestmark = pytest.mark.anyio

ADDRESS = re.compile(r"url|uri|href|link|issuer|host|endpoint|callback|redirect|server")
CALLED = {("POST /v1/tokenry/webhooks", "url"), ("POST /v1/tokenry/webhooks/{webhook_id}", "url")}
NO_ADDRESS = {  # paths of this API, such as `chat.completions`
    ("POST /v1/batches", "endpoint"), ("POST /v1/tokenry/awards", "endpoints"),
    ("POST /v1/tokenry/programmes", "endpoints"), ("POST /v1/tokenry/programmes/{programme_id}", "endpoints"),
}  # fmt: skip
SHOWN = {("POST /v1/tokenry/me/award_reports/{report_id}/submit", "links")}  # to people, who follow them or not
PRIVATE = (
    "https://127.0.0.1/", "https://[::1]/", "https://0.0.0.0/", "https://10.1.2.3/", "https://192.168.0.1/",
    "https://169.254.169.254/latest/meta-data", "https://[fd00:ec2::254]/", "https://[::ffff:7f00:1]/",
    "https://[64:ff9b::a9fe:a9fe]/", "https://localhost/", "https://a.localhost/", "http://public.example/",
    "file:///etc/passwd", "gopher://127.0.0.1:11211/_stats", "https://user@10.0.0.1/", "//10.0.0.1/", "",
)  # fmt: skip
DISGUISED = ("https://2130706433/", "https://0x7f000001/", "https://127.1/", "https://0177.0.0.1/")


def named(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every member of every body, and every parameter, that is called like an address."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method.upper()} {path}"
            for parameter in operation.get("parameters", ()):
                yield where, parameter["name"]
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield from ((where, name) for name in members(document, content["schema"], frozenset()))


def members(document: dict[str, Any], schema: Any, seen: frozenset[str]) -> Iterator[str]:
    if isinstance(schema, list):
        for one in schema:
            yield from members(document, one, seen)
    if not isinstance(schema, dict):
        return
    reference = schema.get("$ref")
    if reference is not None and reference not in seen:
        component = document["components"]["schemas"][reference.rpartition("/")[2]]
        yield from members(document, component, seen | {reference})
    for name, one in schema.get("properties", {}).items():
        yield name
        yield from members(document, one, seen)
    for part in ("items", "prefixItems", "additionalProperties", "anyOf", "oneOf", "allOf"):
        yield from members(document, schema.get(part), seen)


def test_every_field_that_may_hold_an_address_is_known() -> None:
    """A new one is either never gone to, or is judged as a webhook's is: then it belongs into the tests below."""
    found = {(where, name) for where, name in named(openapi()) if ADDRESS.search(name)}
    assert found == CALLED | NO_ADDRESS | SHOWN


@pytest.mark.parametrize("url", PRIVATE)
async def test_no_webhook_is_put_into_a_private_place(calm: Stand, url: str) -> None:
    owner, path = calm.ours.keys["owner"], "/v1/tokenry/webhooks"
    made = await calm.ask("POST", path, owner, json={"url": "https://hooks.example.org/in"})
    for where in (path, f"{path}/{made.json()['id']}"):
        answer = await calm.ask("POST", where, owner, json={"url": url})
        assert answer.status_code == 400, answer.text
        assert answer.json()["error"]["param"] == "url"
    kept = (await calm.ask("GET", f"{path}/{made.json()['id']}", owner)).json()["url"]
    assert kept == "https://hooks.example.org/in"
    await calm.ask("DELETE", f"{path}/{made.json()['id']}", owner)


@pytest.mark.parametrize("url", DISGUISED)
async def test_a_number_that_is_an_address_is_judged_when_it_is_looked_up(url: str) -> None:
    """What the URL does not show, the system's own look-up does; it is asked here as in earnest."""
    caller = Caller()
    outcome = await caller.call(Call(url, {}, b""), Webhooks())
    caller.close()
    assert outcome.kind == "again"
    assert re.match(
        r"not called: .* is at 127\.0\.0\.1, an address of this machine|the name .* cannot be", outcome.answer
    )


async def test_nothing_that_a_prompt_names_is_fetched(calm: Stand) -> None:
    """Pictures and files by address are the provider's to fetch, or are refused; the server goes nowhere for them."""
    await fund(calm)
    key, trap = calm.project_key(calm.ours.projects[0]), WebServer()
    async with listening(trap):
        image = {"type": "image_url", "image_url": {"url": trap.url}}
        source = {"type": "image", "source": {"type": "url", "url": trap.url}}
        seen, file = {"type": "input_image", "image_url": trap.url}, {"type": "input_file", "file_url": trap.url}
        for path, member, part, status in (
            ("chat/completions", "messages", image, 200), ("messages", "messages", source, 200),
            ("responses", "input", seen, 200), ("responses", "input", file, 400),
        ):  # fmt: skip
            most = "max_output_tokens" if path == "responses" else "max_tokens"
            body = {"model": "chatty", most: 16, member: [{"role": "user", "content": [part]}]}
            answer = await calm.ask("POST", f"/v1/{path}", key, json=body)
            assert answer.status_code == status, answer.text
    assert trap.calls == []
