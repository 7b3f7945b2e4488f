"""`tokenry plan`: create, list, subscribe, end."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group, names

app = group("Plans: an amount a month that is included for each project that subscribes.")


@app.command(
    epilog=example(
        "tokenry plan create --name basic --usd 20 --overage refused",
        "tokenry plan create --name lab --usd 200 --models gpt-oss-20b",
    )
)
def create(
    name: Annotated[str, typer.Option("--name", help="What it is called.")],
    usd: Annotated[str, typer.Option("--usd", help="Dollars that are included each month.")],
    overage: Annotated[
        str, typer.Option("--overage", help="Beyond that: charged to other awards, or refused.")
    ] = "charged",
    models: Annotated[
        str | None, typer.Option("--models", metavar="A,B", help="The only models it pays for; all if absent.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a plan."""
    made = ask(data, "plan create", given(name=name, usd=usd, overage=overage, models=names(models)))
    if as_json:
        show.document(made)
    else:
        show.say(f"{made['id']}", f"{show.usd(made['included_usd'])} a month; beyond that {made['overage']}")


@app.command("list", epilog=example("tokenry plan list", "tokenry plan list --json"))
def listing(data: Data = None, as_json: AsJson = False) -> None:
    """List plans and who subscribed to them."""
    answer = ask(data, "plan list", {})
    if as_json:
        show.document(answer)
        return
    show.table(
        ["*PLAN", ">A MONTH", "OVERAGE", "*PROJECT", "SUBSCRIPTION", "UNTIL"],
        [row for plan in answer["plans"] for row in _rows(plan)],
        empty="There are no plans yet; make one: tokenry plan create --name basic --usd 20",
    )


def _rows(plan: show.Json) -> list[tuple[str, ...]]:
    first = (plan["name"], show.usd(plan["included_usd"]), plan["overage"])
    if not plan["subscriptions"]:
        return [(*first, "-", "-", "-")]
    return [
        (*first, one["project_name"] or one["project_id"], one["id"], _until(one["ends_at"]))
        for one in plan["subscriptions"]
    ]


def _until(seconds: int | None) -> str:
    return "-" if seconds is None else show.on_day(seconds)


@app.command("subscribe", epilog=example("tokenry plan subscribe basic --project protein-folding"))
def begin(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="Its name or id.")],
    project: Annotated[str | None, typer.Option("--project", help="Name or id; the first project if absent.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Subscribe a project to a plan. It gets this month's amount at once."""
    made = ask(data, "plan subscribe", given(plan=plan, project=project))
    if as_json:
        show.document(made)
    else:
        show.say(f"{made['id']}", f"to end it: tokenry plan end {made['id']}")


@app.command(epilog=example("tokenry plan end sub_01kdx3c8v2"))
def end(
    subscription: Annotated[str, typer.Argument(metavar="SUBSCRIPTION", help="Its id.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """End a subscription now. What is left of its amount expires."""
    ended = ask(data, "plan end", {"subscription": subscription})
    if as_json:
        show.document(ended)
    else:
        show.say(f"{ended['id']} ended")
