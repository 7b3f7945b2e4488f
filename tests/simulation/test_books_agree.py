"""Usage API = Σ receipts = ledger = statement, to the unit, over random lives; see `books_agree`, which runs many."""

from __future__ import annotations

from collections import Counter

from tests.simulation.books_agree import run

SEEDS = range(20)


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
    )
    for what in wanted:
        assert told[what] > 0, f"no seed has any {what}"
