"""The audit log searched: conditions hold together, pages go both ways, and another organization's rows are no rows."""

from __future__ import annotations

import pytest

from tests.access.town import Town
from tokenry.access import Actor, AuditRow, Slice, Sought, local_actor, search_audit
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest

KEY_ACTOR = ("user_1", "adm_1")


@pytest.fixture
def rows(town: Town) -> list[AuditRow]:
    """Ten acts, one a second, by two actors in turn; and one elsewhere. Newest first."""
    by_key = Actor("admin_key", KEY_ACTOR[1], town.organization, KEY_ACTOR[0], frozenset())
    for n in range(10):
        town.clock.advance(s=1)
        kind, project = ("even", "proj_a") if n % 2 == 0 else ("odd", None)
        with town.desk.act(town.local if n % 3 else by_key, kind, f"thing_{n}", project):
            pass
    with town.desk.act(local_actor("org_elsewhere"), "even", "thing_0", "proj_a"):
        pass
    found, more = search_audit(town.desk.db, Sought(town.organization), Slice(100))
    assert not more
    return found


def test_newest_first_and_ours_alone(town: Town, rows: list[AuditRow]) -> None:
    assert [row.resource_id for row in rows] == [f"thing_{n}" for n in reversed(range(10))]


def test_pages_go_both_ways(town: Town, rows: list[AuditRow]) -> None:
    seen: list[AuditRow] = []
    more = True
    while more:
        page, more = search_audit(town.desk.db, Sought(town.organization), Slice(3, seen[-1].id if seen else None))
        seen += page
    assert seen == rows
    page, more = search_audit(town.desk.db, Sought(town.organization), Slice(3, rows[5].id, "newer"))
    assert (page, more) == (rows[2:5], True)
    page, more = search_audit(town.desk.db, Sought(town.organization), Slice(3, rows[2].id, "newer"))
    assert (page, more) == (rows[:2], False)


def test_conditions(town: Town, rows: list[AuditRow]) -> None:
    first = rows[-1].at
    for more, expected in (
        ({"types": ("even",)}, {0, 2, 4, 6, 8}),
        ({"project_ids": ("proj_a", "proj_b"), "types": ("odd",)}, set()),
        ({"resource_ids": ("thing_3", "thing_4")}, {3, 4}),
        ({"actor_ids": (KEY_ACTOR[0],)}, {0, 3, 6, 9}),
        ({"actor_ids": (KEY_ACTOR[1],), "types": ("odd",)}, {3, 9}),
        ({"actor_ids": ("local",)}, {1, 2, 4, 5, 7, 8}),
        ({"since": first + 2 * NS_PER_S, "until": first + 4 * NS_PER_S}, {2, 3}),
        ({"types": ()}, set()),
    ):
        sought = Sought(town.organization, **more)  # type: ignore[arg-type]  # a table of conditions of every kind
        found, _ = search_audit(town.desk.db, sought, Slice(100))
        assert {int((row.resource_id or "").removeprefix("thing_")) for row in found} == expected, more


def test_a_row_of_elsewhere_is_no_place_to_go_on_from(town: Town, rows: list[AuditRow]) -> None:
    (theirs,), _ = search_audit(town.desk.db, Sought("org_elsewhere"), Slice(1))
    for cursor in (theirs.id, "audit_nothing", ""):
        with pytest.raises(InvalidRequest, match="cursor names nothing"):
            search_audit(town.desk.db, Sought(town.organization), Slice(1, cursor))
