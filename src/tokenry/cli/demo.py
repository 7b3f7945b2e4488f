"""`tokenry demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokenry.cli import places, show
from tokenry.cli.options import example, single
from tokenry.cli.progress import Progress

app = single()

DEFAULT = Path("~/.tokenry-demo")
DAYS = 365


@app.command(epilog=example("tokenry demo", "tokenry demo --port 8081 --data /tmp/look --days 120"))
def demo(
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help="An empty folder, or one that a demo was made in.")
    ] = None,
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on; 127.0.0.1 if nobody says.")] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65_535, help="Port; 8080 if nobody says, 0 = any free one.")
    ] = None,
    days: Annotated[
        int, typer.Option("--days", min=30, max=730, help="How long its story is, when it is made.")
    ] = DAYS,
    only_make: Annotated[bool, typer.Option("--only-make", help="Make it, and do not serve it.")] = False,
) -> None:
    """Make an installation with a year behind it, in a folder of its own, and serve it.

    People, programmes, awards, an outage and a budget that ran out: everything was asked for over HTTP while the clock
    ran quickly, and its engines are scripted. Nothing in it is real; the folder and every page say so.
    """
    from tokenry.app import ServeOptions, serve
    from tokenry.app.demo import PASSWORD
    from tokenry.app.demo import demo as make
    from tokenry.storage import is_demo

    folder = places.folder(data or DEFAULT)
    if not is_demo(folder):
        with Progress("a year goes by") as progress:
            make(folder, days, lambda done, of: progress.tell("a year goes by", done, of))
        show.note(f"made {folder}: a demonstration, nothing in it is real")
    if only_make:
        return
    show.note(f"sign in as owner@demo.example with the password `{PASSWORD}`")
    show.note(
        "  or as programme-officer@, reviewer-one@, biologist@, student@, auditor@demo.example, with the same one"
    )
    config = places.config_path(folder, None)
    raise typer.Exit(serve(ServeOptions(host=host, port=port, data_dir=folder, config_path=config)))
