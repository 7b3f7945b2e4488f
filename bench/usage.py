"""How fast sums of usage follow the journal, and how fast they are asked: a month of made-up requests.

    python -m bench.usage --receipts 1000000

The journal's rows are made up as they are read, so the disk that is written is that of usage.db alone. Rests between
pages, which a serving process takes, are left out; what a row costs is what it costs.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from tokenry.ledger import Buckets, Facts, Rates, Receipt, Usage
from tokenry.ledger.buckets import ALONE
from tokenry.ledger.model import Settle, encode
from tokenry.ledger.rates import amount, lines
from tokenry.ledger.receipts import Attempt, Held
from tokenry.storage import Base, Narrowed, Row, UsageDb

START_S = 1_767_225_600  # 2026-01-01
DAYS = 30
DAY_S = 86_400
PROJECTS, KEYS, MODELS, POOL = 20, 200, 5, 20_000
TURNS = 9


class Month:
    """A journal of so many requests, spread evenly over the month."""

    base_seq = 0

    def __init__(self, receipts: int) -> None:
        self.last_seq = receipts
        rng = Random(1)
        self._bodies = [_body(rng) for _ in range(POOL)]

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """Rows in order."""
        for seq in range(after + 1, (self.last_seq if until is None else until) + 1):
            at = START_S * 10**9 + DAYS * DAY_S * 10**9 * (seq - 1) // self.last_seq
            yield Row(seq, "settle", f"req_{seq}", at, self._bodies[seq * 7919 % POOL])

    def base(self) -> Base | None:
        """None: all rows are there."""
        return None

    def sums(self, prefix: str) -> dict[str, bytes]:
        """Nothing: no row is gone."""
        return {}


def _body(rng: Random) -> bytes:
    key = rng.randrange(KEYS)
    model = rng.randrange(MODELS)
    rates = Rates(4 * 10**8 + model, 16 * 10**8 + model, 10**8)
    usage = Usage(rng.randrange(10, 4000), rng.randrange(1, 900), rng.randrange(10), 0, "engine")
    facts = Facts(
        "org", f"proj_{key % PROJECTS:04d}", f"key_{key:06d}", f"user_{key // 2:06d}", "chat.completions",
        f"model-{model}", True, 4000, 1000, "prc_1",
    )  # fmt: skip
    charge = amount(usage, rates)
    receipt = Receipt(
        f"req_{key}", 0, facts, "completed", 200, "mock/model", (Attempt("mock/model", "ok", 12),), usage,
        lines(usage, rates), charge, 0, charge // 2, (Held(f"award:{key % PROJECTS}", charge * 2, charge),), 30, 900,
        False, ("mock",),
    )  # fmt: skip
    return encode(Settle(f"req_{key}", (charge,), (), receipt))


def main() -> None:
    """Follow, then ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--receipts", type=int, default=1_000_000)
    receipts = parser.parse_args().receipts
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "usage.db"
        db = UsageDb.open(path)
        buckets = Buckets(db, Month(receipts))
        began_s, cpu_s = time.monotonic(), time.process_time()
        buckets.catch_up(ALONE)
        took_s, cpu_s = time.monotonic() - began_s, time.process_time() - cpu_s
        print(
            f"{receipts} receipts of {KEYS} keys and {MODELS} models counted in {took_s:.1f} s: "
            f"{cpu_s / receipts * 1e6:.1f} µs of processor a receipt; usage.db has "
            f"{path.stat().st_size / 2**20:.0f} MiB"
        )
        month, org = (START_S, START_S + DAYS * DAY_S), Narrowed("org")
        _ask("30 days, by the day", lambda: db.cells(DAY_S, month, org, ()))
        _ask("30 days, by the day, project and model", lambda: db.cells(DAY_S, month, org, ("project_id", "model")))
        _ask(
            "30 days, by the day, of one key",
            lambda: db.cells(DAY_S, month, Narrowed("org", key_ids=("key_000007",)), ()),
        )
        _ask("30 days, by the day and line item (costs)", lambda: db.lines(month, org, ("start", "model", "meter")))
        _ask("7 days, by the hour and model", lambda: db.cells(3600, (START_S, START_S + 7 * DAY_S), org, ("model",)))
        _ask("1 day, by the minute", lambda: db.cells(60, (START_S, START_S + DAY_S), org, ()))
        db.close()


def _ask(what: str, ask: Callable[[], list[tuple[object, ...]]]) -> None:
    took_ms = []
    for _ in range(TURNS):
        began_s = time.monotonic()
        rows = len(ask())
        took_ms.append((time.monotonic() - began_s) * 1000)
    print(f"{what}: {rows} rows, median {statistics.median(took_ms):.1f} ms of {TURNS}")


if __name__ == "__main__":
    main()
