"""`tokenry` with its patience cut to half a second: `hasty.py tokenry …`."""

from __future__ import annotations

import sys
from importlib import import_module

SECONDS = 0.5
PLACES = (
    ("tokenry.api.doorway", "HEAD_TIMEOUT_S"),
    ("tokenry.api.client", "BODY_TIMEOUT_S"),
    ("tokenry.api.client", "LINGER_S"),
)
EVERY = (("tokenry.gateway.deadline", "SWEEP_EVERY_S"), ("tokenry.gateway", "SWEEP_EVERY_S"))


def main() -> int:
    """As the command line, after the limits were cut; a limit that is not where it was is an error."""
    for places, value in ((PLACES, SECONDS), (EVERY, SECONDS / 10)):
        for room, name in places:
            module = import_module(room)
            getattr(module, name)
            setattr(module, name, value)
    del sys.argv[1]
    from tokenry.cli import main as tokenry

    return tokenry() or 0


if __name__ == "__main__":
    raise SystemExit(main())
