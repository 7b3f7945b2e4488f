"""The verbs people type. Each is imported when it is typed, so that `tokenry --help` comes at once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tokenry import __version__
from tokenry.cli.front import page

if TYPE_CHECKING:
    from tokenry.cli.root import app

__all__ = ["app", "main"]


def main() -> None:
    """The `tokenry` command. The front page and the version need none of the rest."""
    words = sys.argv[1:]
    try:
        if words in ([], ["--help"], ["-h"], ["help"]):
            sys.stdout.write(page(colour=sys.stdout.isatty()))
            return
        if words == ["--version"]:
            sys.stdout.write(f"tokenry {__version__}\n")
            return
    except BrokenPipeError:
        sys.exit(1)
    from tokenry.cli.root import run

    run()


def __getattr__(name: str) -> Any:
    """`tokenry.cli.app`, the typer application, for whoever looks at all verbs."""
    if name == "app":
        from tokenry.cli.root import app

        return app
    raise AttributeError(f"tokenry.cli has no {name!r}")
