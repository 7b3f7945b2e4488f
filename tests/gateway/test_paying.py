"""Who pays for a request and what becomes of it when nobody can: tokens beside dollars, an award's own limits,
purposes, and the three ways of an exhausted award."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from typing import Any

import pytest

from tests.gateway.rooms import House, NotingClient, chat, house
from tokenry.access import KeyLimits, RateLimited, Rules
from tokenry.base.ids import new_id
from tokenry.base.limits import LOW_PRIORITY_MAX
from tokenry.gateway import ResourceUnavailable
from tokenry.ledger import LOW_PRIORITY, Award, Budget, InsufficientQuota, Unit, Weights

pytestmark = pytest.mark.anyio
TRILLION = 10**12
ANSWER = "s/scripted?words=5"


def award(name: str = "tok", **terms: Any) -> Award:
    """An award of tokens to the tests' project that is drawn on before the dollars that the house has."""
    values: dict[str, Any] = {
        "id": f"awd_{name}", "name": name, "organization_id": "org_1", "project_id": "proj_1", "category": "award",
        "state": "active", "created_at": 0, "effective_at": 0, "priority": 1, "unit": Unit.TOKENS,
    }  # fmt: skip
    return Award(**(values | terms))


def left(it: House, name: str = "tok") -> int:
    return it.ledger.balance(f"awd_{name}").left


async def test_tokens_pay_before_dollars_and_the_answer_says_so() -> None:
    async with house({"m": ANSWER}) as it:
        await it.ledger.grant(award(), TRILLION)
        client = await it.ask()
        used = it.receipt.usage.total_tokens
        assert (it.receipt.charge, it.receipt.charge_tokens) == (0, used)
        assert it.receipt.covered == sum(line.amount for line in it.receipt.lines) > 0
        assert it.receipt.in_tokens == ("award:awd_tok",)
        assert left(it) == TRILLION - used
        assert client.headers["x-tokenry-award"] == "awd_tok"
        assert client.headers["x-tokenry-charge-nanousd"] == "0"
        assert client.headers["x-tokenry-charge-tokens"] == str(used)
        assert client.headers["x-tokenry-remaining-tokens"] == str(TRILLION - used)
        client = await it.ask(stream=True)
        told = f" charge_tokens={it.receipt.charge_tokens} remaining_tokens={left(it)} request="
        assert told.encode() in client.body


async def test_dollars_alone_say_nothing_of_tokens() -> None:
    async with house({"m": ANSWER}) as it:
        client = await it.ask()
        assert not [name for name in client.headers if name.endswith("-tokens")]
        assert b"tokens" not in (await it.ask(stream=True)).body.rpartition(b": tokenry")[2]


async def test_weights_and_a_request_that_two_awards_and_dollars_pay() -> None:
    async with house({"m": ANSWER}) as it:
        await it.ledger.grant(award("heavy", weights=Weights(output=2000)), 6)
        await it.ledger.grant(award("thin", priority=2), 2)
        await it.ask(max_tokens=50)
        receipt = it.receipt
        assert receipt.charge_tokens == 8
        assert receipt.charge > 0
        assert receipt.charge + receipt.covered == sum(line.amount for line in receipt.lines)
        assert (left(it, "heavy"), left(it, "thin")) == (0, 0)


async def test_a_purpose_opens_an_award_that_is_bound_to_it() -> None:
    async with house({"m": ANSWER}) as it:
        await it.ledger.grant(award(purposes=("evaluation",)), TRILLION)
        request = chat()
        request.purpose = "evaluation"
        await it.gateway.serve(new_id("req"), request, it.principal, NotingClient())
        assert (it.receipt.facts.purpose, it.receipt.charge) == ("evaluation", 0)
        await it.ask()
        assert (it.receipt.facts.purpose, it.receipt.charge_tokens) == (None, 0)


# --- an award's own rate limits ------------------------------------------------------------------------------------


async def test_an_award_s_own_limit_refuses_by_its_name_and_charges_nothing() -> None:
    async with house({"m": ANSWER}) as it:
        await it.ledger.grant(award(requests_per_minute=1), TRILLION)
        await it.ask()
        rows, before = len(it.disk.rows), left(it)
        with pytest.raises(RateLimited, match=r"the award 'tok' \(awd_tok\) on requests per min") as refused:
            await it.ask()
        assert int(refused.value.headers["retry-after"]) > 30
        assert refused.value.headers["x-ratelimit-limit-requests"] == "1"
        assert "x-ratelimit-limit-tokens" not in refused.value.headers
        await asyncio.sleep(0)
        assert (left(it), len(it.disk.rows), it.ended[-1].refused) == (before, rows, "rate_limit_exceeded")


