"""What data retention says holds: the one content that is kept, an answer under an Idempotency-Key, is not then."""

from __future__ import annotations

import httpx2
import pytest

from tests.api.organization.stand import Stand

pytestmark = pytest.mark.anyio

SAY = {"model": "chatty", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 8}
ALL = "/v1/organization/data_retention"


async def ask(stand: Stand, key: str, order: str, *, stream: bool = False) -> httpx2.Response:
    headers = {"authorization": f"Bearer {key}", "idempotency-key": order}
    return await stand.client.post("/v1/chat/completions", headers=headers, json={**SAY, "stream": stream})


def said(answer: httpx2.Response) -> list[str]:
    """The lines of an answer, less the comment of a stream, which tells of the charge."""
    return [line for line in answer.text.splitlines() if line and not line.startswith(":")]


async def say(stand: Stand, path: str, word: str) -> None:
    answer = await stand.ask("POST", path, stand.ours.keys["owner"], json={"retention_type": word})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("organization", "project", "kept"),
    [
        (None, None, True),
        ("zero_data_retention", None, False),
        ("enhanced_zero_data_retention", "organization_default", False),
        ("zero_data_retention", "modified_abuse_monitoring", True),
        (None, "zero_data_retention", False),
        ("modified_abuse_monitoring", "enhanced_zero_data_retention", False),
        ("zero_data_retention", "none", True),
    ],
)
async def test_an_answer_is_given_again_only_where_content_is_kept(
    stand: Stand, stream: bool, organization: str | None, project: str | None, kept: bool
) -> None:
    place = stand.house.first.project
    key = stand.project_key(place)
    if organization is not None:
        await say(stand, ALL, organization)
    if project is not None:
        await say(stand, f"/v1/organization/projects/{place.id}/data_retention", project)
    first = await ask(stand, key, "order", stream=stream)
    assert first.status_code == 200, first.text
    again = await ask(stand, key, "order", stream=stream)
    if kept:
        assert (again.status_code, again.headers["idempotent-replayed"]) == (200, "true")
        assert said(again) == said(first)
    else:
        assert (again.status_code, again.json()["error"]["code"]) == (409, "idempotency_not_kept")
    assert stand.house.ledger.stats.settles == 1, "the second was charged"


async def test_what_was_kept_before_is_not_given_any_more(stand: Stand) -> None:
    key = stand.project_key(stand.house.first.project)
    assert (await ask(stand, key, "order")).status_code == 200
    await say(stand, ALL, "zero_data_retention")
    again = await ask(stand, key, "order")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "idempotency_not_kept")
