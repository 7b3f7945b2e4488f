"""The embedded engines through Tokenry beside the same engines asked directly: tokens a second and time to the first.

Two children with the same model and the same threads: one is `tokenry serve`'s own, one is ours and is asked without a
gateway. They take turns, round by round, so that they never compute at the same time. No prompt is asked twice, for
a cached prefix would flatter whoever comes second. Tokens are counted by the engine's own usage.

    just bench engine
    just bench engine --rounds 5 --only embeddings --json
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import uvloop

from bench.client import Ask, Client, Outcome
from bench.processes import cost
from bench.series import percentile
from bench.table import markdown
from bench.targets import free_port
from tokenry.config import default_cache_dir
from tokenry.engines import STARTER_CHAT, STARTER_EMBEDDING, ArtifactStore

KEY = "direct"
PARALLEL, CONTEXT_LENGTH, EMBED_CONNECTIONS = 4, 2048, 8
PROMPT = "Tell the story number {n} of the town's clock, its keeper and the river, from the beginning to the end. "
WORDS = "the quick brown fox jumps over a lazy dog near the old river bank while evening light falls on quiet fields "
COMPLETION = re.compile(rb'"completion_tokens":\s*(\d+)')
PROMPT_TOKENS = re.compile(rb'"prompt_tokens":\s*(\d+)')
CONFIG = """
[server]
port = {port}
[starter]
enabled = false
[[provider]]
name = "chat"
dialect = "llama.cpp"
model = "{chat}"
parallel = {parallel}
context_length = {context_length}
threads = {threads}
[[provider]]
name = "embed"
dialect = "llama.cpp"
model = "{embed}"
[[model]]
name = "{chat}"
price = {{ input = 0.01, output = 0.01 }}
deployments = [{{ provider = "chat", model = "{chat}" }}]
[[model]]
name = "{embed}"
kind = "embedding"
price = {{ input = 0.01 }}
deployments = [{{ provider = "embed", model = "{embed}" }}]
"""


@dataclass(frozen=True)
class Case:
    """One row: what is asked, how many at once, how many in all each round."""

    what: str
    at_once: int
    count: int
    size: int  # tokens of an answer, or texts of a batch


CASES = (
    Case("chat", 1, 2, 64), Case("chat", PARALLEL, 4, 64),
    Case("embeddings", 1, 200, 1), Case("embeddings", EMBED_CONNECTIONS, 800, 1), Case("embeddings", 1, 40, 64),
)  # fmt: skip


@dataclass(frozen=True)
class Side:
    """Whom is asked: directly or through Tokenry. `pid` is the gateway's, None when there is none."""

    name: str
    clients: dict[str, Client]
    key: str
    pid: int | None


@dataclass(frozen=True)
class Run:
    """One round of one case on one side."""

    seconds: float
    tokens: int
    first_ms: float | None
    p50_ms: float
    cpu_us_per_request: float | None
    failed: int


class Bench:
    """Both sides, and the rounds."""

    def __init__(self, args: argparse.Namespace, folder: Path, stack: AsyncExitStack) -> None:
        self.args, self.folder, self.stack = args, folder, stack
        self.asked = 0

    async def direct(self) -> Side:
        """Children of our own, told what a gateway tells them."""
        store = ArtifactStore(default_cache_dir())
        gguf = store.require(STARTER_CHAT)
        gguf = gguf if gguf.is_file() else gguf / store.entry(STARTER_CHAT).files[0].target
        weights, tokenizer = (
            store.require(STARTER_EMBEDDING) / file.target for file in store.entry(STARTER_EMBEDDING).files
        )
        llama = {
            "model_path": str(gguf), "name": STARTER_CHAT, "key": KEY, "context_length": CONTEXT_LENGTH,
            "parallel": PARALLEL, "threads": self.args.threads, "http_threads": PARALLEL + 8,
        }  # fmt: skip
        embed = {"weights_path": str(weights), "tokenizer_path": str(tokenizer), "name": STARTER_EMBEDDING, "key": KEY}
        clients = {
            "chat": Client(await self._child("tokenry.engines.llama_child", llama)),
            "embeddings": Client(await self._child("tokenry.engines.embed_child", embed)),
        }
        return Side("direct", clients, KEY, None)

    async def through(self) -> Side:
        """`tokenry serve` with the same two engines embedded, and a key."""
        data, config, port = self.folder / "data", self.folder / "tokenry.toml", free_port()
        config.write_text(
            CONFIG.format(
                port=port, chat=STARTER_CHAT, embed=STARTER_EMBEDDING, parallel=PARALLEL,
                context_length=CONTEXT_LENGTH, threads=self.args.threads,
            )
        )  # fmt: skip
        program = [sys.executable, "-m", "tokenry"]
        process = await self._start([*program, "serve", "--data", str(data), "--config", str(config)])
        await _line(process)
        made = await asyncio.create_subprocess_exec(
            *program, "key", "create", "--data", str(data), "--name", "bench", "--json", stdout=asyncio.subprocess.PIPE
        )
        key = json.loads((await made.communicate())[0])["key"]
        client = Client(f"http://127.0.0.1:{port}/v1")
        return Side("through tokenry", {"chat": client, "embeddings": client}, key, process.pid)

    async def _child(self, module: str, configuration: dict[str, Any]) -> str:
        process = await self._start([sys.executable, "-P", "-m", module])
        assert process.stdin is not None
        process.stdin.write(json.dumps(configuration).encode() + b"\n")
        return f"http://127.0.0.1:{json.loads(await _line(process))['port']}/v1"

    async def _start(self, command: Sequence[str]) -> asyncio.subprocess.Process:
        with (self.folder / "log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log
            )
        self.stack.push_async_callback(_ended, process)
        return process

    async def run(self, case: Case, side: Side) -> Run:
        """One round of a case."""
        left = [self._ask(case, side) for _ in range(case.count)]
        outcomes: list[Outcome] = []

        async def ask_on() -> None:
            while left:
                outcomes.append(await side.clients[case.what].ask(left.pop()))

        begun, cpu_s = time.perf_counter(), cost([side.pid]).cpu_s if side.pid else 0.0
        await asyncio.gather(*[ask_on() for _ in range(case.at_once)])
        seconds = time.perf_counter() - begun
        spent_s = cost([side.pid]).cpu_s - cpu_s if side.pid else None
        counted = COMPLETION if case.what == "chat" else PROMPT_TOKENS
        tokens = sum(int(found[-1]) for outcome in outcomes if (found := counted.findall(outcome.body)))
        bad = [outcome for outcome in outcomes if outcome.status != 200 or not outcome.whole]
        for outcome in bad:
            print(f"failed: {outcome.status} {outcome.words[-300:]} {outcome.body[-300:]!r}", file=sys.stderr)
        firsts = [outcome.first_s for outcome in outcomes if outcome.first_s is not None]
        return Run(
            seconds=seconds,
            tokens=tokens,
            first_ms=statistics.median(firsts) * 1000 if firsts else None,
            p50_ms=(percentile([outcome.seconds for outcome in outcomes], 0.5) or 0) * 1000,
            cpu_us_per_request=None if spent_s is None else spent_s / case.count * 1e6,
            failed=len(bad),
        )

    def _ask(self, case: Case, side: Side) -> Ask:
        self.asked += 1
        if case.what == "embeddings":
            texts = [f"{self.asked} {n} {WORDS}" for n in range(case.size)]
            body: dict[str, Any] = {"model": STARTER_EMBEDDING, "input": texts if case.size > 1 else texts[0]}
            return Ask("/embeddings", body, side.key)
        said = PROMPT.format(n=self.asked) + "Leave nothing out. " * 8
        body = {"model": STARTER_CHAT, "messages": [{"role": "user", "content": said}], "max_tokens": case.size}
        body |= {"stream": True, "stream_options": {"include_usage": True}, "temperature": 0}
        return Ask("/chat/completions", body, side.key, fresh=True)  # llama.cpp closes connections when it likes


