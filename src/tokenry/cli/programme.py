"""`tokenry programme`: its verbs are made in two files, and stand in its help in this order."""

from __future__ import annotations

from tokenry.cli import programme_applications as programme_applications  # adds its verbs to those below
from tokenry.cli.programme_making import app

__all__ = ["app"]
