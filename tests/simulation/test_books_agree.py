"""Usage API = Σ receipts = ledger = statement, to the unit, over random lives; see `books_agree`, which runs many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.simulation.books_agree import run
from tokenry.ledger.buckets import shares, tally
from tokenry.ledger.receipts import Line

SEEDS = (*range(16), 22, 61, 115, 133, 149)  # the last have what is rare: see `wanted`


def test_all_books_agree() -> None:
    told = Counter[str]()
    for seed in SEEDS:
        try:
            told += run(seed)
        except BaseException:
            print(f"seed {seed} fails; again: python -m tests.simulation.books_agree --start {seed} --seeds 1")
            raise
    wanted = (
        "hang-ups",
        "fallbacks",
        "corrections",
        "power cuts",
        "recovered",
        "deaths",
        "charged requests",
        "lives with write-offs",
        "paid in tokens",
        "paid in both",
        "downgrades",
        "low priority",
        "crashes paid in tokens",
    )
    for what in wanted:
        assert told[what] > 0, f"no seed has any {what}"


def _a_token_forgotten(receipt: Any) -> Any:
    rest, by_tokens = shares.divided(receipt)
    (line, drawn), *others = by_tokens
    return rest, ((line, drawn - 1), *others)


def _billed_all_the_same(receipt: Any) -> Any:
    _, by_tokens = shares.divided(receipt)
    return receipt.lines, by_tokens


def _what_it_would_have_cost_is_off(receipt: Any) -> Any:
    rest, ((line, drawn), *others) = shares.divided(receipt)
    dearer = Line(line.meter, line.quantity, line.rate, line.amount + 1)
    return rest, ((dearer, drawn), *others)


@pytest.mark.parametrize("mistake", [_a_token_forgotten, _billed_all_the_same, _what_it_would_have_cost_is_off])
def test_a_planted_mistake_is_seen(mistake: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "divided", mistake)
    for seed in SEEDS:
        try:
            run(seed)
        except AssertionError:
            return
    pytest.fail("no seed saw it")
