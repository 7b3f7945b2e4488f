"""`tokenry organization`: show, set."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group
from tokenry.cli.show import Json

app = group("The organization itself: its name, which stands on statements and certificates, and its time zone.")


@app.command("show", epilog=example("tokenry organization show", "tokenry organization show --json"))
def one(data: Data = None, as_json: AsJson = False) -> None:
    """Show the organization."""
    _tell(ask(data, "organization show", {}), as_json)


@app.command(
    "set",
    epilog=example(
        'tokenry organization set --name "Institute of Example Studies"',
        "tokenry organization set --timezone Europe/Berlin",
    ),
)
def put(
    name: Annotated[str | None, typer.Option("--name", help="What it is called: 1 to 100 characters.")] = None,
    timezone: Annotated[
        str | None, typer.Option("--timezone", help="Where its days begin: an IANA name, as Europe/Berlin, or UTC.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Rename the organization, or set its time zone. Budgets and certificates that exist keep theirs."""
    args = given(name=name, timezone=timezone)
    if not args:
        raise TokenryError("say what is to be otherwise: --name or --timezone")
    _tell(ask(data, "organization set", args), as_json)


def _tell(organization: Json, as_json: bool) -> None:
    if as_json:
        show.document(organization)
        return
    show.pairs(
        [
            ("name", organization["name"]),
            ("id", organization["id"]),
            ("time zone", organization["timezone"]),
            ("members", organization["members"]),
            ("made", show.day(organization["created_at"])),
        ]
    )
