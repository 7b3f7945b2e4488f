"""OpenAI's own client asks for usage and costs, under strict validation of every answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise, product
from pathlib import Path

import httpx
import pytest
from openai import APIStatusError, AsyncOpenAI

from tests.api.organization.stand import Stand, standing
from tokenry.base.clock import NS_PER_S
from tokenry.ledger import Award, Receipt, receipt_of
from tokenry.storage import UsageSums

pytestmark = pytest.mark.anyio
DAY_S = 86_400
WIDTHS = {"1m": 60, "1h": 3600, "1d": DAY_S}
USAGE = (
    "completions", "embeddings", "audio_transcriptions", "audio_speeches", "images", "moderations", "vector_stores",
    "code_interpreter_sessions", "file_search_calls", "web_search_calls",
)  # fmt: skip


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    """Both projects of ours have asked for something, and so has somebody else's."""
    async with standing(tmp_path) as stand:
        now = stand.house.clock.now_ns()
        for number, (place, project) in enumerate(
            [
                (stand.ours, stand.ours.projects[0]),
                (stand.ours, stand.ours.projects[1]),
                (stand.theirs, stand.theirs.projects[0]),
            ]
        ):
            award = Award(f"awd_{number}", "a", place.id, project.id, "internal", "active", now, now)
            await stand.house.ledger.grant(award, NS_PER_S)
            key = stand.project_key(project, user_id=place.users["project_member"] if number == 0 else None)
            for n in range(2 + number):
                body = {"model": "chatty", "messages": [{"role": "user", "content": "tell me " * (n + 1)}]}
                answer = await stand.ask("POST", "/v1/chat/completions", key, json=body)
                assert answer.status_code == 200, answer.text
        yield stand


@pytest.fixture
def start(stand: Stand) -> int:
    return stand.house.clock.now_ns() // NS_PER_S - 3 * DAY_S


def admin(stand: Stand, role: str = "owner") -> AsyncOpenAI:
    transport = httpx.ASGITransport(app=stand.serving.app)
    return AsyncOpenAI(
        admin_api_key=stand.ours.keys[role],
        base_url="http://tokenry.test/v1",
        http_client=httpx.AsyncClient(transport=transport),
        max_retries=0,
        _strict_response_validation=True,
    )


def ours(stand: Stand) -> list[Receipt]:
    receipts = [receipt_of(row) for row in stand.house.journal.read() if row.kind == "settle"]
    return [r for r in receipts if r.facts.organization_id == stand.ours.id]


async def test_every_usage_has_its_shape(stand: Stand, start: int) -> None:
    usage, mine = admin(stand).admin.organization.usage, [stand.ours.projects[0].id]
    for resource, (name, width) in product(USAGE, WIDTHS.items()):
        page = await getattr(usage, resource)(
            start_time=start, bucket_width=name, group_by=["project_id"], project_ids=mine
        )
        assert page.object == "page"
        assert page.data
        assert {bucket.end_time - bucket.start_time for bucket in page.data} == {width}
        assert {bucket.start_time % width for bucket in page.data} == {0}
        if resource != "completions":
            assert all(not bucket.results for bucket in page.data)


async def test_usage_is_that_of_the_receipts(stand: Stand, start: int) -> None:
    usage = admin(stand).admin.organization.usage
    receipts = ours(stand)
    assert len(receipts) == 5
    whole = await usage.completions(start_time=start)
    (result,) = [result for bucket in whole.data for result in bucket.results]
    assert result.num_model_requests == 5
    assert result.input_tokens == sum(r.usage.input_tokens for r in receipts)
    assert result.output_tokens == sum(r.usage.output_tokens for r in receipts)
    assert result.project_id is result.model is result.api_key_id is result.user_id is result.batch is None
    fields = ["project_id", "user_id", "api_key_id", "model", "batch", "service_tier", "api_source"]
    split = await usage.completions(start_time=start, group_by=fields)
    found = [result for bucket in split.data for result in bucket.results]
    assert {(r.project_id, r.user_id, r.api_key_id, r.num_model_requests) for r in found} == {
        (project.id, user, key, count)
        for project, user, key, count in (
            (stand.ours.projects[0], stand.ours.users["project_member"], receipts[0].facts.key_id, 2),
            (stand.ours.projects[1], None, receipts[2].facts.key_id, 3),
        )
    }
    assert {(r.model, r.batch, r.service_tier, r.api_source) for r in found} == {
        ("chatty", False, "default", "unlabeled")
    }


async def test_what_is_not_asked_for_is_left_out(stand: Stand, start: int) -> None:
    usage, receipts = admin(stand).admin.organization.usage, ours(stand)

    async def count(**asked: object) -> int:
        page = await usage.completions(start_time=start, **asked)
        return sum(result.num_model_requests for bucket in page.data for result in bucket.results)

    assert await count(project_ids=[stand.ours.projects[1].id]) == 3
    assert await count(project_ids=[p.id for p in stand.ours.projects]) == 5
    assert await count(user_ids=[stand.ours.users["project_member"]]) == 2
    assert await count(api_key_ids=[receipts[0].facts.key_id, "key_of_nobody"]) == 2
    assert await count(models=["chatty"]) == 5
    assert await count(models=["other"]) == 0
    assert await count(batch=True) == 0
    assert await count(batch=False) == 5


async def test_pages_follow_each_other(stand: Stand, start: int) -> None:
    usage = admin(stand).admin.organization.usage
    whole = await usage.completions(start_time=start, bucket_width="1h", limit=168)
    assert not whole.has_more
    assert whole.next_page is None
    found, page = [], None
    for _ in range(100):
        more = {} if page is None else {"page": page}
        part = await usage.completions(start_time=start, bucket_width="1h", limit=10, **more)
        assert len(part.data) <= 10
        found += part.data
        if not part.has_more:
            break
        page = part.next_page
    assert found == whole.data
    assert all(a.end_time == b.start_time for a, b in pairwise(found))


