"""Acts beyond app.db: noted when done, forgotten when refused, and noted all the same when nobody saw the end."""

from __future__ import annotations

from tokenry.access import Desk, First, Outcome, audit, done, intend, note_interrupted, undone
from tokenry.base.clock import ManualClock
from tokenry.storage import AppDb, tables


def kept(db: AppDb) -> list[str]:
    with db.read() as connection:
        keys = [row.key for row in connection.execute(tables.settings.select())]
    return [key for key in keys if key.startswith("audit.intent.")]


def test_an_act_is_noted_when_it_is_done(db: AppDb, clock: ManualClock, first: First) -> None:
    desk = Desk(db, clock)
    key = intend(desk, "award.created", first.organization.id)
    assert kept(db) == [key]
    assert not list(audit.read(db))
    outcome = Outcome(first.organization.id, "awd_1", first.project.id, {"issued_usd": "5.00"})
    done(desk, key, "award.created", outcome)
    (row,) = audit.read(db)
    assert (row.type, row.resource_id, row.project_id) == ("award.created", "awd_1", first.project.id)
    assert (row.actor_type, row.actor_id, row.details) == ("local", "local", {"issued_usd": "5.00"})
    assert not kept(db)
    assert note_interrupted(desk) == 0


def test_a_refused_act_leaves_nothing(db: AppDb, clock: ManualClock, first: First) -> None:
    desk = Desk(db, clock)
    undone(desk, intend(desk, "award.created", first.organization.id))
    assert not kept(db)
    assert note_interrupted(desk) == 0
    assert not list(audit.read(db))


def test_what_was_cut_short_is_noted_once_at_the_next_start(db: AppDb, clock: ManualClock, first: First) -> None:
    desk = Desk(db, clock)
    begun_at = clock.now_ns()
    for kind in ("award.created", "backup.created"):
        intend(desk, kind, first.organization.id)
        clock.advance(s=1)
    assert note_interrupted(desk) == 2
    assert note_interrupted(desk) == 0
    rows = list(audit.read(db))
    assert [row.type for row in rows] == ["award.created", "backup.created"]
    assert rows[0].details == {"outcome": "unknown", "begun_at": begun_at}
    assert audit.verify(audit.read(db)) is None
