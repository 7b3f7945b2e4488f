"""Groups: none comes to lie in itself, nor deeper than the roster looks; deleting one keeps what lies in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.access.town import Town
from tokenry.access import (
    add_to_group,
    close_project,
    create_group,
    delete_group,
    groups_of_project,
    open_project,
    remove_from_group,
    update_group,
)
from tokenry.access.groups import why_no_parent
from tokenry.access.people import GROUP_DEPTH_MAX
from tokenry.base.errors import Conflict, InvalidRequest, NotFound


def test_a_loop_is_refused(town: Town) -> None:
    groups = [create_group(town.desk, town.local, "0")]
    for n in range(1, 4):
        groups.append(create_group(town.desk, town.local, str(n), groups[-1].id))
    for inner in groups:
        with pytest.raises(InvalidRequest, match="lie in itself"):
            update_group(town.desk, town.local, groups[0], "0", inner.id)
    moved = update_group(town.desk, town.local, groups[2], "2", groups[0].id)
    assert moved.parent_id == groups[0].id
    assert update_group(town.desk, town.local, moved, "free", None).parent_id is None


def test_depth_has_an_end(town: Town) -> None:
    parent = None
    for n in range(GROUP_DEPTH_MAX):
        parent = create_group(town.desk, town.local, str(n), parent).id
    with pytest.raises(InvalidRequest, match=f"at most {GROUP_DEPTH_MAX} deep"):
        create_group(town.desk, town.local, "too deep", parent)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=60))
def test_whatever_is_moved_where_no_group_lies_in_itself_or_too_deep(moves: list[tuple[int, int]]) -> None:
    parents: dict[str, str | None] = {str(n): None for n in range(21)}
    for group, parent in moves:
        if why_no_parent(parents, str(group), str(parent)) is None:
            parents[str(group)] = str(parent)
    for group in parents:
        chain: list[str | None] = [group]
        while chain[-1] is not None:
            chain.append(parents[chain[-1]])
            assert len(chain) <= GROUP_DEPTH_MAX + 1, chain


def test_a_chain_as_deep_as_may_be_can_be_put_together_from_two() -> None:
    half = GROUP_DEPTH_MAX // 2
    parents: dict[str, str | None] = {
        f"{side}{n}": f"{side}{n - 1}" if n else None for side in "ab" for n in range(half)
    }
    assert why_no_parent(parents, "b0", f"a{half - 1}") is None
    parents[f"b{half}"] = f"b{half - 1}"
    assert why_no_parent(parents, "b0", f"a{half - 1}") is not None


def test_what_lay_in_a_deleted_group_lies_in_what_that_lay_in(town: Town) -> None:
    outer = create_group(town.desk, town.local, "outer")
    middle = create_group(town.desk, town.local, "middle", outer.id)
    inner = create_group(town.desk, town.local, "inner", middle.id)
    somebody = town.member("member")
    add_to_group(town.desk, town.local, inner.id, somebody)
    open_project(town.desk, town.local, town.project, outer.id, "member")
    open_project(town.desk, town.local, town.project, middle.id, "owner")
    assert town.load().project_roles(somebody, town.organization) == {town.project: "owner"}
    delete_group(town.desk, town.local, middle.id)
    assert town.load().groups[inner.id].parent_id == outer.id
    assert town.people.roster.project_roles(somebody, town.organization) == {town.project: "member"}


def test_names_members_and_projects(town: Town) -> None:
    group = create_group(town.desk, town.local, "one")
    with pytest.raises(Conflict, match="called 'one' already"):
        create_group(town.desk, town.local, " one ")
    somebody = town.member("member")
    add_to_group(town.desk, town.local, group.id, somebody)
    with pytest.raises(Conflict):
        add_to_group(town.desk, town.local, group.id, somebody)
    remove_from_group(town.desk, town.local, group.id, somebody)
    for act in (
        lambda: remove_from_group(town.desk, town.local, group.id, somebody),
        lambda: close_project(town.desk, town.local, town.project, group.id),
        lambda: create_group(town.desk, town.local, "two", "group_nowhere"),
        lambda: delete_group(town.desk, town.local, "group_nowhere"),
        lambda: add_to_group(town.desk, town.local, group.id, town.user()),
    ):
        with pytest.raises(NotFound):
            act()
    open_project(town.desk, town.local, town.project, group.id, "member")
    with pytest.raises(Conflict):
        open_project(town.desk, town.local, town.project, group.id, "owner")
    assert [one.group_name for one in groups_of_project(town.desk.db, town.project)] == ["one"]


def test_there_is_an_end_to_groups(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenry.access.groups.GROUPS_MAX", 2)
    first = create_group(town.desk, town.local, "0")
    create_group(town.desk, town.local, "1")
    with pytest.raises(InvalidRequest, match="There are 2 groups"):
        create_group(town.desk, town.local, "2")
    assert update_group(town.desk, town.local, first, "renamed", None).name == "renamed"