async def bench(args: argparse.Namespace, folder: Path) -> list[tuple[Case, str, list[Run]]]:
    """All cases on both sides, interleaved."""
    async with AsyncExitStack() as stack:
        made = Bench(args, folder, stack)
        sides = [await made.direct(), await made.through()]
        cases = [case for case in CASES if args.only in (None, case.what)]
        results: dict[tuple[Case, str], list[Run]] = {(case, side.name): [] for case in cases for side in sides}
        for case in cases:
            for round_ in range(args.rounds + 1):
                for side in sides:
                    run = await made.run(case, side)
                    print(
                        json.dumps({"round": round_, "side": side.name, **asdict(case), **asdict(run)}), file=sys.stderr
                    )
                    if round_:  # the first warms up
                        results[case, side.name].append(run)
        for side in sides:
            for client in side.clients.values():
                client.close()
        return [(case, name, runs) for (case, name), runs in results.items()]


def table(results: list[tuple[Case, str, list[Run]]]) -> str:
    """Medians over the rounds as Markdown."""
    heads = (
        "what",
        "at once",
        "side",
        "tokens/s",
        "first event ms",
        "request p50 ms",
        "gateway CPU µs/request",
        "failed",
    )
    rows = []
    for case, name, runs in results:
        rates = [run.tokens / run.seconds for run in runs]
        firsts = [run.first_ms for run in runs if run.first_ms is not None]
        spent = [run.cpu_us_per_request for run in runs if run.cpu_us_per_request is not None]
        rows.append([
            f"{case.what}, {case.size} {'tokens' if case.what == 'chat' else 'texts'}", str(case.at_once), name,
            f"{statistics.median(rates):,.1f}", f"{statistics.median(firsts):,.1f}" if firsts else "n/a",
            f"{statistics.median(run.p50_ms for run in runs):,.2f}",
            f"{statistics.median(spent):,.0f}" if spent else "n/a", str(sum(run.failed for run in runs)),
        ])  # fmt: skip
    return markdown(heads, rows)


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=max(1, (os.cpu_count() or 2) - 1), help="of each chat engine")
    parser.add_argument("--only", choices=("chat", "embeddings"))
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    return parser


async def _line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        line = (await process.stdout.readline()).decode()
    if not line:
        raise SystemExit("an engine or the server did not start; is the starter pulled (`tokenry pull --list`)?")
    return line


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    process.terminate()
    await process.wait()


def main() -> int:
    """Measure and print; 0 when every request was answered."""
    args = arguments().parse_args()
    with tempfile.TemporaryDirectory(prefix="tokenry-bench-") as name:
        results = uvloop.run(bench(args, Path(name)))
    load = os.getloadavg()[0]
    if args.json:
        rows = [{**asdict(case), "side": side, "rounds": [asdict(run) for run in runs]} for case, side, runs in results]
        print(json.dumps({"cpus": os.cpu_count(), "load": load, "results": rows}))
    else:
        print(
            f"{os.cpu_count()} CPUs, load {load:.1f}; {args.threads} threads an engine; {args.rounds} rounds; medians\n"
        )
        print(table(results))
    return int(any(run.failed for _, _, runs in results for run in runs))


if __name__ == "__main__":
    sys.exit(main())
