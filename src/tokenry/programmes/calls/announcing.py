"""News of calls, applications and reviews, told in the transaction of the step that it is of, once an occasion.

News names things by id and programmes by name; what applicants and reviewers wrote is in none of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from tokenry.base.clock import NS_PER_S, isoformat
from tokenry.notify import News
from tokenry.programmes.calls.audience import addresses, members, officers
from tokenry.programmes.calls.programmes import Programme
from tokenry.programmes.office import Office
from tokenry.storage import Transaction

# What became due longer ago is told no more: news is kept for a day at least, and by it is known what was told.
LATE_NS = 86_400 * NS_PER_S
MAILED_MAX = 100  # people; beyond that an opened call stands in the feed alone


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to an application. `nth`: which of its kind, so that each is told once.

    `user_id`: whom it concerns; None = those in charge.
    """

    type: str
    application_id: str
    nth: str = "1"
    data: dict[str, Any] = field(default_factory=dict)
    user_id: str | None = None


def call_opened(office: Office, connection: Transaction, programme: Programme, call_id: str, closes_at: int) -> bool:
    """A call is open: everybody in the organization may apply. Whether it was not told before."""
    people = members(office.people.roster, programme.organization_id)
    mailed = people if len(people) <= MAILED_MAX else ()
    data = {
        "programme": programme.name, "programme_id": programme.id, "call_id": call_id, "closes": isoformat(closes_at),
    }  # fmt: skip
    news = News(programme.organization_id, "call.opened", f"call.opened:{call_id}", data)
    return office.notices.tell_within(connection, news, addresses(office.people.roster, mailed))


def tell_officers(office: Office, connection: Transaction, programme: Programme, what: Happening) -> bool:
    """Something waits for an officer, or none needs to wait for it any more."""
    return _tell(office, connection, programme, what, officers(office.people.roster, programme.organization_id))


def tell_person(office: Office, connection: Transaction, programme: Programme, what: Happening, user_id: str) -> bool:
    """Something concerns one person: the applicant, or a reviewer."""
    return _tell(office, connection, programme, replace(what, user_id=user_id), (user_id,))


def _tell(office: Office, connection: Transaction, programme: Programme, what: Happening, whom: Iterable[str]) -> bool:
    about = {"programme": programme.name, "programme_id": programme.id, "application_id": what.application_id}
    occasion = f"{what.type}:{what.application_id}:{what.nth}"
    news = News(programme.organization_id, what.type, occasion, about | what.data, user_id=what.user_id)
    return office.notices.tell_within(connection, news, addresses(office.people.roster, whom))
