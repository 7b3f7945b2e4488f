"""`tokenry budget`: list, set, value, close."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group, names
from tokenry.cli.show import Json

app = group("Budgets: limits on what a key, a project, a group, a user or everybody may spend per window of time.")

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
        ["ID", "*FOR", "PER", ">LEFT", ">LIMIT", "*SOURCE", "KIND"],
        [
            (b["id"], _scope(b), b["window"], show.usd(b["left_usd"]), show.usd(b["limit_usd"]), b["source"], _kind(b))
            for b in answer["budgets"]
        ],
        empty="There are no budgets; make one: tokenry budget set --project default --limit 50 --window month",
    )


@app.command(
    "set",
    epilog=example(
        "tokenry budget set --project default --limit 50 --window month",
        "tokenry budget set --key alice --limit 1.50 --window day --model gpt-oss-20b",
        "tokenry budget set --everyone --limit 20 --thresholds 80,100",
        "tokenry budget set bud_01m8… --limit 75",
    ),
)
def put(
    budget: Annotated[str | None, typer.Argument(metavar="[BUDGET]", help="Id of a budget to change.")] = None,
    limit: Annotated[str, typer.Option("--limit", metavar="USD", help="Dollars per window.")] = ...,  # type: ignore[assignment]  # typer's mark for a required option behind an optional argument
    key: Annotated[str | None, typer.Option("--key", help="For a key: name, id or prefix.")] = None,
    project: Annotated[str | None, typer.Option("--project", help="For a project: name or id.")] = None,
    user: Annotated[str | None, typer.Option("--user", help="For a user: name, e-mail or id.")] = None,
    groups: Annotated[str | None, typer.Option("--group", help="For a group, shared: name or id.")] = None,
    everyone: Annotated[bool, typer.Option("--everyone", help="For every user, as much of their own.")] = False,
    organization: Annotated[
        str | None, typer.Option("--organization", help="For everybody together, or whose everyone: name or id.")
    ] = None,
    window: Annotated[str, typer.Option("--window", help="day, week, month or total.")] = "month",
    model: Annotated[str | None, typer.Option("--model", help="Only requests for this model.")] = None,
    soft: Annotated[bool, typer.Option("--soft", help="Count only, never refuse.")] = False,
    timezone: Annotated[
        str | None,
        typer.Option("--timezone", help="Where windows begin at midnight, like Europe/Rome; else the organization's."),
    ] = None,
    thresholds: Annotated[
        str | None, typer.Option("--thresholds", help="At which percentages to tell, like 50,80,100.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a budget, or change the limit of one. What is running keeps what it holds."""
    whose = organization or "default"
    scopes = given(
        key=key, project=project, group=groups, user=user, everyone=whose if everyone else None,
        organization=None if everyone else organization,
    )  # fmt: skip  # one line of scopes
    if len(scopes) + (budget is not None) != 1:
        raise typer.BadParameter("say one of BUDGET, --key, --project, --group, --user, --everyone and --organization")
    args: dict[str, object] = {"limit": limit, **given(thresholds=_percentages(thresholds))}
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


@app.command(
    "value",
    epilog=example(
        "tokenry budget value bud_01m8… --group interns --limit 5",
        "tokenry budget value bud_01m8… --user ada --limit 50",
        "tokenry budget value bud_01m8… --user ada",
    ),
)
def put_value(
    budget: Which,
    user: Annotated[str | None, typer.Option("--user", help="What this user has: name, e-mail or id.")] = None,
    groups: Annotated[str | None, typer.Option("--group", help="What each member of a group has: name or id.")] = None,
    limit: Annotated[
        str | None, typer.Option("--limit", metavar="USD", help="Dollars per window; left out = as everybody again.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Set what one user, or each member of a group, has of a default for everyone, or take it back."""
    _tell(ask(data, "budget value", given(budget=budget, user=user, group=groups, limit=limit)), as_json)


def _percentages(text: str | None) -> list[int] | None:
    named = names(text)
    if named is None:
        return None
    try:
        return [int(one) for one in named]
    except ValueError:
        raise typer.BadParameter("thresholds are whole percentages, like 50,80,100") from None


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
            ("source", budget["source"]),
            ("left", show.usd(budget["left_usd"])),
            ("resets", budget["resets_at"] or "never"),
        ]
    )


def _scope(budget: Json) -> str:
    model = f", {budget['model']}" if budget["model"] else ""
    if budget["scope_id"] == "*":
        return f"every user{model}"
    return f"{budget['scope']} {budget['scope_name'] or budget['scope_id']}{model}"


def _kind(budget: Json) -> str:
    if budget["state"] == "closed":
        return "closed"
    return "hard" if budget["hard"] else "soft"
