"""`tokenry limits`: list, approve, deny."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group
from tokenry.cli.show import Json

app = group("Requests for a higher limit: those who ask do so with their key or in the browser; here it is decided.")

Which = Annotated[str, typer.Argument(metavar="REQUEST", help="Its id, from `tokenry limits list`.")]
Note = Annotated[str | None, typer.Option("--note", help="Words for whoever asked.")]


@app.command("list", epilog=example("tokenry limits list", "tokenry limits list --all --json"))
def listing(
    every: Annotated[bool, typer.Option("--all", help="Decided ones too.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List requests that wait for a decision, newest first."""
    answer = ask(data, "limits list", {"every": every})
    if as_json:
        show.document(answer)
        return
    show.table(
        ["ID", "*FROM", "*BUDGET", ">LIMIT", "SOURCE", ">ASKED", "STATE", "*REASON"],
        [
            (
                one["id"], one["user_name"] or one["user"], one["budget"], show.usd(one["limit_usd"]), one["source"],
                show.usd(one["asked_usd"]), one["state"], one["reason"],
            )
            for one in answer["requests"]
        ],
        empty="Nobody waits for a higher limit.",
    )  # fmt: skip  # a row of cells


@app.command(epilog=example("tokenry limits approve lrq_01m8…", "tokenry limits approve lrq_01m8… --limit 30"))
def approve(
    request: Which,
    limit: Annotated[
        str | None, typer.Option("--limit", metavar="USD", help="Another limit than the one asked for.")
    ] = None,
    note: Note = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Grant a request. The limit is in force at once; of a default it becomes the user's own."""
    _tell(ask(data, "limits approve", given(request=request, limit=limit, note=note)), as_json)


@app.command(epilog=example('tokenry limits deny lrq_01m8… --note "the small model will do"'))
def deny(request: Which, note: Note = None, data: Data = None, as_json: AsJson = False) -> None:
    """Say no to a request. Nothing changes but that whoever asked is told."""
    _tell(ask(data, "limits deny", given(request=request, note=note)), as_json)


def _tell(request: Json, as_json: bool) -> None:
    if as_json:
        show.document(request)
        return
    show.pairs(
        [
            ("id", request["id"]),
            ("state", request["state"]),
            ("budget", request["budget"]),
            ("limit", f"{show.usd(request['limit_usd'])} ({request['source']})"),
            ("asked", show.usd(request["asked_usd"])),
        ]
    )
