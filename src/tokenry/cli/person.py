"""`tokenry person`: export, erase."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, group
from tokenry.cli.show import Json

app = group("A person's data: all that is known of them, and its erasure.")

Which = Annotated[str, typer.Argument(metavar="USER", help="Their e-mail address, name or id.")]


@app.command(epilog=example("tokenry person export ada@example.org --out ada"))
def export(
    user: Which,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A folder that is not there yet, or is empty.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Write everything known of a person: one JSON file a kind, and index.json that lists them."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise TokenryError(f"{out} is there already, and not empty; name another folder")
    told = ask(data, "person export", {"user": user})
    _write(out, told)
    index = {name: told[name] for name in ("user_id", "made_at", "index")}
    if as_json:
        show.document(index)
        return
    show.table(
        ["FILE", ">ROWS", "*WHAT"],
        [(f"{one['kind']}.json", one["rows"], one["what"]) for one in told["index"]],
        empty="",
    )
    if not all(one["complete"] for one in told["index"]):
        show.note("receipts.json holds the newest only; tokenry ledger export has all")


@app.command(epilog=example("tokenry person erase ada@example.org --confirm"))
def erase(
    user: Which,
    confirm: Annotated[bool, typer.Option("--confirm", help="There is no way back.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Erase a person for good: name, address, keys and ways in. Says what stays, and why."""
    told = ask(data, "person erase", {"user": user, "confirm": confirm})
    if as_json:
        show.document(told)
        return
    show.say(f"{told['user_id']} was erased at {told['erased_at']}.", "", "Removed now:")
    show.pairs([(kind, count) for kind, count in told["removed"].items()] or [("nothing", "it was gone already")])
    show.say("", "What stays, and why:")
    show.pairs(list(told["stays"].items()))
    if told["backups"]:
        show.say("", "What is gone here still lies in:", *told["backups"])


def _write(out: Path, told: Json) -> None:
    """The files, for their owner alone; the index last, so that a folder without one is not whole."""
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    for one in told["index"]:
        _file(out / f"{one['kind']}.json", told["data"][one["kind"]])
    files = [{**one, "file": f"{one['kind']}.json"} for one in told["index"]]
    _file(out / "index.json", {"user_id": told["user_id"], "made_at": told["made_at"], "files": files})


def _file(path: Path, value: object) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2, ensure_ascii=False)
        file.write("\n")
