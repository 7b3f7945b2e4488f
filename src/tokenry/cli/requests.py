"""`tokenry requests`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.client import ask, follow
from tokenry.cli.options import AsJson, Data, example, given, single
from tokenry.cli.show import Json

app = single()

WIDE = 100  # columns from which day, key and duration are shown, too
PAGE_MAX = 1000  # requests of one answer; more are asked for page by page
COUNT_MAX = 1_000_000

Text = str | None
Count = Annotated[int, typer.Option("-n", min=1, max=COUNT_MAX, help="How many of the newest.")]
Follow = Annotated[bool, typer.Option("--follow", "-f", "--tail", help="Go on, and show each request as it ends.")]
Since = Annotated[Text, typer.Option("--since", help="2h, 7d, or a time like 2026-11-01T12:00:00Z (UTC).")]
Until = Annotated[Text, typer.Option("--until", help="Up to, not including; now if absent.")]
Key = Annotated[Text, typer.Option("--key", help="Only this key's: name, id or prefix.")]
Project = Annotated[Text, typer.Option("--project", help="Only this project's: name or id.")]
Model = Annotated[Text, typer.Option("--model", help="Only requests for this model.")]
Provider = Annotated[Text, typer.Option("--provider", help="Only those that tried this provider, in vain or not.")]
Deployment = Annotated[Text, typer.Option("--deployment", metavar="P/MODEL", help="Only those that this one answered.")]
Status = Annotated[Text, typer.Option("--status", help="Only this HTTP status: 404, or 4xx.")]
Ended = Annotated[
    Text,
    typer.Option("--outcome", help="Only those that ended so: completed, cut, client_gone, engine_failed, …"),
]
MinUsd = Annotated[Text, typer.Option("--min-usd", help="Only those charged at least so many dollars.")]
Unsettled = Annotated[bool, typer.Option("--unsettled", help="Those that still run, oldest first.")]
Cursor = Annotated[Text, typer.Option("--cursor", help="Go on after a page: what it gave as `next`.")]
Export = Annotated[
    Path | None,
    typer.Option("--export", metavar="FILE", help="Write every one with all its fields to FILE: .csv or .jsonl."),
]


@app.command(
    epilog=example(
        "tokenry requests -n 5",
        "tokenry requests --since 2h --status 5xx --provider openai",
        "tokenry requests --follow --model gpt-oss-20b --json",
        "tokenry requests --since 2026-11-01 --until 2026-12-01 --export november.csv",
    )
)
def requests(
    count: Count = 20,
    follow_on: Follow = False,
    since: Since = None,
    until: Until = None,
    key: Key = None,
    project: Project = None,
    model: Model = None,
    provider: Provider = None,
    deployment: Deployment = None,
    status: Status = None,
    outcome: Ended = None,
    min_usd: MinUsd = None,
    unsettled: Unsettled = False,
    cursor: Cursor = None,
    export: Export = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the newest requests that fit all that is asked. Times are UTC; `--follow --json` prints one a line."""
    args = given(
        key=key, project=project, model=model, provider=provider, deployment=deployment, status=status,
        outcome=outcome, min_usd=min_usd, since=since, until=until, cursor=cursor,
    )  # fmt: skip
    if unsettled:
        args["unsettled"] = True
    if export is not None:
        _export(data, export, args, alone=not (follow_on or unsettled or cursor))
    elif follow_on:
        _follow(data, {**args, "count": min(count, PAGE_MAX)}, as_json=as_json)
    else:
        _list(data, args, count, as_json=as_json)


def _list(data: Path | None, args: dict[str, object], count: int, *, as_json: bool) -> None:
    found: list[Json] = []
    cursor = args.get("cursor")
    while True:
        more = {"count": min(PAGE_MAX, count - len(found)), **given(cursor=cursor)}
        answer = ask(data, "requests", {**args, **more})
        found += answer["requests"]
        cursor = answer["next"]
        if cursor is None or len(found) >= count:
            break
    if as_json:
        show.document({"requests": found, "next": cursor})
        return
    wide = show.width() >= WIDE
    show.table(*_table(found, wide=wide), empty="No request fits." if args else "There are no requests yet.")
    if cursor is not None and found:
        show.note(f"there are older ones: --cursor {cursor}, or -n for more at once")


def _table(found: list[Json], *, wide: bool) -> tuple[list[str], list[tuple[object, ...]]]:
    """Titles and rows, at most 100 columns wide, or 80."""
    columns = ["TIME", "REQUEST", "*MODEL", ">IN", ">OUT", ">CHARGE", "ST"]
    rows: list[tuple[object, ...]] = []
    for r in found:
        at = f"{r['at'][5:10]} {show.clock_time(r['at'])}" if wide else show.clock_time(r["at"])
        rest = (r["input_tokens"], r["output_tokens"], _charge(r), r["status"] or "…")
        key = (r["key_name"] or r["key"],) if wide else ()
        rows.append((at, r["id"], r["model"], *key, *rest))
    if wide:
        columns.insert(3, "*KEY")
    return columns, rows


def _charge(one: Json) -> str:
    """Dollars, or tokens, or both."""
    dollars = show.usd(one["charge_usd"])
    if not one.get("charge_tokens"):  # those that still run have none
        return dollars
    tokens = f"{show.count(one['charge_tokens'])} tok"
    return tokens if one["charge_usd"] == "0.00" else f"{dollars} + {tokens}"


def _follow(data: Path | None, args: dict[str, object], *, as_json: bool) -> None:
    for one in follow(data, "requests", args):
        if as_json:
            show.line(one)
        else:
            _print(one)


def _print(one: Json) -> None:
    tokens = f"{one['input_tokens']}+{one['output_tokens']}"
    ended = "" if one["outcome"] == "completed" else f" {one['outcome']}"
    show.say(
        f"{show.clock_time(one['at'])} {one['id']} {one['status']} {one['model']} {tokens} tokens "
        f"{_charge(one)} {one['duration_ms']} ms {one['key_name'] or one['key']}{ended}"
    )
    show.flush()


def _export(data: Path | None, target: Path, args: dict[str, object], *, alone: bool) -> None:
    from tokenry.base.errors import TokenryError
    from tokenry.cli.export import export

    if not alone:
        raise TokenryError("--export writes receipts of the past: leave out --follow, --unsettled and --cursor")
    export(data, target, args)
