"""What awards are told of by themselves: nearly used up, and ending soon; each once an occasion."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from tokenry import storage
from tokenry.base.clock import isoformat
from tokenry.ledger import AwardBalance
from tokenry.programmes.awards.awards import ProgrammeAward, Wanted, list_awards
from tokenry.programmes.awards.schedule import DAY_NS
from tokenry.programmes.awards.telling import Happening, tell_award
from tokenry.programmes.office import Office

EXHAUSTED_PERCENT: Final = (100, 80)  # of what was handed out
EXPIRING_DAYS: Final = (7, 30)  # before the end
news = storage.tables.news


async def watch(office: Office) -> int:
    """Tell of every award that is nearly used up or ends soon; how much was news."""

    def running() -> list[ProgrammeAward]:
        with office.desk.db.read() as connection:
            return list_awards(connection, Wanted(state="active"))

    found: list[tuple[ProgrammeAward, Happening]] = []
    for award in await asyncio.to_thread(running):
        if award.id in office.ledger.books.awards:
            happenings = happenings_of(award, office.ledger.balance(award.id), office.clock.now_ns())
            found += [(award, happening) for happening in happenings]
    return await asyncio.to_thread(_tell, office, found) if found else 0


def happenings_of(award: ProgrammeAward, stands: AwardBalance, now_ns: int) -> list[Happening]:
    """What there is to tell of one award; of several marks that it has passed, the last. Pure."""
    found: list[Happening] = []
    ends = award.ends_at - now_ns
    if ends <= 0:
        return found
    percent = next((mark for mark in EXHAUSTED_PERCENT if stands.spent * 100 >= mark * stands.issued > 0), None)
    if percent is not None:
        data: dict[str, Any] = {"percent": percent}
        data |= {"spent": stands.spent, "issued": stands.issued, "committed": stands.committed}
        found.append(Happening("award.exhausted", f"{award.id}:{stands.issued}:{percent}", data))
    days = next((mark for mark in EXPIRING_DAYS if ends <= mark * DAY_NS), None)
    if days is not None:
        data = {"days": days, "ends_at": isoformat(award.ends_at), "left": stands.left}
        found.append(Happening("award.expiring", f"{award.id}:{award.ends_at}:{days}", data))
    return found


def _tell(office: Office, found: list[tuple[ProgrammeAward, Happening]]) -> int:
    told = 0
    for award, happening in found:
        with office.desk.db.read() as connection:
            if connection.execute(news.select().where(news.c.occasion == happening.occasion)).first() is not None:
                continue
        with office.desk.db.write() as connection:
            told += tell_award(office, connection, award, happening)
    if told:
        office.notices.on_waiting()
    return told
