"""What is found by way of the sums is what a look at every receipt finds, in pages of any size; and little is read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.ledger.examples import DAY_NS, ending, facts
from tests.ledger.life import Life
from tokenry.base.errors import InvalidRequest
from tokenry.ledger import Browser, Buckets, Meant, PageBounds, Receipt, Selection, Span, receipt_of
from tokenry.ledger import browsing as looking
from tokenry.ledger.retention import Policy
from tokenry.storage import LEDGER_DB_NAME, Narrowed, UsageDb

pytestmark = pytest.mark.anyio
EVER = Span(0, 2**62)


class Hall:
    """A journal of many people's requests, and its sums."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.sums = UsageDb.in_memory()
        self.buckets = Buckets(self.sums, life.journal)

    def receipts(self) -> list[Receipt]:
        return [receipt_of(row) for row in self.life.journal.read() if row.kind == "settle"][::-1]

    def found(self, meant: Meant, count: int = 7, looked_max: int = 10_000) -> list[str]:
        """Ids, of all pages one after the other."""
        browser, ids, cursor = Browser(self.life.journal, self.sums), [], meant.cursor
        while True:
            page = browser.page(
                Meant(meant.selection, meant.narrowed, meant.span, cursor), PageBounds(count, looked_max)
            )
            assert len(page.receipts) <= count
            ids += [one.request_id for one in page.receipts]
            if page.next is None:
                return ids
            assert cursor is None or int(page.next) < int(cursor), "each page goes on"
            cursor = page.next


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    life = await Life(tmp_path / LEDGER_DB_NAME).live()
    rng = Random(3)
    for n in range(240):
        life.clock.advance(ns=rng.choice((10**6, 7 * 10**9, 61 * 10**9, 5000 * 10**9)))
        who: dict[str, Any] = {"user_id": rng.choice(("ann", "bob", "eve")), "key_id": rng.choice(("k1", "k2"))}
        held = await life.ledger.hold(f"req_n{n:03d}", facts(model=rng.choice(("small", "large")), **who), 100_000)
        await life.ledger.settle(held, ending(n, 1))
    await life.journal.flush()
    hall = Hall(life)
    yield hall
    hall.sums.close()
    life.journal.close()


CASES: list[tuple[Selection, Narrowed]] = [
    (Selection(), Narrowed("org")),
    (Selection(user_id="ann"), Narrowed("org", user_ids=("ann",))),
    (Selection(user_id="ann", model="large"), Narrowed("org", user_ids=("ann",), models=("large",))),
    (Selection(key_id="k2"), Narrowed("org", key_ids=("k2",))),
    (Selection(key_id="key", model="odd"), Narrowed("org", key_ids=("key",))),
    (Selection(within=frozenset(), own="bob"), Narrowed("org", within=(), user_own="bob")),
    (Selection(charge_min=20_000), Narrowed("org")),
    (Selection(organization_id="elsewhere"), Narrowed("elsewhere")),
]


@pytest.mark.parametrize("counted", [0.0, 0.5, 1.0])
async def test_it_finds_what_a_look_at_everything_finds(
    hall: Hall, counted: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "REST_S", 0)
    monkeypatch.setattr(looking, "STARTS", 5)
    if counted:
        hall.buckets.catch_up()
    if counted == 0.5:
        await hall.life.retention.run(Policy(4 * DAY_NS))  # minutes of what is left are not kept for all of it
        hall.buckets.rebuild()
    everything = hall.receipts()
    middle = everything[len(everything) // 2].at
    for selection, narrowed in CASES:
        for span in (EVER, Span(0, middle), Span(middle, 2**62), Span(middle - DAY_NS, middle + DAY_NS)):
            meant = Meant(selection, narrowed, span)
            expected = [r.request_id for r in everything if span.start <= r.at < span.end and selection.fits(r)]
            assert hall.found(meant) == expected
            assert hall.found(meant, count=1000, looked_max=9) == expected


async def test_little_is_read_for_few_among_many(hall: Hall) -> None:
    hall.buckets.catch_up()
    held = await hall.life.ledger.hold("req_rare", facts(user_id="rare"), 100_000)
    await hall.life.ledger.settle(held, ending(1, 1))
    for n in range(300):
        hall.life.clock.advance(ns=100 * 10**9)
        held = await hall.life.ledger.hold(f"req_later{n}", facts(), 100_000)
        await hall.life.ledger.settle(held, ending(1, 1))
    await hall.life.journal.flush()
    hall.buckets.catch_up()
    meant = Meant(Selection(user_id="rare"), Narrowed("org", user_ids=("rare",)), EVER)
    page = Browser(hall.life.journal, hall.sums).page(meant, PageBounds(10, 20))
    assert [one.request_id for one in page.receipts] == ["req_rare"]
    assert page.next is None, "of 600 receipts no more than twenty were looked at"


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1e3", "٣", "9" * 30])
async def test_a_cursor_that_is_none_is_refused(hall: Hall, cursor: str) -> None:
    with pytest.raises(InvalidRequest, match="cursor"):
        hall.found(Meant(Selection(), Narrowed("org"), EVER, cursor))
