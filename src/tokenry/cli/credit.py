"""`tokenry credit`: add, list."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group

app = group(
    "Credits: lots that were bought or given away, each with an end. Requests draw on the soonest to end first."
)


@app.command(
    epilog=example(
        "tokenry credit add --project protein-folding --usd 500 --name 'invoice 2026-117'",
        "tokenry credit add --usd 20 --category promotional --expires 90d",
    )
)
def add(
    usd: Annotated[str, typer.Option("--usd", help="Dollars it is worth.")],
    project: Annotated[str | None, typer.Option("--project", help="Name or id; the first project if absent.")] = None,
    category: Annotated[str, typer.Option("--category", help="purchased or promotional.")] = "purchased",
    name: Annotated[str, typer.Option("--name", help="What it is called, such as an invoice's number.")] = "credit",
    expires: Annotated[
        str | None, typer.Option("--expires", help="When what is left expires: after 90d, or on 2027-01-31.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Give a project credit that was bought, or given away."""
    made = ask(data, "credit add", given(usd=usd, project=project, category=category, name=name, expires=expires))
    if as_json:
        show.document(made)
        return
    left, project_name = show.usd(made["left_usd"]), made["project_name"]
    show.say(f"{made['id']}", f"{left} of {made['category']} credit for {project_name}")


@app.command("list", epilog=example("tokenry credit list", "tokenry credit list --json"))
def listing(data: Data = None, as_json: AsJson = False) -> None:
    """List the lots and what is left of them."""
    answer = ask(data, "credit list", {})
    if as_json:
        show.document(answer)
        return
    show.table(
        ["*NAME", "*PROJECT", "KIND", "STATE", ">LEFT", ">HELD", ">ISSUED", "ENDS"],
        [
            (
                one["name"], one["project_name"] or one["project_id"], one["category"], one["status"],
                show.usd(one["left_usd"]), show.usd(one["held_usd"]), show.usd(one["issued_usd"]),
                "never" if one["expires_at"] is None else show.on_day(one["expires_at"]),
            )
            for one in answer["credits"]
        ],
        empty="There is no credit yet; give some: tokenry credit add --usd 10",
    )  # fmt: skip
