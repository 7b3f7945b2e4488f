"""`tokenry project`: list, create, set, add, remove, archive."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group, names
from tokenry.cli.show import Json

app = group("Projects: where use is booked, and what awards pay for.")

Which = Annotated[str, typer.Argument(metavar="PROJECT", help="Its name or id.")]
Whom = Annotated[str, typer.Argument(metavar="USER", help="Their e-mail address, name or id.")]


@app.command("list", epilog=example("tokenry project list"))
def listing(data: Data = None, as_json: AsJson = False) -> None:
    """List projects, oldest first."""
    answer = ask(data, "project list", {})
    if as_json:
        show.document(answer)
        return
    show.table(
        ["*NAME", "ID", ">KEYS", "DATA", "MADE", "STATE"],
        [
            (
                p["name"], p["id"], p["active_keys"], p["data_class"], show.day(p["created_at"]),
                "archived" if p["archived_at"] else "active",
            )
            for p in answer["projects"]
        ],
        empty="There are no projects yet.",
    )  # fmt: skip


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


@app.command(
    "set",
    epilog=example(
        "tokenry project set protein-folding --data-class confidential",
        "tokenry project set trial --models gpt-oss-20b,house-default",
        "tokenry project set trial --all-models --retention default",
    ),
)
def put(
    project: Which,
    name: Annotated[str | None, typer.Option("--name", help="Another name.")] = None,
    data_class: Annotated[
        str | None,
        typer.Option("--data-class", help="What its prompts are: public, internal (at first) or confidential."),
    ] = None,
    models: Annotated[
        str | None, typer.Option("--models", metavar="A,B", help="The only models it may use, by name or alias.")
    ] = None,
    but: Annotated[str | None, typer.Option("--except", metavar="A,B", help="The models it may not use.")] = None,
    all_models: Annotated[bool, typer.Option("--all-models", help="It may use every model.")] = False,
    retention: Annotated[
        str | None,
        typer.Option("--retention", help="How long content may be kept; default = as the organization says."),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Change what a project is called, may use, sends, and keeps. It holds from the next request."""
    args: dict[str, object] = {"project": project, **given(name=name, data_class=data_class)}
    if (models is not None) + (but is not None) + all_models > 1:
        raise TokenryError("say one of --models, --except and --all-models")
    if all_models:
        args["models"] = None
    elif models is not None or but is not None:
        args |= {"models": names(models or but), "models_mode": "allow_list" if but is None else "deny_list"}
    if retention is not None:
        args["retention"] = None if retention == "default" else retention
    if len(args) == 1:
        raise TokenryError("say what is to be otherwise: --name, --data-class, --models, --except or --retention")
    _tell(ask(data, "project set", args), as_json)


@app.command(
    epilog=example(
        "tokenry project add trial ada@example.org", "tokenry project add trial kay@example.org --role owner"
    )
)
def add(
    project: Which,
    user: Whom,
    role: Annotated[str, typer.Option("--role", help="In the project: owner or member.")] = "member",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Give a member a role in a project, or another one there."""
    told = ask(data, "project add", {"project": project, "user": user, "role": role})
    if as_json:
        show.document(told)
    else:
        show.say(f"{told['name']} is {'an owner' if role == 'owner' else 'a member'} of {project}.")


@app.command(epilog=example("tokenry project remove trial ada@example.org"))
def remove(project: Which, user: Whom, data: Data = None, as_json: AsJson = False) -> None:
    """Take a member's own role in a project away; their keys there open nothing until they come back."""
    told = ask(data, "project remove", {"project": project, "user": user})
    if as_json:
        show.document(told)
    else:
        show.say(f"{told['name']} has no role of their own in {project} any more.")


@app.command(epilog=example("tokenry project archive trial"))
def archive(project: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Archive a project for good: its keys open nothing any more, its books stay."""
    _tell(ask(data, "project archive", {"project": project}), as_json)


def _tell(one: Json, as_json: bool) -> None:
    if as_json:
        show.document(one)
        return
    listed = ", ".join(one["models"] or ())
    show.pairs(
        [
            ("name", one["name"]),
            ("id", one["id"]),
            ("data", one["data_class"]),
            (
                "models",
                {"allow_list": listed or "none", "deny_list": f"all but {listed}"}.get(one["models_mode"], "all"),
            ),
            ("retention", one["retention"] or "as the organization says"),
            ("archived", one["archived_at"]),
        ]
    )
