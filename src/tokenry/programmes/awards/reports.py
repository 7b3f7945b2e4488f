"""Reports on an award: due by its schedule, submitted by its project, accepted, returned or waived by an officer.

A late report says that it is late and is taken all the same, until the award is closed. While one is overdue, the
awardee can ask for no more units and no more time, and a tranche that waits for it waits on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from tokenry import storage
from tokenry.access import Act, Actor
from tokenry.base.clock import isoformat
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.programmes.answers import is_clean
from tokenry.programmes.awards.awards import ProgrammeAward, find_award
from tokenry.programmes.awards.interests import require_disinterested
from tokenry.programmes.awards.schedule import DAY_NS, ReportKind, reports_due
from tokenry.programmes.awards.steps import checked_reason, note_step
from tokenry.programmes.awards.telling import Happening, tell_award
from tokenry.programmes.awards.tranches import release_due
from tokenry.programmes.lifecycle import WrongState
from tokenry.programmes.office import Office
from tokenry.storage import Transaction

table = storage.tables.award_reports
awards = storage.tables.awards
ReportState = Literal["due", "submitted", "returned", "accepted", "waived"]
TEXT_LENGTH_MAX = 50_000
LINKS_MAX = 20
LINK_LENGTH_MAX = 2000
REMIND_DAYS: Final = 14  # before a report is due
OPEN: Final = ("due", "returned")  # states in which it is the awardee's turn
DONE: Final = ("accepted", "waived")


@dataclass(frozen=True, slots=True)
class Report:
    """One of them. Times are nanoseconds since the epoch; `words` are of whoever decided."""

    id: str
    award_id: str
    kind: ReportKind
    number: int
    due_at: int
    state: ReportState
    text: str | None = None
    links: list[str] | None = None
    submitted_by: str | None = None
    submitted_at: int | None = None
    decided_by: str | None = None
    words: str | None = None
    decided_at: int | None = None

    def late(self, now_ns: int) -> bool:
        """Whether it came after its day, or has not come and should have."""
        if self.state in DONE and self.submitted_at is None:
            return False
        return (self.submitted_at or now_ns) > self.due_at

    def overdue(self, now_ns: int) -> bool:
        """Whether it is the awardee's turn, and its day is past."""
        return self.state in OPEN and now_ns > self.due_at

    @property
    def label(self) -> str:
        """As people call it."""
        return "the final report" if self.kind == "final" else f"progress report {self.number}"


def reports_of(connection: Transaction, award_id: str) -> list[Report]:
    """All reports of an award, in the order in which they are due."""
    query = table.select().where(table.c.award_id == award_id).order_by(table.c.due_at, table.c.kind.desc())
    return [Report(**row._asdict()) for row in connection.execute(query)]


def reports_in(connection: Transaction, organization_id: str) -> list[Report]:
    """All reports on an organization's awards that are not closed, in the order in which they are due."""
    query = (
        table.select()
        .join(awards, awards.c.id == table.c.award_id)
        .where(awards.c.organization_id == organization_id, awards.c.state != "closed")
        .order_by(table.c.due_at, table.c.id)
    )
    return [Report(**row._asdict()) for row in connection.execute(query)]


def find_report(connection: Transaction, organization_id: str | None, report_id: str) -> Report:
    """One of an organization's awards, or of any. Raises NotFound."""
    row = connection.execute(table.select().where(table.c.id == report_id)).one_or_none()
    if row is not None:
        place = connection.execute(awards.select().where(awards.c.id == row.award_id)).one()
        if organization_id in {None, place.organization_id}:
            return Report(**row._asdict())
    raise NotFound(f"There is no report {report_id[:100]!r}.", param="report_id")


def refuse_overdue(connection: Transaction, award_id: str, now_ns: int) -> None:
    """Say no while a report is overdue. Raises Conflict."""
    for report in reports_of(connection, award_id):
        if report.overdue(now_ns):
            raise Conflict(
                f"{report.label} was due on {isoformat(report.due_at)[:10]} and has not come: submit it first; until "
                "then nothing more can be asked for",
                param="award_id",
            )


def submit_report(office: Office, by: Actor, report_id: str, text: str, links: Sequence[str] = ()) -> Report:
    """Hand a report in, or a returned one again. Blocks for one transaction.

    Raises:
        NotFound; WrongState: it was handed in already. Conflict: the award is closed. InvalidRequest: no text.
    """
    words, kept = _checked_text(text), _checked_links(links)
    with office.desk.act(by, "award.report_submitted") as act:
        report, award = _found(act, by, report_id)
        if award.state == "closed":
            raise Conflict("the award is closed, and takes no report any more", param="report_id")
        if report.state not in OPEN:
            raise WrongState(f"{report.label} is {report.state} already", param="report_id")
        now_ns = office.clock.now_ns()
        values: dict[str, Any] = {
            "state": "submitted", "text": words, "links": kept, "submitted_by": by.user_id or by.id,
            "submitted_at": now_ns,
        }  # fmt: skip
        report = replace(report, **values)
        act.details |= {"late": report.late(now_ns)}
        _write(office, act, by, (award, report), None)
        data = {"report_id": report.id, "late": report.late(now_ns)}
        tell_award(office, act.connection, award, Happening("report.submitted", f"{report.id}:{now_ns}", data))
    office.notices.on_waiting()
    return report


def return_report(office: Office, by: Actor, report_id: str, words: str | None) -> Report:
    """Ask for more; the awardee hands it in again. Blocks. Raises NotFound, WrongState, InvalidRequest."""
    reason = checked_reason(words, "the report is returned")
    return _decide(office, by, report_id, ("returned", reason))


