"""Units given and taken back: what each act moves (7, 8), that its key makes it happen once (5, 6), what is refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.ledger.examples import Room, award
from tests.ledger.sameness import difference, fold
from tokenry.base.errors import Conflict, InvalidRequest, NotFound, TokenryError
from tokenry.base.units import AMOUNT_MAX
from tokenry.ledger import Award, AwardBalance, Ledger, Pool, Unit, Weights, check

TOKENS = Unit.TOKENS
POOL = Pool("p", TOKENS, "org", "Research")
HOUR_NS = 3600 * 10**9


def tokens(name: str = "x", **changed: Any) -> Award:
    return award(name, **({"unit": TOKENS, "pool": "p", "priority": 1} | changed))


class Desk(Room):
    """A room with a pool of 1000 tokens, and what an award of 600, of which 200 are promised, comes to."""

    def __init__(self, **changed: Any) -> None:
        super().__init__()
        self.furnish(0)
        self.run(self.ledger.fund(POOL, 1000, key="fund"))
        self.run(self.ledger.grant(tokens(**changed), 400, committed=200, key="grant"))

    def stands(self, name: str = "x") -> str:
        b = self.ledger.balance(name)
        return f"{b.issued} issued, {b.committed} committed, {b.held} held, {b.spent} spent, {b.left} left" + "".join(
            f", {amount} {word}" for amount, word in ((b.returned, "returned"), (b.expired, "expired")) if amount
        )

    def pool(self) -> str:
        b = self.ledger.pool_balance("p")
        return f"cap {b.cap}: {b.left} left, {b.committed} committed, {b.granted} granted, {b.returned} returned"

    def proven(self) -> None:
        assert check(self.disk.rows).ok
        assert difference(self.ledger.books, fold(self.disk.rows)) == []


def test_7_a_life_from_the_pool_and_back() -> None:
    desk = Desk()
    assert desk.stands() == "400 issued, 200 committed, 0 held, 0 spent, 400 left"
    assert desk.pool() == "cap 1000: 400 left, 200 committed, 400 granted, 0 returned"
    held = desk.hold("r", 0, model="new", input_bound=50, output_bound=50)
    assert desk.stands() == "400 issued, 200 committed, 100 held, 0 spent, 300 left"
    desk.settle(held, 50, 20)
    desk.run(desk.ledger.release("x", 150, key="tranche"))
    assert desk.stands() == "550 issued, 50 committed, 0 held, 70 spent, 480 left"
    desk.run(desk.ledger.withdraw("x", 80, key="less"))
    assert desk.stands() == "550 issued, 50 committed, 0 held, 70 spent, 400 left, 80 returned"
    desk.run(desk.ledger.grant(tokens("y"), 100, key="another"))
    desk.run(desk.ledger.transfer("x", "y", 150, key="transfer"))
    assert desk.stands() == "400 issued, 50 committed, 0 held, 70 spent, 250 left, 80 returned"
    assert desk.stands("y") == "250 issued, 0 committed, 0 held, 0 spent, 250 left"
    assert desk.pool() == "cap 1000: 380 left, 50 committed, 650 granted, 80 returned"
    held = desk.hold("s", 0, model="new", input_bound=200, output_bound=0)
    desk.run(desk.ledger.close_award("x", key="close"))
    assert desk.stands() == "400 issued, 0 committed, 200 held, 70 spent, 0 left, 130 returned"
    desk.settle(held, 30, 0)
    desk.run_sync(desk.ledger.sweep)
    assert desk.stands() == "400 issued, 0 committed, 0 held, 100 spent, 0 left, 300 returned"
    assert desk.pool() == "cap 1000: 650 left, 0 committed, 650 granted, 300 returned"
    desk.run(desk.ledger.fund(POOL, -650, key="end"))
    assert desk.pool() == "cap 350: 0 left, 0 committed, 650 granted, 300 returned"
    desk.proven()


def test_8_what_time_takes_goes_to_the_pool_and_never_what_is_held() -> None:
    desk = Desk(expires_at=0)
    ends = desk.clock.now_ns() + HOUR_NS
    desk.run(desk.ledger.grant(tokens(expires_at=ends), 0))
    held = desk.hold("r", 0, model="new", input_bound=90, output_bound=0)
    desk.loop.advance(3600)
    desk.run_sync(desk.ledger.sweep)
    assert desk.stands() == "400 issued, 200 committed, 90 held, 0 spent, 0 left, 310 returned"
    desk.settle(held, 60, 0)
    assert desk.stands() == "400 issued, 200 committed, 0 held, 60 spent, 30 left, 310 returned"
    # More time before the next sweep: what is left serves again, and so does the tranche that was promised.
    desk.run(desk.ledger.grant(tokens(expires_at=ends + HOUR_NS), 0))
    desk.run_sync(desk.ledger.sweep)
    desk.run(desk.ledger.release("x", 200, key="t"))
    assert desk.stands() == "600 issued, 0 committed, 0 held, 60 spent, 230 left, 310 returned"
    desk.proven()


@pytest.mark.parametrize("unit", [Unit.CREDIT, TOKENS])
def test_without_a_pool_what_is_left_expires_and_what_is_taken_back_was_never_issued(unit: Unit) -> None:
    room = Room().furnish(0)
    room.run(room.ledger.grant(award("x", unit=unit), 100, committed=10))
    room.run(room.ledger.withdraw("x", 30, key="w"))
    room.run(room.ledger.close_award("x", key="c"))
    stands = room.ledger.balance("x")
    assert stands == AwardBalance(
        unit=unit, issued=100, committed=0, held=0, spent=0, left=0, returned=30, expired=70
    )  # fmt: skip  # one line of names
    report = check(room.disk.rows)
    assert report.ok, report.breaches
    assert (report.issued + report.issued_tokens, report.expired + report.expired_tokens) == (80, 80)


ACTS: dict[str, Any] = {
    "fund": lambda ledger, key: ledger.fund(POOL, 7, key=key),
    "grant": lambda ledger, key: ledger.grant(tokens(), 7, committed=3, key=key),
    "release": lambda ledger, key: ledger.release("x", 7, key=key),
    "transfer": lambda ledger, key: ledger.transfer("x", "y", 7, key=key),
    "withdraw": lambda ledger, key: ledger.withdraw("x", 7, key=key),
    "close": lambda ledger, key: ledger.close_award("x", key=key),
}


@pytest.mark.parametrize("name", ACTS)
def test_5_an_act_happens_once_however_often_it_is_tried_and_across_a_crash(name: str) -> None:
    desk = Desk()
    desk.run(desk.ledger.grant(tokens("y"), 0))
    desk.run(ACTS[name](desk.ledger, "k"))
    before = (desk.stands(), desk.stands("y"), desk.pool())
    assert before != (Desk().stands(), desk.stands("y"), Desk().pool())
    desk.run(ACTS[name](desk.ledger, "k"))
    desk.open()
    desk.run(ACTS[name](desk.ledger, "k"))
    assert (desk.stands(), desk.stands("y"), desk.pool()) == before
    desk.proven()


@pytest.mark.parametrize("name", ACTS)
def test_6_an_act_that_is_tried_again_says_nothing_before_the_first_is_on_disk(name: str) -> None:
    desk = Desk()
    desk.run(desk.ledger.grant(tokens("y"), 0))
    desk.disk.delay = lambda: None
    first = desk.loop.do(ACTS[name](desk.ledger, "k"))
    again = desk.loop.do(ACTS[name](desk.ledger, "k"))
    assert not first.done()
    assert not again.done()
    desk.write()
    assert first.done()
    assert again.done()


def test_6_an_act_that_the_disk_refuses_is_not_told_as_done_until_it_is_and_happens_once() -> None:
    desk = Desk()
    desk.disk.delay = lambda: None
    act = desk.loop.do(desk.ledger.withdraw("x", 7, key="k"))
    desk.disk.write_now(fail=True)
    desk.loop.idle()
    assert not act.done() or act.exception() is not None
    desk.disk.delay = lambda: 0.0
    desk.loop.advance(2)
    desk.run(desk.ledger.withdraw("x", 7, key="k"))
    assert desk.stands() == "400 issued, 200 committed, 0 held, 0 spent, 393 left, 7 returned"
    desk.proven()


def ledger_acts(ledger: Ledger) -> dict[str, tuple[Any, type[TokenryError], str]]:
    return {
        "a pool of no unit": (ledger.fund(Pool("z", Unit.LIMITS, "org", ""), 1, key="1"), InvalidRequest, "of dollars"),
        "a pool of another unit": (ledger.fund(Pool("p", Unit.CREDIT, "org", "P"), 1, key="2"), Conflict, "never"),
        "more taken back than is left": (ledger.fund(POOL, -401, key="3"), Conflict, "exceeds"),
        "an absurd cap": (ledger.fund(POOL, AMOUNT_MAX + 1, key="4"), Conflict, "63|2\\^63"),
        "more than the pool has": (ledger.grant(tokens("z"), 401), Conflict, "exceeds"),
        "more with what is promised": (ledger.grant(tokens("z"), 400, committed=1), Conflict, "exceeds"),
        "a negative award": (ledger.grant(tokens("z"), -1), Conflict, "between 0"),
        "a negative promise": (ledger.grant(tokens("z"), 1, committed=-1), Conflict, "between 0"),
        "an absurd award": (ledger.grant(tokens("z", pool=None), AMOUNT_MAX + 1), Conflict, "between 0"),
        "a pool that is not there": (ledger.grant(tokens("z", pool="q"), 1), Conflict, "no such account"),
        "an award of limits": (ledger.grant(tokens("z", unit=Unit.LIMITS, pool=None), 1), InvalidRequest, "of dollars"),
        "dollars with weights": (
            ledger.grant(award("z", weights=Weights()), 1), InvalidRequest, "only an award of tokens",
        ),
        "a weight below zero": (ledger.grant(tokens("z", weights=Weights(output=-1)), 1), InvalidRequest, "from 0"),
        "a weight without measure": (ledger.grant(tokens("z", weights=Weights(10**7)), 1), InvalidRequest, "from 0"),
        "weights of nothing": (
            ledger.grant(tokens("z", weights=Weights(0, 0, 0, 0, 0)), 1), InvalidRequest, "nothing but 0",
        ),
        "other weights": (ledger.grant(tokens(weights=Weights()), 0), Conflict, "never change"),
        "another pool": (ledger.grant(tokens(pool=None), 0), Conflict, "never change"),
        "a tranche of nobody": (ledger.release("nobody", 1, key="5"), NotFound, "no award"),
        "a tranche that was not promised": (ledger.release("y", 1, key="6"), Conflict, "nothing is promised"),
        "a larger tranche": (ledger.release("x", 201, key="7"), Conflict, "exceeds"),
        "a negative tranche": (ledger.release("x", -1, key="8"), Conflict, "between 0"),
        "a transfer to another project": (ledger.transfer("x", "far", 1, key="9"), Conflict, "one project"),
        "a transfer to other weights": (ledger.transfer("x", "heavy", 1, key="10"), Conflict, "count alike"),
        "a transfer to dollars": (ledger.transfer("x", "a", 1, key="11"), Conflict, "count alike"),
        "a transfer from another pool": (ledger.transfer("x", "own", 1, key="12"), Conflict, "one pool"),
        "a transfer to itself": (ledger.transfer("x", "x", 1, key="13"), Conflict, "itself"),
        "a transfer of more": (ledger.transfer("x", "y", 401, key="14"), Conflict, "exceeds"),
        "a transfer to a closed one": (ledger.transfer("x", "shut", 1, key="15"), Conflict, "closed for good"),
        "a closed one taken up again": (ledger.grant(tokens("shut"), 0), Conflict, "closed for good"),
        "more for a closed one": (ledger.grant(tokens("shut", state="closed"), 1), Conflict, "closed for good"),
        "more withdrawn than is left": (ledger.withdraw("x", 401, key="16"), Conflict, "exceeds"),
        "nobody's withdrawn": (ledger.withdraw("nobody", 1, key="17"), NotFound, "no award"),
        "nobody closed": (ledger.close_award("nobody", key="18"), NotFound, "no award"),
    }  # fmt: skip  # a table


def test_what_cannot_be_is_refused_whole_with_the_reason() -> None:
    desk = Desk()
    for one in (
        tokens("y"), tokens("far", project_id="elsewhere"), tokens("heavy", weights=Weights(output=4000)),
        tokens("own", pool=None), tokens("shut"),
    ):  # fmt: skip  # some a line
        desk.run(desk.ledger.grant(one, 0))
    desk.run(desk.ledger.close_award("shut", key="shut"))
    before = fold(desk.disk.rows)
    for name, (act, refusal, words) in ledger_acts(desk.ledger).items():
        with pytest.raises(refusal, match=words):
            desk.run(act)
        assert difference(desk.ledger.books, before) == [], name
    with pytest.raises(NotFound):
        desk.ledger.balance("nobody")
    with pytest.raises(NotFound):
        desk.ledger.pool_balance("nothing")
    desk.proven()


def test_more_units_serve_those_who_wait_for_them() -> None:
    desk = Desk()
    first = desk.hold("r", 0, model="new", input_bound=400, output_bound=0)
    waiting = desk.loop.do(desk.ledger.hold("s", msgspec.structs.replace(first.facts, input_bound=100), 0))
    assert not waiting.done()
    desk.run(desk.ledger.release("x", 100, key="t"))
    assert waiting.done()
    assert [leg.amount for leg in waiting.result().record.legs] == [100]