async def test_unused_tokens_come_back_to_an_award_s_limit() -> None:
    async with house({"m": ANSWER}) as it:
        await it.ledger.grant(award(tokens_per_minute=400), TRILLION)
        for _ in range(3):
            await it.ask(max_tokens=100)
        with pytest.raises(RateLimited, match="too large for the award 'tok'"):
            await it.ask(max_tokens=100, n=5)


async def test_a_request_counts_against_the_award_that_it_draws_on_first() -> None:
    async with house({"m": ANSWER}) as it:
        await it.ledger.grant(award("spent"), 1)
        await it.ledger.grant(award("next", priority=2, requests_per_minute=2), TRILLION)
        await it.ask()  # the first draws on `spent`, whose last token it takes
        assert it.receipt.accounts[0].account == "award:awd_spent"
        await it.ask()
        await it.ask()
        with pytest.raises(RateLimited, match="awd_next"):
            await it.ask()


async def test_no_limit_of_its_own_asks_nothing_of_the_slow_way(monkeypatch: pytest.MonkeyPatch) -> None:
    async with house({"m": ANSWER}) as it:
        await it.ledger.grant(award(), TRILLION)
        monkeypatch.setattr(it.ledger, "draws_first", None)
        monkeypatch.setattr(it.ledger, "hold", None)
        await it.ask()
        assert it.receipt.charge_tokens > 0


# --- exhausted -----------------------------------------------------------------------------------------------------


async def test_block_names_the_award_its_units_and_where_to_ask() -> None:
    async with house({"m": ANSWER}, award=0) as it:
        await it.ledger.grant(award(), 7)
        with pytest.raises(InsufficientQuota) as refused:
            await it.ask()
        for words in ("the award 'tok' (awd_tok)", "7 tokens left", "could draw up to", "--tokens N"):
            assert words in refused.value.message
        assert refused.value.headers["x-should-retry"] == "false"


async def test_downgrade_answers_from_the_model_that_the_award_names() -> None:
    async with house({"big": ANSWER, "small": "s/scripted?words=3"}, award=0) as it:
        await it.ledger.grant(award(models=("big",), on_exhaustion="downgrade", downgrade_to="small"), 5)
        await it.ledger.grant(award("rest", models=("small",)), TRILLION)
        for stream in (False, True):
            client = await it.ask(model="big", stream=stream)
            assert client.headers["x-tokenry-downgraded-from"] == "big"
            answers = client.chunks() if stream else [json.loads(client.body)]
            assert {one["model"] for one in answers} == {"small"}
            facts = it.receipt.facts
            assert (facts.model, facts.downgraded_from) == ("small", "big")
            assert it.receipt.accounts[0].account == "award:awd_rest"
        assert "x-tokenry-downgraded-from" not in (await it.ask(model="small")).headers


async def test_a_downgrade_that_is_not_covered_either_is_the_first_refusal() -> None:
    async with house({"big": ANSWER, "small": ANSWER}, award=0) as it:
        await it.ledger.grant(award(models=("big",), on_exhaustion="downgrade", downgrade_to="small"), 5)
        with pytest.raises(InsufficientQuota, match="'tok'"):
            await it.ask(model="big")
        for nowhere in ("big", "gone", None):
            await it.ledger.grant(award(models=("big",), on_exhaustion="downgrade", downgrade_to=nowhere), 0)
            with pytest.raises(InsufficientQuota, match="'tok'"):
                await it.ask(model="big")


async def test_a_downgrade_asks_policy_again_and_keeps_no_leave() -> None:
    async with house({"big": ANSWER, "small": ANSWER}, award=0) as it:
        await it.ledger.grant(award(models=("big",), on_exhaustion="downgrade", downgrade_to="small"), 5)
        await it.ledger.grant(award("rest", models=("small",)), TRILLION)
        free, rules = it.principal, Rules(allowed=(frozenset({"big"}),))
        it.principal = dataclasses.replace(free, rules=rules)
        with pytest.raises(InsufficientQuota, match="'tok'"):
            await it.ask(model="big")
        limits = {"small": KeyLimits(1, 10**6, 1)}
        it.principal = dataclasses.replace(free, model_limits=limits)
        await it.ask(model="big")
        with pytest.raises(RateLimited, match="for small in project proj_1"):
            await it.ask(model="big")
        state = it.gateway.rates._states["proj_1/small"][0]
        assert (state.in_flight, it.gateway.in_flight) == (0, 0)