async def test_costs_are_what_was_charged(stand: Stand, start: int) -> None:
    usage, receipts = admin(stand).admin.organization.usage, ours(stand)
    whole = await usage.costs(start_time=start)
    (result,) = [result for bucket in whole.data for result in bucket.results]
    assert result.amount.nano_usd == sum(r.charge for r in receipts) > 0
    assert result.amount.currency == "usd"
    assert Decimal(repr(result.amount.value)) == Decimal(result.amount.nano_usd).scaleb(-9)
    items = await usage.costs(
        start_time=start, group_by=["line_item", "project_id", "api_key_id", "user_id"], limit=180, bucket_width="1d"
    )
    found = [result for bucket in items.data for result in bucket.results]
    assert {r.line_item for r in found} == {"chatty, input", "chatty, output"}
    assert {r.quantity_unit for r in found} == {"tokens"}
    assert sum(r.quantity for r in found if r.line_item == "chatty, input") == sum(
        r.usage.input_tokens for r in receipts
    )
    assert sum(r.amount.nano_usd for r in found) == result.amount.nano_usd
    one = await usage.costs(start_time=start, line_items=["chatty, output"], project_ids=[stand.ours.projects[0].id])
    (output,) = [result for bucket in one.data for result in bucket.results]
    mine = [r for r in receipts if r.facts.project_id == stand.ours.projects[0].id]
    assert output.amount.nano_usd == sum(line.amount for r in mine for line in r.lines if line.meter == "output")


@pytest.mark.parametrize(
    ("role", "requests"),
    [
        ("owner", 5),
        ("auditor", 5),
        ("officer", 5),
        ("member", 0),
        ("reviewer", 0),
        ("project_owner", 2),
        ("project_member", 2),
    ],
)
async def test_everybody_sees_what_is_theirs(stand: Stand, start: int, role: str, requests: int) -> None:
    """A project's owner their project, a member their own use, nobody anything of another organization."""
    usage = admin(stand, role).admin.organization.usage
    page = await usage.completions(start_time=start, group_by=["project_id"])
    assert sum(result.num_model_requests for bucket in page.data for result in bucket.results) == requests
    costs = await usage.costs(start_time=start)
    assert bool([result for bucket in costs.data for result in bucket.results]) == bool(requests)


async def test_another_organizations_project_does_not_exist(stand: Stand, start: int) -> None:
    for role in stand.ours.keys:
        usage = admin(stand, role).admin.organization.usage
        for call in (usage.completions, usage.costs, usage.vector_stores):
            with pytest.raises(APIStatusError) as refused:
                await call(start_time=start, project_ids=[stand.theirs.projects[0].id])
            assert refused.value.status_code == 404
    with pytest.raises(APIStatusError) as refused:
        await admin(stand, "project_member").admin.organization.usage.completions(
            start_time=start, project_ids=[stand.ours.projects[1].id]
        )
    assert refused.value.status_code == 404


NONSENSE: tuple[dict[str, object], ...] = (
    {}, {"start_time": -1}, {"start_time": "soon"}, {"start_time": 5, "end_time": 5},
    {"start_time": 5, "bucket_width": "1y"}, {"start_time": 5, "bucket_width": "1d", "limit": 32},
    {"start_time": 5, "bucket_width": "1h", "limit": 169}, {"start_time": 5, "bucket_width": "1m", "limit": 1441},
    {"start_time": 5, "limit": 0}, {"start_time": 5, "page": "page_7"},
    {"start_time": 5, "page": "page_86400000000"}, {"start_time": 5, "page": "page_²"},
    {"start_time": 5, "group_by": "colour"}, {"start_time": 5, "colour": "red"},
    {"start_time": 2**40}, {"start_time": 5, "project_ids": [str(n) for n in range(101)]},
)  # fmt: skip


async def test_what_makes_no_sense_is_refused_in_words(stand: Stand) -> None:
    for asked in NONSENSE:
        answer = await stand.ask("GET", "/v1/organization/usage/completions", stand.ours.keys["owner"], params=asked)
        assert answer.status_code == 400, (asked, answer.text)
        assert answer.json()["error"]["message"]
    answer = await stand.ask("GET", "/v1/organization/costs?start_time=5&limit=181", stand.ours.keys["owner"])
    assert answer.status_code == 400


async def test_a_page_that_would_be_too_long_is_refused(
    stand: Stand, start: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tokenry.api.organization.spans.ROWS_MAX", 1)
    monkeypatch.setattr("tokenry.api.organization.usage.ROWS_MAX", 1)
    usage = admin(stand).admin.organization.usage
    assert (await usage.completions(start_time=start)).data
    with pytest.raises(APIStatusError, match="more than 1 results"):
        await usage.completions(start_time=start, group_by=["project_id"])


async def test_minutes_that_are_not_kept_are_not_told_as_nothing(stand: Stand) -> None:
    buckets, start = stand.house.buckets, stand.house.clock.now_ns() // NS_PER_S - 3600
    buckets.catch_up()
    buckets.db.add(UsageSums(), replace(buckets.db.state, minutes_from=start + 1800))
    asked = {"start_time": start, "bucket_width": "1m"}
    answer = await stand.ask("GET", "/v1/organization/usage/completions", stand.ours.keys["owner"], params=asked)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "start_time")
    assert "ask for bucket_width=1h or 1d" in answer.json()["error"]["message"]
