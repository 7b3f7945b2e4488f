"""Every path of OpenAI's document is served, or says which feature is missing and whether it is planned; never both."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Match

from tokenry.api.openai.unserved import FEATURES, features, unserved
from tokenry.app.fleet import Fleet
from tokenry.app.house import opened, read_config
from tokenry.app.serving import Serving

pytestmark = pytest.mark.anyio

# Method and path of each operation of OpenAI's OpenAPI document 2.3.0, `?beta=true` and all.
OPERATIONS = [tuple(line.split()) for line in Path(__file__).with_name("paths.txt").read_text("utf-8").splitlines()]
CONFIGURATION = '[[provider]]\nname = "s"\ndialect = "scripted"\n'


@pytest.fixture
async def serving(tmp_path: Path) -> AsyncIterator[Serving]:
    (tmp_path / "tokenry.toml").write_text(CONFIGURATION, encoding="utf-8")
    config, path = read_config(tmp_path, None)
    async with opened(tmp_path, config, path) as house:
        made = Serving(house, Fleet(house.artifacts))
        yield made
        await made.close()


def is_served(serving: Serving, app: Starlette, method: str, path: str) -> bool:
    scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b""}
    if any(route.matches(scope)[0] is Match.FULL for route in app.routes):
        return True
    return method == "POST" and serving.inference.serves(path)


async def test_every_operation_is_served_or_told_of(serving: Serving) -> None:
    app = serving.surface.app()
    transport = httpx2.ASGITransport(app=serving.app)
    served = 0
    async with httpx2.AsyncClient(transport=transport, base_url="http://house") as http:
        for method, documented in OPERATIONS:
            path = re.sub(r"\{\w+\}", "some", documented)
            bare = path.partition("?")[0]
            if is_served(serving, app, method, bare):
                served += 1
                assert not list(features(method, bare)), f"{method} {documented} is served: take it out of the table"
                continue
            answer = await http.request(method, path)
            assert answer.status_code == 501, f"{method} {documented}"
            error = answer.json()["error"]
            assert error["code"] == "not_built"
            assert re.search(r" not built here\. It is (not )?planned", error["message"])
            assert answer.headers["x-should-retry"] == "false"
    assert served > 150


def test_each_row_of_the_table_stands_for_something_of_theirs() -> None:
    found = {feature for method, path in OPERATIONS for feature in features(method, re.sub(r"\{\w+\}", "x", path))}
    assert found == set(FEATURES)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/zork"), ("GET", "/v1/assistantships"), ("PUT", "/v1/videos"), ("GET", "/v1/models"), ("GET", "/")],
)
def test_what_is_none_of_theirs_is_none_of_ours(method: str, path: str) -> None:
    assert unserved(method, path) is None


def test_the_docs_list_every_feature() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "api.md").read_text("utf-8")
    listed = page.partition("## What is not built")[2]
    missing = [path for feature in FEATURES for path in feature.paths if path not in listed and path not in page]
    assert not missing
