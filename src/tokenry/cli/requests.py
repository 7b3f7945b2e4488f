"""`tokenry requests`."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.client import ask, follow
from tokenry.cli.options import AsJson, Data, example, given, single
from tokenry.cli.show import Json

app = single()


@app.command(epilog=example("tokenry requests -n 5", "tokenry requests --tail --model gpt-oss-20b"))
def requests(
    count: Annotated[int, typer.Option("-n", min=1, max=1000, help="How many of the newest.")] = 20,
    tail: Annotated[bool, typer.Option("--tail", help="Go on, and show each request as it ends.")] = False,
    key: Annotated[str | None, typer.Option("--key", help="Only this key's: name, id or prefix.")] = None,
    model: Annotated[str | None, typer.Option("--model", help="Only requests for this model.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the newest requests. Times are UTC; `--tail --json` prints one document a line."""
    args = given(count=count, key=key, model=model)
    if tail:
        for one in follow(data, "requests", args):
            if as_json:
                show.line(one)
            else:
                _print(one)
        return
    answer = ask(data, "requests", args)
    if as_json:
        show.document(answer)
        return
    show.table(
        ["TIME", "REQUEST", "*MODEL", ">IN", ">OUT", ">CHARGE", "ST"],
        [
            (
                show.clock_time(r["at"]), r["id"], r["model"], r["input_tokens"], r["output_tokens"],
                show.usd(r["charge_usd"]), r["status"],
            )
            for r in answer["requests"]
        ],
        empty="There are no requests yet.",
    )  # fmt: skip


def _print(one: Json) -> None:
    tokens = f"{one['input_tokens']}+{one['output_tokens']}"
    ended = "" if one["outcome"] == "completed" else f" {one['outcome']}"
    show.say(
        f"{show.clock_time(one['at'])} {one['id']} {one['status']} {one['model']} {tokens} tokens "
        f"{show.usd(one['charge_usd'])} {one['duration_ms']} ms {one['key_name'] or one['key']}{ended}"
    )
    show.flush()
