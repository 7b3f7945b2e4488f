"""Batches on a real server that is killed or told to end, and started again: each line once, in files and books."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing

from tests.e2e.batching import Office, jsonl, line, settled_once
from tests.e2e.harness import Server, configured, scripted
from tests.e2e.harness.server import until

LINES = 1000
TIERED = "input = 1, output = 2, tiers = { batch = { input = 0.5, output = 1 } }"


def done(office: Office, batch: dict[str, object], many: int) -> int:
    """Wait until so many lines are done; how many really are."""
    counts = until(lambda: office.look(batch)["request_counts"], lambda one: one["completed"] >= many)
    assert many <= counts["completed"] < LINES, "it must be in its middle"
    return int(counts["completed"])


def kept(server: Server) -> int:
    """How many answers the journal keeps."""
    with closing(sqlite3.connect(f"file:{server.data / 'ledger.db'}?mode=ro", uri=True)) as file:
        return int(file.execute("SELECT count(*) FROM answers").fetchone()[0])


def test_each_line_is_done_and_charged_once_through_kills(start: Callable[..., Server]) -> None:
    server = start(configured(scripted("m", "words=5&latency_ms=10", price=TIERED)))
    office = Office(server, server.key("k", budget_nano=10**9))
    numbers = range(LINES)
    batch = office.begin(jsonl(line(number) for number in numbers))
    for many in (LINES // 4, LINES // 2):
        before = done(office, batch, many)
        server.kill()
        server.start()
        assert office.look(batch)["status"] == "in_progress"
        assert until(lambda: office.look(batch), lambda one: one["request_counts"]["completed"] > 0)
        assert office.look(batch)["request_counts"]["completed"] >= before, "what was done is done"
    spent = settled_once(office, office.over(batch), numbers)
    rows = office.requests()
    tokens = [(one["input_tokens"], one["output_tokens"]) for one in rows]
    assert spent == sum([500 * inputs + 1000 * outputs for inputs, outputs in tokens]), "at the price of the tier"
    assert until(lambda: kept(server), lambda many: many == 0) == 0, "nothing of its content stays in the journal"
    assert server.stop() == 0
    assert not list((server.data / "batches").iterdir())
    report = server.check()
    assert report["ok"], report
    assert report["open_holds"] == 0


def test_the_end_of_the_server_waits_for_lines_and_the_next_start_goes_on(start: Callable[..., Server]) -> None:
    top = "[objects]\nbatch_lines_at_once_each = 4\n"
    server = start(configured(scripted("m", "words=5&latency_ms=40"), top=top))
    office = Office(server, server.key("k", budget_nano=10**9))
    numbers = range(40)
    batch = office.begin(jsonl(line(number) for number in numbers))
    assert until(lambda: office.look(batch), lambda one: one["request_counts"]["completed"] >= 8)
    server.signal(signal.SIGTERM)
    assert server.ended() == 0
    assert not [one for one in server.log.read_text().splitlines() if '"level":"error"' in one]
    server.start()
    settled_once(office, office.over(batch), numbers)
    assert {one["outcome"] for one in office.requests()} == {"completed"}, "no line was cut"
