"""An award of a programme as a verb tells of it: its tranches and what else becomes of it. Blocks for one read."""

from __future__ import annotations

from tokenry.api.admin.shown import Json, when
from tokenry.api.rooms import Rooms
from tokenry.programmes import ProgrammeAward, Tranche, amount_in_words, find_award, tranches_of


def story(rooms: Rooms, award_id: str) -> Json:
    """All that `app.db` knows of one award."""
    with rooms.desk.db.read() as connection:
        award = find_award(connection, None, award_id)
        parts = tranches_of(connection, award_id)
    return {
        "programme": award.programme_id,
        "state_in_programme": award.state,
        "tier": award.terms.tier,
        "application": award.application_id,
        "renews": award.renews,
        "awardee": award.awardee_id,
        "amount": amount_in_words(award.unit, award.amount),
        "begins_at": when(award.begins_at),
        "ends_at": when(award.ends_at),
        "acknowledgement": award.terms.acknowledgement or None,
        "conditions": award.terms.conditions or None,
        "tranches": [_tranche(award, part) for part in parts],
    }


def _tranche(award: ProgrammeAward, part: Tranche) -> Json:
    return {
        "id": part.id,
        "number": part.number,
        "amount": part.amount,
        "amount_words": amount_in_words(award.unit, part.amount),
        "due_at": when(part.due_at),
        "report": part.report_id,
        "state": part.state,
        "released_at": when(part.released_at),
    }
