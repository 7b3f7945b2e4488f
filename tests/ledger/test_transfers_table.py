"""What the books do, line by line. The page is the specification; the columns are TigerBeetle's.

    step                               => result | account pending posted : pending posted | …
                                                           (debits)         (credits)

A step is applied to the books as the lines above left them. `ok`, or why it is refused and by which account; a step
that is refused must change nothing at all. Accounts are named by letters:

    A B  limited, in the CREDIT ledger (an award)         L  limited, in the LIMITS ledger (a hard budget)
    R W  unlimited, in the CREDIT ledger (revenue, …)     S  unlimited, in the LIMITS ledger (a soft budget)
    I    issuance: where CREDIT comes from                U  unlimited, in the LIMITS ledger (what was used)
                                                          J  where LIMITS come from
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from tests.ledger.sameness import state
from tokenry.base.units import AMOUNT_MAX
from tokenry.ledger.awards import Award
from tokenry.ledger.books import Books
from tokenry.ledger.budgets import Budget
from tokenry.ledger.model import (
    Account,
    CloseAccount,
    DefineAward,
    DefineBudget,
    DefinePool,
    DefinePrices,
    Hold,
    Leg,
    Mark,
    Move,
    OpenAccount,
    Settle,
    Unit,
)
from tokenry.ledger.pools import Pool
from tokenry.ledger.prices import PriceVersion
from tokenry.ledger.receipts import Facts, Receipt, Usage
from tokenry.ledger.transfers import apply, undo_hold

SPECIFICATION = {
    "money comes from issuance and goes where it is sent": """
        move I>A 100                       => ok | I 0 100 : 0 0 | A 0 0 : 0 100
        move A>R 30                        => ok | A 0 30 : 0 100 | R 0 0 : 0 30
        move A>R 70                        => ok | A 0 100 : 0 100 | R 0 0 : 0 100
        move A>R 1                         => EXCEEDS A
        move A>R 0                         => ok | A 0 100 : 0 100 | R 0 0 : 0 100
    """,
    "an amount is an integer of 63 bits, not below zero": """
        move I>R MAX                       => ok | I 0 MAX : 0 0 | R 0 0 : 0 MAX
        move I>R MAX+1                     => BAD_AMOUNT I
        move I>R -1                        => BAD_AMOUNT I
        hold h I>R MAX+1                   => BAD_AMOUNT I
        hold h I>R -1                      => BAD_AMOUNT I
    """,
    "the house's own accounts may outgrow 63 bits, so that no day comes on which nothing can be booked": """
        move I>R MAX                       => ok | I 0 MAX : 0 0 | R 0 0 : 0 MAX
        move I>R MAX                       => ok | I 0 MAX*2 : 0 0 | R 0 0 : 0 MAX*2
    """,
    "accounts must be there, be two, and stand in one ledger": """
        move I>X 1                         => NO_ACCOUNT X
        move X>R 1                         => NO_ACCOUNT X
        move I>I 1                         => SAME_ACCOUNT I
        move I>U 1                         => OTHER_LEDGER I
        hold h J>R 1                       => OTHER_LEDGER J
    """,
    "linked transfers are all or none": """
        move I>A 100                       => ok | A 0 0 : 0 100
        move A>R 60, A>R 60                => EXCEEDS A
        move A>R 60, A>X 1                 => NO_ACCOUNT X
        move A>R 60, A>R 40                => ok | A 0 100 : 0 100 | R 0 0 : 0 100
    """,
    "of linked transfers the later may spend what the earlier brought": """
        move A>B 10, I>A 10                => EXCEEDS A
        move I>A 10, A>B 10                => ok | A 0 10 : 0 10 | B 0 0 : 0 10
    """,
    "a key makes a transfer happen once, whatever is asked the second time": """
        move I>A 10 key=k                  => ok | A 0 0 : 0 10
        move I>A 10 key=k                  => ok | A 0 0 : 0 10
        move I>A 99 key=k                  => ok | A 0 0 : 0 10
        move I>A 10 key=other              => ok | A 0 0 : 0 20
        move B>R 1 key=refused             => EXCEEDS B
        move I>B 1                         => ok | B 0 0 : 0 1
        move B>R 1 key=refused             => ok | B 0 1 : 0 1
    """,
    "a hold reserves, a post charges, the rest is void": """
        move I>A 100                       => ok | A 0 0 : 0 100
        hold h A>R 60                      => ok | A 60 0 : 0 100 | R 0 0 : 60 0
        mark h 20                          => ok | A 60 0 : 0 100 | R 0 0 : 60 0
        settle h 25                        => ok | A 0 25 : 0 100 | R 0 0 : 0 25
    """,
    "a hold may be posted in full or not at all": """
        move I>A 100                       => ok | A 0 0 : 0 100
        hold h A>R 60                      => ok | A 60 0 : 0 100
        settle h 60                        => ok | A 0 60 : 0 100 | R 0 0 : 0 60
        hold k A>R 40                      => ok | A 40 60 : 0 100 | R 0 0 : 40 60
        settle k 0                         => ok | A 0 60 : 0 100 | R 0 0 : 0 60
    """,
    "a post is at most its hold, at least nothing, and one for each leg": """
        move I>A 100                       => ok | A 0 0 : 0 100
        hold h A>R 60                      => ok | A 60 0 : 0 100
        settle h 61                        => ABOVE_HOLD A
        settle h -1                        => ABOVE_HOLD A
        settle h 30 30                     => ABOVE_HOLD h
        settle h                           => ABOVE_HOLD h
        settle h 60                        => ok | A 0 60 : 0 100
    """,
    "a hold ends once": """
        move I>A 100                       => ok | A 0 0 : 0 100
        settle h 1                         => NOT_HELD h
        mark h 1                           => NOT_HELD h
        hold h A>R 60                      => ok | A 60 0 : 0 100
        hold h A>R 1                       => EXISTS h
        settle h 10                        => ok | A 0 10 : 0 100
        settle h 10                        => NOT_HELD h
        mark h 10                          => NOT_HELD h
    """,
    "what is held cannot be spent, and the refusal says whether waiting helps": """
        move I>A 100                       => ok | A 0 0 : 0 100
        hold h A>R 60                      => ok | A 60 0 : 0 100
        move A>R 41                        => HELD A
        move A>R 101                       => EXCEEDS A
        hold k A>R 41                      => HELD A
        hold k A>R 101                     => EXCEEDS A
        hold k A>R 40                      => ok | A 100 0 : 0 100 | R 0 0 : 100 0
        move A>R 1                         => HELD A
    """,
    "what pending credits promise cannot be spent": """
        move I>A 10                        => ok | A 0 0 : 0 10
        hold h A>B 10                      => ok | A 10 0 : 0 10 | B 0 0 : 10 0
        move B>R 1                         => EXCEEDS B
        settle h 10                        => ok | A 0 10 : 0 10 | B 0 0 : 0 10
        move B>R 10                        => ok | B 0 10 : 0 10 | R 0 0 : 0 10
    """,
    "a chain holds on every account or on none": """
        move I>A 100                       => ok | A 0 0 : 0 100
        move J>L 50                        => ok | L 0 0 : 0 50
        hold h A>R 60, L>U 60              => EXCEEDS L
        hold h A>R 50, L>U 50              => ok | A 50 0 : 0 100 | L 50 0 : 0 50 | R 0 0 : 50 0 | U 0 0 : 50 0
        hold k A>R 1, L>U 1                => HELD L
        settle h 20 20                     => ok | A 0 20 : 0 100 | L 0 20 : 0 50 | R 0 0 : 0 20 | U 0 0 : 0 20
        hold k A>R 31, L>U 31              => EXCEEDS L
        hold k A>R 30, L>U 30              => ok | A 30 20 : 0 100 | L 30 20 : 0 50
    """,
    "a chain may hold on one account twice": """
        move I>A 100                       => ok | A 0 0 : 0 100
        hold h A>R 60, A>W 41              => HELD A
        hold h A>R 60, A>W 40              => ok | A 100 0 : 0 100 | R 0 0 : 60 0 | W 0 0 : 40 0
        settle h 10 20                     => ok | A 0 30 : 0 100 | R 0 0 : 0 10 | W 0 0 : 0 20
    """,
    "a soft budget counts and never refuses": """
        move I>A 100                       => ok | A 0 0 : 0 100
        move J>S 10                        => ok | S 0 0 : 0 10
        hold h A>R 60, S>U 60              => ok | S 60 0 : 0 10
        settle h 60 60                     => ok | S 0 60 : 0 10
    """,
    "usage above the hold: the excess is a transfer of its own from what is available, the rest a write-off": """
        move I>A 100                       => ok | A 0 0 : 0 100
        hold h A>R 60                      => ok | A 60 0 : 0 100
        hold k A>R 30                      => ok | A 90 0 : 0 100
        settle h 60 + A>R 11, W>R 9        => HELD A
        settle h 60 + A>R 10, W>R 10       => ok | A 30 70 : 0 100 | R 0 0 : 30 80 | W 0 10 : 0 0
    """,
    "what a settlement voids is free for its own excess": """
        move I>A 100                       => ok | A 0 0 : 0 100
        hold h A>R 100                     => ok | A 100 0 : 0 100
        settle h 0 + A>W 101               => EXCEEDS A
        settle h 0 + A>W 100               => ok | A 0 100 : 0 100 | W 0 0 : 0 100 | R 0 0 : 0 0
    """,
    "an account is opened once and closed only when nothing is in it": """
        open L                             => EXISTS L
        close X                            => NO_ACCOUNT X
        move J>L 50                        => ok | L 0 0 : 0 50
        close L                            => NOT_EMPTY L
        hold h L>U 50                      => ok | L 50 0 : 0 50
        settle h 50                        => ok | L 0 50 : 0 50
        close L                            => ok | U 0 0 : 0 50
        move J>L 1                         => NO_ACCOUNT L
        open L                             => ok | L 0 0 : 0 0
    """,
    "an account with anything pending stays, even at zero": """
        hold h J>L 50                      => ok | L 0 0 : 50 0
        close L                            => NOT_EMPTY L
        settle h 0                         => ok | L 0 0 : 0 0
        close L                            => ok | J 0 0 : 0 0
    """,
    "an award is an account with units issued to it; more may be issued, and no less than none": """
        award x 100                        => ok | award:x 0 0 : 0 100 | I 0 0 : 0 0 | issuance 0 100 : 0 0
        award x 50                         => ok | award:x 0 0 : 0 150 | issuance 0 150 : 0 0
        award x 0                          => ok | award:x 0 0 : 0 150 | issuance 0 150 : 0 0
        award x -1                         => BAD_AMOUNT issuance
        award y -1                         => BAD_AMOUNT issuance
        award x MAX                        => BAD_AMOUNT award:x
        award y MAX                        => ok | award:y 0 0 : 0 MAX
    """,
    "an award of tokens stands in a ledger of its own, and never changes what it counts": """
        award x 100 unit=2                 => ok | award:x 0 0 : 0 100 | tokens:issuance 0 100 : 0 0
        move award:x>R 1                   => OTHER_LEDGER award:x
        award x 5                          => OTHER_TERMS award:x
        award x 5 unit=2 pool=p            => OTHER_TERMS award:x
        award x 5 unit=2                   => ok | award:x 0 0 : 0 105 | tokens:issuance 0 105 : 0 0
    """,
    "a pool has a cap: it is raised from issuance, and lowered by no more than nobody was given": """
        pool p 100                         => ok | pool:p 0 0 : 0 100 | issuance 0 100 : 0 0
        pool p -30                         => ok | pool:p 0 30 : 0 100 | issuance 0 100 : 0 30
        pool p -71                         => EXCEEDS pool:p
        pool p 5 unit=2                    => OTHER_TERMS pool:p
        pool p 5 key=k                     => ok | pool:p 0 30 : 0 105
        pool p 5 key=k                     => ok | pool:p 0 30 : 0 105
        pool p MAX                         => BAD_AMOUNT pool:p
        pool q -1                          => EXCEEDS pool:q
        pool q MAX                         => ok | pool:q 0 0 : 0 MAX
    """,
    "an award from a pool is granted all of it or nothing, what is promised too": """
        award x 10 pool=p                  => NO_ACCOUNT pool:p
        pool p 100                         => ok | pool:p 0 0 : 0 100
        award x 60 pool=p committed=41     => EXCEEDS pool:p
        award x 60 pool=p committed=-1     => BAD_AMOUNT pool:p
        award x 60 pool=p committed=40     => ok | pool:p 0 100 : 0 100 | award:x 0 0 : 0 60 | committed:x 0 0 : 0 40
        award x 1 pool=p                   => EXCEEDS pool:p
        move committed:x>award:x 40        => ok | award:x 0 0 : 0 100 | committed:x 0 40 : 0 40
        move committed:x>award:x 1         => EXCEEDS committed:x
        move award:x>pool:p 25             => ok | award:x 0 25 : 0 100 | pool:p 0 100 : 0 125
        award y 25 pool=p key=k            => ok | award:y 0 0 : 0 25 | pool:p 0 125 : 0 125
        award y 25 pool=p key=k            => ok | award:y 0 0 : 0 25 | pool:p 0 125 : 0 125
    """,
    "what is held of an award is not withdrawn, transferred or expired": """
        pool p 100 unit=2                  => ok | pool:p 0 0 : 0 100
        award x 100 unit=2 pool=p          => ok | award:x 0 0 : 0 100
        award y 0 unit=2 pool=p            => ok | award:y 0 0 : 0 0
        hold h award:x>served:m 30         => ok | award:x 30 0 : 0 100 | served:m 0 0 : 30 0
        move award:x>pool:p 71             => HELD award:x
        move award:x>award:y 71            => HELD award:x
        move award:x>tokens:expired 71     => HELD award:x
        move award:x>award:y 70            => ok | award:x 30 70 : 0 100 | award:y 0 0 : 0 70
        settle h 20                        => ok | award:x 0 90 : 0 100 | served:m 0 0 : 0 20
        move award:x>pool:p 10             => ok | award:x 0 100 : 0 100 | pool:p 0 100 : 0 110
    """,
    "a budget has a limit of 63 bits; a price version is put in force once": """
        budget b -1                        => BAD_AMOUNT b
        budget b MAX+1                     => BAD_AMOUNT b
        budget b MAX                       => ok | U 0 0 : 0 0
        budget b 0                         => ok | U 0 0 : 0 0
        prices v1                          => ok | U 0 0 : 0 0
        prices v1                          => EXISTS v1
    """,
    "a milestone is filed with the settlement that reaches it, once for each organization": """
        hold h                             => ok | R 0 0 : 0 0
        settle h tokens=99 reach=100       => NOT_REACHED org:100
        settle h tokens=100 reach=100,100  => EXISTS org:100
        settle h tokens=100 reach=100      => ok | R 0 0 : 0 0
        hold k                             => ok | R 0 0 : 0 0
        settle k tokens=1 reach=100        => EXISTS org:100
        settle k tokens=1 reach=101        => ok | R 0 0 : 0 0
    """,
    "taking a hold back leaves everything as if it had never been": """
        move I>A 100                       => ok | A 0 0 : 0 100
        hold h A>R 60, J>L 7               => ok | A 60 0 : 0 100 | L 0 0 : 7 0
        undo h                             => ok | A 0 0 : 0 100 | R 0 0 : 0 0 | J 0 0 : 0 0 | L 0 0 : 0 0
        hold h A>R 60                      => ok | A 60 0 : 0 100
    """,
    "so does taking back a hold that was settled": """
        move I>A 100                       => ok | A 0 0 : 0 100
        hold h A>R 60                      => ok | A 60 0 : 0 100
        hold k A>R 5                       => ok | A 65 0 : 0 100
        settle h 60 tokens=7 + A>R 3, W>R 9 => ok | A 5 63 : 0 100 | R 0 0 : 5 72 | W 0 9 : 0 0
        undo h                             => ok | A 5 0 : 0 100 | R 0 0 : 5 0 | W 0 0 : 0 0
        settle h 0                         => NOT_HELD h
    """,
}  # fmt: skip  # a table

FACTS = Facts("org", "proj", "key", None, "/v1/chat/completions", "m", False, 0, 0, None)


class Table:
    """The books, and the steps of the table that change them."""

    def __init__(self) -> None:
        self.books = Books.empty()
        self.ended: dict[str, tuple[Hold, Settle]] = {}
        for name in "AB":
            self.books.accounts[name] = Account(name, Unit.CREDIT, "award", name, limited=True)
        for name in "RWI":
            self.books.accounts[name] = Account(name, Unit.CREDIT, "house", name, limited=False)
        for name in "SUJ":
            self.books.accounts[name] = Account(name, Unit.LIMITS, "house", name, limited=False)
        self.books.accounts["served:m"] = Account("served:m", Unit.TOKENS, "revenue", "house", limited=False)
        self.books.accounts["L"] = Account("L", Unit.LIMITS, "budget", "L", limited=True)

    def step(self, text: str) -> str:
        verb, _, rest = text.partition(" ")
        result = getattr(self, verb)(rest)
        return "ok" if result is None else f"{result.reason.name} {result.account}"

    def move(self, text: str) -> Any:
        text, _, key = text.partition("key=")
        return apply(self.books, Move("move", legs(text), "code", key or None))

    def hold(self, text: str) -> Any:
        name, _, rest = text.partition(" ")
        return apply(self.books, Hold(name, legs(rest), 0, FACTS))

    def mark(self, text: str) -> Any:
        name, charge = text.split()
        return apply(self.books, Mark(name, int(charge), Usage()))

    def settle(self, text: str) -> Any:
        text, _, extra = text.partition("+")
        words = text.split()
        options = dict(word.split("=") for word in words if "=" in word)
        posts = tuple(amount(word) for word in words[1:] if "=" not in word)
        reach = tuple(int(t) for t in options.get("reach", "").split(",") if t)
        record = Settle(words[0], posts, legs(extra), receipt(words[0], int(options.get("tokens", 0))), reach)
        held = self.books.holds.get(words[0])
        refused = apply(self.books, record)
        if refused is None and held is not None:
            self.ended[words[0]] = (held.hold, record)
        return refused

    def undo(self, text: str) -> None:
        if text in self.ended:
            undo_hold(self.books, *self.ended.pop(text))
        else:
            undo_hold(self.books, self.books.holds[text].hold, None)

    def open(self, text: str) -> Any:
        return apply(self.books, OpenAccount(text, Unit.LIMITS, "budget", text, limited=True))

    def close(self, text: str) -> Any:
        return apply(self.books, CloseAccount(text))

    def award(self, text: str) -> Any:
        (name, units), options = worded(text)
        unit = Unit(int(options.get("unit", 1)))
        award = Award(name, name, "org", "proj", "award", "active", 0, 0, unit=unit, pool=options.get("pool"))
        committed = int(options.get("committed", 0))
        return apply(self.books, DefineAward(award, amount(units), committed, options.get("key")))

    def pool(self, text: str) -> Any:
        (name, units), options = worded(text)
        pool = Pool(name, Unit(int(options.get("unit", 1))), "org", name)
        return apply(self.books, DefinePool(pool, amount(units), options.get("key")))

    def budget(self, text: str) -> Any:
        name, limit = text.split()
        return apply(self.books, DefineBudget(Budget(name, "key", "key", "day", amount(limit), True, 0)))

    def prices(self, text: str) -> Any:
        return apply(self.books, DefinePrices(PriceVersion(text, 0, {}, {})))

    def columns(self, name: str) -> str:
        a = self.books.accounts[name]
        return f"{name} {a.debits_pending} {a.debits_posted} : {a.credits_pending} {a.credits_posted}"


def worded(text: str) -> tuple[list[str], dict[str, str]]:
    words = text.split()
    return [word for word in words if "=" not in word], dict(word.split("=") for word in words if "=" in word)


def amount(text: str) -> int:
    return {"MAX": AMOUNT_MAX, "MAX+1": AMOUNT_MAX + 1, "MAX*2": AMOUNT_MAX * 2}.get(text) or int(text)


def legs(text: str) -> tuple[Leg, ...]:
    return tuple(
        Leg(debit, credit, amount(units)) for debit, credit, units in re.findall(r"([\w:]+)>([\w:]+) ([-\w+*]+)", text)
    )


def receipt(request_id: str, tokens: int) -> Receipt:
    usage = Usage(tokens, 0, 0, 0, "engine")
    return msgspec.convert(
        [request_id, 0, FACTS, "completed", 200, None, [], usage, [], 0, 0, None, [], None, 0, False, []], Receipt
    )


@pytest.mark.parametrize("page", SPECIFICATION.values(), ids=SPECIFICATION.keys())
def test_specification(page: str) -> None:
    table = Table()
    lines = [line.strip() for line in page.strip().splitlines()]
    for number, line in enumerate(lines, 1):
        step, _, expected = line.partition("=>")
        result, *columns = [part.strip() for part in expected.split("|")]
        before = state(table.books)
        where = f"line {number}: {line}"
        assert table.step(step.strip()) == result, where
        if result != "ok":
            assert state(table.books) == before, f"refused, and yet something changed: {where}"
        for expected_columns in columns:
            name, _, numbers = expected_columns.partition(" ")
            a, b, c, d = map(amount, numbers.replace(":", " ").split())
            assert table.columns(name) == f"{name} {a} {b} : {c} {d}", where


def test_the_page_covers_every_reason_and_every_record() -> None:
    from tokenry.ledger.books import Reason
    from tokenry.ledger.model import KINDS

    page = "".join(SPECIFICATION.values())
    assert {reason.name for reason in Reason} == set(re.findall(r"=> ([A-Z_]+) ", page))
    assert set(KINDS) | {"undo"} == set(re.findall(r"^ +([a-z]+) ", page, re.MULTILINE))
