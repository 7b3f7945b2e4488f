"""`tokenry award`: list, create, add, suspend, resume."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group, names
from tokenry.cli.show import Json

app = group("Awards: money given to a project, that requests draw on and can never overdraw.")

Which = Annotated[str, typer.Argument(metavar="AWARD", help="Its name or id.")]
Ends = Annotated[
    str | None, typer.Option("--expires", help="When what is left expires: after 30m, 12h or 90d, or on 2027-01-31.")
]


@app.command("list", epilog=example("tokenry award list", "tokenry award list --project default --json"))
def listing(
    project: Annotated[str | None, typer.Option("--project", help="Only this project's: name or id.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List awards and what is left of them."""
    answer = ask(data, "award list", given(project=project))
    if as_json:
        show.document(answer)
        return
    show.table(
        ["*NAME", "*PROJECT", "STATE", ">LEFT", ">HELD", ">ISSUED", "ENDS"],
        [
            (
                a["name"], a["project_name"], a["state"], show.usd(a["left_usd"]), show.usd(a["held_usd"]),
                show.usd(a["issued_usd"]), show.day(a["expires_at"]) if a["expires_at"] else "never",
            )
            for a in answer["awards"]
        ],
        empty="There are no awards yet; make one: tokenry award create --name start --usd 10",
    )  # fmt: skip


@app.command(
    epilog=example(
        "tokenry award create --name spring-2027 --usd 250 --project protein-folding --expires 180d",
        "tokenry award create --name trial --usd 5 --models gpt-oss-20b --category promotional",
    )
)
def create(
    name: Annotated[str, typer.Option("--name", help="What it is called.")],
    usd: Annotated[str, typer.Option("--usd", help="Dollars it is worth.")],
    project: Annotated[str | None, typer.Option("--project", help="Name or id; the first project if absent.")] = None,
    expires: Ends = None,
    models: Annotated[
        str | None, typer.Option("--models", metavar="A,B", help="The only models it pays for; all if absent.")
    ] = None,
    category: Annotated[
        str, typer.Option("--category", help="award, promotional, purchased or internal; drawn in this order.")
    ] = "award",
    priority: Annotated[
        int, typer.Option("--priority", help="Of awards that end together, the smaller goes first.")
    ] = 100,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make an award to a project."""
    args = given(name=name, usd=usd, project=project, expires=expires, models=names(models))
    _tell(ask(data, "award create", {**args, "category": category, "priority": priority}), as_json)


@app.command(epilog=example("tokenry award add spring-2027 --usd 100", "tokenry award add spring-2027 --expires 90d"))
def add(
    award: Which,
    usd: Annotated[str | None, typer.Option("--usd", help="Dollars more.")] = None,
    expires: Ends = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Give an award more money, more time, or both."""
    _tell(ask(data, "award add", given(award=award, usd=usd, expires=expires)), as_json)


@app.command(epilog=example("tokenry award suspend spring-2027"))
def suspend(award: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Let nothing new draw on an award, until it is resumed."""
    _change("award suspend", award, data, as_json)


@app.command(epilog=example("tokenry award resume spring-2027"))
def resume(award: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Let requests draw on a suspended award again."""
    _change("award resume", award, data, as_json)


def _change(verb: str, award: str, data: Path | None, as_json: bool) -> None:
    _tell(ask(data, verb, {"award": award}), as_json)


def _tell(award: Json, as_json: bool) -> None:
    if as_json:
        show.document(award)
        return
    show.pairs(
        [
            ("name", award["name"]),
            ("id", award["id"]),
            ("state", award["state"]),
            ("project", award["project_name"]),
            ("category", award["category"]),
            ("models", "all" if award["models"] is None else ", ".join(award["models"])),
            ("left", f"{show.usd(award['left_usd'])} of {show.usd(award['issued_usd'])}"),
            ("ends", award["expires_at"] or "never"),
        ]
    )
