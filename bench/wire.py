"""What one exchange with an engine costs this process: CPU time and Python calls, through `Engine.open` and the body.

Knows the engines' public side only. The upstream runs in a process of its own, so its work is not counted; the cost of
the workers that ask is (a task each, and the loop over requests).

    python -m bench.wire --in-flight 64 --rounds 5
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import gc
import pstats
import statistics
import subprocess
import sys
import time
from pathlib import Path

import uvloop

from tokenry.base.limits import ANSWER_SIZE_MAX
from tokenry.config import Provider
from tokenry.engines import ArtifactStore, Call, Engine, build

BODY = b'{"model":"mock-n50","messages":[{"role":"user","content":"Say something short."}],"max_tokens":50'
ANSWER = Call("/chat/completions", BODY + b"}", "req_0123456789abcdefghjkmnpqrs", False)
STREAM = Call("/chat/completions", BODY + b',"stream":true}', "req_0123456789abcdefghjkmnpqrs", True)
SLOW = Call("/chat/completions", STREAM.body.replace(b"mock-n50", b"mock-d1-n50"), STREAM.request_id, True)
KINDS = {
    "answer, opened": (ANSWER, "opened"),
    "answer, begun": (ANSWER, "begun"),
    "stream, opened": (STREAM, "opened"),
    "stream, called back": (STREAM, "begun"),
    "slow stream, opened": (SLOW, "opened"),
    "slow stream, called back": (SLOW, "begun"),
}


async def worker(engine: Engine, call: Call, counter: list[int], way: str) -> None:
    """Ask and read until `counter` is used up."""
    while counter[0] > 0:
        counter[0] -= 1
        if way == "begun":
            await begun(engine, call)
            continue
        exchange = await engine.open(call)
        if call.stream:
            while await exchange.read():
                pass
        else:
            await exchange.read_all(ANSWER_SIZE_MAX)
        assert exchange.status == 200


async def begun(engine: Engine, call: Call) -> None:
    """Without `open`: an answer whole, a stream by being called back."""
    exchange = engine.begin(call)
    if not call.stream:
        await exchange.read_all(ANSWER_SIZE_MAX)
    else:
        ended = asyncio.get_running_loop().create_future()

        def heard() -> None:
            exchange.take()
            if exchange.complete or exchange.error:
                ended.set_result(None)

        exchange.listen(heard)
        await ended
    assert exchange.status == 200


async def batch(engine: Engine, kind: tuple[Call, str], *, exchanges: int, in_flight: int) -> None:
    """So many exchanges, so many at once."""
    counter = [exchanges]
    await asyncio.gather(*[worker(engine, kind[0], counter, kind[1]) for _ in range(in_flight)])


async def measure(port: int, options: argparse.Namespace) -> None:
    """Print the table."""
    engine = build(Provider(name="mock", base_url=f"http://127.0.0.1:{port}/v1"), {}, ArtifactStore(Path("/nowhere")))
    await engine.start()
    print(f"CPU of {options.rounds} rounds; calls as cProfile counts them\n")
    print("| kind | median µs/exchange | least | exchanges/s | calls/exchange | of them Python |")
    print("|---|---|---|---|---|---|")
    for name, kind in KINDS.items():
        exchanges = options.exchanges // (8 if kind[0] is SLOW else 1)
        size = {"exchanges": exchanges, "in_flight": options.in_flight}
        await batch(engine, kind, **size)  # connections, warm caches
        cpu_us, rates = [], []
        for _ in range(options.rounds):
            gc.collect()
            cpu, wall = time.process_time(), time.perf_counter()
            await batch(engine, kind, **size)
            cpu_us.append((time.process_time() - cpu) * 1e6 / exchanges)
            rates.append(exchanges / (time.perf_counter() - wall))
        total, python = await calls(engine, kind, exchanges // 4, options)
        median, rate = statistics.median(cpu_us), statistics.median(rates)
        print(f"| {name} | {median:.1f} | {min(cpu_us):.1f} | {rate:,.0f} | {total:.1f} | {python:.1f} |")
    await engine.stop()


async def calls(
    engine: Engine, kind: tuple[Call, str], exchanges: int, options: argparse.Namespace
) -> tuple[float, float]:
    """Calls per exchange as cProfile counts them: all, and those of functions written in Python."""
    profile = cProfile.Profile()
    profile.enable()
    await batch(engine, kind, exchanges=exchanges, in_flight=options.in_flight)
    profile.disable()
    stats = pstats.Stats(profile)
    if options.profile:
        stats.sort_stats("ncalls").print_stats(options.profile)
    rows = stats.stats.items()  # type: ignore[attr-defined] # not in the stubs; (file, line, name) -> (_, calls, ...)
    total = sum(row[1] for _, row in rows)
    python = sum(row[1] for place, row in rows if place[0] != "~")
    return total / exchanges, python / exchanges


def main() -> int:
    """Start an upstream, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--in-flight", type=int, default=64, help="exchanges at the same time")
    parser.add_argument("--exchanges", type=int, default=20_000, help="exchanges a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", type=int, default=0, metavar="LINES", help="print the profile too")
    options = parser.parse_args()
    upstream = subprocess.Popen([sys.executable, "-m", "bench.upstream", "--port", "0"], stdout=subprocess.PIPE)
    try:
        assert upstream.stdout is not None
        port = int(upstream.stdout.readline().split(b":")[-1].removesuffix(b"/v1\n"))  # it says where it listens
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(measure(port, options))
    finally:
        upstream.terminate()
        upstream.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
