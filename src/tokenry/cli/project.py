"""`tokenry project`: list, create."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, group

app = group("Projects: where use is booked, and what awards pay for.")


@app.command("list", epilog=example("tokenry project list"))
def listing(data: Data = None, as_json: AsJson = False) -> None:
    """List projects, oldest first."""
    answer = ask(data, "project list", {})
    if as_json:
        show.document(answer)
        return
    show.table(
        ["*NAME", "ID", ">KEYS", "MADE"],
        [(p["name"], p["id"], p["active_keys"], show.day(p["created_at"])) for p in answer["projects"]],
        empty="There are no projects yet.",
    )


@app.command(epilog=example("tokenry project create --name protein-folding"))
def create(
    name: Annotated[str, typer.Option("--name", help="1 to 100 characters; no other project may have it.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a project. It can spend once an award is made to it."""
    made = ask(data, "project create", {"name": name})
    if as_json:
        show.document(made)
        return
    show.pairs([("name", made["name"]), ("id", made["id"])])
    show.say("", f"Give it something to spend: tokenry award create --name start --usd 10 --project {made['id']}")
