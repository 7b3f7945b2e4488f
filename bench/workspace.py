"""Many people who chat at once over the workspace's API: what the server adds to the engine's own time, memory, errors.

Everybody has a chat of their own, asks, watches the answer's events to its end, reads for a moment and asks again,
until the time is over. The scripted engine takes the time that its script says: a wait before the first word, then one
before each further. What is longer than that was added: by the server, by the engine that shares its process, and by
this client, which shares the machine. People show a key of their own instead of a browser's session, which spares
hashing their passwords; from there on the way is the same.

    kept        from the question to word that it is kept, with its answer begun
    first       from the question to the first word of the answer, less the engine's wait
    whole       from the question to the whole answer with its price, less the engine's time

    just bench workspace
    just bench workspace --people 50 --seconds 20 --words 200 --delay-ms 20 --json
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from bench.series import look, percentile
from bench.table import markdown
from tests.e2e.harness import configured, scripted
from tests.web.harness import House

FIRST_MS = 200
TIMEOUT_S = 120.0
WHAT = {
    "kept": "until the question is kept",
    "first": "added to the first word",
    "whole": "added to the whole answer",
}


def configuration(args: argparse.Namespace) -> str:
    """One model that takes the time that was asked for."""
    script = f"words={args.words}&first_ms={FIRST_MS}&delay_ms={args.delay_ms}"
    return configured(
        scripted("chatty", script, price="input = 0.01, output = 0.01"), top="[starter]\naward_usd = 1000000\n"
    )


@dataclass
class Seen:
    """What all of them saw, in milliseconds, and what went wrong by its words."""

    kept: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)


class Talker:
    """One person with one chat, over one kept connection for questions and one for each answer."""

    def __init__(self, house: House, number: int) -> None:
        verb = house.server.verb
        email = f"person{number}@example.org"
        verb("user create", email=email)
        verb("project add", project=house.project, user=email)
        self.key = verb("admin-key create", name="bench", user=email)["key"]
        self.host, _, port = house.url.removeprefix("http://").partition(":")
        self.port = int(port)
        self.head = f"host: {self.host}:{self.port}\r\nauthorization: Bearer {self.key}\r\n"
        self.path = ""

    async def begin(self) -> None:
        """Open a chat."""
        status, made = await self._post("/v1/tokenry/chats", {"title": "Bench"})
        if status != 200:
            raise SystemExit(f"no chat could be opened: {made}")
        self.path = f"/v1/tokenry/chats/{made['id']}/messages"

    async def ask(self, seen: Seen, engine_ms: float) -> None:
        """One question, and its answer watched to the end. `engine_ms`: what the engine takes for all of it."""
        begun = time.monotonic()
        status, answer = await self._post(self.path, {"text": "And what of the tides?"})
        if status != 200:
            seen.errors[f"{status} {answer['error']['message'][:100]}"] += 1
            return
        kept = time.monotonic()
        first = await self._watch(answer["answer"]["id"], seen)
        whole = time.monotonic()
        if first is not None:
            seen.kept.append((kept - begun) * 1000)
            seen.first.append((first - begun) * 1000 - FIRST_MS)
            seen.whole.append((whole - begun) * 1000 - engine_ms)

    async def _post(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        data = json.dumps(body).encode()
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            told = f"content-type: application/json\r\ncontent-length: {len(data)}\r\nconnection: close\r\n"
            writer.write(f"POST {path} HTTP/1.1\r\n{self.head}{told}\r\n".encode() + data)
            whole = await reader.read()
        finally:
            writer.close()
        head, _, rest = whole.partition(b"\r\n\r\n")
        return int(head[9:12]), json.loads(rest)

    async def _watch(self, message_id: str, seen: Seen) -> float | None:
        """Read an answer's events to the last; when its first word came. None = something went wrong, and is noted."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        first, last = None, b""
        try:
            asked = f"GET {self.path}/{message_id}/events HTTP/1.1\r\n{self.head}connection: close\r\n\r\n"
            writer.write(asked.encode())
            while line := await reader.readline():
                if not line.startswith(b"data: "):
                    continue
                if first is None and b'"type":"text"' in line:
                    first = time.monotonic()
                last = line
        finally:
            writer.close()
        end = json.loads(last[6:]).get("message", {}) if last else {}
        if end.get("state") != "complete" or first is None or end.get("charge_nanousd") is None:
            seen.errors[f"the answer ended {end.get('state')}: {end.get('error')}"] += 1
            return None
        return first

    async def talk(self, seen: Seen, until: float, chance: random.Random, args: argparse.Namespace) -> None:
        """Ask again and again."""
        engine_ms = FIRST_MS + args.delay_ms * (args.words - 1)
        while True:
            await asyncio.sleep(chance.random() * 2 * args.pause_s)
            if time.monotonic() > until:
                return
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    await self.ask(seen, engine_ms)
            except (OSError, TimeoutError, ValueError) as error:
                seen.errors[type(error).__name__] += 1


