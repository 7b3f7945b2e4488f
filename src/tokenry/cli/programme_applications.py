"""The verbs of `tokenry programme` about applications: listed, shown, assigned, returned, decided, exported."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tokenry.cli import award_told, programme_told, show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given
from tokenry.cli.programme_making import app

Which = Annotated[str, typer.Argument(metavar="PROGRAMME", help="Its name or id.")]
Application = Annotated[str, typer.Argument(metavar="APPLICATION", help="Its id, or its title.")]
Reviewer = Annotated[str, typer.Argument(metavar="USER", help="Their e-mail address, name or id.")]
State = Annotated[str | None, typer.Option("--state", help="Only those that are submitted, under_review, approved …")]
Tier = Annotated[str | None, typer.Option("--tier", help="Only those of this tier.")]
Call = Annotated[str | None, typer.Option("--call", help="Only those of this call: its id.")]
Note = Annotated[
    str | None, typer.Option("--panel-note", help="For officers and who scored; not shown to the applicant.")
]


@app.command(
    "applications",
    epilog=example(
        "tokenry programme applications Genomes --state submitted", "tokenry programme applications Genomes --json"
    ),
)
def listing(
    programme: Which,
    state: State = None,
    tier: Tier = None,
    call: Call = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List a programme's applications, the newest first; drafts are their authors' own."""
    answer = ask(data, "programme applications", given(programme=programme, state=state, tier=tier, call=call))
    if as_json:
        show.document(answer)
        return
    show.table(
        ["*TITLE", "ID", "*APPLICANT", "TIER", ">ASKED", "STATE"],
        [
            (
                each["title"], each["id"], each["applicant"]["name"] or "-", each["tier"],
                programme_told.units(each["unit"], each["asked"]), each["state"].replace("_", " "),
            )
            for each in answer["applications"]
        ],
        empty="Nobody has applied yet.",
    )  # fmt: skip


@app.command("application", epilog=example("tokenry programme application appl_01kdx3c8v2"))
def one(application: Application, data: Data = None, as_json: AsJson = False) -> None:
    """Show an application: its answers, its reviews, and what was decided."""
    _tell(data, "programme application", {"application": application}, as_json)


@app.command(epilog=example("tokenry programme assign appl_01kdx3c8v2 kay@example.org"))
def assign(application: Application, reviewer: Reviewer, data: Data = None, as_json: AsJson = False) -> None:
    """Ask somebody to review an application. They are told, and say first whether they have a conflict of interest."""
    _tell(data, "programme assign", {"application": application, "reviewer": reviewer}, as_json)


@app.command(epilog=example("tokenry programme unassign appl_01kdx3c8v2 kay@example.org"))
def unassign(application: Application, reviewer: Reviewer, data: Data = None, as_json: AsJson = False) -> None:
    """Ask a reviewer no more; their scores count no more."""
    _tell(data, "programme unassign", {"application": application, "reviewer": reviewer}, as_json)


@app.command("return", epilog=example('tokenry programme return appl_01kdx3c8v2 --words "Please say which models."'))
def send_back(
    application: Application,
    words: Annotated[str, typer.Option("--words", help="What is to be changed, for the applicant to read.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Return an application to be changed and submitted again."""
    _tell(data, "programme return", {"application": application, "words": words}, as_json)


@app.command(epilog=example('tokenry programme waitlist appl_01kdx3c8v2 --words "Two offers are open before yours."'))
def waitlist(
    application: Application,
    words: Annotated[str | None, typer.Option("--words", help="For the applicant to read.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Let an application wait for units that others may leave: neither yes nor no, and nothing is promised."""
    _tell(data, "programme waitlist", given(application=application, words=words), as_json)


@app.command(
    epilog=example(
        "tokenry programme approve appl_01kdx3c8v2",
        'tokenry programme approve appl_01kdx3c8v2 --tokens 500M --days 180 --conditions "Publish the prompts."',
    )
)
def approve(
    application: Application,
    tokens: Annotated[
        str | None, typer.Option("--tokens", help="As 1000000, 10M, 1B; what was asked if absent.")
    ] = None,
    usd: Annotated[str | None, typer.Option("--usd", help="Dollars, where the programme awards those.")] = None,
    days: Annotated[int | None, typer.Option("--days", help="How long it lasts; as the tier if absent.")] = None,
    conditions: Annotated[str | None, typer.Option("--conditions", help="What this award is bound to.")] = None,
    words: Annotated[str | None, typer.Option("--words", help="For the applicant to read.")] = None,
    panel_note: Note = None,
    override: Annotated[
        str | None, typer.Option("--override", help="Why more is promised than the pool can deliver, where it is.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Approve an application. The award is offered, and made when the applicant accepts its terms."""
    args = given(
        application=application, tokens=award_told.whole(tokens), usd=usd, days=days, conditions=conditions,
        words=words, panel_note=panel_note, override=override,
    )  # fmt: skip
    _tell(data, "programme approve", args, as_json)


@app.command("offer-again", epilog=example("tokenry programme offer-again appl_01kdx3c8v2"))
def offer_again(application: Application, data: Data = None, as_json: AsJson = False) -> None:
    """Offer an approved award once more, when the time to accept it was too short."""
    _tell(data, "programme offer-again", {"application": application}, as_json)


@app.command(epilog=example('tokenry programme decline appl_01kdx3c8v2 --words "The plan names no question."'))
def decline(
    application: Application,
    words: Annotated[str, typer.Option("--words", help="Why, for the applicant to read.")],
    panel_note: Note = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Decline an application, for good."""
    args = given(application=application, words=words, panel_note=panel_note)
    _tell(data, "programme decline", args, as_json)


@app.command(epilog=example("tokenry programme export Genomes > applications.csv"))
def export(
    programme: Which,
    state: State = None,
    tier: Tier = None,
    call: Call = None,
    output: Annotated[Path | None, typer.Option("--output", help="A file to write; stdout if absent.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Write a programme's applications as CSV, with their scores and decisions."""
    answer = ask(data, "programme export", given(programme=programme, state=state, tier=tier, call=call))
    if as_json:
        show.document(answer)
    elif output is None:
        sys.stdout.write(answer["text"])
    else:
        output.write_text(answer["text"], encoding="utf-8", newline="")


def _tell(data: Path | None, verb: str, args: dict[str, object], as_json: bool) -> None:
    programme_told.tell_application(ask(data, verb, args), as_json)
