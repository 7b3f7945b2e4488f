"""What a key's rules and its project's limits do to a request on its way through the gateway."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from tests.gateway.rooms import House, NotingClient, house
from tokenry.access import DataClassNotAllowed, KeyLimits, ModelNotAllowed, RateLimited, Rules
from tokenry.base.data_class import DataClass
from tokenry.router import Catalogue, UnknownModel

pytestmark = pytest.mark.anyio


def bound(it: House, rules: Rules, **limits: KeyLimits) -> None:
    it.principal = dataclasses.replace(it.principal, rules=rules, model_limits=limits or None)


def see(it: House, **classes: DataClass) -> None:
    """What each provider may see, put in force."""
    router = it.gateway.means.router
    models = [
        dataclasses.replace(
            model,
            deployments=tuple(dataclasses.replace(d, data_class=classes[d.provider]) for d in model.deployments),
        )
        for model in router.catalogue.models
    ]
    router.swap(Catalogue(models))


async def test_prompts_go_to_no_provider_that_may_not_see_them() -> None:
    async with house({"m": "out/scripted in/scripted"}) as it:
        see(it, out="public", **{"in": "internal"})
        bound(it, Rules(data_class="internal"))
        await it.ask()
        assert (len(it.engines["out"].server.seen), len(it.engines["in"].server.seen)) == (0, 1)
        bound(it, Rules(data_class="public"))
        await it.ask()
        assert (len(it.engines["out"].server.seen), len(it.engines["in"].server.seen)) == (1, 1)


async def test_a_fall_back_goes_to_none_of_them_either() -> None:
    async with house({"m": "in/scripted out/scripted"}) as it:
        see(it, out="public", **{"in": "internal"})
        bound(it, Rules(data_class="internal"))
        await it.engines["in"].stop()
        with pytest.raises(Exception, match=r".+"):
            await it.ask()
        assert not it.engines["out"].server.seen


async def test_a_class_that_no_provider_may_see_is_refused_before_anything_is_held() -> None:
    async with house({"m": "out/scripted"}) as it:
        see(it, out="internal")
        bound(it, Rules(data_class="confidential"))
        with pytest.raises(DataClassNotAllowed, match="no provider of m may see") as caught:
            await it.ask()
        assert caught.value.status == 403
        assert it.ended[-1].refused == "data_class_not_allowed"
        assert it.receipt is None
        assert not it.engines["out"].server.seen


async def test_a_project_above_its_users_groups_is_refused_in_their_words() -> None:
    async with house({"m": "s/scripted"}) as it:
        bound(it, Rules(refusal="your groups may not"))
        with pytest.raises(DataClassNotAllowed, match="your groups may not"):
            await it.ask()


async def test_lists_come_before_classes_so_that_neither_tells_of_hidden_models() -> None:
    async with house({"m": "s/scripted"}) as it:
        see(it, s="public")
        bound(it, Rules((frozenset({"n"}),)))
        with pytest.raises(ModelNotAllowed):
            await it.ask()
        bound(it, Rules((), frozenset({"m"})))
        with pytest.raises(ModelNotAllowed):
            await it.ask()
        with pytest.raises(UnknownModel) as caught:
            await it.ask(model="mm")
        assert "Did you mean" not in caught.value.message


async def test_a_projects_limit_holds_for_all_its_keys_and_takes_all_or_none() -> None:
    async with house({"m": "s/scripted", "n": "s/other"}) as it:
        bound(it, Rules(), m=KeyLimits(2, 10**9, 10**9))
        await it.ask()
        it.principal = dataclasses.replace(it.principal, key_id="key_2")
        await it.ask()
        it.principal = dataclasses.replace(it.principal, key_id="key_3")
        with pytest.raises(RateLimited, match="for m in project proj_1"):
            await it.ask()
        rates = it.gateway.rates
        assert rates.headers("key_3", it.principal.limits, 0) == rates.headers("key_4", it.principal.limits, 0)
        await it.ask(model="n")


async def test_tokens_that_were_not_used_come_back_to_the_project() -> None:
    async with house({"m": "s/scripted"}) as it:
        bound(it, Rules(), m=KeyLimits(10**6, 400, 10**9))
        for _ in range(4):  # each takes more than half of the bucket at first
            await it.ask(messages=[{"role": "user", "content": "[[words=1]]"}])


async def test_who_leaves_early_holds_nothing_of_the_project() -> None:
    async with house({"m": "s/scripted"}) as it:
        bound(it, Rules(), m=KeyLimits(10**6, 10**9, 1))
        client = NotingClient()
        slow = [{"role": "user", "content": "[[latency_ms=5000]]"}]
        task = asyncio.create_task(it.ask(client, messages=slow))
        await asyncio.sleep(0.02)
        with pytest.raises(RateLimited, match="concurrent"):
            await it.ask()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await it.ask()
