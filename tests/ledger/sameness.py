"""When two books are the same, and what a journal will say once all that waits is written."""

from __future__ import annotations

from typing import Any

import msgspec

from tokenry.ledger.books import Books
from tokenry.ledger.model import decode
from tokenry.ledger.transfers import apply
from tokenry.storage import Entry, Journal, Row


def state(books: Books) -> dict[str, Any]:
    """Everything in the books as plain data; equal exactly when the books are the same."""
    return {
        "accounts": {
            a.id: (
                int(a.unit), a.kind, a.owner, a.limited,
                a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted,
            )
            for a in books.accounts.values()
        },
        "holds": {key: (held.hold, held.mark) for key, held in books.holds.items()},
        "keys": set(books.keys),
        "awards": dict(books.awards),
        "pools": dict(books.pools),
        "shares": {account: msgspec.structs.astuple(share) for account, share in books.shares.items()},
        "budgets": dict(books.budgets),
        "prices": list(books.prices),
        "tokens": dict(books.tokens),
        "milestones": dict(books.milestones),
        "awards_of": {key: list(awards) for key, awards in books.awards_of.items() if awards},
        "budgets_of": {key: list(budgets) for key, budgets in books.budgets_of.items() if budgets},
    }  # fmt: skip  # the two halves of an account stand under each other


def difference(one: Books, other: Books) -> list[str]:
    """Where two books differ, in words; empty when they are the same."""
    left, right = state(one), state(other)
    found: list[str] = []
    for part in left:
        if left[part] == right[part]:
            continue
        if isinstance(left[part], dict):
            keys = [k for k in left[part].keys() | right[part].keys() if left[part].get(k) != right[part].get(k)]
            found += [f"{part}[{k}]: {left[part].get(k)} != {right[part].get(k)}" for k in sorted(keys, key=str)]
        else:
            found.append(f"{part}: {left[part]} != {right[part]}")
    return found


def fold(rows: list[Row]) -> Books:
    """The books that these rows make from nothing."""
    books = Books.empty()
    for row in rows:
        refused = apply(books, decode(row.kind, row.body))
        assert refused is None, (row.seq, row.kind, row.ref, refused)
    return books


def written_and_waiting(journal: Journal) -> list[Row]:
    """The journal as it will be once everything is written that waits now."""
    rows = list(journal.read())
    waiting = (journal._job.batch.items if journal._job else []) + journal._queue
    for item in waiting:
        if isinstance(item, Entry):
            rows.append(Row(len(rows) + 1, item.kind, item.ref, item.at, item.body))
    return rows
