"""The real thing: processes killed without warning, and a file system that refuses to let the file grow."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.storage.journal_ways import Told, hold, latch_closed, refs, settle, write
from tokenry.storage import LEDGER_DB_NAME, Journal, Tuning

ROUNDS = 8

# One process imports the room once and has a child per round, so that a round takes milliseconds.
NURSERY = """
import asyncio, os, sys
from pathlib import Path
from tokenry.storage import Entry, Journal, Tuning

async def write_for_ever(path, name):
    journal = Journal.open(path, tuning=Tuning(checkpoint_pages=30))
    n = 0
    def append():
        nonlocal n
        n += 1
        ref = f"{name}_{n:06d}"
        def done(error):
            os.write(1, f"ack {ref}\\n".encode())
            append()
        journal.append(Entry("hold", ref, n, bytes(n % 2000), keep=True, done=done))
        if n % 100 == 0:
            journal.put_snapshot(ref.encode())
    for _ in range(16):
        append()
    await asyncio.Event().wait()

for line in sys.stdin:
    path, name = line.split()
    pid = os.fork()
    if pid == 0:
        asyncio.run(write_for_ever(Path(path), name))
    os.write(1, f"pid {pid}\\n".encode())
    os.waitpid(pid, 0)
    os.write(1, b"dead\\n")
"""


@pytest.fixture
def nursery() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def kill_one(nursery: subprocess.Popen[str], order: str, after: int) -> list[str]:
    """Have a child write, kill it after so many acknowledgements, and return all that it acknowledged."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(order + "\n")
    nursery.stdin.flush()
    acknowledged: list[str] = []
    pid = 0
    for line in nursery.stdout:
        what, _, value = line.strip().partition(" ")
        if what == "pid":
            pid = int(value)
        elif what == "ack":
            acknowledged.append(value)
        else:
            return acknowledged
        if pid and len(acknowledged) == after:
            os.kill(pid, signal.SIGKILL)
    raise AssertionError("the nursery died")


def test_a_killed_process_loses_nothing_that_it_acknowledged(tmp_path: Path, nursery: subprocess.Popen[str]) -> None:
    path = tmp_path / LEDGER_DB_NAME
    rng = Random(11)
    acknowledged: list[str] = []
    for n in range(ROUNDS):
        acknowledged += kill_one(nursery, f"{path} r{n:02d}", rng.randint(1, 1500))
        journal = Journal.open(path)
        rows = list(journal.read())
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        found = [row.ref for row in rows]
        promised = set(acknowledged)
        assert [ref for ref in found if ref in promised] == acknowledged
        assert all(len(row.body) == row.at % 2000 for row in rows)
        snapshot = journal.latest_snapshot()
        if snapshot is not None:
            assert found[snapshot[0] - 1] == snapshot[1].decode()
        journal.close()


def log_size(path: Path) -> int:
    return path.with_name(path.name + "-wal").stat().st_size


@pytest.mark.anyio
async def test_a_file_that_may_not_grow_closes_the_latch_until_it_may(tmp_path: Path) -> None:
    path = tmp_path / LEDGER_DB_NAME
    journal = Journal.open(path, tuning=Tuning(probe_s=0.002))
    told = Told()
    await write(journal, *(hold(f"req_{n:04d}", told) for n in range(200)))
    log = log_size(path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log + 10_000, hard))
    try:
        journal.append(settle("req_0000", told))
        for n in range(200, 1000):
            journal.append(hold(f"req_{n:04d}", told))
        await latch_closed(journal)
        await asyncio.sleep(0.01)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    await journal.flush()
    await write(journal, hold("req_9999", told))
    journal.close()
    assert len(told.given_up) == 800
    again = Journal.open(path)
    assert refs(again) == told.durable == [*(f"req_{n:04d}" for n in range(200)), "req_0000", "req_9999"]
    again.close()
