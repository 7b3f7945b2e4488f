"""Data folders of the first release, written by its own code, are opened by this one with every row as it was."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tokenry.access import KeyLimits, Keys
from tokenry.base.clock import SystemClock
from tokenry.ledger import check
from tokenry.storage import APP_DB_NAME, LEDGER_DB_NAME, AppDb, Journal, Row

FIXTURES = Path(__file__).parent / "fixtures"
# Said by the release that wrote the files: a digest over kind, ref and body of every row, in order.
DIGEST_1 = "a992cb03c567e4dc922c2246c2ee3b3bb1863fee1b73858f13cf248d543f527f"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a data folder of schema 1."""
    for name in (LEDGER_DB_NAME, APP_DB_NAME):
        shutil.copy(FIXTURES / "schema_1" / name, tmp_path / name)
    return tmp_path


def digest(rows: Iterable[Row]) -> str:
    return hashlib.sha256(b"".join(row.kind.encode() + row.ref.encode() + row.body for row in rows)).hexdigest()


def test_every_row_of_the_journal_is_as_it_was(folder: Path) -> None:
    journal = Journal.open(folder / LEDGER_DB_NAME)
    rows = list(journal.read())
    snapshot, answer = journal.latest_snapshot(), journal.answer("scope", "k4", 1)
    journal.close()
    assert digest(rows) == DIGEST_1
    assert Counter(row.kind for row in rows).most_common(3) == [("hold", 13), ("settle", 12), ("open", 6)]
    assert answer is not None
    assert snapshot is not None
    assert snapshot[0] == 23
    report = check(rows, snapshot)
    assert report.ok, report.breaches
    assert (report.requests, report.charged, report.open_holds, report.pending) == (12, 393, 1, 600)


def test_keys_stay_what_they_were(folder: Path) -> None:
    db = AppDb.open(folder / APP_DB_NAME)
    keys = Keys(db, SystemClock(), KeyLimits(1, 1, 1))
    keys.load()
    known = {key.name: key for key in keys.list(None)}
    db.close()
    assert known.keys() == {"kept", "gone"}
    assert (known["kept"].prefix, known["kept"].budget_id, known["kept"].revoked_at) == (
        "sk-tok-s32h9qpa", "bud_kept", None
    )  # fmt: skip
    assert known["gone"].revoked_at is not None
