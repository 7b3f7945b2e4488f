"""`tokenry statement`: list, show, export, issue, verify."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tokenry.base.errors import TokenryError
from tokenry.base.units import nano_to_usd
from tokenry.cli import show as shown
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group
from tokenry.cli.show import Json

app = group("Monthly statements: what was used and paid, chained by digest, and the same whenever they are made again.")

Which = Annotated[str, typer.Argument(metavar="STATEMENT", help="Its id, or its month as in 2026-10.")]
OfProject = Annotated[
    str | None, typer.Option("--project", help="With a month: this project's, by name or id; else the organization's.")
]
FORMATS = ("csv", "html", "json")


@app.command("list", epilog=example("tokenry statement list", "tokenry statement list --project default --json"))
def listing(
    month: Annotated[str | None, typer.Option("--month", help="Only of this month, as in 2026-10.")] = None,
    project: Annotated[str | None, typer.Option("--project", help="Only this project's: name or id.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the statements that were issued, the newest month first."""
    answer = ask(data, "statement list", given(month=month, project=project))
    if as_json:
        shown.document(answer)
        return
    _table(answer["statements"], "No statement was issued yet; the first comes when a month with requests is over.")


@app.command(epilog=example("tokenry statement show 2026-10", "tokenry statement show 2026-10 --project default"))
def show(statement: Which, project: OfProject = None, data: Data = None, as_json: AsJson = False) -> None:
    """Show what a statement says, put together from the transfers now."""
    answer = ask(data, "statement show", given(statement=statement, project=project))
    if as_json:
        shown.document(answer)
        return
    body = answer["statement"]
    shown.pairs(
        [
            ("statement", f"{answer['id']}, no. {answer['number']}"),
            ("month", answer["month"]),
            ("of", answer["project"] or f"{answer['organization']}, all projects"),
            ("requests", shown.count(body["requests"])),
            ("tokens", f"{shown.count(body['input_tokens'])} in, {shown.count(body['output_tokens'])} out"),
            ("usage", _usd(body["usage"])),
            ("corrections", _usd(body["corrections"]) if body["corrections"] else None),
            ("written off", _usd(-body["written_off"]) if body["written_off"] else None),
            ("charged", _usd(body["total"])),
            ("awards", f"{_usd(body['opening'])} at the beginning, {_usd(body['closing'])} at the end"),
            *_of_tokens(body.get("tokens")),
            ("sha256", answer["hash"]),
        ]
    )
    _lines(body)
    if not answer["as_issued"]:
        raise TokenryError("the transfers of this month say something else than when it was issued; run: verify")


@app.command(
    epilog=example(
        "tokenry statement export 2026-10 > october.csv",
        "tokenry statement export 2026-10 --format html --output october.html",
    )
)
def export(
    statement: Which,
    project: OfProject = None,
    form: Annotated[
        str, typer.Option("--format", help="csv (FOCUS columns), html (a page to print), or json (canonical).")
    ] = "csv",
    output: Annotated[Path | None, typer.Option("--output", help="A file to write; stdout if absent.")] = None,
    data: Data = None,
) -> None:
    """Write a statement for a spreadsheet, a printer or a program."""
    if form not in FORMATS:
        raise TokenryError(f"--format is one of {', '.join(FORMATS)}, not {form[:20]!r}")
    answer = ask(data, "statement export", given(statement=statement, project=project, format=form))
    if output is None:
        sys.stdout.write(answer["text"])
    else:
        _write(output, answer["text"])
    if not answer["as_issued"]:
        raise TokenryError("the transfers of this month say something else than when it was issued; run: verify")


@app.command(epilog=example("tokenry statement issue", "tokenry statement issue --month 2026-10"))
def issue(
    month: Annotated[
        str | None, typer.Option("--month", help="Up to this month; the last one that is over if absent.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Issue what is missing. A server does that by itself on the first of the month; doing it again does nothing."""
    answer = ask(data, "statement issue", given(month=month))
    if as_json:
        shown.document(answer)
        return
    _table(answer["statements"], "Every month that is over has its statements already.")


@app.command(epilog=example("tokenry statement verify", "tokenry statement verify --json"))
def verify(data: Data = None, as_json: AsJson = False) -> None:
    """Put every statement together again; exit code 1 when one is not as it was issued."""
    answer = ask(data, "statement verify", {})
    if as_json:
        shown.document(answer)
    else:
        for fault in answer["faults"]:
            shown.say(f"WRONG {fault['month']} {fault['id']}: {fault['what']}")
        if answer["ok"]:
            shown.say(f"{shown.counted(answer['statements'], 'statement')}, all as issued, in unbroken chains.")
    raise typer.Exit(0 if answer["ok"] else 1)


def _table(statements: list[Json], empty: str) -> None:
    many = len({one["organization_id"] for one in statements}) > 1
    shown.table(
        ["MONTH", "*OF", ">NO.", ">CHARGED", "STATEMENT"],
        [
            (
                one["month"],
                (f"{one['organization']}: " if many else "") + (one["project"] or "all projects"),
                one["number"],
                shown.usd(one["total_usd"]),
                one["id"],
            )
            for one in statements
        ],
        empty=empty,
    )


def _lines(body: Json) -> None:
    """What dollars paid, and what awards of tokens paid."""
    shown.say("")
    shown.table(
        ["*PROJECT", "*MODEL", "METER", ">QUANTITY", ">RATE", ">AMOUNT"],
        [
            (
                line["project"], line["model"], line["meter"], shown.count(line["quantity"]), _usd(line["rate"]),
                _usd(line["amount"]),
            )
            for line in body["lines"]
        ],
        empty="Nothing was paid for in dollars in this month.",
    )  # fmt: skip
    if body.get("tokens"):
        shown.say("")
        shown.table(
            ["*PROJECT", "*MODEL", "METER", ">QUANTITY", ">TOKENS DRAWN", ">WOULD HAVE COST"],
            [
                (
                    line["project"], line["model"], line["meter"], shown.count(line["quantity"]),
                    shown.count(line["drawn"]), _usd(line["amount"]),
                )
                for line in body["tokens"]["lines"]
            ],
            empty="No award of tokens was drawn on in this month.",
        )  # fmt: skip


def _of_tokens(tokens: Json | None) -> list[tuple[str, object]]:
    if tokens is None:
        return []
    opening, closing = shown.count(tokens["opening"]), shown.count(tokens["closing"])
    return [
        ("paid in tokens", f"{shown.count(tokens['drawn'])}, which would have cost {_usd(tokens['covered'])}"),
        ("token awards", f"{opening} at the beginning, {closing} at the end"),
        ("tokens written off", shown.count(tokens["written_off"]) if tokens["written_off"] else None),
    ]


def _usd(nano: int) -> str:
    return shown.usd(nano_to_usd(nano))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise TokenryError(f"cannot write {path}: {error.strerror}") from None
