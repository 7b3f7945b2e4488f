"""Where a server's CPU time goes under load: per request and thread, and the functions that take most.

It reads /proc for the threads (exact) and lets py-spy, a sampling profiler, look at the stacks from outside in a second
run of the load, so that the figures of the first are undisturbed. py-spy is no dependency: it is taken from the path,
else run through `uv tool run`. It needs the right to trace another process (root, or kernel.yama.ptrace_scope = 0).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bench.shots import Gun, Shot, fire
from bench.table import markdown
from bench.targets import Target

NS_PER_S = 1_000_000_000
SAMPLES_PER_S = 200
TOP = 30
WARM_UP_S = 2.0


def show(target: Target, shots: Iterable[Shot], gun: Gun, folder: Path) -> None:
    """Print, for each shot: CPU µs a request by thread, then the functions by their own time and by all below them."""
    names = thread_names(target.pid)
    for shot in shots:
        if shot.aliased and not target.alias:
            continue
        before = thread_ns(target.pid)
        report = fire(gun, shot, target)
        spent = {tid: ns - before.get(tid, 0) for tid, ns in thread_ns(target.pid).items()}
        # The load generator's warm-up is in the threads' time but not in its count, so shares are exact and µs scaled.
        whole = sum(spent.values()) or 1
        each_us = report["cpu_us_per_request"]
        rows = [
            [names.get(tid, str(tid)), f"{each_us * ns / whole:.1f}", f"{100 * ns / whole:.1f} %"]
            for tid, ns in sorted(spent.items(), key=lambda item: -item[1])
            if ns * 1000 > whole
        ]
        print(f"\n## {shot.name}: {report['per_s']:,.0f}/s, {each_us:,.1f} µs CPU each\n")
        print(markdown(("thread", "µs a request", "share"), rows))
        print(f"\n{functions(sample(target, shot, gun, folder), each_us)}", flush=True)


def thread_ns(pid: int) -> dict[int, int]:
    """CPU time of every thread so far, in nanoseconds, by the system's thread id."""
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            found[int(task.name)] = int((task / "schedstat").read_text().split()[0])
        except OSError:
            continue
    return found


def thread_names(pid: int) -> dict[int, str]:
    """What Python calls its threads; those that Python does not know are missing."""
    done = subprocess.run([*_py_spy(), "dump", "--json", "--pid", str(pid)], capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"py-spy cannot look at the server: {done.stderr.decode().strip()}")
    return {thread["os_thread_id"]: thread["thread_name"] for thread in json.loads(done.stdout)}


def sample(target: Target, shot: Shot, gun: Gun, folder: Path) -> Counter[tuple[str, ...]]:
    """Stacks (outermost first) with their counts while the shot is fired once more."""
    out = folder / "stacks.txt"
    command = [*_py_spy(), "record", "--pid", str(target.pid), "--format", "raw", "--output", str(out), "--threads"]
    command += ["--rate", str(SAMPLES_PER_S), "--duration", str(max(1, round(gun.seconds))), "--nonblocking"]
    firing = threading.Thread(target=fire, args=(gun, shot, target))
    firing.start()
    firing.join(WARM_UP_S)
    subprocess.run(command, capture_output=True, check=False)
    firing.join()
    stacks: Counter[tuple[str, ...]] = Counter()
    for line in out.read_text().splitlines():
        path, _, count = line.rpartition(" ")
        stacks[tuple(path.split(";"))] += int(count)
    return stacks


def functions(stacks: Counter[tuple[str, ...]], each_us: float) -> str:
    """The functions of all threads by own time, beside the time of all that they call, scaled to one request."""
    whole = stacks.total() or 1
    own: Counter[str] = Counter()
    below: Counter[str] = Counter()
    for stack, count in stacks.items():
        frames = _beyond_start([_function(frame) for frame in stack])
        own[frames[-1]] += count
        for frame in set(frames):
            below[frame] += count

    def row(frame: str) -> list[str]:
        return [frame, *(f"{each_us * n / whole:.1f}" for n in (own[frame], below[frame]))]

    heads = ("function", "own µs", "with calls µs")
    most_own = markdown(heads, [row(frame) for frame, _ in own.most_common(TOP)])
    most_below = markdown(heads, [row(frame) for frame, _ in below.most_common(TOP)])
    return f"{whole} samples; by own time:\n\n{most_own}\n\nby time with what they call:\n\n{most_below}"


def _beyond_start(frames: list[str]) -> list[str]:
    """A stack without the frames that led to the running loop: they are in every sample."""
    start = next((i for i, frame in enumerate(frames) if frame.startswith("Runner.run ")), 0)
    return frames[start:]


def _function(frame: str) -> str:
    """`name (file)` without the line, so that a function is one row."""
    return frame.rpartition(":")[0] + ")" if frame.endswith(")") and ":" in frame else frame


def _py_spy() -> list[str]:
    found = shutil.which("py-spy")
    return [found] if found else ["uv", "tool", "run", "py-spy"]
