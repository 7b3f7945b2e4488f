"""`tokenry backup`: make, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import places, show
from tokenry.cli.client import work
from tokenry.cli.options import AsJson, Data, example, group_with
from tokenry.cli.progress import Progress

app = group_with("make", "Copies of the books, the keys and the configuration. `backup DIR` is `backup make DIR`.")

FOLDER = "backups"  # in the data folder, when no other is named

Json = dict[str, Any]


@app.command(epilog=example("tokenry backup", "tokenry backup make /mnt/elsewhere --keep 14"))
def make(
    into: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="The folder that backups lie in; DATA/backups if absent.")
    ] = None,
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, help="Remove all but so many of the newest there.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Back up while the server serves, or while none does. Secrets given by variables or files are not in it."""
    folder = places.folder(data)
    target = (into or folder / FOLDER).expanduser().absolute()
    args: dict[str, object] = {"into": str(target)}
    if keep is not None:
        args["keep"] = keep
    with Progress("backing up") as progress:
        made = work(data, "backup", args, lambda one: progress.tell(one["doing"], one["done"], one["of"]))
    if as_json:
        show.document(made)
        return
    show.say(f"{made['backup']}", f"{show.size(made['size_bytes'])}, {_knows(made)}")
    if made["blobs_missing"]:
        lost = show.counted(len(made["blobs_missing"]), "file's content", "files' contents")
        show.note(f"{lost} could not be copied: missing or damaged in the data folder (see --json)")
    for path in made["removed"]:
        show.say(f"removed {path}")
    if target == folder / FOLDER:
        show.note("it lies on the same disk as what it copies; name a folder on another one")


@app.command(epilog=example("tokenry backup verify /mnt/elsewhere/tokenry-20261122T030000Z"))
def verify(
    path: Annotated[Path, typer.Argument(metavar="BACKUP", help="A backup's own folder.")], as_json: AsJson = False
) -> None:
    """Look whether a backup is whole and its books add up; exit code 1 when not. Changes nothing."""
    from tokenry.app import verify
    from tokenry.storage import Watch

    if not path.is_dir():
        raise TokenryError(f"{path} is not a folder; name a backup's own folder, such as tokenry-20261122T030000Z")
    with Progress("verifying") as progress:
        verdict = verify(path.absolute(), Watch(progress.tell))
    manifest, problems = verdict.manifest, list(verdict.problems)
    answer = {"ok": not problems, **_manifest(manifest), "problems": problems}
    if as_json:
        show.document(answer)
    else:
        show.say(*(f"WRONG {problem}" for problem in problems))
        if problems:
            show.say("", "This backup is not to be rested upon.")
        else:
            assert verdict.proven is not None
            requests = show.counted(verdict.proven.report.requests, "request")
            show.say(f"Whole and sound: {_knows(answer)}, {requests}. Made by Tokenry {manifest.tokenry}.")
    raise typer.Exit(1 if problems else 0)


def _manifest(manifest: Any) -> Json:
    from tokenry.base.clock import isoformat

    return {
        "made_at": isoformat(manifest.made_at),
        "newest_at": isoformat(manifest.newest_at) if manifest.newest_at else None,
        "rows": manifest.last_seq,
        "size_bytes": sum(part.size for part in manifest.files) + manifest.blobs_size,
        "files": [part.name for part in manifest.files],
        "blobs": manifest.blobs,
        "blobs_missing": list(manifest.blobs_missing),
        "tokenry": manifest.tokenry,
    }


def _knows(made: Json) -> str:
    return (
        f"everything up to {made['newest_at']} ({show.counted(made['rows'], 'row')})" if made["newest_at"] else "empty"
    )
