"""`tokenry restore`: from, confirm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import places, show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, group_with
from tokenry.cli.progress import Progress

if TYPE_CHECKING:
    from tokenry.app import Restored

app = group_with("from", "Put a backup in place of a data folder. `restore BACKUP` is `restore from BACKUP`.")

Json = dict[str, Any]


@app.command(
    name="from",
    epilog=example("tokenry restore from /mnt/elsewhere/tokenry-20261122T030000Z --data /srv/tokenry"),
)
def from_(
    backup: Annotated[Path, typer.Argument(metavar="BACKUP", help="A backup's own folder.")],
    data: Data = None,
    force: Annotated[
        bool, typer.Option("--force", help="Though the data folder is not empty: what lies there is moved aside.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Prove a backup and put it in place. No server may run there; nothing is charged until you confirm."""
    from tokenry.app import Wanted, restore
    from tokenry.storage import Watch

    if not backup.is_dir():
        raise TokenryError(f"{backup} is not a folder; name a backup's own folder, such as tokenry-20261122T030000Z")
    folder = places.folder(data)
    with Progress("restoring") as progress:
        done = restore(Wanted(backup, folder, force), Watch(progress.tell))
    answer = _answer(done, folder)
    if as_json:
        show.document(answer)
    else:
        show.say(*_words(answer))


@app.command(epilog=example("tokenry restore confirm", "tokenry restore confirm --data /srv/tokenry"))
def confirm(data: Data = None, as_json: AsJson = False) -> None:
    """Let requests be charged again in a restored data folder, knowing that later spending is forgotten."""
    answer = ask(data, "restore confirm", {})
    if as_json:
        show.document(answer)
    else:
        show.say(f"Spending goes on in {answer['data_dir']}.")


def _answer(done: Restored, folder: Path) -> Json:
    from tokenry.base.clock import isoformat
    from tokenry.base.units import nano_to_usd

    manifest, forgotten = done.manifest, done.forgotten
    return {
        "data_dir": str(folder),
        "made_at": isoformat(manifest.made_at),
        "newest_at": isoformat(manifest.newest_at) if manifest.newest_at else None,
        "rows": manifest.last_seq,
        "aside": None if done.aside is None else str(done.aside),
        "revoked_keys": list(done.revoked),
        "forgotten_requests": None if forgotten is None else len(forgotten),
        "forgotten_usd": None if forgotten is None else nano_to_usd(sum(one.charge for one in forgotten)),
        "confirmed": False,
    }


def _words(answer: Json) -> list[str]:
    words = [
        f"{answer['data_dir']} is as it was in the backup of {answer['made_at']}.",
        f"Its books know of everything up to {answer['newest_at']} ({show.counted(answer['rows'], 'row')})."
        if answer["newest_at"]
        else "Its books are empty.",
        "What was spent after that is forgotten: awards and budgets show more than there is. Keys that were revoked",
        "after it open doors again: revoke them again. Keys made after it are gone.",
    ]
    if answer["aside"]:
        words.append(f"What lay there before is in {answer['aside']}.")
    if answer["forgotten_requests"] is not None:
        requests = show.counted(answer["forgotten_requests"], "request")
        words.append(f"It has {requests} more than the backup, charged {show.usd(answer['forgotten_usd'])} in all.")
    words += [f"Revoked, since its budget is not in these books: {key}." for key in answer["revoked_keys"]]
    return [*words, "", f"Nothing is charged before you say: tokenry restore confirm --data {answer['data_dir']}"]
