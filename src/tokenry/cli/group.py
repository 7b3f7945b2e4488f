"""`tokenry group`: list, create, add, remove, set."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group, names
from tokenry.cli.show import Json

app = group(
    "Groups: members who may use the same models and send the same data. Whoever is in several may do what any allows."
)

Which = Annotated[str, typer.Argument(metavar="GROUP", help="Its name or id.")]
Whom = Annotated[str, typer.Argument(metavar="USER", help="Their e-mail address, name or id.")]
Models = Annotated[
    str | None, typer.Option("--models", metavar="A,B", help="The only models its members may use, by name or alias.")
]
DataClass = Annotated[
    str | None,
    typer.Option("--data-class", help="The highest class they may send: public, internal or confidential."),
]


@app.command("list", epilog=example("tokenry group list", "tokenry group list --json"))
def listing(data: Data = None, as_json: AsJson = False) -> None:
    """List groups and what they allow."""
    answer = ask(data, "group list", {})
    if as_json:
        show.document(answer)
        return
    show.table(
        ["*NAME", "*IN", ">MEMBERS", "*MODELS", "DATA"],
        [
            (g["name"], g["parent_name"] or "-", len(g["members"]), _models(g), g["data_class"] or "any")
            for g in answer["groups"]
        ],
        empty="There are no groups; make one: tokenry group create --name students --models gpt-oss-20b",
    )


@app.command(
    epilog=example(
        "tokenry group create --name students --models gpt-oss-20b --data-class public",
        "tokenry group create --name physics --parent faculty",
    )
)
def create(
    name: Annotated[str, typer.Option("--name", help="1 to 100 characters; no other group may have it.")],
    parent: Annotated[
        str | None, typer.Option("--parent", metavar="GROUP", help="The group that it lies in, by name or id.")
    ] = None,
    models: Models = None,
    data_class: DataClass = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a group. Nobody is bounded by it before they are added."""
    args = given(name=name, parent=parent, models=names(models), data_class=data_class)
    _tell(ask(data, "group create", args), as_json)


@app.command(epilog=example("tokenry group add students ada@example.org"))
def add(group: Which, user: Whom, data: Data = None, as_json: AsJson = False) -> None:
    """Put a member into a group; what it allows holds from their next request."""
    _tell(ask(data, "group add", {"group": group, "user": user}), as_json)


@app.command(epilog=example("tokenry group remove students ada@example.org"))
def remove(group: Which, user: Whom, data: Data = None, as_json: AsJson = False) -> None:
    """Take a member out of a group. Who is in no group is bounded by none."""
    _tell(ask(data, "group remove", {"group": group, "user": user}), as_json)


@app.command(
    "set",
    epilog=example(
        "tokenry group set students --models gpt-oss-20b,house-default --data-class internal",
        "tokenry group set students --all-models --any-data --no-parent",
    ),
)
def put(
    group: Which,
    name: Annotated[str | None, typer.Option("--name", help="Another name.")] = None,
    parent: Annotated[str | None, typer.Option("--parent", metavar="GROUP", help="The group that it lies in.")] = None,
    no_parent: Annotated[bool, typer.Option("--no-parent", help="It lies in no other group.")] = False,
    models: Models = None,
    all_models: Annotated[bool, typer.Option("--all-models", help="Its members may use every model.")] = False,
    data_class: DataClass = None,
    any_data: Annotated[bool, typer.Option("--any-data", help="Its members may send data of every class.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Change a group's name, its place, the models its members may use, the data they may send."""
    args: dict[str, object] = {"group": group, **given(name=name)}
    for field, value, none in (
        ("parent", parent, no_parent),
        ("models", names(models), all_models),
        ("data_class", data_class, any_data),
    ):
        if value is not None and none:
            raise TokenryError(f"{field.replace('_', '-')}: say either what it is or that there is none, not both")
        if value is not None or none:
            args[field] = value
    if len(args) == 1:
        raise TokenryError("say what is to be otherwise: --name, --parent, --models or --data-class")
    _tell(ask(data, "group set", args), as_json)


def _models(one: Json) -> str:
    return "all" if one["models"] is None else ", ".join(one["models"]) or "none"


def _tell(one: Json, as_json: bool) -> None:
    if as_json:
        show.document(one)
        return
    show.pairs(
        [
            ("name", one["name"]),
            ("id", one["id"]),
            ("lies in", one["parent_name"] or "no other"),
            ("models", _models(one)),
            ("data", "any" if one["data_class"] is None else f"up to {one['data_class']}"),
            ("members", ", ".join(member["email"] or member["name"] for member in one["members"]) or "none"),
            ("projects", ", ".join(f"{p['name']} ({p['role']})" for p in one["projects"]) or "none"),
        ]
    )
