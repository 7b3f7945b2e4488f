"""An installation of real rooms in a temporary folder, under a clock that the test turns; no engines, no server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tokenry.access import AdminKeys, Desk, Directory, Keys, People, Sessions
from tokenry.access.passkeys import Passkeys
from tokenry.api.admin import Admin, Rooms
from tokenry.app.bookkeeping import statements_of
from tokenry.app.house import passkey_verifier
from tokenry.base.clock import ManualClock
from tokenry.base.ids import new_id
from tokenry.config import Config, parse
from tokenry.ledger import Award, Buckets, Ending, Facts, Ledger, PriceVersion, Rates, Usage
from tokenry.notify import Notices
from tokenry.objects import Ground, Objects
from tokenry.router import Catalogue, Router
from tokenry.storage import AppDb, Blobs, Journal, UsageDb, prepare

CONFIG = """
[[provider]]
name = "script"
dialect = "scripted"

[[model]]
name = "echo"
aliases = ["house"]
price = { input = 1.00, output = 4.00 }
deployments = [{ provider = "script", model = "scripted" }]
"""


@dataclass
class Installation:
    """The rooms, whoever answers for them, and a way to have requests in the books."""

    rooms: Rooms
    admin: Admin
    clock: ManualClock

    async def call(self, verb: str, **args: Any) -> dict[str, Any]:
        return await self.admin.call(verb, args)

    async def request(self, key_id: str, *, tokens: tuple[int, int] = (1000, 500), model: str = "echo") -> str:
        """One settled request of a key; its id."""
        ledger, first = self.rooms.ledger, self.rooms.directory.ensure_first()
        request_id = new_id("req", at_ns=self.clock.now_ns())
        assert ledger.prices is not None
        facts = Facts(
            first.organization.id, first.project.id, key_id, None, "chat.completions", model, False, 2000, 1000,
            ledger.prices.id,
        )  # fmt: skip
        hold = await ledger.hold(request_id, facts, 10_000_000)
        usage = Usage(tokens[0], tokens[1], source="engine")
        await ledger.settle(hold, Ending(usage, "completed", 200, deployment="script/scripted", duration_ms=12))
        return request_id


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Installation]:
    clock = ManualClock()
    folder = prepare(tmp_path / "data")
    db, journal = AppDb.open(folder / "app.db"), Journal.open(folder / "ledger.db")
    config: Config = parse(CONFIG, source="test")
    ledger, directory, keys = Ledger.open(journal, clock), Directory(db, clock), Keys(db, clock)
    first = directory.ensure_first()
    desk, people = Desk(db, clock), People(db)
    people.load()
    keys.load()
    now = clock.now_ns()
    await ledger.grant(
        Award("awd_first", "default", first.organization.id, first.project.id, "internal", "active", now, now),
        100 * 10**9,
    )
    await ledger.set_prices(PriceVersion("prc_1", now, {"echo": Rates(10**9, 4 * 10**9)}, {}))
    notices, buckets = Notices(db, clock), Buckets(UsageDb.in_memory(), journal)
    rooms = Rooms(
        data_dir=folder, config=config, config_path=None, ledger=ledger, journal=journal, keys=keys,
        admin_keys=AdminKeys(desk, people), directory=directory, people=people, desk=desk,
        notices=notices, buckets=buckets,
        statements=statements_of(db, buckets, ledger, people, notices),
        router=Router(Catalogue.build(config)), engines={}, serving=True, reload=None, clock=clock,
        sessions=Sessions(db, clock, people),
        objects=Objects(Ground(db, Blobs(folder, clock), clock, lambda: config)),
        passkeys=Passkeys(desk, passkey_verifier),
    )  # fmt: skip
    yield Installation(rooms, Admin(rooms), clock)
    journal.close()
    db.close()
