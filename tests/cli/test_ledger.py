"""The proof and the export of the books, read from the file alone."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Tokenry
from tokenry.base.clock import Clock, ManualClock, SystemClock
from tokenry.cli import ledger as verb
from tokenry.ledger import Award, Facts, Ledger, PriceVersion, Rates
from tokenry.storage import Journal, prepare

FACTS = Facts("org_1", "proj_1", "key_1", None, "chat.completions", "echo", False, 100, 100, "prc_1")


async def leave_a_hold_open(folder: Path, clock: Clock) -> None:
    """Books in which a crash left one hold open."""
    journal = Journal.open(prepare(folder) / "ledger.db")
    ledger = Ledger.open(journal, clock)
    now = clock.now_ns()
    await ledger.grant(Award("awd_1", "a", "org_1", "proj_1", "internal", "active", now, now), 10**9)
    await ledger.set_prices(PriceVersion("prc_1", now, {"echo": Rates(10**9, 10**9)}, {}))
    await (await ledger.hold("req_1", FACTS, 1_000_000)).durable
    journal.close()


def test_sound_books_are_proved_and_leave_no_trace(tokenry: Tokenry, data: Path) -> None:
    assert tokenry("key", "create", "--name", "a", "--budget", "1").code == 0
    before = (data / "ledger.db").read_bytes()
    ran = tokenry("ledger", "check", "--json")
    assert (ran.code, ran.json["ok"], ran.json["server"]) == (0, True, "down")
    assert ran.json["issued_usd"] == "100.00"
    assert "sound" in tokenry("ledger", "check").out
    assert (data / "ledger.db").read_bytes() == before


def test_a_hold_that_a_crash_left_open_waits_for_the_next_start_and_is_no_breach(tokenry: Tokenry, data: Path) -> None:
    asyncio.run(leave_a_hold_open(data, ManualClock()))
    ran = tokenry("ledger", "check", "--json")
    assert (ran.code, ran.json["open_holds"], ran.json["pending_usd"]) == (0, 1, "0.001")
    assert "to be settled at the next start" in tokenry("ledger", "check").out


def test_beside_a_server_a_hold_past_its_time_is_a_breach_and_a_fresh_one_is_none(
    tokenry: Tokenry, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verb, "server_up", lambda _folder: True)
    asyncio.run(leave_a_hold_open(data, ManualClock()))  # long ago
    ran = tokenry("ledger", "check", "--json")
    assert ran.code == 1
    assert [breach["rule"] for breach in ran.json["breaches"]] == ["holds end in time"]
    asyncio.run(leave_a_hold_open(tmp_path / "fresh", SystemClock()))
    assert tokenry("ledger", "check", where=tmp_path / "fresh").code == 0


def test_a_row_that_was_tampered_with_is_a_breach(tokenry: Tokenry, data: Path) -> None:
    assert tokenry("key", "create", "--name", "a", "--budget", "1").code == 0
    with sqlite3.connect(data / "ledger.db") as connection:
        connection.execute("UPDATE journal SET body = x'c1' WHERE kind = 'award'")
    connection.close()
    ran = tokenry("ledger", "check", "--json")
    assert (ran.code, ran.json["ok"]) == (1, False)
    assert "rows that can be read" in {breach["rule"] for breach in ran.json["breaches"]}
    assert "BREACH row" in tokenry("ledger", "check").out
    assert tokenry("ledger", "export").code == 1


def test_the_export_is_one_document_a_line_with_names(tokenry: Tokenry) -> None:
    assert tokenry("award", "create", "--name", "spring", "--usd", "2.50").code == 0
    rows = [json.loads(line) for line in tokenry("ledger", "export").out.splitlines()]
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    (spring,) = [row for row in rows if row["kind"] == "award" and row["record"]["award"]["name"] == "spring"]
    assert spring["record"]["amount"] == 2_500_000_000


def test_where_there_are_no_books_nothing_is_proved(tokenry: Tokenry, data: Path) -> None:
    ran = tokenry("ledger", "check")
    assert (ran.code, ran.out) == (1, "")
    assert not data.exists()
