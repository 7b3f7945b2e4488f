"""Chat completions with `store: true`: kept as they were given, whole or streamed; found by metadata; deleted."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from tests.api.organization.stand import Stand
from tokenry.access import local_actor, set_project_retention
from tokenry.base.clock import NS_PER_S

pytestmark = pytest.mark.anyio

MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Say something."}]


async def chat(stand: Stand, key: str, **more: Any) -> Any:
    body = {"model": "chatty", "messages": MESSAGES, "max_tokens": 16, **more}
    answer = await stand.ask("POST", "/v1/chat/completions", key, json=body)
    assert answer.status_code == 200, answer.text
    return answer


async def stored(stand: Stand, key: str, query: str = "") -> list[dict[str, Any]]:
    answer = await stand.ask("GET", f"/v1/chat/completions{query}", key)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def events(text: str) -> list[dict[str, Any]]:
    lines = [line.removeprefix("data: ") for line in text.split("\n") if line.startswith("data: {")]
    return [msgspec.json.decode(line) for line in lines]


async def test_a_whole_answer_is_kept_as_it_was_given(stand: Stand) -> None:
    key = stand.project_key(stand.house.first.project)
    given = (await chat(stand, key, store=True, metadata={"topic": "greeting", "run": "1"})).json()
    [kept] = await stored(stand, key)
    assert kept == given | {"metadata": {"topic": "greeting", "run": "1"}}
    assert (await stand.ask("GET", f"/v1/chat/completions/{given['id']}", key)).json() == kept


async def test_a_streamed_answer_is_kept_as_it_would_have_been_whole(stand: Stand) -> None:
    key = stand.project_key(stand.house.first.project)
    options = {"stream": True, "stream_options": {"include_usage": True}}
    chunks = events((await chat(stand, key, store=True, **options)).text)
    [kept] = await stored(stand, key)
    said = "".join(one["choices"][0]["delta"].get("content") or "" for one in chunks if one["choices"])
    assert (kept["object"], kept["id"]) == ("chat.completion", chunks[0]["id"])
    assert said
    assert kept["choices"][0]["message"]["content"] == said
    assert kept["usage"] == chunks[-1]["usage"]
    assert kept["model"] == "chatty"


async def test_its_messages_can_be_read_again(stand: Stand) -> None:
    key = stand.project_key(stand.house.first.project)
    parts = [{"type": "text", "text": "Look:"}, {"type": "text", "text": "there."}]
    given = (await chat(stand, key, store=True, messages=[*MESSAGES, {"role": "user", "content": parts}])).json()
    path = f"/v1/chat/completions/{given['id']}/messages"
    told = (await stand.ask("GET", path, key)).json()["data"]
    assert [(one["role"], one["content"]) for one in told] == [
        ("system", "Be brief."), ("user", "Say something."), ("user", "Look:\nthere."),
    ]  # fmt: skip
    assert told[2]["content_parts"] == parts
    page = (await stand.ask("GET", f"{path}?limit=1&after={told[0]['id']}", key)).json()
    assert ([one["id"] for one in page["data"]], page["has_more"]) == ([told[1]["id"]], True)


async def test_it_is_found_by_metadata_changed_and_deleted(stand: Stand) -> None:
    key = stand.project_key(stand.house.first.project)
    ids = []
    for n in ("1", "2"):
        asked = {"messages": [*MESSAGES, {"role": "user", "content": n}], "metadata": {"n-th run": n}}
        ids.append((await chat(stand, key, store=True, **asked)).json()["id"])
    [found] = await stored(stand, key, "?metadata[n-th run]=2")
    assert found["id"] == ids[1]
    assert await stored(stand, key, "?model=other") == []
    changed = await stand.ask("POST", f"/v1/chat/completions/{ids[0]}", key, json={"metadata": {"a": "b"}})
    assert changed.json()["metadata"] == {"a": "b"}
    assert [one["id"] for one in await stored(stand, key, "?metadata[a]=b")] == [ids[0]]
    assert [one["id"] for one in await stored(stand, key, "?order=desc")] == ids[::-1]
    many = "&".join(f"metadata[{n}]=x" for n in range(2000))
    assert (await stand.ask("GET", f"/v1/chat/completions?{many}", key)).status_code == 400
    for odd in ("a%22b", "a%5Cb", "a%00b"):
        assert (await stand.ask("GET", f"/v1/chat/completions?metadata[{odd}]=c", key)).status_code == 400
    assert await stored(stand, key, "?metadata[$.a 'x' 😀 ;--]=c") == []
    assert (await stand.ask("DELETE", f"/v1/chat/completions/{ids[0]}", key)).json() == {
        "id": ids[0], "object": "chat.completion.deleted", "deleted": True,
    }  # fmt: skip
    assert (await stand.ask("GET", f"/v1/chat/completions/{ids[0]}", key)).status_code == 404


@pytest.mark.parametrize("said", [{}, {"store": False}, {"store": None}])
async def test_nothing_is_kept_that_nobody_asked_for(stand: Stand, said: dict[str, Any]) -> None:
    key = stand.project_key(stand.house.first.project)
    await chat(stand, key, **said)
    assert await stored(stand, key) == []


async def test_nor_where_no_content_is_kept(stand: Stand) -> None:
    project = stand.house.first.project
    key = stand.project_key(project)
    set_project_retention(stand.house.desk, local_actor(stand.ours.id), project, "zero_data_retention")
    stand.serving.rooms().refresh()
    await chat(stand, key, store=True)
    await chat(stand, key, store=True, stream=True)
    assert await stored(stand, key) == []


@pytest.mark.parametrize("metadata", [{"k": 1}, {"k" * 65: "v"}, {"k": "v" * 513}, {str(n): "" for n in range(17)}, []])
async def test_metadata_that_cannot_be_kept_is_refused(calm: Stand, metadata: Any) -> None:
    key = calm.project_key(calm.ours.projects[0])
    body = {"model": "chatty", "messages": MESSAGES, "store": True, "metadata": metadata}
    answer = await calm.ask("POST", "/v1/chat/completions", key, json=body)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "metadata"), answer.text


async def test_a_store_that_fails_takes_nobody_his_answer(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise ValueError("no")

    key = stand.project_key(stand.house.first.project)
    monkeypatch.setattr(stand.house.objects.completions, "store", full)
    await chat(stand, key, store=True)
    await chat(stand, key, store=True, stream=True)


async def test_it_ends_with_its_time(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    key, clock = stand.project_key(stand.house.first.project), stand.house.clock
    given = (await chat(stand, key, store=True)).json()
    later = clock.now_ns() + 30 * 86_400 * NS_PER_S + 1
    monkeypatch.setattr(type(clock), "now_ns", lambda _self: later)
    assert await stored(stand, key) == []
    assert (await stand.ask("GET", f"/v1/chat/completions/{given['id']}", key)).status_code == 404
    assert stand.house.objects.completions.expire() == 1
    await asyncio.to_thread(stand.house.objects.sweep)
