"""Awards in an office, in few words: made, drawn on, and the books proved."""

from __future__ import annotations

from typing import Any

from tests.ledger.examples import ending, facts
from tests.programmes.offices import DAY_NS, Bureau
from tokenry.access import Actor, create_project
from tokenry.base.ids import new_id
from tokenry.ledger import AwardBalance, check
from tokenry.programmes import (
    AwardTerms,
    NewAward,
    Period,
    Programme,
    ProgrammeAward,
    Reporting,
    Tranches,
    find_award,
    grant_directly,
)
from tokenry.programmes.awards.awards import ledger_award
from tokenry.storage import tables

PLAIN = AwardTerms(tranches=Tranches(), reporting=Reporting())


def project_of(office: Bureau, owner: Actor | None = None) -> str:
    """A project; somebody's own, if said."""
    made = create_project(office.desk, office.actor("owner"), new_id("project")).id
    if owner is not None:
        row = {"id": new_id("mbr"), "user_id": owner.user_id, "organization_id": office.place, "role": "owner"}
        with office.desk.db.write() as connection:
            connection.execute(tables.memberships.insert(), {**row, "project_id": made, "created_at": 1})
    office.people.load()
    return made


def plan(office: Bureau, programme: Programme, **more: Any) -> NewAward:
    """An award of 1,000 units for 365 days, handed out at once, with a final report."""
    now_ns = office.clock.now_ns()
    days = more.pop("days", 365)
    begins = more.pop("begins_at", now_ns)
    values: dict[str, Any] = {
        "programme_id": programme.id, "unit": programme.unit, "pool_id": programme.pool_id, "name": new_id("award"),
        "amount": 1000, "period": Period(begins, begins + days * DAY_NS), "terms": PLAIN,
    }  # fmt: skip
    return NewAward(**(values | more))


async def granted(office: Bureau, programme: Programme, **more: Any) -> ProgrammeAward:
    """Such an award, which can be drawn on."""
    return (await grant_directly(office, office.actor("officer"), [plan(office, programme, **more)]))[0]


def read(office: Bureau, award_id: str) -> ProgrammeAward:
    """As app.db has it."""
    with office.desk.db.read() as connection:
        return find_award(connection, None, award_id)


async def draw(office: Bureau, award: ProgrammeAward, tokens: int) -> None:
    """One request of so many tokens in the award's project."""
    asked = facts(
        organization_id=office.place, project_id=award.project_id, model="unpriced", price_version=None,
        input_bound=tokens, output_bound=0,
    )  # fmt: skip
    reservation = await office.ledger.hold(new_id("req"), asked, 0)
    await office.ledger.settle(reservation, ending(tokens, 0))


def stands(office: Bureau, award_id: str) -> AwardBalance:
    """How it stands in the ledger."""
    return office.ledger.balance(award_id)


def prove(office: Bureau) -> None:
    """The ledger adds up, and says of every award what app.db says."""
    report = check(office.ledger.journal.read(0))
    assert report.breaches == [], report.breaches
    with office.desk.db.read() as connection:
        rows = connection.execute(tables.awards.select()).all()
        handed = {row.id: 0 for row in rows}
        for row in connection.execute(tables.tranches.select()):
            handed[row.award_id] += row.amount if row.state == "released" else 0
    for row in rows:
        award, known = read(office, row.id), office.ledger.books.awards.get(row.id)
        if award.state == "granting":
            continue
        balance = stands(office, award.id)
        assert known is not None
        if award.state == "closed":
            assert (known.state, balance.left, balance.committed) == ("closed", 0, 0)
            continue
        assert known == ledger_award(award)
        if award.ends_at > office.clock.now_ns():
            assert balance.issued + balance.committed - balance.returned == award.amount
