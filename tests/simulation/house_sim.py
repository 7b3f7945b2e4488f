"""The whole house in a made-up world: doorway, gateway, router, ledger, keys and reload, between made-up clients and
made-up engines, on a made-up disk, in made-up time. One process, no sockets, no threads, one seed.

    just simulate --seeds 10000                # seeds 0 … 9999
    just simulate --seed 4711 --trace          # one, told event by event
    just simulate --seed 4711 --until-step 200 --trace

One seed is one life of an installation: a few starts after each other, each but the last ended by a power cut. The
same seed gives the same trace, and its digest is printed; whoever finds a seed that fails can live it again.
`judge` says what must hold.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import hashlib
import io
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.ledger.oracle import Oracle, Wrong
from tests.simulation.asks import Ask, Key
from tests.simulation.configs import KINDS, PROVIDERS, File
from tests.simulation.disks import SimDisk, SqliteDisk
from tests.simulation.in_charge import Told
from tests.simulation.judge import Judge
from tests.simulation.life import Enough, Life
from tests.simulation.seeded import tied
from tests.simulation.stores import START_NS, first_keys, fresh_app_db
from tests.simulation.upstreams import ENGINE_KEY, Made, Provider

COMMAND = "just simulate"
SQLITE_EVERY = 4  # seeds; of so many one keeps its ledger in SQLite's file, the others in memory


Show = Callable[[str], None]


@dataclass
class Weather:
    """What this seed's world is like; drawn once."""

    hang_up: float
    slow: float
    repeats: float
    failing: float
    commit_s: float
    meddling: float  # share of clients beside which somebody in charge does something
    wealth: str
    clients: int
    jumps: bool

    @classmethod
    def draw(cls, rng: Random) -> Weather:
        def share(most: float) -> float:
            return rng.choice((0.0, rng.random() * most))

        return cls(
            hang_up=share(0.5), slow=share(0.3), repeats=share(0.4), failing=share(0.3),
            commit_s=rng.choice((0.0, 0.001, 0.02, 0.5)), meddling=share(0.9),
            wealth=rng.choice(("0.0008", "0.004", "1")), clients=rng.randrange(2, 7), jumps=rng.random() < 0.3,
        )  # fmt: skip


@dataclass
class World:
    """What outlives a start of the house: the disk, the people, what they were told."""

    seed: int
    until_step: int | None = None
    show: Show | None = None
    tokens: Random | None = None  # what awards of tokens are drawn from; None = there are none
    asks: list[Ask] = field(default_factory=list)
    calls: list[Made] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    steps: int = 0
    wrong: str | None = None
    log: io.StringIO = field(default_factory=io.StringIO)

    def __post_init__(self) -> None:
        self.rng = rng = Random(self.seed)
        self.weather = Weather.draw(rng)
        self.providers = {
            name: Provider(
                name, Random(rng.getrandbits(48)), rng.choice((0.0, 0.15, 0.5)), rng.choice((0.0, 0.5)),
                rng.choice((0.0, 0.0, 0.3)), rng.choice((0.0, 0.01, 0.5, 2.0)),
            )
            for name in PROVIDERS
        }  # fmt: skip
        self.file = File()
        self.file.wishes.award_usd = self.weather.wealth
        self.file.wishes.request_timeout_s = rng.choice((5, 20))
        self.disk: Any = SqliteDisk(Random(rng.getrandbits(48))) if self.seed % SQLITE_EVERY == 3 else SimDisk()
        self.db = fresh_app_db()
        self.keys = first_keys()
        self.now_ns = START_NS
        self.acknowledged = Told()
        self.oracle = Oracle()
        self.judge = Judge(self)
        self.life: Any = None
        self._digest = hashlib.sha256()

    @property
    def loop(self) -> Any:
        return self.life.loop

    def models(self, kind: str) -> tuple[str, ...]:
        """Names to ask for; now and then one that is no longer served."""
        return KINDS.get(kind, KINDS["chat"])

    def wall_ns(self) -> int:
        """What the clock on the wall says."""
        return START_NS if self.life is None else int(self.life.clock.now_ns())

    def look_up(self, host: str, port: int, *_: Any, **__: Any) -> Any:
        """What the name service answers: one address, or two; or that it cannot say now."""
        provider = self.providers[host[0]]
        if provider.rng.random() < provider.refuses / 2:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        many = provider.rng.choice((1, 1, 2))
        kinds = ((socket.AF_INET, f"{host[0]}.4"), (socket.AF_INET6, f"{host[0]}.6"))[:many]
        return [(family, socket.SOCK_STREAM, 6, "", (address, port)) for family, address in kinds]

    def note(self, who: str, what: str, *more: Any) -> None:
        """One event of the trace."""
        if self.life is None or not self.life.alive or self.enough:
            return
        self.steps += 1
        line = f"{self.life.loop.now_ns / 1e9:.6f} {who} {what} {' '.join(map(str, more))}"
        self._digest.update(line.encode() + b"\n")
        if self.show is not None:
            self.show(f"{self.steps:5d} {line}")

    @property
    def enough(self) -> bool:
        """Whether the step was reached at which to stop."""
        return self.until_step is not None and self.steps >= self.until_step

    def demand(self, fine: bool, what: str) -> None:
        """A promise; the first one that is broken ends the seed, wherever it was noticed."""
        if fine or self.wrong is not None or (self.life is not None and not self.life.alive):
            return
        self.wrong = what
        raise Wrong(what)

    def live(self) -> str:
        """Run all lives; the digest of the trace and of the rows that are left."""
        cuts = self.rng.choice((0, 0, 1, 1, 2))
        for number in range(cuts + 1):
            self.life = life = Life(self)
            try:
                life.start()
                life.until_power_cut() if number < cuts else life.to_the_end()
            finally:
                life.alive = False
                life.leave()
        for row in self.disk.rows:
            self._digest.update(f"{row.seq} {row.kind} {row.ref} {row.at}".encode() + row.body)
        self._count()
        return self._digest.hexdigest()[:16]

    def leave(self) -> None:
        """Give back what the disk took of the real machine."""
        self.disk.leave()

    def _count(self) -> None:
        told = self.told
        told["asks"] = len(self.asks)
        told["calls"] = len(self.calls)
        told["answered"] = sum(ask.answered for ask in self.asks)
        told["refused"] = sum(ask.answered and ask.status >= 400 for ask in self.asks)
        told["replayed"] = sum(ask.replayed for ask in self.asks)
        told["left"] = sum(ask.left for ask in self.asks)
        told["charged"] = sum(receipt.charge > 0 for receipt in self.judge.receipts.values())
        told["steps"] = self.steps