async def test_low_priority_is_served_at_the_house_s_cost_while_nobody_who_pays_needs_the_model() -> None:
    slow = "s/scripted?words=5&delay_ms=20"
    async with house({"m": slow, "other": slow}, award=10**9) as it:
        await it.ledger.grant(award(models=("m",), on_exhaustion="low_priority"), 5)
        poor = dataclasses.replace(it.principal, project_id="proj_2")
        await it.ledger.grant(award("poor", project_id="proj_2", on_exhaustion="low_priority"), 5)
        client = NotingClient()
        await it.gateway.serve(new_id("req"), chat(), poor, client)
        receipt = it.receipt
        assert (receipt.charge, receipt.charge_tokens) == (0, 5)  # what was left, and the house the rest
        assert receipt.covered + receipt.writeoff == sum(line.amount for line in receipt.lines)
        assert receipt.writeoff > 0
        assert it.ledger.books.accounts[LOW_PRIORITY].debits_posted == receipt.writeoff
        assert it.receipt is receipt
        assert client.headers["x-tokenry-low-priority"] == "awd_poor"
        assert (client.headers["x-tokenry-award"], left(it, "poor")) == ("awd_poor", 0)
        client = NotingClient()
        await it.gateway.serve(new_id("req"), chat(), poor, client)
        assert ("x-tokenry-award" in client.headers, it.receipt.charge_tokens, it.receipt.covered) == (False, 0, 0)

        paying = asyncio.create_task(it.ask(stream=True))
        await asyncio.sleep(0)
        with pytest.raises(ResourceUnavailable, match="m is needed by others now") as refused:
            await it.gateway.serve(new_id("req"), chat(), poor, NotingClient())
        assert (refused.value.status, refused.value.code) == (429, "resource_unavailable")
        assert "retry-after" in refused.value.headers
        await it.gateway.serve(new_id("req"), chat(model="other"), poor, NotingClient())  # nobody needs that one
        await paying


async def test_a_bound_that_is_too_large_by_choice_keeps_no_tokens() -> None:
    """What makes an award exhausted is the most that a request can use, which whoever asks may choose."""
    async with house({"m": ANSWER}, award=0) as it:
        await it.ledger.grant(award(on_exhaustion="low_priority"), 60)
        used = 0
        for _ in range(10):
            await it.ask(max_tokens=100)
            used += it.receipt.usage.total_tokens
            assert left(it) == max(0, 60 - used)
        assert left(it) == 0


async def test_what_only_others_hold_is_not_served_at_the_house_s_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenry.ledger.requests.WAIT_FOR_FUNDS_S", 0.01)
    async with house({"m": ANSWER, "slow": "s/scripted?words=20&delay_ms=10"}, award=0) as it:
        await it.ledger.grant(award(on_exhaustion="low_priority"), 300)
        holding = asyncio.create_task(it.ask(model="slow", stream=True))
        await asyncio.sleep(0)
        with pytest.raises(InsufficientQuota, match="held by requests that still run"):
            await it.ask(max_tokens=100)
        await holding


async def test_low_priority_requests_are_few_at_one_time() -> None:
    async with house({"m": "s/scripted?words=5&delay_ms=20"}, award=0) as it:
        await it.ledger.grant(award(on_exhaustion="low_priority"), 5)
        running = [asyncio.create_task(it.ask(stream=True)) for _ in range(LOW_PRIORITY_MAX)]
        await asyncio.sleep(0)
        with pytest.raises(ResourceUnavailable, match=f"{LOW_PRIORITY_MAX} requests of exhausted awards"):
            await it.ask()
        await asyncio.gather(*running)
        assert it.ledger.books.accounts[LOW_PRIORITY].debits_posted == sum(one.receipt.writeoff for one in it.ended[1:])


async def test_low_priority_does_not_lead_past_a_hard_budget() -> None:
    async with house({"m": ANSWER}, award=0) as it:
        await it.ledger.grant(award(on_exhaustion="low_priority"), 5)
        await it.ledger.set_budget(Budget("bud_1", "key", "key_1", "day", 10, hard=True, created_at=0))
        with pytest.raises(InsufficientQuota, match="budget bud_1"):
            await it.ask()


async def test_low_priority_is_no_faster_than_the_award_s_own_limits() -> None:
    async with house({"m": ANSWER}, award=0) as it:
        await it.ledger.grant(award(on_exhaustion="low_priority", requests_per_minute=1), 5)
        await it.ask()
        assert it.receipt.writeoff > 0
        with pytest.raises(RateLimited, match="awd_tok"):
            await it.ask()
