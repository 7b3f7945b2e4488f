"""Awards: in which order they are drawn on (11), whom they serve, and how one charge spans several."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tests.ledger.examples import PRICES, award, facts
from tokenry.ledger import Award, PriceVersion, Usage
from tokenry.ledger.awards import draw_order
from tokenry.ledger.books import Books, Reason, Refused
from tokenry.ledger.division import divide
from tokenry.ledger.funds import chain
from tokenry.ledger.model import DefineAward, DefinePrices, Hold, Leg, OpenAccount, Unit
from tokenry.ledger.transfers import apply

terms = st.fixed_dictionaries(
    {
        "expires_at": st.one_of(st.none(), st.integers(1, 3)),
        "priority": st.integers(1, 2),
        "category": st.sampled_from(["award", "promotional", "purchased", "internal"]),
        "created_at": st.integers(0, 2),
    }
)


@given(st.lists(terms, max_size=8), st.randoms(use_true_random=False))
def test_11_the_order_is_one_whatever_the_order_of_asking(all_terms: list[dict[str, Any]], random: Any) -> None:
    awards = [award(f"a{n}", **one) for n, one in enumerate(all_terms)]
    expected = draw_order(awards)
    random.shuffle(awards)
    assert draw_order(awards) == expected
    books = Books.empty()
    for one in awards:
        apply(books, DefineAward(one, 1))
    assert books.awards_of.get("proj", []) == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"expires_at": 5, "priority": 9}, {"expires_at": 6, "priority": 1}),
        ({"expires_at": 5}, {"expires_at": None}),
        ({"priority": 1, "category": "internal"}, {"priority": 2, "category": "award"}),
        ({"category": "award", "created_at": 9}, {"category": "promotional", "created_at": 1}),
        ({"category": "promotional"}, {"category": "purchased"}),
        ({"category": "purchased"}, {"category": "internal"}),
        ({"created_at": 1, "id": "z"}, {"created_at": 2, "id": "a"}),
        ({"id": "a"}, {"id": "b"}),
    ],
)
def test_11_soonest_expiry_then_priority_then_category_then_oldest(first: Any, second: Any) -> None:
    one, other = award("m", **first), award("n", **second)
    assert draw_order([other, one]) == [one, other]


@pytest.mark.parametrize(
    ("terms", "at", "allowed"),
    [
        ({}, 0, True),
        ({"effective_at": 10}, 9, False),
        ({"effective_at": 10}, 10, True),
        ({"expires_at": 10}, 9, True),
        ({"expires_at": 10}, 10, False),
        ({"state": "suspended"}, 0, False),
        ({"state": "closed"}, 0, False),
        ({"models": ("small",)}, 0, True),
        ({"models": ("large",)}, 0, False),
        ({"models": ()}, 0, False),
        ({"endpoints": ("/v1/embeddings",)}, 0, False),
        ({"endpoints": ("/v1/chat/completions",)}, 0, True),
    ],
)
def test_an_award_serves_what_its_terms_allow(terms: Any, at: int, allowed: bool) -> None:
    assert award(**terms).allows(at, facts()) is allowed


def books_with(*grants: tuple[Award, int]) -> Books:
    books = Books.empty()
    apply(books, DefinePrices(PriceVersion("v1", 0, PRICES, {})))
    apply(books, OpenAccount("revenue:small", Unit.CREDIT, "revenue", "house", limited=False))
    apply(books, OpenAccount("writeoff:overrun", Unit.CREDIT, "writeoff", "house", limited=False))
    for one, amount in grants:
        apply(books, DefineAward(one, amount))
    return books


def legs_for(books: Books, amount: int) -> tuple[Leg, ...] | Refused:
    return chain(books, facts(), amount, books.awards_of["proj"], ())


@given(st.lists(st.integers(0, 50), min_size=1, max_size=5), st.integers(0, 120), st.data())
def test_a_hold_and_its_charge_fall_on_awards_in_draw_order(amounts: list[int], asked: int, data: Any) -> None:
    books = books_with(*[(award(f"a{n}", priority=n), amount) for n, amount in enumerate(amounts)])
    legs = legs_for(books, asked)
    if isinstance(legs, Refused):
        assert sum(amounts) < asked
        return
    # Earlier awards are held on in full before a later one is touched.
    left = asked
    for n, amount in enumerate(amounts):
        held = sum(leg.amount for leg in legs if leg.debit == f"award:a{n}")
        assert held == (asked if n == 0 and asked <= amount else min(left, amount))
        left -= held
    hold = Hold("r", legs, 0, facts())
    assert apply(books, hold) is None
    charge = data.draw(st.integers(0, 200))
    share = divide(books, hold, charge, Usage(), 0)
    assert share.charged + share.writeoff == charge
    assert share.charged == min(charge, sum(amounts))
    paid = {leg.debit: post for leg, post in zip(hold.legs, share.posts, strict=True)}
    for leg in share.extra:
        paid[leg.debit] = paid.get(leg.debit, 0) + leg.amount
    left = share.charged
    for n, amount in enumerate(amounts):
        assert paid.get(f"award:a{n}", 0) == min(left, amount)
        left -= min(left, amount)


def test_nothing_to_hold_gives_no_legs_so_that_no_window_is_kept_open_for_it() -> None:
    assert legs_for(books_with((award(), 0)), 0) == ()


def test_the_refusal_says_whether_waiting_helps() -> None:
    books = books_with((award("a"), 50), (award("b"), 50))
    assert legs_for(books, 101) == Refused(Reason.EXCEEDS, "award:a")
    legs = legs_for(books, 60)
    assert isinstance(legs, tuple)
    apply(books, Hold("r", legs, 0, facts()))
    assert legs_for(books, 41) == Refused(Reason.HELD, "award:a")
    assert legs_for(books, 101) == Refused(Reason.EXCEEDS, "award:a")


def test_without_an_award_the_refusal_names_the_project() -> None:
    assert chain(books_with(), facts(), 1, [], ()) == Refused(Reason.NO_ACCOUNT, "project:proj")


def test_a_changed_award_takes_its_new_place_and_project() -> None:
    books = books_with((award("a"), 5), (award("b"), 5))
    apply(books, DefineAward(award("b", priority=1), 0))
    assert [one.id for one in books.awards_of["proj"]] == ["b", "a"]
    apply(books, DefineAward(award("b", project_id="other"), 0))
    assert [one.id for one in books.awards_of["proj"]] == ["a"]
    assert [one.id for one in books.awards_of["other"]] == ["b"]
    assert books.accounts["award:b"].available == 5
