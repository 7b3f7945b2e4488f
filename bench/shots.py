"""Which runs `bench.gateway` makes of each gateway, and how one is made by the load generator in a process of its own.

It knows the modes by name and what each asks for; it neither starts gateways nor lays out tables.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from bench.targets import HOLD_MODEL, MODEL, Target

HOLD_STREAMS = 500


@dataclass(frozen=True)
class Shot:
    """One kind of run; `words` go to `bench.loadgen`, `aliased` asks by the model's other name."""

    name: str
    words: tuple[str, ...]
    aliased: bool = False
    model: str = MODEL


@dataclass(frozen=True)
class Gun:
    """What all runs share: seconds measured, and whether wrk is the client of closed loops."""

    seconds: float
    wrk: bool


SHOTS = {
    "sat": (Shot("sat-64", ("sat", "-c", "64")), Shot("sat-256", ("sat", "-c", "256"))),
    "rate": (Shot("rate-50", ("rate", "-r", "50")), Shot("rate-500", ("rate", "-r", "500"))),
    "stream": (Shot("stream", ("stream", "-c", "64")),),
    "alias": (
        Shot("alias-sat-64", ("sat", "-c", "64"), aliased=True),
        Shot("alias-stream", ("stream", "-c", "64"), aliased=True),
    ),
    "hold": (Shot("hold", ("hold", "-n", str(HOLD_STREAMS)), model=HOLD_MODEL),),
}


def shots(modes: list[str]) -> list[Shot]:
    """The runs of these modes. Those of `alias` follow what they are compared with at once, in every round."""
    chosen = [shot for mode in modes if mode != "alias" for shot in SHOTS[mode]]
    for aliased in SHOTS["alias"] if "alias" in modes else ():
        like = next((i for i, shot in enumerate(chosen) if "alias-" + shot.name == aliased.name), len(chosen) - 1)
        chosen.insert(like + 1, aliased)
    return chosen


def fire(gun: Gun, shot: Shot, target: Target) -> dict[str, Any]:
    """Make one run and give the load generator's report.

    Raises:
        SystemExit: the load generator failed; the message holds its words.
    """
    model = target.alias if shot.aliased else target.named(shot.model)
    command = [sys.executable, "-m", "bench.loadgen", *shot.words, "--url", target.chat_url, "--key", target.key]
    command += ["--model", str(model), "--label", target.name, "-d", str(gun.seconds), "--pid", str(target.pid)]
    if gun.wrk and shot.words[0] == "sat":
        command += ["--wrk"]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    if done.returncode:
        raise SystemExit(f"the load generator failed on {target.name}, {shot.name}:\n{done.stderr}")
    report: dict[str, Any] = json.loads(done.stdout)
    print(json.dumps({"shot": shot.name} | report), file=sys.stderr, flush=True)
    return report
