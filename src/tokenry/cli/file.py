"""`tokenry file`: list, show, delete."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.cli import show as shown
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group
from tokenry.cli.show import Json

app = group("Files that projects left here: what they are and how large, never what is in them.")

Which = Annotated[str, typer.Argument(metavar="FILE", help="Its id.")]
PAGE = 1000


@app.command("list", epilog=example("tokenry file list", "tokenry file list --project default -n 100 --json"))
def listing(
    count: Annotated[int, typer.Option("--count", "-n", metavar="N", min=1, max=PAGE, help="How many.")] = 20,
    project: Annotated[str | None, typer.Option("--project", help="Only of this project.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the newest files, newest first."""
    answer = ask(data, "file list", given(count=count, project=project))
    if as_json:
        shown.document(answer)
        return
    shown.table(
        ["ID", "PURPOSE", ">SIZE", "*NAME", "PROJECT"],
        [
            (one["id"], one["purpose"], shown.size(one["size_bytes"]), one["name"], one["project_name"] or "-")
            for one in answer["files"]
        ],
        empty="There are no files.",
    )
    if answer["files"]:
        shown.say("", f"All files have {shown.size(answer['size_bytes'])}.")


@app.command(epilog=example("tokenry file show file_01kdx3c8v2", "tokenry file show file_01kdx3c8v2 --json"))
def show(file: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Show what is known of a file."""
    found = ask(data, "file show", {"file": file})
    if as_json:
        shown.document(found)
        return
    shown.pairs([(name, value) for name, value in _rows(found) if value is not None])


@app.command(epilog=example("tokenry file delete file_01kdx3c8v2"))
def delete(file: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Delete a file, content and all, for good."""
    gone = ask(data, "file delete", {"file": file})
    if as_json:
        shown.document(gone)
        return
    shown.say(f"{gone['id']} is deleted.")


def _rows(file: Json) -> list[tuple[str, str | None]]:
    return [
        ("file", file["id"]), ("name", file["name"]), ("purpose", file["purpose"]),
        ("size", shown.size(file["size_bytes"])), ("sha256", file["sha256"]),
        ("project", file["project_name"] or file["project"]), ("key", file["key"]), ("made", file["created_at"]),
        ("ends", file["expires_at"]),
    ]  # fmt: skip
