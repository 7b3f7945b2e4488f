"""`tokenry uninstall`. Removes only what Tokenry made: what else lies in its folders stays, and is named."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import places, show
from tokenry.cli.client import server_up
from tokenry.cli.options import AsJson, ConfigFile, Data, example, single
from tokenry.config import default_cache_dir

app = single()

OURS_IN_DATA = ("ledger.db*", "app.db*", "lock", "run")
OURS_IN_CACHE = ("sha256", "artifacts", "partial", "locks")


@app.command(epilog=example("tokenry uninstall", "tokenry uninstall --yes"))
def uninstall(
    yes: Annotated[bool, typer.Option("--yes", help="Remove it, for good: books, keys and models.")] = False,
    config: ConfigFile = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show what lies on this disk, and with --yes remove it. The configuration and other files of yours stay."""
    folder = places.folder(data)
    cache = _cache(data, config)
    spots = [_spot("data", folder, OURS_IN_DATA), _spot("models", cache, OURS_IN_CACHE)]
    if yes:
        if server_up(folder):
            raise TokenryError(f"a server runs on {folder}; stop it first")
        for spot in spots:
            _remove(spot)
    if as_json:
        show.document({"removed": yes, "places": [{**s, "ours": [str(p) for p in s["ours"]]} for s in spots]})
        return
    show.table(
        ["WHAT", "*WHERE", ">SIZE"],
        [(s["what"], s["path"], show.size(s["size_bytes"])) for s in spots if s["ours"]],
        empty="Nothing of Tokenry lies here.",
    )
    show.say("")
    for spot in spots:
        if yes and spot["left"]:
            show.say(f"{spot['path']} stays: {', '.join(spot['left'][:5])} there is not ours")
    show.say(
        "Removed. The program itself: uv tool uninstall tokenry, or pip uninstall tokenry"
        if yes
        else "Nothing was removed. `tokenry uninstall --yes` removes it: books, keys and models, for good."
    )


def _cache(data: Path | None, config: Path | None) -> Path:
    try:
        return places.cache_dir(places.read_config(data, config))
    except TokenryError:
        return default_cache_dir()  # a mistake in the file keeps nobody from leaving


def _spot(what: str, folder: Path, patterns: tuple[str, ...]) -> dict[str, Any]:
    ours = sorted({path for pattern in patterns for path in folder.glob(pattern)})
    size = sum(_size(path) for path in ours)
    return {"what": what, "path": str(folder), "size_bytes": size, "ours": ours, "left": []}


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file() and not p.is_symlink()]
    return sum(file.stat().st_size for file in files)


def _remove(spot: dict[str, Any]) -> None:
    for path in spot["ours"]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    folder = Path(spot["path"])
    if folder.is_dir():
        spot["left"] = sorted(path.name for path in folder.iterdir())
        if not spot["left"]:
            folder.rmdir()
