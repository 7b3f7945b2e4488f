"""Hours of mixed load on a real server, with everything that happens to one: does it stay as it was?

It starts `tokenry serve`, two mock providers and an embedded engine, sends `bench.mixed` at a modest fixed rate, and
meanwhile: exchanges the configuration every minute (every fifth one has a mistake and must be refused), makes a key and
revokes the one before every 90 s, kills the embedded engine and a provider with SIGKILL every few minutes, and takes a
backup every ten, each of which must pass `ledger check`. Memory, open files and threads are looked at every 10 s.

Printed: a row for every ten minutes; the slope of memory after the warm-up; errors that nobody asked for. An error is
asked for when its engine had been killed within the 15 s before; models with a second provider get no such excuse.

Ctrl-C ends it early, with the report.

    just soak --hours 2
    just soak --hours 0.05 --window 60 --json
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import shlex
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from bench.backups import Backups
from bench.client import Client
from bench.mixed import Load, Tally
from bench.seen import Seen, Window
from bench.series import look
from bench.stage import Stage

SAMPLE_EVERY_S = 10.0
RELOAD_EVERY_S = 60.0
KEY_EVERY_S = 90.0
CHILD_EVERY_S = 180.0
MOCK_EVERY_S = 240.0
MOCK_DOWN_S = 2.0


@dataclass
class Soak:
    """The run: its stage, its load, what was done to it and what was seen."""

    args: argparse.Namespace
    stage: Stage
    load: Load
    key_id: str
    seen: Seen = field(default_factory=Seen)
    done: Counter[str] = field(default_factory=Counter)

    async def run(self) -> None:
        """Load and troubles for the hours asked for."""
        troubles = (
            (RELOAD_EVERY_S / self.args.hurry, self.reload),
            (KEY_EVERY_S / self.args.hurry, self.change_key),
            (CHILD_EVERY_S / self.args.hurry, self.kill_child),
            (MOCK_EVERY_S / self.args.hurry, self.kill_mock),
            (self.args.window, self.backup),
            (SAMPLE_EVERY_S, self.sample),
        )
        begun, loop = time.monotonic(), asyncio.get_running_loop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.args.hours * 3600) as clock, asyncio.TaskGroup() as group:
                for number in (signal.SIGTERM, signal.SIGINT):  # enough: report what was seen so far
                    loop.add_signal_handler(number, lambda: clock.reschedule(loop.time()))
                group.create_task(self.load.run())
                for every_s, what in troubles:
                    group.create_task(self._every(every_s, what))
        await self.sample()
        await self.backup()  # the last window, at rest
        print(f"loaded for {time.monotonic() - begun:.0f} s", file=sys.stderr)

    async def _every(self, every_s: float, what: Callable[[], Awaitable[None]]) -> None:
        at = time.monotonic()
        while True:
            at += every_s
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            try:
                await what()
            except Exception as error:  # edge: the soak goes on, and its report has the failure
                self.seen.faults.append(f"{time.strftime('%H:%M:%S')} {what.__name__}: {error!r}")

    async def reload(self) -> None:
        """Another configuration; every fifth is wrong and must be refused."""
        self.done["reload"] += 1
        round_, wrong = self.done["reload"], self.done["reload"] % 5 == 0
        self.stage.configure(round_, mistake=wrong)
        answer = await self.stage.verb("reload")
        if ("error" in answer) is not wrong:
            self.seen.faults.append(f"reload {round_}, {'wrong' if wrong else 'right'}: {json.dumps(answer)[:300]}")

    async def change_key(self) -> None:
        """A new key for a part of the load; the one before is revoked and must be refused from then on."""
        self.done["key"] += 1
        old_text, old_id = self.load.roving_key, self.key_id
        key = await self.stage.key(f"roving-{self.done['key']}")
        self.load.roving_key, self.key_id = key.text, key.id
        await asyncio.sleep(1)  # what was sent with the old one is past the door
        await self.stage.verb("key revoke", key=old_id)
        self.load.revoked_key = old_text

    async def kill_child(self) -> None:
        """The embedded engine dies."""
        self.load.tally.killed_at["child"].append(time.perf_counter())
        self.done["child"] += self.stage.kill_child()

    async def kill_mock(self) -> None:
        """A provider dies and comes back."""
        self.done["provider"] += 1
        self.load.tally.killed_at["mock"].append(time.perf_counter())
        await self.stage.mock.kill()
        await asyncio.sleep(MOCK_DOWN_S)
        await self.stage.mock.start()

    async def backup(self) -> None:
        """A backup whose books must be sound; then the window is closed."""
        self.done["backup"] += 1
        backups = Backups(self.stage.program, self.stage.data)
        await backups.look_for_verb()
        taken = await backups.take(self.stage.folder / f"backup-{self.done['backup']}")
        if not taken["ok"]:
            self.seen.faults.append(f"backup {self.done['backup']}: {taken}")
        self.close_window(taken)

    async def sample(self) -> None:
        """Look at the process."""
        self.seen.samples.append(look(self.stage.pid, self.seen.begun))

    def close_window(self, backup: dict[str, Any]) -> None:
        """Put the figures of the present window aside, in a file too, and begin the next."""
        window = Window.of(self.seen, self.load.tally, backup)
        self.seen.windows.append(window)
        print(window.row(), file=sys.stderr, flush=True)
        path = self.stage.folder / "report.json"
        path.write_text(json.dumps(self.seen.report(self.load.tally, self.done), indent=1))


async def soak(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """All of it, to the report."""
    stage = Stage(folder, shlex.split(args.program) if args.program else [sys.executable, "-m", "tokenry"])
    try:
        await stage.start()
        first, second = await stage.key("soak"), await stage.key("roving-0")
        load = Load(Client(stage.url), Client(stage.spare.url), first.text, Tally(), random.Random(args.seed))
        load.factor, load.roving_key, load.revoked_key = args.factor, second.text, "tk-nobody"
        run = Soak(args, stage, load, second.id)
        print(f"server {stage.pid}, {stage.url}, {folder}", file=sys.stderr, flush=True)
        await run.run()
        code = await stage.stop()
    finally:
        await stage.kill()
    final = await Backups(stage.program, stage.data).check(stage.data)
    return run.seen.report(load.tally, run.done) | {"exit_code": code, "final_check": final}


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--window", type=float, default=600.0, help="seconds of a row, and from backup to backup")
    parser.add_argument("--factor", type=float, default=1.0, help="times the rate of about 36 requests/s")
    parser.add_argument(
        "--hurry",
        type=float,
        default=1.0,
        help="so many times more troubles; above 2 the embedded engine has no minute of health, and its starts wait",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--program", help="the words that call tokenry, for a built one")
    parser.add_argument("--folder", type=Path, help="where its folder is made")
    parser.add_argument("--keep", action="store_true", help="leave data, log and report behind")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of the table")
    return parser


def main() -> int:
    """Run and print; 0 when nothing happened that nobody asked for."""
    args = arguments().parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tokenry-soak-", dir=args.folder))
    report = uvloop.run(soak(args, folder))
    (folder / "report.json").write_text(json.dumps(report, indent=1))
    print(json.dumps(report) if args.json else Seen.table(report))
    if args.keep:
        print(f"kept in {folder}", file=sys.stderr)
    else:
        shutil.rmtree(folder)
    clean = not report["not_asked_for"] and not report["faults"] and report["exit_code"] == 0
    return 0 if clean and report["final_check"]["ok"] else 1


if __name__ == "__main__":
    os.nice(5)
    sys.exit(main())
