"""`tokenry admin-key`: create, list, revoke."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group

app = group(
    "Keys for administration over HTTP: each stands for one person, with that person's roles, and opens no model."
)


@app.command(
    epilog=example(
        "tokenry admin-key create --name terraform --expires 90d",
        "export OPENAI_ADMIN_KEY=$(tokenry admin-key create --name ops --user ada@example.org --bare)",
    )
)
def create(
    name: Annotated[str, typer.Option("--name", help="What the key is called in lists.")],
    user: Annotated[
        str | None, typer.Option("--user", help="For whom it stands: e-mail, name or id; the first owner if absent.")
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option("--expires", help="When it ends: after 30m, 12h or 30d, or on 2027-01-31; never if absent."),
    ] = None,
    bare: Annotated[bool, typer.Option("--bare", help="Print the key and nothing else.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and show it, this once. It may do what its person may, for as long as they may."""
    made = ask(data, "admin-key create", given(name=name, user=user, expires=expires))
    if as_json:
        show.document(made)
    elif bare:
        show.say(made["key"])
    else:
        show.pairs(
            [
                ("key", made["key"]),
                ("name", made["name"]),
                ("id", made["id"]),
                ("stands for", made["user_name"]),
                ("ends", made["expires_at"] or "never"),
            ]
        )
        show.say("", "Keep the key now: it is shown this once. Administration takes it as Authorization: Bearer KEY.")


@app.command("list", epilog=example("tokenry admin-key list", "tokenry admin-key list --json"))
def listing(data: Data = None, as_json: AsJson = False) -> None:
    """List the keys that were not revoked."""
    answer = ask(data, "admin-key list", {})
    if as_json:
        show.document(answer)
        return
    show.table(
        ["*NAME", "KEY", "*STANDS FOR", "STATE", "MADE", "ENDS"],
        [
            (
                k["name"], k["prefix"], k["user_name"], k["state"], show.day(k["created_at"]),
                show.day(k["expires_at"]) if k["expires_at"] else "never",
            )
            for k in answer["admin_keys"]
        ],
        empty="There are no admin keys; make one: tokenry admin-key create --name ops",
    )  # fmt: skip


@app.command(epilog=example("tokenry admin-key revoke terraform"))
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its name, id or prefix.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """End a key, at once and for good."""
    answer = ask(data, "admin-key revoke", {"key": key})
    if as_json:
        show.document(answer)
    else:
        show.say(f"{answer['name']} ({answer['prefix']}-…) opens nothing any more.")
