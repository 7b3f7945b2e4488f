"""Defaults, groups' values and overrides: which limit a user has, and where it comes from."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given

from tests.ledger.examples import Room, budget, facts
from tests.storage.test_upgrade import FIXTURES
from tokenry.base.errors import Conflict, InvalidRequest
from tokenry.base.units import AMOUNT_MAX
from tokenry.ledger import (
    DEFAULT,
    OVERRIDE,
    Budget,
    InsufficientQuota,
    effective,
    group_value,
    own_budget,
    own_id,
    settled,
)
from tokenry.ledger.books import Books
from tokenry.ledger.funds import budgets_on
from tokenry.ledger.model import DefineBudget, Hold
from tokenry.ledger.transfers import apply
from tokenry.storage import LEDGER_DB_NAME, Journal


def default(**changed: Any) -> Budget:
    """Ten thousand nano-USD a day for every user."""
    values: dict[str, Any] = {"scope": "user", "scope_id": "*", "limit": 10_000, "organization_id": "org"}
    return budget("each", **(values | changed))


def books_with(*budgets: Budget) -> Books:
    books = Books.empty()
    for one in budgets:
        assert apply(books, DefineBudget(one)) is None
    return books


@given(
    values=st.dictionaries(st.sampled_from(["g1", "g2", "g3"]), st.tuples(st.integers(0, 20_000), st.booleans())),
    groups=st.lists(st.sampled_from(["g1", "g2", "g3"]), unique=True),
    override=st.none() | st.integers(0, 20_000),
)
def test_an_override_goes_before_the_least_of_the_groups_and_that_before_the_default(
    values: dict[str, tuple[int, bool]], groups: list[str], override: int | None
) -> None:
    one = default()
    found = {one.id: one}
    for group, (limit, closed) in values.items():
        value = msgspec.structs.replace(group_value(one, group, limit), closed=closed)
        found[value.id] = value
    if override is not None:
        own = settled(one, "u", override, OVERRIDE)
        found[own.id] = own
    for order in permutations(groups):
        got = effective(found, one, "u", order)
        mine = [values[group][0] for group in groups if group in values and not values[group][1]]
        if override is not None:
            assert (got.limit, got.source) == (override, OVERRIDE)
        elif mine:
            assert got.limit == min(mine)
            assert values[got.source][0] == min(mine)
        else:
            assert (got.limit, got.source) == (one.limit, DEFAULT)


def test_of_a_default_only_the_members_own_budget_counts() -> None:
    one = default()
    books = books_with(one, group_value(one, "g", 700))
    asked = facts(user_id="u", group_ids=("g",))
    assert budgets_on(books, asked) == [own_budget(books.budgets, one, "u", ("g",))]
    assert budgets_on(books, asked)[0].limit == 700
    assert budgets_on(books, facts(user_id=None)) == []
    assert budgets_on(books, facts(user_id="u", organization_id="elsewhere")) == []


def test_a_user_of_two_organizations_is_limited_where_the_budget_is() -> None:
    books = books_with(budget("mine", scope="user", scope_id="u", organization_id="org"))
    assert [b.id for b in budgets_on(books, facts(user_id="u"))] == ["mine"]
    assert budgets_on(books, facts(user_id="u", organization_id="elsewhere")) == []


def test_a_group_is_a_scope_that_its_members_share() -> None:
    books = books_with(budget("lab", scope="group", scope_id="g"), budget("far", scope="group", scope_id="other"))
    assert [b.id for b in budgets_on(books, facts(user_id="u", group_ids=("g", "h")))] == ["lab"]
    assert budgets_on(books, facts(user_id="u")) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (budget(limit=-1), "a budget's limit is between 0"),
        (budget(limit=AMOUNT_MAX + 1), "a budget's limit is between 0"),
        (budget(timezone="Middle/Earth"), "there is no time zone"),
        (budget(thresholds=(0,)), "whole percentages from 1 to 1000"),
        (budget(thresholds=(1001,)), "whole percentages from 1 to 1000"),
        (budget(thresholds=tuple(range(1, 12))), "at most 10"),
        (budget(thresholds=(80, 50)), "ascend"),
        (budget(thresholds=(50, 50)), "ascend"),
        (budget(scope="user", scope_id="*"), "belongs to an organization"),
        (budget("b.u", of="nowhere"), "no default"),
    ],
)
def test_a_budget_that_cannot_be_is_refused_in_words(wrong: Budget, words: str) -> None:
    room = Room().furnish()
    before = room.ledger.books.decrees
    with pytest.raises(InvalidRequest, match=words):
        room.run(room.ledger.set_budget(wrong))
    assert room.ledger.books.decrees == before


def test_only_limit_and_thresholds_of_a_budget_change_and_a_closed_one_can_be_reopened() -> None:
    room = Room().furnish(10**12, budget(limit=5000))
    room.run(room.ledger.set_budget(budget(limit=4000, thresholds=(90,))))
    with pytest.raises(Conflict, match="only the limit and the thresholds"):
        room.run(room.ledger.set_budget(budget(limit=4000, window="week")))
    room.settle(room.hold("r1", 1000), 1000, 0)
    room.run(room.ledger.set_budget(budget(limit=4000, closed=True)))
    room.hold("r2", 9000)
    room.run(room.ledger.set_budget(budget(limit=4000)))
    account = next(name for name in room.ledger.books.accounts if name.startswith("budget:b:"))
    assert room.ledger.books.accounts[account].unspent == 4000 - 100, "what was spent before stays spent"


def test_an_act_whose_key_is_known_changes_nothing_any_more() -> None:
    room = Room().furnish(10**12, budget(limit=5000))
    room.run(room.ledger.set_budget(budget(limit=6000), key="request"))
    room.run(room.ledger.set_budget(budget(limit=7000)))
    room.run(room.ledger.set_budget(budget(limit=6000), key="request"))
    assert room.ledger.books.budgets["b"].limit == 7000
    room.open()
    room.run(room.ledger.set_budget(budget(limit=6000), key="request"))
    assert room.ledger.books.budgets["b"].limit == 7000


def test_holds_from_before_there_were_groups_are_read(tmp_path: Path) -> None:
    (tmp_path / LEDGER_DB_NAME).write_bytes((FIXTURES / "schema_1" / LEDGER_DB_NAME).read_bytes())
    journal = Journal.open(tmp_path / LEDGER_DB_NAME)
    rows = list(journal.read())
    journal.close()
    hold_type = msgspec.msgpack.Decoder(Hold)
    holds = [hold_type.decode(row.body) for row in rows if row.kind == "hold"]
    budgets = [msgspec.msgpack.decode(row.body, type=DefineBudget).budget for row in rows if row.kind == "budget"]
    assert len(holds) == 13
    assert {held.facts.group_ids for held in holds} == {()}
    assert budgets
    assert {(b.organization_id, b.thresholds, b.of, b.purpose) for b in budgets} == {(None, None, None, "limit")}


def test_a_refusal_says_where_the_limit_comes_from() -> None:
    room = Room().furnish(10**12, default(limit=500), group_value(default(), "g", 100))
    for changed, words in (
        ({"user_id": "u"}, r"user budget each\.u \(day, limit by default\) has \$0\.0000005 left"),
        ({"user_id": "v", "group_ids": ("g",)}, r"each\.v \(day, limit by group g\).*budget value each --user v"),
    ):
        with pytest.raises(InsufficientQuota, match=words):
            room.hold("r", 501, **changed)
    room.run(room.ledger.set_budget(settled(default(), "u", 50, OVERRIDE)))
    with pytest.raises(InsufficientQuota, match="limit by override"):
        room.hold("r", 501, user_id="u")


def test_ids_of_own_budgets_are_told_from_the_default_and_the_user() -> None:
    assert own_id("bud_1", "user_1") == "bud_1.user_1"
