"""`tokenry owner`: link."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group

app = group("Owners: a way in for whoever has none.")


@app.command(epilog=example("tokenry owner link", "tokenry owner link --user ada@example.org"))
def link(
    user: Annotated[
        str | None, typer.Option("--user", help="Which owner: e-mail, name or id; the first one if absent.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a link that lets an owner in once, within a day, to set name, e-mail and password."""
    made = ask(data, "owner link", given(user=user))
    if as_json:
        show.document(made)
        return
    show.say(made["url"], "", f"It works once, until {made['expires_at']}; links made before it open nothing any more.")
