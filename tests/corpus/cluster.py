"""A build on a Ray cluster of two nodes whose workers are killed: are the bytes those of a run on this machine alone?

    python -m tests.corpus.cluster --seed 1

Builds made-up documents on this machine, then on a cluster of its own: in peace, with actors killed (SIGKILL) at random
instants, with the build itself killed and gone on with, and with the second node's raylet killed. Compares all bytes
each time, and ends with 1 when one differs. Needs `ray`; Linux, for /proc.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.corpus.kill import RECIPE, make, reached, sums
from tokenry.corpus.run import book

UP_MAX = 180.0  # seconds for a node to start
FILES = 6  # some 3.6 MB each
STORE = 100_000_000  # bytes, Ray's object store
Between = Callable[[subprocess.Popen[bytes], Path], str]  # harms a build that goes on; says how


@dataclass(frozen=True)
class Node:
    """A machine of the cluster, as far as one machine can be two."""

    started: subprocess.Popen[bytes]

    @property
    def raylet(self) -> int:
        """Its process id."""
        return next(pid for pid in children(self.started.pid) if "/raylet/raylet" in words(pid))

    def actors(self) -> list[int]:
        """Processes in which a task of a build is done right now."""
        return [pid for pid in children(self.raylet) if words(pid).startswith("ray::Hand.do")]


class Rays:
    """Two nodes with a core each."""

    def __init__(self, base: Path, chance: random.Random) -> None:
        self.base = base
        self.address = f"127.0.0.1:{chance.randint(20_000, 30_000)}"
        (base / "token").write_text(chance.randbytes(32).hex())
        self.env = {
            **os.environ,
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN_PATH": str(base / "token"),
            "RAY_DISABLE_DOCKER_CPU_WARNING": "1",
            "RAY_USAGE_STATS_ENABLED": "0",
        }
        self.head = self.node("--head", f"--port={self.address.partition(':')[2]}", f"--temp-dir={base / 'ray'}")
        self.second = self.node(f"--address={self.address}")

    def node(self, *more: str) -> Node:
        """Start one, and wait until it is there."""
        ray = str(Path(sys.executable).with_name("ray"))
        shared = ("--num-cpus=1", f"--object-store-memory={STORE}", "--disable-usage-stats", "--block")
        log = self.base / f"{more[0].strip('-')[:4]}.log"
        with log.open("wb") as file:
            started = subprocess.Popen(
                [ray, "start", "--node-ip-address=127.0.0.1", *more, *shared], env=self.env, stdout=file, stderr=file
            )
        until(lambda: b"Ray runtime started" in log.read_bytes() or started.poll() is not None, UP_MAX)
        assert started.poll() is None, log.read_text()
        return Node(started)

    def build(self, name: str) -> subprocess.Popen[bytes]:
        """A build on the cluster, of its own process."""
        command = [sys.executable, "-m", "tokenry", "corpus", "build", str(self.base / f"{name}.toml")]
        return subprocess.Popen(
            [*command, "--workers", "2", "--ray", self.address], env=self.env, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )  # fmt: skip  # the command is one thing

    def stop(self) -> None:
        """End both nodes, and nothing that is not theirs."""
        for node in (self.second, self.head):
            node.started.terminate()
        for node in (self.second, self.head):
            with suppress(subprocess.TimeoutExpired):
                node.started.wait(20)
            node.started.kill()
        for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
            if str(self.base) in words(pid) and pid != os.getpid():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


@contextmanager
def cluster(base: Path, chance: random.Random) -> Iterator[Rays]:
    """Two nodes, for as long as they are needed."""
    rays = Rays(base, chance)
    try:
        yield rays
    finally:
        rays.stop()


def main() -> int:
    """Print what was done; 0 when all bytes are the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=FILES, help="of made-up documents, 3.6 MB each")
    parser.add_argument("--actors", type=int, default=3, help="to kill in one build")
    parser.add_argument("--builds", type=int, default=2, help="kills of the build itself")
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="rays-", ignore_cleanup_errors=True) as folder:
        base = Path(folder)
        make(base, chance, asked.files)
        begun = time.monotonic()
        command = [sys.executable, "-m", "tokenry", "corpus", "build", str(base / "peace.toml"), "--workers", "2"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wanted = sums(base / "peace")
        print(f"here: {time.monotonic() - begun:.1f} s, {len(wanted)} files", flush=True)
        begun = time.monotonic()
        with cluster(base, chance) as rays:
            print(f"two nodes are up: {time.monotonic() - begun:.1f} s", flush=True)
            return compared(rays, wanted, chance, asked)


def compared(rays: Rays, wanted: dict[str, str], chance: random.Random, asked: argparse.Namespace) -> int:
    """Build four times; what was found."""

    def peace(build: subprocess.Popen[bytes], out: Path) -> str:
        return "in peace"

    def lost_actors(build: subprocess.Popen[bytes], out: Path) -> str:
        said: list[str] = []
        rows = 0
        while len(said) < asked.actors and build.poll() is None:
            until(lambda: entered(out) > rows or build.poll() is not None, UP_MAX)  # noqa: B023 # asked at once
            time.sleep(chance.uniform(0, 3))
            actors = rays.head.actors() + rays.second.actors()
            if actors:
                os.kill(chance.choice(actors), signal.SIGKILL)
                said.append(reached(out))
                rows = entered(out)
        return f"{len(said)} actors killed, after {', '.join(said)}"

    def lost_builds(build: subprocess.Popen[bytes], out: Path) -> str:
        if build.poll() is None:
            until(lambda: bool(rays.head.actors()) or build.poll() is not None, UP_MAX)
            time.sleep(chance.uniform(0, 10))
            build.kill()
        return f"killed itself, after {reached(out)}"

    def lost_node(build: subprocess.Popen[bytes], out: Path) -> str:
        until(lambda: reached(out) == "documents" or build.poll() is not None, UP_MAX)
        until(lambda: bool(rays.second.actors()) or build.poll() is not None, UP_MAX)
        held = len(rays.second.actors())
        os.kill(rays.second.raylet, signal.SIGKILL)
        return f"the second node's raylet killed, doing {held} task, after {reached(out)}"

    ways: list[tuple[str, list[Between]]] = [
        ("peaceful", [peace]),
        ("actors", [lost_actors]),
        ("builds", [*[lost_builds] * asked.builds, peace]),
        ("node", [lost_node]),
    ]
    return max(one(rays, name, harms, wanted) for name, harms in ways)


def one(rays: Rays, name: str, harms: list[Between], wanted: dict[str, str]) -> int:
    """A build to its end, through these harms; 1 when a byte differs."""
    (rays.base / f"{name}.toml").write_text(RECIPE.format(output=name), encoding="utf-8")
    begun = time.monotonic()
    told = []
    for harm in harms:
        build = rays.build(name)
        told.append(harm(build, rays.base / name))
        _, said = build.communicate(timeout=600)
    found = sums(rays.base / name)
    differing = sorted(path for path in wanted.keys() | found.keys() if wanted.get(path) != found.get(path))
    same = build.returncode == 0 and not differing
    print(f"{'same bytes' if same else 'DIFFERENT'}: {'; '.join(told)}: {time.monotonic() - begun:.1f} s", flush=True)
    if not same:
        print(f"exit code {build.returncode}, differing: {differing}\n{said.decode(errors='replace')[-2000:]}")
    shutil.rmtree(rays.base / name)
    return 0 if same else 1


def until(so: Callable[[], bool], seconds: float) -> None:
    """Wait for something, so long at most."""
    end = time.monotonic() + seconds
    while not so() and time.monotonic() < end:
        time.sleep(0.05)


def entered(out: Path) -> int:
    """How many rows the book has."""
    path = out / book.NAME
    return path.read_bytes().count(b"\n") if path.exists() else 0


def children(pid: int) -> list[int]:
    """Of a process; none when it is gone."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def words(pid: int) -> str:
    """A process's command line; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
