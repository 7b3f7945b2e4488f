"""`tokenry award report`: list, submit, accept, return, waive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group
from tokenry.cli.show import Json

app = group("Reports on a programme's awards: what is due, what came, what was said to it.")

Which = Annotated[str, typer.Argument(metavar="REPORT", help="Its id, as `tokenry award report list` shows it.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Words that the awardee can read.")]


@app.command("list", epilog=example("tokenry award report list", "tokenry award report list genomes --all"))
def listing(
    award: Annotated[str | None, typer.Argument(metavar="AWARD", help="Only this award's: name or id.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Those that were accepted or waived, too.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List reports as they are due."""
    told = ask(data, "award report list", {**given(award=award), "every": every})
    if as_json:
        show.document(told)
        return
    show.table(
        ["*REPORT", "*AWARD", "KIND", "DUE", "STATE", "LATE"],
        [
            (
                one["id"], one["award_name"], "final" if one["kind"] == "final" else f"progress {one['number']}",
                show.day(one["due_at"]), one["state"], "late" if one["late"] else "",
            )
            for one in told["reports"]
        ],
        empty="No report is to come.",
    )  # fmt: skip


@app.command(epilog=example("tokenry award report submit rep_01kdx3c8v2 --file report.md --link https://example.org"))
def submit(
    report: Which,
    file: Annotated[Path, typer.Option("--file", metavar="FILE", help="Its text, in UTF-8.")],
    link: Annotated[
        list[str] | None, typer.Option("--link", help="Where it can be seen; several times if need be.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Hand a report in for a project; a late one says so, and is taken until the award is closed."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TokenryError(f"{file} cannot be read as text: {error}") from None
    _tell(ask(data, "award report submit", {"report": report, "text": text, "links": link or []}), as_json)


@app.command(epilog=example("tokenry award report accept rep_01kdx3c8v2"))
def accept(report: Which, reason: Reason = None, data: Data = None, as_json: AsJson = False) -> None:
    """Accept a report; a tranche that waited for it is handed out."""
    _tell(ask(data, "award report accept", given(report=report, reason=reason)), as_json)


@app.command("return", epilog=example('tokenry award report return rep_01kdx3c8v2 --reason "the figures are missing"'))
def send_back(report: Which, reason: Reason = None, data: Data = None, as_json: AsJson = False) -> None:
    """Return a report; the project hands it in again."""
    _tell(ask(data, "award report return", given(report=report, reason=reason)), as_json)


@app.command(epilog=example('tokenry award report waive rep_01kdx3c8v2 --reason "the group has dissolved"'))
def waive(report: Which, reason: Reason = None, data: Data = None, as_json: AsJson = False) -> None:
    """Go without a report, as if it had been accepted."""
    _tell(ask(data, "award report waive", given(report=report, reason=reason)), as_json)


def _tell(report: Json, as_json: bool) -> None:
    if as_json:
        show.document(report)
        return
    late = ", late" if report["late"] else ""
    show.say(
        f"{report['id']}  {report['kind']} report {report['number']} on {report['award_name']}: {report['state']}{late}"
    )
