"""Awards in a made-up world, as many lives as wanted: tests/simulation/award_sim.py says what happens in one.

    python -m tests.simulation.award_runs --runs 5000          # seeds 0 … 4999
    python -m tests.simulation.award_runs --seed 4711          # one

Prints what happened how often, and the seed of every life that broke something; then the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.simulation.award_sim import run


def main(arguments: list[str] | None = None) -> int:
    """Run them, and say what happened how often."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5000, help="how many lives")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="this one alone")
    parser.add_argument("--steps", type=int, default=40, help="of each")
    options = parser.parse_args(arguments)
    if options.seed is not None:
        run(options.seed, options.steps)
        print(f"seed {options.seed}: nothing broke")
        return 0
    done: Counter[str] = Counter()
    began, breaches = time.monotonic(), 0
    for seed in range(options.start, options.start + options.runs):
        try:
            run(seed, options.steps, done)
        except Exception as broken:  # edge: whatever it is, it is this life's, and the others go on
            breaches += 1
            print(f"seed {seed}: {type(broken).__name__}: {str(broken)[:500]}")
    print(f"{done['runs']} runs in {time.monotonic() - began:.0f} s, {breaches} breaches")
    print(", ".join(f"{count} {name}" for name, count in sorted(done.items()) if name != "runs"))
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
