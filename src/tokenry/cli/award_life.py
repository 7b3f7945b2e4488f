"""`tokenry award`: what becomes of a programme's award: units, tranches, wishes, its end, its history."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokenry.cli import award_told, show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, single
from tokenry.cli.show import Json

Which = Annotated[str, typer.Argument(metavar="AWARD", help="Its name or id.")]
Wish = Annotated[str, typer.Argument(metavar="WISH", help="Its id, as `tokenry award wishes` shows it.")]
Usd = Annotated[str | None, typer.Option("--usd", help="Dollars, of an award in dollars.")]
Tokens = Annotated[str | None, typer.Option("--tokens", help="Tokens: a whole number, 10_000_000 or 10M.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why; whoever has the award can read it.")]


app = single()  # these verbs are part of `tokenry award`


@app.command(epilog=example('tokenry award transfer genomes --to proteins --tokens 5M --reason "the work has moved"'))
def transfer(
    award: Which,
    to: Annotated[str, typer.Option("--to", metavar="AWARD", help="The award that gets them, of the same project.")],
    tokens: Tokens = None,
    usd: Usd = None,
    reason: Reason = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Move unspent units to another award of the same project."""
    args = given(award=award, to=to, usd=usd, tokens=award_told.whole(tokens), reason=reason)
    award_told.tell(ask(data, "award transfer", args), as_json)


@app.command(epilog=example('tokenry award withdraw genomes --tokens 5M --reason "idle for a year"'))
def withdraw(
    award: Which,
    tokens: Tokens = None,
    usd: Usd = None,
    reason: Reason = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Take unspent units back into the programme's pool."""
    args = given(award=award, usd=usd, tokens=award_told.whole(tokens), reason=reason)
    award_told.tell(ask(data, "award withdraw", args), as_json)


@app.command(epilog=example('tokenry award release genomes --reason "the report is fine"'))
def release(award: Which, reason: Reason = None, data: Data = None, as_json: AsJson = False) -> None:
    """Hand out an award's next tranche now, whatever it waits for."""
    _put("award release", award, reason, data, as_json)


@app.command(epilog=example('tokenry award close genomes --reason "the work is done"'))
def close(award: Which, reason: Reason = None, data: Data = None, as_json: AsJson = False) -> None:
    """Close an award: nothing new draws on it, and once its final report is in, what is left returns to the pool."""
    told = ask(data, "award close", given(award=award, reason=reason))
    award_told.tell(told, as_json)
    waits = [item["words"] for item in told["closing"] if not item["done"]]
    if waits and not as_json:
        show.note(f"it is closed once this is done: {'; '.join(waits)}")


@app.command(epilog=example('tokenry award reopen genomes --reason "closed by mistake"'))
def reopen(award: Which, reason: Reason = None, data: Data = None, as_json: AsJson = False) -> None:
    """Let an award that is closing, and not closed yet, be drawn on again."""
    _put("award reopen", award, reason, data, as_json)


@app.command(epilog=example("tokenry award history genomes", "tokenry award history genomes --json"))
def history(award: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Show what was done to an award, by whom, when and why."""
    told = ask(data, "award history", {"award": award})
    if as_json:
        show.document(told)
        return
    show.table(
        ["AT", "STEP", "STATE", "*BY", "*REASON"],
        [
            (str(s["at"])[:16].replace("T", " "), s["step"].replace("_", " "), s["state"], s["actor"], s["reason"])
            for s in told["steps"]
        ],
        empty="Nothing was done to it yet.",
    )


@app.command(epilog=example("tokenry award wishes", "tokenry award wishes genomes --all"))
def wishes(
    award: Annotated[str | None, typer.Argument(metavar="AWARD", help="Only this award's: name or id.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Those that were decided, too.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List changes that were asked for: more units, more time, units moved."""
    told = ask(data, "award wishes", {**given(award=award), "every": every})
    if as_json:
        show.document(told)
        return
    show.table(
        ["*WISH", "*AWARD", "WHAT", "STATE", "*REASON"],
        [(one["id"], one["award_name"], _what(one), one["state"], one["reason"]) for one in told["amendments"]],
        empty="Nobody waits for a decision.",
    )


@app.command(epilog=example("tokenry award approve amd_01kdx3c8v2"))
def approve(wish: Wish, reason: Reason = None, data: Data = None, as_json: AsJson = False) -> None:
    """Do what was asked for; it is in force at once."""
    _decide("award approve", wish, reason, data, as_json)


@app.command(epilog=example('tokenry award deny amd_01kdx3c8v2 --reason "the pool is for others now"'))
def deny(wish: Wish, reason: Reason = None, data: Data = None, as_json: AsJson = False) -> None:
    """Say no to what was asked for, and why."""
    _decide("award deny", wish, reason, data, as_json)


def _put(verb: str, award: str, reason: str | None, data: Path | None, as_json: bool) -> None:
    award_told.tell(ask(data, verb, given(award=award, reason=reason)), as_json)


def _decide(verb: str, wish: str, reason: str | None, data: Path | None, as_json: bool) -> None:
    told = ask(data, verb, given(amendment=wish, reason=reason))
    if as_json:
        show.document(told)
    else:
        show.say(f"{told['id']}  {_what(told)} of {told['award_name']}: {told['state']}")


def _what(one: Json) -> str:
    if one["kind"] == "extension":
        return f"until {show.day(one['until'])}"
    return f"{one['kind']} of {one['amount_words']}"
