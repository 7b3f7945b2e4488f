"""The proof of a file that nobody writes: of a backup's copy, before anybody rests upon it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tokenry.ledger.breaches import Report
from tokenry.ledger.check import Proof, check
from tokenry.storage import LedgerFile, Reader, Row

TELL_EVERY = 5000  # rows


@dataclass(frozen=True, slots=True)
class Proven:
    """What the proof found, and which budgets the books know."""

    report: Report
    budgets: frozenset[str]


def prove_file(path: Path, tell: Callable[[int, int], None] = lambda _done, _total: None) -> Proven:
    """Prove a ledger's file from its first row to its last, and its newest closing snapshot.

    Args:
        path: a file that nobody writes meanwhile; nothing is made beside it.
        tell: called now and then with how many of how many rows are proven.

    Raises:
        StorageError: it cannot be read. ValueError: its closing snapshot cannot.
    """
    file = LedgerFile(path, immutable=True)
    with file.saying_why(), closing(Reader(file)) as reader:
        last, proof = reader.last_seq(), Proof()
        report = check(_told(reader.read(0, last), last, tell), reader.latest_snapshot(last), reader.base(), proof)
        return Proven(report, frozenset(proof.books.budgets))


def _told(rows: Iterator[Row], last: int, tell: Callable[[int, int], None]) -> Iterator[Row]:
    for row in rows:
        if row.seq % TELL_EVERY == 0:
            tell(row.seq, last)
        yield row
