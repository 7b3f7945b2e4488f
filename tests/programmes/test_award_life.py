"""What becomes of an award, step by step: who asks, who decides, what is refused and why, who is told and how often."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.programmes.awarding import PLAIN, draw, granted, plan, project_of, prove, read, stands
from tests.programmes.offices import DAY_NS, Bureau
from tokenry.access import PermissionDenied
from tokenry.base.errors import Conflict, InvalidRequest, NotFound, TokenryError
from tokenry.ledger import InsufficientQuota
from tokenry.programmes import (
    Approval,
    Reporting,
    Terms,
    Tier,
    Tranches,
    Wish,
    accept,
    accept_report,
    amend_at_once,
    approve,
    approve_amendment,
    ask_amendment,
    close_award,
    decision_of,
    deny_amendment,
    go_round,
    grant_accepted,
    grant_directly,
    list_awards,
    release,
    reopen_award,
    reports_of,
    resume_award,
    return_report,
    steps_of,
    submit_report,
    suspend_award,
    take_back_amendment,
    tranches_of,
    waive_report,
)
from tokenry.programmes.awards.awards import Wanted
from tokenry.programmes.awards.backing import ReasonMissing
from tokenry.programmes.lifecycle import ConflictOfInterest, WrongState
from tokenry.programmes.terms import Fleet, TokenWeights, refuse_nonsense
from tokenry.storage import tables

pytestmark = pytest.mark.anyio
HEAVY = PLAIN.replace(weights=TokenWeights(input=2000))
REPORTED = PLAIN.replace(tranches=Tranches(3, "report"), reporting=Reporting(every_days=90, final_within_days=30))


def reports(office: Bureau, award_id: str) -> list[Any]:
    with office.desk.db.read() as connection:
        return reports_of(connection, award_id)


def states(office: Bureau, award_id: str) -> list[str]:
    with office.desk.db.read() as connection:
        return [part.state for part in tranches_of(connection, award_id)]


async def test_an_accepted_application_becomes_an_award(office: Bureau) -> None:
    """The applicant gets a project of their own, under the terms that were decided."""
    programme, ada = await office.programme(), office.actor("member", "ada")
    asked = office.submitted(office.call(programme), ada)
    approve(office, office.actor("officer"), asked.id, Approval(amount=500_000, days=100))
    decision = decision_of(office.desk.db, asked.id)
    assert decision is not None
    assert decision.terms_hash is not None
    await accept(office, ada, asked.id, decision.terms_hash)
    office.people.load()
    with office.desk.db.read() as connection:
        (award,) = list_awards(connection, Wanted())
    assert (award.application_id, award.awardee_id, award.state, award.amount) == (
        asked.id, ada.user_id, "active", 500_000,
    )  # fmt: skip
    assert award.ends_at - award.begins_at == 100 * DAY_NS
    assert award.terms.tier == "Explore"
    roster = office.people.roster
    assert ada.user_id is not None
    assert roster.project_roles(ada.user_id, office.place) == {award.project_id: "owner"}
    assert roster.projects[award.project_id].name == "Folding"
    assert await grant_accepted(office, asked.id) == award.id
    assert office.told("award.granted") == 1
    prove(office)


async def test_a_pool_gives_no_more_than_it_has(office: Bureau) -> None:
    programme, project = await office.programme(cap=1500), project_of(office)
    await granted(office, programme, project_id=project, amount=1000)
    before = len(office.log())
    with pytest.raises(Conflict) as refused:
        await granted(office, programme, project_id=project, amount=501)
    assert "has 500 tokens left" in refused.value.message
    assert len(office.log()) == before
    both = [plan(office, programme, project_id=project, amount=300) for _ in range(2)]
    with pytest.raises(Conflict):
        await grant_directly(office, office.actor("officer"), both)
    results = await asyncio.gather(
        *[granted(office, programme, project_id=project, amount=300) for _ in range(4)], return_exceptions=True
    )
    assert sum(not isinstance(one, BaseException) for one in results) == 1
    assert office.ledger.pool_balance(programme.pool_id).left == 200
    prove(office)


async def test_above_the_ratio_somebody_says_why(office: Bureau) -> None:
    terms = Terms(tiers=(Tier("one", 10**9),), backing=(Fleet(1, 1, "measured"),), ratio_max_percent=100)
    refuse_nonsense(terms)
    programme, project = (
        await office.programme(template=None, unit="tokens", terms=terms, cap=10**9),
        project_of(office),
    )
    await granted(office, programme, project_id=project, amount=31_536_000)
    with pytest.raises(ReasonMissing) as refused:
        await granted(office, programme, project_id=project, amount=1)
    assert "101 %" in refused.value.message
    made = await granted(office, programme, project_id=project, amount=1, reason="the second rack comes in May")
    assert made.state == "active"


async def test_parts_wait_for_reports(office: Bureau) -> None:
    programme, ada = await office.programme(), office.actor("member", "ada")
    award = await granted(office, programme, project_id=project_of(office, ada), terms=REPORTED, amount=10)
    assert (stands(office, award.id).left, stands(office, award.id).committed) == (4, 6)
    first, second = [one.id for one in reports(office, award.id) if one.kind == "progress"][:2]
    officer = office.actor("officer")
    with pytest.raises(WrongState):
        await accept_report(office, officer, first)
    submit_report(office, ada, first, "We began.", ["https://example.org/notes"])
    return_report(office, officer, first, "With figures, please.")
    assert stands(office, award.id).left == 4
    with pytest.raises(WrongState):
        await accept_report(office, officer, first)
    submit_report(office, ada, first, "We began, with figures.")
    with pytest.raises(WrongState):
        submit_report(office, ada, first, "And again.")
    await suspend_award(office, officer, award.id, "a key leaked")
    await accept_report(office, officer, first)
    await go_round(office)
    assert stands(office, award.id).left == 4, "what is suspended is handed nothing"
    await resume_award(office, officer, award.id, None)
    await go_round(office)
    assert stands(office, award.id).left == 7
    with pytest.raises(InvalidRequest):
        await waive_report(office, officer, second, " ")
    await waive_report(office, officer, second, "they wrote a paper instead")
    assert (stands(office, award.id).left, states(office, award.id)) == (10, ["released"] * 3)
    assert office.told("award.tranche_released") == 2
    prove(office)


async def test_an_officer_hands_out_before_the_day(office: Bureau) -> None:
    programme, officer = await office.programme(), office.actor("officer")
    terms = PLAIN.replace(tranches=Tranches(3, "date", 30))
    award = await granted(office, programme, project_id=project_of(office), terms=terms, amount=9)
    with office.desk.db.read() as connection:
        parts = tranches_of(connection, award.id)
    with pytest.raises(Conflict, match="tranche 2 comes before"):
        await release(office, officer, parts[2].id)
    results = await asyncio.gather(
        *[release(office, officer, parts[1].id, "they wait") for _ in range(3)], return_exceptions=True
    )
    assert sum(isinstance(one, Conflict) for one in results) == 2
    assert stands(office, award.id).left == 6
    office.clock.advance(s=61 * 86_400)
    await go_round(office)
    assert stands(office, award.id).left == 9
    prove(office)


async def test_a_late_report(office: Bureau) -> None:
    """It is told once, taken all the same, refuses more units and time meanwhile, and is refused once all is closed."""
    programme, ada, officer = await office.programme(), office.actor("member", "ada"), office.actor("officer")
    award = await granted(office, programme, project_id=project_of(office, ada), terms=REPORTED)
    report = reports(office, award.id)[0]
    office.clock.advance(s=80 * 86_400)
    for _ in range(3):
        await go_round(office)
    assert (office.told("report.due"), office.told("report.overdue")) == (1, 0)
    office.clock.advance(s=11 * 86_400)
    for _ in range(3):
        await go_round(office)
    assert office.told("report.overdue") == 1
    for kind, more in (("supplement", {"amount": 5}), ("extension", {"until": award.ends_at + DAY_NS})):
        with pytest.raises(Conflict, match="progress report 1 was due on"):
            ask_amendment(office, ada, Wish(kind, award.id, "please", **more))  # type: ignore[arg-type] # both are kinds
    late = submit_report(office, ada, report.id, "Sorry.")
    assert late.late(office.clock.now_ns())
    ask_amendment(office, ada, Wish("supplement", award.id, "please", 5))
    for one in reports(office, award.id):
        await waive_report(office, officer, one.id, "it ends")
    await close_award(office, officer, award.id, "done")
    assert read(office, award.id).state == "closed"
    with pytest.raises(Conflict, match="takes no report any more"):
        submit_report(office, ada, reports(office, award.id)[1].id, "Too late.")


async def test_asking_and_deciding(office: Bureau) -> None:
    programme, ada, officer = await office.programme(), office.actor("member", "ada"), office.actor("officer")
    award = await granted(office, programme, project_id=project_of(office, ada))
    more = ask_amendment(office, ada, Wish("supplement", award.id, "a second cohort", 100))
    results = await asyncio.gather(
        approve_amendment(office, officer, more.id, "fine"),
        approve_amendment(office, office.actor("admin"), more.id, None),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Conflict) for one in results) == 1, "two officers decide at once: one does"
    assert (stands(office, award.id).left, read(office, award.id).amount) == (1100, 1100)
    no = ask_amendment(office, ada, Wish("extension", award.id, "time", until=award.ends_at + DAY_NS))
    with pytest.raises(InvalidRequest):
        deny_amendment(office, officer, no.id, None)
    assert deny_amendment(office, officer, no.id, "others wait").state == "denied"
    assert read(office, award.id).ends_at == award.ends_at
    back = ask_amendment(office, ada, Wish("supplement", award.id, "more", 1))
    take_back_amendment(office, ada, back.id)
    with pytest.raises(Conflict):
        await approve_amendment(office, officer, back.id, None)
    own = ask_amendment(office, officer, Wish("supplement", award.id, "for me", 1))
    with pytest.raises(PermissionDenied):
        await approve_amendment(office, officer, own.id, None)
    assert office.told("award.amended") == 2
    prove(office)


async def test_more_time_moves_the_reports(office: Bureau) -> None:
    programme = await office.programme()
    award = await granted(office, programme, project_id=project_of(office), terms=REPORTED)
    before = [(one.kind, one.number) for one in reports(office, award.id)]
    until = award.ends_at + 100 * DAY_NS
    await amend_at_once(office, office.actor("officer"), Wish("extension", award.id, "late start", until=until))
    after = reports(office, award.id)
    assert [(one.kind, one.number) for one in after] == [*before[:-1], ("progress", 5), ("final", 1)]
    assert after[-1].due_at == until + 30 * DAY_NS
    assert office.ledger.books.awards[award.id].expires_at == until
    prove(office)


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({"kind": "supplement", "amount": 0}, "from 1 to"),
        ({"kind": "supplement", "amount": -5}, "from 1 to"),
        ({"kind": "supplement", "amount": 2**63 - 1}, "at most"),
        ({"kind": "supplement", "amount": 10**14}, "raise its cap"),
        ({"kind": "supplement"}, "from 1 to"),
        ({"kind": "supplement", "amount": 5, "until": 5}, "extension alone"),
        ({"kind": "extension", "until": 5}, "after the award's end"),
        ({"kind": "extension"}, "after the award's end"),
        ({"kind": "extension", "until": 2**63 - 1}, "at most 3660 days"),
        ({"kind": "extension", "until": 2**62, "amount": 5}, "time alone"),
        ({"kind": "transfer", "amount": 5, "other_award_id": "elsewhere"}, "of one project"),
        ({"kind": "transfer", "amount": 5, "other_award_id": "awd_nope"}, "no award"),
        ({"kind": "transfer", "amount": 5}, "another award"),
        ({"kind": "transfer", "amount": 1001, "other_award_id": "beside"}, "less than"),
        ({"kind": "transfer", "amount": 5, "other_award_id": "heavier"}, "count alike"),
        ({"kind": "withdrawal", "amount": 1001}, "less than"),
        ({"kind": "withdrawal", "amount": 5, "reason": "  "}, "say why"),
    ],
)
async def test_what_an_award_cannot_become(office: Bureau, wish: dict[str, Any], why: str) -> None:
    programme, project = await office.programme(), project_of(office)
    award = await granted(office, programme, project_id=project)
    others = {
        "elsewhere": (await granted(office, programme, project_id=project_of(office))).id,
        "beside": (await granted(office, programme, project_id=project)).id,
        "heavier": (await granted(office, programme, project_id=project, terms=HEAVY)).id,
    }
    values = {"award_id": award.id, "reason": "because"} | wish
    if "other_award_id" in values:
        values["other_award_id"] = others.get(values["other_award_id"], values["other_award_id"])
    log = office.log()
    with pytest.raises(TokenryError) as refused:
        await amend_at_once(office, office.actor("officer"), Wish(**values))
    assert why in refused.value.message
    assert office.log() == log, "what is refused leaves no trace"
    prove(office)


async def test_nothing_is_changed_after_the_end(office: Bureau) -> None:
    programme, ada, officer = await office.programme(), office.actor("member", "ada"), office.actor("officer")
    award = await granted(office, programme, project_id=project_of(office, ada), days=10)
    office.clock.advance(s=11 * 86_400)
    office.ledger.sweep()
    with pytest.raises(Conflict, match="renew it"):
        await amend_at_once(office, officer, Wish("extension", award.id, "x", until=award.ends_at + 90 * DAY_NS))
    again = await granted(office, programme, project_id=award.project_id, renews=award.id)
    assert again.renews == award.id
    with pytest.raises(Conflict, match="same project"):
        await granted(office, programme, project_id=project_of(office), renews=award.id)
    with pytest.raises(NotFound):
        await granted(office, programme, project_id=award.project_id, renews="awd_nope")
    prove(office)


async def test_closing_waits_for_what_is_missing(office: Bureau) -> None:
    programme, ada, officer = await office.programme(), office.actor("member", "ada"), office.actor("officer")
    terms = PLAIN.replace(tranches=Tranches(2, "date", 100))
    award = await granted(office, programme, project_id=project_of(office, ada), terms=terms)
    await draw(office, award, 120)
    closing = await close_award(office, officer, award.id, "the work is done")
    assert closing.state == "closing"
    with pytest.raises(InsufficientQuota):
        await draw(office, award, 1)
    await reopen_award(office, officer, award.id, "not yet")
    await draw(office, award, 1)
    await close_award(office, officer, award.id, "now it is")
    await go_round(office)
    assert read(office, award.id).state == "closing"
    (final,) = [one for one in reports(office, award.id) if one.kind == "final"]
    submit_report(office, ada, final.id, "All of it.")
    await accept_report(office, officer, final.id)
    await go_round(office)
    assert read(office, award.id).state == "closed"
    assert states(office, award.id) == ["released", "cancelled"]
    pool = office.ledger.pool_balance(programme.pool_id)
    assert (pool.left, pool.committed) == (pool.cap - 121, 0)
    assert office.told("award.closed") == 1
    with pytest.raises(WrongState):
        await close_award(office, officer, award.id, "again")
    with pytest.raises(WrongState):
        await reopen_award(office, officer, award.id, "again")
    prove(office)


async def test_who_is_told_that_an_award_runs_out(office: Bureau) -> None:
    programme, ada = await office.programme(), office.actor("member", "ada")
    award = await granted(office, programme, project_id=project_of(office, ada), amount=100)
    office.people.load()
    for drawn, marks in ((79, 0), (1, 1), (19, 1), (1, 2)):
        await draw(office, award, drawn)
        for _ in range(2):
            await go_round(office)
        assert office.told("award.exhausted") == marks
    for days, marks in ((334, 0), (2, 1), (20, 1), (3, 2), (10, 2)):
        office.clock.advance(s=days * 86_400)
        for _ in range(2):
            await go_round(office)
        assert office.told("award.expiring") == marks
    with office.desk.db.read() as connection:
        mails = connection.execute(tables.deliveries.select()).all()
    assert {mail.target for mail in mails if mail.channel == "email"} >= {"adamember@example.org"}


async def test_every_step_is_noted_with_who_and_why(office: Bureau) -> None:
    programme, officer = await office.programme(), office.actor("officer")
    award = await granted(office, programme, project_id=project_of(office))
    await suspend_award(office, officer, award.id, "a key leaked")
    with office.desk.db.read() as connection:
        rows = connection.execute(tables.audit.select().where(tables.audit.c.resource_id == award.id)).all()
        words = {step.id: step.words for step in steps_of(connection, award.id)}
    assert "leaked" not in repr(rows), "what people write can be erased; the log cannot"
    told = [(row.type, row.actor_id, words[row.details["step_id"]]) for row in rows]
    assert told == [
        ("award.created", officer.user_id, None),
        ("award.granted", "house", None),
        ("award.suspended", officer.user_id, "a key leaked"),
    ]


async def test_nobody_gives_themselves_anything(office: Bureau) -> None:
    """An officer who has a part in an award neither makes it, nor adds to it, nor accepts its reports."""
    programme, officer = await office.programme(), office.actor("officer")
    own, other = project_of(office, officer), office.actor("admin")
    new = plan(office, programme, project_id=own, terms=REPORTED)
    with pytest.raises(ConflictOfInterest):
        await grant_directly(office, officer, [new])
    with pytest.raises(ConflictOfInterest):
        await grant_directly(office, officer, [plan(office, programme, awardee_id=officer.user_id)])
    (award,) = await grant_directly(office, other, [new])
    report = reports(office, award.id)[0]
    submit_report(office, officer, report.id, "We did well.")
    with office.desk.db.read() as connection:
        waiting = tranches_of(connection, award.id)[1]
    wish = Wish("supplement", award.id, "more", 5)
    asked = ask_amendment(office, office.actor("member"), wish)
    for act in (
        accept_report(office, officer, report.id), waive_report(office, officer, report.id, "x"),
        release(office, officer, waiting.id), amend_at_once(office, officer, wish),
        approve_amendment(office, officer, asked.id, None),
    ):  # fmt: skip  # all that gives
        with pytest.raises(ConflictOfInterest):
            await act
    await accept_report(office, other, report.id)
    assert stands(office, award.id).left == 667


async def test_closed_and_opened_again_at_once(office: Bureau) -> None:
    """Whoever is first: afterwards both books say the same, and nothing is closed in one of them alone."""
    programme, officer = await office.programme(), office.actor("officer")
    project = project_of(office)
    terms = PLAIN.replace(reporting=Reporting(final=False))
    ends: set[str] = set()
    for _ in range(6):
        award = await granted(office, programme, project_id=project, terms=terms)
        await asyncio.gather(
            close_award(office, officer, award.id, "done"), reopen_award(office, officer, award.id, "not done"),
            go_round(office), return_exceptions=True,
        )  # fmt: skip  # two people and the clock
        await go_round(office)
        ends.add(read(office, award.id).state)
        prove(office)
    assert ends <= {"active", "closed"}