async def accept_report(office: Office, by: Actor, report_id: str, words: str | None = None) -> Report:
    """Accept one; a tranche that waited for it is handed out when this returns. Raises NotFound, WrongState."""
    report = await asyncio.to_thread(_decide, office, by, report_id, ("accepted", words))
    await release_due(office)
    return report


async def waive_report(office: Office, by: Actor, report_id: str, reason: str | None) -> Report:
    """Go without one, as if it had been accepted. Raises NotFound, WrongState, InvalidRequest."""
    words = checked_reason(reason, "the report is waived")
    report = await asyncio.to_thread(_decide, office, by, report_id, ("waived", words))
    await release_due(office)
    return report


def move_schedule(connection: Transaction, award: ProgrammeAward) -> None:
    """After a later end: further progress reports, and the final one when it is due now."""
    known = {(report.kind, report.number): report for report in reports_of(connection, award.id)}
    for due in reports_due(award.period, award.terms.reporting):
        report = known.get((due.kind, due.number))
        if report is None:
            row: dict[str, Any] = {"id": new_id("rep"), "award_id": award.id, "kind": due.kind, "number": due.number}
            connection.execute(table.insert(), row | {"due_at": due.due_at, "state": "due"})
        elif report.state in OPEN and report.due_at != due.due_at:
            connection.execute(table.update().where(table.c.id == report.id), {"due_at": due.due_at})


def remind(office: Office) -> int:
    """Tell of every report that falls due soon or is overdue, each once; how many were told. Blocks."""
    now_ns, told = office.clock.now_ns(), 0
    soon = table.select().join(awards, awards.c.id == table.c.award_id)
    query = soon.where(
        table.c.state.in_(OPEN), table.c.due_at <= now_ns + REMIND_DAYS * DAY_NS,
        awards.c.state.in_(("active", "suspended", "closing")),
    ).order_by(table.c.due_at)  # fmt: skip
    with office.desk.db.read() as connection:
        found = [Report(**row._asdict()) for row in connection.execute(query)]
    for report in found:
        kind = "report.overdue" if report.overdue(now_ns) else "report.due"
        data = {"report_id": report.id, "report": report.label, "due_at": isoformat(report.due_at)}
        occasion = f"{report.id}:{report.due_at}"
        if _is_told(office, f"{kind}:{occasion}"):
            continue
        with office.desk.db.write() as connection:
            award = find_award(connection, None, report.award_id)
            told += tell_award(office, connection, award, Happening(kind, occasion, data))
    if told:
        office.notices.on_waiting()
    return told


def _is_told(office: Office, occasion: str) -> bool:
    news = storage.tables.news
    with office.desk.db.read() as connection:
        return connection.execute(news.select().where(news.c.occasion == occasion)).first() is not None


def _decide(office: Office, by: Actor, report_id: str, decision: tuple[ReportState, str | None]) -> Report:
    state, words = decision
    begins = ("due", "returned", "submitted") if state == "waived" else ("submitted",)
    with office.desk.act(by, f"award.report_{state}") as act:
        report, award = _found(act, by, report_id)
        require_disinterested(office.people.roster, by, award.project_id, award.awardee_id)
        if award.state == "closed":
            raise Conflict("the award is closed, and nothing is decided about it any more", param="report_id")
        if report.state not in begins:
            raise WrongState(
                f"{report.label} is {report.state}; only one that is {' or '.join(begins)} can be {state}",
                param="report_id",
            )
        values: dict[str, Any] = {
            "state": state, "words": words, "decided_by": by.user_id or by.id, "decided_at": office.clock.now_ns(),
        }  # fmt: skip
        report = replace(report, **values)
        _write(office, act, by, (award, report), words)
        data = {"report_id": report.id, "report": report.label, "state": state}
        occasion = f"{report.id}:{state}:{report.decided_at}"
        tell_award(office, act.connection, award, Happening("report.decided", occasion, data))
    office.notices.on_waiting()
    return report


def _found(act: Act, by: Actor, report_id: str) -> tuple[Report, ProgrammeAward]:
    report = find_report(act.connection, by.organization_id, report_id)
    award = find_award(act.connection, by.organization_id, report.award_id)
    act.resource_id, act.project_id = award.id, award.project_id
    return report, award


_CHANGING = ("state", "text", "links", "submitted_by", "submitted_at", "decided_by", "words", "decided_at")


def _write(office: Office, act: Act, by: Actor, what: tuple[ProgrammeAward, Report], words: str | None) -> None:
    award, report = what
    act.details |= {"report_id": report.id, "kind": report.kind, "number": report.number}
    values = {name: getattr(report, name) for name in _CHANGING}
    act.connection.execute(table.update().where(table.c.id == report.id), values)
    note_step(office.desk, act, by, (award.id, award.state), words)


def _checked_text(text: str) -> str:
    words = text.strip()
    if not 0 < len(words) <= TEXT_LENGTH_MAX or not is_clean(words, lines=True):
        raise InvalidRequest(f"a report has some text, at most {TEXT_LENGTH_MAX} printable characters", param="text")
    return words


def _checked_links(links: Sequence[str]) -> list[str]:
    if len(links) > LINKS_MAX:
        raise InvalidRequest(f"a report has at most {LINKS_MAX} links", param="links")
    for link in links:
        if not _is_link(link):
            raise InvalidRequest(f"links: {link[:100]!r} is no address that begins with https:// or http://")
    return list(links)


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and len(text) <= LINK_LENGTH_MAX and text.isascii()