async def measure(house: House, talkers: list[Talker], args: argparse.Namespace) -> dict[str, Any]:
    """All of them for so long; the figures."""
    assert house.server.process is not None
    pid, seen, begun = house.server.process.pid, Seen(), time.monotonic()
    for one in talkers:
        await one.begin()
    before = look(pid, begun)
    peak_mb = before.rss_mb
    until = time.monotonic() + args.seconds
    tasks = [asyncio.create_task(one.talk(seen, until, random.Random(n), args)) for n, one in enumerate(talkers)]
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0.5)
        peak_mb = max(peak_mb, look(pid, begun).rss_mb)
    await asyncio.gather(*tasks)
    after = look(pid, begun)
    answers = len(seen.whole)
    return {
        "people": len(talkers), "words": args.words, "answers": answers,
        "answers_per_s": answers / (after.at_s - before.at_s),
        "errors": dict(seen.errors), "kept_ms": seen.kept, "first_ms": seen.first, "whole_ms": seen.whole,
        "before_mb": before.rss_mb, "peak_mb": peak_mb,
        "cpu_ms_per_answer": 1000 * (after.cpu_s - before.cpu_s) / max(1, answers), "load": os.getloadavg()[0],
    }  # fmt: skip  # a figure beside a figure


def table(found: dict[str, Any]) -> str:
    """The figures for people."""
    rows = []
    for name, words in WHAT.items():
        times = found[f"{name}_ms"]
        figures = (percentile(times, 0.5) or 0, percentile(times, 0.99) or 0, max(times, default=0))
        shown = [f"{value:,.0f} ms" for value in figures]
        rows.append([words, *shown])
    mean = statistics.fmean(found["whole_ms"]) if found["whole_ms"] else 0.0
    told = (
        f"{found['people']} people, {found['answers']} answers of {found['words']} words, "
        f"{found['answers_per_s']:.1f} a second, "
        f"{sum(found['errors'].values())} errors {found['errors'] or ''}\n"
        f"memory {found['before_mb']:.0f} MB before, {found['peak_mb']:.0f} MB at most; "
        f"{found['cpu_ms_per_answer']:.1f} ms of processor time an answer, the scripted engine's included\n"
        f"mean added {mean:.0f} ms; load of the machine {found['load']:.1f}\n\n"
    )
    return told + markdown(("", "p50", "p99", "most"), rows)


def main() -> int:
    """Measure and print; 1 when there was an error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--words", type=int, default=100, help="of an answer")
    parser.add_argument("--delay-ms", type=int, default=40, help="before each word: 40 is 25 words a second")
    parser.add_argument(
        "--pause-s", type=float, default=10, help="that a person reads between two questions, on average"
    )
    parser.add_argument("--json", action="store_true", help="everything that was measured")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), configuration(args))
        try:
            found = uvloop.run(measure(house, [Talker(house, number) for number in range(args.people)], args))
        finally:
            house.close()
    print(json.dumps(found, indent=2) if args.json else table(found))
    return 1 if found["errors"] or not found["answers"] else 0


if __name__ == "__main__":
    sys.exit(main())
