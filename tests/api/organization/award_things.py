"""A real award and what belongs to it, in any place, for whoever asks for what exists somewhere else."""

from __future__ import annotations

from typing import Any

from tokenry.access import Actor, local_actor
from tokenry.base.ids import new_id
from tokenry.ledger import Pool, Unit
from tokenry.programmes import (
    DAY_NS,
    AwardTerms,
    NewAward,
    Period,
    ProgrammeAward,
    Reporting,
    Tranches,
    Wish,
    ask_amendment,
    grant_directly,
    reports_of,
    submit_report,
    tranches_of,
)
from tokenry.programmes.calls.programmes import NewProgramme, create_programme

TERMS = AwardTerms(tranches=Tranches(3, "date", 90), reporting=Reporting(every_days=90))


async def award(spot: Any, path: str = "") -> str:
    """An award that runs, with tranches to come and reports due; to be opened again, one that is closing."""
    made = await _award(spot)
    wanted = {"resume": "suspend", "reopen": "close"}.get(path.rsplit("/", 1)[-1])
    if wanted is not None:
        base = f"/v1/tokenry/awards/{made.id}"
        await spot.post(f"{base}/{wanted}", reason="so that it can be undone")
    return made.id


async def report(spot: Any, path: str = "") -> str:
    """A report: handed in, unless it is to be."""
    house, made = spot.stand.house, await _award(spot)
    with house.desk.db.read() as connection:
        found = reports_of(connection, made.id)[0].id
    if path.endswith(("/accept", "/return")):
        submit_report(house, _owner(spot), found, "It went well.")
    return found


async def tranche(spot: Any) -> str:
    """One that waits."""
    made = await _award(spot)
    with spot.stand.house.desk.db.read() as connection:
        return tranches_of(connection, made.id)[1].id


async def amendment(spot: Any) -> str:
    """A wish of the project's owner."""
    made = await _award(spot)
    return ask_amendment(spot.stand.house, _owner(spot), Wish("supplement", made.id, "there is more to do", 10)).id


async def _award(spot: Any) -> ProgrammeAward:
    house, by = spot.stand.house, local_actor(spot.place.id)
    programme = await create_programme(house, by, NewProgramme(new_id("prog"), template="research", cap=0))
    pool = Pool(programme.pool_id, Unit.TOKENS, spot.place.id, programme.name)
    await house.ledger.fund(pool, 10**12, key=new_id("fund"))
    now_ns = house.clock.now_ns()
    new = NewAward(
        programme.id, "tokens", programme.pool_id, new_id("award"), 10**9, Period(now_ns, now_ns + 365 * DAY_NS), TERMS,
        project_id=spot.project,
    )  # fmt: skip  # one line of names
    return (await grant_directly(house, by, [new]))[0]


def _owner(spot: Any) -> Actor:
    actor = spot.stand.house.people.actor(spot.place.users["project_owner"], spot.place.id, "session", "test")
    assert actor is not None
    return actor
