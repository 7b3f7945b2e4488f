"""`tokenry audit`: list, verify, export."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group
from tokenry.cli.show import Json

app = group("The audit log: every administrative act and sign-in, each row chained to the one before by its hash.")

PAGE = 1000


@app.command("list", epilog=example("tokenry audit list", "tokenry audit list --type api_key.created -n 100 --json"))
def listing(
    count: Annotated[int, typer.Option("--count", "-n", metavar="N", min=1, max=PAGE, help="How many rows.")] = 20,
    kind: Annotated[str | None, typer.Option("--type", help="Only acts of this type, as in project.created.")] = None,
    actor: Annotated[str | None, typer.Option("--actor", help="Only by this user or key: its id, or local.")] = None,
    before: Annotated[
        int | None, typer.Option("--before", metavar="NUMBER", help="Only rows before the one of this number.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the newest rows, newest first."""
    answer = ask(data, "audit list", given(count=count, type=kind, actor=actor, before=before))
    if as_json:
        show.document(answer)
        return
    show.table(
        [">NUMBER", "AT", "TYPE", "*BY", "*OF"],
        [(r["seq"], str(r["at"])[:19], r["type"], _by(r), r["resource"] or "-") for r in answer["rows"]],
        empty="Nothing was done here yet.",
    )
    if answer["next"] is not None:
        show.note(f"there are more: --before {answer['next']}")


@app.command(epilog=example("tokenry audit verify", "tokenry audit verify --json"))
def verify(data: Data = None, as_json: AsJson = False) -> None:
    """Prove that no row was changed, left out or put in between; exit code 1, and where, when one was."""
    answer = ask(data, "audit verify", {})
    if as_json:
        show.document(answer)
    elif answer["ok"]:
        show.say(f"The chain holds: {show.counted(answer['rows'], 'row')}.")
        if answer["last"] is not None:
            show.say(
                f"The last is number {answer['last']['seq']}, its hash {answer['last']['hash']}",
                "Keep both elsewhere: rows taken off the end cannot be seen from what is left.",
            )
    else:
        broken = answer["broken"]
        show.say(
            f"The chain breaks at row {broken['seq']} ({broken['id']}, {broken['type']}, {broken['at']}):",
            "that row, or one before it, was changed, left out or put in. Restore a backup elsewhere and compare.",
        )
    if not answer["ok"]:
        raise typer.Exit(1)


@app.command(epilog=example("tokenry audit export > audit.jsonl"))
def export(
    after: Annotated[
        int, typer.Option("--after", metavar="NUMBER", min=0, help="Only rows after the one of this number.")
    ] = 0,
    data: Data = None,
    as_json: AsJson = False,  # noqa: ARG001 - what is written is JSON in any case; scripts may still say so
) -> None:
    """Write all rows as JSON lines, oldest first, with the hashes that chain them."""
    position: int | None = after
    while position is not None:
        page = ask(data, "audit rows", {"after": position, "count": PAGE})
        for row in page["rows"]:
            show.line(row)
        position = page["next"]


def _by(row: Json) -> str:
    return str(row["actor"]) if row["actor_type"] in {"local", "session"} else f"{row['actor']} by {row['actor_type']}"
