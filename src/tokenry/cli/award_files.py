"""`tokenry award import` and `export`: a programme's awards as CSV."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, single

Programme = Annotated[str, typer.Option("--programme", help="Of which programme: name or id.")]


app = single()  # these verbs are part of `tokenry award`


@app.command(
    "import",
    epilog=example(
        "tokenry award import spring.csv --programme research",
        "tokenry award import spring.csv --programme research --yes",
    ),
)
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV in UTF-8: name,tokens,project,awardee,ends,…")],
    programme: Programme,
    yes: Annotated[bool, typer.Option("--yes", help="Make them; without it the file is only looked at.")] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why more is promised than the programme's policy allows.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make awards from a file, all or none; what the programme has already is not made twice."""
    try:
        text = file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TokenryError(f"{file} cannot be read as text in UTF-8: {error}") from None
    told = ask(data, "award import", {**given(reason=reason), "programme": programme, "csv": text, "dry": not yes})
    if as_json:
        show.document(told)
    elif told["faults"]:
        show.say(*(f"line {fault['line']}: {fault['words']}" for fault in told["faults"]))
        more = told["faults_in_all"] - len(told["faults"])
        show.note(f"nothing was made{f'; {more} more lines are wrong' if more else ''}")
    else:
        _tell(told, yes)
    if told["faults"]:
        raise typer.Exit(1)


def _tell(told: show.Json, made: bool) -> None:
    known = f"; {told['known']} are there already" if told["known"] else ""
    words = f"{show.counted(told['awards'], 'award')} of {told['amount']} in all{known}"
    show.say(f"{'made' if made else 'would make'} {words}", *(told["supply"] or ()))
    if not made and told["awards"]:
        show.note("nothing was made; run the same with --yes")


@app.command("export", epilog=example("tokenry award export --programme research > awards.csv"))
def export_file(programme: Programme, data: Data = None, as_json: AsJson = False) -> None:
    """Print a programme's awards as CSV, which `import` takes."""
    told = ask(data, "award export", {"programme": programme})
    if as_json:
        show.document(told)
    else:
        sys.stdout.write(told["csv"])
