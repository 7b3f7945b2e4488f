"""`tokenry batch`: list, show, cancel."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.cli import show as shown
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group
from tokenry.cli.show import Json

app = group("Batches: many requests in one file, asked when there is room.")

Which = Annotated[str, typer.Argument(metavar="BATCH", help="Its id.")]
PAGE = 1000


@app.command("list", epilog=example("tokenry batch list", "tokenry batch list --project default -n 100 --json"))
def listing(
    count: Annotated[int, typer.Option("--count", "-n", metavar="N", min=1, max=PAGE, help="How many.")] = 20,
    project: Annotated[str | None, typer.Option("--project", help="Only of this project.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the newest batches, newest first."""
    answer = ask(data, "batch list", given(count=count, project=project))
    if as_json:
        shown.document(answer)
        return
    shown.table(
        ["ID", "STATUS", ">DONE", ">FAILED", ">LINES", "*PROJECT"],
        [
            (b["id"], b["status"], b["completed"], b["failed"], b["total"], b["project_name"] or b["project"])
            for b in answer["batches"]
        ],
        empty="There are no batches yet.",
    )


@app.command(epilog=example("tokenry batch show batch_01kdx3c8v2", "tokenry batch show batch_01kdx3c8v2 --json"))
def show(batch: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Show how far a batch has come, and what is wrong with its file."""
    _tell(ask(data, "batch show", {"batch": batch}), as_json)


@app.command(epilog=example("tokenry batch cancel batch_01kdx3c8v2"))
def cancel(batch: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Begin no more lines of a batch; what is done is in its files."""
    _tell(ask(data, "batch cancel", {"batch": batch}), as_json)


def _tell(batch: Json, as_json: bool) -> None:
    if as_json:
        shown.document(batch)
        return
    shown.say(f"{batch['id']} is {batch['status']}: {batch['completed']} of {batch['total']} lines are done.")
    rows = [
        ("failed lines", batch["failed"]), ("endpoint", batch["endpoint"]), ("model", batch["model"]),
        ("project", batch["project_name"] or batch["project"]), ("key", batch["key"]),
        ("input file", batch["input_file"]), ("output file", batch["output_file"]),
        ("error file", batch["error_file"]), ("made", batch["created_at"]), ("ended", batch["ended_at"]),
        ("window ends", batch["expires_at"]),
    ]  # fmt: skip
    shown.pairs([(name, value) for name, value in rows if value is not None])
    for fault in batch["errors"]:
        where = "" if fault["line"] is None else f"line {fault['line']}: "
        shown.say(f"{where}{fault['message']} ({fault['code']})")
