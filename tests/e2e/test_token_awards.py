"""An award of 10^12 tokens on a real server with OpenAI's own client: chat, streams, a hang-up, the three ways of an
exhausted award, kill -9 in mid-stream; afterwards receipts, books, usage and costs agree to the token."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx2
import openai
import pytest

from tests.e2e.harness import Key, Server, configured, scripted
from tokenry.access import local_actor
from tokenry.app.fleet import Fleet
from tokenry.app.house import House, opened, read_config
from tokenry.app.serving import Serving
from tokenry.ledger import LOW_PRIORITY, Award, Receipt, Unit, Weights, check, receipt_of

TRILLION = 10**12
SLOW = "words=400&delay_ms=10"
CONFIG = configured(
    scripted("chatty", "words=5"), scripted("slow", SLOW), scripted("unpriced", "words=3", price=None),
    scripted("blocked", "words=5"), scripted("big", "words=5"), scripted("spare", SLOW),
    top="[starter]\nenabled = false\naward_usd = 0\n",
)  # fmt: skip
AWARDS: tuple[tuple[dict[str, Any], int], ...] = (
    ({"id": "awd_main", "models": ("chatty", "slow", "unpriced")}, TRILLION),
    ({"id": "awd_weighed", "models": ("chatty",), "purposes": ("study",), "priority": 1,
      "weights": Weights(input=250, output=3000)}, TRILLION),
    ({"id": "awd_blocked", "models": ("blocked",)}, 7),
    ({"id": "awd_big", "models": ("big",), "on_exhaustion": "downgrade", "downgrade_to": "chatty"}, 7),
    ({"id": "awd_spare", "models": ("spare",), "on_exhaustion": "low_priority"}, 7),
    ({"id": "awd_paid", "models": ("spare",), "purposes": ("paid",), "priority": 1}, TRILLION),
    ({"id": "awd_slow", "models": ("blocked",), "purposes": ("metered",), "priority": 1,
      "requests_per_minute": 1}, TRILLION),
)  # fmt: skip
GO: list[Any] = [{"role": "user", "content": "go"}]


@pytest.fixture
def server(start: Callable[..., Server]) -> Server:
    """A server whose first project has those awards."""
    server = start(CONFIG)
    assert server.stop() == 0

    async def grant(house: House) -> None:
        for terms, amount in AWARDS:
            award = Award(**{
                "name": terms["id"], "organization_id": house.first.organization.id, "category": "award",
                "project_id": house.first.project.id, "state": "active", "created_at": 0, "effective_at": 0,
                "unit": Unit.TOKENS, **terms,
            })  # fmt: skip
            await house.ledger.grant(award, amount)

    _within(server, grant)
    return server.start()


def _within(server: Server, act: Callable[[House], Any]) -> None:
    """Do something in the folder of a server that is stopped."""

    async def go() -> None:
        async with opened(server.data, *read_config(server.data, server.file)) as house:
            await act(house)

    asyncio.run(go())


def client_of(server: Server, key: Key) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key=key.text, max_retries=0)


def ask(client: openai.OpenAI, model: str, purpose: str | None = None) -> tuple[Any, Any]:
    """A chat completion and its headers."""
    headers = {} if purpose is None else {"x-tokenry-purpose": purpose}
    raw = client.chat.completions.with_raw_response.create(
        model=model, messages=GO, max_tokens=50, extra_headers=headers
    )
    return raw.parse(), raw.headers


def begun(client: openai.OpenAI, model: str, purpose: str | None = None) -> Any:
    """A stream of which the first words have come."""
    headers = {} if purpose is None else {"x-tokenry-purpose": purpose}
    stream = client.chat.completions.create(model=model, messages=GO, stream=True, extra_headers=headers)
    for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            return stream
    raise AssertionError("no word came")


def test_a_trillion_tokens_drawn_as_people_draw_them(server: Server) -> None:
    key = server.key("awardee")
    client = client_of(server, key)
    told = _answers(server, key, client)
    _hang_up(server, key, client)
    _exhausted(server, key, client)
    stream = begun(client, "slow")
    server.kill()
    with pytest.raises(openai.APIError):
        list(stream)
    server.start()
    with client_of(server, key) as again:
        answer, _ = ask(again, "chatty")
        told += answer.usage.total_tokens
    client.close()
    assert server.stop() == 0
    _within(server, lambda house: _agree(house, told))


def _answers(server: Server, key: Key, client: openai.OpenAI) -> int:
    """Plain and streamed, weighed, of a model without a price; the tokens that were told and count one for one."""
    answer, headers = ask(client, "chatty")
    used = told = answer.usage.total_tokens
    assert (headers["x-tokenry-award"], headers["x-tokenry-charge-nanousd"]) == ("awd_main", "0")
    assert int(headers["x-tokenry-charge-tokens"]) == used
    assert int(headers["x-tokenry-remaining-tokens"]) == TRILLION - used
    receipt = server.receipt(headers["x-request-id"], key)
    assert (receipt["charge_nanousd"], receipt["charge_tokens"], receipt["purpose"]) == (0, used, None)
    assert receipt["covered_nanousd"] == sum(line["amount_nanousd"] for line in receipt["lines"]) > 0
    (share,) = receipt["accounts"]
    assert (share["account"], share["posted_nanousd"], share["posted_tokens"]) == ("award:awd_main", 0, used)

    chunks = list(
        client.chat.completions.create(model="chatty", messages=GO, stream=True, stream_options={"include_usage": True})
    )
    told += chunks[-1].usage.total_tokens if chunks[-1].usage else 0
    answer, _ = ask(client, "unpriced")
    told += answer.usage.total_tokens

    answer, headers = ask(client, "chatty", "study")
    usage = answer.usage
    weighed = -(-(usage.prompt_tokens * 250 + usage.completion_tokens * 3000) // 1000)
    assert (headers["x-tokenry-award"], int(headers["x-tokenry-charge-tokens"])) == ("awd_weighed", weighed)
    assert server.receipt(headers["x-request-id"], key)["purpose"] == "study"
    with pytest.raises(openai.BadRequestError) as refused:
        ask(client, "chatty", "No Such Thing!")
    assert refused.value.param == "x-tokenry-purpose"
    return told


def _hang_up(server: Server, key: Key, client: openai.OpenAI) -> None:
    begun(client, "slow").close()
    server.idle()
    receipt = server.verb("receipt", request="last")
    assert receipt["outcome"] == "client_gone"
    assert 0 < receipt["output_tokens"] < 400
    assert receipt["charge_tokens"] == receipt["total_tokens"]


def _exhausted(server: Server, key: Key, client: openai.OpenAI) -> None:
    with pytest.raises(openai.RateLimitError, match=r"'awd_blocked' .* has 7 tokens left") as refused:
        ask(client, "blocked")
    assert (refused.value.code, refused.value.response.headers["x-should-retry"]) == ("insufficient_quota", "false")

    ask(client, "blocked", "metered")
    with pytest.raises(openai.RateLimitError, match="the award 'awd_slow'") as limited:
        ask(client, "blocked", "metered")
    assert (limited.value.code, "retry-after" in limited.value.response.headers) == ("rate_limit_exceeded", True)

    answer, headers = ask(client, "big")
    assert (answer.model, headers["x-tokenry-downgraded-from"], headers["x-tokenry-award"]) == (
        "chatty", "big", "awd_main",
    )  # fmt: skip
    receipt = server.receipt(headers["x-request-id"], key)
    assert (receipt["model"], receipt["downgraded_from"]) == ("chatty", "big")

    _, headers = ask(client, "spare")
    assert headers["x-tokenry-low-priority"] == "awd_spare"
    receipt = server.receipt(headers["x-request-id"], key)
    assert (receipt["charge_nanousd"], receipt["charge_tokens"]) == (0, 7)  # what was left, and the house the rest
    assert receipt["writeoff_nanousd"] > 0
    paying = begun(client, "spare", "paid")
    with pytest.raises(openai.RateLimitError) as busy:
        ask(client, "spare")
    assert busy.value.code == "resource_unavailable"
    paying.close()
    server.idle()


async def _agree(house: House, told: int) -> None:
    """By every way to read what lies in the folder."""
    receipts = [receipt_of(row) for row in house.journal.read() if row.kind == "settle"]
    report = check(house.journal.read())
    assert (report.ok, report.open_holds) == (True, 0), report.breaches
    assert {"crash", "client_gone", "completed"} <= {receipt.outcome for receipt in receipts}
    drawn = sum(receipt.charge_tokens for receipt in receipts)
    by_award = {terms["id"]: house.ledger.balance(terms["id"]) for terms, _ in AWARDS}
    assert report.served_tokens == drawn == sum(balance.spent for balance in by_award.values()) > 0
    for terms, amount in AWARDS:
        balance = by_award[terms["id"]]
        assert (balance.issued, balance.left, balance.held) == (amount, amount - balance.spent, 0)
    assert [by_award[f"awd_{name}"].spent for name in ("blocked", "big", "spare")] == [0, 0, 7]
    assert told == sum(_one_for_one(receipt) for receipt in receipts)
    borne = sum(receipt.writeoff for receipt in receipts)
    assert house.ledger.books.accounts[LOW_PRIORITY].debits_posted == borne > 0
    assert report.charged == sum(receipt.charge for receipt in receipts) == 0
    assert await _told_over_http(house, receipts) == (drawn, sum(receipt.covered for receipt in receipts), 0)


def _one_for_one(receipt: Receipt) -> int:
    """What the client was told of: whole answers from `awd_main` that it had asked for by the model's own name."""
    whole = receipt.outcome == "completed" and receipt.facts.downgraded_from is None and receipt.charge_tokens
    return receipt.usage.total_tokens if whole and receipt.accounts[0].account == "award:awd_main" else 0


async def _told_over_http(house: House, receipts: list[Receipt]) -> tuple[int, int, int]:
    """Tokens drawn, the price they paid for, and dollars beside it, by the usage API and by costs."""
    serving = Serving(house, Fleet(house.artifacts))
    key = house.admin_keys.create(local_actor(house.first.organization.id), house.first.user.id, "books")[1]
    headers, since = {"authorization": f"Bearer {key}"}, receipts[0].at // 10**9 - 3600
    transport = httpx2.ASGITransport(app=serving.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://tokenry.test", headers=headers) as client:
        found = await client.get(f"/v1/organization/usage/completions?start_time={since}")
        used = [result for bucket in found.json()["data"] for result in bucket["results"]]
        found = await client.get(f"/v1/organization/costs?start_time={since}")
        costs = [result for bucket in found.json()["data"] for result in bucket["results"]]
    await serving.observing.close()
    tokens = sum(one["award_tokens"] for one in costs)
    assert sum(one["award_tokens"] for one in used) == tokens
    assert sum(one["num_model_requests"] for one in used) == len(receipts)
    return tokens, sum(one["covered_nano_usd"] for one in costs), sum(one["amount"]["nano_usd"] for one in costs)
