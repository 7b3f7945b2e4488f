"""`tokenry budget`: list, set, close."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group
from tokenry.cli.show import Json

app = group("Budgets: limits on what a key, a project, a user or everybody may spend per window of time.")

Which = Annotated[str, typer.Argument(metavar="BUDGET", help="Its id, from `tokenry budget list`.")]


@app.command("list", epilog=example("tokenry budget list"))
def listing(
    every: Annotated[bool, typer.Option("--all", help="Closed budgets too.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List budgets and what their present windows have left."""
    answer = ask(data, "budget list", {"every": every})
    if as_json:
        show.document(answer)
        return
    show.table(
        ["ID", "*FOR", "PER", ">LEFT", ">LIMIT", "KIND"],
        [
            (b["id"], _scope(b), b["window"], show.usd(b["left_usd"]), show.usd(b["limit_usd"]), _kind(b))
            for b in answer["budgets"]
        ],
        empty="There are no budgets; make one: tokenry budget set --project default --limit 50 --window month",
    )


@app.command(
    "set",
    epilog=example(
        "tokenry budget set --project default --limit 50 --window month",
        "tokenry budget set --key alice --limit 1.50 --window day --model gpt-oss-20b",
        "tokenry budget set bud_01m8… --limit 75",
    ),
)
def put(
    budget: Annotated[str | None, typer.Argument(metavar="[BUDGET]", help="Id of a budget to change.")] = None,
    limit: Annotated[str, typer.Option("--limit", metavar="USD", help="Dollars per window.")] = ...,  # type: ignore[assignment]  # typer's mark for a required option behind an optional argument
    key: Annotated[str | None, typer.Option("--key", help="For a key: name, id or prefix.")] = None,
    project: Annotated[str | None, typer.Option("--project", help="For a project: name or id.")] = None,
    user: Annotated[str | None, typer.Option("--user", help="For a user: name, e-mail or id.")] = None,
    organization: Annotated[str | None, typer.Option("--organization", help="For everybody: name or id.")] = None,
    window: Annotated[str, typer.Option("--window", help="day, week, month or total.")] = "month",
    model: Annotated[str | None, typer.Option("--model", help="Only requests for this model.")] = None,
    soft: Annotated[bool, typer.Option("--soft", help="Count only, never refuse.")] = False,
    timezone: Annotated[
        str, typer.Option("--timezone", help="Where windows begin at midnight, like Europe/Rome.")
    ] = "UTC",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a budget, or change the limit of one. What is running keeps what it holds."""
    scopes = given(key=key, project=project, user=user, organization=organization)
    if len(scopes) + (budget is not None) != 1:
        raise typer.BadParameter("say one of BUDGET, --key, --project, --user and --organization")
    args: dict[str, object] = {"limit": limit}
    if budget is not None:
        args |= {"budget": budget}
    else:
        scope, ref = next(iter(scopes.items()))
        args |= given(scope=scope, scope_ref=ref, window=window, model=model, hard=not soft, timezone=timezone)
    _tell(ask(data, "budget set", args), as_json)


@app.command(epilog=example("tokenry budget close bud_01m8…"))
def close(budget: Which, data: Data = None, as_json: AsJson = False) -> None:
    """End a budget: it refuses and counts nothing any more."""
    _tell(ask(data, "budget close", {"budget": budget}), as_json)


def _tell(budget: Json, as_json: bool) -> None:
    if as_json:
        show.document(budget)
        return
    show.pairs(
        [
            ("id", budget["id"]),
            ("for", _scope(budget)),
            ("state", budget["state"]),
            ("limit", f"{show.usd(budget['limit_usd'])} per {budget['window']}, {_kind(budget)}"),
            ("left", show.usd(budget["left_usd"])),
            ("resets", budget["resets_at"] or "never"),
        ]
    )


def _scope(budget: Json) -> str:
    model = f", {budget['model']}" if budget["model"] else ""
    return f"{budget['scope']} {budget['scope_name'] or budget['scope_id']}{model}"


def _kind(budget: Json) -> str:
    if budget["state"] == "closed":
        return "closed"
    return "hard" if budget["hard"] else "soft"
