"""Budgets against hypothesis, as many runs as wanted: budgets x windows x requests at once x corrections on SQLite.

    python -m tests.simulation.budget_runs --runs 5000

A run is one life of a ledger.db, of up to so many steps (tests/ledger/budget_machine.py says which). At the first
breach hypothesis prints the shortest life that it finds with the same end, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys
import time
import unittest

from hypothesis import HealthCheck, Phase, settings

from tests.ledger.budget_machine import BudgetMachine


def main(arguments: list[str] | None = None) -> int:
    """Run them, and say what happened how often."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5000, help="how many lives")
    parser.add_argument("--steps", type=int, default=40, help="of each, at most")
    options = parser.parse_args(arguments)
    case = BudgetMachine.TestCase
    case.settings = settings(
        max_examples=options.runs,
        stateful_step_count=options.steps,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    began = time.monotonic()
    outcome = unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromTestCase(case))
    done, took_s = BudgetMachine.done, time.monotonic() - began
    breaches = len(outcome.failures) + len(outcome.errors)
    print(f"{done['runs']} runs in {took_s:.0f} s, {breaches} breaches")
    print(", ".join(f"{count} {name}" for name, count in sorted(done.items()) if name != "runs"))
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
