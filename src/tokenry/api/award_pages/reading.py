"""What the pages about awards show, from app.db, the ledger and the sums of usage. Blocks: in a worker thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tokenry import storage
from tokenry.api.award_pages.awardee import AwardPage, Due
from tokenry.api.award_pages.charts import Outlook
from tokenry.api.award_pages.funder import FunderPage, PoolFigures
from tokenry.api.award_pages.words import in_words
from tokenry.api.rooms import Rooms
from tokenry.base.clock import NS_PER_S, to_datetime
from tokenry.base.errors import Conflict, NotFound
from tokenry.ledger.buckets import AwardDay
from tokenry.programmes import (
    Programme,
    ProgrammeAward,
    WantedAwards,
    find_award,
    find_programme,
    list_awards,
    tranches_of,
)
from tokenry.programmes.outlook import (
    DAY_S,
    AwardUse,
    Day,
    Forecast,
    days,
    first_of_day,
    forecast,
    idle_days,
    uptake,
    whole_days,
    words,
)
from tokenry.storage import Transaction

reports = storage.tables.award_reports
RECENT_DAYS = 30
_OPEN = ("due", "submitted", "returned")


@dataclass(frozen=True, slots=True)
class History:
    """What became of an award: every day so far, what is to be expected, and the same in words."""

    days: list[Day]
    expected: Forecast
    words: str
    cost: int | None
    requests: int

    @property
    def recent(self) -> list[int]:
        """Units drawn on each of the last days, today last."""
        known = [day.drawn for day in self.days[-RECENT_DAYS:]]
        return [0] * (RECENT_DAYS - len(known)) + known


def histories(rooms: Rooms, awards: Sequence[ProgrammeAward]) -> dict[str, History]:
    """The history of each of these awards, by its id."""
    rooms.buckets.catch_up()
    now_s = rooms.clock.now_ns() // NS_PER_S
    by_award: dict[str, list[AwardDay]] = {award.id: [] for award in awards}
    for day in rooms.buckets.award_days(list(by_award), 0, now_s + DAY_S):
        by_award[day.award_id].append(day)
    return {award.id: _history(rooms, award, by_award[award.id], now_s) for award in awards}


def _history(rooms: Rooms, award: ProgrammeAward, found: Sequence[AwardDay], now_s: int) -> History:
    begins_s, ends_s = award.begins_at // NS_PER_S, award.ends_at // NS_PER_S
    drawn = {one.day: one.drawn for one in found}
    known = days(drawn, {one.day: one.net for one in found}, begins_s, now_s)
    left = rooms.ledger.balance(award.id).left
    ends_in = max(0, (ends_s - now_s) // DAY_S)
    expected = forecast(whole_days(known, now_s), left, ends_in)
    told = words(expected, to_datetime(now_s * NS_PER_S).date(), ends_in)
    if known[-1].drawn and idle_days(known[:-1]) is None:
        told = "It was first used today; how long it lasts can be said once there are days to go by."
    cost = sum(one.cost for one in found)
    return History(known, expected, told, cost or None, sum(one.requests for one in found))


def award_page(rooms: Rooms, award: ProgrammeAward, user_id: str | None, base_url: str) -> AwardPage:
    """The awardee's page of an award.

    Args:
        user_id: whose keys are named. base_url: where this server is reached, without a slash at its end.
    """
    with rooms.desk.db.read() as connection:
        programme = find_programme(connection, award.organization_id, award.programme_id)
        coming = _coming(connection, rooms, award)
    balance, history = rooms.ledger.balance(award.id), histories(rooms, [award])[award.id]
    project = rooms.people.roster.projects[award.project_id]
    return AwardPage(
        id=award.id,
        name=award.name,
        programme=programme.name,
        project=project.name,
        state=shown_state(award, balance.left, balance.held, rooms.clock.now_ns()),
        unit=award.unit,
        granted=award.amount,
        released=award.amount - balance.committed,
        drawn=balance.spent,
        held=balance.held,
        left=balance.left,
        begins_s=award.begins_at // NS_PER_S,
        ends_s=award.ends_at // NS_PER_S,
        history=history.days,
        outlook=_outlook(history, rooms.clock.now_ns() // NS_PER_S),
        outlook_words=history.words,
        coming=coming,
        models=award.terms.restrictions.models,
        acknowledgement=award.terms.acknowledgement.replace("{programme}", programme.name).replace("{award}", award.id),
        conditions=award.terms.conditions,
        base_url=base_url,
        keys=_keys(rooms, award.project_id, user_id),
    )


def shown_state(award: ProgrammeAward, left: int, held: int, now_ns: int) -> str:
    """The state in the words of people: an active award may be used up, over, or not begun."""
    if award.state != "active":
        return award.state
    if now_ns >= award.ends_at:
        return "expired"
    if now_ns < award.begins_at:
        return "begins later"
    return "exhausted" if left == 0 and held == 0 else "active"


def find_visible_award(
    rooms: Rooms, organization_id: str, award_id: str, projects: frozenset[str] | None
) -> ProgrammeAward:
    """An award of the organization in one of these projects; None = in any. Raises NotFound, Conflict: not granted."""
    with rooms.desk.db.read() as connection:
        award = find_award(connection, organization_id, award_id)
    if projects is not None and award.project_id not in projects:
        raise NotFound(f"There is no award {award_id[:100]!r}.", param="award_id")
    if award.state == "granting":
        raise Conflict("the award is being made, and can be looked at once it is; it waits for units of its pool")
    return award


def awards_in(rooms: Rooms, organization_id: str, projects: frozenset[str]) -> list[ProgrammeAward]:
    """The awards of an organization in these projects that the ledger has, the newest first."""
    with rooms.desk.db.read() as connection:
        found = list_awards(connection, WantedAwards(organization_id=organization_id))
    return [award for award in reversed(found) if award.project_id in projects and award.state != "granting"]


def funder_page(rooms: Rooms, programme: Programme, *, costs: bool, public_url: str | None) -> FunderPage:
    """What a programme's funder sees.

    Args:
        costs: whether what providers ask may be shown.
        public_url: of the public page, when there is one.
    """
    with rooms.desk.db.read() as connection:
        awards = list_awards(connection, WantedAwards(programme_id=programme.id))
    awards = [award for award in awards if award.state != "granting"]  # of these the ledger knows nothing yet
    known, now_s = histories(rooms, awards), rooms.clock.now_ns() // NS_PER_S
    uses = [_use(rooms, award, known[award.id], costs=costs) for award in awards]
    pool = rooms.ledger.pool_balance(programme.pool_id)
    return FunderPage(
        id=programme.id,
        name=programme.name,
        about=programme.terms.about,
        unit=programme.unit,
        now_s=now_s,
        pool=PoolFigures(pool.cap, pool.granted - pool.returned, pool.committed, pool.left),
        sums=uptake(uses, now_s),
        uses=uses,
        backing=[in_words(one) for one in programme.terms.backing],
        public_url=public_url,
    )


def public_page(rooms: Rooms, programme: Programme) -> FunderPage:
    """What everybody may see of a programme. Anybody may ask, so nothing is reckoned here that is not shown."""
    with rooms.desk.db.read() as connection:
        awards = list_awards(connection, WantedAwards(programme_id=programme.id))
    now_s = rooms.clock.now_ns() // NS_PER_S
    uses = [_public_use(rooms, award) for award in awards if award.state != "granting"]
    pool = rooms.ledger.pool_balance(programme.pool_id)
    return FunderPage(
        id=programme.id, name=programme.name, about=programme.terms.about, unit=programme.unit, now_s=now_s,
        pool=PoolFigures(pool.cap, pool.granted - pool.returned, pool.committed, pool.left),
        sums=uptake(uses, now_s), uses=uses, public_url=None,
    )  # fmt: skip  # one line of names


def public_programme(rooms: Rooms, programme_id: str) -> Programme:
    """A programme that shows itself to everybody. Raises NotFound for any other, as if there were none."""
    table = storage.tables.programmes
    with rooms.desk.db.read() as connection:
        row = connection.execute(table.select().where(table.c.id == programme_id)).one_or_none()
        programme = None if row is None else find_programme(connection, row.organization_id, programme_id)
    if programme is None or not programme.terms.public:
        raise NotFound(f"There is no programme {programme_id[:100]!r} that shows itself here.", param="programme_id")
    return programme


def _use(rooms: Rooms, award: ProgrammeAward, history: History, *, costs: bool) -> AwardUse:
    balance = rooms.ledger.balance(award.id)
    project = rooms.people.roster.projects[award.project_id]
    return AwardUse(
        id=award.id,
        name=award.name,
        project=project.name,
        tier=award.terms.tier or "",
        state=award.state,
        granted=award.amount,
        drawn=balance.spent,
        held=balance.held,
        left=balance.left,
        requests=history.requests,
        begins_s=award.begins_at // NS_PER_S,
        ends_s=award.ends_at // NS_PER_S,
        recent=history.recent,
        idle=idle_days(history.days),
        cost=history.cost if costs else None,
        outlook=history.words,
    )


def _public_use(rooms: Rooms, award: ProgrammeAward) -> AwardUse:
    balance = rooms.ledger.balance(award.id)
    return AwardUse(
        id=award.id, name=award.name, project="", tier=award.terms.tier or "", state=award.state,
        granted=award.amount, drawn=balance.spent, held=balance.held, left=balance.left, requests=0,
        begins_s=award.begins_at // NS_PER_S, ends_s=award.ends_at // NS_PER_S,
    )  # fmt: skip  # one line of names


def _outlook(history: History, now_s: int) -> Outlook | None:
    span = history.expected.used_up_in
    if span is None:
        return None
    today = first_of_day(now_s)
    early, middle, late = (None if one is None else today + one * DAY_S for one in (span.low, span.middle, span.high))
    return Outlook(early, middle, late)


def _coming(connection: Transaction, rooms: Rooms, award: ProgrammeAward) -> list[Due]:
    now_ns = rooms.clock.now_ns()
    query = reports.select().where(reports.c.award_id == award.id, reports.c.state.in_(_OPEN))
    found = []
    for row in connection.execute(query.order_by(reports.c.due_at)):
        late = row.state != "submitted" and row.due_at < now_ns
        name = "Final report" if row.kind == "final" else f"Progress report {row.number}"
        found.append(Due(name, row.due_at // NS_PER_S, "overdue" if late else row.state, late))
    for one in tranches_of(connection, award.id):
        if one.state == "waiting":
            at_s = None if one.due_at is None else one.due_at // NS_PER_S
            found.append(Due(f"Part {one.number} of the award", at_s, "waiting"))
    return found


def _keys(rooms: Rooms, project_id: str, user_id: str | None) -> list[tuple[str, str]]:
    now_ns = rooms.clock.now_ns()
    mine = [key for key in rooms.keys.list(project_id) if user_id is not None and key.user_id == user_id]
    return [(key.name, f"{key.prefix}-…") for key in mine if key.state(now_ns) == "active"]
