"""`tokenry statement`: issued, listed, shown, exported and verified, with no server running."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli import filled
from tests.cli.conftest import Tokenry

OCTOBER_NS = 1_759_276_800 * 10**9  # 2025-10-01T00:00:00Z


@pytest.fixture
def issued(tokenry: Tokenry, data: Path, monkeypatch: pytest.MonkeyPatch) -> Tokenry:
    """Eleven requests of an October long past, and its statements."""
    monkeypatch.setattr(filled, "FIRST_NS", OCTOBER_NS)
    filled.fill(data, 11)
    told = tokenry("statement", "issue", "--month", "2025-10", "--json").json["statements"]
    assert [(one["month"], one["project"], one["number"]) for one in told] == [
        ("2025-10", None, 1), ("2025-10", "default", 1),
    ]  # fmt: skip
    assert "has its statements already" in tokenry("statement", "issue", "--month", "2025-10").out
    return tokenry


def test_listed_and_shown(issued: Tokenry) -> None:
    listed = issued("statement", "list").out
    assert listed.count("2025-10") == 2
    assert max(map(len, listed.splitlines())) <= 80
    assert issued("statement", "list", "--month", "2001-01").out.startswith("No statement was issued yet")
    out = issued("statement", "show", "2025-10", "--project", "default").out
    for words in ("fast", "cached_input", "charged", "sha256"):
        assert words in out
    whole, usage = issued("statement", "show", "2025-10", "--json").json, issued("usage", "--json").json
    assert whole["as_issued"] is True
    assert whole["total_usd"] == usage["total"]["charge_usd"]
    assert whole["statement"]["requests"] == usage["total"]["requests"] == 11


def test_written_for_spreadsheets_printers_and_programs(issued: Tokenry, tmp_path: Path) -> None:
    path = tmp_path / "october.csv"
    issued("statement", "export", "2025-10", "--output", str(path))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = issued("statement", "list", "--json").json["statements"][0]
    assert sum(Decimal(row["BilledCost"]) for row in rows) == Decimal(told["total_usd"])
    assert issued("statement", "export", "2025-10", "--format", "html").out.startswith("<!doctype html>")
    said = json.loads(issued("statement", "export", told["id"], "--format", "json").out)
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert sha256(canonical.encode()).hexdigest() == told["hash"]


def test_verified(issued: Tokenry) -> None:
    assert "2 statements, all as issued" in issued("statement", "verify").out
    assert issued("statement", "verify", "--json").json == {"ok": True, "statements": 2, "faults": []}


def test_refused_in_words(issued: Tokenry, tmp_path: Path) -> None:
    for words, told in (
        (("issue", "--month", "2199-01"), "can be stated from 2199-02-01T01:00"),
        (("issue", "--month", "Oct"), "write it like 2026-10"),
        (("show", "2025-11"), "no statement of 2025-11"),
        (("show", "stmt_of_nobody"), "There is no statement"),
        (("export", "2025-10", "--format", "pdf"), "csv, html, json"),
        (("export", "2025-10", "--output", str(tmp_path)), "cannot write"),
    ):
        answer = issued("statement", *words)
        assert answer.code == 1, words
        assert told in " ".join(answer.err.split()), answer.err
