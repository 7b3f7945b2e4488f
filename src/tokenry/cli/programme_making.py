"""The verbs of `tokenry programme` about programmes and their calls: made, shown, changed, closed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from tokenry.base.errors import TokenryError
from tokenry.base.units import usd_to_nano
from tokenry.cli import award_told, programme_told, show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group

app = group("Award programmes: what can be asked for, by whom until when, who judges, and what was decided.")

Which = Annotated[str, typer.Argument(metavar="PROGRAMME", help="Its name or id.")]
OfCall = Annotated[str, typer.Argument(metavar="CALL", help="Its id, or its name.")]
InProgramme = Annotated[str | None, typer.Option("--programme", help="Which one's call, where names are alike.")]
Cap = Annotated[
    str | None,
    typer.Option("--cap", help="What its pool gives in all: tokens as 1000000, 10M or 10T, or dollars as 5000.00."),
]
Terms = Annotated[
    Path | None,
    typer.Option("--terms", metavar="FILE", help="What it says, as JSON: change what `show --terms` prints."),
]
Opens = Annotated[str | None, typer.Option("--opens", help="After 30m, 12h or 7d, or on 2027-01-31; now if absent.")]
Closes = Annotated[str | None, typer.Option("--closes", help="As --opens; 90 days after it opens if absent.")]


@app.command(epilog=example("tokenry programme templates", "tokenry programme templates --json"))
def templates(data: Data = None, as_json: AsJson = False) -> None:
    """Show what a programme can begin with."""
    answer = ask(data, "programme templates", {})
    if as_json:
        show.document(answer)
        return
    show.table(
        ["*TEMPLATE", "*FOR", "*POOL", "*TIERS"],
        [
            (
                one["id"], one["label"], programme_told.units(one["unit"], one["cap"]),
                ", ".join(tier["name"] for tier in one["terms"]["tiers"]),
            )
            for one in answer["templates"]
        ],
        empty="There are none.",
    )  # fmt: skip


@app.command(
    epilog=example(
        "tokenry programme create --template research --name Genomes",
        "tokenry programme create --template startup --name Seeds --cap 50000.00",
        "tokenry programme create --name Own --unit tokens --terms terms.json --cap 1T",
    )
)
def create(
    name: Annotated[str, typer.Option("--name", help="What it is called.")],
    template: Annotated[
        str | None, typer.Option("--template", help="research, startup or classroom; else say --unit and --terms.")
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="What it awards: tokens or usd.")] = None,
    terms: Terms = None,
    cap: Cap = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a programme, with a pool of its own to award from."""
    args = given(name=name, template=template, unit=unit, terms=_document(terms))
    if cap is not None:
        dollars = (unit or ("usd" if template == "startup" else "tokens")) == "usd"
        args["cap"] = amount(cap, "usd" if dollars else "tokens")
    made = ask(data, "programme create", args)
    programme_told.tell(made, as_json)
    if not as_json:
        show.say("", f"Let people apply: tokenry programme open-call {made['id']}")


@app.command("list", epilog=example("tokenry programme list", "tokenry programme list --json"))
def listing(data: Data = None, as_json: AsJson = False) -> None:
    """List programmes and how their pools stand."""
    answer = ask(data, "programme list", {})
    if as_json:
        show.document(answer)
        return
    show.table(
        ["*NAME", "ID", "STATE", ">POOL", ">LEFT", ">PROMISED"],
        [
            (one["name"], one["id"], one["state"], *programme_told.pool(one, "cap", "left", "promised"))
            for one in answer["programmes"]
        ],
        empty="There are no programmes yet; make one: tokenry programme create --template research --name Genomes",
    )


@app.command("show", epilog=example("tokenry programme show Genomes", "tokenry programme show Genomes --terms"))
def one(
    programme: Which,
    terms: Annotated[bool, typer.Option("--terms", help="Print what it says, as JSON that `change` takes.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show a programme: its pool, tiers and calls, or all that it says."""
    answer = ask(data, "programme show", {"programme": programme})
    if terms:
        show.document(answer["terms"])
    else:
        programme_told.tell(answer, as_json, whole=True)


@app.command(
    epilog=example(
        "tokenry programme change Genomes --cap 20T",
        "tokenry programme show Genomes --terms > terms.json",
        "tokenry programme change Genomes --terms terms.json",
    )
)
def change(
    programme: Which,
    name: Annotated[str | None, typer.Option("--name", help="Another name.")] = None,
    terms: Terms = None,
    cap: Cap = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Change what a programme is called, says, or has to give. Awards that were decided keep their terms."""
    args = given(programme=programme, name=name, terms=_document(terms))
    if cap is not None:
        args["cap"] = amount(cap, ask(data, "programme show", {"programme": programme})["unit"])
    if len(args) == 1:
        raise TokenryError("say what is to be otherwise: --name, --terms or --cap")
    programme_told.tell(ask(data, "programme change", args), as_json)


@app.command(epilog=example("tokenry programme close Genomes"))
def close(programme: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Close a programme for good: nobody can apply any more; awards that were made go on."""
    programme_told.tell(ask(data, "programme close", {"programme": programme}), as_json)


@app.command(
    "open-call",
    epilog=example(
        "tokenry programme open-call Genomes",
        "tokenry programme open-call Genomes --name spring --opens 2027-01-01 --closes 2027-03-31",
    ),
)
def open_call(
    programme: Which,
    name: Annotated[str | None, typer.Option("--name", help="What the call is called; numbered if absent.")] = None,
    opens: Opens = None,
    closes: Closes = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Let people apply, from now on and for 90 days unless said. They are told when it opens."""
    args = given(programme=programme, name=name, opens=opens, closes=closes)
    programme_told.tell_call(ask(data, "programme open-call", args), as_json)


@app.command(epilog=example("tokenry programme calls Genomes"))
def calls(programme: Which, data: Data = None, as_json: AsJson = False) -> None:
    """List a programme's calls, the newest first."""
    answer = ask(data, "programme calls", {"programme": programme})
    if as_json:
        show.document(answer)
    else:
        programme_told.table_of_calls(answer["calls"])


@app.command("change-call", epilog=example("tokenry programme change-call spring --closes 2027-04-30"))
def change_call(
    call: OfCall,
    programme: InProgramme = None,
    name: Annotated[str | None, typer.Option("--name", help="Another name.")] = None,
    opens: Opens = None,
    closes: Closes = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Move a call that is not over yet, or rename it."""
    args = given(call=call, programme=programme, name=name, opens=opens, closes=closes)
    programme_told.tell_call(ask(data, "programme change-call", args), as_json)


@app.command("close-call", epilog=example("tokenry programme close-call spring"))
def close_call(call: OfCall, programme: InProgramme = None, data: Data = None, as_json: AsJson = False) -> None:
    """Close a call now. What was submitted stays, and is decided on."""
    args = given(call=call, programme=programme)
    programme_told.tell_call(ask(data, "programme close-call", args), as_json)


def amount(text: str, unit: str) -> int:
    """Whole units of a programme, as people write them. Raises TokenryError, typer.BadParameter."""
    if unit == "tokens":
        return award_told.whole(text) or 0
    try:
        return usd_to_nano(text)
    except ValueError as error:
        raise TokenryError(f"--cap: {error}") from None


def _document(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise TokenryError(f"{path} is no JSON document: {error}") from None
    if not isinstance(found, dict):
        raise TokenryError(f"{path} holds no JSON object")
    return found
