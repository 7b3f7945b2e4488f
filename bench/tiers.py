"""What priority requests notice of flex and batch load: the time to the first token alone, and beside it.

Priority requests come at random moments of a fixed rate, whatever became of those before them (an open loop), to an
engine with few slots; flex and batch clients ask again as soon as they are answered, and keep the line full. Rounds
alone and beside them alternate. On the scripted engine, whose every token takes its time and no processor, the p99
beside may be 1.2 times the p99 alone, else the exit code is 1. The embedded engine computes all its slots on the same
cores, so there the ratio says what sharing costs, and is printed only.

    just bench tiers
    just bench tiers --rounds 1 --seconds 10 --only scripted --json
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from bench.client import Ask, Client, Outcome
from bench.series import percentile
from bench.table import markdown
from bench.targets import free_port
from tokenry.engines import STARTER_CHAT

RATIO_MAX = 1.2
AGAIN_S = 0.2  # until a flex client asks again that was refused
CONFIG = """
[server]
port = {port}
[starter]
enabled = false
[[provider]]
name = "scripted"
dialect = "scripted"
max_concurrency = 32
[[provider]]
name = "embedded"
dialect = "llama.cpp"
model = "{chat}"
parallel = 4
context_length = 2048
[[model]]
name = "scripted"
price = {{ input = 0.01, output = 0.01, tiers = {{ priority = {{}}, flex = {{}}, batch = {{}} }} }}
deployments = [{{ provider = "scripted", model = "scripted?first_ms=100&delay_ms=20&words=10" }}]
[[model]]
name = "embedded"
price = {{ input = 0.01, output = 0.01, tiers = {{ priority = {{}}, flex = {{}}, batch = {{}} }} }}
deployments = [{{ provider = "embedded", model = "{chat}" }}]
"""


@dataclass(frozen=True)
class Case:
    """One engine: priority requests a second, clients of each other tier, tokens of an answer."""

    model: str
    rate: float
    others: int
    tokens: int
    required: bool


CASES = (Case("scripted", 8.0, 40, 10, required=True), Case("embedded", 0.5, 4, 16, required=False))


@dataclass
class Round:
    """What came of one round: seconds to the first token of each priority request, and answers by tier."""

    beside: bool
    first_s: list[float] = field(default_factory=list)
    answered: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    failed: int = 0


class Bench:
    """One server, and who asks it."""

    def __init__(self, args: argparse.Namespace, client: Client, key: str) -> None:
        self._args = args
        self._client = client
        self._key = key
        self._asked = 0
        self._chance = random.Random(args.seed)

    async def round(self, case: Case, *, beside: bool) -> Round:
        """Priority for some seconds, alone or with others who want all they can get."""
        made = Round(beside)
        others = [
            asyncio.create_task(self._greedy(case, tier, made))
            for tier in ("flex", "batch")
            for _ in range(case.others if beside else 0)
        ]
        await asyncio.sleep(1.0)  # the line is full when the first priority request comes
        loop, asking = asyncio.get_running_loop(), list[asyncio.Task[None]]()
        ends = loop.time() + self._args.seconds
        while loop.time() < ends:
            asking.append(asyncio.create_task(self._priority(case, made)))
            await asyncio.sleep(self._chance.expovariate(case.rate))
        await asyncio.gather(*asking)
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        return made

    async def _priority(self, case: Case, made: Round) -> None:
        outcome = await self._ask(case, "priority")
        if outcome.whole and outcome.status == 200 and outcome.first_s is not None:
            made.first_s.append(outcome.first_s)
            made.answered["priority"] += 1
        else:
            print(f"failed: {outcome.status} {outcome.words[-300:]} {outcome.body[-300:]!r}", file=sys.stderr)
            made.failed += 1

    async def _greedy(self, case: Case, tier: str, made: Round) -> None:
        while True:
            outcome = await self._ask(case, tier)
            if outcome.status == 200:
                made.answered[tier] += 1
            else:
                made.refused += 1
                await asyncio.sleep(AGAIN_S)

    async def _ask(self, case: Case, tier: str) -> Outcome:
        self._asked += 1
        said = f"Tell the story number {self._asked} of the town's clock, its keeper and the river."
        body: dict[str, Any] = {"model": case.model, "messages": [{"role": "user", "content": said}], "stream": True}
        body |= {"max_tokens": case.tokens, "service_tier": tier}
        return await self._client.ask(Ask("/chat/completions", body, self._key))


async def _line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        line = (await process.stdout.readline()).decode()
    if not line:
        raise SystemExit("the server did not start; is the starter pulled (`tokenry pull --list`)?")
    return line


async def bench(args: argparse.Namespace, folder: Path) -> dict[Case, list[Round]]:
    """All rounds of all cases."""
    data, config, port = folder / "data", folder / "tokenry.toml", free_port()
    config.write_text(CONFIG.format(port=port, chat=STARTER_CHAT))
    program = [sys.executable, "-m", "tokenry"]
    async with AsyncExitStack() as stack:
        with (folder / "log").open("ab") as log:
            serve = [*program, "serve", "--data", str(data), "--config", str(config)]
            process = await asyncio.create_subprocess_exec(*serve, stdout=asyncio.subprocess.PIPE, stderr=log)
        stack.push_async_callback(process.wait)
        stack.callback(process.terminate)
        await _line(process)
        made = await asyncio.create_subprocess_exec(
            *program, "key", "create", "--data", str(data), "--name", "bench", "--json", stdout=asyncio.subprocess.PIPE
        )
        client = Client(f"http://127.0.0.1:{port}/v1")
        stack.callback(client.close)
        it = Bench(args, client, json.loads((await made.communicate())[0])["key"])
        found: dict[Case, list[Round]] = {}
        for case in [case for case in CASES if args.only in (None, case.model)]:
            found[case] = []
            for _ in range(args.rounds):
                for beside in (False, True):
                    found[case].append(await it.round(case, beside=beside))
        return found


def figures(rounds: list[Round]) -> dict[str, float]:
    """Milliseconds to the first token over all rounds, alone and beside."""
    told: dict[str, float] = {}
    for name, beside in (("alone", False), ("beside", True)):
        seconds = [one for made in rounds if made.beside is beside for one in made.first_s]
        told |= {f"{name}_{share}": (percentile(seconds, share / 100) or 0.0) * 1000 for share in (50, 99)}
    return told | {"ratio": told["beside_99"] / told["alone_99"] if told["alone_99"] else 0.0}


def table(found: dict[Case, list[Round]]) -> str:
    """One row an engine, as Markdown."""
    heads = ("engine", "priority requests", "p50 ms alone / beside", "p99 ms alone / beside", "p99 ratio", "beside it")
    rows = []
    for case, rounds in found.items():
        it = figures(rounds)
        others = sum((made.answered for made in rounds if made.beside), Counter[str]())
        refused = sum(made.refused for made in rounds)
        rows.append([
            case.model, str(sum(len(made.first_s) for made in rounds)),
            f"{it['alone_50']:,.0f} / {it['beside_50']:,.0f}", f"{it['alone_99']:,.0f} / {it['beside_99']:,.0f}",
            f"{it['ratio']:.2f}" + (f" (at most {RATIO_MAX})" if case.required else ""),
            f"{others['flex']} flex, {others['batch']} batch, {refused} refused",
        ])  # fmt: skip
    return markdown(heads, rows)


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="of each: alone, and beside others")
    parser.add_argument("--seconds", type=float, default=20.0, help="of one round")
    parser.add_argument("--seed", type=int, default=1, help="of the moments at which priority requests come")
    parser.add_argument("--only", choices=[case.model for case in CASES])
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    return parser


def main() -> int:
    """Measure and print; 1 when a ratio that is required is not kept, or a priority request failed."""
    args = arguments().parse_args()
    with tempfile.TemporaryDirectory(prefix="tokenry-bench-") as name:
        found = uvloop.run(bench(args, Path(name)))
    load = os.getloadavg()[0]
    if args.json:
        rows = [
            {**asdict(case), **figures(rounds), "rounds": [asdict(r) for r in rounds]} for case, rounds in found.items()
        ]
        print(json.dumps({"cpus": os.cpu_count(), "load": load, "results": rows}))
    else:
        print(f"{os.cpu_count()} CPUs, load {load:.1f}; {args.rounds} rounds of {args.seconds:g} s each\n")
        print(table(found))
    broken = [case for case, rounds in found.items() if case.required and figures(rounds)["ratio"] > RATIO_MAX]
    failed = any(made.failed for rounds in found.values() for made in rounds)
    return int(bool(broken) or failed)


if __name__ == "__main__":
    sys.exit(main())
