"""`tokenry usage`."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, names, single
from tokenry.cli.show import Json

app = single()


@app.command(
    epilog=example(
        "tokenry usage --by key,model --since 7d",
        "tokenry usage --by day --since 2026-11-01 --until 2026-12-01 --json",
    )
)
def usage(
    by: Annotated[
        str, typer.Option("--by", metavar="A,B", help="Group by key, model, project, user, day, endpoint.")
    ] = "model",
    since: Annotated[
        str | None, typer.Option("--since", help="7d, 24h, or a day like 2026-11-01 (UTC); from the first if absent.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", help="Up to, not including; now if absent.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Sum up requests, tokens and charges, and what they cost the house.

    What awards of tokens paid stands beside the charge in dollars, with what it would have cost.
    A dash for a cost means that none is known: the model has no `cost` in tokenry.toml.
    """
    answer = ask(data, "usage", given(by=names(by), since=since, until=until))
    if as_json:
        show.document(answer)
        return
    columns = [f"*{name.upper()}" for name in answer["by"]]
    tokens = answer["total"]["charge_tokens"] > 0
    rows = [(*_group(row, answer["by"]), *_sums(row, tokens=tokens)) for row in answer["rows"]]
    if len(rows) > 1:
        blanks = [""] * (len(columns) - 1)
        rows.append((*(["all", *blanks] if columns else []), *_sums(answer["total"], tokens=tokens)))
    paid = [">PAID IN TOKENS", ">WORTH"] if tokens else []
    show.table(
        [*columns, ">REQUESTS", ">INPUT", ">CACHED", ">OUTPUT", *paid, ">CHARGE", ">COST"],
        [[cell or " " for cell in row] for row in rows],
        empty="No request was settled in this time.",
    )
    _house(answer["house"], answer["total"])


def _house(house: Json, total: Json) -> None:
    """What no customer was charged, and why."""
    if house["by_account"]:
        parts = ", ".join(f"{show.usd(amount)} {name}" for name, amount in house["by_account"].items())
        show.say("", f"borne by the house: {parts}")
    if house["tokens_by_account"]:
        parts = ", ".join(f"{show.count(amount)} {name}" for name, amount in house["tokens_by_account"].items())
        show.say("", f"tokens of models without a price that nobody paid for: {parts}")
    if total["cost_unknown_requests"] and total["cost_usd"] != "0.00":
        requests = show.counted(total["cost_unknown_requests"], "request")
        show.say("", f"no cost is known of {requests}, so the house paid more than that")


def _group(row: Json, by: list[str]) -> list[str]:
    return [str(row.get(f"{name}_name") or row[name]) for name in by]


def _sums(row: Json, *, tokens: bool) -> list[str]:
    used = [show.count(row[name]) for name in ("requests", "input_tokens", "cached_tokens", "output_tokens")]
    known = row["cost_unknown_requests"] < row["requests"]
    paid = [show.count(row["charge_tokens"]), show.usd(row["covered_usd"])] if tokens else []
    return [*used, *paid, show.usd(row["charge_usd"]), show.usd(row["cost_usd"] if known else None)]
