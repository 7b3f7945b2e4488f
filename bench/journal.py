"""What the journal's writer costs: CPU per entry, commits, and how long an entry waits at a slow, even pace.

Alone, with no gateway around it: pairs of a hold and a settle, as requests append them, on this folder's disk.

    python -m bench.journal --clients 64 --seconds 5 --rate 50
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import uvloop

from bench.disk import fsync_p50_ms
from tokenry.storage import LEDGER_DB_NAME, Entry, Journal

SWITCH_INTERVAL_S = 0.0002  # as `tokenry serve` sets it
HOLD, SETTLE = bytes(range(220)), b"s" * 520  # as long as those of a plain chat request


class Load:
    """Requests without engines: a hold, then its settlement."""

    def __init__(self, journal: Journal, work_us: float) -> None:
        self.journal = journal
        self._work_s = work_us / 1e6
        self.waits_s: list[float] = []
        self._count = 0

    async def request(self) -> None:
        """One pair; how long its settlement waited for the disk is noted."""
        self._count += 1
        ref = f"req_{self._count:026d}"
        loop = asyncio.get_running_loop()
        for kind, body, keep in (("hold", HOLD, False), ("settle", SETTLE, True)):
            durable: asyncio.Future[None] = loop.create_future()
            began = time.perf_counter()
            while time.perf_counter() < began + self._work_s:
                pass  # what a gateway does for a request on the same loop, with the interpreter's lock in its hand
            began = time.perf_counter()
            self.journal.append(Entry(kind, ref, self._count, body, keep=keep, done=partial(_tell, durable)))
            await durable
        self.waits_s.append(time.perf_counter() - began)

    async def saturate(self, clients: int, seconds: float) -> None:
        """So many requests at once, each followed by the next."""
        end = time.perf_counter() + seconds

        async def client() -> None:
            while time.perf_counter() < end:
                await self.request()

        await asyncio.gather(*[client() for _ in range(clients)])

    async def pace(self, rate: float, seconds: float) -> None:
        """One request every 1/rate seconds."""
        running: set[asyncio.Task[None]] = set()
        start = time.perf_counter()
        for n in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, start + n / rate - time.perf_counter()))
            task = asyncio.ensure_future(self.request())
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.gather(*running)


def _tell(durable: asyncio.Future[None], _error: Exception | None) -> None:
    durable.set_result(None)


async def measure(folder: Path, options: argparse.Namespace) -> None:
    """Print one line per load."""
    for what in ("at once", "paced"):
        journal = Journal.open(folder / f"{what[:2]}-{LEDGER_DB_NAME}")
        load = Load(journal, options.work_us)
        before, loop_before, began = resource.getrusage(resource.RUSAGE_SELF), time.thread_time(), time.perf_counter()
        if what == "at once":
            await load.saturate(options.clients, options.seconds)
        else:
            await load.pace(options.rate, options.seconds)
        took, loop_s = time.perf_counter() - began, time.thread_time() - loop_before
        after, stats = resource.getrusage(resource.RUSAGE_SELF), journal.stats
        cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        waits = sorted(load.waits_s)
        print(
            f"{what:<8}{len(waits) / took:9,.0f} requests/s   {stats.entries / stats.commits:6.1f} entries a commit   "
            f"CPU per entry {cpu_s / stats.entries * 1e6:6.1f} us, of it in the writer's threads "
            f"{(cpu_s - loop_s) / stats.entries * 1e6:6.1f} us   "
            f"switches per entry {(after.ru_nvcsw - before.ru_nvcsw) / stats.entries:5.2f}   "
            f"settle waits p50 {waits[len(waits) // 2] * 1e3:.2f} ms, p99 {waits[len(waits) * 99 // 100] * 1e3:.2f} ms"
        )
        journal.close()


def main() -> int:
    """Measure as asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--rate", type=float, default=50.0, help="requests per second of the even pace")
    parser.add_argument("--work-us", type=float, default=0.0, help="what the loop does beside each entry")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--folder", type=Path, help="where the files lie; a temporary folder if absent")
    options = parser.parse_args()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    with tempfile.TemporaryDirectory(dir=options.folder) as scratch:
        print(f"fsync p50 of this disk {fsync_p50_ms(Path(scratch)):.2f} ms")
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(measure(Path(scratch), options))
    return 0


if __name__ == "__main__":
    sys.exit(main())
