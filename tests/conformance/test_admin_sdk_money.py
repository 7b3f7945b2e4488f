"""OpenAI's own client sets spend limits and alerts, under strict validation of every answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openai import AsyncOpenAI, BadRequestError, NotFoundError

from tests.api.organization.stand import Stand, standing

pytestmark = pytest.mark.anyio

MONTH: dict[str, Any] = {"currency": "USD", "interval": "month"}
CHANNEL: dict[str, Any] = {"type": "email", "recipients": ["budget@example.org"], "subject_prefix": "[cap]"}


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with standing(tmp_path) as stand:
        yield stand


def admin(stand: Stand, role: str = "owner") -> AsyncOpenAI:
    return AsyncOpenAI(
        admin_api_key=stand.ours.keys[role],
        base_url="http://tokenry.test/v1",
        http_client=httpx.AsyncClient(transport=httpx.ASGITransport(app=stand.serving.app)),
        max_retries=0,
        _strict_response_validation=True,
    )


async def test_the_spend_limit_of_the_organization_and_of_a_project(stand: Stand) -> None:
    organization, project = admin(stand).admin.organization, stand.ours.projects[0].id
    whole, one = organization.spend_limit, organization.projects.spend_limit
    with pytest.raises(NotFoundError):
        await whole.retrieve()
    made = await whole.update(threshold_amount=50_000, **MONTH)
    assert (made.object, made.threshold_amount) == ("organization.spend_limit", 50_000)
    assert made.enforcement.status == "inactive"
    assert await whole.retrieve() == made
    within = await one.update(project_id=project, threshold_amount=1000, **MONTH)
    assert (within.object, within.threshold_amount) == ("project.spend_limit", 1000)
    assert await one.retrieve(project_id=project) == within
    assert (await one.delete(project_id=project)).deleted
    with pytest.raises(NotFoundError):
        await one.retrieve(project_id=project)
    with pytest.raises(NotFoundError):
        await one.retrieve(project_id=stand.theirs.projects[0].id)
    with pytest.raises(BadRequestError):
        await whole.update(threshold_amount=-1, **MONTH)
    assert (await whole.delete()).object == "organization.spend_limit.deleted"


async def test_spend_alerts_of_the_organization_and_of_a_project(stand: Stand) -> None:
    organization, project = admin(stand).admin.organization, stand.ours.projects[0].id
    whole, within = organization.spend_alerts, organization.projects.spend_alerts
    made = [
        await whole.create(threshold_amount=cents, notification_channel=CHANNEL, **MONTH) for cents in (100, 200, 300)
    ]
    assert made[0].notification_channel.recipients == ["budget@example.org"]
    assert [alert.id async for alert in whole.list(limit=2)] == [alert.id for alert in made], "the client turns pages"
    newest = await whole.list(order="desc", limit=1)
    assert [alert.id for alert in newest.data] == [made[2].id]
    changed = await whole.update(made[0].id, threshold_amount=150, notification_channel=CHANNEL, **MONTH)
    assert (await whole.retrieve(made[0].id)) == changed
    assert (await whole.delete(made[0].id)).deleted
    one = await within.create(project_id=project, threshold_amount=100, notification_channel=CHANNEL, **MONTH)
    assert one.object == "project.spend_alert"
    assert [alert.id async for alert in within.list(project_id=project)] == [one.id]
    assert (await within.retrieve(one.id, project_id=project)).threshold_amount == 100
    two = await within.update(one.id, project_id=project, threshold_amount=200, notification_channel=CHANNEL, **MONTH)
    assert two.threshold_amount == 200
    assert (await within.delete(one.id, project_id=project)).object == "project.spend_alert.deleted"
    with pytest.raises(NotFoundError):
        await within.retrieve(one.id, project_id=project)
