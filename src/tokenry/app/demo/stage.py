"""A house whose clock can be moved on, and what time does to it: every chore of a server, once for each day.

Nothing listens: requests come over ASGI, to the same app that a server has.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tokenry.access import Cost, Hashing
from tokenry.api.admin import Rooms
from tokenry.api.pricing import issue_due, issue_noted
from tokenry.api.sign_in import make_owner_link
from tokenry.app.alerting import Alerting
from tokenry.app.demo.person import HERE, Application, Person
from tokenry.app.fleet import Fleet
from tokenry.app.house import House, opened, price_book
from tokenry.app.recognition import Recognition
from tokenry.app.serving import Serving
from tokenry.base.clock import NS_PER_S, MovedClock
from tokenry.config import CONFIG_NAME, environ, load
from tokenry.programmes import go_round
from tokenry.router import Catalogue

KNOWN = Cost(1, 8, 1)  # of hashing passwords that everybody is told
HOUR_S = 3600
DAY_S = 24 * HOUR_S


@dataclass
class Stage:
    """The house and whoever is in it.

    Args:
        begins_ns: midnight (UTC) of the story's first day.
        people: by the name of their role.
    """

    house: House
    serving: Serving
    clock: MovedClock
    begins_ns: int
    people: dict[str, Person] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)

    def at(self, day: int, hour: float = 0.0) -> int:
        """An instant of the story, nanoseconds since the epoch."""
        return self.begins_ns + int((day * DAY_S + hour * HOUR_S) * NS_PER_S)

    def move_to(self, day: int, hour: float = 0.0) -> None:
        """Time passes."""
        self.clock.move_to(self.at(day, hour))

    async def owner(self, name: str, email: str) -> Person:
        """Whoever the first start's link lets in."""
        house = self.house
        link = await asyncio.to_thread(make_owner_link, house.desk, house.people.roster, HERE)
        return await self._came(Person(self.serving.app, name, email), link.url, invited=False)

    async def invited(self, by: Person, name: str, role: str = "member") -> Person:
        """Somebody new, invited by somebody."""
        email = f"{name.lower().replace(' ', '-')}@demo.example"
        invite = await by.post("/v1/organization/invites", email=email, role=role)
        return await self._came(Person(self.serving.app, name, email), invite["token"], invited=True)

    async def _came(self, person: Person, by: str, *, invited: bool) -> Person:
        self.people[person.name] = person
        await (person.accept(by) if invited else person.use_link(by))
        return person

    def application(self, name: str, key: str) -> Application:
        """A program with a key."""
        self.applications[name] = Application(self.serving.app, name, key)
        return self.applications[name]

    async def round(self) -> None:
        """What a server does again and again, done once."""
        house, rooms = self.house, self._rooms()
        house.ledger.sweep()
        await Alerting(house.ledger, house.people, house.keys, house.notices).look()
        await go_round(rooms)
        await issue_noted(rooms)
        await issue_due(rooms)
        await Recognition(rooms).look()
        await asyncio.to_thread(house.buckets.catch_up)
        await asyncio.to_thread(house.statements.issue_due)

    def _rooms(self) -> Rooms:
        return self.serving.rooms()

    async def close(self) -> None:
        """Everybody goes home."""
        for person in self.people.values():
            await person.close()
        for application in self.applications.values():
            await application.close()


@asynccontextmanager
async def staged(folder: Path, clock: MovedClock) -> AsyncIterator[Stage]:
    """A stage over a fresh data folder that has its configuration already, until the block ends."""
    config = load(folder / CONFIG_NAME, environ())
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(opened(folder, config, folder / CONFIG_NAME, clock))
        await house.ledger.set_prices(*price_book(house, config))
        fleet = Fleet(house.artifacts)
        next_ = await fleet.stage(config)
        stack.push_async_callback(lambda: fleet.stop(fleet.engines.values() or next_.fresh, 0.0))
        serving = Serving(house, fleet)
        serving.entrance.entry.hashing = Hashing(KNOWN)
        stack.push_async_callback(serving.close)
        await next_.wait_ready()
        serving.put_in_force(next_, Catalogue.build(config))
        stage = Stage(house, serving, clock, clock.now_ns())
        stack.push_async_callback(stage.close)
        yield stage
