"""Houses in which a milestone is near, and certificates to look at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tokenry.api.admin import Rooms
from tokenry.api.certificates import register_of
from tokenry.app.house import House, admin_rooms, opened, read_config
from tokenry.app.recognition import Recognition
from tokenry.base.ids import new_id
from tokenry.ledger import Ending, Facts, PriceVersion, Rates, Usage
from tokenry.programmes.certificates import Certificate, Register, Statement
from tokenry.storage import tables

CONFIGURATION = '[milestones]\nthresholds = [1000, 5000]\nissuer = "Example Centre"\n'
STATEMENT = Statement(
    type="tokenry.milestone", version=1, id="cert_01kdx3c8v2h5m7q9r1s3t5v7w9", edition=1, issuer="Example Centre",
    organization="Example University", organization_id="org_x", threshold_tokens=10**12,
    reached_at="2026-11-22T15:04:05.678Z", issued_at="2026-11-22T15:04:06.000Z", request_sha256="00" * 32,
    ledger_position=7, key_id="k",
)  # fmt: skip
CERTIFICATE = Certificate(statement=STATEMENT, signature="c2lnbmF0dXJl")


@asynccontextmanager
async def living(folder: Path, configuration: str = CONFIGURATION) -> AsyncIterator[tuple[House, Rooms, Recognition]]:
    """A house, and who issues its certificates."""
    (folder / "tokenry.toml").write_text(configuration)
    config, path = read_config(folder, None)
    async with opened(folder, config, path) as house:
        now = house.clock.now_ns()
        await house.ledger.set_prices(PriceVersion("v1", now, {"m": Rates(10**6, 10**6)}, {}))
        rooms = admin_rooms(house)
        yield house, rooms, Recognition(rooms)


def facts_of(house: House) -> Facts:
    first = house.first
    return Facts(first.organization.id, first.project.id, "key_x", None, "chat.completions", "m", False, 1, 1, "v1")


async def spend(house: House, tokens: int) -> str:
    """One request; its id."""
    name = new_id("req")
    held = await house.ledger.hold(name, facts_of(house), tokens * 10)
    await house.ledger.settle(held, Ending(Usage(tokens), "completed", 200))
    return name


async def cross_together(house: House, count: int, tokens: int) -> None:
    """So many requests, all held before any is settled, settled at once."""
    names = [new_id("req") for _ in range(count)]
    held = await asyncio.gather(*(house.ledger.hold(name, facts_of(house), tokens * 10) for name in names))
    await asyncio.gather(*(house.ledger.settle(one, Ending(Usage(tokens), "completed", 200)) for one in held))


def register(rooms: Rooms) -> Register:
    return register_of(rooms)


def rows(house: House, table: Any) -> list[Any]:
    """All of a table."""
    with house.desk.db.read() as connection:
        return list(connection.execute(table.select()).all())


def told(house: House) -> list[Any]:
    """The news of milestones."""
    return [row for row in rows(house, tables.news) if row.type == "milestone.reached"]
