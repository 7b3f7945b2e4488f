"""Conformance suites that others wrote and that are run by hand: `just conformance steady …`, `… open-responses …`."""

from __future__ import annotations

import sys

import pytest

from tests.conformance import open_responses, steady

SUITES = {"steady": steady.run, "open-responses": open_responses.run}


def main() -> int:
    """Run the suite that is named."""
    if len(sys.argv) < 2 or sys.argv[1] not in SUITES:
        print(f"{__doc__}\n\nName one of: {', '.join(SUITES)}; --help after it says more.")
        return 2
    try:
        return SUITES[sys.argv[1]](sys.argv[2:])
    except pytest.skip.Exception as reason:  # what tests skip for, nobody can run by hand either
        print(reason)
        return 2


if __name__ == "__main__":
    sys.exit(main())