def run(seed: int, until_step: int | None = None, show: Show | None = None) -> tuple[str, Counter[str]]:
    """Live through one seed: the trace's digest, and what happened how often.

    Raises:
        Wrong: the house broke a promise.
    """
    with contextlib.ExitStack() as stack:
        world = World(seed, until_step, show)
        environment = {"SIMULATED_ENGINE_KEY": ENGINE_KEY}
        stack.enter_context(tied(Random(seed ^ 0x5EED), world.wall_ns, world.look_up, environment))
        stack.callback(world.leave)
        stack.enter_context(contextlib.redirect_stdout(world.log))
        stack.enter_context(contextlib.redirect_stderr(world.log))
        try:
            digest = world.live()
        except Enough:
            digest = "stopped"
        except BaseException as error:
            if world.wrong is not None and not isinstance(error, Wrong):
                raise Wrong(world.wrong) from error
            raise
        return digest, world.told


def main(arguments: list[str] | None = None) -> int:
    """Run seeds until one fails; say which, and how to run it again."""
    options = _options(arguments)
    if options.processes > 1:
        return _in_processes(options)
    seeds = range(options.start, options.start + options.seeds) if options.seed is None else [options.seed]
    out = sys.stdout
    show = (lambda line: print(line, file=out)) if options.trace else None
    began, told, failed, digest = time.monotonic(), Counter[str](), 0, ""
    for number, seed in enumerate(seeds):
        if number and number % 500 == 0:
            print(f"{number} seeds", file=sys.stderr, flush=True)
        try:
            digest, one = run(seed, options.until_step, show)
            told += one
        except BaseException as error:
            failed += 1
            print(f"seed {seed} fails: {error}; again: {COMMAND} --seed {seed} --trace", flush=True)
            if not options.keep_going or isinstance(error, KeyboardInterrupt):
                raise
    took_s = time.monotonic() - began
    print(f"{len(seeds)} seeds in {took_s:.1f} s ({len(seeds) / took_s:.0f}/s), last digest {digest}")
    print(", ".join(f"{name} {count}" for name, count in sorted(told.items())))
    return 1 if failed else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=1000, help="how many")
    parser.add_argument("--start", type=int, default=0, help="the first")
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--trace", action="store_true", help="tell every event")
    parser.add_argument("--until-step", type=int, help="stop after so many events")
    parser.add_argument("--keep-going", action="store_true", help="tell every seed that fails, not the first alone")
    parser.add_argument("--processes", type=int, default=1, help="how many processes share the seeds")
    return parser.parse_args(arguments)


def _in_processes(options: argparse.Namespace) -> int:
    """The seeds shared out; each process tells its own figures."""
    share = -(-options.seeds // options.processes)
    command = [sys.executable, "-m", "tests.simulation.house_sim", *["--keep-going"][: options.keep_going]]
    starts = range(options.start, options.start + options.seeds, share)
    last = options.start + options.seeds
    running = [
        subprocess.Popen([*command, "--start", str(start), "--seeds", str(min(share, last - start))])
        for start in starts
    ]
    return max(process.wait() for process in running)


if __name__ == "__main__":
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # lives are short, and each leaves one large cycle behind
    sys.exit(main())
