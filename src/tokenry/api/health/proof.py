"""The proof of the books beside the requests that are served: every row folded again, at a pace that leaves room."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from tokenry.api.guarded import Call
from tokenry.api.health.shapes import BreachShape, ProofShape
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import Conflict
from tokenry.ledger import REST_S, Report, check
from tokenry.storage import Row

ROWS_MAX = 300_000  # of a proof that somebody waits for in a browser
REST_EVERY = 50  # rows
TRIES = 3

_at_work = threading.Lock()  # one proof at a time, whoever asks: each keeps a processor busy


def prove(call: Call) -> ProofShape:
    """Prove the ledger. Folds every row again by other code than the server's, while it serves, and compares."""
    journal = call.rooms.journal
    rows = journal.last_seq - journal.base_seq
    if rows > ROWS_MAX:
        raise Conflict(f"the ledger has {rows} rows, which takes minutes; run `tokenry ledger check` at the machine")
    if not _at_work.acquire(blocking=False):
        raise Conflict("a proof of the books is under way; wait until it has ended")
    try:
        for _ in range(TRIES):
            base = journal.base()
            report = check(_slowly(journal.read()), None, base)
            if journal.base() == base:
                break  # else rows were given up under our eyes, and seem to be missing
    finally:
        _at_work.release()
    return _shown(report, call.rooms.clock.now_ns())


def _slowly(rows: Iterator[Row]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number % REST_EVERY == 0:
            time.sleep(REST_S)
        yield row


def _shown(report: Report, now_ns: int) -> ProofShape:
    return ProofShape(
        ok=report.ok,
        checked_at=now_ns // NS_PER_S,
        rows=report.rows,
        closed_rows=report.closed_rows,
        requests=report.requests,
        issued_nanousd=report.issued,
        charged_nanousd=report.charged,
        available_nanousd=report.available,
        pending_nanousd=report.pending,
        written_off_nanousd=report.written_off,
        breaches=[BreachShape(row=one.seq, rule=one.rule, what=one.what) for one in report.breaches[:100]],
    )
