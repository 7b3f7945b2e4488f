"""Somebody in charge of a made-up house: makes and revokes keys, grants, limits, reloads, sets the clock; and remembers
what was acknowledged, so that it can be asked for after a power cut."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.simulation.asks import Ask, Key
from tests.simulation.configs import Wishes, change
from tokenry.base.errors import TokenryError
from tokenry.base.units import usd_to_nano
from tokenry.ledger import Budget

REMOVABLE = "both"  # the model that a reload may take away


@dataclass
class Told:
    """What was acknowledged, over all lives of a house.

    `reloads` is odd while one is under way, and changes with each: who sees the same even number twice was served under
    one configuration.
    """

    limits: dict[str, int] = field(default_factory=dict)  # budget -> nano-USD
    unsure: Counter[str] = field(default_factory=Counter)  # scope -> changes that were not acknowledged
    served: bool = True  # whether `REMOVABLE` is
    reloads: int = 0

    def serves(self, wishes: Wishes) -> None:
        """This configuration is in force, and no other is on its way."""
        self.served = wishes.both
        self.reloads += 2 - self.reloads % 2

    def lacks(self, ask: Ask) -> bool | None:
        """Whether an ask begun now is for a model that its key does not find; None while that may change."""
        if self.reloads % 2:
            return None
        gone = ask.model == REMOVABLE and not self.served
        return ask.kind == "unknown" or gone or (ask.key.models is not None and ask.model not in ask.key.models)


class InCharge:
    """Acts on one start of the house, through its administration."""

    def __init__(self, life: Any, rng: Random) -> None:
        self.life, self.world, self.rng = life, life.world, rng

    async def act(self) -> None:
        """Do something; a refusal is an answer too."""
        world = self.world
        what = self.rng.choice(
            (self.revoke, self.grant, self.limit, self.reload, self.reload, self.create, self.set_clock)
        )
        world.note("somebody", what.__name__)
        try:
            await what()
        except TokenryError as refusal:
            world.note("somebody", "is refused", type(refusal).__name__)
            world.told[f"refused {type(refusal).__name__}"] += 1

    async def revoke(self) -> None:
        key = self.rng.choice(self.world.keys)
        if key.real:
            await self.life.admin.call("key revoke", {"key": key.id})
            key.revoked = True

    async def create(self) -> None:
        more: dict[str, Any] = self.rng.choice(({}, {"budget": "0.001"}, {"models": ["swift"]}))
        made = await self.life.admin.call("key create", {"name": f"k{len(self.world.keys)}", **more})
        models = more.get("models")
        self.world.keys.append(Key(made["key"], made["id"], models=None if models is None else tuple(models)))

    async def grant(self) -> None:
        award = self.rng.choice(sorted(self.life.house.ledger.books.awards))
        self.world.oracle.asked[award] += 10**6
        await self.life.admin.call("award add", {"award": award, "usd": "0.001"})
        if self.life.alive:
            self.world.oracle.granted[award] += 10**6

    async def limit(self) -> None:
        told = self.world.acknowledged
        scope = self.rng.choice([key.id for key in self.world.keys if key.real])
        limit = self.rng.choice(("0", "0.0003", "0.01"))
        if told.unsure[scope]:  # which of two at a time came last is nobody's promise
            return
        told.unsure[scope] += 1
        ask = {"limit": limit, "scope": "key", "scope_ref": scope, "window": "total"}
        made = await self.life.admin.call("budget set", ask)
        if self.life.alive:
            told.unsure[scope] -= 1
            told.limits[made["id"]] = usd_to_nano(limit)

    async def limit_the_third(self) -> None:
        """The third key has a hard budget from its first day on."""
        key = self.world.keys[3]
        budget = Budget(
            id="bud_first", scope="key", scope_id=key.id, window="total", limit=500_000, hard=True,
            created_at=self.life.house.keys.get(key.id).created_at,
        )  # fmt: skip
        await self.life.house.ledger.set_budget(budget)

    async def reload(self) -> None:
        world, told = self.world, self.world.acknowledged
        if told.reloads % 2:  # one at a time: who writes the file waits for the other
            return
        before = world.file.wishes
        world.file.wishes = change(before, self.rng)
        told.reloads += 1
        try:
            await self.life.admin.call("reload", {})
        except TokenryError:
            world.file.wishes = before
            raise
        finally:
            if self.life.alive:
                told.serves(world.file.wishes)

    async def set_clock(self) -> None:
        """The clock on the wall is set."""
        if self.world.weather.jumps:
            self.life.clock.start_ns += self.rng.choice((-2, -1, 1, 600)) * 10**9

    def demand_what_was_told(self) -> None:
        """After a start: keys and budgets are as they were acknowledged."""
        world, house = self.world, self.life.house
        known = {record.id: record for record in house.keys.list()}
        for key in world.keys:
            if key.real:
                world.demand(key.id in known, f"the key {key.id} is lost")
                revoked = known[key.id].revoked_at is not None
                world.demand(revoked or not key.revoked, f"the revoked key {key.id} is back")
        for name, limit in world.acknowledged.limits.items():
            budget = house.ledger.books.budgets.get(name)
            world.demand(budget is not None, f"the budget {name} is lost")
            sure = not world.acknowledged.unsure[budget.scope_id]
            world.demand(not sure or budget.limit == limit, f"the budget {name} has {budget.limit}, not {limit}")
