"""`tokenry user`: list, create, role, disable, enable."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group
from tokenry.cli.show import Json

app = group("People: who is a member of the organization, and with which role.")

Which = Annotated[str, typer.Argument(metavar="USER", help="Their e-mail address, name or id.")]
_ROLES = "owner, admin, officer, reviewer, auditor or member"


@app.command("list", epilog=example("tokenry user list", "tokenry user list --json"))
def listing(data: Data = None, as_json: AsJson = False) -> None:
    """List members, with their roles and groups."""
    answer = ask(data, "user list", {})
    if as_json:
        show.document(answer)
        return
    show.table(
        ["*NAME", "*E-MAIL", "ROLE", "STATE", "*GROUPS", "CAME"],
        [
            (
                u["name"],
                u["email"] or "-",
                u["role"],
                u["state"],
                ", ".join(u["groups"]) or "-",
                show.day(u["added_at"]),
            )
            for u in answer["users"]
        ],
        empty="There is nobody.",
    )


@app.command(
    epilog=example(
        "tokenry user create --email ada@example.org", "tokenry user create --email kay@example.org --role auditor"
    )
)
def create(
    email: Annotated[str, typer.Option("--email", help="By which they, and sign-in providers, are known.")],
    name: Annotated[
        str | None, typer.Option("--name", help="What they are called; what stands before the @ if absent.")
    ] = None,
    role: Annotated[str, typer.Option("--role", help=f"In the organization: {_ROLES}.")] = "member",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Let somebody in. A member sees no project until they have a role in one, of their own or through a group."""
    _tell(ask(data, "user create", given(email=email, name=name, role=role)), as_json)


@app.command(epilog=example("tokenry user role ada@example.org admin"))
def role(
    user: Which,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=f"{_ROLES}.".capitalize())],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Give a member another role in the organization. The last owner stays one."""
    _tell(ask(data, "user role", {"user": user, "role": role}), as_json)


@app.command(epilog=example("tokenry user disable ada@example.org"))
def disable(user: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Shut a member out at once: their keys open nothing and their sessions end."""
    _change("user disable", user, data, as_json)


@app.command(epilog=example("tokenry user enable ada@example.org"))
def enable(user: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Let a member in again. Their keys open again what they opened."""
    _change("user enable", user, data, as_json)


def _change(verb: str, user: str, data: Path | None, as_json: bool) -> None:
    _tell(ask(data, verb, {"user": user}), as_json)


def _tell(user: Json, as_json: bool) -> None:
    if as_json:
        show.document(user)
        return
    projects = ", ".join(f"{one['name']} ({one['role']})" for one in user["projects"])
    show.pairs(
        [
            ("name", user["name"]),
            ("id", user["id"]),
            ("e-mail", user["email"]),
            ("role", user["role"]),
            ("state", user["state"]),
            ("groups", ", ".join(user["groups"]) or "none"),
            ("projects", projects or "none of their own"),
        ]
    )
