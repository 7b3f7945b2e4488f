"""`tokenry award`: list, create, show, add, suspend, resume; further verbs stand in `award_life` and beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokenry.cli import award_files, award_life, award_report, award_told, show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group, names

app = group("Awards: dollars or tokens given to a project, that requests draw on and can never overdraw.")

Which = Annotated[str, typer.Argument(metavar="AWARD", help="Its name or id.")]
Ends = Annotated[
    str | None, typer.Option("--expires", help="When what is left expires: after 30m, 12h or 90d, or on 2027-01-31.")
]
Usd = Annotated[str | None, typer.Option("--usd", help="Dollars it is worth.")]
Tokens = Annotated[str | None, typer.Option("--tokens", help="Tokens it is worth: a whole number, 10_000_000 or 10M.")]
Programme = Annotated[str | None, typer.Option("--programme", help="Of which programme: name or id.")]
Reason = Annotated[
    str | None, typer.Option("--reason", help="Why; whoever has the award can read it. Asked of a programme's award.")
]


@app.command("list", epilog=example("tokenry award list", "tokenry award list --programme research --json"))
def listing(
    project: Annotated[str | None, typer.Option("--project", help="Only this project's: name or id.")] = None,
    programme: Programme = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List awards and what is left of them."""
    answer = ask(data, "award list", given(project=project, programme=programme))
    if as_json:
        show.document(answer)
        return
    show.table(
        ["*NAME", "*PROJECT", "STATE", ">LEFT", ">HELD", ">ISSUED", "ENDS"],
        [
            (
                a["name"], a["project_name"], a["state"],
                *[award_told.units(a, name) for name in ("left", "held", "issued")],
                show.day(a["expires_at"]) if a["expires_at"] else "never",
            )
            for a in answer["awards"]
        ],
        empty="There are no awards yet; make one: tokenry award create --name start --usd 10",
    )  # fmt: skip


@app.command(
    epilog=example(
        "tokenry award create --name spring-2027 --usd 250 --project protein-folding --expires 180d",
        "tokenry award create --programme research --tokens 1000000000000 --awardee ada@example.org",
        "tokenry award create --programme research --tokens 1B --project lab --tranches 4 --every 90",
    )
)
def create(
    name: Annotated[str | None, typer.Option("--name", help="What it is called; as the programme if absent.")] = None,
    usd: Usd = None,
    tokens: Tokens = None,
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
    programme: Programme = None,
    tier: Annotated[str | None, typer.Option("--tier", help="Of the programme; says how long it lasts.")] = None,
    awardee: Annotated[
        str | None, typer.Option("--awardee", help="E-mail, name or id; gets a project if none is named.")
    ] = None,
    begins: Annotated[str | None, typer.Option("--begins", help="When it can be drawn on; now if absent.")] = None,
    renews: Annotated[
        str | None, typer.Option("--renews", metavar="AWARD", help="The award that it carries on.")
    ] = None,
    tranches: Annotated[int | None, typer.Option("--tranches", help="Handed out in so many equal parts.")] = None,
    every: Annotated[int | None, typer.Option("--every", help="Days from one part to the next.")] = None,
    by: Annotated[
        str | None, typer.Option("--released-by", help="date, or report: a part with each accepted report.")
    ] = None,
    reason: Reason = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make an award to a project, of dollars or tokens, from a programme's pool if one is named."""
    args = given(
        name=name, usd=usd, tokens=award_told.whole(tokens), project=project, expires=expires, models=names(models),
        programme=programme, tier=tier, awardee=awardee, begins=begins, renews=renews, tranches=tranches,
        every_days=every, released_by=by, reason=reason,
    )  # fmt: skip  # one line of names
    award_told.tell(ask(data, "award create", {**args, "category": category, "priority": priority}), as_json)


@app.command("show", epilog=example("tokenry award show spring-2027", "tokenry award show spring-2027 --json"))
def one(award: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Show an award: what is left, and with a programme its tranches, reports and wishes."""
    award_told.tell(ask(data, "award show", {"award": award}), as_json, whole=True)


@app.command(
    epilog=example(
        "tokenry award add spring-2027 --usd 100",
        'tokenry award add genomes --tokens 500M --expires 90d --reason "the second cohort came late"',
    )
)
def add(
    award: Which,
    usd: Annotated[str | None, typer.Option("--usd", help="Dollars more.")] = None,
    tokens: Annotated[str | None, typer.Option("--tokens", help="Tokens more.")] = None,
    expires: Ends = None,
    reason: Reason = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Give an award more units, more time, or both."""
    args = given(award=award, usd=usd, tokens=award_told.whole(tokens), expires=expires, reason=reason)
    award_told.tell(ask(data, "award add", args), as_json)


@app.command(epilog=example('tokenry award suspend spring-2027 --reason "a key was found on the net"'))
def suspend(award: Which, reason: Reason = None, data: Data = None, as_json: AsJson = False) -> None:
    """Let nothing new draw on an award, until it is resumed."""
    _change("award suspend", award, reason, data, as_json)


@app.command(epilog=example("tokenry award resume spring-2027"))
def resume(award: Which, reason: Reason = None, data: Data = None, as_json: AsJson = False) -> None:
    """Let requests draw on a suspended award again."""
    _change("award resume", award, reason, data, as_json)


def _change(verb: str, award: str, reason: str | None, data: Path | None, as_json: bool) -> None:
    award_told.tell(ask(data, verb, given(award=award, reason=reason)), as_json)


for further in (award_life.app, award_files.app):
    app.registered_commands += further.registered_commands
app.add_typer(award_report.app, name="report", epilog=example("tokenry award report list"))
