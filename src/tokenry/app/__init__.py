"""The composition root: configuration in, every room built and wired, started and stopped in the right order."""

from tokenry.app.house import offline
from tokenry.app.pricing import cost_rates, price_versions
from tokenry.app.restore import Restored, Verdict, Wanted, restore, verify
from tokenry.app.serving import ServeOptions, serve

__all__ = [
    "Restored",
    "ServeOptions",
    "Verdict",
    "Wanted",
    "cost_rates",
    "offline",
    "price_versions",
    "restore",
    "serve",
    "verify",
]
