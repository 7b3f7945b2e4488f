"""`tokenry pull`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tokenry.cli import places, show
from tokenry.cli.options import AsJson, ConfigFile, Data, example, single

if TYPE_CHECKING:
    from tokenry.engines import ArtifactStore

app = single()


@app.command(epilog=example("tokenry pull --list", "tokenry pull gpt-oss-20b"))
def pull(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A name from `tokenry pull --list`.")] = None,
    catalogue: Annotated[bool, typer.Option("--list", help="List what can be pulled, and what is here.")] = False,
    config: ConfigFile = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Bring a model onto this machine: resumed where it broke off, verified, and kept for all data folders."""
    from tokenry.engines import ArtifactStore

    settings = places.read_config(data, config)
    store = ArtifactStore(
        places.cache_dir(settings), index_url=settings.artifacts.index_url, hub_url=settings.artifacts.hub_url
    )
    if catalogue:
        _list(store, as_json)
    elif name is None:
        raise typer.BadParameter("say which model: tokenry pull NAME; `tokenry pull --list` shows them")
    else:
        _bring(store, name, as_json)


def _list(store: ArtifactStore, as_json: bool) -> None:
    entries = [
        {
            "name": entry.name,
            "kind": entry.kind,
            "licence": entry.licence,
            "size_bytes": entry.size,
            "pinned": entry.pinned,
            "path": _text(store.find(entry.name)),
            "note": entry.note,
        }
        for entry in store.catalogue.values()
    ]
    if as_json:
        show.document({"cache": str(store.cache), "artifacts": entries})
        return
    show.table(
        ["NAME", "KIND", ">SIZE", "HERE", "*NOTE"],
        [
            (e["name"], e["kind"], show.size(entry.size), "yes" if e["path"] else "-", e["note"])
            for e, entry in zip(entries, store.catalogue.values(), strict=True)
        ],
        empty="The catalogue is empty.",
    )
    show.say("", f"kept in {store.cache}")


def _bring(store: ArtifactStore, name: str, as_json: bool) -> None:
    entry = store.entry(name)
    path = _fetched(store, name, entry.size, silent=as_json)
    answer = {"name": name, "path": str(path), "licence": entry.licence, "pinned": entry.pinned}
    if as_json:
        show.document(answer)
        return
    show.say(f"{name} is here: {path}", f"licence: {entry.licence}")
    if not entry.pinned:
        show.say("its hash was not known beforehand; what came now is written down and held to from now on")


def _fetched(store: ArtifactStore, name: str, size: int | None, *, silent: bool) -> Path:
    """Pull, with a bar on stderr for whoever watches and else one line before and one after."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    from tokenry.engines import pull as bring

    screen = show.console(stderr=True)
    if silent or not screen.is_terminal:
        loud = not silent and store.find(name) is None
        if loud:
            screen.print(f"fetching {name}" + (f" ({show.size(size)})" if size else ""))
        path = bring(store, name)
        if loud:
            screen.print("done")
        return path
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=screen, transient=True) as progress:
        task = progress.add_task(name, total=size)
        return bring(store, name, lambda done, total: progress.update(task, completed=done, total=total or size))


def _text(path: Any) -> str | None:
    return None if path is None else str(path)
